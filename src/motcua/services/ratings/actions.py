"""What can happen: the end of a dossier is followed by an invitation, an invitation by one answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.actions import settle
from motcua.engines.editions.queries import numbered
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.events.models import Event
from motcua.kernel.text.typed import written
from motcua.services.dossiers.models import Channel, Dossier, WorkItem
from motcua.services.ratings import rules
from motcua.services.ratings.access import machine_of, returned_of
from motcua.services.ratings.evaluation import measures
from motcua.services.ratings.models import Answer, Invitation, Share
from motcua.services.ratings.questionnaires import QUESTIONNAIRE
from motcua.services.service_centre.models import Device

AT_THE_DESK = ("dossier.accepted", "dossier.returned")
BY_OFFICERS = (*AT_THE_DESK, "dossier.refused", "dossier.stopped", "dossier.withdrawn")


@transaction.atomic
def invite(dossier: Dossier, *, at: datetime) -> Invitation | None:
    """Ask for an answer to a return or another end, once; None when its time is over, or it has been asked already.

    Nor is anybody asked after an end that the questionnaire of its day leaves out, or about a dossier in which no
    officer has had a part. ``dossier`` comes with its procedure version; eight statements.
    """
    ended_at = dossier.returned_at or dossier.closed_at
    assert ended_at is not None
    edition = settle(QUESTIONNAIRE, timezone.localdate(ended_at), at=at)
    closes_at = rules.closes(ended_at, edition.rules)
    if closes_at <= at or dossier.state not in edition.rules.asked_after:
        return None
    told = list(Event.objects.filter(stream=dossier.stream, kind__in=BY_OFFICERS).order_by("position"))
    parts = _who(dossier, told)
    if not parts:
        return None
    returned = next((event.actor for event in reversed(told) if event.kind == "dossier.returned"), None)
    method = _method(dossier)
    invitation, new = Invitation.objects.get_or_create(
        dossier=dossier,
        defaults={
            "questionnaire": edition.number,
            "procedure_id": dossier.procedure_version.procedure_id,
            "receiving_office_id": dossier.receiving_office_id,
            "ending": dossier.state,
            "method": method,
            "returned_at": ended_at,
            "closes_at": closes_at,
            "returned_by_id": returned if method == "desk" else None,
        },
    )
    if not new:
        return None
    Share.objects.bulk_create(Share(invitation=invitation, office_id=office, officer_id=by) for office, by in parts)
    return invitation


def _method(dossier: Dossier) -> str:
    """Whether whoever is asked may stand at the counter: a kiosk there then takes their answer, too."""
    if dossier.returned_at is not None:
        return dossier.return_method
    return "desk" if dossier.channel == Channel.COUNTER else ""


def _who(dossier: Dossier, told: Sequence[Event]) -> list[tuple[UUID, UUID]]:
    """(office, officer): who received, returned or ended it, and who finished a step; applicants act for no office."""
    found = set[tuple[UUID, UUID]]()
    steps = WorkItem.objects.filter(dossier=dossier, kind="step", state="done")
    acts = ((event.agency, event.actor) for event in told if event.agency or event.kind in AT_THE_DESK)
    for office, officer in (*steps.values_list("office", "finished_by"), *acts):
        if officer is not None:
            found.add((office or dossier.receiving_office_id, officer))
    return sorted(found)


@transaction.atomic
def answer(
    invitation: UUID,
    *,
    typed: Mapping[str, str],
    comment: str = "",
    device: Device | None = None,
    by: UUID | None = None,
    at: datetime | None = None,
) -> Answer:
    """Take the one answer to an end, by its personal link or at a registered kiosk or tablet (``device``).

    Raises ``NotFound``, ``Conflict`` (answered already), ``Invalid`` (by question) and ``Refused``: too late, not at
    the place of the return, or from an officer who had a part in it.
    """
    found = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation).first()
    if found is None:
        raise NotFound(_("There is nothing to answer here."))
    if Answer.objects.filter(invitation=found).exists():
        raise Conflict(_("You have answered already. Thank you."), code="answered")
    now = at or timezone.now()
    sheet = numbered(QUESTIONNAIRE, found.questionnaire).rules
    rules.check_time(returned_of(found), sheet, machine=machine_of(device) if device else None, at=now)
    if by is not None and Share.objects.filter(invitation=found, officer=by).exists():
        raise Refused(_("Who worked on a dossier does not rate it."), code="own_work")
    scores = rules.read_answers(sheet, typed)
    text = written(comment, field="comment", longest=rules.LONGEST_COMMENT)
    return _written(found, sheet, scores, text, device=device, at=now)


@transaction.atomic
def pass_over(invitation: UUID, *, at: datetime) -> None:
    """Who does not wish to answer at the counter is not asked there again; the personal link stays."""
    Invitation.objects.filter(pk=invitation, passed_at=None).update(passed_at=at)


def _written(
    invitation: Invitation,
    sheet: rules.Questionnaire,
    scores: dict[str, int],
    comment: str,
    *,
    device: Device | None,
    at: datetime,
) -> Answer:
    overall = scores[rules.OVERALL]
    channel = machine_of(device).channel if device else "link"
    made = Answer.objects.create(
        invitation=invitation,
        channel=channel,
        device=device,
        scores=scores,
        overall=overall,
        satisfied=overall >= sheet.satisfied_from,
        comment=comment,
        answered_at=at,
    )
    measures.of_answer(invitation, rules.points_of(sheet, scores), at=at)
    record(
        stream=f"rating:{invitation.pk}",
        kind="rating.answered",
        actor=None,  # an answer is not signed with a name
        agency=invitation.receiving_office_id,
        references={"overall": overall, "channel": channel, **({"device": device.pk} if device else {})},
        personal={"comment": comment} if comment else None,
        at=at,
    )
    return made
