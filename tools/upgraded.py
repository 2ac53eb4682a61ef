"""Bring an older house up to this version and look it over: every event, and the main pages, each as one who uses it.

Beside the program: ``MOTCUA_HOME`` names the house. Fails where anything breaks.
"""

import os

import django
from django.conf import settings
from django.core.management import call_command

from motcua.site import configuration
from motcua.site.embedded_postgres import EmbeddedPostgres

# Addresses of pages, not such as lead on to another one (/my/ does, to the list): a page must open itself.
PAGES = {
    "": ["/", "/procedures/", "/procedures/2.000908/", "/track/", "/transparency"],
    "001099000001": ["/my/dossiers/", "/account/messages/"],
    "tiepnhan.mauson": ["/desk/", "/desk/inbox/", "/desk/reception/", "/desk/dossiers/", "/desk/returns/"],
    "chutich.mauson": ["/desk/signing/", "/desk/office/"],
    "quantri": ["/desk/incidents/"],
}


def check_events() -> int:
    """The number of events, none of them altered, lost or reordered by the migrations."""
    from motcua.kernel.events.verification import Checked, verify

    checked = Checked()
    findings = [str(finding) for finding in verify(checked)]
    assert not findings, "\n".join(findings)
    return checked.events


def open_pages() -> int:
    """The number of pages that opened, among them every dossier of the old house."""
    from motcua.services.dossiers.models import Dossier

    numbers = [dossier.number for dossier in Dossier.objects.order_by("submitted_at", "id")]
    assert numbers, "the old house has no dossiers"
    dossiers = [f"/desk/dossiers/{number}/" for number in numbers]
    for username, paths in [*PAGES.items(), ("quantri", dossiers)]:
        _open(username, paths)
    return sum(map(len, PAGES.values())) + len(dossiers)


def _open(username: str, paths: list[str]) -> None:
    from django.test import Client

    from motcua.people.accounts.models import Account

    client = Client(headers={"host": "127.0.0.1"})
    if username:
        client.force_login(Account.objects.get(username=username))
        session = client.session
        session["assurance"] = "full"
        session.save()
    for path in paths:
        answer = client.get(path)
        lead = f", leads to {answer['location']}" if answer.has_header("location") else ""
        assert answer.status_code == 200, f"{path} as {username or 'the public'}: {answer.status_code}{lead}"


if __name__ == "__main__":
    with EmbeddedPostgres(configuration.home()).running():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings")
        django.setup()
        settings.STATIC_ROOT.mkdir(exist_ok=True)  # nothing was collected, which would be warned of
        call_command("migrate", verbosity=0)
        print(f"upgrade: migrated; {check_events()} events right, {open_pages()} pages opened.")
