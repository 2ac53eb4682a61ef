"""A dossier filed at the portal becomes one of this house, with its files (hồ sơ nộp trên Cổng Dịch vụ công quốc gia).

What the portal says is a stranger's word: texts are cut to what fits, files go through the same checks as an upload,
and an answer of the form that is not right is left out, for the desk to ask for it.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.forms.validation import clean_json
from motcua.kernel.blobs.actions import store
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.text import words
from motcua.people.accounts.sealing import unseal
from motcua.people.citizens.actions import register_party
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import party_with_number
from motcua.people.organisations.queries import office_by_code
from motcua.services.dossiers import actions as dossiers
from motcua.services.dossiers import surroundings
from motcua.services.dossiers.actions import NewPaper, Submission
from motcua.services.dossiers.actors import HOUSE
from motcua.services.dossiers.models import Dossier, Paper, State
from motcua.services.national_portal.models import Arrival
from motcua.services.national_portal.protocol import Rejected, portal
from motcua.services.procedures.choices import Channel
from motcua.services.procedures.models import Case, CasePaper
from motcua.services.procedures.runtime import Package, package_of, version_to_file

MOST_FILES, MOST_BYTES = 100, 100 * 2**20
_KINDS = {"1": Party.Kind.CITIZEN, "2": Party.Kind.BUSINESS}
Said = Mapping[str, Any]


def take_in(arrival_id: UUID) -> None:
    """Do what a message of the portal says. What cannot be done waits for a person, with the reason.

    Raises :class:`NotReached` when a file cannot be fetched now.
    """
    arrival = Arrival.objects.get(pk=arrival_id)
    if arrival.state != Arrival.State.WAITING:
        return
    said = json.loads(unseal(arrival.said))
    known = Dossier.objects.filter(portal_code=arrival.code).first()
    try:
        if known is None:
            _open(arrival, said)
        elif known.state == State.WAITING_SUPPLEMENT:
            _complete(arrival, said, known)
        else:
            _settle(arrival, known, note=_("The dossier is here already, and waits for nothing."))
    except (Refused, Rejected) as refused:
        fault = "; ".join([str(refused), *map(str, getattr(refused, "errors", {}).values())])[:500]
        Arrival.objects.filter(pk=arrival.pk).update(
            state=Arrival.State.STUCK, fault=fault, attempts=arrival.attempts + 1
        )


def _settle(arrival: Arrival, dossier: Dossier, *, note: str = "") -> None:
    Arrival.objects.filter(pk=arrival.pk).update(
        state=Arrival.State.LEFT if note else Arrival.State.TAKEN,
        fault=note,
        dossier=dossier,
        said=b"",
        settled_at=timezone.now(),
        attempts=arrival.attempts + 1,
    )


def _open(arrival: Arrival, said: Said) -> None:
    version = version_to_file(_text(said, "MaTTHC"))
    package = package_of(version.pk)
    more = _more(said)
    case = _case(package, str(more.get("case", "")))
    answers = more["form"] if isinstance(more.get("form"), dict) else {}
    office, papers = _office(said, timezone.localdate()), _papers(said, package, case)  # no transaction is open yet
    around = surroundings.of_data(package.form, answers)
    with transaction.atomic():
        submission = Submission(
            version=version,
            case=case,
            channel=Channel.ONLINE,
            applicant=_applicant(said),
            form_data=clean_json(package.form, answers, around=around).data,
            receiving_office=office,
            papers=papers,
            subject=_text(said, "TrichYeuHoSo")[:500],
            portal_code=arrival.code,
        )
        _settle(arrival, dossiers.submit(submission, by=HOUSE))


def _complete(arrival: Arrival, said: Said, dossier: Dossier) -> None:
    """The applicant brought a supplement over the portal: the files that are new."""
    package = package_of(dossier.procedure_version_id)
    brought = _papers(said, package, next(each for each in package.cases if each.pk == dossier.case_id))
    there = set(Paper.objects.filter(dossier=dossier, file__isnull=False).values_list("file__blob_id", flat=True))
    files = dict(StoredFile.objects.filter(pk__in=[each.file for each in brought]).values_list("pk", "blob_id"))
    fresh = [paper for paper in brought if paper.file and files[paper.file] not in there]
    answer = _("Brought over the National Public Service Portal.")
    with transaction.atomic():
        dossiers.answer_supplement(dossier.pk, by=HOUSE, papers=fresh, answer=answer)
        _settle(arrival, dossier)


def _case(package: Package, code: str) -> Case:
    return next((case for case in package.cases if case.code == code), package.first_case)


def _office(said: Said, on: date) -> UUID:
    code = _text(said, "NoiNopHoSo") or _text(said, "DonViXuLy")
    office = office_by_code(code, on) if code else None
    if office is None:
        raise Refused(_("There is no office with the code %(code)s.") % {"code": code or "–"}, code="office")
    return office.pk


def _applicant(said: Said) -> Party:
    kind = _KINDS.get(_text(said, "LoaiDoiTuong"))
    numbers = [each for each in _rows(said, "DinhDanhCHS") if _text(each, "SoDinhDanh")]
    if kind is None or not numbers:
        text = _("The message does not say who applies: a citizen or business with a number.")
        raise Refused(text, code="applicant")
    number, name = _text(numbers[0], "SoDinhDanh"), _text(said, "ChuHoSo")[:200]
    known = party_with_number(number)
    if known is not None:
        _require_same_name(known, name, number)
        return known
    return register_party(
        kind=kind,
        name=name,
        by=None,
        email=_text(said, "Email")[:254],
        phone=_text(said, "SoDienThoai")[:20],
        identity_number=number if kind == Party.Kind.CITIZEN else "",
        tax_code=number if kind == Party.Kind.BUSINESS else "",
    )


def _require_same_name(known: Party, name: str, number: str) -> None:
    """Raises ``Refused`` where who has the number here is called otherwise, however names are written.

    With one digit wrong a stranger would own the dossier, and read it. The reason tells no name: it is not sealed.
    """
    if words(known.name) != words(name):
        text = _(
            "The number that ends in %(end)s belongs here to somebody of another name than the portal sends. Compare"
            " the papers. If the name here is wrong, correct the person's record and try again; if the portal has sent"
            " a wrong name or number, leave the message aside and have the right one sent."
        )
        raise Refused(text % {"end": number[-4:]}, code="another_name")


def _more(said: Said) -> dict[str, Any]:
    """``ThongTinKhac``: what the agreement with the portal adds, here the case and the answers of the form as JSON."""
    try:
        more = json.loads(_text(said, "ThongTinKhac") or "{}")
    except (ValueError, RecursionError):
        return {}
    return more if isinstance(more, dict) else {}


def _papers(said: Said, package: Package, case: Case) -> list[NewPaper]:
    """The files, fetched and checked. Raises :class:`NotReached`, ``Refused`` for a file that is not accepted."""
    listed = {paper.code: paper for paper in package.papers(case.pk)}
    found = [each for each in _rows(said, "TaiLieuNop") if _text(each, "IsDeleted") != "1"]
    if len(found) > MOST_FILES:
        raise Refused(_("The message holds too many files."), code="too_many_files")
    return [_paper(each, listed.get(_text(each, "MaThanhPhanHoSo"))) for each in found]


def _paper(told: Said, listed: CasePaper | None) -> NewPaper:
    name = _text(told, "TenTepDinhKem") or "tep-dinh-kem"
    content = portal().file(_text(told, "DuongDanTaiTepTin"), MOST_BYTES)
    stored = store(ContentFile(content, name=name), name=name, by=None)
    return NewPaper(
        name=(listed.name if listed else name)[:1000],
        case_paper=listed.pk if listed else None,
        file=stored.pk,
        reused=_text(told, "DuocTaiSuDung") == "1",
        from_national_store=_text(told, "DuocLayTuKhoDMQG") == "1",
    )


def _rows(said: Said, name: str) -> Iterator[Said]:
    rows = said.get(name)
    return (each for each in (rows if isinstance(rows, list) else ()) if isinstance(each, dict))


def _text(said: Said, name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""
