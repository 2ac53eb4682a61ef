"""The one way to get at a dossier: who may see it, and what they may do with it.

``dossier_for`` finds by code or submission number, applies who may see it, and gives the abilities: a whole dict of
act → bool that decides buttons and permissions alike. What somebody may not know of is not there (``NotFound``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, IntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.composed import Composed
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.time.queries import IN_FORCE, Book, book
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import party_ids_of
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import desk_of, is_own_or_relative, own_or_relatives
from motcua.services.dossiers.abilities import (
    ABILITIES,
    RECEPTION,
    RETURN,
    may_work,
    of_applicant,
    of_desk,
    of_steps,
    of_supplement,
)
from motcua.services.dossiers.actors import Actor, citizen, officer
from motcua.services.dossiers.approvers import needs_approval
from motcua.services.dossiers.awaiting import awaited_messages
from motcua.services.dossiers.delegating import Limited, desk_about
from motcua.services.dossiers.dues import Dues, dues_of, fee_due_text, fee_first_text
from motcua.services.dossiers.looks import record_look
from motcua.services.dossiers.models import (
    Channel,
    CoApplicant,
    Dossier,
    DossierQuerySet,
    Draft,
    Involvement,
    ResultDocument,
    State,
    SupplementProposal,
    WorkItem,
)
from motcua.services.dossiers.models.dossier import without_package
from motcua.services.dossiers.rules import states

_dossiers, _steps = Composed[Dossier](), Composed[WorkItem]()


@dataclass(frozen=True)
class Viewer:
    """Who looks: an account with its desk and the parties it speaks for, or a service with an API token."""

    account: Account | None = None
    desk: Desk = field(default_factory=Desk)
    service: str = ""
    token: UUID | None = None  # the service's, under which its looks are recorded

    @classmethod
    def of(cls, account: Account) -> "Viewer":
        """The viewer behind an account that is not in a web request (API token, command line)."""
        return cls(account=account, desk=desk_of(account, timezone.now()) if _may_have_desk(account) else Desk())

    @cached_property
    def parties(self) -> frozenset[UUID]:
        """The citizens and businesses whose dossiers are theirs: own and represented."""
        return (
            frozenset(party_ids_of(self.account))
            if self.account is not None and self.account.is_citizen
            else frozenset()
        )

    @cached_property
    def offices(self) -> tuple[UUID, ...]:
        """The offices whose dossiers are theirs to see, in a fixed order."""
        return tuple(sorted(self.desk.office_ids | self.desk.headed_office_ids))

    @cached_property
    def limited(self) -> tuple[Limited, ...]:
        """By what delegations are limited to, the offices whose dossiers are theirs to see as far as that reaches."""
        found = (
            Limited.of(scope, part.office_ids | part.headed_office_ids) for scope, part in self.desk.parts.items()
        )
        return tuple(each for each in found if each.reaches)

    @property
    def asking(self) -> tuple[object, ...]:
        """The parameters of :func:`visible_to`."""
        parties = sorted(self.parties)
        limited = (value for each in self.limited for value in each.asking)
        return () if self.sees_all else (*parties, *parties, *self.offices, *limited)

    @property
    def shape(self) -> tuple[object, ...]:
        """What else the statement of :func:`visible_to` depends on."""
        return self.sees_all, len(self.parties), len(self.offices), *(each.shape for each in self.limited)

    @property
    def sees_all(self) -> bool:
        """Whether every dossier is theirs to see."""
        return self.is_administrator or bool(self.service)

    @property
    def is_administrator(self) -> bool:
        """Whether they belong to the province's ICT centre."""
        return self.desk.is_administrator

    def acts_as(self, dossier: Dossier, *, office: UUID | None = None, roles: tuple[str, ...] = ()) -> Actor:
        """The actor for an event: the officer in the fitting position, else the citizen."""
        if self.account is not None and not self.desk.is_empty:
            offices = (office, dossier.receiving_office_id, dossier.resolving_office_id)
            return officer(desk_about(self.desk, dossier), offices=offices, roles=roles)
        return citizen(self.account.pk if self.account else None)


@dataclass(frozen=True)
class Accessed:
    """A dossier as one viewer gets it, with its open steps and what the viewer may do."""

    dossier: Dossier
    viewer: Viewer
    steps: tuple[WorkItem, ...]
    abilities: Mapping[str, bool]
    is_applicant: bool
    proposal: SupplementProposal | None = None  # a further supplement that waits for approval
    dues: Dues = field(default_factory=Dues)  # of a decided dossier

    @cached_property
    def calendars(self) -> Book:
        """The calendars in force when the dossier was read."""
        return book(self.dossier.calendars)  # type: ignore[attr-defined]  # annotated by dossier_for

    @cached_property
    def desk(self) -> Desk:
        """The viewer's desk for this dossier: with the delegations that are limited and reach it."""
        return desk_about(self.viewer.desk, self.dossier)

    @cached_property
    def fee_due(self) -> int:
        """How much holds up the result, in đồng, that the viewer would else return or fetch; 0 when nothing does."""
        if self.dossier.state != State.DECIDED:
            return 0
        waits = (
            self.dossier.return_method == "online"
            if self.is_applicant
            else _returns(self.viewer, self.desk, self.dossier)
        )
        return self.dues.first if waits else 0

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the viewer may do this now; ``Refused`` where only a fee stands in the way."""
        if not self.abilities[act]:
            if act == ("download_result" if self.is_applicant else "return") and self.fee_due:
                text = fee_first_text(self.fee_due) if self.is_applicant else fee_due_text(self.fee_due)
                raise Refused(text, code="fee_due")
            raise NotAllowed(_("You may not do this with this dossier now."), code=f"may_not_{act}")

    def my_step(self, item: UUID | None = None) -> WorkItem:
        """The open step that the viewer may work on: the asked one, or the only one. Raises ``NotAllowed``."""
        mine = [step for step in self.steps if may_work(self.desk, step) and item in (None, step.pk)]
        if not mine or not self.abilities["complete"]:
            raise NotAllowed(_("There is no step here for you to do."), code="no_step")
        return mine[0]

    def step_in_my_office(self, item: UUID) -> WorkItem:
        """An open step of an office that the viewer heads. Raises ``NotAllowed``."""
        for step in self.steps:
            if step.pk == item and (step.office_id in self.desk.headed_office_ids or self.viewer.is_administrator):
                return step
        raise NotAllowed(_("Only the head of the office gives work to others."), code="not_head")


def visible_to(viewer: Viewer) -> Q:
    """The condition under which dossiers are the viewer's to see; inside every query of lists and search.

    Citizens see the dossiers of those whose affairs they conduct today: their own, also where they apply together
    with others, and of whom they represent. What stays for who filed one as a representative when that has ended
    is what they filed and how it ended (``filed.filed_for``).
    """
    if viewer.sees_all:
        return Q()
    mine = Q(pk__in=[])
    if viewer.parties:
        mine |= Q(applicant__in=sorted(viewer.parties)) | Q(_joint(viewer))
    if viewer.offices:
        mine |= _involving(viewer.offices)
    for limited in viewer.limited:
        mine |= _involving(limited.offices) & limited.reached
    return mine


def _involving(offices: Collection[UUID]) -> Q:
    return Q(pk__in=Involvement.objects.filter(office__in=offices).values("dossier"))


def _joint(viewer: Viewer) -> Func:
    """Whether the viewer's parties apply, too: ``id = ANY(ARRAY(…))``, which the index of keys answers."""
    found = CoApplicant.objects.filter(party__in=sorted(viewer.parties), dossier__isnull=False)
    keys = ArraySubquery(found.order_by().values("dossier"))
    return Func(F("pk"), keys, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())


def dossiers_for(viewer: Viewer) -> DossierQuerySet:
    """All dossiers that the viewer may see."""
    found: DossierQuerySet = Dossier.objects.filter(visible_to(viewer))
    return found


def dossier_for(viewer: Viewer, number: str, *, purpose: str = "") -> Accessed:
    """The dossier with this code or submission number, as the viewer gets it; six statements, seven of a joint one.

    Who does not apply leaves an access record (``purpose``) for all whose data it holds. Raises ``NotFound``.
    """
    dossier = _found(viewer, number)
    if dossier is None:
        raise NotFound(_("There is no such dossier, or it is not yours to see."))
    steps = open_steps(dossier.pk)
    first = dossier.applicant_id in viewer.parties
    is_applicant = first or (dossier.is_joint and _applies_too(viewer, dossier))
    proposal = None if is_applicant else _waiting_proposal(viewer, dossier)
    dues = dues_of(dossier.pk) if dossier.state in (State.DECIDED, State.RETURNED) else Dues()
    abilities = abilities_for(viewer, dossier, steps, is_applicant=is_applicant, proposal=proposal, dues=dues)
    if is_applicant and not first:  # they see all, but the first applicant acts for all
        abilities |= {"answer_supplement": False, "withdraw": False}
    if purpose and not is_applicant and (who := viewer.account.pk if viewer.account else viewer.token):
        record_look(dossier, who=who, purpose=purpose)
    return Accessed(dossier, viewer, steps, abilities, is_applicant, proposal, dues)


def _applies_too(viewer: Viewer, dossier: Dossier) -> bool:
    """Whether the viewer, or whom they represent, applies together with the applicant."""
    return CoApplicant.objects.filter(dossier=dossier, party__in=viewer.parties).exists()


def _waiting_proposal(viewer: Viewer, dossier: Dossier) -> SupplementProposal | None:
    """Looked for only where there can be one: the applicant has been asked as often as the procedure allows."""
    asks = states.allows(dossier.state, "request_supplement") and not viewer.desk.is_empty
    if not asks or not needs_approval(dossier):
        return None
    waiting = SupplementProposal.objects.filter(dossier=dossier, state=SupplementProposal.State.WAITING)
    return waiting.select_related("proposed_by", "approver", "office").first()


def _found(viewer: Viewer, number: str) -> Dossier | None:
    """Composed once for viewers of the same shape: the ORM takes a third of a step's time to write it."""

    def asked() -> QuerySet[Dossier]:
        found = dossiers_for(viewer).filter(Q(code=number) | Q(submission_number=number))
        joined = ("procedure_version__procedure", "receiving_office", "resolving_office", "applicant", "case")
        in_force = RawSQL(IN_FORCE, (), output_field=IntegerField())  # noqa: S611 - a constant of the house
        return found.select_related(*joined).defer(*without_package("procedure_version")).annotate(calendars=in_force)

    found = _dossiers(asked, [*viewer.asking, number, number], shape=viewer.shape)
    return found[0] if found else None


def open_steps(dossier: UUID) -> tuple[WorkItem, ...]:
    """The steps that are open now, the oldest first; one statement, composed once."""

    def asked() -> QuerySet[WorkItem]:
        steps = WorkItem.objects.filter(dossier_id=dossier, kind="step", state="open")
        return steps.select_related("office", "assignee", "previous").order_by("opened_at", "id")

    return tuple(_steps(asked, [dossier, "step", "open"]))


def draft_for(account: Account, key: UUID) -> Draft:
    """The account's own application in the making; one statement. Raises ``NotFound``."""
    draft = (
        Draft.objects.filter(account=account, pk=key)
        .select_related("procedure_version__procedure", "case", "applicant")
        .first()
    )
    if draft is None:
        raise NotFound(_("There is no such application. It may have been sent or deleted already."))
    return draft


def sent_by(account: UUID | None, key: UUID) -> DossierQuerySet:
    """What became of an application in the making that the account has sent or received: one dossier or none."""
    sent = Q(submitted_by=account) if account else Q(pk__in=[])  # what a service filed is nobody's
    found: DossierQuerySet = Dossier.objects.filter(sent, pk=key)
    return found


def invitation_for(account: Account, key: UUID) -> CoApplicant:
    """The account's own invitation to apply together with another; one statement. Raises ``NotFound``."""
    joined = ("draft__procedure_version__procedure", "draft__case", "draft__applicant", "dossier")
    found = CoApplicant.objects.filter(invitations_of(account), pk=key).select_related(*joined).first()
    if found is None:
        raise NotFound(_("There is no such invitation, or the application has been sent or deleted."))
    return found


def invitations_of(account: Account) -> Q:
    """The condition of an account's invitations: bound to its party, or naming its identity number."""
    if not account.is_citizen:
        return Q(pk__in=[])
    own: Party = account.party
    bound = Q(party=own)
    return bound | Q(party=None, identity_number=own.identity_number) if own.identity_number else bound


def abilities_for(
    viewer: Viewer,
    dossier: Dossier,
    steps: tuple[WorkItem, ...],
    *,
    is_applicant: bool,
    proposal: SupplementProposal | None,
    dues: Dues,
) -> dict[str, bool]:
    """Every act and whether the viewer may do it now. An officer never handles their own or a relative's dossier."""
    may = dict.fromkeys(ABILITIES, False)
    may["view"] = True
    may["view_papers"] = True
    if is_applicant:
        may |= of_applicant(dossier)
    elif not _is_barred(viewer, dossier):
        desk = desk_about(viewer.desk, dossier)
        may |= of_desk(desk, dossier, dues) | of_steps(desk, dossier, steps)
        if may["request_supplement"] or proposal is not None:
            may |= of_supplement(desk, dossier, proposal, may_ask=may["request_supplement"])
        coordinates = viewer.sees_all or dossier.resolving_office_id in desk.headed_office_ids
        if coordinates and states.allows(dossier.state, "work"):
            may["deliver_message"] = bool(awaited_messages(dossier))
        if viewer.is_administrator:
            may["reroute"] = may["reassign"] = bool(steps) and states.allows(dossier.state, "work")
    may["download_result"] = dossier.state in (State.DECIDED, State.RETURNED) and (
        not is_applicant or dossier.state == State.RETURNED or (dossier.return_method == "online" and not dues.first)
    )
    return may


def barred_among(viewer: Viewer, people: Collection[Party], numbers: Collection[str] = ()) -> frozenset[UUID | str]:
    """Whose affairs an officer never handles: of some people the officer, those whom they represent, and relatives;
    of further identity numbers those of relatives. Keys and numbers; one statement, however many there are.
    """
    if viewer.account is None:
        return frozenset()
    kept = {person.pk: person.merged_into or person for person in people}
    theirs = own_or_relatives(viewer.account.pk, [*numbers, *(each.identity_number for each in kept.values())])
    barred = {key for key, each in kept.items() if each.pk in viewer.parties or each.identity_number in theirs}
    return frozenset(barred | theirs.intersection(numbers))


def require_unbarred(viewer: Viewer, *applicants: Party) -> None:
    """Raises ``NotAllowed`` for the officer's own dossier, one of whom they represent, or a relative's."""
    if barred_among(viewer, applicants):
        raise NotAllowed(_("You may not handle your own dossier or a relative's; a colleague does."), code="barred")


def require_unbarred_from(viewer: Viewer, dossier: Dossier) -> None:
    """As :func:`require_unbarred`, for all who apply for a dossier; a statement more where several do."""
    others = CoApplicant.objects.filter(dossier=dossier).exclude(party=None).select_related("party__merged_into")
    more = [other.party for other in others if other.party is not None] if dossier.is_joint else []
    require_unbarred(viewer, dossier.applicant, *more)


def _returns(viewer: Viewer, desk: Desk, dossier: Dossier) -> bool:
    """Whether the viewer hands over results where the dossier came in."""
    here = desk.roles_in(dossier.receiving_office_id)
    return bool({RETURN, RECEPTION} & here) and not _is_barred(viewer, dossier)


def _is_barred(viewer: Viewer, dossier: Dossier) -> bool:
    if viewer.account is None or viewer.desk.is_empty:
        return False
    if dossier.channel == Channel.ONLINE and dossier.submitted_by_id == viewer.account.pk:
        return True  # sent for somebody whom they represented then
    applicant = dossier.applicant.merged_into or dossier.applicant
    numbers = [applicant.identity_number]
    if dossier.is_joint:
        numbers += CoApplicant.objects.filter(dossier=dossier).values_list("identity_number", flat=True)
    return is_own_or_relative(viewer.account.pk, *numbers)


def _may_have_desk(account: Account) -> bool:
    return account.is_officer or account.is_administrator


def results_for(accessed: Accessed) -> list[ResultDocument]:
    """The results that the viewer may see: officers from their preparation, the applicant once they may have them."""
    if accessed.is_applicant and not accessed.abilities["download_result"]:
        return []
    return list(ResultDocument.objects.filter(dossier=accessed.dossier).select_related("file__blob", "office"))
