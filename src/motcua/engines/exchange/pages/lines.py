"""Lines and partners: how they stand, and setting them up."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.exchange import actions, config, queries
from motcua.engines.exchange.access import caretaker, channel_for, partner_for
from motcua.engines.exchange.actions import LineFields, PartnerFields
from motcua.engines.exchange.actions.lines import lines_of
from motcua.engines.exchange.kinds import kinds
from motcua.engines.exchange.models import Channel, Partner
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.people.accounts.access import sign_in_first


@require_GET
@sign_in_first
def overview(request: HttpRequest) -> HttpResponse:
    """How every line stands, what is open, what was turned away last."""
    caretaker(request)
    found = queries.open_messages()
    context = {
        "open": found,
        "own_fingerprint": config.own_fingerprint(timezone.now()),
        "waiting_since": local_datetime(found.waiting_since) if found.waiting_since else "",
        "lines": [_standing(each) for each in queries.channels()],
        "refusals": [
            {
                "id": each.pk,
                "cells": (local_datetime(each.at), each.channel.name, each.detail),
                "waits": each.channel.kind == Channel.Kind.AXIS,
            }
            for each in queries.refusals()
        ],
    }
    return forms.page(request, "exchange/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def new_line(request: HttpRequest) -> HttpResponse:
    """Set up a line."""
    return _line(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def line(request: HttpRequest, line_code: str) -> HttpResponse:
    """Look at a line and change it."""
    return _line(request, line_code)


def _line(request: HttpRequest, code: str | None) -> HttpResponse:
    by = caretaker(request)
    channel = channel_for(code) if code else None
    refused: Refused | None = None
    if request.method == "POST":
        try:
            saved = actions.save_channel(
                channel.code if channel else request.POST.get("code", "").strip(),
                _line_fields(request),
                by=by.pk,
                at=timezone.now(),
            )
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("The line is saved."))
            return redirect("exchange:line", line_code=saved.code)
    shown: Any = request.POST if request.method == "POST" else _line_values(channel)
    chosen = request.POST.getlist("kinds") if request.method == "POST" else (channel.kinds if channel else [])
    context = {
        "line": channel,
        "standing": _standing(channel) if channel else None,
        "shown": shown,
        "chosen": chosen,
        "kind_choices": Channel.Kind.choices,
        "message_kinds": [(code, kind.title) for code, kind in sorted(kinds.items())],
        "accounts": _accounts(channel) if channel else [],
        "folder": config.secrets().path,
    }
    return forms.page(request, "exchange/line.html", context, refused=refused)


@require_POST
@sign_in_first
def add_account(request: HttpRequest, line_code: str) -> HttpResponse:
    """Have an agency of this house speak and fetch at an axis."""
    by, channel = caretaker(request), channel_for(line_code)
    given = {name: request.POST.get(name, "").strip() for name in ("code", "system", "secret")}
    try:
        actions.add_account(channel, **given, by=by.pk, at=timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(forms.errors_of(refused).values()))
    else:
        messages.success(request, _("The agency is set up at this axis."))
    return redirect("exchange:line", line_code=channel.code)


@require_POST
@sign_in_first
def remove_account(request: HttpRequest, line_code: str, account_id: UUID) -> HttpResponse:
    """Speak and fetch for an agency no more."""
    by, channel = caretaker(request), channel_for(line_code)
    try:
        actions.remove_account(account_id, by=by.pk, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("exchange:line", line_code=channel.code)


@require_GET
@sign_in_first
def partners(request: HttpRequest) -> HttpResponse:
    """Partners, by code."""
    caretaker(request)
    text = request.GET.get("q", "").strip()[:100]
    page = paginate(queries.partners(text), order=("code", "id"), cursor=request.GET.get("cursor"))
    return forms.page(request, "exchange/partners.html", {"page": page, "q": text})


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def new_partner(request: HttpRequest) -> HttpResponse:
    """Set up a partner."""
    return _partner(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def partner(request: HttpRequest, partner_code: str) -> HttpResponse:
    """Look at a partner and change it."""
    return _partner(request, partner_code)


def _partner(request: HttpRequest, code: str | None) -> HttpResponse:
    by = caretaker(request)
    found = partner_for(code) if code else None
    refused: Refused | None = None
    if request.method == "POST":
        try:
            saved = actions.save_partner(
                found.code if found else request.POST.get("code", "").strip(),
                _partner_fields(request),
                by=by.pk,
                at=timezone.now(),
            )
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("The partner is saved."))
            return redirect("exchange:partner", partner_code=saved.code)
    context = {
        "partner": found,
        "shown": request.POST if request.method == "POST" else _partner_values(found),
        "channels": [("", _("Choose a line")), *((each.pk, each.name) for each in queries.channels())],
        "demands": Partner.Demands.choices,
    }
    return forms.page(request, "exchange/partner.html", context, refused=refused)


def _line_fields(request: HttpRequest) -> LineFields:
    posted = request.POST
    texts = ("name", "kind", "url", "secret", "client_certificate", "authorities", "service")
    given: dict[str, Any] = {name: posted.get(name, "").strip() for name in texts}
    timeout = posted.get("timeout", "").strip()
    return LineFields(
        **given,
        kinds=tuple(posted.getlist("kinds")),
        fingerprint=posted.get("fingerprint", "").strip().lower().replace(":", ""),
        timeout=int(timeout) if timeout.isascii() and timeout.isdigit() and len(timeout) < 5 else 0,
        is_active="is_active" in posted,
    )


def _line_values(channel: Channel | None) -> dict[str, Any]:
    if channel is None:
        return {"kind": Channel.Kind.DIRECT, "timeout": 20, "is_active": "yes"}
    names = ("code", "name", "kind", "url", "timeout", "secret", "client_certificate", "authorities")
    values = {name: getattr(channel, name) for name in (*names, "fingerprint", "service")}
    return values | ({"is_active": "yes"} if channel.is_active else {})


def _partner_fields(request: HttpRequest) -> PartnerFields:
    posted = request.POST
    try:
        channel = UUID(posted.get("channel", ""))
    except ValueError:
        channel = UUID(int=0)
    return PartnerFields(
        name=posted.get("name", "").strip(),
        channel=channel,
        demands=posted.get("demands", ""),
        signers=tuple(each.replace(":", "") for each in lines_of(posted.get("signers", ""))),
        is_active="is_active" in posted,
    )


def _partner_values(partner: Partner | None) -> dict[str, Any]:
    if partner is None:
        return {"demands": Partner.Demands.KNOWN, "is_active": "yes"}
    values = {"code": partner.code, "name": partner.name, "channel": partner.channel_id, "demands": partner.demands}
    return values | {"signers": "\n".join(partner.signers)} | ({"is_active": "yes"} if partner.is_active else {})


def _standing(channel: Channel) -> dict[str, Any]:
    return {
        "code": channel.code,
        "name": channel.name,
        "kind": channel.get_kind_display(),
        "is_active": channel.is_active,
        "down_since": local_datetime(channel.down_since) if channel.down_since else "",
        "fault": channel.fault,
        "retry_at": local_datetime(channel.retry_at) if channel.retry_at else "",
        "answered": local_datetime(channel.answered_at) if channel.answered_at else "",
    }


def _accounts(channel: Channel) -> list[dict[str, Any]]:
    return [
        {
            "id": each.pk,
            "code": each.code,
            "system": each.system,
            "secret": each.secret,
            "pulled": local_datetime(each.pulled_at) if each.pulled_at else "",
            "fault": each.fault,
        }
        for each in channel.accounts.order_by("code")
    ]
