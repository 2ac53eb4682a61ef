"""Papers that an applicant has on file already (kho dữ liệu): the room that keeps them offers them for use again.

That room registers in its ``AppConfig.ready``::

    stores.register(KeptPapers())

Dossiers name no such room. What they take over they mark with the offer's ``source``, by which that room knows it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.access_log import record_access
from motcua.services.procedures.models import CasePaper

OF_PAPER = "paper:"  # ``source`` of a paper taken from an earlier dossier, followed by its key
ON_BEHALF = "store"  # purpose of an access record: a representative looked
AT_THE_COUNTER = "store_counter"  # purpose: an officer looked for the person in front of them


@dataclass(frozen=True)
class Offer:
    """A paper on file. ``why_not`` says in words why it cannot be used now; empty when it can."""

    source: str
    name: str
    facts: str
    file: StoredFile
    why_not: str = ""


@dataclass(frozen=True)
class Offers:
    """What there is for an application: by paper of the case (its key) what fits, the usable first; and the others."""

    fitting: Mapping[UUID, Sequence[Offer]] = field(default_factory=dict)
    others: Sequence[Offer] = ()

    def usable(self, paper: UUID) -> list[Offer]:
        """What fits a paper of the case and may be used now."""
        return [offer for offer in self.fitting.get(paper, ()) if not offer.why_not]

    def chosen(self, paper: UUID, source: str) -> Offer | None:
        """The usable one of this source."""
        return next((one for one in (*self.usable(paper), *self.others) if one.source == source), None)


class Store(Protocol):
    """What a room that keeps papers answers."""

    def offers(self, applicant: UUID, papers: Sequence[CasePaper], procedure: UUID) -> Offers:
        """What the applicant has for these papers of a procedure, in a fixed number of statements."""
        ...

    def barred(self, sources: Collection[str]) -> Mapping[str, str]:
        """Which of these must not be used (any more), and why."""
        ...

    def declared(self, sources: Collection[str]) -> Collection[str]:
        """Which of these nobody but their owner vouches for."""
        ...

    def revoked(self, results: Collection[UUID]) -> Mapping[UUID, datetime]:
        """Which of these results were revoked, and when."""
        ...


class _Nothing:
    """Where no room keeps papers."""

    def offers(self, applicant: UUID, papers: Sequence[CasePaper], procedure: UUID) -> Offers:
        return Offers()

    def barred(self, sources: Collection[str]) -> Mapping[str, str]:
        return {}

    def declared(self, sources: Collection[str]) -> Collection[str]:
        return ()

    def revoked(self, results: Collection[UUID]) -> Mapping[UUID, datetime]:
        return {}


_registered: Store = _Nothing()


def register(store: Store) -> None:
    """Let a room offer what it keeps."""
    global _registered
    _registered = store


def offers(applicant: UUID, papers: Sequence[CasePaper], procedure: UUID) -> Offers:
    """What is on file of an applicant for these papers; the caller has asked whether it may be looked at."""
    return _registered.offers(applicant, papers, procedure) if papers else Offers()


def offers_on_behalf(applicant: UUID, papers: Sequence[CasePaper], procedure: UUID, *, agent: UUID) -> Offers:
    """As :func:`offers`, for who represents the applicant today; the look is told to the applicant."""
    record_access(who=agent, whose=applicant, purpose=ON_BEHALF, subject=f"party:{applicant}")
    return offers(applicant, papers, procedure)


def offers_at_the_counter(applicant: UUID, papers: Sequence[CasePaper], procedure: UUID, *, officer: UUID) -> Offers:
    """As :func:`offers`, for an officer to whom the person has said yes; the look is told to the person."""
    record_access(who=officer, whose=applicant, purpose=AT_THE_COUNTER, subject=f"party:{applicant}")
    return offers(applicant, papers, procedure)


def barred(sources: Collection[str]) -> Mapping[str, str]:
    """Sources of papers that must not be used (any more), each with the reason in words; empty texts are none."""
    known = {source for source in sources if source}
    return _registered.barred(known) if known else {}


def declared(sources: Collection[str]) -> Collection[str]:
    """Sources that only their owner vouches for; using them again is no reuse of what an office has."""
    known = {source for source in sources if source}
    return _registered.declared(known) if known else ()


def revoked(results: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Which of these results were revoked, and when."""
    return _registered.revoked(results) if results else {}
