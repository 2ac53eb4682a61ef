"""What can happen to procedures: they are imported, published, and their filing is switched."""

from motcua.services.procedures.actions.catalogue import Report, import_catalogue
from motcua.services.procedures.actions.filing import set_filing, set_life_events

__all__ = ["Report", "import_catalogue", "set_filing", "set_life_events"]
