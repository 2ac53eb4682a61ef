"""What can happen to procedures: they are imported, published, and their filing is switched; guides lead to them."""

from motcua.services.procedures.actions.catalogue import Report, import_catalogue
from motcua.services.procedures.actions.filing import offer, set_filing, set_life_events
from motcua.services.procedures.actions.guides import import_guide, publish_guide, withdraw_guide
from motcua.services.procedures.actions.packages import import_package, publish

__all__ = [
    "Report",
    "import_catalogue",
    "import_guide",
    "import_package",
    "offer",
    "publish",
    "publish_guide",
    "set_filing",
    "set_life_events",
    "withdraw_guide",
]
