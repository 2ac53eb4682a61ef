"""Run beside the tests, on the database of the journeys: ``python -m tests.journeys.building build|time-passes``."""

import hashlib
import json
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from motcua.people.accounts.models import Account

LONG = timedelta(days=60)
ENROLS = "chutich.mauson"  # who registers an authenticator app over the pages, as every officer does once
SCOPES = ("procedures:read", "dossiers:read", "dossiers:write", "dossiers:sign", "files:write")


def secret_of(username: str) -> bytes:
    """What the officer's authenticator app holds."""
    return hashlib.sha1(username.encode(), usedforsecurity=False).digest()


def build() -> dict[str, str]:
    """The demonstration province without its dossiers; API tokens by username."""
    from django.db import transaction
    from django.utils import timezone

    from motcua.people.accounts import actions
    from motcua.people.accounts.models import Account
    from motcua.site.demo import catalogue, government, people

    now = timezone.now()
    with transaction.atomic():
        administrator = people.make_administrator()
        government.establish(by=administrator, at=now, tiers=2)
        people.take_on_officers(by=administrator, tiers=2)
        government.give_certificates(at=now)
        people.register_parties(by=administrator)
        require_second_factors(by=administrator, at=now)
        catalogue.publish_packages(by=administrator, at=now)
        catalogue.import_records(at=now)
        return {
            account.username: actions.issue_token(
                account=account, service="", label="journeys", scopes=SCOPES, days=2
            )
            for account in Account.objects.order_by("username")
        }  # fmt: skip


def require_second_factors(*, by: "Account", at: datetime) -> None:
    """As a new house has it, other than the demonstration: officers owe a second factor. All but one have theirs."""
    from motcua.people.accounts import actions
    from motcua.people.accounts.models import Account, Factor, SignInPolicy
    from motcua.people.accounts.sealing import seal

    kind = SignInPolicy.Kind.OFFICER
    actions.set_policy(kind=kind, by=by, second_factor=SignInPolicy.SecondFactor.REQUIRED)
    Factor.objects.bulk_create(
        Factor(
            account=account,
            kind=Factor.Kind.TOTP,
            label="Điện thoại mẫu",
            material=seal(secret_of(account.username)),
            created_at=at,
        )
        for account in Account.objects.exclude(officer=None, is_administrator=False).exclude(username=ENROLS)
    )


def let_time_pass() -> dict[str, str]:
    """As if every term that a process waits for had begun long ago: nobody waits fifteen days for a test."""
    from django.db.models import F
    from django.utils import timezone

    from motcua.services.dossiers.jobs import fire_timers
    from motcua.services.dossiers.models import Timer, WorkItem

    waiting = WorkItem.objects.filter(kind="timer", finished_at=None)
    waiting.update(opened_at=F("opened_at") - LONG)
    Timer.objects.filter(work_item__in=waiting, fired_at=None).update(due_at=timezone.now())
    fire_timers.func()
    return {}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps({"build": build, "time-passes": let_time_pass}[sys.argv[1]]()))
