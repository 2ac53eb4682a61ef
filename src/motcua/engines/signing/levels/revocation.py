"""What authorities said of revoked certificates, kept: asked once per issuer, known offline.

A list serves all certificates of its issuer. An answer about a single one is asked for when there is no list, or one
too large to be put into every document.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q

from motcua.engines.signing.levels.fetching import Unreachable, ask
from motcua.engines.signing.levels.holds import note_holds
from motcua.engines.signing.levels.paths import Link, list_addresses, parsed, responder_addresses
from motcua.engines.signing.levels.stale import mark_stale
from motcua.engines.signing.levels.statements import (
    Statement,
    Unusable,
    holds,
    question,
    read_answer,
    read_list,
    responders_to_check,
)
from motcua.engines.signing.models import RevocationStatement

# A list beyond it is not copied into documents when the responder gives two kilobytes instead.
LARGE_LIST = 64 * 1024
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
FORGOTTEN = timedelta(days=90)
REFRESHED_AT_ONCE = 200


class ProofsMissing(Exception):
    """There is no current statement on a certificate, and none could be fetched now."""


@dataclass(frozen=True)
class Known:
    """Lists and answers, as DER."""

    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def __add__(self, other: "Known") -> "Known":
        """Both, each once."""
        crls, ocsps = self.crls + other.crls, self.ocsps + other.ocsps
        return Known(tuple(dict.fromkeys(crls)), tuple(dict.fromkeys(ocsps)))


def known_for(issuers: Iterable[bytes]) -> Known:
    """All that is kept of those issuing certificates (DER), also what has run out: nothing is asked, one statement."""
    wanted = {_fingerprint(issuer) for issuer in issuers}
    rows = RevocationStatement.objects.filter(issuer__in=wanted, der__isnull=False).order_by("id")
    found = [(serial, bytes(der)) for serial, der in rows.values_list("serial", "der") if der is not None]
    return Known(tuple(der for serial, der in found if not serial), tuple(der for serial, der in found if serial))


@dataclass(frozen=True)
class _Source:
    """Where something is stated: a list of an issuer, or a responder on one ``certificate`` of it."""

    url: str
    issuer: bytes
    certificate: bytes = b""

    @property
    def key(self) -> dict[str, Any]:
        serial = f"{parsed(self.certificate).serial_number:x}" if self.certificate else ""
        return {"issuer": _fingerprint(self.issuer), "serial": serial, "url": self.url}

    def ask(self, client: httpx.Client) -> Statement:
        """Raises ``Unreachable`` and ``Unusable``."""
        if not self.certificate:
            return read_list(ask(client, self.url), self.issuer)
        link = Link(self.certificate, self.issuer)
        answer = ask(client, self.url, content=question(link), media_type="application/ocsp-request")
        return read_answer(answer, link)


class Proofs:
    """The proofs for many documents at one moment: each source is looked up, or asked, once."""

    def __init__(self, client: httpx.Client, *, at: datetime) -> None:
        self.client = client
        self.at = at
        self._seen: dict[_Source, Statement | None] = {}

    def of(self, links: Sequence[Link]) -> Known:
        """A current statement on every certificate that names where one is found.

        Raises :class:`ProofsMissing`. Call it outside a transaction: it may wait for other systems.
        """
        found = Known()
        for link in links:
            found += self._of(link)
        return found

    def _of(self, link: Link) -> Known:
        lists = [_Source(url, link.issuer) for url in list_addresses(link.certificate)]
        responders = [_Source(url, link.issuer, link.certificate) for url in responder_addresses(link.certificate)]
        listed = self._first(lists)
        if listed is not None and (len(listed.der) <= LARGE_LIST or not responders):
            return Known(crls=(listed.der,))
        answer = self._first(responders)
        if answer is not None:
            return Known(ocsps=(answer.der,)) + self.of(responders_to_check(answer.der, link))
        if listed is not None:
            return Known(crls=(listed.der,))
        if lists or responders:
            raise ProofsMissing(", ".join(source.url for source in [*lists, *responders]))
        return Known()

    def _first(self, sources: Sequence[_Source]) -> Statement | None:
        """What one of several sources states: what is kept before what must be fetched."""
        unseen = [source for source in sources if source not in self._seen]
        kept = {source: _kept(source, self.at) for source in unseen}
        self._seen |= {source: statement for source, statement in kept.items() if statement}
        known = next((found for source in sources if (found := self._seen.get(source))), None)
        for source in unseen if known is None else ():
            self._seen[source] = known = fetch(source, at=self.at, client=self.client)
            if known is not None:
                break
        return known


def _kept(source: _Source, at: datetime) -> Statement | None:
    row = RevocationStatement.objects.filter(**source.key, der__isnull=False).first()
    if row is None:
        return None
    assert row.der is not None
    assert row.this_update is not None
    assert row.next_update is not None
    if row.used_at < at - timedelta(days=1):
        RevocationStatement.objects.filter(id=row.id).update(used_at=at)
    statement = Statement(bytes(row.der), row.this_update, row.next_update)
    return statement if holds(statement, at) else None


def fetch(source: _Source, *, at: datetime, client: httpx.Client) -> Statement | None:
    """Ask a source and keep what it states; ``None`` while it is out of order, which is noted with the next try."""
    resting = RevocationStatement.objects.filter(**source.key, retry_at__gt=at)
    if resting.exists():
        return None
    try:
        statement = source.ask(client)
        if not holds(statement, at):
            raise Unusable("the statement is not of this time")
    except (Unreachable, Unusable) as error:
        _note_failure(source, str(error), at)
        return None
    _keep(source, statement, at)
    return statement


@transaction.atomic
def _keep(source: _Source, statement: Statement, at: datetime) -> None:
    key = source.key
    before = RevocationStatement.objects.filter(**key).values_list("der", flat=True).first()
    issuer, serial = key["issuer"], key["serial"]
    note_holds(issuer=issuer, serial=serial, statement=statement)
    mark_stale(issuer=issuer, serial=serial, before=bytes(before) if before else None, statement=statement, at=at)
    RevocationStatement.objects.update_or_create(
        **key,
        defaults={
            "issuer_der": source.issuer,
            "der": statement.der,
            "this_update": statement.this_update,
            "next_update": statement.next_update,
            "fetched_at": at,
            "failures": 0,
            "retry_at": None,
            "last_error": "",
            "used_at": at,
        },
    )


def _note_failure(source: _Source, error: str, at: datetime) -> None:
    row, _created = RevocationStatement.objects.get_or_create(
        **source.key, defaults={"issuer_der": source.issuer, "used_at": at}
    )
    row.failures += 1
    row.retry_at = at + min(FIRST_WAIT * 2 ** min(row.failures - 1, 12), LONGEST_WAIT)
    row.last_error = error[:200]
    row.save(update_fields=["failures", "retry_at", "last_error"])


def refresh_lists(*, at: datetime, client: httpx.Client) -> int:
    """Fetch anew the lists in use that are past the middle of their time; returns how many were fetched.

    Lists that nobody used for long are forgotten.
    """
    RevocationStatement.objects.filter(used_at__lt=at - FORGOTTEN).delete()
    half = F("this_update") + (F("next_update") - F("this_update")) / 2
    old = RevocationStatement.objects.annotate(half=ExpressionWrapper(half, DateTimeField())).filter(
        Q(half__lte=at) | Q(der__isnull=True), Q(retry_at__isnull=True) | Q(retry_at__lte=at), serial=""
    )
    fetched = 0
    for row in old.order_by("next_update", "id")[:REFRESHED_AT_ONCE]:
        source = _Source(row.url, bytes(row.issuer_der))
        fetched += fetch(source, at=at, client=client) is not None
    return fetched


def _fingerprint(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()
