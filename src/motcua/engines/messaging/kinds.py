"""The kinds of notices that rooms declare: what they say, in which group people choose, how they go out by default."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils import translation

from motcua.engines.messaging.rules import fields_of

Audience = Literal["all", "citizens", "officers"]


@dataclass(frozen=True)
class Contact:
    """Somebody whom one room alone knows, and what they left to be reached by."""

    pk: UUID
    phone: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """What people switch on and off together, such as “My dossiers”, and who gets such notices at all.

    ``label`` is a lazy translation. ``contacts`` finds those whom its room alone knows, by the keys that it gave them:
    asked when something is told and when it is sent, so that their addresses stand nowhere else.
    """

    code: str
    label: Any
    audience: Audience = "all"
    in_app: bool = True
    email: bool = True
    contacts: Callable[[Collection[UUID]], Mapping[UUID, Contact]] = lambda keys: {}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of notice. ``subject`` and ``body`` are lazy translations with ``{field}`` places."""

    code: str
    group: Group
    subject: Any
    body: Any
    fields: frozenset[str]


groups: dict[str, Group] = {}
kinds: dict[str, Kind] = {}


def declare(*, code: str, group: Group, subject: Any, body: Any) -> Kind:
    """Declare a kind once, at import. Raises ``ValueError`` for a second one of the same code."""
    if code in kinds:
        raise ValueError(f"The kind of notice {code!r} is declared twice.")
    groups[group.code] = group
    kind = Kind(
        code=code, group=group, subject=subject, body=body, fields=fields_of(str(subject)) | fields_of(str(body))
    )
    kinds[code] = kind
    return kind


def texts(kind: Kind, own: Mapping[str, tuple[str, str]], language: str) -> tuple[str, str]:
    """Subject and body of a kind in a language: the province's own wording, else the one that ships."""
    if language in own:
        return own[language]
    with translation.override(language):
        return str(kind.subject), str(kind.body)
