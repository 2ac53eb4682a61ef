"""Documents that came in and go out, of one large agency and the many others of a province, over three years.

Of the first thousand nearly all are open, of later ones three of a hundred, as with dossiers: what waits grows slowly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any
from uuid import UUID

from benchmarks.loading.names import name
from benchmarks.loading.tables import Rows
from benchmarks.loading_documents.words import subject
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.text.dates import VIETNAM
from motcua.services.correspondence.models import (
    Assignment,
    DraftVersion,
    IncomingDocument,
    IncomingFile,
    OutgoingDocument,
    Recipient,
)
from motcua.services.correspondence.rules import search as rules

YEARS, BUSY = timedelta(days=3 * 365), timedelta(days=20)
LARGE = 7  # one of seven belongs to the large agency
FIRST_OPEN, LATER_OPEN = 900, 0.03
TYPES = ("cong_van",) * 12 + ("thong_bao", "bao_cao", "ke_hoach", "to_trinh", "quyet_dinh", "giay_moi", "bien_ban")
MARKS = ("UBND-VP", "UBND-KT", "SXD-QLN", "STC-NS", "SNV-CCHC", "BC-UBND", "TB-UBND", "KH-UBND", "QĐ-UBND")
IN_OPEN = ("arrived", "arrived", "arrived", "registered", "assigned", "assigned", "assigned", "assigned")
OUT_OPEN = ("draft", "review", "signing", "signed", "sealed", "sealed", "sealed", "sealed")
NUMBERED = ("sealed", "issued")
FILED = 0.7  # so many have a file with text


@dataclass(frozen=True)
class Post:
    """An agency with one of its units, and who works there."""

    office: UUID
    name: str
    unit: UUID
    leader: UUID
    officers: tuple[UUID, ...]


@dataclass(frozen=True)
class Scene:
    """What all documents share: the large agency first, then the others; a file; what documents say."""

    posts: list[Post]
    file: UUID
    said: list[str]
    total: int
    now: datetime

    @cached_property
    def open(self) -> int:
        """How many of all are open."""
        return min(self.total, round(min(FIRST_OPEN, 0.9 * self.total) + LATER_OPEN * max(0, self.total - 1000)))


class Loader:
    """Makes rows of all tables for the documents ``begin`` to before ``end``, oldest first."""

    def __init__(self, scene: Scene, begin: int, end: int, contents: int) -> None:
        self.scene, self.begin, self.end, self.contents = scene, begin, end, contents
        self.random = Random(begin)
        self.incoming = Rows(IncomingDocument, channel="inside", language="Tiếng Việt", urgency=0)
        self.outgoing = Rows(OutgoingDocument, language="Tiếng Việt", urgency=0, archive="VT", copies=1, series="all")
        self.files = Rows(IncomingFile, part="main", position=0, file_id=scene.file)
        self.tasks = Rows(Assignment, part="lead")
        self.recipients = Rows(Recipient, way="inside")
        self.versions = Rows(DraftVersion, number=1, findings="[]", file_id=scene.file)
        self.tables = (self.incoming, self.outgoing, self.files, self.tasks, self.recipients, self.versions)
        self.entries: list[tuple[UUID, str, datetime, str, int | None]] = []
        self.events: list[NewEvent] = []
        # Numbers of the other process begin elsewhere: each is given once.
        self.numbers: dict[tuple[UUID, str, int], int] = {}
        self.first_number = 500_000 if begin else 0

    def run(self) -> Iterator[int]:
        """Make one after the other; tells how far it is."""
        closed = self.scene.total - self.scene.open
        for number in range(self.begin, self.end):
            if number < closed:
                at = self.scene.now - BUSY - YEARS * ((closed - number) / closed)
            else:
                at = self.scene.now - BUSY * ((self.scene.total - number) / self.scene.open)
            self._one(number, at, is_open=number >= closed)
            yield number

    def _one(self, number: int, at: datetime, *, is_open: bool) -> None:
        post = self.scene.posts[0 if number % LARGE == 0 else self._small()]
        turn = number // LARGE
        if turn % 5 < 3:
            self._coming(at, post, IN_OPEN[turn % 8] if is_open else "done", is_open=is_open)
        else:
            self._going(at, post, OUT_OPEN[turn % 8] if is_open else "issued", is_open=is_open)

    def _small(self) -> int:
        """One of the others, the first ones more often."""
        return 1 + int((len(self.scene.posts) - 1) * self.random.random() ** 2)

    def id_at(self, moment: datetime) -> UUID:
        """A UUID version 7 of a moment."""
        tail = self.random.getrandbits(74)
        milliseconds = int(moment.timestamp() * 1000)
        return UUID(int=milliseconds << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & (1 << 62) - 1)

    def _number(self, office: UUID, series: str, year: int) -> int:
        key = (office, series, year)
        self.numbers[key] = self.numbers.get(key, self.first_number) + 1
        return self.numbers[key]

    def _described(self, at: datetime, notation: str) -> dict[str, Any]:
        day = at.astimezone(VIETNAM).date()
        return {
            "id": self.id_at(at), "type": self.random.choice(TYPES), "notation": notation, "document_date": day,
            "subject": subject(self.random, self.scene.said), "signer_name": name(self.random),
        }  # fmt: skip

    def _coming(self, at: datetime, post: Post, state: str, *, is_open: bool) -> None:
        random = self.random
        sender = random.choice(self.scene.posts)
        made = self._described(at, f"{random.randrange(1, 3000)}/{random.choice(MARKS)}")
        registered = at if state != "arrived" else None
        day: date = made["document_date"]
        row = made | {
            "office_id": post.office, "state": state, "sender": sender.name, "arrived_at": at,
            "registered_at": registered, "registered_by_id": post.leader if registered else None,
            "year": day.year if registered else None,
            "number": self._number(post.office, "in", day.year) if registered else None,
            "leader_id": post.leader if state in ("proposed", "assigned", "done") else None,
            "note": "Giao đơn vị tham mưu." if state in ("assigned", "done") else "",
            "closed_at": at + timedelta(days=5) if state == "done" else None,
        }  # fmt: skip
        self.incoming.add(**row)
        self.files.add(id=self.id_at(at), document_id=made["id"])
        tokens = {rules.register_token(post.office)}
        if state in ("assigned", "done"):
            officer = random.choice(post.officers)
            ended = at + timedelta(days=5) if state == "done" else None
            self.tasks.add(
                id=self.id_at(at), document_id=made["id"], office_id=post.unit, officer_id=officer,
                state="done" if ended else "open", sort_due=day + timedelta(days=10), assigned_by_id=post.leader,
                assigned_at=at, ended_at=ended, ended_by_id=officer if ended else None,
                report="Đã xử lý" if ended else "",
            )  # fmt: skip
            tokens |= {rules.unit_token(post.unit), rules.person_token(officer)}
        self._entry("in", at, row, [sender.name], tokens)
        if is_open:
            told = ["arrived", *(["registered"] if registered else ()), *(["noted"] if state == "assigned" else ())]
            self._tell(f"incoming:{made['id']}", told, at, post)

    def _going(self, at: datetime, post: Post, state: str, *, is_open: bool) -> None:
        random, mark = self.random, self.random.choice(MARKS)
        year = at.astimezone(VIETNAM).year
        number = self._number(post.office, "all", year) if state in NUMBERED else None
        made = self._described(at, f"{number:02}/{mark}" if number else "")
        drafter, to = random.choice(post.officers), random.choice(self.scene.posts)
        if to.office == post.office:
            to = self.scene.posts[-1]
        row = made | {
            "office_id": post.office, "unit_id": post.unit, "drafter_id": drafter, "signer_id": post.leader,
            "state": state, "mark": mark, "year": year if number else None, "number": number, "begun_at": at,
            "file_id": None if state == "draft" else self.scene.file,
            "signed_at": at if state in ("signed", *NUMBERED) else None,
            "issued_at": at if state == "issued" else None,
        }  # fmt: skip
        self.outgoing.add(**row)
        self.recipients.add(
            id=self.id_at(at), document_id=made["id"], office_id=to.office, name=to.name,
            sent_at=at if state == "issued" else None,
        )  # fmt: skip
        tokens = {rules.person_token(drafter), rules.unit_token(post.unit)}
        if state != "draft":
            tokens.add(rules.register_token(post.office))
        self._entry("out", at, row, [post.name, to.name], tokens)
        if is_open:
            self.versions.add(
                id=self.id_at(at), document_id=made["id"], text=made["subject"], made_by_id=drafter, made_at=at
            )
            self._tell(f"outgoing:{made['id']}", ["drafted", "submitted"], at, post)

    def _entry(self, way: str, at: datetime, row: dict[str, Any], parties: list[str], tokens: set[str]) -> None:
        """As ``searching.entries`` has it; the words of the file are put to it in the database."""
        facts = rules.fact_tokens(
            way, kind=row["type"], urgency=0, state=row["state"], on=at.astimezone(VIETNAM).date()
        )
        others = facts | tokens | rules.number_lexemes(row["notation"], row["number"])
        others |= rules.day_lexemes(row["document_date"])
        fields = [row["subject"], *parties, row["notation"], row["signer_name"]]
        content = self.random.randrange(self.contents) if self.random.random() < FILED else None
        self.entries.append((row["id"], way, at, rules.vector(fields, "", parties, others), content))

    def _tell(self, stream: str, kinds: list[str], at: datetime, post: Post) -> None:
        self.events += [
            NewEvent(
                stream=stream,
                kind=f"correspondence.{kind}",
                at=at,
                agency=post.office,
                actor=post.leader,
                references={"state": kind, "office_name": post.name},
                begins=place == 0,
            )
            for place, kind in enumerate(kinds)
        ]
