"""Whether a PDF may be signed once more: what would make the signature, or one before it, worthless is refused."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, Reference
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPSpec
from pyhanko.sign.general import SigningError as PyhankoSigningError

from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.revisions import Revision

# What reading a file that somebody has bent can end in.
DAMAGED = (PdfError, PyhankoSigningError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
_NO_CHANGES, _FILL_FORMS = 1, 2


def check_signable(revision: Revision, touched: Collection[str], *, new: bool = False) -> None:
    """Look at a file before the fields ``touched`` are filled in it, or made (``new``). Raises :class:`Unsignable`."""
    if revision.security_handler is not None:
        raise Unsignable("encrypted", _("the file is protected by a password; remove the protection first"))
    if revision.prev.xrefs.hybrid_xrefs_present:
        # Such a signature would be judged ambiguous: programs of different age see different documents.
        message = _("the file shows older and newer programs different contents; print it to PDF first")
        raise Unsignable("hybrid", message)
    form = _item(revision.root, "/AcroForm", DictionaryObject())
    if "/XFA" in form:
        message = _("the file is an XFA form, which shows something else in each program; print it to PDF first")
        raise Unsignable("xfa", message)
    for limits, allowed in _limits(form):
        if allowed in ((_NO_CHANGES, _FILL_FORMS) if new else (_NO_CHANGES,)):
            raise Unsignable("certified", _("its author has certified the file and allows no change any more"))
        locked = _locked(limits, touched)
        if locked:
            why = _("an earlier signature has locked the field “%(field)s”") % {"field": locked[0]}
            raise Unsignable("locked", why)


def _item(container: DictionaryObject, key: str, otherwise: Any = None) -> Any:
    """What stands under a key, there or where a reference leads; null is nothing."""
    try:
        return container[key]
    except KeyError:
        return otherwise


def _limits(form: DictionaryObject) -> Iterator[tuple[DictionaryObject, int | None]]:
    """What each signature has laid down for changes after it (ISO 32000-1, 12.8.2), and the lock of its field; each
    with what it still allows, where it says so.
    """
    for field in _signed(form):
        if (lock := _item(field, "/Lock")) is not None:
            yield lock, _item(lock, "/P")
        for each in _item(field["/V"], "/Reference", ()):
            reference = each.get_object()
            parameters = _item(reference, "/TransformParams", DictionaryObject())
            certifies = _item(reference, "/TransformMethod") == "/DocMDP"
            yield parameters, _item(parameters, "/P", _FILL_FORMS) if certifies else None


def _signed(form: DictionaryObject) -> Iterator[DictionaryObject]:
    """The signature fields that hold a signature, also those within groups, which may give them their type."""
    waiting = [(_item(form, "/Fields", ArrayObject()), "")]
    seen: set[Reference] = set()
    while waiting:
        fields, inherited = waiting.pop()
        for each in fields:
            if isinstance(each, IndirectObject):
                if each.reference in seen:
                    continue
                seen.add(each.reference)
            field = each.get_object()
            kind = str(_item(field, "/FT", inherited))
            if (kids := _item(field, "/Kids")) is not None:
                waiting.append((kids, kind))
            if kind == "/Sig" and _item(field, "/V") is not None:
                yield field


def _locked(limits: DictionaryObject, touched: Collection[str]) -> list[str]:
    """A group that is named stands for all fields within it."""
    if _item(limits, "/Action") is None:
        return []
    lock = FieldMDPSpec.from_pdf_object(limits)
    return sorted(name for name in touched if lock.is_locked(name))
