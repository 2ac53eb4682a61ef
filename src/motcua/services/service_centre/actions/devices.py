"""Screens are registered, set up with a code, and taken out of service."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.text.typed import written
from motcua.people.accounts.sealing import digest_of, keyed_digest
from motcua.services.service_centre.models import Centre, Counter, Device
from motcua.services.service_centre.telling import tell_centre

LONGEST_PLACE = 80
CODE_LIVES = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=5)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is read or typed wrong: I O 0 1


@transaction.atomic
def add_device(
    *, centre: Centre, kind: str, name: str, by: UUID, at: datetime, counter: Counter | None = None
) -> tuple[Device, str]:
    """Register a screen, a tablet at its ``counter``; the code is typed there within half an hour, once.

    Raises ``Refused``.
    """
    if kind not in Device.Kind.values:
        raise Refused(_("Choose what the screen is for."), field="kind", code="required")
    place = written(name, _("Say where the screen stands."), "device", LONGEST_PLACE)
    if (kind == Device.Kind.TABLET) != (counter is not None):
        raise Refused(_("A tablet stands at a counter, no other screen does."), field="counter", code="counter")
    device = Device(centre=centre, kind=kind, name=place, counter=counter)
    code = _give_code(device, at)
    device.save(force_insert=True)
    tell_centre(centre, "device_added", by=by, at=at, device=str(device.pk), of=kind)
    return device, code


@transaction.atomic
def new_code(*, device: Device, by: UUID, at: datetime) -> str:
    """Let a screen be set up anew; what was set up before ends then. Raises ``Refused`` for one out of service."""
    if device.ended_at is not None:
        raise Refused(_("This screen is out of service."), code="ended")
    code = _give_code(device, at)
    device.save(update_fields=["code_digest", "code_until"])
    tell_centre(device.centre, "device_code_given", by=by, at=at, device=str(device.pk))
    return code


@transaction.atomic
def pair(*, code: str, at: datetime) -> tuple[Device, str]:
    """Set up the screen at which the code was typed; returns the key for its cookie. Raises ``Refused``."""
    plain = "".join(char for char in code.upper() if char.isalnum())
    found = (
        Device.objects.select_for_update(of=("self",))
        .select_related("centre")
        .filter(code_digest=_code_digest(plain), code_until__gt=at, ended_at=None)
        .order_by("id")
        .first()
    )
    if found is None:
        raise Refused(_("This code is wrong or too old. Ask for a new one."), field="code", code="wrong_code")
    key = secrets.token_urlsafe(32)
    found.digest, found.paired_at, found.seen_at = digest_of(key), at, at
    found.code_digest, found.code_until = "", None
    found.save(update_fields=["digest", "paired_at", "seen_at", "code_digest", "code_until"])
    tell_centre(found.centre, "device_paired", by=None, at=at, device=str(found.pk))
    return found, key


@transaction.atomic
def end_device(*, device: Device, by: UUID, at: datetime) -> None:
    """Take a screen out of service, at once."""
    if Device.objects.filter(pk=device.pk, ended_at=None).update(ended_at=at, code_digest="", code_until=None):
        tell_centre(device.centre, "device_ended", by=by, at=at, device=str(device.pk))


def see_device(device: Device, *, at: datetime) -> None:
    """Note that a screen is alive, every five minutes."""
    if device.seen_at is None or at - device.seen_at > SEEN_EVERY:
        Device.objects.filter(pk=device.pk).update(seen_at=at)


def _give_code(device: Device, at: datetime) -> str:
    code = "".join(secrets.choice(_LETTERS) for _n in range(8))
    device.code_digest, device.code_until = _code_digest(code), at + CODE_LIVES
    return f"{code[:4]}-{code[4:]}"


def _code_digest(code: str) -> str:
    return keyed_digest(code, purpose="device")
