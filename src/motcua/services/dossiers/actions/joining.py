"""Applying together: invited, confirmed, declined, taken back; with the draft they become applicants of the dossier.

Until an application is sent its dossier is not there: what happens is told in the stream ``application:<draft>``.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.messaging.actions import notify
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.text import fold
from motcua.kernel.text.typed import written
from motcua.people.accounts.models import Account
from motcua.people.citizens.actions import register_party
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import party_with_number
from motcua.people.citizens.rules import is_identity_number
from motcua.services.dossiers import notices
from motcua.services.dossiers.access import invitations_of
from motcua.services.dossiers.actions.unsigning import give_up
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.applying import Signature
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import CoApplicant, Dossier, Draft
from motcua.services.procedures.packages.manifest import CoApplicants

AGAIN_AFTER = timedelta(days=1)  # between two reminders by hand
FIRST_AFTER, NEXT_AFTER, MOST_REMINDERS = timedelta(days=2), timedelta(days=3), 3  # by the clock
AT_ONCE = 500


@transaction.atomic
def invite(
    draft: UUID, *, by: Account, name: str, identity_number: str = "", at: datetime | None = None
) -> CoApplicant:
    """Invite somebody to apply, too (mời cùng đề nghị). Who has an account is told; to others the link is handed.

    Raises ``Invalid`` for a wrong name or number, ``Conflict`` for who is invited already or beyond what the package
    says.
    """
    together, now = _together(draft, by), at or timezone.now()
    party = _invited(together, name, identity_number)
    person = CoApplicant.objects.create(
        draft=together.application.draft,
        party=party,
        name=" ".join(name.split())[:200],
        identity_number=identity_number.replace(" ", ""),
        invited_at=now,
    )
    _tell(person, "invited", by, now)
    _notify_invited(person, by, "invited")
    return person


@transaction.atomic
def record_presence(
    draft: UUID, *, by: Account, name: str, identity_number: str, at: datetime | None = None
) -> CoApplicant:
    """At the counter: somebody stands there, too, or has signed the paper form. Raises as :func:`invite` does."""
    together, now = _together(draft, by), at or timezone.now()
    if not identity_number.strip():
        raise Invalid(_("Enter the identity number."), errors={"co-number": _("Enter the identity number.")})
    known = _invited(together, name, identity_number)
    number = identity_number.replace(" ", "")
    party = known or register_party(kind=Party.Kind.CITIZEN, name=name, identity_number=number, by=by)
    person = CoApplicant.objects.create(
        draft=together.application.draft,
        party=party,
        name=party.name,
        identity_number=number,
        state=CoApplicant.State.CONFIRMED,
        way=CoApplicant.Way.PAPER,
        invited_at=now,
        answered_at=now,
    )
    _tell(person, "confirmed", by, now, way=person.way)
    return person


def _invited(together: Together, name: str, identity_number: str) -> Party | None:
    """The party that is meant, if it is known. Raises ``Invalid`` and ``Conflict``."""
    number, applicant = identity_number.replace(" ", ""), together.application.draft.applicant
    errors = {}
    if not name.strip() or len(name.strip()) > 200:
        errors["co-name"] = _("Enter the name.")
    if number and not is_identity_number(number):
        errors["co-number"] = _("An identity number has 12 digits.")
    if number and applicant is not None and applicant.identity_number == number:
        errors["co-number"] = _("This is the first applicant.")
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    party = party_with_number(number) if number else None
    taken = Q(identity_number=number) & ~Q(identity_number="")
    if together.application.draft.co_applicants.filter(taken | (Q(party=party) & Q(party__isnull=False))).exists():
        raise Conflict(_("This person has been invited already."), field="co-number", code="invited")
    if len(together.people) >= _spec(together).most:
        raise Conflict(_("No more people can apply together here."), field="co-name", code="too_many")
    return party


@transaction.atomic
def remove_co_applicant(draft: UUID, *, by: Account, person: UUID, at: datetime | None = None) -> None:
    """Take an invitation back, and what its person has signed with it. As the others confirmed who applies together,
    they confirm anew.
    """
    found, now = _together(draft, by).application.draft, at or timezone.now()
    for each in found.co_applicants.filter(pk=person).select_related("party"):
        party = each.party or party_with_number(each.identity_number)
        if party is not None and party.account_id is not None:
            give_up(found, of=party.account_id, at=now)
        _tell(each, "removed", by, now)
        each.delete()


@transaction.atomic
def remind(draft: UUID, *, by: Account, person: UUID, at: datetime | None = None) -> None:
    """Tell somebody once more who has not confirmed the content as it is. Raises ``Conflict`` within a day."""
    together, now = _together(draft, by), at or timezone.now()
    found = next((each for each in together.people if each.pk == person), None)
    if found is None or together.holds(found):
        raise Conflict(_("There is nobody to remind."), code="nobody")
    if found.reminded_at is not None and found.reminded_at > now - AGAIN_AFTER:
        raise Conflict(_("This person has been reminded today already."), code="reminded")
    remind_person(found, by=by, at=now)


def remind_waiting(*, at: datetime) -> int:
    """Remind those who have said nothing, two days after the invitation and then every three days, three times."""
    quiet = Q(reminded_at=None, invited_at__lt=at - FIRST_AFTER) | Q(reminded_at__lt=at - NEXT_AFTER)
    waiting = CoApplicant.objects.filter(
        quiet,
        draft__isnull=False,
        state=CoApplicant.State.INVITED,
        reminders__lt=MOST_REMINDERS,
        party__account__isnull=False,
    )
    people = waiting.select_related("party", "draft__account", "draft__procedure_version")
    told = 0
    for person in people.order_by("invited_at", "id")[:AT_ONCE]:
        assert person.draft is not None
        with transaction.atomic():
            remind_person(person, by=person.draft.account, at=at)
        told += 1
    return told


def remind_person(person: CoApplicant, *, by: Account, at: datetime) -> None:
    """Tell somebody that their confirmation is waited for."""
    person.reminded_at, person.reminders = at, person.reminders + 1
    person.save(update_fields=["reminded_at", "reminders"])
    _notify_invited(person, by, f"reminded:{person.reminders}")


@transaction.atomic
def confirm_application(person: UUID, *, by: Account, seen: str, at: datetime | None = None) -> CoApplicant:
    """Apply, too: the content with the digest ``seen`` is stated by this person as well.

    Raises ``Conflict`` when it has changed since it was shown, ``Invalid`` while something is missing, ``Refused``
    while a signature that the procedure demands is not there, ``NotFound`` for another's invitation.
    """
    mine, together = own_invitation(person, by)
    if seen != together.digest:
        raise Conflict(_("The application has changed since. Please read it again."), code="changed")
    together.application.require_complete()
    now = at or timezone.now()
    Signature(together.application, by, now, together=True).require()
    mine.party, mine.state, mine.way, mine.digest = by.party, CoApplicant.State.CONFIRMED, CoApplicant.Way.ONLINE, seen
    mine.answered_at, mine.reason = now, ""
    mine.save(update_fields=["party", "state", "way", "digest", "answered_at", "reason"])
    _tell(mine, "confirmed", by, now, way=mine.way, digest=seen)
    if not Together(application_of(together.application.draft)).lacking:
        _notify_first(mine, notices.ALL_CONFIRMED, f"all:{seen}")
    return mine


@transaction.atomic
def decline_application(person: UUID, *, by: Account, reason: str = "", at: datetime | None = None) -> CoApplicant:
    """Not apply, or take a confirmation back; possible until the application is sent. The first applicant is told."""
    mine, _together_with = own_invitation(person, by)
    now, why = at or timezone.now(), written(reason, field="reason", longest=300)
    kind = "withdrawn" if mine.state == CoApplicant.State.CONFIRMED else "declined"
    mine.party, mine.state, mine.way, mine.digest = by.party, CoApplicant.State.DECLINED, "", ""
    mine.answered_at, mine.reason = now, why
    mine.save(update_fields=["party", "state", "way", "digest", "answered_at", "reason"])
    _tell(mine, kind, by, now)
    _notify_first(mine, notices.DECLINED, f"declined:{now.isoformat()}")
    return mine


def require_confirmed(together: Together) -> None:
    """Raises ``Refused`` while confirmations are missing."""
    if missing := together.lacking:
        text = _("%(n)d of those who apply together have not confirmed this content yet.") % {"n": missing}
        raise Refused(text, field="people", code="not_confirmed")


def take_over(people: Sequence[CoApplicant], dossier: Dossier, *, by: UUID | None, at: datetime) -> None:
    """Those who have confirmed become applicants of the dossier, under their own names and not as the first applicant
    typed them; the others go with the draft. Three statements and the event.
    """
    if not people:
        return
    parties = Party.objects.filter(pk__in=[person.party_id for person in people])
    names: dict[UUID | None, str] = {party.pk: party.name for party in parties.only("name")}
    for person in people:
        person.draft, person.dossier, person.name = None, dossier, names[person.party_id]
    CoApplicant.objects.bulk_update(people, ["draft", "dossier", "name"])
    Dossier.objects.filter(pk=dossier.pk).update(is_joint=True)
    dossier.is_joint = True
    record(
        stream=dossier.stream,
        kind="dossier.applied_together",
        actor=by,
        agency=dossier.receiving_office_id,
        at=at,
        person=dossier.applicant_id,
        personal={"people": [{"name": each.name, "at": _iso(each.answered_at), "way": each.way} for each in people]},
        references={"count": len(people), "digest": people[0].digest},
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _together(draft: UUID, by: Account) -> Together:
    """The first applicant's, or the officer's, own draft, locked. Raises ``NotFound``."""
    locked = Draft.objects.select_for_update(of=("self",)).filter(pk=draft, account=by)
    found = locked.select_related("procedure_version__procedure", "case", "applicant").first()
    if found is None:
        raise NotFound(_("There is no such application. It may have been sent or deleted already."))
    together = Together(application_of(found))
    _spec(together)
    return together


def _spec(together: Together) -> CoApplicants:
    if together.spec is None:
        raise Refused(_("For this procedure everybody applies alone."), code="alone")
    return together.spec


def own_invitation(person: UUID, by: Account) -> tuple[CoApplicant, Together]:
    """The account's own invitation with its draft, which is locked. Raises ``NotFound`` for another's or one sent."""
    mine = CoApplicant.objects.filter(invitations_of(by), pk=person, draft__isnull=False)
    key = mine.values_list("draft", flat=True).first()
    locked = Draft.objects.select_for_update(of=("self",)).filter(pk=key) if key else Draft.objects.none()
    draft = locked.select_related("procedure_version__procedure", "case", "applicant").first()
    found = mine.select_related("draft__procedure_version", "party").first() if draft else None
    if found is None or draft is None:
        raise NotFound(_("There is no such invitation, or the application has been sent or deleted."))
    return found, Together(application_of(draft))


@transaction.atomic
def claim_invitation(person: UUID, *, by: Account) -> CoApplicant:
    """Open an invitation that came as a link: from now on it is this account's.

    Raises ``Refused`` where it names another person, ``Conflict`` for who has one already, ``NotFound`` when it is
    gone.
    """
    waiting = CoApplicant.objects.filter(pk=person, draft__isnull=False)
    key = waiting.values_list("draft", flat=True).first()
    draft = Draft.objects.select_for_update(of=("self",)).filter(pk=key).first() if key else None
    found = waiting.first() if draft else None
    if draft is None or found is None or not by.is_citizen:
        raise NotFound(_("There is no such invitation, or the application has been sent or deleted."))
    own: Party = by.party
    if found.party_id == own.pk:
        return found
    number = found.identity_number
    named = number == own.identity_number if number else fold(found.name) == own.name_fold
    if found.party_id is not None or not named or draft.applicant_id == own.pk:
        raise Refused(_("This invitation is for another person: %(name)s.") % {"name": found.name}, code="another")
    theirs = Q(party=own) | Q(identity_number=own.identity_number or "-")
    if draft.co_applicants.exclude(pk=found.pk).filter(theirs).exists():
        raise Conflict(_("You have an invitation to this application already."), code="invited")
    found.party, found.identity_number = own, own.identity_number or ""
    found.save(update_fields=["party", "identity_number"])
    return found


def _tell(person: CoApplicant, kind: str, by: Account, at: datetime, **references: Any) -> None:
    record(
        stream=f"application:{person.draft_id}",
        kind=f"application.{kind}",
        actor=by.pk,
        agency=None,
        at=at,
        person=person.party_id,
        personal={"name": person.name},
        references={"person": person.pk, **references},
    )


def _notify_invited(person: CoApplicant, by: Account, occasion: str) -> None:
    if person.party is None or person.party.account_id is None:
        return
    assert person.draft is not None
    notify(
        notices.INVITED,
        recipients={person.party.account_id},
        facts={"name": by.display_name, "procedure": person.draft.procedure_version.name},
        key=f"application:{person.pk}:{occasion}",
        url=reverse("dossiers:my-joint", args=[person.pk]),
    )


def _notify_first(person: CoApplicant, kind: Any, occasion: str) -> None:
    assert person.draft is not None
    notify(
        kind,
        recipients={person.draft.account_id},
        facts={
            "name": person.name,
            "procedure": person.draft.procedure_version.name,
            "reason": person.reason or _("none given"),
        },
        key=f"application:{person.pk}:{occasion}",
        url=reverse("dossiers:apply-people", args=[person.draft_id]),
    )
