"""Take what the process engine decided and lay it out as work items, timers and follow-ups of a move.

Decisions of the package run at once; services, child dossiers and messages are handed to jobs that are enqueued in
the same transaction.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from motcua.engines.process import stepping
from motcua.engines.process.graph import Graph, Kind, Node
from motcua.engines.process.problems import IllegalMove, ProcessError
from motcua.engines.process.tokens import (
    AwaitMessage,
    CallService,
    Decide,
    OpenStep,
    Reason,
    SendMessage,
    SpawnDossier,
    StartTimer,
    Step,
    Token,
)
from motcua.engines.process.tokens import State as TokenState
from motcua.engines.rules.decisions import merged
from motcua.engines.rules.expressions import holds
from motcua.engines.rules.problems import RuleError
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.time.rules import due
from motcua.services.dossiers import routing
from motcua.services.dossiers.closing import close_proposal, let_go
from motcua.services.dossiers.incidents import report_beside
from motcua.services.dossiers.limits import counted
from motcua.services.dossiers.models import FeeLine, State
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules.clock import is_early
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.runtime import Package

PAYMENT = "payment"  # message that a process waits for until every fee is settled
MOST_DECISIONS = 100
LONGEST_NAME = 200  # of a step; BPMN knows no limit


class CannotProceedError(Exception):
    """A rule or the process itself failed: matter for the exception queue. ``node`` names the element."""

    def __init__(self, message: str, *, node: str = "") -> None:
        super().__init__(message)
        self.node = node


class Advance:
    """Moves the process of one dossier on. ``opened`` are the steps that it opened, for the event."""

    def __init__(self, move: Move, package: Package) -> None:
        self.move = move
        self.package = package
        self.graph: Graph = package.graph
        self.opened: list[Item] = []
        self.sent: list[str] = []
        self.missing: list[str] = []  # selectors for which there is no office, heard of only now
        self._decisions = 0
        self._previous: UUID | None = None

    def start(self) -> None:
        """Begin the process at acceptance. Raises :class:`CannotProceedError`."""
        self._step(lambda **how: stepping.start(self.graph, self.facts(), **how))

    def place(self, node: str) -> None:
        """Begin in the middle, at a step of the main process: for dossiers that ran elsewhere before."""
        self._open(Token(id=str(new_id()), node=node, state=TokenState.OPEN))

    def complete(self, item: Item, outcome: str | None) -> None:
        """Go on behind a finished item. Raises :class:`CannotProceedError`, ``IllegalMove``."""
        self._previous = item.id
        self._step(
            lambda **how: stepping.complete(self.graph, self.tokens(), str(item.id), outcome, self.facts(), **how),
            outcome=outcome,
        )

    def fire(self, item: Item, event: str) -> None:
        """Let a timer of an item fire. Raises as :meth:`complete`."""
        self._step(
            lambda **how: stepping.fire_timer(self.graph, self.tokens(), str(item.id), event, self.facts(), **how)
        )

    def deliver(self, message: str) -> None:
        """Give the process a message. Raises as :meth:`complete`."""
        self._step(lambda **how: stepping.deliver_message(self.graph, self.tokens(), message, self.facts(), **how))

    def send_back(self, item: Item, to_node: str) -> None:
        """Return to an earlier step. Raises as :meth:`complete`."""
        self._previous = item.id
        self._step(
            lambda **how: stepping.send_back(self.graph, self.tokens(), str(item.id), to_node, self.facts(), **how)
        )

    def waits_for(self, message: str) -> bool:
        """Whether a token waits for the message, at a receiving node or at a boundary around it."""
        nodes = self.graph.nodes
        return any(
            nodes[place].message == message
            for item in self.move.standing.items.values()
            for place in (item.node, *self.graph.boundaries.get(item.node, ()))
            if nodes[place].kind in {Kind.RECEIVE, Kind.BOUNDARY}
        )

    def stands_at(self, message: str) -> bool:
        """Whether the process stands still at a receiving node until the message comes."""
        nodes = [self.graph.nodes[item.node] for item in self.move.standing.items.values()]
        return any(node.kind is Kind.RECEIVE and node.message == message for node in nodes)

    def tokens(self) -> list[Token]:
        """The standing work items as the engine's tokens."""
        return [item.as_token() for item in self.move.standing.items.values()]

    def facts(self) -> dict[str, Any]:
        """What conditions may read: the form, the channel, and what steps and decisions added."""
        row = self.move.row
        return {
            **self.package.absent_facts,
            **row.form_data,
            "channel": row.channel,
            "case": self.package.case(row.case_id).code,
            "offices": sorted(row.offices),
            **row.facts,
        }

    @property
    def is_finished(self) -> bool:
        """Whether the process has come to its end."""
        return not self.move.standing.items

    # -- one step ---------------------------------------------------------------------------------------------------

    def _step(self, take: Callable[..., Step], *, outcome: str | None = None) -> None:
        try:
            step = take(evaluate=holds, new_id=lambda: str(new_id()))
        except IllegalMove:
            raise
        except (ProcessError, RuleError) as error:
            raise CannotProceedError(str(error), node=getattr(error, "node", "")) from error
        self._apply(step, outcome)

    def _apply(self, step: Step, outcome: str | None) -> None:
        for closing in step.close:
            done = closing.reason in {Reason.COMPLETED, Reason.JOINED}
            self.move.close(UUID(closing.token), done=done, outcome=outcome if done else None)
        for token in step.open:
            self._open(token)
        for effect in step.effects:
            self._follow(effect)

    def _open(self, token: Token) -> None:
        node = self.graph.nodes[token.node]
        is_work = node.kind is Kind.STEP and token.state is TokenState.OPEN
        item = Item(
            id=UUID(token.id),
            node=node.id,
            name=(node.name or node.id)[:LONGEST_NAME],
            kind=str(node.kind),
            state="open" if is_work else "waiting",
            token=_token_data(token),
            role=node.role or node.group,
            office_id=None,
            assignee_id=None,
            opened_at=self.move.at,
            seen_at=None,
            due_at=None,
            paused=is_work and self.move.standing.running_pause is not None,
            limit=None,
        )
        if is_work:
            self._assign(item, node)
            self.opened.append(item)
        self.move.open(item, previous=self._previous)

    def _assign(self, item: Item, node: Node) -> None:
        selector = node.office
        if selector == routing.ITEM:
            selector = str(self.move.standing.instance_of(item))
            self._find(selector)
        item.office_id = routing.office_of(self.move.row, selector)
        if node.limit is not None:
            item.limit = counted(node.limit)
            item.due_at = due(self.move.at, item.limit, self.move.calendar(item.office_id))

    def _find(self, selector: str) -> None:
        """The office of an item that a later form or decision named: at acceptance it was not known yet."""
        row = self.move.row
        known = selector in row.offices or selector in self.missing
        if known or selector in routing.selectors_of(self.graph, row.form_data):
            return
        found, missing = routing.resolve([selector], from_office=row.receiving_office_id, on=self.move.day)
        self.move.set(offices={**row.offices, **found})
        self.missing.extend(missing)

    def _follow(self, effect: object) -> None:
        from motcua.services.dossiers import jobs

        row = self.move.row
        match effect:
            case OpenStep():
                pass
            case StartTimer(token=token, event=event, limit=limit):
                self.move.time_out(UUID(token), event=event, limit=counted(limit))
            case AwaitMessage(event=event, message=message) if message == PAYMENT:
                if self.graph.nodes[event].kind is Kind.RECEIVE:
                    self._await_payment()
            case Decide(token=token, decision=decision):
                self._decide(token, decision)
            case CallService(token=token):
                jobs.run_service.defer(dossier_id=str(row.id), token=token)
            case SpawnDossier(token=token):
                jobs.spawn_child.defer(dossier_id=str(row.id), token=token)
            case SendMessage(message=message):
                self.sent.append(message)

    def _await_payment(self) -> None:
        """Stop the clock until every fee is settled; where nothing is owed the process goes on at once."""
        if FeeLine.objects.owed(self.move.row.id).exists():
            self.move.pause("payment")
        else:
            self.deliver(PAYMENT)

    def _decide(self, token: str, name: str) -> None:
        self._decisions += 1
        item = self.move.standing.items[UUID(token)]
        if self._decisions > MOST_DECISIONS:
            raise CannotProceedError("The process runs through decisions in a circle.", node=item.node)
        try:
            found = self.package.decisions[name].decide(self.facts())
        except RuleError as error:
            raise CannotProceedError(str(error), node=item.node) from error
        self.move.set(facts=merged(self.move.row.facts, found))
        self._step(lambda **how: stepping.complete(self.graph, self.tokens(), token, None, self.facts(), **how))


def describe(items: list[Item]) -> list[dict[str, Any]]:
    """The opened steps as an event tells them: the timeline shows what comes next, where, and until when."""
    return [
        {
            "item": item.id,
            "node": item.node,
            "name": item.name,
            "role": item.role,
            "office": item.office_id,
            **({"due": item.due_at} if item.due_at else {}),
        }
        for item in items
    ]


def conclude(move: Move, advance: Advance) -> None:
    """Set the state after the process has moved: decided at its end, else as the open steps say.

    A wait that a timer or a return has ended is over: one for payment stops the clock no longer, and dossiers for
    which nothing waits any more are stopped.
    """
    running = move.standing.running_pause
    if running is not None and running[1] == "payment" and not advance.stands_at(PAYMENT):
        move.resume()
    if advance.is_finished:
        move.set(state=State.DECIDED, decided_at=move.at)
        move.count(f"decided.{_punctuality(move)}")
        close_proposal(move)
        move.tell("dossier.decided", due=move.row.due_at)
    else:
        move.settle_state()
    let_go(move)
    for selector in advance.missing:
        report_beside(move, selector)
    for message in advance.sent:
        move.tell("dossier.message_sent", message=message)


def _punctuality(move: Move) -> str:
    """Reports compare dates, not hours (reference: provincial counting rules)."""
    if move.row.due_at is None:
        return "on_time"
    if is_early(move.at, move.row.due_at):
        return "early"
    return "late" if move.day > move.row.due_at.astimezone(VIETNAM).date() else "on_time"


def _token_data(token: Token) -> dict[str, Any]:
    data = {
        "state": None if token.state is TokenState.OPEN else str(token.state),
        "parent": token.parent,
        "flow": token.flow or None,
        "item": token.item,
        "instances": token.instances,
    }
    return {key: value for key, value in data.items() if value is not None}
