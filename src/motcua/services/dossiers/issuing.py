"""The official forms (TT 03/2025/TT-VPCP, appendix I): what is printed on them is fixed when they are issued.

The row with the data is written in the transaction of the act; the PDF is typeset by a job and can be made again from
the same data.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.engines.registers.actions import next_number
from motcua.engines.rendering.qr import qr_svg
from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render as typeset
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.composed import Composed
from motcua.kernel.text import dong
from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.writing import insert
from motcua.services.dossiers import jobs, ordering, printing
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier, DossierQuerySet, Extension, FormNumber, IssuedForm, Supplement
from motcua.services.dossiers.secrets import lookup_url
from motcua.services.dossiers.series import FORM
from motcua.services.payments.queries import account_of, transfer_into

TEMPLATES = Path(__file__).parent / "templates_typst"
_FILES = {
    FormNumber.RECEIPT: "form_01_receipt.typ",
    FormNumber.SUPPLEMENT: "form_02_supplement.typ",
    FormNumber.REFUSAL: "form_03_refusal.typ",
    FormNumber.APOLOGY: "form_04_apology.typ",
    FormNumber.STOP: "form_05_stop.typ",
    FormNumber.CONTROL: "form_06_control.typ",
}
NOTATIONS = {
    FormNumber.RECEIPT: "GTN",
    FormNumber.SUPPLEMENT: "PBS",
    FormNumber.REFUSAL: "PTC",
    FormNumber.APOLOGY: "PXL",
    FormNumber.STOP: "TBD",
}


# Ten tables, with every acceptance: the ORM takes longer to write the statement than PostgreSQL to answer it.
_to_print = Composed[Dossier]()


def to_print(dossier: UUID) -> Dossier:
    """The dossier with what forms print of it; one statement."""
    (found,) = _to_print(lambda: _with_what_is_printed().filter(pk=dossier), [dossier])
    return found


def _with_what_is_printed() -> DossierQuerySet:
    offices = [f"{role}_office__{of}" for role in ("receiving", "resolving") for of in ("unit", "parent__unit")]
    return Dossier.objects.for_list().select_related("applicant", "representative", *offices)


@transaction.atomic(savepoint=False)
def issue(
    dossier: Dossier,
    form: FormNumber,
    *,
    by: Actor,
    at: datetime,
    supplement: Supplement | None = None,
    extension: Extension | None = None,
    reason: str = "",
) -> IssuedForm:
    """Issue a form: number it, fix its data, have it typeset after the commit."""
    office = dossier.resolving_office if form == FormNumber.APOLOGY else dossier.receiving_office
    facts = {"notation": NOTATIONS[form], "office": str(office.pk)}
    number = next_number(FORM.code, facts=facts, at=at)
    data = printing.form_data(
        dossier, form, by=by, at=at, number=number, supplement=supplement, extension=extension, reason=reason
    )
    issued = IssuedForm(
        dossier=dossier, form=form, number=number, data=data, issued_at=at, issued_by_id=by.account, office=office
    )
    insert([issued])
    jobs.render_form.defer(issued=str(issued.pk))
    return issued


@transaction.atomic
def render(issued_id: UUID) -> IssuedForm:
    """Typeset an issued form, once."""
    issued = IssuedForm.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=issued_id)
    if issued.file_id is None:
        data = {**issued.data, "payment": _payment(issued)}
        pdf = typeset_form(FormNumber(issued.form), issued.dossier, data, dated=issued.issued_at)
        name = f"{issued.dossier.number}-{issued.form}.pdf"
        issued.file = store_bytes(pdf, name=name, media_type="application/pdf", by=None)
        keep([issued.file.pk])
        issued.save(update_fields=["file"])
    return issued


def _payment(issued: IssuedForm) -> dict[str, str] | None:
    """How the fees are paid that are due when the receipt is typeset; none on other forms.

    Where the office collects into no account nothing would be printed, so no order is opened either: that is done when
    somebody wants to pay, or a cashier names the dossier (``ordering.open_named``).
    """
    if issued.form != FormNumber.RECEIPT:
        return None
    account = account_of(issued.dossier.receiving_office_id, issued.issued_at.astimezone(VIETNAM).date())
    if account is None or (order := ordering.order_to_print(issued.dossier_id, at=issued.issued_at)) is None:
        return None
    how = transfer_into(account, order)
    return {**asdict(how), "amount": dong(how.amount), "code": qr_svg(how.code)}


def typeset_form(form: FormNumber, dossier: Dossier, data: Mapping[str, Any], *, dated: datetime) -> bytes:
    """The PDF of a form. The QR code with the look-up secret is drawn here and stored nowhere else."""
    return typeset(Template(TEMPLATES, _FILES[form]), {**data, "qr": qr_svg(lookup_url(dossier))}, dated=dated)
