"""What the signer's other screen shows: the code that the page shows as well, and what is to be signed."""

from django.utils.translation import gettext as _

from motcua.engines.signing import rules
from motcua.engines.signing.providers.interface import Request


def screen_text(request: Request, *, most: int) -> str:
    """One line of at most so many characters."""
    facts = {"code": rules.control_code(request.id), "title": request.items[0].text, "count": len(request.items)}
    text = _("Code %(code)s. Sign: %(title)s")
    if len(request.items) > 1:
        text = _("Code %(code)s. Sign %(count)s documents, first: %(title)s")
    return (text % facts)[:most]


def short_of(text: str, *, octets: int) -> str:
    """The beginning of a text that takes at most so many octets in UTF-8."""
    return text.encode()[:octets].decode(errors="ignore")
