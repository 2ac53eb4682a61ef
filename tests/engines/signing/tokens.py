"""Signing with the USB token of a leader: the house, the agent as a program, and what a browser does between them."""

import base64
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import actions
from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.models import HolderKind, SigningCertificate, SigningMeans, SigningTransaction
from motcua.engines.signing.providers.interface import Holder
from motcua.people.accounts.models import Account
from tests.agent.running import ask
from tests.engines.signing.factories import decision, demo_authority, leader_stamp
from tests.engines.signing.softhsm import TokenKey


def trust_tokens() -> None:
    """The house trusts the authority of the tests' tokens."""
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=timezone.now())


def token_means(officer: Account) -> SigningMeans:
    """The officer signs with a USB token; no certificate is known yet."""
    holder = Holder(HolderKind.OFFICER, officer.pk)
    trust_tokens()
    return actions.register_means(holder=holder, provider="usb-token", answers={}, by=officer.pk, at=timezone.now())


def known_certificate(
    officer: Account, key: TokenKey, agent: str, origin: str, *, others: Any = ()
) -> SigningCertificate:
    """The certificate of a token's key, registered with the proof that its agent brings."""
    means, at = token_means(officer), timezone.now()
    proof = actions.ask_proof(means=means, der=key.certificate, at=at)
    answer = ask(agent, "/sign", proof.challenge["request"], origin=origin)
    return actions.register_certificate(
        means=means,
        der=key.certificate,
        others=others,
        statement=proof.statement,
        answer=answer,
        by=officer.pk,
        at=at,
    )


def begin(certificate: SigningCertificate, officer: Account, *, count: int = 1) -> SigningTransaction:
    """Decisions that wait for the officer's token."""
    at: datetime = timezone.now()
    documents = [
        DocumentToSign(decision(), f"dossier:{number}", f"Quyết định số {number}", leader_stamp(at=at))
        for number in range(1, count + 1)
    ]
    return actions.start_signing(certificate=certificate, documents=documents, by=officer.pk, at=at)


class PageOf:
    """A signed-in officer's browser, without a browser."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def challenge(self, waiting: SigningTransaction) -> Any:
        return self.client.get(reverse("signing:challenge", args=[waiting.pk]))

    def deliver(self, waiting: SigningTransaction, answer: Any) -> Any:
        address = reverse("signing:deliver", args=[waiting.pk])
        return self.client.post(address, answer, content_type="application/json")

    def inquiry(self, means: SigningMeans) -> Any:
        return self.client.get(reverse("signing:means-inquiry", args=[means.pk]))

    def proof(self, means: SigningMeans, der: bytes) -> Any:
        body = {"certificate": base64.b64encode(der).decode()}
        return self.client.post(reverse("signing:means-proof", args=[means.pk]), body, content_type="application/json")

    def certificate(self, means: SigningMeans, body: Any) -> Any:
        address = reverse("signing:means-certificate", args=[means.pk])
        return self.client.post(address, body, content_type="application/json")
