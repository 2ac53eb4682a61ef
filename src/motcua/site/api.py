"""``/api/v1``: the one interface of all rooms, described at ``/api/v1/openapi.json`` (OpenAPI 3.1).

Nothing is answered in a form of its own here: whatever goes wrong is a refusal, and a refusal is problem details
(``kernel.web.refusals``).
"""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from motcua import __version__
from motcua.engines.exchange.api import router as exchange
from motcua.engines.signing.api import router as signing
from motcua.engines.webhooks.api import router as webhooks
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.web.api import BadRequest, StrictParser, TooLarge, invalid
from motcua.kernel.web.problems import MEDIA_TYPE
from motcua.people.accounts.api import idempotent
from motcua.services.batches.api import router as batches
from motcua.services.dossiers.api import router as dossiers
from motcua.services.national_portal.api import router as national_portal
from motcua.services.petitions.api import router as petitions
from motcua.services.procedures.api import router as procedures
from motcua.services.ratings.api import router as ratings
from motcua.services.vault.api import router as vault

DESCRIPTION = """\
Procedures, dossiers and their files. How to use it is told in docs/integrator/api.md.

Send `Authorization: Bearer TOKEN`. The language of messages follows `Accept-Language` (`vi`, `en`).
A `POST` with an `Idempotency-Key` (1–255 printable ASCII characters) is done once in 24 hours."""


class FieldProblem(Schema):
    """One input at fault."""

    field: str
    detail: str


class Problem(Schema):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[FieldProblem] = []


class Api(NinjaAPI):
    """Tells of every operation that it may be refused, and which scope it needs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._documents: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """The OpenAPI document. Writing it takes a second of CPU, and anybody may ask for it: it is written once."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._documents:
            self._documents[prefix] = self._document(prefix)
        return self._documents[prefix]

    def _document(self, prefix: str) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=prefix)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= problem.pop("$defs") | {"Problem": problem}
        body = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                operation["responses"]["4XX"] = {"description": "Refused", "content": body}
                if method == "post":
                    operation["parameters"].append(IDEMPOTENCY_KEY)
        return schema


IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


def _refuse(request: HttpRequest, error: Any) -> NoReturn:
    """What the framework found wrong, as a refusal."""
    if isinstance(error, ValidationError):
        raise invalid(error.errors)
    if isinstance(error, Http404):
        raise NotFound(_("There is nothing at this address."))
    cause = error.__cause__
    if isinstance(cause, Refused):
        raise cause
    if isinstance(error, RequestDataTooBig) or isinstance(cause, RequestDataTooBig):
        raise TooLarge(_("The body is too large."))
    raise BadRequest(_("The body cannot be read."))


class Utf8Renderer(JSONRenderer):
    """Vietnamese as it is written, not escaped letter by letter."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


api = Api(
    title="motcua",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
    renderer=Utf8Renderer(),
)
for mistake in (HttpError, ValidationError, Http404, RequestDataTooBig):
    api.add_exception_handler(mistake, _refuse)
api.add_decorator(idempotent, mode="view")
api.add_router("/procedures", procedures, tags=["procedures"])
api.add_router("", dossiers, tags=["dossiers"])
api.add_router("/batches", batches, tags=["batches"])
api.add_router("/signing", signing, tags=["signing"])
api.add_router("/webhooks", webhooks, tags=["webhooks"])
api.add_router("/vault", vault, tags=["personal store"])
api.add_router("/petitions", petitions, tags=["petitions"])
api.add_router("/ratings", ratings, tags=["ratings"])
api.add_router("/exchange", exchange, tags=["exchange"])
api.add_router("/national-portal", national_portal, tags=["national portal"])
