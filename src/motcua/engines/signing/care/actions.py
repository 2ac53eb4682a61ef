"""What is done for the holders of certificates: registering, warning in time, heeding what authorities say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from motcua.engines.messaging.actions import notify
from motcua.engines.signing.actions.holding import register_means
from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.care import notices, queries, rules
from motcua.engines.signing.care.imports import Entry
from motcua.engines.signing.care.revocation import standings
from motcua.engines.signing.models import PUBLIC_KINDS, SigningCertificate
from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date

AT_ONCE = 200


def import_means(*, entries: Sequence[Entry], vouched: bool, by: UUID, at: datetime) -> dict[int, str]:
    """Register the ways of signing of a checked list (:mod:`.imports`); returns what was refused, by line number.

    ``vouched``: an administrator of the province says whose they are; else a certificate must bear the holder's name.
    Each line is a transaction of its own: its service is asked for the certificates, and one that does not answer
    leaves the others as they are. The same list again registers what is missing.
    """
    refused: dict[int, str] = {}
    for entry in entries:
        try:
            register_means(
                holder=entry.holder,
                provider=entry.provider,
                answers=entry.answers,
                label=entry.label,
                name="" if vouched else entry.name,
                by=by,
                at=at,
            )
        except Refused as error:
            refused[entry.line] = error.message
    return refused


@transaction.atomic
def warn_of_expiry(*, at: datetime, most: int = AT_ONCE) -> int:
    """Warn of certificates that end within 60, 30 and 7 days, once for each; returns how many it was about.

    Their holders and the administrators of their offices are told of each, those of the province of the numbers, to
    which the public's do not count. A
    certificate beside which the same way of signing has one that lasts longer has been replaced: nobody is warned.
    """
    ending = list(_ending(at).select_for_update(of=("self",), skip_locked=True)[:most])
    concerned = notices.concerned_by(ending, at)
    numbers: defaultdict[int, int] = defaultdict(int)
    for certificate in ending:
        days = rules.threshold(certificate.valid_to - at)
        assert days is not None
        certificate.warned_days = days
        numbers[days] += certificate.holder_kind not in PUBLIC_KINDS
        notices.tell_of(
            notices.EXPIRING, certificate, concerned[certificate.pk], facts={}, key=f"expiring-{days}", at=at
        )
        tell("signing.certificate_expiring", f"certificate:{certificate.pk}", None, at, {"days": days})
    SigningCertificate.objects.bulk_update(ending, ["warned_days"])
    for days, number in numbers.items():
        if not number:
            continue
        notify(
            notices.MANY_EXPIRING,
            recipients=notices.administrators(),
            facts={"number": str(number), "days": str(days)},
            key=f"certificate:{ending[0].pk}:and-others-{days}",
            url=f"{reverse('signing:certificates')}?standing={days}",
            at=at,
        )
    return len(ending)


def heed_authorities(*, at: datetime) -> int:
    """Heed what kept statements say of certificates here: end the revoked, hold back the suspended, let others sign
    again; returns how many changed.
    """
    live = SigningCertificate.objects.filter(revoked_at=None, valid_to__gt=at)
    changed = 0
    for certificate, found in standings(live.only("serial", "der", "suspended_at").order_by("id")).items():
        if found.revoked is not None:
            revoke_certificate(certificate_id=certificate.pk, since=found.revoked, at=at)
        elif found.suspended != certificate.suspended_at:
            suspend_certificate(certificate_id=certificate.pk, since=found.suspended, at=at)
        else:
            continue
        changed += 1
    return changed


@transaction.atomic
def suspend_certificate(*, certificate_id: UUID, since: datetime | None, at: datetime) -> None:
    """Its authority has put a certificate on hold, or (``since`` none) lifted that; whom it concerns is told.

    While it is suspended nothing is signed with it here. Again nothing.
    """
    rows = queries.with_holders(SigningCertificate.objects.select_for_update(of=("self",)))
    certificate = rows.filter(pk=certificate_id, revoked_at=None).first()
    if certificate is None or certificate.suspended_at == since:
        return
    was, certificate.suspended_at = certificate.suspended_at, since
    certificate.save(update_fields=["suspended_at"])
    kind, word, moment = (notices.RESUMED, "resumed", at) if since is None else (notices.SUSPENDED, "suspended", since)
    tell(f"signing.certificate_{word}", f"certificate:{certificate.pk}", None, at, {"since": str(since or was)})
    concerned = notices.concerned_by([certificate], at)[certificate.pk]
    facts = {"when": local_date(moment)}
    notices.tell_of(kind, certificate, concerned, facts=facts, key=f"{word}-{moment.isoformat()}", at=at)


@transaction.atomic
def revoke_certificate(*, certificate_id: UUID, since: datetime, at: datetime) -> None:
    """Its authority has revoked a certificate: it signs nothing more here, whom it concerns is told. Again nothing."""
    rows = queries.with_holders(SigningCertificate.objects.select_for_update(of=("self",)))
    certificate = rows.filter(pk=certificate_id, revoked_at=None).first()
    if certificate is None:
        return
    certificate.revoked_at = since
    certificate.withdrawn_at = certificate.withdrawn_at or at
    certificate.save(update_fields=["revoked_at", "withdrawn_at"])
    tell("signing.certificate_revoked", f"certificate:{certificate.pk}", None, at, {"since": since.isoformat()})
    concerned = notices.concerned_by([certificate], at)[certificate.pk]
    everybody = concerned
    if certificate.holder_kind not in PUBLIC_KINDS:
        everybody = replace(concerned, administrators=concerned.administrators | notices.administrators())
    facts = {"when": local_date(since)}
    notices.tell_of(notices.REVOKED, certificate, everybody, facts=facts, key="revoked", at=at)


def _ending(at: datetime) -> QuerySet[SigningCertificate]:
    """Those that have come nearer to their end than they were last warned of; the nearest first."""
    live = SigningCertificate.objects.filter(withdrawn_at=None, valid_to__gt=at, demonstration=False)
    replaced = live.filter(means=OuterRef("means"), valid_to__gt=at + timedelta(days=max(rules.WARNED_DAYS)))
    nearer = reduce(or_, (_not_warned(days, at) for days in rules.WARNED_DAYS))
    return queries.with_holders(live.filter(nearer, ~Exists(replaced))).order_by("valid_to", "id")


def _not_warned(days: int, at: datetime) -> Q:
    unwarned = Q(warned_days=None) | Q(warned_days__gt=days)
    return Q(valid_to__lte=at + timedelta(days=days)) & unwarned
