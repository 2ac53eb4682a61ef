"""Files and new dossiers."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, UploadedFile

from motcua.engines.forms.validation import clean_json
from motcua.kernel.blobs.actions import keep, store
from motcua.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from motcua.kernel.text import fold
from motcua.people.accounts.api import Bearer, principal
from motcua.people.accounts.principals import Principal
from motcua.people.citizens.actions import register_party
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import parties_of, party_with_number
from motcua.people.officers.desks import Desk
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import office_by_code
from motcua.services.dossiers import actions, surroundings
from motcua.services.dossiers.abilities import RECEPTION
from motcua.services.dossiers.access import Viewer, require_unbarred
from motcua.services.dossiers.actions import NewPaper
from motcua.services.dossiers.actors import Actor, citizen, officer
from motcua.services.dossiers.agents import registered_agent
from motcua.services.dossiers.api import shapes
from motcua.services.dossiers.api.inputs import ApplicantInput, FilingInput, PaperInput
from motcua.services.dossiers.api.schemas import DossierRow, FileDetail
from motcua.services.dossiers.api.viewers import FILES, WRITE, require_own_files, router, uploads_among, viewer
from motcua.services.dossiers.applications import receiving_offices
from motcua.services.dossiers.models import Channel, Dossier
from motcua.services.procedures.delegating import desk_for
from motcua.services.procedures.models import Case
from motcua.services.procedures.runtime import Package, package_of, version_to_file


@router.post(
    "/files", auth=Bearer(FILES), response={201: FileDetail}, operation_id="storeFile", summary="Upload a file"
)
def upload(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """Store a file to attach it afterwards; what nothing refers to is deleted after two days.

    The type is read from the content; virus scanning follows ``scan_state``.
    """
    return shapes.file(store(file, name=file.name or "", by=principal(request).uploader))


@router.post(
    "/dossiers", auth=Bearer(WRITE), response={201: DossierRow}, operation_id="fileDossier", summary="File a dossier"
)
def file_dossier(request: HttpRequest, response: HttpResponse, filing: FilingInput) -> dict[str, Any]:
    """File a dossier: a citizen online, an officer at the counter, a service for another system.

    It is `submitted` under its submission number until the counter accepts it; with `accept` an officer of the
    receiving office accepts it at once and `code` is given.
    """
    filed = _file(principal(request), viewer(request), filing)
    response.headers["Location"] = reverse("api:dossier", args=[filed.number])
    return shapes.rows([filed])[0]


@transaction.atomic
def _file(asks: Principal, sees: Viewer, filing: FilingInput) -> Dossier:
    version = version_to_file(filing.procedure)
    package = package_of(version.pk)
    case = _case(package, filing.case)
    desk = desk_for(sees.desk, version)
    office = _office(package, desk, filing)
    by = _actor(sees, desk, office, filing)
    representative, applicant = _people(sees, filing)
    dossier = actions.submit(
        actions.Submission(
            version=version,
            case=case,
            channel=filing.channel,
            applicant=applicant,
            representative=representative,
            form_data=_form_data(asks, package, filing.form),
            papers=new_papers(asks, package, case.pk, filing.papers, at_desk=filing.channel != Channel.ONLINE),
            receiving_office=office.pk,
            copies=filing.copies,
            return_method=filing.return_method,
            return_address=filing.return_address,
        ),
        by=by,
    )
    if filing.accept:
        actions.accept(dossier.pk, by=by)
    return Dossier.objects.for_list().get(pk=dossier.pk)


def _case(package: Package, code: str) -> Case:
    for case in package.cases:
        if code in ("", case.code):
            return case
    raise Refused(_("This procedure has no such case."), field="case", code="case")


def _office(package: Package, desk: Desk, filing: FilingInput) -> Office:
    """The named office, else the only one at whose counter the officer receives the procedure."""
    today = timezone.localdate()
    if filing.office:
        named = office_by_code(filing.office, today)
        offices = receiving_offices(package, today)
        found = offices.filter(pk=named.pk).first() if named else None
    else:
        mine = desk.offices_with(RECEPTION)
        found = Office.objects.filter(pk__in=mine).first() if len(mine) == 1 else None
    if found is None:
        raise Refused(_("Name the office that receives this procedure by its code."), field="office", code="office")
    return found


def _actor(sees: Viewer, desk: Desk, office: Office, filing: FilingInput) -> Actor:
    """Who files: citizens online, officers at their counter; a service over any channel, but it cannot accept."""
    if filing.accept and not desk.has_role(RECEPTION, office.pk):
        raise NotAllowed(_("Only an officer of the receiving office accepts a dossier."), code="may_not_accept")
    if sees.account is None:
        return citizen(None)
    if desk.positions and filing.channel != Channel.ONLINE:
        if not desk.has_role(RECEPTION, office.pk):
            raise NotAllowed(_("You do not sit at the counter of this office."), code="may_not_file")
        return officer(desk, offices=[office.pk], roles=(RECEPTION,))
    if not sees.account.is_citizen:
        raise NotAllowed(_("Officers file dossiers at the counter or by post."), code="may_not_file")
    if filing.channel != Channel.ONLINE:
        raise NotAllowed(_("Citizens and businesses file online."), code="may_not_file")
    return citizen(sees.account.pk)


def _people(sees: Viewer, filing: FilingInput) -> tuple[Party | None, Party]:
    """The representative, if another files for the applicant, and the applicant.

    The applicant is judged first: who may not apply is not told whether somebody else is registered.
    """
    online, agent = filing.channel == Channel.ONLINE, filing.representative
    if online and agent is not None:
        text = _("Online the representative is who files; leave this out.")
        raise Refused(text, field="representative", code="own_filing")
    if sees.account is not None and online:
        return _own_parties(sees, filing.applicant)
    if filing.applicant is None:
        raise Refused(_("Say who applies."), field="applicant", code="required")
    applicant = _found_or_registered(sees, filing.applicant)
    if not online:
        require_unbarred(sees, applicant)
    if agent is None:
        return None, applicant
    return registered_agent(agent.number, name=agent.name, field="representative"), applicant


def _own_parties(sees: Viewer, given: ApplicantInput | None) -> tuple[Party | None, Party]:
    assert sees.account is not None
    own, *others = parties_of(sees.account, timezone.localdate())
    if given is None:
        return None, own
    number = given.identity_number or given.tax_code.replace("-", "")
    for party in (own, *others):
        if number and number in (party.identity_number, party.tax_code):
            return (None if party == own else own), party
    raise NotAllowed(_("You may apply for yourself and for those whom you represent."), code="not_represented")


def _found_or_registered(sees: Viewer, given: ApplicantInput) -> Party:
    """The party with this number. What is stored of it stays: another name is a mistake to be looked into."""
    if not given.name:
        raise Refused(_("Write the name of the applicant."), field="applicant.name", code="required")
    known = party_with_number(given.identity_number or given.tax_code)
    if known is None:
        fields = given.model_dump(exclude={"kind", "name", "identity_number", "tax_code"})
        return register_party(
            kind=given.kind,
            name=given.name,
            identity_number=given.identity_number,
            tax_code=given.tax_code,
            by=sees.account,
            **fields,
        )
    if (known.kind, known.name_fold) != (given.kind, fold(given.name)):
        text = _("This number is registered under another name.")
        raise Refused(text, field="applicant.name", code="another_name")
    return known


def _form_data(asks: Principal, package: Package, given: dict[str, Any]) -> dict[str, Any]:
    """The cleaned answers; file fields take what the same bearer has uploaded. Raises ``Invalid`` under ``form.``."""
    files = uploads_among(asks, set(_uuids_in(given)))
    held = {str(key): name for key, name in files.items()}
    cleaned = clean_json(package.form, given, around=surroundings.of_data(package.form, given, held))
    if not cleaned.valid:
        errors = {f"form.{name}": message for name, message in cleaned.errors.items()}
        raise Invalid(_("Some answers of the form are not right."), errors=errors)
    keep(files)
    return cleaned.data


def _uuids_in(given: object) -> Iterator[UUID]:
    """Whatever in the answers may name a file."""
    if isinstance(given, dict | list):
        for each in given.values() if isinstance(given, dict) else given:
            yield from _uuids_in(each)
    elif isinstance(given, str) and len(given) == 36:
        with suppress(ValueError):
            yield UUID(given)


def new_papers(
    asks: Principal, package: Package, case: UUID, given: list[PaperInput], *, at_desk: bool
) -> list[NewPaper]:
    """The papers as the actions take them. Raises ``Refused`` for a paper that the case does not have.

    ``at_desk``: they came on paper, so that a file is a scan of one (số hoá); else the file is the paper itself.
    """
    require_own_files(asks, {f"papers.{at}.file": paper.file for at, paper in enumerate(given) if paper.file})
    listed = {paper.code: paper for paper in package.papers(case)}
    made = []
    for at, paper in enumerate(given):
        if paper.paper and paper.paper not in listed:
            raise Refused(_("This case has no such paper."), field=f"papers.{at}.paper", code="paper")
        known = listed.get(paper.paper)
        name = paper.name or (known.name[:1000] if known else "")
        if not name:
            raise Refused(_("Write the name of the paper."), field=f"papers.{at}.name", code="required")
        if at_desk and paper.file and paper.no_scan_reason:
            text = _("This paper has been scanned already.")
            raise Refused(text, field=f"papers.{at}.no_scan_reason", code="digitised")
        made.append(
            NewPaper(
                name=name,
                case_paper=known.pk if known else None,
                form=paper.form,
                copies=paper.copies,
                file=paper.file,
                digitised=at_desk and paper.file is not None,
                reused=at_desk and paper.reused,
                no_scan_reason=(paper.no_scan_reason or "") if at_desk else "",
                valid_to=paper.valid_to if at_desk else None,
            )
        )
    return made


def office_named(code: str) -> Office:
    """An office by its code today. Raises ``NotFound``."""
    found = office_by_code(code, timezone.localdate())
    if found is None:
        raise NotFound(_("There is no office with this code."), field="office")
    return found
