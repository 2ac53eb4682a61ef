"""This house with a line system beside it: described, asked, and what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcua.engines.connectors import actions, calling, collecting, taking
from motcua.engines.connectors.actions import Question
from motcua.engines.connectors.consumers import Answer, Consumer, Lost, consumers
from motcua.engines.connectors.models import Call, LineSystem
from motcua.engines.connectors.simulator.system import DOCUMENT, TOKEN, Illness
from motcua.engines.connectors.simulator.system import LineSystem as Simulated

NUMBER = "001099000001"
HTTP = """
format: 1
name: Hệ thống chuyên ngành
http:
  url: {url}/v1
  timeout: {timeout}
  most: 100000
  credentials: {{kind: bearer, secret: token}}
operations:
  person:
    name: Tra cứu một người
    personal: procedure
    method: GET
    path: /people/{{number}}
    inputs: {{number: text}}
    outputs:
      name: {{kind: text, value: answer.name}}
      married: {{kind: boolean, value: answer.marital_status == "married"}}
      debt: {{kind: money, value: answer.debt}}
    absent: true
  wishes:
    name: Lấy thông tin thay người dân
    personal: convenience
    method: GET
    path: /people/{{number}}
    inputs: {{number: text}}
    outputs:
      name: {{kind: text, value: answer.name}}
  described:
    name: Tra cứu theo mô tả
    personal: procedure
    openapi: getPerson
    inputs: {{number: text}}
    outputs:
      debt: {{kind: money, value: answer.debt}}
  enter:
    name: Ghi sổ
    personal: none
    openapi: addEntry
    inputs: {{number: text, text: text, noted: text}}
    optional: [noted]
    body: {{number: number, text: text, noted: noted}}
    outputs:
      entry: {{kind: text, value: answer.id}}
  keyed:
    name: Ghi sổ, có khóa chống lặp
    personal: none
    openapi: addEntry
    repeatable: true
    inputs: {{number: text, text: text}}
    body: {{number: number, text: text, noted: null}}
    outputs:
      entry: {{kind: text, value: answer.id}}
  tax:
    name: Tra cứu nợ thuế (XML)
    personal: procedure
    path: /soap
    form: xml
    repeatable: true
    inputs: {{number: text}}
    body: {{SoDinhDanh: number}}
    xml: {{root: TraCuu, namespace: "urn:vidu:thue", lists: [Dong]}}
    outputs:
      known: {{kind: boolean, value: answer.TraLoi.KetQua == "0"}}
      debt: {{kind: integer, value: "answer.TraLoi.No == '' ? 0 : number(answer.TraLoi.No.Dong[0].SoTien)"}}
"""
FILES = """
format: 1
name: Hệ thống đất đai
folder: {name: land, answers_within: 24}
operations:
  plot:
    name: Hỏi thửa đất
    personal: procedure
    inputs: {plot: text}
    body: {thua: plot}
    outputs:
      area: {kind: number, value: answer.area}
  notify:
    name: Báo tin
    personal: none
    form: xml
    inputs: {text: text}
    body: {NoiDung: text}
    xml: {root: ThongBao}
"""


@dataclass
class Room:
    """A consumer that keeps what it hears; ``faults``: what taking an answer raises."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    lost: list[Lost] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)

    def take(self, answer: Answer) -> None:
        if answer.key in self.faults:
            raise self.faults[answer.key]
        assert answer.key not in self.answers  # once is once
        self.answers[answer.key] = dict(answer.outputs)

    def register(self) -> None:
        consumers["thử"] = Consumer("thử", self.take, self.lost.append)


@contextmanager
def beside() -> Iterator[Simulated]:
    """The simulated system, described here as ``beside``."""
    system = Simulated()
    with system.serving():
        describe(system)
        keep_secret("token", TOKEN)
        yield system


def land(folder: Path) -> LineSystem:
    """A system that is reached through a folder."""
    settings.CONNECTORS = {**settings.CONNECTORS, "folders": {"land": str(folder)}}
    return actions.save("land", content=FILES, by=None, at=timezone.now())


def keep_secret(name: str, secret: str) -> None:
    """A file in the folder of secrets."""
    path = Path(settings.CONNECTORS["secrets"]) / name
    path.write_text(secret)
    path.chmod(0o600)


def ask(operation: str, key: str = "một", *, system: str = "beside", whose: UUID | None = None, **inputs: Any) -> Call:
    """A question of the room's."""
    question = Question(system, operation, inputs, "thử", key, f"thử:{key}", whose)
    return actions.ask(question, at=timezone.now())


def work() -> None:
    """What the worker's loops do until nothing is left that is due."""
    while calling.call_some() + collecting.collect_some() + taking.take_some():
        pass


def wait_no_longer() -> None:
    """The time for which systems and questions are left alone has passed."""
    LineSystem.objects.update(retry_at=None)
    Call.objects.filter(state__in=["waiting", "answered"]).update(next_at=timezone.now())


def described(system: Simulated, *, timeout: float = 20) -> str:
    """The description of the simulated system."""
    return HTTP.format(url=system.url, timeout=timeout)


def describe(system: Simulated, **how: float) -> LineSystem:
    """Make it known here."""
    content = described(system, **how)
    return actions.save("beside", content=content, document=dict(DOCUMENT), by=None, at=timezone.now())


def ill(system: Simulated, how: Illness | None) -> None:
    """Let the system fail, or be well again; for one that never answers nobody waits long."""
    system.illness = how
    describe(system, timeout=0.3 if how in {Illness.SILENT, Illness.DRIPPING} else 20)
