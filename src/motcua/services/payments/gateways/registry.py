"""Which gateways this installation has: kinds are code, the configured ones are sections of ``payments.toml``."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings

from motcua.services.payments.gateways.interface import Gateway, Misconfigured

GatewayType = TypeVar("GatewayType", bound=type[Gateway])
_kinds: dict[str, type[Gateway]] = {}


def register(kind: str) -> Callable[[GatewayType], GatewayType]:
    """``@register("vnpay")`` on a class makes a kind known. Raises ``ValueError`` for a name that is taken."""

    def keep(gateway: GatewayType) -> GatewayType:
        if kind in _kinds:
            raise ValueError(f"payment gateway {kind!r} is registered twice")
        _kinds[kind] = gateway
        return gateway

    return keep


def gateway(code: str) -> Gateway:
    """The gateway of a section.

    Raises ``KeyError`` for one that is not configured (any more), :class:`Misconfigured` with the name of the section.
    """
    options: Mapping[str, Any] = settings.PAYMENT_GATEWAYS[code]
    kind = _kinds.get(str(options.get("kind", code)))
    if kind is None:
        raise Misconfigured(f"[{code}] There is no kind of gateway {options.get('kind', code)!r}.")
    try:
        return kind(options)
    except Misconfigured as error:
        raise Misconfigured(f"[{code}] {error}") from error


def gateways() -> dict[str, Gateway]:
    """The gateways by their codes, in order."""
    return {code: gateway(code) for code in sorted(settings.PAYMENT_GATEWAYS)}
