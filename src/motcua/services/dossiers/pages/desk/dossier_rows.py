"""What the page of a dossier shows of its papers, fees, results and forms, as plain values."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from motcua.engines.signing.queries import Kept
from motcua.engines.signing.texts import told, unsigned
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.services.dossiers.joining import filed_by_rows, together_rows
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm, Paper, ResultCopy, ResultDocument, ReturnSlip


def head_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """Who and what the dossier is about, above its parts."""
    rows = [
        (_("Applicant"), dossier.applicant_name),
        (_("Case"), dossier.case.name),
        (_("Came in"), f"{dossier.get_channel_display()}, {local_datetime(dossier.submitted_at)}"),
        (_("Accepted"), local_datetime(dossier.accepted_at)),
        (_("Appointment"), local_datetime(dossier.due_at)),
        (_("Receiving office"), dossier.receiving_office.name),
        (_("Resolving office"), dossier.resolving_office.name),
        (_("Result to be returned"), dossier.get_return_method_display()),
    ]
    shown = [{"label": label, "value": value} for label, value in rows if value]
    return [shown[0], *filed_by_rows(dossier), *together_rows(dossier), *shown[1:]]


def applicant_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """The applicant as they are registered."""
    party = dossier.applicant.merged_into or dossier.applicant
    rows = [
        (_("Name"), party.name),
        (_("Identity number or tax code"), party.identity_number or party.tax_code),
        (_("Date of birth"), local_date(party.birth_date)),
        (_("Address"), party.address),
        (_("Telephone"), party.phone),
        (_("E-mail"), party.email),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def file_url(dossier: Dossier, stored: UUID | None) -> str:
    """Where a file of the dossier is opened; empty without one."""
    return reverse("dossiers:desk-file", args=[dossier.number, stored]) if stored else ""


def result_row(dossier: Dossier, result: ResultDocument, signed: Mapping[str, Kept]) -> dict[str, Any]:
    """A result with what its signatures are worth."""
    url = file_url(dossier, result.file_id)
    facts = [result.get_state_display(), result.number, local_datetime(result.sealed_at or result.signed_at)]
    return {
        "name": result.name,
        "url": url,
        "download": f"{url}?download=1",
        "media_type": "application/pdf",
        "facts": " · ".join(fact for fact in facts if fact),
        "scan": result.file.blob.mark,
        "note": _judged(signed.get(result.file.blob_id)),
    }


def paper_row(dossier: Dossier, paper: Paper) -> dict[str, Any]:
    """A paper and whether it can be shown in place."""
    url = file_url(dossier, paper.file_id)
    return {
        "id": paper.pk,
        "name": paper.name,
        "form": paper.get_form_display(),
        "copies": paper.copies,
        "url": url,
        "is_image": bool(paper.file and paper.file.media_type.startswith("image/")),
        "can_be_shown": bool(paper.file and (paper.file.media_type == "application/pdf"
                                             or paper.file.media_type.startswith("image/"))),
        "scan": paper.file.blob.mark if paper.file else "",
        "digitised": paper.digitised,
        "reused": paper.reused,
        "declared": bool(paper.source) and not paper.reused,
        "taken": bool(paper.source),
        "valid_to": local_date(paper.valid_to) if paper.valid_to else "",
        "no_scan": paper.get_no_scan_reason_display() if paper.no_scan_reason else "",
    }  # fmt: skip


def _judged(kept: Kept | None) -> str:
    """What the signatures of a file are worth, a line each, and when that was found, or that nobody signed it."""
    if kept is None or not kept.verdicts:
        return unsigned(kept)
    texts = [*(each.text for each in told(kept.verdicts)), _judged_at(kept)]
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts))


def _judged_at(kept: Kept) -> str:
    return _("Checked at %(when)s.") % {"when": local_datetime(kept.at)}


def signed_row(row: Paper | ResultCopy, kept: Mapping[str, Kept]) -> dict[str, Any]:
    """What the signatures of a paper or copy are worth, and when that was found, or that nobody signed it."""
    found = kept.get(row.file.blob_id) if row.file else None
    if found is None or not found.verdicts:
        return {"signed": [], "judged": unsigned(found)}
    return {"signed": told(found.verdicts), "judged": _judged_at(found)}


def fee_row(fee: FeeLine) -> dict[str, Any]:
    """A fee line and how it was settled."""
    return {
        "id": fee.pk,
        "name": fee.full_name,
        "amount": dong(fee.amount),
        "state": fee.state,
        "state_text": fee.get_state_display(),
        "given_back": dong(fee.refunded) if fee.refunded and fee.kept else "",
        "counted": bool(fee.unit),
        "kept": fee.kept,
        "after_return": fee.after_return,
        "how": fee.get_method_display() if fee.method else fee.reason,
        "at": local_datetime(fee.settled_at),
    }


def slip_row(dossier: Dossier, slip: ReturnSlip) -> dict[str, Any]:
    """The slip that was signed when the result was handed over."""
    url = file_url(dossier, slip.file_id)
    return {
        "name": _("Slip signed for the result"),
        "url": url,
        "download": f"{url}?download=1",
        "media_type": slip.file.media_type,
        "scan": slip.file.blob.mark,
        "facts": local_datetime(slip.kept_at),
    }


def issued_row(dossier: Dossier, row: IssuedForm) -> dict[str, Any]:
    """An official form, also while it is being made."""
    url = file_url(dossier, row.file_id)
    by = row.issued_by.display_name if row.issued_by else ""
    facts = " · ".join(part for part in (row.number, local_datetime(row.issued_at), by) if part)
    return {
        "name": row.get_form_display(),
        "url": url,
        "download": f"{url}?download=1" if url else "",
        "media_type": "application/pdf",
        "scan": row.file.blob.mark if row.file else "",
        "facts": facts if url else " · ".join((facts, _("being made"))),
    }
