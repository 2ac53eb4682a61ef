"""One act on one dossier as a program asks for it, what it may concern, and what the process says of its steps."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.engines.forms.validation import clean_json
from motcua.engines.process.graph import Node
from motcua.kernel.errors import Invalid, NotAllowed
from motcua.kernel.web.api import Input
from motcua.people.accounts.principals import Principal
from motcua.services.dossiers import surroundings
from motcua.services.dossiers.abilities import may_claim, may_work
from motcua.services.dossiers.access import Accessed
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.api.viewers import WRITE
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.procedures.runtime import Package, package_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Steps = Sequence[WorkItem]


@dataclass(frozen=True)
class Doing:
    """Who asks, and the dossier as they get it."""

    asks: Principal
    accessed: Accessed

    @property
    def dossier(self) -> Dossier:
        """The dossier."""
        return self.accessed.dossier

    @property
    def key(self) -> UUID:
        """Its primary key."""
        return self.dossier.pk

    @cached_property
    def package(self) -> Package:
        """The package that it runs on."""
        return package_of(self.dossier.procedure_version_id)

    def by(self, *roles: str, step: WorkItem | None = None) -> Actor:
        """The bearer in the position that fits: of the step's office, else of the dossier's."""
        return self.accessed.viewer.acts_as(self.dossier, office=step.office_id if step else None, roles=roles)

    def node(self, step: WorkItem) -> Node:
        """What the process says of a step."""
        return self.package.graph.nodes[step.node]

    # -- the steps that an act may concern ------------------------------------------------------------------------

    def mine(self) -> Steps:
        """The open steps that the bearer may work on."""
        return [step for step in self.accessed.steps if may_work(self.accessed.desk, step)]

    def claimable(self) -> Steps:
        """Those that nobody has taken, or only who is away and whom the bearer stands in for."""
        return [step for step in self.accessed.steps if may_claim(self.accessed.desk, step)]

    def held(self) -> Steps:
        """Those that the bearer has taken."""
        return [step for step in self.mine() if step.assignee_id == self.accessed.desk.account_id]

    def completable(self) -> Steps:
        """Those with an end that needs no signature."""
        return [step for step in self.mine() if not self.node(step).sign or self.outcomes(step)]

    def preparing(self) -> Steps:
        """Those that make a result."""
        return [step for step in self.mine() if self.node(step).result and not self.node(step).sign]

    def initialling(self) -> Steps:
        """Those that end by initials."""
        return [step for step in self.mine() if self.node(step).sign == "initials"]

    def drafting(self) -> Steps:
        """Those whose result is also drafted in Word."""
        return [step for step in self.preparing() if self.package.results[self.node(step).result].draft]

    def signing(self) -> Steps:
        """Those that the leader ends by signing."""
        return [step for step in self.mine() if self.node(step).sign == "leader"]

    def sealing(self) -> Steps:
        """Those that the clerk ends by numbering and sealing."""
        return [step for step in self.mine() if self.node(step).sign == "seal"]

    def headed(self) -> Steps:
        """Those of the offices that the bearer heads; all of them for an administrator."""
        viewer = self.accessed.viewer
        return [
            step
            for step in self.accessed.steps
            if viewer.is_administrator or step.office_id in self.accessed.desk.headed_office_ids
        ]

    def sent(self) -> Steps:
        """Those that the bearer has passed on and nobody has opened; one statement."""
        steps = [step.pk for step in self.accessed.steps if step.seen_at is None and step.assignee_id is None]
        account = self.accessed.desk.account_id
        return list(WorkItem.objects.filter(pk__in=steps, previous__finished_by=account).select_related("office"))

    def one_of(self, steps: Steps, key: UUID) -> WorkItem:
        """The named step, if the act may concern it. Raises ``NotAllowed``."""
        for step in steps:
            if step.pk == key:
                return step
        raise NotAllowed(_("There is no step here for you to do."), code="no_step")

    # -- what a step asks for -------------------------------------------------------------------------------------

    def outcomes(self, step: WorkItem) -> list[str]:
        """The ends of a step without a signature: signing itself gives the first."""
        node = self.node(step)
        return [outcome.id for outcome in (node.outcomes[1:] if node.sign else node.outcomes)]

    def step_form(self, step: WorkItem) -> Any:
        """The form-js schema that the officer fills in at a step; None where there is none."""
        name = self.node(step).form
        return json.loads(self.package.files[self.package.manifest.step_forms[name]]) if name else None

    def answers(self, step: WorkItem, given: dict[str, Any]) -> dict[str, Any]:
        """The cleaned answers of a step's form. Raises ``Invalid`` with the path of each mistake under ``data``."""
        name = self.node(step).form
        if not name:
            if given:
                text = _("This step has no form.")
                raise Invalid(text, errors={"data": text})
            return {}
        form = self.package.step_forms[name]
        cleaned = clean_json(form, given, around=surroundings.of_data(form, given))
        if not cleaned.valid:
            errors = {f"data.{path}": message for path, message in cleaned.errors.items()}
            raise Invalid(_("Some answers of the form are not right."), errors=errors)
        return cleaned.data


@dataclass(frozen=True)
class Act:
    """One act. ``steps`` gives the steps it may concern, ``choices`` the values that an input may take.

    ``do`` answers False when the process could not go on.
    """

    title: "StrOrPromise"
    ability: str
    taken: type[Input]
    do: Callable[[Doing, Any], bool | None]
    steps: Callable[[Doing], Steps] | None = None
    choices: Callable[[Doing, WorkItem | None], dict[str, list[str]]] = lambda doing, step: {}
    scope: str = WRITE
    has_form: bool = False
