"""A signing service over a real socket on this machine, and a house that is set up for it."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from motcua.engines.signing import actions, queries
from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningMeans, SigningTransaction
from motcua.engines.signing.providers.interface import Holder
from motcua.engines.signing.simulators.base import Simulator
from motcua.engines.signing.simulators.identity import Identity, write_privately
from motcua.engines.signing.verification import Verdict, examine
from tests.engines.signing.factories import AT, decision, leader_stamp

OFFICER = UUID("01900000-0000-7000-8000-000000000001")
OFFICE = UUID("01900000-0000-7000-8000-000000000002")


@cache
def identity() -> Identity:
    """Keys for all simulated services of a run: making them takes a while."""
    return Identity(AT)


@contextmanager
def installed(service: Simulator, folder: Path, **options: Any) -> Iterator[str]:
    """Serve the service, configure the house for it and trust its authority; gives the code of the provider.

    The section is what the service prints for an operator, read as the house reads ``signing.toml``.
    """
    file, before = folder / "secret", settings.SIGNING_PROVIDERS
    write_privately(file, service.password.encode() + b"\n")
    trust(service)
    with service.serving():
        (code, section), *_none = tomllib.loads(service.section(str(file))).items()
        settings.SIGNING_PROVIDERS = {code: section | {"timeout": 5} | options}
        try:
            yield code
        finally:
            settings.SIGNING_PROVIDERS = before


def trust(service: Simulator) -> None:
    """Let the house trust the authority of a simulated service."""
    actions.add_trust_anchor(der=service.identity.authority, demonstration=True, at=AT)


def register(code: str, *, office: bool = False, **answers: str) -> SigningMeans:
    """Register a means, as the officer does at the desk."""
    holder = Holder(HolderKind.OFFICE, OFFICE) if office else Holder(HolderKind.OFFICER, OFFICER)
    return actions.register_means(holder=holder, provider=code, answers=answers, by=OFFICER, at=AT)


def start(certificate: SigningCertificate, count: int = 1) -> SigningTransaction:
    """Ask for signatures on decisions."""
    documents = [
        DocumentToSign(decision(), f"dossier:{number}", f"Quyết định số {number + 1}", leader_stamp())
        for number in range(count)
    ]
    return actions.start_signing(certificate=certificate, documents=documents, by=OFFICER, at=AT)


def settle(row: SigningTransaction, **changes: Any) -> SigningTransaction:
    """Ask how far it is."""
    return actions.settle_signing(transaction_id=row.pk, **({"at": AT} | changes))


def verdict(row: SigningTransaction, documents: int = 1) -> Verdict:
    """What the last of so many signed documents is worth to this house; they are taken over with it."""
    collected = actions.collect_signed(transaction_id=row.pk)
    assert len(collected) == documents
    (found,) = examine(collected[-1].content, anchors=queries.trusted_authorities(), at=AT)
    return found
