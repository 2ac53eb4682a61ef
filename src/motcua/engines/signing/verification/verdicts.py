"""What is said of a signature: one verdict each, the same on pages, on the command line and in JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """What is to be said of a signature; the worse reason wins."""

    VALID = "valid"
    UNTRUSTED = "untrusted"
    PARTIAL = "partial"
    MODIFIED = "modified"
    BROKEN = "broken"
    UNVERIFIABLE = "unverifiable"


class Trust(StrEnum):
    """Why a certificate is trusted or not at the moment for which it was judged."""

    TRUSTED = "trusted"
    UNKNOWN_ISSUER = "unknown_issuer"
    SELF_SIGNED = "self_signed"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    WRONG_USAGE = "wrong_usage"
    WEAK = "weak"
    UNSUITABLE = "unsuitable"


class Revocation(StrEnum):
    """What is known of a revocation; ``unknown`` is said, never hidden. ``suspended`` may be lifted again."""

    GOOD = "good"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How long a signature can be verified (ETSI EN 319 142-1 for PDF, 319 122-1 CMS, 319 132-1 XML).

    ``basic`` is a signature outside these standards.
    """

    BASIC = "basic"
    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


class Coverage(StrEnum):
    """How much of the file a signature covers: all, all that was there when it was made, or only parts."""

    WHOLE = "whole"
    REVISION = "revision"
    PARTS = "parts"


class Kind(StrEnum):
    """What a file is, by its content."""

    PDF = "pdf"
    XML = "xml"
    ASICE = "asice"


class What(StrEnum):
    """What came after a signature. Up to ``validation_data`` a signature allows it unless it forbids all changes."""

    FIELDS = "fields"
    SIGNATURES = "signatures"
    VALIDATION_DATA = "validation_data"
    PAGES = "pages"
    PAGES_ADDED = "pages_added"
    PAGES_REMOVED = "pages_removed"
    ANNOTATIONS = "annotations"
    OTHER = "other"


class Problem(StrEnum):
    """Why nothing can be said of a file or signature."""

    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    UNKNOWN_KIND = "unknown_kind"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    AMBIGUOUS = "ambiguous"
    FORBIDDEN = "forbidden"
    TOO_MANY = "too_many"
    UNSUPPORTED = "unsupported"


class Note(StrEnum):
    """What a reader should know beside the verdict."""

    DYNAMIC_FORM = "dynamic_form"
    # Time stamps or proofs that do not count: they do not match, nobody trusted made them, or their kind is unknown.
    UNCOUNTED = "uncounted"
    COUNTERSIGNED = "countersigned"


@dataclass(frozen=True)
class Change:
    """Something that came after the signature; ``names`` are those of fields, numbers of pages."""

    what: What
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class CertificateFacts:
    """The signer's certificate. ``serial`` and ``fingerprint`` (SHA-256) in hexadecimal; ``identity`` is a number of
    an identity card or a tax code that the authority wrote into it (for example ``CCCD:001099000001``).
    """

    subject: str = ""
    organisation: str = ""
    identity: str = ""
    issuer: str = ""
    serial: str = ""
    fingerprint: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """One signature of a document, or in state ``unverifiable`` with its ``problem`` the whole file.

    ``signed_at`` is the signer's own claim unless ``proven`` says that a timestamp shows it. ``covers`` names what a
    signature in a container or over parts of an XML document covers. ``issuers`` are the fingerprints (SHA-256) of the
    certificates from the signer's issuer up to the trusted one.
    """

    state: State
    field: str = ""
    signer: str = ""
    issuer: str = ""
    signed_at: datetime | None = None
    proven: bool = False
    reason: str = ""
    trust: Trust = Trust.UNKNOWN_ISSUER
    revocation: Revocation = Revocation.UNKNOWN
    revoked_at: datetime | None = None
    level: Level | None = None
    coverage: Coverage | None = None
    covers: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    certified: bool = False
    kind: Kind | None = None
    problem: Problem | None = None
    notes: tuple[Note, ...] = ()
    certificate: CertificateFacts = CertificateFacts()
    issuers: tuple[str, ...] = ()

    @property
    def covers_whole_file(self) -> bool:
        """Whether nothing at all came after the signature."""
        return self.coverage is Coverage.WHOLE

    @property
    def filled_later(self) -> bool:
        """Whether fields left open were filled, or further signatures given, afterwards."""
        return any(change.what in (What.FIELDS, What.SIGNATURES) for change in self.changes)

    def suspended(self, since: datetime) -> "Verdict":
        """The same, of a certificate that was on hold at the moment for which it was judged."""
        state = State.UNTRUSTED if self.state is State.VALID else self.state
        return replace(self, state=state, trust=Trust.SUSPENDED, revocation=Revocation.SUSPENDED, revoked_at=since)

    @property
    def holds(self) -> bool:
        """Whether the document may be relied on: whole, and signed by somebody who is trusted."""
        return self.state is State.VALID


def unverifiable(problem: Problem, kind: Kind | None = None) -> tuple[Verdict, ...]:
    """The one verdict on a file of which nothing can be said."""
    return (Verdict(State.UNVERIFIABLE, kind=kind, problem=problem),)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON values; times in ISO 8601."""
    plain: dict[str, Any] = _plain(verdict)
    return plain


def _plain(value: Any) -> Any:
    # Not asdict, which copies what it finds: a name that stands in a PDF knows the whole file, which takes longer to
    # copy than to judge.
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def from_json(values: Mapping[str, Any]) -> Verdict:
    """The verdict that :func:`as_json` wrote. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else.

    What an older program wrote lacks newer facts: they take their defaults.
    """
    readers: dict[str, Any] = {
        "state": State,
        "signed_at": _moment,
        "trust": Trust,
        "revocation": Revocation,
        "revoked_at": _moment,
        "level": _optional(Level),
        "coverage": _optional(Coverage),
        "covers": tuple,
        "issuers": tuple,
        "uncovered": tuple,
        "changes": lambda changes: tuple(Change(What(each["what"]), tuple(each["names"])) for each in changes),
        "kind": _optional(Kind),
        "problem": _optional(Problem),
        "notes": lambda notes: tuple(Note(each) for each in notes),
        "certificate": _certificate,
    }
    known = {each.name for each in fields(Verdict)}
    return Verdict(**{name: readers.get(name, _as_is)(value) for name, value in values.items() if name in known})


def _certificate(values: Mapping[str, Any]) -> CertificateFacts:
    times = {name: _moment(values.get(name)) for name in ("valid_from", "valid_to")}
    return CertificateFacts(**dict(values) | times)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _optional(kind: Any) -> Any:
    return lambda value: None if value is None else kind(value)


def _as_is(value: Any) -> Any:
    return value
