"""A room whose papers are edited, and the editor as a client that needs no network."""

import io
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import docx
import httpx
from django.test import Client as Browser
from django.utils import timezone

from motcua.engines.editing import actions, kinds
from motcua.engines.editing.actions import Opened
from motcua.engines.editing.config import configured
from motcua.engines.editing.kinds import Edited, Kind, Rights, Source
from motcua.engines.editing.simulator.editor import Client, KeyPair
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.people.accounts.models import Account
from tests.factories import make_account

HERE = "https://testserver"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KEYS, STRANGERS_KEY = (KeyPair(), KeyPair()), KeyPair()  # dear to make
BROWSER = Browser()  # one for all: each loads the whole middleware anew


@cache
def word(*lines: str) -> bytes:
    """A Word file with these paragraphs."""
    document, output = docx.Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(output)
    return output.getvalue()


@dataclass
class Papers:
    """A room with one paper: who may do what with it, and the versions that it was given."""

    subject: UUID = field(default_factory=uuid4)
    rights: dict[UUID, bool] = field(default_factory=dict)
    versions: list[Edited] = field(default_factory=list)
    mark: str = "1"
    refuses: str = ""
    content: bytes = field(default_factory=lambda: word("Dòng đầu"))

    def register(self) -> "Papers":
        """Let its paper be edited."""
        kinds.register(Kind("paper", self._rights, self._source, self._keep, lambda subject: f"/paper/{subject}/"))
        return self

    def account(self, *, writes: bool = True, name: str = "Nguyễn Văn Mẫu") -> Account:
        """Somebody who may read the paper, or write it."""
        account = make_account(name=name)
        self.rights[account.pk] = writes
        return account

    def open(self, account: Account, *, at: Any = None) -> Opened:
        """The paper opened for somebody."""
        settings = configured()
        assert settings is not None
        at = at or timezone.now()
        return actions.open_file("paper", self.subject, account=account, life=settings.token_life, at=at)

    def _rights(self, account: Account, subject: UUID) -> Rights:
        if subject != self.subject or account.pk not in self.rights:
            raise NotFound("none")
        return Rights("du-thao.docx", self.rights[account.pk])

    def _source(self, subject: UUID) -> Source:
        return Source(self.mark, self._load)

    def _load(self) -> StoredFile:
        return store_bytes(self.content, name="du-thao.docx", media_type=WORD, by=None)

    def _keep(self, subject: UUID, edited: Edited) -> str:
        if self.refuses:
            raise Refused(self.refuses)
        self.versions.append(edited)
        self.content, self.mark = read_bytes(edited.file), str(len(self.versions) + 1)
        return self.mark


class InHouse(Client):
    """The client that speaks to the house's own views through all of its middleware."""

    def ask(self, method: str, path: str = "", content: bytes = b"", /, **headers: str) -> httpx.Response:
        """One request; see :meth:`Client.ask`."""
        address = self.address(path)
        named = {f"X-WOPI-{name.replace('_', '-')}": value for name, value in headers.items()}
        parts = urlsplit(address)
        BROWSER.cookies.clear()
        answer: Any = BROWSER.generic(
            method, f"{parts.path}?{parts.query}", content, content_type="application/octet-stream",
            headers={**named, **self.headers(address)},
        )  # fmt: skip
        whole = answer.getvalue() if answer.streaming else answer.content
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=whole)


def client_of(opened: Opened) -> InHouse:
    """The editor with an opened file."""
    return InHouse(f"{HERE}/wopi/files/{opened.edited.pk}", opened.token.written(), *KEYS)
