"""Dossiers of the package ``certified-copy`` at every stage, in one large office and many small ones.

A young house is busy with most of what it has; a house of years has nearly everything behind it. The number of open
dossiers follows that: nearly all of the first thousand, three of a hundred later.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from itertools import chain
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone
from tests.services.dossiers.factories import COPY_FORM, Town

from benchmarks.loading.names import name
from benchmarks.loading.tables import Rows
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.text import fold
from motcua.kernel.text.folding import words
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier, FeeLine, ResultDocument, SearchEntry, WorkItem
from motcua.services.dossiers.searching import office_token, pairs, party_token
from motcua.services.procedures.runtime import package_of

YEARS = timedelta(days=3 * 365)
BUSY = timedelta(days=4)  # how far back the open dossiers go
LARGE = 7  # one dossier of seven belongs to the large office
OF_APPLICANT = 40
FIRST_OPEN, LATER_OPEN = 900, 0.03
# Of 40 open dossiers: where they stand.
OPEN_STAGES = ["submitted"] * 10 + ["look-up"] * 8 + ["extract"] * 4 + ["sign"] * 9 + ["decided"] * 9
# Of 20 closed ones.
CLOSED_STAGES = ["returned"] * 17 + ["refused", "withdrawn", "stopped"]
STEPS = (
    ("look-up", "Đối chiếu sổ gốc", "specialist", "found"),
    ("extract", "Soạn bản sao", "specialist", ""),
    ("sign", "Ký bản sao", "leader", "signed"),
    ("seal", "Vào sổ, đóng dấu", "clerk", ""),
)
STATES = {"look-up": "in_process", "extract": "in_process", "sign": "in_process"}
LIMIT = timedelta(hours=36)


@dataclass(frozen=True)
class Scene:
    """What all dossiers share: the town, further offices with their codes, and a file that stands for results."""

    town: Town
    offices: list[tuple[UUID, str]]
    file: StoredFile
    total: int
    now: datetime

    @cached_property
    def open(self) -> int:
        """How many of all are open."""
        return min(self.total, round(min(FIRST_OPEN, 0.9 * self.total) + LATER_OPEN * max(0, self.total - 1000)))


_folded = lru_cache(maxsize=20_000)(words)


class Loader:
    """Makes rows of all tables, dossier by dossier."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.random = Random(1)
        self.version = scene.town.version
        self.case = package_of(self.version.pk).first_case.pk
        self.form = json.dumps(COPY_FORM, ensure_ascii=False)
        self.dossiers = Rows(
            Dossier, version=1, channel="counter", copies=2, form_data=self.form, facts="{}",
            limit_unit="working_days",
            procedure_version_id=self.version.pk, case_id=self.case, subject=self.version.name, limit_value=1,
            return_method="desk", supplements_asked=0, extensions_made=0, calendar_version=1,
        )  # fmt: skip
        self.items = Rows(WorkItem, kind="step", token="{}", limit_value=1, limit_unit="hours")
        self.fees = Rows(
            FeeLine,
            name="Phí cấp bản sao",
            kind="fee",
            amount=16000,
            position=1,
            settled_by_id=scene.town.reception.pk,
        )
        self.results = Rows(
            ResultDocument, template="copy", name="Bản sao", data="{}", file_id=scene.file.pk, state="prepared",
            prepared_by_id=scene.town.specialist.pk,
        )  # fmt: skip
        self.entries = Rows(SearchEntry)
        self.tables = (self.dossiers, self.items, self.fees, self.results, self.entries)
        self.people = [scene.town.applicant.pk]
        self.events: list[NewEvent] = []

    def add_people(self, count: int) -> Rows:
        """Citizens without accounts, one for every three dossiers."""
        rows = Rows(Party, kind="citizen", created_at=self.scene.now)
        for number in range(count):
            called = name(self.random)
            self.people.append(self.id_at(self.scene.now))
            rows.add(id=self.people[-1], name=called, name_fold=fold(called), identity_number=f"0010{number:08}")
        return rows

    def id_at(self, moment: datetime) -> UUID:
        """A UUID version 7 of a moment."""
        milliseconds = int(moment.timestamp() * 1000)
        tail = self.random.getrandbits(74)
        return UUID(int=milliseconds << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & (1 << 62) - 1)

    def numbers(self) -> Iterator[tuple[int, str, datetime]]:
        """Every dossier's number, stage and time of submission, oldest first."""
        closed = self.scene.total - self.scene.open
        for number in range(self.scene.total):
            if number < closed:
                age = YEARS * ((closed - number) / closed) + BUSY
                yield number, CLOSED_STAGES[self.random.randrange(20)], self.scene.now - age
            else:
                place = number - closed
                age = BUSY * ((self.scene.open - place) / self.scene.open)
                yield number, OPEN_STAGES[place // LARGE % 40], self.scene.now - age

    def add(self, number: int, stage: str, submitted: datetime) -> None:
        """One dossier with all that hangs on it."""
        office, code = self.scene.offices[0 if number % LARGE == 0 else self.small_office()]
        person = self.people[0] if self._is_of_applicant(number) else self.random.choice(self.people)
        made = self._dossier(number, stage, submitted, office, code, person)
        self.dossiers.add(**made)
        if made["accepted_at"]:
            self._work(made, stage)
        settled = submitted if stage in ("decided", "returned") else None
        self.fees.add(
            id=self.id_at(submitted), dossier_id=made["id"], settled_at=settled, method="cash" if settled else "",
            state="collected" if settled else "due",
        )  # fmt: skip
        self.entries.add(dossier_id=made["id"], submitted_at=submitted, document=self._document(made))
        if made["closed_at"] is None:
            self.events += self._told(made)

    def _is_of_applicant(self, number: int) -> bool:
        """The applicant with an account has the first of the closed and of the open ones."""
        return number < OF_APPLICANT or 0 <= number - (self.scene.total - self.scene.open) < OF_APPLICANT

    def small_office(self) -> int:
        """One of the others, the first ones more often."""
        return 1 + int((len(self.scene.offices) - 1) * self.random.random() ** 2)

    def _dossier(
        self, number: int, stage: str, submitted: datetime, office: UUID, code: str, person: UUID
    ) -> dict[str, Any]:
        accepted = submitted + self._pace(submitted) if stage not in ("submitted", "refused", "withdrawn") else None
        decided = submitted + 6 * self._pace(submitted) if accepted and stage in ("decided", "returned") else None
        closed = submitted + 7 * self._pace(submitted) if stage in CLOSED_STAGES else None
        return {
            "id": self.id_at(submitted),
            "code": f"{code}-{submitted:%y%m%d}-{number:07}" if accepted else None,
            "submission_number": f"N{submitted:%y%m%d}-B{number:07}",
            "state": STATES.get(stage, stage),
            "applicant_id": person,
            "applicant_name": name(self.random),
            "receiving_office_id": office,
            "resolving_office_id": office,
            "offices": json.dumps({"resolving": str(office), "receiving": str(office)}),
            "submitted_at": submitted,
            "accepted_at": accepted,
            "accepted_office_id": office if accepted else None,
            "counted_from": accepted,
            "due_at": accepted + LIMIT if accepted else None,
            "decided_at": decided,
            "returned_at": closed if stage == "returned" else None,
            "closed_at": closed,
        }

    def _pace(self, submitted: datetime) -> timedelta:
        """The time between two steps: nothing has happened after now."""
        return min(timedelta(hours=5), (self.scene.now - submitted) / 8)

    def _work(self, made: dict[str, Any], stage: str) -> None:
        begun, previous, pace = made["accepted_at"], None, self._pace(made["submitted_at"])
        for node, called, role, outcome in STEPS:
            done = stage in ("decided", "returned") or (stage in STATES and node != stage)
            item = self.id_at(begun)
            held = self.scene.town.specialist.pk if role == "specialist" and self.random.random() < 0.3 else None
            mine = made["receiving_office_id"] == self.scene.town.office.pk
            self.items.add(
                id=item, dossier_id=made["id"], node=node, name=called, role=role, previous_id=previous,
                office_id=made["resolving_office_id"], assignee_id=held if mine else None, opened_at=begun,
                due_at=begun + LIMIT, state="done" if done else "cancelled" if made["closed_at"] else "open",
                finished_at=begun + pace if done or made["closed_at"] else None,
                finished_by_id=self.scene.town.specialist.pk if done else None, outcome=outcome if done else "",
            )  # fmt: skip
            if not done:
                break
            begun, previous = begun + pace, item
        if stage == "sign":
            self.results.add(
                id=self.id_at(begun), dossier_id=made["id"], office_id=made["resolving_office_id"], prepared_at=begun
            )

    def _document(self, made: dict[str, Any]) -> str:
        """As ``subscribers.lexemes`` has it, without folding the same words a million times."""
        texts = (made["applicant_name"], self.version.name, made["code"] or "", made["submission_number"])
        found = [[word for part in text.split() for word in _folded(part)] for text in texts]
        lexemes = [*chain.from_iterable(found), *chain.from_iterable(map(pairs, found[:2]))]
        tokens = [office_token(made["receiving_office_id"]), party_token(made["applicant_id"])]
        return " ".join(f"'{lexeme}'" for lexeme in lexemes + tokens)

    def _told(self, made: dict[str, Any]) -> list[NewEvent]:
        told = [("dossier.submitted", made["submitted_at"]), ("dossier.accepted", made["accepted_at"])]
        return [
            NewEvent(
                stream=f"dossier:{made['id']}",
                kind=kind,
                at=at,
                agency=made["receiving_office_id"],
                references={"number": made["submission_number"], "state": made["state"]},
            )
            for kind, at in told
            if at is not None
        ]


def scene_of(town: Town, offices: list[tuple[UUID, str]], file: StoredFile, total: int) -> Scene:
    """The scene as it stands now."""
    return Scene(town, offices, file, total, timezone.now())
