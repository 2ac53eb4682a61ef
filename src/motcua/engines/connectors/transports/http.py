"""A question over HTTP: one request, its whole answer within time and size, held against what describes it."""

import base64
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from motcua.engines.connectors import config, documents, mapping, openapi
from motcua.engines.connectors.descriptions import InForce
from motcua.engines.connectors.documents import Unreadable
from motcua.engines.connectors.spec import Credentials, Http, Operation
from motcua.engines.exchange.transports.http import Said, ask, options_of
from motcua.engines.exchange.transports.interface import NotReached, Rejected, TryLater

_ACCOUNT, _LATER, _ABSENT = {401, 403, 407}, {408, 425, 429}, {404, 410}


class NoAccount(NotReached):
    """The system does not accept how the house shows who it is: no question's fault."""


def outputs(described: InForce, operation: Operation, inputs: Mapping[str, Any], *, call: UUID) -> dict[str, Any]:
    """What the system answers.

    Raises :class:`NotReached`, :class:`TryLater`, :class:`Rejected` (asking again would change nothing),
    ``Misconfigured``.
    """
    http, document = described.spec.http, described.description.document
    assert http is not None
    try:
        asked = mapping.asked(operation, inputs)
        if operation.openapi and document is not None:
            openapi.check_request(operation, document, inputs=inputs, query=asked.query, values=asked.values)
    except (mapping.Unmappable, openapi.Mismatch) as error:
        raise Rejected("request", str(error)) from error
    headers = _headers(http, operation, call, has_body=operation.body is not None)
    said = ask(
        operation.method,
        http.url.rstrip("/") + asked.path,
        options=_options(http),
        seconds=http.timeout,
        most=http.most,
        headers=headers,
        params=dict(asked.query),
        content=asked.content or None,
    )
    return _understood(operation, document, said)


def _understood(operation: Operation, document: Mapping[str, Any] | None, said: Said) -> dict[str, Any]:
    if operation.absent and said.status in _ABSENT:
        return mapping.nothing(operation)
    _check_status(said)
    if said.body.strip() and not documents.is_of(operation.form, said.media_type):
        raise TryLater(f"HTTP {said.status} with {said.media_type[:60] or 'no media type'}", code="media_type")
    try:
        answer = documents.parsed(said.body, operation.form, operation.xml.lists)
        if operation.openapi and document is not None:
            openapi.check_answer(operation, document, status=said.status, answer=answer)
        return mapping.outputs_of(operation, answer)
    except Unreadable as error:
        raise TryLater(f"HTTP {said.status}, {error}", code="unreadable") from error
    except (mapping.Unmappable, openapi.Mismatch) as error:
        raise TryLater(str(error), code="answer") from error


def _check_status(said: Said) -> None:
    if said.status in _ACCOUNT:
        raise NoAccount(f"HTTP {said.status}: the account is not accepted", unsure=False)
    if said.status in _LATER:
        raise TryLater(f"HTTP {said.status}")
    if said.status >= 500:
        raise NotReached(f"HTTP {said.status}", unsure=said.status not in {502, 503})
    if said.status >= 400:
        # What else it says may hold what is personal.
        raise Rejected(f"http_{said.status}", f"HTTP {said.status}")


def _headers(http: Http, operation: Operation, call: UUID, *, has_body: bool) -> dict[str, str]:
    media_type = documents.MEDIA_TYPES[operation.form][0]
    headers = {"Accept": media_type, "Idempotency-Key": str(call)}
    if has_body:
        headers["Content-Type"] = f"{media_type}; charset=utf-8" if operation.form == "xml" else media_type
    return headers | (_shown(http.credentials) if http.credentials else {})


def _shown(credentials: Credentials) -> dict[str, str]:
    secret = config.secrets().secret_in(credentials.secret)
    if credentials.kind == "header":
        return {credentials.name: secret}
    if credentials.kind == "bearer":
        return {"Authorization": f"Bearer {secret}"}
    pair = f"{credentials.name}:{secret}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _options(http: Http) -> dict[str, Any]:
    files = config.secrets()
    return options_of(
        http.timeout,
        certificate=str(files.path_of(http.client_certificate)) if http.client_certificate else "",
        authorities=str(files.path_of(http.authorities)) if http.authorities else "",
    )
