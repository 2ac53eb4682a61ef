"""Acts on a dossier as data: what each asks for, and what it does with the answers.

Every act has a page of its own with a form that works without a script; it shows what was typed again when it is
refused, also when somebody has worked on the dossier meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.people.accounts.models import Account
from motcua.people.accounts.pages.coming_back import Overtaken, seen_with
from motcua.services.dossiers.access import Accessed
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.pages.desk.shared import actor_at, since
from motcua.services.dossiers.pages.desk.uploads import Uploads, uploads

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_SUM = 17  # digits
VERSION = "version"  # the field of a form that says how the dossier stood when it was drawn
Choices = Sequence[tuple[str, "StrOrPromise"]]


@dataclass(frozen=True)
class Doing:
    """One act being asked for or done: the request, the dossier as the officer gets it, and what it concerns."""

    request: HttpRequest
    accessed: Accessed
    subject: UUID | None  # the step, paper or fee line, where the act concerns one
    _uploads: dict[str, Uploads] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def dossier(self) -> Dossier:
        """The dossier."""
        return self.accessed.dossier

    @property
    def required_subject(self) -> UUID:
        """What the act concerns. Raises ``NotFound`` where the address names nothing."""
        if self.subject is None:
            raise NotFound(_("There is no such page."))
        return self.subject

    @property
    def account(self) -> Account:
        """The officer."""
        assert self.accessed.viewer.account is not None
        return self.accessed.viewer.account

    @property
    def seen_version(self) -> int | None:
        """The version that the officer looked at; None when the form did not carry one."""
        typed = self.request.POST.get(VERSION, "")
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else None

    def drawn_at(self, refused: Refused | None = None) -> str:
        """The version that the form bears: that of the dossier as it is read; once sent, see :func:`seen_with`."""
        sent = self.request.method == "POST"
        return seen_with(self.request, refused, VERSION) if sent else str(self.dossier.version)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Where the form comes too late for what is done, have the refusal tell what has happened since."""
        try:
            yield
        except Conflict as refused:
            newest = Dossier.objects.values_list("version", flat=True).get(pk=self.dossier.pk)
            if self.seen_version is None or self.seen_version >= newest:
                raise
            told = since(self.dossier, moves=newest - self.seen_version)
            raise Overtaken(refused, told, version=newest) from refused

    def told_since(self) -> str:
        """What has happened since the form was drawn that was sent; last, where the page has just been opened."""
        seen = self.dossier.version - 1 if self.seen_version is None else self.seen_version
        return since(self.dossier, moves=max(1, self.dossier.version - seen))

    def text(self, name: str) -> str:
        """An answer."""
        return self.request.POST.get(name, "").strip()

    def whole(self, name: str) -> int:
        """A whole number as people write it, ``1.500.000`` or ``1 500 000 đ``; 0 for anything else."""
        typed = self.text(name).removesuffix("đ").translate({ord(each): None for each in ". \u00a0"})
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_SUM else 0

    def files(self, name: str) -> list[tuple[UUID, str]]:
        """Uploaded files, stored: their keys and names. Raises ``Refused`` for what is not accepted."""
        brought = self._brought(name)
        if brought.refused is not None:
            raise brought.refused
        return [(file.pk, file.name) for file in brought.files]

    def held(self, name: str) -> list[dict[str, str]]:
        """The uploaded files as a form that is shown again offers them."""
        return self._brought(name).held

    def _brought(self, name: str) -> Uploads:
        if name not in self._uploads:
            self._uploads[name] = uploads(self.request, name, dossier=self.dossier.pk, by=self.account.pk)
        return self._uploads[name]

    def by(self, *roles: str) -> Actor:
        """The officer in the position that fits the dossier."""
        step = next((step for step in self.accessed.steps if step.pk == self.subject), None)
        offices = (
            step.office_id if step else None,
            self.dossier.receiving_office_id,
            self.dossier.resolving_office_id,
        )
        return actor_at(self.request, *offices, roles=roles, dossier=self.dossier)


@dataclass(frozen=True)
class Ask:
    """One question of an act: ``kind`` is text, textarea, select, radios, day, number, money or files."""

    name: str
    label: "StrOrPromise"
    kind: str = "textarea"
    hint: "StrOrPromise" = ""
    choices: Callable[[Doing], Choices] | None = None
    first: Callable[[Doing], str] | None = None  # what stands there at first

    def drawn(self, doing: Doing, typed: Mapping[str, Any]) -> dict[str, Any]:
        """As the template draws it."""
        first = self.first(doing) if self.first and self.name not in typed else ""
        return {
            "name": self.name,
            "label": self.label,
            "kind": self.kind,
            "hint": self.hint,
            "value": typed.get(self.name, first),
            "choices": self.choices(doing) if self.choices else (),
            "held": doing.held(self.name) if self.kind == "files" else (),
        }


ITEMS = Ask("items", gettext_lazy("What is to be completed"), hint=gettext_lazy("One item on each line"))
REASON = Ask("reason", gettext_lazy("Reason"), hint=gettext_lazy("The applicant reads this sentence."))
INTERNAL_REASON = Ask("reason", gettext_lazy("Reason"), "text")


@dataclass(frozen=True)
class Act:
    """An act that an officer may ask for.

    ``do`` may answer the address to go on to, else it is the dossier's; False: a rule failed, which is reported.
    """

    ability: str
    title: "StrOrPromise"
    button: "StrOrPromise"
    done: "StrOrPromise"
    do: Callable[[Doing], str | bool | None]
    asks: tuple[Ask, ...] = ()
    shown: Callable[[Doing], list[dict[str, Any]]] = lambda doing: []  # rows to read before deciding
    text: "StrOrPromise" = ""
    final: bool = False  # cannot be taken back
    listed: bool = True  # among the buttons beside the dossier; others stand where their subject is
