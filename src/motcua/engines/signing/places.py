"""Where a signature goes in a PDF that comes from outside, for which nobody has made fields in the template."""

from itertools import count

from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from motcua.engines.signing.errors import FieldMissing, Unsignable
from motcua.engines.signing.revisions import Revision, begin, written
from motcua.engines.signing.suitability import DAMAGED, check_signable

_USUAL = "ChuKy"


def place_in(pdf: bytes, *, field: str = "") -> tuple[bytes, str]:
    """The file and the name of the empty field in which it is to be signed.

    Without a wish that is its one empty field; a file without any gets one on its last page that shows nothing. Raises
    :class:`FieldMissing`, which names the empty fields, and :class:`Unsignable` as :func:`pades.prepare` does.
    """
    try:
        revision = begin(pdf)
        check_signable(revision, {field} if field else ())
        empty = [name for name, value, _reference in enumerate_sig_fields(revision) if value is None]
        if field in empty:
            return pdf, field
        if field or len(empty) > 1:
            raise FieldMissing(", ".join(empty))
        return (pdf, empty[0]) if empty else _with_field(revision)
    except DAMAGED as error:
        raise Unsignable.damaged() from error


def _with_field(revision: Revision) -> tuple[bytes, str]:
    taken = {name for name, _value, _reference in enumerate_sig_fields(revision)}
    name = next(name for number in count(1) if (name := f"{_USUAL}{number}") not in taken)
    append_signature_field(revision, SigFieldSpec(name, on_page=-1))
    return written(revision), name
