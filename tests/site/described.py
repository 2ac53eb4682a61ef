"""The OpenAPI document, its operations asked in this process, and what each answer must keep to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from motcua.site.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def document() -> Any:
    """The document as it is served, read by schemathesis."""
    return schemathesis.openapi.from_dict(json.loads(Client().get("/api/v1/openapi.json").content))


@contextmanager
def connection_kept() -> Iterator[None]:
    """As Django's own test client has it: the end of a request does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def closing(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The house, for a transport that closes no answers, nor what an answer has opened."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()
