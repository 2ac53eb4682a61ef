"""The OpenAPI document is true: schemathesis asks every operation for what it promises."""

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from motcua.engines.webhooks.models import Delivery, Webhook
from motcua.kernel.events.models import Event
from motcua.people.accounts.actions import issue_token
from motcua.services.batches.actions import start_batch
from motcua.services.procedures.runtime import package_of
from motcua.site.api import api
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.vault.factories import kept_result
from tests.site.api_client import SCOPES
from tests.site.described import CHECKS, closing, connection_kept, document
from tests.site.test_api_successes import UNMET

pytestmark = pytest.mark.django_db
WRONG = [*CHECKS, negative_data_rejection]
EXAMPLES = {
    False: 10,
    True: 5,
}  # of valid data for any address; of those for what exists, for any other, of invalid data
SERVICE = "Thử"
ACT = "/api/v1/dossiers/{code}/actions/{action}"
PARAMETER = re.compile(r"{(\w+)}")
OPERATIONS = [
    (method.upper(), path)
    for path, operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for method in operations
]
OPERATIONS.sort(key=lambda operation: operation[0] == "DELETE")  # what exists is asked for before it goes
AT_ONCE = 10  # operations asked in one town: making one takes longer than asking
GROUPS = [OPERATIONS[at : at + AT_ONCE] for at in range(0, len(OPERATIONS), AT_ONCE)]


@dataclass(frozen=True)
class World:
    """Whose tokens ask, and what stands in the addresses that they ask: what is there."""

    tokens: list[str]
    known: dict[str, dict[str, Any]]

    def of(self, path: str) -> dict[str, Any]:
        """The path parameters of an operation that exist; empty where the path has none, or others, too."""
        names = PARAMETER.findall(path)
        begin = path.removeprefix("/api/v1/").partition("/")[0]
        known = self.known.get(path) or self.known.get(begin) or {}
        return {name: known[name] for name in names} if known.keys() >= set(names) else {}


@pytest.fixture
def world() -> World:
    """An officer who may do most things, an administrator, a service, and a citizen with a result in their store."""
    town, now = make_town(), timezone.now()
    submit(town)
    open_one = accept(town, submit(town))
    kept = kept_result(town)
    assert kept.result is not None
    town.head.is_administrator = True
    town.head.save()
    webhook = Webhook.objects.create(
        service=SERVICE, url="https://a.example/", kinds=["dossier.*"], secret=b"", created_at=now
    )
    delivery = Delivery.objects.create(
        webhook=webhook, event=Event.objects.latest("position"), created_at=now, state="dead"
    )
    account = town.applicant.account
    assert account is not None
    case = package_of(town.version.pk).first_case
    batch = start_batch(
        account=account, version=town.version, case=case, applicant=town.applicant, office=town.office,
        return_method="online",
    )  # fmt: skip
    owners: list[dict[str, Any]] = [{"account": town.reception}, {"account": town.head}, {"service": SERVICE}]
    owners.append({"account": account})
    return World(
        tokens=[issue_token(label="thử", scopes=SCOPES, **owner) for owner in owners],
        known={
            "procedures": {"code": town.version.procedure.code},
            "dossiers": {"code": kept.result.dossier.code},
            ACT: {"code": open_one.code, "action": "request_supplement"},
            "webhooks": {"webhook_id": str(webhook.pk), "delivery_id": str(delivery.pk)},
            "batches": {"batch_id": str(batch.pk)},
            "vault": {"kept_id": str(kept.pk)},
        },
    )


@pytest.fixture
def schema() -> Any:
    return document()


def test_the_document_is_open_to_everybody() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert all(operation["security"] for path in document["paths"].values() for operation in path.values())


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0][1])
def test_every_answer_is_as_described(schema: Any, world: World, group: list[tuple[str, str]]) -> None:
    with connection_kept():
        for method, path in group:
            operation, known = schema[path][method], world.of(path)
            operation.app = closing
            found = ask(operation.as_strategy(path_parameters=known or None), world.tokens, EXAMPLES[bool(known)])
            assert not (known and method == "GET") or 200 in found, (path, found)
            assert operation.definition.raw["operationId"] not in UNMET or min(found) >= 400, (path, found)
            if known:
                ask(operation.as_strategy(), world.tokens, EXAMPLES[True])
            ask(operation.as_strategy(GenerationMode.NEGATIVE), world.tokens, EXAMPLES[True], checks=WRONG)


def ask(cases: Any, tokens: list[str], examples: int, *, checks: list[Any] = CHECKS) -> set[int]:
    """Ask an operation for what its description promises; what fails names it. The statuses that were answered."""
    asked, statuses = count(), set[int]()

    @bounds(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases)
    def each(case: Any) -> None:
        token = tokens[next(asked) % len(tokens)]
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        statuses.add(response.status_code)
        case.validate_response(response, checks=checks)

    each()
    return statuses
