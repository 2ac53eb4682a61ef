"""An application that several people make together, and what each does."""

from dataclasses import replace
from typing import Any

from django.test import Client
from django.urls import reverse

from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import CoApplicant, Draft
from motcua.services.procedures.packages import CheckedPackage
from tests.services.dossiers.factories import shipped


def jointly(least: int = 0, everyone: bool = True) -> CheckedPackage:
    """The package of certified copies, for which others may, or must, apply, too."""
    package = shipped("certified-copy")
    said = f"co_applicants:\n  least: {least}\n  most: 2\n  all: {str(everyone).lower()}\n\nform: form.json"
    manifest = package.files["procedure.yaml"].decode().replace("form: form.json", said)
    return replace(package, files={**package.files, "procedure.yaml": manifest.encode()})


def account_of(party: Party) -> Account:
    assert party.account is not None
    return party.account


def people(draft: Draft) -> str:
    return reverse("dossiers:apply-people", args=[draft.pk])


def joint(person: CoApplicant) -> str:
    return reverse("dossiers:my-joint", args=[person.pk])


def invite(first: Client, draft: Draft, name: str = "Phạm Thị Mẫu", number: str = "001199000002") -> CoApplicant:
    answer = first.post(people(draft), {"do": "invite", "co-name": name, "co-number": number})
    assert answer.status_code == 302, answer.content.decode()
    return CoApplicant.objects.latest("invited_at")


def shown_digest(browser: Client, person: CoApplicant) -> str:
    page = browser.get(joint(person)).content.decode()
    return page.partition('name="seen" value="')[2][:64]


def confirm(browser: Client, person: CoApplicant, seen: str = "") -> Any:
    seen = seen or shown_digest(browser, person)
    return browser.post(joint(person), {"do": "confirm", "seen": seen, "declared": "yes"})


def send(first: Client, draft: Draft) -> Any:
    return first.post(reverse("dossiers:apply-review", args=[draft.pk]), {"declared": "yes"})


TYPED = {
    "applicant.name": ["Lê Văn Mẫu"],
    "applicant.identity_number": ["001099000001"],
    "record.kind": ["civil_status"],
    "record.name": ["Giấy khai sinh"],
    "record.holder": ["Lê Văn Mẫu"],
    "copies": ["2"],
    "exemption": ["none"],
}
