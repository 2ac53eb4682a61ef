"""Open the main pages of the demonstration after an upgrade, each as one who uses it; fails where one breaks."""

import os

import django

from motcua.site import configuration
from motcua.site.embedded_postgres import EmbeddedPostgres

PAGES = {
    "": ["/", "/procedures/", "/procedures/2.000908/", "/track/", "/transparency"],
    "001099000001": ["/my/", "/my/dossiers/"],
    "tiepnhan.mauson": ["/desk/", "/desk/inbox/", "/desk/reception/", "/desk/dossiers/", "/desk/returns/"],
    "chutich.mauson": ["/desk/signing/", "/desk/office/"],
    "quantri": ["/desk/incidents/"],
}


def open_pages() -> int:
    """The number of pages that opened, the newest dossier's among them."""
    from django.test import Client

    from motcua.people.accounts.models import Account
    from motcua.services.dossiers.models import Dossier

    opened = 0
    running = Dossier.objects.filter(receiving_office__codes__code="H99.101").exclude(code=None).latest("submitted_at")
    pages = PAGES | {"tiepnhan.mauson": [*PAGES["tiepnhan.mauson"], f"/desk/dossiers/{running.code}/"]}
    for username, paths in pages.items():
        client = Client(headers={"host": "127.0.0.1"})
        if username:
            client.force_login(Account.objects.get(username=username))
            session = client.session
            session["assurance"] = "full"
            session.save()
        for path in paths:
            status = client.get(path).status_code
            assert status == 200, f"{path} as {username or 'the public'}: {status}"
            opened += 1
    return opened


if __name__ == "__main__":
    with EmbeddedPostgres(configuration.home()).running():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings")
        django.setup()
        print(f"upgrade: {open_pages()} pages opened.")
