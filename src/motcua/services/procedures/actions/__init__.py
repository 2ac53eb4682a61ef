"""What can happen to procedures: they are imported, published, and their filing is switched."""

from motcua.services.procedures.actions.catalogue import Report, import_catalogue
from motcua.services.procedures.actions.filing import set_filing, set_life_events
from motcua.services.procedures.actions.packages import import_package, publish

__all__ = ["Report", "import_catalogue", "import_package", "publish", "set_filing", "set_life_events"]
