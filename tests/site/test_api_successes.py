"""Every operation of the API does what it is for, once, and answers that as the OpenAPI document describes it.

What schemathesis makes up is mostly refused, and a refusal that is described says nothing of the success.
"""

import base64
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.conf import LazySettings
from django.utils import timezone
from openpyxl import load_workbook

from motcua.engines.signing import pades
from motcua.engines.signing.models import SigningCertificate
from motcua.engines.webhooks.models import Delivery
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.events.models import Event
from motcua.people.accounts.actions import issue_token
from motcua.services.batches.template import XLSX
from motcua.services.ratings.actions import invite
from motcua.services.ratings.secrets import rating_secret
from tests.engines.signing.factories import decision, leader_stamp
from tests.engines.signing.partners import ask_for
from tests.services.batches.sheets import fill
from tests.services.batches.test_batches import copies
from tests.services.dossiers.factories import COPY_FORM, Town
from tests.services.petitions.factories import TEXT, make_town_with_commune
from tests.services.ratings.factories import HAPPY
from tests.services.vault.factories import PDF, kept_result
from tests.site.api_client import SCOPES
from tests.site.described import CHECKS, closing, connection_kept, document

pytestmark = pytest.mark.django_db
SERVICE = "Trục liên thông"
UNMET = {
    "handOverMessage": "takes signed XML, which the document does not describe: tests/engines/exchange/test_receiving",
}


class Asking:
    """Asks operations by name; each answer must be a described success, and ``met`` remembers it."""

    def __init__(self, town: Town) -> None:
        self.operations = {
            each.ok().definition.raw["operationId"]: each.ok() for each in document().get_all_operations()
        }
        self.met: set[str] = set()
        people = {name: getattr(town, name) for name in ("reception", "specialist", "leader")}
        owners: dict[str, dict[str, Any]] = {name: {"account": account} for name, account in people.items()}
        owners |= {"citizen": {"account": town.applicant.account}, "service": {"service": SERVICE}}
        self.tokens = {name: issue_token(label="thử", scopes=SCOPES, **owner) for name, owner in owners.items()}

    def __call__(self, name: str, by: str, body: Any = None, *, query: Any = None, **path: Any) -> Any:
        """The answer, read if it is JSON."""
        operation = self.operations[name]
        operation.app = closing
        given = {} if body is None else {"body": body, "media_type": operation.body[0].media_type}
        case = operation.Case(path_parameters=path, query=query or {}, **given)
        response = case.call(headers={"Authorization": f"Bearer {self.tokens[by]}"})
        assert response.status_code < 300, (name, response.status_code, response.text)
        case.validate_response(response, checks=CHECKS)
        self.met.add(name)
        is_json = response.headers.get("content-type", [""])[0].startswith("application/json")
        return response.json() if is_json and response.content else response.content


def test_every_operation_succeeds_as_described(settings: LazySettings) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    town = make_town_with_commune()
    ask = Asking(town)
    with connection_kept():
        _dossiers(ask, town)
        _after_the_result(ask, town)
        _batches(ask, town)
        _petitions(ask)
        _signing(ask, town)
        _services(ask)
    assert ask.operations.keys() - ask.met == UNMET.keys()


def _dossiers(ask: Asking, town: Town) -> None:
    procedure = town.version.procedure.code
    assert procedure in [each["code"] for each in ask("listProcedures", "citizen")["items"]]
    for away in ({"subject": "Không ai"}, {"life_event": "death"}):
        assert ask("listProcedures", "citizen", query=away)["items"] == []
    ask("getProcedure", "citizen", code=procedure)
    filing = {
        "procedure": procedure,
        "channel": "counter",
        "office": town.office.codes.get().code,
        "applicant": {"name": "Phạm Thị Mẫu", "identity_number": "001099000777"},
        "form": COPY_FORM,
        "papers": [{"name": "Giấy tờ", "file": ask("storeFile", "reception", {"file": PDF})["id"]}],
    }
    code = ask("act", "reception", {}, code=ask("fileDossier", "reception", filing)["number"], action="accept")["code"]
    assert code in [each["code"] for each in ask("listDossiers", "reception")["items"]]
    asked = {"items": ["Bản chụp rõ hơn"], "reason": "Bản chụp mờ."}
    ask("act", "specialist", asked, code=code, action="request_supplement")
    ask("act", "reception", {"answer": "Bản chụp rõ."}, code=code, action="answer_supplement")
    assert code in [each["dossier"] for each in ask("getInbox", "specialist")["items"]]
    offers = {each["action"]: each for each in ask("listActions", "specialist", code=code)["items"]}
    again = asked | {"grounds": "Bản mới cũng mờ.", "approver": town.leader.username}
    ask("act", "specialist", again, code=code, action="propose_supplement")
    assert [each["dossier"] for each in ask("getApprovals", "leader")["items"]] == [code]
    done = {"step": offers["complete"]["step"], "outcome": "found", "data": {}}
    assert ask("act", "specialist", done, code=code, action="complete")["went_on"]
    ask("getDossier", "reception", code=code)
    assert "dossier.step_completed" in [each["kind"] for each in ask("getTimeline", "reception", code=code)["items"]]


def _after_the_result(ask: Asking, town: Town) -> None:
    kept = kept_result(town)
    assert kept.result is not None
    dossier = kept.result.dossier
    assert ask("getResult", "citizen", code=dossier.code).startswith(b"%PDF")
    assert [each["id"] for each in ask("listVault", "citizen")["items"]] == [str(kept.pk)]
    ask("getVaultPaper", "citizen", kept_id=str(kept.pk))
    ask("getVaultFile", "citizen", kept_id=str(kept.pk))
    invitation = invite(dossier, at=timezone.now())
    assert invitation is not None
    place = {"invitation_id": str(invitation.pk), "secret": rating_secret(invitation.pk)}
    ask("getRating", "citizen", **place)
    ask("rate", "citizen", {"answers": {code: int(value) for code, value in HAPPY.items()}}, **place)


def _batches(ask: Asking, town: Town) -> None:
    common = {"procedure": town.version.procedure.code, "case": "holder", "office": town.office.codes.get().code}
    batch = {"batch_id": ask("beginBatch", "citizen", common)["id"]}
    book = load_workbook(BytesIO(ask("getBatchTemplate", "citizen", **batch)))
    filled = fill(book, copies("Một")).getvalue()
    account = (
        town.applicant.account_id
    )  # stored beside the API: what schemathesis sends has no name to tell the type by
    file = store_bytes(filled, name="danh-sach.xlsx", media_type=XLSX, by=account)
    ask("readBatch", "citizen", {"file": str(file.pk)}, **batch)
    assert ask("getBatch", "citizen", **batch)["lines"] == len(ask("listBatchLines", "citizen", **batch)["items"]) == 1
    ask("sendBatch", "citizen", {"declared": True}, **batch)
    ask("resumeBatch", "citizen", **batch)


def _petitions(ask: Asking) -> None:
    told = {"kind": "report", "topic": "roads", "text": TEXT, "unit": "06001", "place": "Ngõ 5"}
    sent = ask("sendPetition", "citizen", told)
    assert ask("getPetition", "citizen", code=sent["code"], key=sent["key"])["text"] == TEXT


def _signing(ask: Asking, town: Town) -> None:
    assert ask("listSignerCertificates", "service", query={"signer": town.leader.username})["items"]
    certificate = SigningCertificate.objects.get(holder_id=town.leader.pk, withdrawn_at=None)
    made = pades.prepare(decision(), certificate=bytes(certificate.der), stamp=leader_stamp())
    items = [{"content": base64.b64encode(made.attributes).decode(), "text": "Công văn số 1"}]
    request = {"request_id": ask("requestSignatures", "service", ask_for(certificate, items=items))["id"]}
    ask("showDocument", "service", {"file": made.document}, number=0, **request)
    assert ask("getSignatures", "service", **request)["missing"] == []
    ask("withdrawRequest", "service", **request)


def _services(ask: Asking) -> None:
    ask("tellDossiers", "service", {"data": [{"MaHoSo": "G99.1-261127-0001"}]})
    webhook = {"webhook_id": ask("subscribe", "service", {"url": "http://127.0.0.1:9/", "kinds": ["dossier.*"]})["id"]}
    assert webhook["webhook_id"] in [each["id"] for each in ask("listWebhooks", "service")["items"]]
    event = Event.objects.latest("position")
    dead = Delivery.objects.create(
        webhook_id=UUID(webhook["webhook_id"]), event=event, created_at=timezone.now(), state="dead"
    )
    assert ask("listDeliveries", "service", **webhook)["items"]
    ask("retryDelivery", "service", delivery_id=str(dead.pk), **webhook)
    ask("unsubscribe", "service", **webhook)
