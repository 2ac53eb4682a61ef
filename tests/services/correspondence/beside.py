"""The house beside, with a database of its own: ``python -m tests.services.correspondence.beside``.

It serves its addresses, and answers commands on its standard input, a line of JSON each.
"""

import json
import sys
import threading
from typing import Any

import django

CODE = "H98.07"


class Beside:
    """An agency of the other house."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.core.wsgi import get_wsgi_application

        from motcua.people.organisations.models import OfficeCode
        from tests.services.correspondence.factories import make_agency

        class Quiet(WSGIRequestHandler):
            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self.agency = make_agency("Sở Xây dựng tỉnh Ví Dụ", signing=True)
        OfficeCode.objects.filter(office=self.agency.office).update(code=CODE)
        settings.EXCHANGE = {"secrets": str(settings.HOME / "lines")}
        (settings.HOME / "lines").mkdir()
        self.server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        self.server.daemon_threads = True
        self.server.set_app(get_wsgi_application())
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def introduce(self) -> dict[str, str]:
        """What the other side must know of this one."""
        from motcua.people.accounts.actions import issue_token
        from tests.engines.exchange.house import own_fingerprint

        return {
            "url": f"http://127.0.0.1:{self.server.server_address[1]}",
            "token": issue_token(service="Nhà này", label="thử", scopes=("exchange",)),
            "code": CODE,
            "name": self.agency.office.name,
            "signer": own_fingerprint(),
        }

    def connect(self, *, url: str, token: str, code: str, name: str, signer: str) -> dict[str, Any]:
        """A line to the other side."""
        connect(url=url, token=token, code=code, name=name, signer=signer, service="Nhà này")
        return self.settle()

    def move(self, *, url: str, code: str, name: str, signer: str) -> dict[str, Any]:
        """Exchange with the other side over an axis from now on."""
        move_to_axis(url=url, own=CODE, code=code, name=name, signer=signer)
        return self.settle()

    def settle(self) -> dict[str, Any]:
        """Let the house work; what waits for its clerk."""
        from motcua.services.correspondence import queries
        from tests.services.correspondence.factories import desk
        from tests.services.correspondence.pair import settle

        settle()
        found = queries.to_register(desk(self.agency.clerk)).order_by("id")
        return {
            "waiting": [
                {
                    "identifier": each.identifier,
                    "subject": each.subject,
                    "signature": each.delivery.signature["state"],
                    "files": [row.file.blob_id for row in each.files.select_related("file")],
                }
                for each in found
            ]
        }

    def write(self, *, to: str, subject: str) -> dict[str, Any]:
        """Issue a document to an agency of the other house; in answer to what was registered last, if anything was."""
        from motcua.services.correspondence.models import IncomingDocument
        from tests.services.correspondence.outgoing_factories import issued_to_axis

        answered = IncomingDocument.objects.order_by("-id").first()
        issued_to_axis(self.agency, to, subject=subject, answers=answered.pk if answered else None)
        return self.settle()

    def handle(self) -> dict[str, Any]:
        """Register the one document, have it worked on, and finish it."""
        from motcua.services.correspondence.models import IncomingDocument
        from tests.services.correspondence.pair import register_and_finish

        register_and_finish(self.agency, IncomingDocument.objects.get())
        return self.settle()


def connect(*, url: str, token: str, code: str, name: str, signer: str, service: str) -> None:
    """A line to another house, and its agency there."""
    from motcua.engines.exchange.edxml import Organ
    from tests.engines.exchange.house import keep_secret, line, partner

    secret = keep_secret("beside", token)
    channel = line("beside", url, service=service, secret=secret, kinds=("document", "status"))
    partner(channel, Organ(code, name), signers=(signer,))


def move_to_axis(*, url: str, own: str, code: str, name: str, signer: str) -> None:
    """The agency of another house is reached over an axis, at which both have an account."""
    from motcua.engines.exchange.edxml import Organ
    from tests.engines.exchange.axis import sign_in
    from tests.engines.exchange.house import line, partner

    channel = line("axis", url, kind="axis", kinds=("document", "status"))
    sign_in(channel, own)
    partner(channel, Organ(code, name), signers=(signer,))


if __name__ == "__main__":
    django.setup()
    beside = Beside()
    for asked in sys.stdin:
        what, given = json.loads(asked)
        sys.stdout.write(json.dumps(getattr(beside, what)(**given)) + "\n")
        sys.stdout.flush()
