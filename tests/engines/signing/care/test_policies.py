"""The page of the signing policy."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import queries
from motcua.engines.signing.actions import decide_policy
from motcua.engines.signing.levels.queries import wanted_level
from motcua.engines.signing.models import SigningPolicy
from motcua.people.accounts.models import Account
from tests.factories import sign_in

pytestmark = pytest.mark.django_db
PAGE = reverse("signing:policies")


def form(**changes: Any) -> dict[str, Any]:
    decided = {"level": "decision", "kinds": ["sim-pki", "sign-server"], "lasting": "B-LTA"}
    return decided | {"valid_from": timezone.localdate().isoformat()} | changes


def test_a_decision_is_in_force_from_its_day_on(client: Client, administrator: Account) -> None:
    sign_in(client, administrator)
    assert "Chưa có quyết định nào" in client.get(PAGE).content.decode()
    assert client.post(PAGE, form(source="Quyết định 1/QĐ-TEST"))["Location"] == PAGE
    coming = timezone.localdate() + timedelta(days=30)
    client.post(PAGE, form(kinds=[], valid_from=coming.isoformat()))
    content = client.get(PAGE).content.decode()
    assert content.count("Quyết định 1/QĐ-TEST") == 2  # what is in force, and the history
    assert "Sắp có hiệu lực" in content
    assert queries.policies_on(timezone.localdate())["decision"].kinds == ["sign-server", "sim-pki"]
    assert queries.policies_on(coming)["decision"].kinds == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": ""},
        {"valid_from": "2020-01-01"},
        {"level": "x"},
        {"kinds": ["pigeon"]},
        {"lasting": "B-X"},
        {"source": "x" * 301},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_cannot_be_decided_is_refused_and_what_was_chosen_stays(
    client: Client, administrator: Account, wrong: dict[str, Any]
) -> None:
    sent = form(source="Công văn 2") | wrong
    refused = sign_in(client, administrator).post(PAGE, sent)
    assert refused.status_code == 422
    assert f'value="{sent["source"]}"' in refused.content.decode()
    assert not SigningPolicy.objects.exists()


@pytest.mark.parametrize(
    ("usual", "decided", "wanted"),
    [("B-B", {}, "B-B"), ("B-B", {"seal": "B-LT", "decision": "B-T"}, "B-LT"), ("B-LTA", {"seal": "B-B"}, "B-LTA")],
    ids=["undecided", "the policy asks for more", "the house gives more"],
)
def test_a_document_is_raised_to_what_the_policy_asks_for(
    settings: LazySettings, administrator: Account, usual: str, decided: dict[str, str], wanted: str
) -> None:
    settings.SIGNATURE_LEVEL = usual
    for level, lasting in decided.items():
        decide_policy(
            level=level, kinds=[], lasting=lasting, valid_from=timezone.localdate(), source="",
            by=administrator.pk, today=timezone.localdate(), at=timezone.now(),
        )  # fmt: skip
    assert wanted_level(timezone.now()) == wanted
    assert wanted_level(timezone.now() - timedelta(days=9)) == usual
