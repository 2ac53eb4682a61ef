"""What is printed on the official forms: always in Vietnamese, whatever language the screen has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from motcua.kernel.composed import Composed
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.text.dates import VIETNAM
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.services.dossiers import control
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.book import entry_number
from motcua.services.dossiers.models import Dossier, Extension, FeeLine, FormNumber, Paper, Supplement

UNITS = {"hours": "giờ làm việc", "working_days": "ngày làm việc", "days": "ngày", "months": "tháng"}
COMMITTEES = frozenset({"province_committee", "district_committee", "commune_committee"})
_KINDS = {"original": "Bản chính", "copy": "Bản sao", "shown": "Xuất trình để đối chiếu"}
_officers, _papers = Composed[Account](), Composed[Paper]()  # with every acceptance
RETURNED = {"desk": "tại quầy tiếp nhận", "post": "qua dịch vụ bưu chính công ích", "online": "trực tuyến"}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a form may need beyond the dossier."""

    dossier: Dossier
    by: Actor
    at: datetime
    number: str
    supplement: Supplement | None = None
    extension: Extension | None = None
    reason: str = ""

    @cached_property
    def officer_name(self) -> str:
        """The name of who issues the form; empty for what the house does by itself."""
        account = self.by.account
        if account is None:
            return ""
        found = _officers(lambda: Account.objects.filter(pk=account).only("display_name"), [account])
        return found[0].display_name if found else ""


def form_data(
    dossier: Dossier,
    form: FormNumber,
    *,
    by: Actor,
    at: datetime,
    number: str,
    supplement: Supplement | None = None,
    extension: Extension | None = None,
    reason: str = "",
) -> dict[str, Any]:
    """The data of a form as its template documents them."""
    facts = Facts(
        dossier=dossier, by=by, at=at, number=number, supplement=supplement, extension=extension, reason=reason
    )
    return _head(facts, form) | _FORMS[form](facts)


def limit_text(dossier: Dossier) -> str:
    """``20 ngày làm việc``."""
    if dossier.limit_value is None:
        return "Theo quy định"
    value = f"{dossier.limit_value.normalize():f}".replace(".", ",")
    return f"{value} {UNITS[dossier.limit_unit]}"


def party_data(party: Party) -> dict[str, str]:
    """A citizen or business as forms name them."""
    return {
        "name": party.name,
        "identity_number": party.identity_number or party.tax_code or "",
        "address": party.address,
        "phone": party.phone,
        "email": party.email,
    }


def office_data(office: Office) -> dict[str, Any]:
    """The head of a form: the agency, the one above it, and the place of the date line.

    A People's Committee names none above itself (NĐ 30/2020/NĐ-CP, appendix I, II.2).
    """
    return {
        "superior": office.parent.name if office.parent and office.kind not in COMMITTEES else None,
        "agency": office.name,
        "place": place(office),
    }


def place(office: Office) -> str:
    """The bare name of the place that an office serves: ``Mẫu Sơn``."""
    unit = office.unit or (office.parent.unit if office.parent else None)
    name = unit.name if unit else office.short_name or office.name
    for kind in ("Tỉnh ", "Thành phố ", "Xã ", "Phường ", "Thị trấn ", "Huyện ", "Quận ", "Thị xã "):
        name = name.removeprefix(kind)
    return name


def _head(facts: Facts, form: FormNumber) -> dict[str, Any]:
    dossier = facts.dossier
    office = dossier.resolving_office if form == FormNumber.APOLOGY else dossier.receiving_office
    if form == FormNumber.CONTROL:  # its number is of the book of the office that accepted the dossier
        office = dossier.accepted_office or office
    return office_data(office) | {
        "number": facts.number,
        "code": dossier.code or "",
        "content": dossier.subject,
        "applicant": party_data(dossier.applicant),
    }


def _receipt(facts: Facts) -> dict[str, Any]:
    dossier = facts.dossier
    papers = _papers(
        lambda: Paper.objects.filter(dossier=dossier, removed_at=None).only("name", "form", "copies"), [dossier.pk]
    )
    representative = dossier.representative
    return {
        "desk": dossier.receiving_office.name,
        "sets": dossier.copies,
        "limit": limit_text(dossier),
        "received_at": local_datetime(dossier.accepted_at),
        "due_at": local_datetime(dossier.due_at) or control.UNPROMISED,
        "return_at": RETURNED[dossier.return_method]
        if dossier.return_method != "desk"
        else dossier.receiving_office.name,
        "register_book": str(facts.at.astimezone(VIETNAM).year),
        "register_entry": entry_number(facts.number),
        "receiver": facts.officer_name,
        "submitter": representative.name if representative else dossier.applicant_name,
        "representative": {"name": representative.name, "identity_number": representative.identity_number or ""}
        if representative
        else None,
        "papers": [{"name": each.name, "form": _KINDS[each.form], "copies": each.copies} for each in papers],
    }


def _supplement(facts: Facts) -> dict[str, Any]:
    assert facts.supplement is not None
    return {
        "code": facts.dossier.number,
        "items": facts.supplement.items,
        "reason": facts.supplement.reason,
        "contact_name": facts.officer_name,
        "contact_phone": facts.dossier.receiving_office.phone,
        "guide": facts.officer_name,
    }


def _refusal(facts: Facts) -> dict[str, Any]:
    return {"reason": facts.reason, "receiver": facts.officer_name}


def _apology(facts: Facts) -> dict[str, Any]:
    assert facts.extension is not None
    return {
        "received_at": local_date(facts.dossier.accepted_at),
        "old_due_at": local_datetime(facts.extension.due_before),
        "new_due_at": local_datetime(facts.extension.due_after),
        "reason": facts.extension.reason,
        "contact_phone": facts.dossier.resolving_office.phone,
        "authority": None,
        "signer_title": facts.by.title,
        "signer": facts.officer_name,
        "recipients": ["Như trên", facts.dossier.receiving_office.name, "Lưu: VT"],
    }


def _stop(facts: Facts) -> dict[str, Any]:
    """On request; with a ``supplement``, because it was not brought in time: then nobody has requested anything."""
    asked = facts.supplement
    collected = FeeLine.objects.filter(dossier=facts.dossier, state="collected").exists()
    return {
        "code": facts.dossier.number,
        "requested_at": local_datetime(facts.at),
        "stage": "Đang giải quyết" if facts.dossier.accepted_at else "Chưa tiếp nhận",
        "stopped_at": local_datetime(facts.at),
        "reason": facts.reason,
        "fees": "Phí, lệ phí đã nộp được xem xét hoàn trả theo quy định." if collected else "",
        "receiver": facts.officer_name,
        "lapsed": {"asked_at": local_datetime(asked.requested_at), "until": local_datetime(asked.lapses_at)}
        if asked
        else None,
    }


def _control(facts: Facts) -> dict[str, Any]:
    return {**control.slip_data(facts.dossier), "printed_at": local_datetime(facts.at)}


_FORMS: dict[FormNumber, Callable[[Facts], dict[str, Any]]] = {
    FormNumber.RECEIPT: _receipt,
    FormNumber.SUPPLEMENT: _supplement,
    FormNumber.REFUSAL: _refusal,
    FormNumber.APOLOGY: _apology,
    FormNumber.STOP: _stop,
    FormNumber.CONTROL: _control,
}
