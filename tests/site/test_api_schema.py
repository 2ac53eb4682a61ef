"""The OpenAPI document is true: schemathesis asks every operation for what it promises."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from motcua.people.accounts.actions import issue_token
from motcua.site.api import api
from motcua.site.wsgi import application
from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.vault.factories import kept_paper
from tests.site.api_client import SCOPES

pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [
    (method.upper(), path)
    for path, operations in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for method in operations
]
AT_ONCE = 10  # operations asked in one town: making one takes longer than asking
GROUPS = [OPERATIONS[at : at + AT_ONCE] for at in range(0, len(OPERATIONS), AT_ONCE)]


@pytest.fixture
def tokens() -> list[str]:
    """An officer who may do most things, an administrator, a service, and a citizen with a paper in their store."""
    town = make_town()
    submit(town)
    accept(town, submit(town))
    kept_paper(town)
    town.head.is_administrator = True
    town.head.save()
    owners: list[dict[str, Any]] = [{"account": town.reception}, {"account": town.head}, {"service": "Thử"}]
    owners.append({"account": town.applicant.account})
    return [issue_token(label="thử", scopes=SCOPES, **owner) for owner in owners]


@contextmanager
def connection_kept() -> Iterator[None]:
    """As Django's own test client has it: the end of a request does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def schema() -> Any:
    return schemathesis.openapi.from_dict(json.loads(Client().get("/api/v1/openapi.json").content))


def test_the_document_is_open_to_everybody() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert all(operation["security"] for path in document["paths"].values() for operation in path.values())


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0][1])
def test_every_answer_is_as_described(
    schema: Any, tokens: list[str], group: list[tuple[str, str]], settings: Any
) -> None:
    # This transport does not close answers, which is when Django removes the temporary files of uploads.
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    with connection_kept():
        for method, path in group:
            ask_as_described(schema[path][method], tokens)


def ask_as_described(operation: Any, tokens: list[str]) -> None:
    """Ask what its description promises; what fails names the operation."""
    operation.app = application
    asked = iter(range(10**6))

    @bounds(max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        token = tokens[next(asked) % len(tokens)]
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(response, checks=CHECKS)

    ask()
