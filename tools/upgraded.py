"""Bring an older house up to this version and look it over: its tables, every event, and the main pages, each as one
who uses it.

Beside the program: ``MOTCUA_HOME`` is an empty folder. Fails where anything breaks. ``keep`` does the other half:
what stands in the house there is kept for later versions, without the pictures of signatures, which are large.
"""

import difflib
import lzma
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from baseline import tables
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
EARLIER = Path(__file__).parent / "earlier-house.sql.xz"
PICTURES = "signing_signingpicture"
# Reading its own dump, the server writes a list of choices in another way: casts of each, not of the whole.
OF_EACH = re.compile(r"\(('[^']*'::character varying)\)::text")
EPOCH = re.compile(r"RETURN \(\d+\)::bigint")  # a house that was brought back begins another one
OF_ALL = re.compile(r"\((ARRAY\[[^\]]*\])\)::text\[\]")


def keep(cluster: EmbeddedPostgres, url: str) -> None:
    """Keep a house for later versions. Its keys and files are not kept: nothing asks for them."""
    command = [cluster.program("pg_dump"), "--no-owner", "--no-privileges", f"--exclude-table-data={PICTURES}", url]
    dumped = subprocess.run(command, capture_output=True, check=True).stdout
    EARLIER.write_bytes(lzma.compress(dumped, preset=9))


def bring_back(cluster: EmbeddedPostgres, url: str) -> None:
    """Fill an empty database with what was kept."""
    command = [cluster.program("psql"), "--quiet", "--no-psqlrc", "--single-transaction", "-v", "ON_ERROR_STOP=1", url]
    subprocess.run(command, input=lzma.decompress(EARLIER.read_bytes()), stdout=subprocess.DEVNULL, check=True)


def compare_tables(cluster: EmbeddedPostgres, url: str) -> None:
    """A house that begins today, from the baseline, has the tables that all migrations made here."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE fresh")
    fresh = urlunsplit(urlsplit(url)._replace(path="/fresh"))
    command = [sys.executable, "-m", "motcua", "migrate"]
    environment = {**os.environ, "MOTCUA_DATABASE_URL": fresh}
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    begun, grown = (_lines(tables(cluster, each)) for each in (fresh, url))
    different = list(difflib.unified_diff(begun, grown, "begun today", "grown", n=3, lineterm=""))
    assert not different, "\n".join(["make baseline writes it anew:", *different[:60]])


def _lines(dumped: str) -> list[str]:
    return EPOCH.sub("", OF_ALL.sub(r"\1", OF_EACH.sub(r"\1", dumped))).splitlines()


def check_events() -> int:
    """The number of events, none of them altered, lost or reordered by the migrations."""
    from motcua.kernel.events.verification import Checked, verify

    checked = Checked()
    findings = [str(finding) for finding in verify(checked)]
    assert not findings, "\n".join(findings)
    return checked.events


def go_on() -> None:
    """What the old house left undone is done with this version: a dossier is accepted, a step is finished."""
    from django.utils import timezone

    from motcua.people.accounts.models import Account
    from motcua.people.officers.actors import Actor, officer
    from motcua.people.officers.queries import desk_of
    from motcua.services.dossiers import actions
    from motcua.services.dossiers.models import Dossier, WorkItem

    def somebody(username: str) -> Actor:
        desk = desk_of(Account.objects.get(username=username), timezone.now())
        return officer(desk, offices=desk.office_ids)

    reception, specialist = somebody("tiepnhan.mauson"), somebody("cv.mauson")
    waiting = Dossier.objects.filter(state="submitted", receiving_office=reception.office).order_by("id")
    actions.accept(waiting[0].pk, by=reception)
    steps = WorkItem.objects.filter(node="look-up", state="open", office=specialist.office).order_by("id")
    actions.complete(steps[0].dossier_id, item=steps[0].pk, outcome="found", by=specialist)


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
    cluster = EmbeddedPostgres(configuration.home())
    with cluster.running() as url:
        if sys.argv[1:] == ["keep"]:
            keep(cluster, url)
            sys.exit()
        bring_back(cluster, url)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings")
        django.setup()
        settings.STATIC_ROOT.mkdir(exist_ok=True)  # nothing was collected, which would be warned of
        call_command("migrate", verbosity=0)
        compare_tables(cluster, url)
        go_on()
        print(f"upgrade: migrated; {check_events()} events right, {open_pages()} pages opened.")
