"""The pages of certificate care in a real browser, at a desk's width and a phone's."""

import os
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from motcua.engines.signing.actions import decide_policy
from motcua.engines.signing.models import SigningCertificate, SigningDocument
from motcua.kernel.identifiers.models import new_id
from motcua.people.accounts.models import Account
from tests.axe import assert_accessible
from tests.engines.signing import simulator
from tests.engines.signing.asked import start
from tests.factories import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Their tables become lists on a telephone: what stands there is judged at both widths, elsewhere at the smaller.
WITH_TABLES = {"certificates", "certificate", "means-import", "trust-anchors", "policies"}


def test_the_pages_are_accessible_and_fit(
    page: Page,
    client: Any,
    live_server: Any,
    administrator: Account,
    signature: SigningCertificate,
    seal: SigningCertificate,
) -> None:
    start(signature)
    SigningDocument.objects.update(subject=f"dossier:{new_id()}")
    decide_policy(
        level="decision", kinds=["sim-pki", "usb-token"], lasting="B-LTA", valid_from=timezone.localdate(),
        source="Quyết định 1/QĐ-TEST", by=administrator.pk, today=timezone.localdate(), at=timezone.now(),
    )  # fmt: skip
    sign_in(client, administrator, confirmed=True)
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    )
    for name, key in [
        ("certificates", None),
        ("certificate", signature.pk),
        ("certificate-withdraw", signature.pk),
        ("means-import", None),
        ("means-register", None),
        ("trust-anchors", None),
        ("policies", None),
    ]:
        query = f"?provider={simulator.CODE}" if name == "means-register" else ""
        page.goto(live_server.url + reverse(f"signing:{name}", args=[key] if key else []) + query)
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 800})
            if width < 1280 or name in WITH_TABLES:
                assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, width)
            if folder := os.environ.get("SHOTS"):
                page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
