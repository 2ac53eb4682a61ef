"""A leader signs decisions with the USB token at their desk and one confirmation: the pages in Chromium at a phone's
width, the real agent on its port, SoftHSM as the token."""

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.engines.signing import queries
from motcua.engines.signing.actions import add_trust_anchor, withdraw_certificate
from motcua.engines.signing.models import SigningCertificate
from motcua.kernel.blobs.files import read_bytes
from motcua.people.accounts.models import Account
from motcua.services.dossiers.models import ResultDocument
from tests.agent.running import Desk
from tests.engines.signing.factories import LEADER, demo_authority
from tests.engines.signing.softhsm import Token
from tests.engines.signing.tokens import known_certificate
from tests.services.dossiers.factories import make_town, open_step
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.dossiers.test_desk_lists import to_sign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_leader_signs_decisions_with_the_token(
    page: Page,
    live_server: Any,
    settings: LazySettings,
    token_agent: str,
    token_desk: Desk,
    usb_token: Token,
) -> None:
    settings.PUBLIC_URL = live_server.url
    settings.SIGNING_PROVIDERS = {"usb-token": {"agents": [token_agent]}}
    town = make_town()
    dossiers = [to_sign(town), to_sign(town)]
    for old in SigningCertificate.objects.filter(holder_id=town.leader.pk).order_by("id"):
        withdraw_certificate(certificate_id=old.pk, by=town.leader.pk, at=timezone.now())
    add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=timezone.now())
    token_desk.person.will_say({"allowed": True}, {"pin": usb_token.pin}, {"pin": usb_token.pin})
    Account.objects.filter(pk=town.leader.pk).update(display_name=LEADER)  # whose name the token's certificate bears
    with token_desk.trusting_for_a_while():
        known = known_certificate(town.leader, usb_token.key("rsa"), token_agent, live_server.url)
        enter(page, live_server.url, town.leader, confirmed=True)
        inspect(page, live_server.url + reverse("signing:means-token", args=[known.means_id]))
        page.set_viewport_size({"width": 375, "height": 800})
        page.goto(live_server.url + reverse("dossiers:desk-signing"))
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name="Ký các văn bản đã chọn").click()
        page.wait_for_url("**/desk/signing/sign/?item=**")
        inspect(page)
        page.get_by_role("button", name="Ký số", exact=True).click()
        page.wait_for_url(re.compile(r"/desk/signing/[0-9a-f-]{36}/$"))
        inspect(page)
        page.get_by_role("button", name="Ký bằng USB token").click()
        expect(page.get_by_text("Đã ký 2 văn bản")).to_be_visible(timeout=20_000)
    for dossier in dossiers:
        result = ResultDocument.objects.get(dossier=dossier)
        assert result.state == "signed"
        (verdict,) = queries.verdicts_on(read_bytes(result.file), at=timezone.now())
        assert (verdict.signer, verdict.trust) == (LEADER, "trusted")
        assert open_step(dossier).node != "sign"
