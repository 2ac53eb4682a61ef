"""The result is handed over (trả kết quả), against a signature or the receipt's code, and the dossier closed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.kernel.blobs.actions import keep
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.identifiers.secrets import could_hold_one
from motcua.kernel.web import rate_limit
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.dues import dues_of, fee_due_text
from motcua.services.dossiers.issuing import NOTATIONS
from motcua.services.dossiers.models import (
    Dossier,
    FormNumber,
    IssuedForm,
    ReturnMethod,
    ReturnProof,
    ReturnSlip,
    State,
)
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.secrets import is_lookup_secret, scanned_secret

LONGEST_NAME, LONGEST_NUMBER, LONGEST_SCAN = 200, 60, 300
_WORD = re.compile(r"[\w./-]+")
_RECEIPT = re.compile(rf"\d+/.*{NOTATIONS[FormNumber.RECEIPT]}.*")
TRIES, WINDOW = 5, timedelta(minutes=10)  # of codes, for one dossier


@dataclass(frozen=True)
class _Proof:
    """What was shown: a kind, the number that belongs to it, and the slip that was signed."""

    kind: ReturnProof | None = None
    number: str = ""
    slip: StoredFile | None = None


def return_result(
    dossier: UUID,
    *,
    method: str,
    to_name: str,
    by: Actor,
    proof: str = "",
    number: str = "",
    slip: UUID | None = None,
    at: datetime | None = None,
    seen_version: int | None = None,
) -> None:
    """Hand the result over at the desk, to the post or online, and close the dossier.

    ``to_name`` is who took it. At the desk ``proof`` says how they showed that they may: ``signature`` with the file
    of the signed ``slip``, or the ``number`` of the line that they signed in the paper book; ``code`` with the code of
    the receipt in ``number``, as typed or as its QR code reads. For the post ``number`` is that of the parcel; online
    takes neither number nor slip. A slip is kept with any other proof, too. Raises ``Refused``, also for the code of
    another receipt, as a line of the book for any number of another receipt or dossier, for a receipt's code where it
    would be written down, and while a fee is due that the package does not let be collected afterwards, and
    ``TooMany`` after five codes in ten minutes.

    Call it outside a transaction: a rollback would forget the tries. Under an Idempotency-Key, whose transaction is
    around everything, ``kernel.web.idempotency`` counts a try again when it has failed; of tries sent at the same time
    one more may pass for each worker of the house.
    """
    if method not in ReturnMethod.values:
        raise Refused(_("Say how the result is returned."), field="method", code="required")
    if not to_name.strip():
        raise Refused(_("Write who received the result."), field="to_name", code="required")
    _require_length(to_name, LONGEST_NAME, field="to_name")
    _require_no_code(dossier, to_name, field="to_name")
    shown = _proof(dossier, method, proof, number.strip(), _file(slip))
    with transaction.atomic():
        _return(Move.begin(dossier, by=by, at=at, seen_version=seen_version), method, to_name.strip(), shown)


def _return(move: Move, method: str, to_name: str, proof: _Proof) -> None:
    move.require("return")
    if owed := dues_of(move.row.id).first:
        raise Refused(fee_due_text(owed), code="fee_due")
    if proof.slip is not None:
        ReturnSlip.objects.create(dossier_id=move.row.id, file=proof.slip, kept_at=move.at)
        keep([proof.slip.pk])
    move.set(state=State.RETURNED, returned_at=move.at, closed_at=move.at, return_method=method, returned_to=to_name)
    move.count("returned")
    move.tell(
        "dossier.returned",
        state=State.RETURNED,
        method=method,
        proof=proof.kind,
        file=proof.slip.blob_id if proof.slip else None,
        personal={"to": to_name, **({"number": proof.number} if proof.number else {})},
    )
    move.write()


def _file(slip: UUID | None) -> StoredFile | None:
    file = StoredFile.objects.filter(pk=slip).first() if slip else None
    if slip and file is None:
        raise NotFound(_("The file is no longer there. Please upload it again."), field="slip")
    return file


def _proof(dossier: UUID, method: str, kind: str, number: str, slip: StoredFile | None) -> _Proof:
    if method == ReturnMethod.DESK and kind == ReturnProof.CODE:
        _require_code(dossier, number)
        return _Proof(ReturnProof.CODE, slip=slip)
    _require_no_code(dossier, number, field="proof")
    _require_length(number, LONGEST_NUMBER, field="number")
    if method == ReturnMethod.ONLINE:
        return _online(number, slip)
    if method == ReturnMethod.POST:
        if not number:
            raise Refused(_("Write the number of the parcel."), field="number", code="required")
        return _Proof(ReturnProof.PARCEL, number, slip)
    if kind == ReturnProof.SIGNATURE:
        return _signature(dossier, number, slip)
    text = _("Say what proves the handing over: a signature, or the receipt's code.")
    raise Refused(text, field="proof", code="required")


def _online(number: str, slip: StoredFile | None) -> _Proof:
    """Nobody stands there. What was given all the same would be lost for good, or another way was meant."""
    if number or slip is not None:
        text = _("What is returned online has no number and no slip: leave them out, or choose another way.")
        raise Refused(text, field="number" if number else "slip", code="online")
    return _Proof()


def _signature(dossier: UUID, number: str, slip: StoredFile | None) -> _Proof:
    if slip is None and not any(char.isdecimal() for char in number):
        text = _("Upload the slip that was signed, or write the number of the line in the paper book.")
        raise Refused(text, field="number", code="required")
    _require_of_this_dossier(dossier, number)
    return _Proof(ReturnProof.SIGNATURE, number, slip)


def _require_of_this_dossier(dossier: UUID, line: str) -> None:
    """Who scans or copies from the wrong receipt gives what belongs to another dossier, and would close this one."""
    if could_hold_one(line):
        what = _("This reads like the code of another receipt.")
    elif given := _of_another_dossier(dossier, [word.strip(".") for word in _WORD.findall(line.upper())]):
        what = _("%(number)s is the number of another dossier or receipt.") % {"number": given}
    else:
        return
    text = _(
        "Write the number of the line in which somebody signed for this dossier, or leave it out and upload the slip "
        "that was signed."
    )
    raise Refused(f"{what} {text}", field="number", code="other_receipt")


def _of_another_dossier(dossier: UUID, words: list[str]) -> str | None:
    """The first of the words that is the number of another receipt, or code or number of another dossier."""
    if receipts := [word for word in words if _RECEIPT.fullmatch(word)]:
        issued = IssuedForm.objects.filter(dossier=dossier, form=FormNumber.RECEIPT).values_list("number", flat=True)
        own = {number.lstrip("0") for number in issued}
        if strange := [word for word in receipts if word.lstrip("0") not in own]:
            return strange[0]
    codes = [word for word in words if "-" in word]
    others = Dossier.objects.filter(Q(code__in=codes) | Q(submission_number__in=codes)).exclude(pk=dossier)
    found = others.values_list("code", "submission_number").order_by("pk").first() if codes else None
    return next((word for word in codes if word in found), None) if found else None


def _require_no_code(dossier: UUID, text: str, *, field: str) -> None:
    """What is told in the event, the book and the timeline holds neither the receipt's secret nor its address."""
    if "://" in text or is_lookup_secret(dossier, text[:LONGEST_SCAN]):
        refusal = _(
            "A receipt's code or an address is written down nowhere. Where the receipt was shown, choose its code as "
            "the proof."
        )
        raise Refused(refusal, field=field, code="receipt_code")


def _require_code(dossier: UUID, typed: str) -> None:
    """The secret itself is kept nowhere, so the event says that it was right and not what it was."""
    if not typed:
        raise Refused(_("Write or scan the code of the receipt."), field="number", code="required")
    rate_limit.spend("dossiers.return", str(dossier), limit=TRIES, window=WINDOW)
    if not is_lookup_secret(dossier, scanned_secret(typed[:LONGEST_SCAN])):
        text = _(
            "This is not the code of this dossier's receipt. Check the number on the receipt and scan it again; "
            "without the receipt, let the person sign."
        )
        raise Refused(text, field="number", code="wrong_code")


def _require_length(text: str, longest: int, *, field: str) -> None:
    if len(text.strip()) > longest:
        raise Refused(_("Write at most %(n)d characters.") % {"n": longest}, field=field, code="too_long")
