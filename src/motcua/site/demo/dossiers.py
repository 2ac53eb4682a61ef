"""Letting the demonstration's dossiers run: every step by an action, by an officer who may do it, at a past moment."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from motcua.kernel.time.queries import calendar_for
from motcua.people.citizens.models import Party
from motcua.people.organisations.models import OfficeCode
from motcua.services.dossiers import actions
from motcua.services.dossiers.actors import Actor, citizen
from motcua.services.dossiers.limits import of_terms
from motcua.services.dossiers.models import (
    Channel,
    Dossier,
    FeeLine,
    ReturnMethod,
    ReturnProof,
    State,
    Timer,
    WorkItem,
)
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.runtime import package_of
from motcua.site.demo.endings import ENDINGS
from motcua.site.demo.moments import accepted_for, earlier, later
from motcua.site.demo.papers import handed_in
from motcua.site.demo.staff import Staff
from motcua.site.demo.stories import Story, form_data, stories, written

PACE = 2  # working hours between two steps
TO_ACCEPT = 0.5  # working hours from submission to acceptance
MOST_STEPS = 60


def let_run(versions: Mapping[str, ProcedureVersion], *, now: datetime) -> int:
    """All dossiers of ``demo/dossiers.csv``; ``versions`` by the folders of their packages. Returns how many."""
    staff = Staff(now)
    told = stories()
    for story in told:
        _Walk(story, versions[story.procedure], staff, now).run()
    return len(told)


class _Walk:
    """One dossier on its way. ``at`` is the moment that it has reached."""

    def __init__(self, story: Story, version: ProcedureVersion, staff: Staff, now: datetime) -> None:
        self.story, self.version, self.staff, self.now = story, version, staff, now
        self.package = package_of(version.pk)
        self.case = next(case for case in self.package.cases if case.code == story.case)
        self.office = OfficeCode.objects.get(code=story.office, valid_to=None).office_id
        self.applicant = Party.objects.get(**_number(story.applicant))
        self.calendar = calendar_for(self.office)
        self.reception = self._officer("reception")
        self.at = self._beginning()

    def run(self) -> None:
        """From submission to where the story ends."""
        dossier = self._submit()
        if self.story.until != State.SUBMITTED:
            self._later(TO_ACCEPT)
            actions.accept(dossier.pk, by=self.reception, at=self.at)
            if self.story.channel == Channel.COUNTER and "payment" not in self._awaited:
                self._settle(dossier)
            self._go_on(dossier)
        if self.story.end:
            self._later(PACE)
            ENDINGS[self.story.end](dossier, self._ending_officer(dossier), self._applicant_actor, self.at)

    def _beginning(self) -> datetime:
        if self.story.begun is not None:
            return earlier(self.now, self.story.begun * 8, self.calendar)
        assert self.story.due_in is not None
        terms = self.package.terms(self.case.pk, self.story.channel)
        assert terms is not None
        assert terms.limit_value is not None
        shift = later if self.story.due_in > 0 else earlier
        target = shift(self.now, abs(self.story.due_in), self.calendar)
        accepted = accepted_for(target, of_terms(terms.limit_value, terms.limit_unit), self.calendar)
        return earlier(min(accepted, self.now), TO_ACCEPT, self.calendar)

    def _submit(self) -> Dossier:
        by = self._applicant_actor if self.story.channel == Channel.ONLINE else self.reception
        given = actions.Submission(
            version=self.version,
            case=self.case,
            channel=self.story.channel,
            applicant=self.applicant,
            form_data=form_data(self.story.procedure, self.package.form, self.applicant),
            receiving_office=self.office,
            papers=handed_in(
                self.package,
                self.case,
                channel=self.story.channel,
                holder=self.applicant.name,
                by=by,
                at=self.at,
            ),
            return_method=ReturnMethod.POST if self.story.channel == Channel.POST else ReturnMethod.DESK,
            return_address=self.applicant.address,
        )
        return actions.submit(given, by=by, at=self.at)

    def _go_on(self, dossier: Dossier) -> None:
        for _ in range(MOST_STEPS):
            standing = list(WorkItem.objects.filter(dossier=dossier, finished_at=None).order_by("opened_at", "id"))
            if self.story.until in {item.node for item in standing}:
                return
            steps = [item for item in standing if item.state == WorkItem.State.OPEN and item.kind == "step"]
            if steps:
                self._do(dossier, steps[0])
            elif not standing:
                self._return(dossier)
                return
            elif not self._wait(dossier):
                return

    def _do(self, dossier: Dossier, item: WorkItem) -> None:
        self._later(PACE)
        node = self.package.graph.nodes[item.node]
        assert item.office_id is not None
        by = self._officer(item.role, item.office_id)
        if node.sign == "initials":
            actions.initial_result(dossier.pk, item=item.pk, by=by, at=self.at)
            return
        if node.sign == "leader":
            actions.sign_result(dossier.pk, item=item.pk, by=by, at=self.at)
            return
        if node.sign == "seal":
            actions.seal_result(dossier.pk, item=item.pk, by=by, at=self.at)
            return
        if node.result:
            data = written(self.story.procedure, node.result, self.applicant)
            actions.prepare_result(
                dossier.pk, item=item.pk, template=node.result, data=data, by=by, at=self.at
            )  # fmt: skip
        outcome = self.story.outcomes.get(node.id) or next((declared.id for declared in node.outcomes), None)
        actions.complete(dossier.pk, item=item.pk, outcome=outcome, by=by, at=self.at)

    def _wait(self, dossier: Dossier) -> bool:
        """Let happen what the process waits for. False when that lies ahead, or with a child dossier."""
        timer = Timer.objects.filter(work_item__dossier=dossier, fired_at=None, due_at__lte=self.now).first()
        if timer is not None:
            self.at = max(self.at, timer.due_at)
            return actions.fire_timer(timer.pk, at=self.at)
        self._later(PACE)
        return self._settle(dossier)

    def _settle(self, dossier: Dossier) -> bool:
        lines = list(FeeLine.objects.filter(dossier=dossier, state=FeeLine.State.DUE, amount__gt=0))
        for line in lines:
            actions.collect_fee(dossier.pk, line=line.pk, method=FeeLine.Method.CASH, by=self.reception, at=self.at)
        return bool(lines)

    def _return(self, dossier: Dossier) -> None:
        if self.story.until == State.RETURNED:
            self._later(PACE)
            self._settle(dossier)
            method = ReturnMethod.POST if self.story.channel == Channel.POST else ReturnMethod.DESK
            actions.return_result(
                dossier.pk,
                method=method,
                to_name=self.applicant.name,
                proof=ReturnProof.SIGNATURE if method == ReturnMethod.DESK else "",
                number="15" if method == ReturnMethod.DESK else "EA000000015VN",
                by=self.reception,
                at=self.at,
            )

    def _later(self, hours: float) -> None:
        self.at = min(later(self.at, hours, self.calendar), self.now)

    @property
    def _awaited(self) -> set[str]:
        return {node.message for node in self.package.graph.nodes.values()}

    @property
    def _applicant_actor(self) -> Actor:
        return citizen(self.applicant.account_id)

    def _officer(self, role: str, office: UUID | None = None) -> Actor:
        actor = self.staff.actor(office or self.office, role)
        if actor is None:
            raise LookupError(f"demo/officers.csv: nobody is {role} in {office or self.story.office}")
        return actor

    def _ending_officer(self, dossier: Dossier) -> Actor:
        """Whoever has the dossier in hand: the officer of the open step, else the desk."""
        item = WorkItem.objects.filter(dossier=dossier, state=WorkItem.State.OPEN, kind="step").first()
        return self._officer(item.role, item.office_id) if item and item.role else self.reception


def _number(number: str) -> dict[str, str]:
    return {"identity_number": number} if len(number) == 12 else {"tax_code": number}
