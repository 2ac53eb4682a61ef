"""Both kinds of messages, on both sides."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.exchange.actions import send
from motcua.engines.exchange.envelopes import read_envelope
from motcua.engines.exchange.kinds import Form, MessageKind, NothingToSend, NotYet, Received, Wanted, register
from motcua.engines.exchange.models import Errand, Partner
from motcua.engines.exchange.signers import ANSWER, REQUEST
from motcua.engines.signing import actions as signing
from motcua.engines.signing.access import certificate_for_partner, certificates_for_partner, partner_request
from motcua.engines.signing.actions import PartnerItem, TooManyOpen
from motcua.engines.signing.models import SigningCertificate
from motcua.engines.signing.providers.http import from_base64, to_base64
from motcua.engines.signing.queries import file_to_show, signatures_for, standing_of
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.people.accounts.principals import Principal

SIGN, CERTIFICATES, DOCUMENT, WITHDRAW = "sign", "certificates", "document", "withdraw"
OPEN_AT_ONCE = 200
SERVED_FOR = timedelta(days=30)


def register_kinds() -> None:
    """Make both kinds known."""
    register(MessageKind(REQUEST, _("Requests to sign"), Form.JSON, build=_asked, take=take_request))
    register(MessageKind(ANSWER, _("Answers to requests to sign"), Form.JSON, build=_answered, take=take_answer))


def ask(errand: Errand, do: str, *, documents: int = 0) -> None:
    """Send a request, once, and after it each of its documents. Raises ``Unroutable``."""
    wanted = [
        Wanted(
            partner=errand.partner.code,
            kind=REQUEST,
            about=f"sign:{errand.own_key}",
            key=f"{errand.own_key}:{each}",
            sender=errand.sender,
        )
        for each in (do, *(f"{DOCUMENT}:{number}" for number in range(documents)))
    ]
    send(wanted, at=timezone.now())


def _asked(wanted: Wanted) -> bytes:
    key, _colon, do = wanted.key.partition(":")
    if do.startswith(DOCUMENT):
        return _document(key, int(do.removeprefix(f"{DOCUMENT}:")))
    errand = Errand.objects.get(partner__code=wanted.partner, is_served=False, own_key=key)
    return json.dumps({"id": key, "do": do, **(errand.asked if do != WITHDRAW else {})}).encode()


def _document(key: str, number: int) -> bytes:
    content = file_to_show(UUID(key), number)
    if not content:
        raise NothingToSend
    return json.dumps({"id": key, "do": DOCUMENT, "number": number, "content": to_base64(content)}).encode()


def _answered(wanted: Wanted) -> bytes:
    key = wanted.key.partition(":")[0]
    errand = Errand.objects.get(partner__code=wanted.partner, is_served=True, own_key=key)
    return json.dumps({"id": key, **errand.answer}).encode()


def take_answer(received: Received) -> None:
    """The other house has settled what was asked."""
    told = received.values()
    if not isinstance(told, dict):
        return
    errand = _own(received, told)
    if errand is not None and not errand.answer:
        errand.answer, errand.answered_at = told, timezone.now()
        errand.save(update_fields=["answer", "answered_at"])


def _own(received: Received, told: Mapping[str, Any]) -> Errand | None:
    key = _key(told)
    if key is None:
        return None
    rows = Errand.objects.filter(partner__code=received.partner, is_served=False, own_key=key)
    return rows.select_for_update(of=("self",)).first()


def _key(told: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(str(told.get("id")))
    except ValueError:
        return None


def take_request(received: Received) -> None:
    """Another house asks one of our signers. Raises ``Refused`` for what is no request."""
    with received.open() as opened:
        envelope = read_envelope(opened)
    told = json.loads(envelope.payload)
    key = _key(told) if isinstance(told, dict) else None
    if key is None:
        raise Refused(str(_("The message is no request to sign.")), code="message")
    asks = principal_of(received.partner)
    if told.get("do") == WITHDRAW:
        _withdraw(asks, key)
        return
    if told.get("do") == DOCUMENT:
        _take_document(received.partner, key, told)
        return
    partner = Partner.objects.get(code=received.partner)
    errand, created = Errand.objects.get_or_create(
        partner=partner, is_served=True, own_key=key, defaults={"sender": envelope.to, "asked_at": timezone.now()}
    )
    if not created:
        return
    try:
        with transaction.atomic():
            answer = _serve(asks, key, told)
    except Refused as refused:
        answer = {
            "state": "failed",
            "fault": "certificate" if isinstance(refused, NotFound) else "",
            "certificates": [],
        }
    if answer is not None:
        _answer(errand, answer)


def _serve(asks: Principal, key: UUID, told: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is answered at once; None where the signer is to answer. Raises ``Refused``."""
    now, signer = timezone.now(), str(told.get("signer", ""))[:150]
    if told.get("do") == CERTIFICATES:
        return {
            "state": "known",
            "certificates": [_certificate(each) for each in certificates_for_partner(asks, signer, now)],
        }
    items = told.get("items")
    certificate = certificate_for_partner(asks, signer, str(told.get("certificate", "")), now)
    pairs = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    asked = [PartnerItem(str(each.get("content", ""))[:8192], str(each.get("text", ""))[:300]) for each in pairs]
    signing.receive_request(service=asks.service, own_key=key, certificate=certificate, items=asked, at=now)
    return None


def _take_document(partner: str, key: UUID, told: Mapping[str, Any]) -> None:
    """Lay a document before its signer. One that is refused ends the request: its signer could never agree.

    Raises ``NotYet`` while there is no room for it: it comes again until there is, or the request's time is over.
    """
    asks, number = principal_of(partner), told.get("number")
    position = number if isinstance(number, int) else -1
    try:
        row = partner_request(asks, key)
        with transaction.atomic():
            uploaded = ContentFile(from_base64(told.get("content")))
            signing.take_document(request=row, position=position, uploaded=uploaded, at=timezone.now())
    except (NotFound, Conflict):
        return  # it has ended, or was never there
    except TooManyOpen as error:
        raise NotYet(str(error)) from error
    except Refused:
        _withdraw(asks, key)
        errand = Errand.objects.select_related("partner").get(partner__code=partner, is_served=True, own_key=key)
        _answer(errand, {"state": "failed", "fault": ""})


def _withdraw(asks: Principal, key: UUID) -> None:
    try:
        row = partner_request(asks, key)
        with transaction.atomic():
            signing.refuse_request(request_id=row.pk, by=None, at=timezone.now())
    except Refused:
        return  # it has ended, or was never there


def _certificate(row: SigningCertificate) -> dict[str, Any]:
    return {
        "fingerprint": row.fingerprint,
        "certificate": base64.b64encode(bytes(row.der)).decode(),
        "chain": base64.b64encode(bytes(row.chain)).decode(),
    }


def principal_of(partner: str) -> Principal:
    """Another agency as the signing engine knows it: a service of the exchange's name for it."""
    return Principal(account=None, service=f"exchange:{partner}", scopes=frozenset(), token_id=UUID(int=0))


def answer_settled() -> int:
    """Answer what our signers have settled; returns how many answers were sent."""
    now = timezone.now()
    served = Errand.objects.filter(is_served=True, answered_at=None, asked_at__gt=now - SERVED_FOR)
    keys = list(served.order_by("asked_at", "id").values_list("pk", flat=True)[:OPEN_AT_ONCE])
    return sum(map(_answer_if_possible, keys))


def _answer_if_possible(key: UUID) -> int:
    """Whose line or partner is switched off gets the answer later, and holds up nobody else's."""
    try:
        return _answer_if_settled(key)
    except Refused:
        return 0


@transaction.atomic
def _answer_if_settled(key: UUID) -> int:
    rows = Errand.objects.select_related("partner").select_for_update(of=("self",), skip_locked=True)
    errand = rows.filter(pk=key, answered_at=None).first()
    if errand is None:
        return 0
    try:
        row = partner_request(principal_of(errand.partner.code), errand.own_key)
    except NotFound:
        return 0
    state, fault = standing_of(row, at=timezone.now())
    if state in {"waiting", "starting"}:
        return 0
    signatures = [base64.b64encode(each).decode() for each in signatures_for(row)]
    _answer(errand, {"state": state, "fault": fault, "signatures": signatures})
    return 1


def _answer(errand: Errand, answer: dict[str, Any]) -> None:
    errand.answer, errand.answered_at = answer, timezone.now()
    errand.save(update_fields=["answer", "answered_at"])
    wanted = Wanted(
        partner=errand.partner.code,
        kind=ANSWER,
        about=f"sign:{errand.own_key}",
        key=f"{errand.own_key}:answer",
        sender=errand.sender,
    )
    send([wanted], at=timezone.now())
