"""What happens on a journey, whoever's hands do it: a browser's or a program's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from motcua.engines.process.graph import Node
from motcua.engines.signing.verification import State as Signature
from motcua.engines.signing.verification import examine
from motcua.site.demo import files
from tests.journeys.house import House
from tests.journeys.table import Journey, package, package_names
from tests.poppler import poppler

MOST_STEPS = 40
REASON = "Thiếu căn cứ để giải quyết theo quy định."
ITEM = "Bản chụp rõ nét của giấy tờ đã nộp"
GROUNDS = "Giấy tờ đã bổ sung không khớp với sổ gốc; Điều 11 Nghị định 118/2025/NĐ-CP."
ANSWER = "Tôi gửi lại bản chụp rõ hơn."
PRAISE = "Cán bộ hướng dẫn rõ ràng."
SORRY = "Cần thêm thời gian xác minh tại cơ sở."


@dataclass(frozen=True)
class Told:
    """A line of the timeline. ``by`` names position and agency."""

    title: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Done:
    """A step that somebody has completed on the journey."""

    step: Any
    by: str
    since: datetime
    until: datetime

    def is_told(self, line: Told) -> bool:
        """Whether a line tells it: which step, who in which agency, when."""
        by = line.by.startswith(officer_of(self.by)["Chức danh"]) and line.by.endswith(office_name(self.step.office))
        return f"“{self.step.name}”" in line.title and by and self.since <= line.at <= self.until


class Hands(Protocol):
    """Everything that people do on a journey. ``by`` is a username; ``step`` is a row of ``House.standing``."""

    def find(self, journey: Journey, *, by: str) -> None: ...
    def apply(self, journey: Journey, *, desk: str) -> str: ...
    def accept(self, number: str, *, by: str) -> None: ...
    def refuse(self, number: str, *, by: str) -> None: ...
    def ask_for_supplement(self, number: str, *, by: str) -> None: ...
    def propose_supplement(self, number: str, *, approver: str, by: str) -> None: ...
    def approve_supplement(self, number: str, *, by: str) -> None: ...
    def bring_supplement(self, number: str, *, by: str) -> None: ...
    def extend(self, number: str, *, by: str) -> None: ...
    def withdraw(self, number: str, *, by: str) -> None: ...
    def collect(self, number: str, *, by: str) -> None: ...
    def prepare(self, step: Any, data: dict[str, Any], *, by: str) -> None: ...
    def finish(self, step: Any, outcome: str, *, by: str) -> None: ...
    def initial(self, step: Any, *, by: str) -> None: ...
    def sign(self, step: Any, *, by: str) -> None: ...
    def seal(self, step: Any, *, by: str) -> None: ...
    def give_back(self, number: str, journey: Journey, *, by: str) -> None: ...
    def result(self, number: str, *, by: str) -> bytes: ...
    def stands(self, number: str, place: str, *, by: str, step: Any = None) -> None: ...
    def story(self, number: str, *, by: str) -> list[Told]: ...


class Travel:
    """One journey from the search to its end."""

    def __init__(self, journey: Journey, hands: Hands, house: House) -> None:
        self.journey, self.hands, self.house = journey, hands, house
        self.desk = house.officer(journey.office, "reception")
        self.applicant = journey.account if journey.channel == "online" else self.desk
        self.number = ""
        self.signatures = 0
        self.done: list[Done] = []

    def run(self) -> None:
        """Go, and look at the end that the path promises."""
        self.hands.find(self.journey, by=self.applicant)
        self.number = self.hands.apply(self.journey, desk=self.desk)
        if self.journey.path == "refusal":
            self._be_refused()
            return
        if self.journey.channel == "online":
            assert self._state == "submitted"
            self.hands.stands(self.number, "reception", by=self.desk)
            self.hands.accept(self.number, by=self.desk)
            self.number = self.house.code(self.number)
        turns: dict[str, Callable[[], None]] = {
            "supplement": self._supplement,
            "second-supplement": self._second_supplement,
            "extension": self._extension,
        }
        turns.get(self.journey.path, lambda: None)()
        if self.journey.path == "withdrawal":
            self.hands.withdraw(self.number, by=self.applicant)
            assert self._state == "withdrawn"
            return
        self._go_on()
        self._return()
        self._is_told()

    @property
    def _state(self) -> str:
        return self.house.state(self.number)

    def _be_refused(self) -> None:
        self.hands.stands(self.number, "reception", by=self.desk)
        self.hands.refuse(self.number, by=self.desk)
        assert self._state == "refused"
        self._is_issued("03")

    def _supplement(self) -> None:
        step = _open_steps(self.house.standing(self.number))[0]
        by = self.house.officer(step.office, step.role)
        self.hands.stands(step.number, "inbox", by=by, step=step)
        self.hands.ask_for_supplement(self.number, by=by)
        assert self._state == "waiting_supplement"
        self._is_issued("02")
        self.hands.bring_supplement(self.number, by=self.applicant)
        assert self._state == "in_process"

    def _second_supplement(self) -> None:
        """Once more, which the leader of the receiving office must approve first."""
        self._supplement()
        step = _open_steps(self.house.standing(self.number))[0]
        leader = self.house.officer(self.journey.office, "leader")
        self.hands.propose_supplement(self.number, approver=leader, by=self.house.officer(step.office, step.role))
        assert self._state == "in_process"
        self.hands.approve_supplement(self.number, by=leader)
        assert self._state == "waiting_supplement"
        self._is_issued("02", times=2)
        self.hands.bring_supplement(self.number, by=self.applicant)
        assert self._state == "in_process"

    def _extension(self) -> None:
        before = self._due()
        self.hands.extend(self.number, by=self.house.officer(self._resolving(), "leader"))
        assert self._due() > before
        self._is_issued("04")

    def _go_on(self) -> None:
        """Step by step, on this dossier and on those that it opens, until nothing is left to do."""
        for _ in range(MOST_STEPS):
            standing = self.house.standing(self.number)
            steps = _open_steps(standing)
            if steps:
                self._do(steps[0])
            elif not standing:
                break
            else:
                self._wait(standing)
        assert self._state == "decided"
        assert (self.journey.path != "agencies") or self._agencies() > 1

    def _do(self, step: Any) -> None:
        by, since = self.house.officer(step.office, step.role), datetime.now(UTC)
        self.hands.stands(step.number, "inbox", by=by, step=step)
        self._complete(step, by)
        self.done.append(Done(step, by, since, datetime.now(UTC)))

    def _complete(self, step: Any, by: str) -> None:
        name = package_names()[step.procedure]
        node = package(name).graph.nodes[step.node]
        if node.sign == "leader":
            self.hands.stands(step.number, "signing", by=by, step=step)
        if node.sign:
            acts = {"initials": self.hands.initial, "leader": self.hands.sign, "seal": self.hands.seal}
            acts[node.sign](step, by=by)
            self.signatures += step.number == self.number
            return
        if node.result:
            self.hands.prepare(step, self.journey.result_data(name, node.result), by=by)
        self.hands.finish(step, _first_outcome(node), by=by)

    def _wait(self, standing: list[Any]) -> None:
        """For a term to run out, for money, or for a dossier that the worker is about to open or to report.

        ``standing`` is what held no step to do: looked at anew, a step that has opened meanwhile would be waited for.
        """
        kinds = {item.kind for item in standing}
        waits = "SELECT count(*) FROM dossiers_workitem WHERE id = ANY(%(items)s) AND finished_at IS NULL"
        items = [item.id for item in standing]
        if "timer" in kinds:
            self.house.let_time_pass()
        elif "receive" in kinds:
            self.hands.collect(self.number, by=self.desk)
        else:
            before = len(items)
            self.house.wait_for(f"({waits}) < %(before)s OR EXISTS ({_NEW_CHILD})", items=items, before=before,
                                number=self.number)  # fmt: skip

    def _return(self) -> None:
        if self.house.value(_DUE_FEES, number=self.number):
            self.hands.collect(self.number, by=self.desk)
        self.hands.stands(self.number, "returns", by=self.desk)
        self.hands.give_back(self.number, self.journey, by=self.desk)
        assert self._state == "returned"
        pdf = self.hands.result(self.number, by=self.applicant)
        anchors = [bytes(row.der) for row in self.house.rows("SELECT der FROM signing_trustanchor")]
        # The file is our own: no judge with a time limit, which a busy machine may pass. Playwright has a loop in this
        # thread, which keeps the judge out of it.
        with ThreadPoolExecutor(1) as beside:
            verdicts = beside.submit(examine, pdf, anchors=anchors, at=datetime.now(UTC)).result()
        assert [verdict.state for verdict in verdicts] == [Signature.VALID] * self.signatures
        assert self.journey.party.name in _text(pdf)

    def _is_told(self) -> None:
        """Every step that was completed, on this dossier and on those that it opened: its applicant reads of each."""
        numbers = {done.step.number for done in self.done}
        stories = {number: self.hands.story(number, by=self.applicant) for number in numbers}
        for done in self.done:
            told = stories[done.step.number]
            assert any(map(done.is_told, told)), (done, told)

    def _is_issued(self, form: str, times: int = 1) -> None:
        self.house.wait_for(
            "SELECT count(*) = %(times)s FROM dossiers_issuedform form JOIN dossiers_dossier dossier"
            " ON dossier.id = form.dossier_id WHERE form.form = %(form)s AND form.file_id IS NOT NULL"
            " AND %(number)s IN (dossier.code, dossier.submission_number)",
            form=form, number=self.number, times=times,
        )  # fmt: skip

    def _due(self) -> datetime:
        due: datetime = self.house.value("SELECT due_at FROM dossiers_dossier WHERE code = %(number)s",
                                         number=self.number)  # fmt: skip
        return due

    def _resolving(self) -> str:
        return str(self.house.value(
            "SELECT code.code FROM dossiers_dossier dossier JOIN organisations_officecode code"
            " ON code.office_id = dossier.resolving_office_id AND code.valid_to IS NULL AND code.scheme = 'new'"
            " WHERE dossier.code = %(number)s", number=self.number,
        ))  # fmt: skip

    def _agencies(self) -> int:
        return int(self.house.value(
            "SELECT count(DISTINCT item.office_id) FROM dossiers_workitem item JOIN dossiers_dossier dossier"
            " ON dossier.id = item.dossier_id LEFT JOIN dossiers_dossier parent ON parent.id = dossier.parent_id"
            " WHERE item.state = 'done' AND %(number)s IN (dossier.code, parent.code)", number=self.number,
        ))  # fmt: skip


_DUE_FEES = (
    "SELECT count(*) FROM dossiers_feeline line JOIN dossiers_dossier dossier ON dossier.id = line.dossier_id"
    " WHERE line.state = 'due' AND line.amount > 0 AND dossier.code = %(number)s"
)
# Something that an officer can do on a dossier that this one has opened.
_NEW_CHILD = (
    "SELECT FROM dossiers_workitem item JOIN dossiers_dossier child ON child.id = item.dossier_id"
    " JOIN dossiers_dossier parent ON parent.id = child.parent_id"
    " WHERE item.state = 'open' AND item.kind = 'step' AND parent.code = %(number)s"
)


def officer_of(username: str) -> dict[str, str]:
    """An officer's line in ``demo/officers.csv``."""
    return next(row for row in files.rows("officers.csv") if row["Tên đăng nhập"] == username)


def office_name(code: str) -> str:
    """The name of an office (``demo/offices.csv``)."""
    return next(row["name"] for row in files.rows("offices.csv") if row["code"] == code)


def _open_steps(standing: list[Any]) -> list[Any]:
    return [item for item in standing if item.state == "open" and item.kind == "step"]


def _first_outcome(node: Node) -> str:
    return node.outcomes[0].id if node.outcomes else ""


def _text(pdf: bytes) -> str:
    return " ".join(poppler("pdftotext", "-", "-", stdin=pdf).split())
