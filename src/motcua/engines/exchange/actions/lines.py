"""Lines and partners are set up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.exchange import rules
from motcua.engines.exchange.actions.recording import tell
from motcua.engines.exchange.kinds import Form, kinds
from motcua.engines.exchange.models import Account, Channel, Outgoing, Partner
from motcua.engines.exchange.secret_files import is_name
from motcua.kernel.errors import Conflict, Invalid
from motcua.kernel.web.outgoing import is_safe

AT_ONCE = 2_000  # rows in a statement
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class LineFields:
    """What is known of a line. ``secret``, ``client_certificate`` and ``authorities`` name files, never hold them."""

    name: str
    kind: str
    url: str
    kinds: tuple[str, ...]
    timeout: int = 20
    secret: str = ""
    client_certificate: str = ""
    authorities: str = ""
    fingerprint: str = ""
    service: str = ""
    is_active: bool = True


@dataclass(frozen=True)
class PartnerFields:
    """What is known of a partner. ``signers``: SHA-256 fingerprints of its certificates, in hexadecimal."""

    name: str
    channel: UUID
    demands: str = rules.Demand.KNOWN.value
    signers: tuple[str, ...] = ()
    is_active: bool = True


@transaction.atomic
def save_channel(code: str, fields: LineFields, *, by: UUID | None, at: datetime) -> Channel:
    """Set up a line, or change it. Raises :class:`Invalid`."""
    errors = _wrong_line(code, fields)
    others = Channel.objects.exclude(code=code)
    if fields.fingerprint and others.filter(fingerprint=fields.fingerprint).exists():
        errors["fingerprint"] = _("Another line has this certificate.")
    if fields.service and others.filter(service=fields.service).exists():
        errors["service"] = _("Another line has this service.")
    _check(errors)
    values = {**asdict(fields), "kinds": sorted(set(fields.kinds))}
    channel, _created = Channel.objects.update_or_create(code=code, defaults=values)
    # What is secret stands in files; the names of the files are told like everything else.
    tell(f"line:{code}", "line_saved", at=at, by=by, **values)
    return channel


def _wrong_line(code: str, fields: LineFields) -> dict[str, str]:
    errors = {}
    if not re.fullmatch(r"[a-z0-9-]{1,40}", code):
        errors["code"] = _("Write small letters, digits and hyphens.")
    if not fields.name.strip():
        errors["name"] = _("Write a name.")
    if fields.kind not in Channel.Kind.values:
        errors["kind"] = _("Choose how the other side is reached.")
    if not is_safe(fields.url):
        errors["url"] = _("Write an address that begins with https://.")
    if not 1 <= fields.timeout <= 120:
        errors["timeout"] = _("Write between 1 and 120 seconds.")
    for name in ("secret", "client_certificate", "authorities"):
        if getattr(fields, name) and not is_name(getattr(fields, name)):
            errors[name] = _("Write the name of a file in the folder of secrets, nothing else.")
    if fields.fingerprint and not _FINGERPRINT.fullmatch(fields.fingerprint):
        errors["fingerprint"] = _("Write the SHA-256 of the certificate: 64 digits and letters a to f.")
    unknown = [each for each in fields.kinds if each not in kinds]
    if unknown:
        errors["kinds"] = _("There are no messages of the kind %(kind)s.") % {"kind": unknown[0]}
    elif fields.kind == Channel.Kind.AXIS and any(kinds[each].form is Form.JSON for each in fields.kinds):
        errors["kinds"] = _("The axis carries documents and status messages only.")
    return errors


@transaction.atomic
def save_partner(code: str, fields: PartnerFields, *, by: UUID | None, at: datetime) -> Partner:
    """Set up a partner, or change it; what waits for it takes the line that it has now. Raises :class:`Invalid`."""
    errors = {}
    if not re.fullmatch(rules.CODE, code):
        errors["code"] = _("Write the code of the agency, such as H99.01.")
    if not fields.name.strip():
        errors["name"] = _("Write a name.")
    if fields.demands not in Partner.Demands.values:
        errors["demands"] = _("Choose what is demanded of its signatures.")
    if not Channel.objects.filter(pk=fields.channel).exists():
        errors["channel"] = _("Choose a line.")
    if any(not _FINGERPRINT.fullmatch(each) for each in fields.signers):
        errors["signers"] = _("Write the SHA-256 of each certificate on a line: 64 digits and letters a to f.")
    elif fields.demands == rules.Demand.KNOWN and not fields.signers:
        errors["signers"] = _("Write at least one certificate, or demand another signature: none is known otherwise.")
    _check(errors)
    values = {**asdict(fields), "signers": list(fields.signers)}
    values["channel_id"] = values.pop("channel")
    partner, _created = Partner.objects.update_or_create(code=code, defaults=values)
    Outgoing.objects.filter(partner=partner, state=Outgoing.State.WAITING).update(channel=partner.channel_id)
    tell(code, "partner_saved", at=at, by=by, **values)
    return partner


@transaction.atomic
def take_over_agencies(
    channel: Channel, agencies: Iterable[tuple[str, str]], *, demands: str, by: UUID | None, at: datetime
) -> tuple[int, int]:
    """Make partners of the agencies that an axis lists (code, name); how many are new, and how many have a new name.

    A known partner keeps its line, certificates and what is demanded; agencies of this house are none. Raises
    :class:`Invalid` for a demand that needs certificates, which no list has.
    """
    if demands not in Partner.Demands.values or demands == rules.Demand.KNOWN:
        raise Invalid(_("Some of the input is not right."), errors={"demands": _("No list tells certificates.")})
    own = set(Account.objects.filter(channel=channel).values_list("code", flat=True))
    listed = {code: name.strip()[:200] or code for code, name in agencies if re.fullmatch(rules.CODE, code)}
    known = {each.code: each for each in Partner.objects.only("code", "name", "channel")}
    new = [
        Partner(code=code, name=name, channel=channel, demands=demands)
        for code, name in listed.items()
        if code not in known and code not in own
    ]
    renamed = [
        each
        for code, each in known.items()
        if each.channel_id == channel.pk and code in listed and each.name != listed[code]
    ]
    for each in renamed:
        each.name = listed[each.code]
    Partner.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)
    Partner.objects.bulk_update(renamed, ["name"], batch_size=AT_ONCE)
    told = {"added": len(new), "renamed": len(renamed), "demands": demands}
    tell(f"line:{channel.code}", "agencies_taken_over", at=at, by=by, **told)
    return len(new), len(renamed)


@transaction.atomic
def add_account(channel: Channel, *, code: str, system: str, secret: str, by: UUID | None, at: datetime) -> Account:
    """Have an agency of this house speak and fetch at an axis. Raises :class:`Invalid`."""
    errors = {}
    if not re.fullmatch(rules.CODE, code):
        errors["code"] = _("Write the code of the agency, such as H99.01.")
    if not re.fullmatch(r"[!-~]{1,80}", system):
        errors["system"] = _("Write what the axis calls this agency's system.")
    if not is_name(secret):
        errors["secret"] = _("Write the name of a file in the folder of secrets, nothing else.")
    _check(errors)
    values = {"system": system, "secret": secret}
    account, _created = Account.objects.update_or_create(channel=channel, code=code, defaults=values)
    tell(f"line:{channel.code}", "account_saved", at=at, by=by, code=code, **values)
    return account


@transaction.atomic
def remove_account(account: UUID, *, by: UUID, at: datetime) -> None:
    """Speak and fetch for an agency no more. Raises :class:`Conflict` when that is so already."""
    row = Account.objects.select_related("channel").select_for_update(of=("self",)).filter(pk=account).first()
    if row is None:
        raise Conflict(_("This has been dealt with already."))
    row.delete()
    tell(f"line:{row.channel.code}", "account_removed", at=at, by=by, code=row.code)


def _check(errors: dict[str, str]) -> None:
    if errors:
        raise Invalid(_("Some of the input is not right."), errors=errors)


def lines_of(text: str) -> Sequence[str]:
    """The lines of a text field, without empty ones."""
    return tuple(line.strip().lower() for line in text.splitlines() if line.strip())
