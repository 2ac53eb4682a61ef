"""What the owner adds and removes, and what the office that issued a result revokes."""

from datetime import date, datetime

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.checking import CHECKED
from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep, release, store
from motcua.kernel.errors import Conflict, Invalid, NotFound
from motcua.kernel.events.actions import erase, record
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.text import fold
from motcua.kernel.text.typed import written
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.vault.models import KeptPaper, Share

MOST_OWN = 200
LONGEST_NAME, LONGEST_ISSUER, LONGEST_NUMBER, LONGEST_REASON = 200, 300, 60, 500
State = KeptPaper.State


def upload(
    file: "File[bytes]",
    *,
    file_name: str,
    owner: Party,
    by: Account,
    name: str,
    issuer: str = "",
    number: str = "",
    issued_on: date | None = None,
    valid_to: date | None = None,
    at: datetime | None = None,
) -> KeptPaper:
    """Take in a paper that its owner states themselves (tự khai); its signatures are judged in a job.

    Raises ``Invalid`` by field, ``Refused`` for a file that is not accepted or beyond 200 own papers.
    """
    _check(name=name, issuer=issuer, number=number, issued_on=issued_on, valid_to=valid_to)
    stored = store(file, name=file_name, by=by.pk)
    with transaction.atomic():
        Party.objects.select_for_update().get(pk=owner.pk)
        own = KeptPaper.objects.filter(owner=owner, origin=KeptPaper.Origin.OWN).exclude(state=State.REMOVED)
        if own.count() >= MOST_OWN:
            raise Conflict(_("You have many papers of your own here. Remove some first."), code="too_many_papers")
        keep([stored.pk])
        key, now = new_id(), at or timezone.now()
        made = KeptPaper.objects.create(
            id=key,
            owner=owner,
            origin=KeptPaper.Origin.OWN,
            assurance=KeptPaper.Assurance.DECLARED,
            name=name.strip(),
            name_fold=fold(name.strip()),
            issuer=issuer.strip(),
            number=number.strip(),
            issued_on=issued_on,
            valid_from=issued_on,
            valid_to=valid_to,
            file=stored,
            added_at=now,
            added_by=by,
        )
        _tell(made, "vault.uploaded", by=by, at=now, personal={"name": made.name})
        if stored.media_type in CHECKED:
            check_file.defer(file=str(stored.pk))
    return made


def _check(*, name: str, issuer: str, number: str, issued_on: date | None, valid_to: date | None) -> None:
    errors: dict[str, str] = {}
    if not name.strip():
        errors["name"] = _("Write what paper this is.")
    for field, text, longest in (
        ("name", name, LONGEST_NAME), ("issuer", issuer, LONGEST_ISSUER), ("number", number, LONGEST_NUMBER),
    ):  # fmt: skip
        if len(text.strip()) > longest:
            errors[field] = _("Write at most %(n)d characters.") % {"n": longest}
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    _check_days(issued_on=issued_on, valid_to=valid_to)


def _check_days(*, issued_on: date | None, valid_to: date | None) -> None:
    if issued_on and valid_to and valid_to < issued_on:
        errors = {"valid_to": _("The last day must not be before the day of issue.")}
        raise Invalid(_("Some answers need your attention."), errors=errors)


@transaction.atomic
def state_validity(
    kept: KeptPaper, *, issued_on: date | None, valid_to: date | None, by: Account, at: datetime | None = None
) -> None:
    """State of a paper that nobody issued here from when to when it is valid; emptied, it is not known again.

    After its last day it is offered for no dossier. Raises ``Invalid`` by field, ``Conflict`` where an office has said
    how long it is valid: of every result, and of a paper that it accepted.
    """
    _check_days(issued_on=issued_on, valid_to=valid_to)
    row = _locked(kept)
    if row.origin == KeptPaper.Origin.RESULT:
        raise Conflict(_("The office that issued a result says how long it is valid."), code="result")
    if row.validity_by:
        text = _("An office has stated how long this paper is valid: %(office)s.") % {"office": row.validity_by}
        raise Conflict(text, code="stated")
    row.issued_on, row.valid_from, row.valid_to = issued_on, issued_on, valid_to
    row.save(update_fields=["issued_on", "valid_from", "valid_to"])
    stated = {"issued_on": issued_on, "valid_to": valid_to}
    personal = {name: day.isoformat() for name, day in stated.items() if day}
    _tell(row, "vault.validity_stated", by=by, at=at or timezone.now(), personal=personal)


@transaction.atomic
def remove(kept: KeptPaper, *, by: Account, at: datetime | None = None) -> None:
    """Remove what its owner uploaded: file and particulars are erased, links to it end; that it was there stays.

    Dossiers in which it was used keep their own file. Raises ``Conflict`` for what was accepted or issued.
    """
    row = _locked(kept)
    if row.origin != KeptPaper.Origin.OWN:
        raise Conflict(_("Papers that offices accepted or issued stay in your store."), code="not_own")
    now, file = at or timezone.now(), row.file_id
    row.state, row.removed_at, row.file = State.REMOVED, now, None
    row.name = row.name_fold = row.issuer = row.number = ""
    row.issued_on = row.valid_from = row.valid_to = None
    row.save()
    Share.objects.filter(kept=row, ended_at=None).update(ended_at=now)
    Share.objects.filter(kept=row).update(recipient="", pin_hash="")
    if file:
        release([file])
    _tell(row, "vault.removed", by=by, at=now)
    erase(stream=row.stream, reason="removed by its owner", actor=by.pk, at=now)


@transaction.atomic
def revoke(kept: KeptPaper, *, reason: str, by: Account, at: datetime | None = None) -> None:
    """Mark a result as revoked (thu hồi) in every store: it stays visible, is offered no more, and links to it end.

    ``reason`` names the decision by which it was revoked. Raises ``Refused``, ``Conflict`` when it is revoked already.
    """
    text = written(reason, _("Write the decision and the reason."), "reason", LONGEST_REASON)
    same = Q(pk=kept.pk) | Q(result=kept.result_id, result__isnull=False)
    rows = KeptPaper.objects.select_for_update(of=("self",)).exclude(state=State.REMOVED).filter(same)
    held, now = list(rows.order_by("pk")), at or timezone.now()
    if any(row.state == State.REVOKED for row in held):
        raise Conflict(_("This result has been revoked already."), code="revoked")
    for row in held:
        row.state, row.revoked_at, row.revoked_reason = State.REVOKED, now, text
        row.save(update_fields=["state", "revoked_at", "revoked_reason"])
        _tell(row, "vault.revoked", by=by, at=now, personal={"reason": text})
    Share.objects.filter(kept__in=held, ended_at=None).update(ended_at=now)


def _locked(kept: KeptPaper) -> KeptPaper:
    row = KeptPaper.objects.select_for_update(of=("self",)).exclude(state=State.REMOVED).filter(pk=kept.pk).first()
    if row is None:
        raise NotFound(_("There is no such paper in your store."))
    return row


def _tell(kept: KeptPaper, kind: str, *, by: Account, at: datetime, personal: dict[str, str] | None = None) -> None:
    record(
        stream=kept.stream,
        kind=kind,
        actor=by.pk,
        agency=None,
        at=at,
        person=kept.owner_id,
        personal=personal,
        references={
            "origin": kept.origin,
            **({"dossier": kept.dossier_id} if kept.dossier_id else {}),
            **({"result": kept.result_id} if kept.result_id else {}),
        },
    )
