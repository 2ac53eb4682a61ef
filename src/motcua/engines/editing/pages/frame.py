"""The page that holds the editor: a room's own address calls this after its own access check."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from motcua.engines.editing import actions
from motcua.engines.editing.discovery import editor
from motcua.people.accounts.access import signed_in


def respond(request: HttpRequest, *, kind: str, subject: UUID, title: str, back: str) -> HttpResponse:
    """Open something and show it in the editor; the token goes there by a form, so that it stands in no address.

    Raises ``NotFound`` where there is no editor, and what :func:`actions.open_file` does.
    """
    chosen, now = editor(), timezone.now()
    opened = actions.open_file(kind, subject, account=signed_in(request), life=chosen.settings.token_life, at=now)
    source = chosen.settings.here + reverse("editing:file", args=[opened.edited.pk])
    extension, language = opened.name.rpartition(".")[2].lower(), "en-US" if get_language() == "en" else "vi-VN"
    context = {
        "title": title,
        "back": back,
        "writes": opened.token.writes,
        "address": chosen.address(extension, writes=opened.token.writes, source=source, language=language),
        "origin": chosen.settings.origin,
        "token": opened.token.written(),
        "until": int(opened.token.until.timestamp() * 1000),
    }
    response = render(request, "editing/editor.html", context)
    allowed = {"frame-src": [chosen.settings.origin], "form-action": [chosen.settings.origin]}
    response._csp_update = allowed  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "no-store"
    return response
