"""Dossiers as the portal is told them, read for all of a lot in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.events.models import Event
from motcua.kernel.events.queries import between, last_said
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import codes_of
from motcua.services.dossiers.models import Dossier, FeeLine, Paper, ResultDocument, State, Supplement
from motcua.services.dossiers.rules.national import status_code
from motcua.services.national_portal import rules
from motcua.services.national_portal.models import Exchange
from motcua.services.national_portal.rules import Movement, moment

Part = TypeVar("Part", Paper, FeeLine, Supplement, ResultDocument)
MOST_MOVEMENTS = 200  # of one dossier in one message


@dataclass(frozen=True, eq=False)
class Tale:
    """What the portal is to be told of one dossier."""

    row: Exchange
    stream: str
    whose: UUID
    dossier: dict[str, Any]  # DongBoHoSoMC
    movements: list[dict[str, Any]]  # CapNhatTienDoHoSoMC
    upto: int  # the version of the stream that these reach to


class Contents:
    """What there is to tell of some dossiers, read in ten statements, whatever their number."""

    def __init__(self, rows: Collection[Exchange]) -> None:
        self._today = timezone.localdate()
        self._dossiers = Dossier.objects.for_rows().select_related("applicant").in_bulk([row.pk for row in rows])
        two = [(each.receiving_office_id, each.resolving_office_id) for each in self._dossiers.values()]
        self._codes = codes_of(set(chain.from_iterable(two)), self._today)
        self._papers = self._of(Paper.objects.filter(removed_at=None).select_related("case_paper", "file"))
        self._fees = self._of(FeeLine.objects.all())
        self._supplements = self._of(Supplement.objects.select_related("requested_by").order_by("number"))
        self._results = self._of(ResultDocument.objects.filter(state=ResultDocument.State.SEALED).order_by("id"))
        streams = {self._dossiers[row.pk].stream: row for row in rows}
        spans = {name: (row.moved, row.wanted) for name, row in streams.items()}
        self._events = between(spans, kinds=rules.MOVEMENTS, limit=MOST_MOVEMENTS)
        self._states = last_said({name: row.moved for name, row in streams.items()}, "state")
        events = [event for told in self._events.values() for event in told]
        offices = Office.objects.filter(pk__in={event.agency for event in events if event.agency})
        self._offices = dict(offices.values_list("pk", "name"))
        people = Account.objects.filter(pk__in={event.actor for event in events if event.actor})
        self._names = dict(people.values_list("pk", "display_name"))

    def of(self, row: Exchange) -> Tale:
        """What is told of one of them. Raises whatever its data are not fit for."""
        dossier = self._dossiers[row.pk]
        movements, upto = self._movements(dossier, row)
        return Tale(row, dossier.stream, dossier.applicant_id, self._message(dossier, row.known_as), movements, upto)

    def _message(self, dossier: Dossier, known_as: str) -> dict[str, Any]:
        """``DongBoHoSoMC``: the whole dossier as it stands (hồ sơ), by the portal's name for it."""
        version, party, on = dossier.procedure_version, dossier.applicant, self._today
        papers, fees = self._papers[dossier.pk], self._fees[dossier.pk]
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
            "DonViXuLy": self._codes.get(dossier.resolving_office_id, ""),
            "NoiNopHoSo": self._codes.get(dossier.receiving_office_id, ""),
            "GhiChu": "" if dossier.code in {None, known_as} else f"Mã hồ sơ tại địa phương: {dossier.code}",
            "NgayTuChoi": moment(dossier.closed_at if dossier.state == "refused" else None),
            "HoSoCoThanhPhanSoHoa": _flag(any(paper.digitised or paper.reused for paper in papers)),
            "TaiKhoanDuocXacThucVoiVNeID": "0",
            "DuocThanhToanTrucTuyen": "2" if any(fee.method == FeeLine.Method.ONLINE for fee in fees) else "0",
            "DinhDanhCHS": _identifier(party),
            "DSKetNoiCSDL": [],
            "TaiLieuNop": [_paper(paper) for paper in papers if paper.file_id],
            "DanhSachLePhi": [_fee(fee) for fee in fees],
            "DanhSachHoSoBoSung": [_supplement(each) for each in self._supplements[dossier.pk]],
            "DanhSachGiayToKetQua": [_result(dossier, result) for result in self._results[dossier.pk]],
        }

    def _movements(self, dossier: Dossier, row: Exchange) -> tuple[list[dict[str, Any]], int]:
        """``CapNhatTienDoHoSoMC``: what happened since it was last told, in order, and how far that reaches."""
        events, state = self._events[dossier.stream], self._states.get(dossier.stream, State.SUBMITTED)
        told = []
        for event in events:
            state = event.references.get("state", state)
            movement = _movement(event, self._offices, self._names, dossier)
            told.append(rules.progress(row.known_as, movement, status_code(state, self._today)))
        return told, events[-1].version if len(events) == MOST_MOVEMENTS else row.wanted

    def _of(self, rows: QuerySet[Part]) -> Mapping[UUID, list[Part]]:
        found = defaultdict[UUID, list[Part]](list)
        for row in rows.filter(dossier__in=self._dossiers):
            found[row.dossier_id].append(row)
        return found


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
