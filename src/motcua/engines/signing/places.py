"""Where a signature goes in a PDF that comes from outside, for which nobody has made fields in the template."""

import re
from itertools import count

from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from motcua.engines.signing.errors import FieldMissing, Unsignable
from motcua.engines.signing.revisions import Revision, begin, written
from motcua.engines.signing.suitability import DAMAGED, check_signable

_USUAL = "ChuKy"
_INITIALS = re.compile(r"KyNhay[1-9]?")


def place_in(pdf: bytes, *, field: str = "") -> tuple[bytes, str]:
    """The file and the name of the empty field in which it is to be signed.

    Without a wish that is its one empty field; a file without any gets one on its last page that shows nothing. Raises
    :class:`FieldMissing`, which names the empty fields, and :class:`Unsignable` as :func:`pades.prepare` does.
    """
    try:
        revision = begin(pdf)
        check_signable(revision, {field} if field else ())
        empty: list[str] = [name for name, value, _reference in enumerate_sig_fields(revision) if value is None]
        if field in empty:
            return pdf, field
        if field or len(empty) > 1:
            raise FieldMissing(", ".join(empty))
        return (pdf, empty[0]) if empty else _with_field(revision)
    except DAMAGED as error:
        raise Unsignable.damaged() from error


def place_for_initials(pdf: bytes) -> str:
    """The first empty field for initials (``KyNhay1``, ``KyNhay2`` …). Raises :class:`FieldMissing` for none."""
    try:
        fields = list(enumerate_sig_fields(begin(pdf)))
    except DAMAGED as error:
        raise Unsignable.damaged() from error
    empty = [name for name, value, _reference in fields if value is None and _INITIALS.fullmatch(name)]
    if not empty:
        raise FieldMissing("KyNhay1")
    return str(min(empty, key=lambda name: int(name.removeprefix("KyNhay") or 1)))


def _with_field(revision: Revision) -> tuple[bytes, str]:
    taken = {name for name, _value, _reference in enumerate_sig_fields(revision)}
    name = next(name for number in count(1) if (name := f"{_USUAL}{number}") not in taken)
    check_signable(revision, {name}, new=True)
    append_signature_field(revision, SigFieldSpec(name, on_page=-1))
    return written(revision), name
