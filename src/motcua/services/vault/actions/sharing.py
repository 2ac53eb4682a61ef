"""Links to one paper for a time: made, opened, ended."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.access_log import record_access
from motcua.kernel.events.actions import record
from motcua.people.accounts.models import Account
from motcua.services.vault import rules
from motcua.services.vault.access import LINK, link_of
from motcua.services.vault.models import KeptPaper, Opening, Share

MOST_LIVE = 20


@transaction.atomic
def share(
    kept: KeptPaper,
    *,
    by: Account,
    days: int,
    recipient: str = "",
    pin: str = "",
    most: int | None = None,
    at: datetime | None = None,
) -> Share:
    """Make a link that opens this paper for ``days``, at most ``most`` times, with ``pin`` where one is set.

    Raises ``Invalid`` by field, ``Conflict`` beyond 20 links that still open or for a paper that was revoked.
    """
    errors = {}
    if days not in rules.DAYS_OF_LINKS:
        errors["days"] = _("Choose how long the link is to work.")
    if pin and not rules.is_pin(pin):
        errors["pin"] = _("A PIN has six digits.")
    if len(recipient.strip()) > rules.LONGEST_RECIPIENT:
        errors["recipient"] = _("Write at most %(n)d characters.") % {"n": rules.LONGEST_RECIPIENT}
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    row = KeptPaper.objects.select_for_update(of=("self",)).filter(pk=kept.pk, state=KeptPaper.State.HELD).first()
    if row is None:
        raise Conflict(_("This paper cannot be shared any more."), code="not_shareable")
    now = at or timezone.now()
    if Share.objects.filter(kept=row, ended_at=None, expires_at__gt=now).count() >= MOST_LIVE:
        raise Conflict(_("There are many links to this paper. End some first."), code="too_many_links")
    made = Share.objects.create(
        kept=row,
        recipient=recipient.strip(),
        expires_at=now + timedelta(days=days),
        pin_hash=make_password(pin) if pin else "",
        most_openings=most,
        created_at=now,
        created_by=by,
    )
    _tell(made, "vault.shared", by=by, at=now)
    return made


@transaction.atomic
def end_share(share: UUID, *, by: Account, at: datetime | None = None) -> None:
    """End a link (thu hồi liên kết); again does nothing."""
    row = Share.objects.select_for_update(of=("self",)).select_related("kept").filter(pk=share).first()
    if row is None or row.ended_at is not None:
        return
    row.ended_at = at or timezone.now()
    row.save(update_fields=["ended_at"])
    _tell(row, "vault.share_ended", by=by, at=row.ended_at)


def open_share(share: UUID, *, pin: str = "", at: datetime | None = None) -> Opening:
    """Open a link once: counted, and recorded among the looks at the owner's data.

    A wrong PIN is counted although it is refused; the tenth ends the link. Raises ``NotFound`` when it opens no more,
    ``Refused`` (field ``pin``). Call it outside a transaction.
    """
    opened = _opened(share, pin, at or timezone.now())
    if opened is None:
        raise Refused(_("This PIN is wrong."), field="pin", code="wrong_pin")
    return opened


@transaction.atomic
def _opened(share: UUID, pin: str, at: datetime) -> Opening | None:
    rows = Share.objects.select_for_update(of=("self",)).select_related("kept__owner", "created_by__party")
    row = rows.filter(pk=share).first()
    if row is None or rules.link_state(link_of(row), at) is not rules.LinkState.OPEN:
        raise NotFound(_("This link does not work any more."))
    if row.pin_hash and not check_password(pin, row.pin_hash):
        row.wrong_pins += 1
        row.ended_at = at if row.wrong_pins >= rules.MOST_WRONG_PINS else None
        row.save(update_fields=["wrong_pins", "ended_at"])
        return None
    row.openings_count += 1
    row.save(update_fields=["openings_count"])
    record_access(who=row.pk, whose=row.kept.owner_id, purpose=LINK, subject=row.kept.stream, at=at)
    return Opening.objects.create(share=row, at=at)


def _tell(share: Share, kind: str, *, by: Account, at: datetime) -> None:
    record(
        stream=share.kept.stream,
        kind=kind,
        actor=by.pk,
        agency=None,
        at=at,
        person=share.kept.owner_id,
        references={"share": share.pk, "expires_at": share.expires_at.isoformat()},
    )
