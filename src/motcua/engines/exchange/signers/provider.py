"""The provider: requests are errands that the exchange carries, answers are read when they have come."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcua.engines.exchange.models import Errand, Partner
from motcua.engines.exchange.signers.messages import CERTIFICATES, SIGN, WITHDRAW, ask
from motcua.engines.signing.providers.agency import MOST, certificate_of, ended, signer_question
from motcua.engines.signing.providers.http import Answer, from_base64, listed, required, to_base64
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Fault,
    Means,
    Outcome,
    ProvidedCertificate,
    Provider,
    Request,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import register
from motcua.engines.signing.providers.signatures import bare_signatures
from motcua.kernel.errors import Refused
from motcua.kernel.identifiers.models import new_id

FRESH = timedelta(hours=1)  # for which a list of certificates is believed
PATIENCE = timedelta(minutes=10)  # after which it is asked for again
# A document fits into the JSON of one message (``envelopes.MAX_PAYLOAD``) as base64.
DOCUMENT_BYTES = 700 * 1024


@register("agency-by-exchange")
class OtherAgencyByExchange(Provider):
    """Options: ``partner``, the code of the other agency; ``sender``, the code of the agency of this house."""

    title = _("Signer of another agency, through the exchange")
    finds_by_id = True
    shows_up_to = DOCUMENT_BYTES
    asks = (signer_question,)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        self.partner, self.sender = required(options, "partner"), required(options, "sender")

    @property
    def at_once(self) -> int:
        """As many as the other house takes."""
        return MOST

    def certificates(self, means: Means) -> list[ProvidedCertificate]:
        """What the other house said within the last hour; else it is asked, and the answer comes a little later."""
        now, signer = timezone.now(), means.values["signer"]
        rows = Errand.objects.filter(
            partner__code=self.partner, is_served=False, asked={"signer": signer, "items": []}
        )
        last = rows.filter(asked_at__gt=now - FRESH).order_by("-asked_at", "-id").first()
        if last is not None and last.answered_at is not None:
            return [found for each in listed(last.answer.get("certificates")) if (found := certificate_of(each))]
        if last is None or last.asked_at < now - PATIENCE:
            self._errand(new_id(), {"signer": signer, "items": []}, CERTIFICATES)
        raise Unavailable("the other house was asked for its certificates; ask again when its answer has come")

    def start(self, request: Request) -> Outcome:
        """Send ``sign.request``, and the documents after it."""
        asked = {
            "signer": request.means.values["signer"],
            "certificate": request.key_reference,
            "items": [{"content": to_base64(item.content), "text": item.text} for item in request.items],
        }
        self._errand(request.id, asked, SIGN, documents=len(request.items))
        return Waiting(str(request.id))

    def poll(self, request: Request, reference: str) -> Outcome:
        """What ``sign.answer`` says, when it has come."""
        errand = Errand.objects.filter(partner__code=self.partner, is_served=False, own_key=request.id).first()
        if errand is None:
            return Declined(Decline.FAILED, "the request was never sent", Fault.UNAVAILABLE)
        if errand.answered_at is None:
            return Waiting(str(request.id), told=False)
        state = str(errand.answer.get("state"))
        if state == "signed":
            contents = [from_base64(each) for each in listed(errand.answer.get("signatures"))]
            return bare_signatures(contents, len(request.items), request.certificate)
        return ended(Answer(200, errand.answer), state)

    def cancel(self, request: Request, reference: str) -> None:
        """Send that it is withdrawn: effective while the signer there has not agreed."""
        rows = Errand.objects.select_related("partner")
        errand = rows.filter(partner__code=self.partner, is_served=False, own_key=request.id).first()
        if errand is not None and errand.answered_at is None:
            ask(errand, WITHDRAW)

    def _errand(self, key: Any, asked: dict[str, Any], do: str, *, documents: int = 0) -> None:
        try:
            with transaction.atomic():
                partner = Partner.objects.filter(code=self.partner).first()
                if partner is None:
                    raise Unavailable(f"{self.partner} is no partner", fault=Fault.MISCONFIGURED)
                values = {"asked": asked, "sender": self.sender, "asked_at": timezone.now()}
                errand, _created = Errand.objects.get_or_create(
                    partner=partner, is_served=False, own_key=key, defaults=values
                )
                ask(errand, do, documents=documents)
        except Refused as refused:
            raise Unavailable(str(refused), fault=Fault.MISCONFIGURED) from refused
