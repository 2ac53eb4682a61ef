"""What happened to a petition, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

TITLES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "petition.received": lambda told: pgettext("petition", "Received"),
    "petition.forwarded": lambda told: _("Passed on to the competent office"),
    "petition.accepted": lambda told: pgettext("petition", "Taken up"),
    "petition.refused": lambda told: pgettext("petition", "Not taken up"),
    "petition.info_asked": lambda told: _("The sender was asked to complete it"),
    "petition.info_given": lambda told: _("The sender has completed it"),
    "petition.answered": lambda told: pgettext("petition", "Answered"),
    "petition.merged": lambda told: _("Joined with petition %(code)s") % {"code": told["into"]},
    "petition.published": lambda told: _("Question and answer were published"),
    "petition.followed_up": lambda told: _("The sender has asked about the answer"),
    "petition.replied": lambda told: _("The office has written to the sender"),
    "petition.reopened": lambda told: _("Opened again by the sender"),
    "petition.rated": lambda told: _("The sender has said whether they are content"),
    "petition.identity_seen": lambda told: _("An officer has looked who sent it"),
}
