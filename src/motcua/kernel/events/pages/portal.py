"""The public face of the log: signed roots, keys, and proofs that anyone can check (docs/integrator/events.md).

Nothing here tells what an event says: a proof speaks of digests only. Every page is JSON as well, for those who ask
with ``Accept: application/json`` or ``?format=json``.
"""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.kernel.errors import Refused
from motcua.kernel.events import queries
from motcua.kernel.events.canonical import plain
from motcua.kernel.events.models import TreeKey
from motcua.kernel.events.roots import SignedRoot
from motcua.kernel.text.dates import local_datetime

PROBLEM = "application/problem+json"


@require_safe
def transparency(request: HttpRequest) -> HttpResponse:
    """The signed roots, newest first, and the keys that they are signed with."""
    below = _whole(request.GET["before"], "before") if "before" in request.GET else None
    roots = queries.signed_roots(below=below, limit=queries.ROOTS_A_PAGE + 1)
    shown = roots[: queries.ROOTS_A_PAGE]
    older = f"{request.path}?before={shown[-1].size}" if len(roots) > len(shown) else None
    keys = queries.public_keys()
    if wants_json(request):
        return _json(
            {"roots": [root.as_json() for root in shown], "keys": [_key(key) for key in keys], "older": older}
        )
    context = {
        "newest": shown[0] if shown and below is None else None,
        "rows": [_row(root) for root in shown],
        "keys": [_key(key) | {"since": local_datetime(key.since)} for key in keys],
        "older": older,
    }
    return _page(request, "events/transparency.html", context)


@require_safe
def root(request: HttpRequest, size: int) -> HttpResponse:
    """One signed root as a file to keep: ``motcua verify-events --root`` reads it."""
    response = _json(queries.signed_root(size).as_json())
    response["Content-Disposition"] = f'attachment; filename="motcua-root-{size}.json"'
    return response


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """The proof that an event of the given digest stands in the log."""
    return _answer(request, ("digest",), "events/proof.html", lambda: queries.inclusion(_digest(request)))


@require_safe
def consistency(request: HttpRequest) -> HttpResponse:
    """The proof that the log at one size is the beginning of the log at another."""

    def find() -> dict[str, Any]:
        return queries.consistency(
            _whole(request.GET.get("old", ""), "old"), _whole(request.GET.get("new", ""), "new")
        )

    return _answer(request, ("old", "new"), "events/consistency.html", find)


def wants_json(request: HttpRequest) -> bool:
    """Whether the request asks for JSON rather than for a page."""
    if "format" in request.GET:
        return request.GET["format"] == "json"
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _answer(
    request: HttpRequest, fields: tuple[str, ...], template: str, find: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """A form with what was found for it; the empty form when nothing was asked; beside it what was wrong."""
    values = {field: request.GET.get(field, "").strip() for field in fields}
    found, refused = None, None
    if any(values.values()) or wants_json(request):
        try:
            found = find()
        except Refused as error:
            refused = error
    if wants_json(request):
        return _problem(refused) if refused else _json(found or {})
    errors = {refused.field or "": refused.message} if refused else {}
    context = {"values": values, "errors": errors, "found": found, "as_json": f"{request.get_full_path()}&format=json"}
    return _page(request, template, context, status=refused.status if refused else 200)


def _digest(request: HttpRequest) -> bytes:
    text = request.GET.get("digest", "").strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise Refused(_("A digest has 64 signs: the digits 0 to 9 and the letters a to f."), field="digest")
    return bytes.fromhex(text)


def _whole(text: str, field: str) -> int:
    if not re.fullmatch("[0-9]{1,15}", text.strip()):
        raise Refused(_("Write a whole number."), field=field)
    return int(text)


def _row(signed: SignedRoot) -> dict[str, Any]:
    return {
        "size": signed.size,
        "root": signed.root.hex(),
        "short": f"{signed.root.hex()[:16]}…",
        "at": local_datetime(parse_datetime(signed.at)),
        "key": signed.key,
        "url": reverse("events:root", args=[signed.size]),
    }


def _key(key: TreeKey) -> dict[str, Any]:
    return {"key": key.id, "algorithm": "Ed25519", "public_key": bytes(key.public).hex(), "since": plain(key.since)}


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["Accept"])
    return response


def _json(body: dict[str, Any]) -> JsonResponse:
    # Anyone may check from anywhere: the log is public, and no cookie is read for it.
    return JsonResponse(body, headers={"Access-Control-Allow-Origin": "*", "Vary": "Accept"})


def _problem(refused: Refused) -> HttpResponse:
    body = {"status": refused.status, "code": refused.code, "detail": refused.message}
    return JsonResponse(body, status=refused.status, content_type=PROBLEM, headers={"Vary": "Accept"})
