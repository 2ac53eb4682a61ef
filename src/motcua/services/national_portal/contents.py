"""A dossier as the portal is told it, read in a fixed number of statements."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import codes_of
from motcua.services.dossiers.models import Dossier, FeeLine, Paper, ResultDocument, State, Supplement
from motcua.services.dossiers.rules.national import status_code
from motcua.services.national_portal import rules
from motcua.services.national_portal.rules import Movement, moment

MOST_MOVEMENTS = 200  # of one dossier in one message


def dossier_message(dossier: Dossier, known_as: str, on: date) -> dict[str, Any]:
    """``DongBoHoSoMC``: the whole dossier as it stands (hồ sơ), by the portal's name for it; five statements."""
    version, party = dossier.procedure_version, dossier.applicant
    offices = codes_of({dossier.receiving_office_id, dossier.resolving_office_id}, on)
    papers = list(Paper.objects.filter(dossier=dossier, removed_at=None).select_related("case_paper", "file"))
    fees = list(FeeLine.objects.filter(dossier=dossier))
    supplements = Supplement.objects.filter(dossier=dossier).select_related("requested_by").order_by("number")
    results = ResultDocument.objects.filter(dossier=dossier, state=ResultDocument.State.SEALED).order_by("id")
    return {
        "MaHoSo": known_as,
        "MaTTHC": version.procedure.code,
        "TenTTHC": version.name,
        "MaLinhVuc": "",
        "TenLinhVuc": version.field,
        "KenhThucHien": rules.CHANNELS[dossier.channel],
        "ChuHoSo": party.name,
        "LoaiDoiTuong": rules.APPLICANTS[party.kind],
        "MaDoiTuong": "",
        "Email": party.email,
        "Fax": "",
        "SoDienThoai": party.phone,
        "TrichYeuHoSo": dossier.subject[: rules.SUBJECT],
        "NgayNopHoSo": moment(dossier.submitted_at),
        "NgayTiepNhan": moment(dossier.accepted_at),
        "NgayHenTra": moment(dossier.due_at),
        "TrangThaiHoSo": str(status_code(dossier.state, on)),
        "NgayTra": moment(dossier.returned_at),
        "ThongTinTra": dossier.returned_to,
        "HinhThuc": rules.RETURNS[dossier.return_method],
        "NgayKetThucXuLy": moment(dossier.decided_at or dossier.closed_at),
        "DonViXuLy": offices.get(dossier.resolving_office_id, ""),
        "NoiNopHoSo": offices.get(dossier.receiving_office_id, ""),
        "GhiChu": "" if dossier.code in {None, known_as} else f"Mã hồ sơ tại địa phương: {dossier.code}",
        "NgayTuChoi": moment(dossier.closed_at if dossier.state == "refused" else None),
        "HoSoCoThanhPhanSoHoa": _flag(any(paper.digitised or paper.reused for paper in papers)),
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "2" if any(fee.method == FeeLine.Method.ONLINE for fee in fees) else "0",
        "DinhDanhCHS": _identifier(party),
        "DSKetNoiCSDL": [],
        "TaiLieuNop": [_paper(paper) for paper in papers if paper.file_id],
        "DanhSachLePhi": [_fee(fee) for fee in fees],
        "DanhSachHoSoBoSung": [_supplement(each) for each in supplements],
        "DanhSachGiayToKetQua": [_result(dossier, result) for result in results],
    }


def movements(dossier: Dossier, known_as: str, *, after: int, upto: int) -> tuple[list[dict[str, Any]], int]:
    """``CapNhatTienDoHoSoMC``: what happened after one version of the stream up to another, in order.

    With the version that these reach to; four statements.
    """
    stream = Event.objects.filter(stream=dossier.stream)
    events = list(
        stream.filter(version__gt=after, version__lte=upto, kind__in=rules.MOVEMENTS).order_by("version")[
            :MOST_MOVEMENTS
        ]
    )
    before = stream.filter(version__lte=after, references__has_key="state").order_by("-version")[:1]
    state = next((event.references["state"] for event in before), State.SUBMITTED)
    agencies, actors = {each.agency for each in events if each.agency}, {each.actor for each in events if each.actor}
    offices = dict(Office.objects.filter(pk__in=agencies).values_list("pk", "name"))
    names = dict(Account.objects.filter(pk__in=actors).values_list("pk", "display_name"))
    told, today = [], timezone.localdate()
    for event in events:
        state = event.references.get("state", state)
        movement = _movement(event, offices, names, dossier)
        told.append(rules.progress(known_as, movement, status_code(state, today)))
    return told, events[-1].version if len(events) == MOST_MOVEMENTS else upto


def _movement(event: Event, offices: Mapping[UUID, str], names: Mapping[UUID, str], dossier: Dossier) -> Movement:
    told = event.references
    officer = names.get(event.actor, "") if event.actor and told.get("title") else ""
    return Movement(
        kind=event.kind,
        version=event.version,
        at=event.at,
        officer=officer,
        title=told.get("title", ""),
        office=told.get("office_name") or (offices.get(event.agency, "") if event.agency else ""),
        step=told.get("name", ""),
        note=told.get("note", "") if event.kind in _PUBLIC_NOTES else "",
        began=None,
        due=dossier.due_at,
    )


_PUBLIC_NOTES = frozenset({"dossier.supplement_requested", "dossier.refused", "dossier.stopped", "dossier.extended"})


def _identifier(party: Party) -> list[dict[str, str]]:
    number = party.identity_number or party.tax_code
    return [{"LoaiDinhDanh": rules.IDENTIFIERS[party.kind], "SoDinhDanh": number}] if number else []


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "TepDinhKemId": str(paper.pk),
        "TenTepDinhKem": paper.file.name if paper.file else paper.name,
        "IsDeleted": "0",
        "MaThanhPhanHoSo": paper.case_paper.code if paper.case_paper else "",
        "DuongDanTaiTepTin": "",
        "DuocSoHoa": _flag(paper.digitised),
        "DuocTaiSuDung": _flag(paper.reused),
        "DuocLayTuKhoDMQG": _flag(paper.from_national_store),
        "MaKetQuaThayThe": "",
    }


def _fee(fee: FeeLine) -> dict[str, Any]:
    return {
        "TenPhiLePhi": fee.name,
        "MaPhiLePhi": "",
        "HinhThucThu": _COLLECTED[fee.state],
        "Gia": str(fee.amount),
        "LoaiPhiLePhi": _KINDS.get(fee.kind, ""),
    }


_KINDS = {"fee": "1", "charge": "2"}
_COLLECTED = {"due": "1", "collected": "2", "waived": "4", "refunded": "3"}


def _supplement(each: Supplement) -> dict[str, Any]:
    return {
        "HoSoBoSungId": str(each.pk),
        "NguoiYeuCauBoSung": each.requested_by.display_name,
        "NoiDungBoSung": "; ".join([*each.items, each.reason])[: rules.SUBJECT],
        "NgayBoSung": moment(each.requested_at),
        "NguoiTiepNhanBoSung": "",
        "ThongTinTiepNhan": "",
        "NgayTiepNhanBoSung": moment(each.answered_at),
        "TrangThaiBoSung": "1" if each.answered_at else "0",
        "DanhSachGiayToBoSung": [],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": moment(each.due_before),
        "NgayHenTraMoi": moment(each.due_after),
    }


def _result(dossier: Dossier, result: ResultDocument) -> dict[str, Any]:
    return {
        "TenGiayTo": result.name,
        "MaThanhPhanHoSo": "",
        "GiayToId": str(result.pk),
        # Who is signed in as its owner gets it there; the address alone opens nothing.
        "DuongDanTepTinKetQua": settings.PUBLIC_URL + reverse("dossiers:my-dossier", args=[dossier.number]),
        "MaGiayToKetQua": result.code,
    }


def _flag(value: bool) -> str:
    return "1" if value else "0"
