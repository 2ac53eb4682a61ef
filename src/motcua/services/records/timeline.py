"""The stories of files, of their lists and of appraisals, as their events tell them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from motcua.kernel.text import local_date

CAUSES = {
    "held": gettext_lazy("a legal hold stands on the file"),
    "kept": gettext_lazy("its retention is not over any more"),
    "moved": gettext_lazy("it is neither closed nor in the archive any more"),
}


def _unlisted(told: Mapping[str, Any]) -> str:
    return _("File taken out of the list: %(notation)s") % {"notation": told["notation"]}


TITLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "records.opened": lambda told: pgettext("work file", "Opened"),
    "records.edited": lambda told: _("Description corrected"),
    "records.added": lambda told: _("Document added: %(name)s") % {"name": told["document"]},
    "records.removed": lambda told: _("Document taken out: %(name)s") % {"name": told["document"]},
    "records.closed": lambda told: _("Closed with %(n)d documents") % {"n": told["documents"]},
    "records.share_asked": lambda told: _("Sharing asked for"),
    "records.shared": lambda told: _("Sharing confirmed"),
    "records.share_declined": lambda told: _("Sharing declined"),
    "records.share_withdrawn": lambda told: _("Request for sharing taken back"),
    "records.share_end_asked": lambda told: _("End of sharing asked for"),
    "records.share_ended": lambda told: _("End of sharing confirmed"),
    "records.share_end_declined": lambda told: _("End of sharing declined"),
    "records.handed_over": lambda told: _("Handed over to another keeper"),
    "records.hold_placed": lambda told: _("Put under legal hold"),
    "records.hold_lifted": lambda told: _("Legal hold lifted"),
    "records.extended": lambda told: _("To be kept for longer"),
    "records.kept_back": lambda told: (
        _("Kept with the unit until %(day)s") % {"day": local_date(date.fromisoformat(told["until"]))}
    ),
    "records.offered": lambda told: _("Offered to the archive"),
    "records.offer_ended": lambda told: _("Transfer given up"),
    "records.packed": lambda told: _("Packed for the archive"),
    "records.archived": lambda told: _("Taken over by the archive"),
    "records.appraised": lambda told: _("Listed for appraisal"),
    "records.appraisal_left": lambda told: _("No longer in appraisal"),
    "records.appraisal_kept": lambda told: _("To be kept for longer, as the council has appraised it"),
    "records.destruction_stopped": lambda told: _("Not destroyed: %(cause)s") % {"cause": CAUSES[told["cause"]]},
    "records.destroyed": lambda told: _("Destroyed by decision %(decision)s") % {"decision": told["decision"]},
}
LIST_TITLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "records.list_begun": lambda told: _("List begun"),
    "records.line_added": lambda told: _("File added to the list: %(notation)s") % {"notation": told["notation"]},
    "records.line_removed": lambda told: (
        _("File taken out of the list: %(notation)s") % {"notation": told["notation"]}
    ),
    "records.list_submitted": lambda told: _("Handed in for approval"),
    "records.list_approved": lambda told: pgettext("file list", "Approved"),
    "records.list_given_back": lambda told: _("Given back to the unit"),
}
APPRAISAL_TITLES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "records.appraisal_begun": lambda told: _("List drawn up"),
    "records.appraisal_listed": lambda told: _("Files put into the list: %(n)d") % {"n": told["files"]},
    "records.appraisal_unlisted": lambda told: (
        _("File taken out of the list: %(notation)s") % {"notation": told["notation"]}
    ),
    "records.appraisal_convened": lambda told: _("Laid before the council"),
    "records.appraisal_voted": lambda told: _("A member has given an opinion"),
    "records.appraisal_concluded": lambda told: _("The council has concluded"),
    "records.appraisal_approved": lambda told: _("Decided: %(decision)s") % {"decision": told["decision"]},
    "records.appraisal_given_up": lambda told: pgettext("appraisal", "Given up"),
    "records.destruction_begun": lambda told: _("Destruction begun"),
    "records.destruction_done": lambda told: _("Carried out, with list and minutes"),
}
