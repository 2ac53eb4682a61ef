"""A leader signs with a USB token in Chromium: the page, the script, the real agent on its real port, SoftHSM."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from django.conf import LazySettings
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from motcua.engines.signing import actions, queries
from motcua.engines.signing.models import SigningCertificate, SigningTransaction, TransactionState
from motcua.engines.signing.verification import State
from motcua.people.accounts.models import Account
from motcua_token_agent import install
from motcua_token_agent.certificates import Files
from motcua_token_agent.settings import Settings
from tests.agent.running import Desk
from tests.axe import assert_accessible
from tests.browsers import QUICK
from tests.engines.signing.factories import LEADER, demo_authority
from tests.engines.signing.softhsm import ROOT, SoftHSM, Token
from tests.engines.signing.tokens import begin, known_certificate, token_means
from tests.factories import make_officer, sign_in
from tests.programs import chromium, needed, whole_chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.engines.signing.token_pages"),
]
SIGN, AGAIN, GIVE_UP = "Ký bằng USB token", "Thử lại", "Không ký nữa"


@pytest.fixture
def leader(
    page: Page, live_server: Any, settings: LazySettings, token_agent: str, token_desk: Desk
) -> Iterator[Account]:
    """A leader who is signed in at a desk whose agent does not know this site yet."""
    settings.PUBLIC_URL = live_server.url
    settings.SIGNING_PROVIDERS = {"usb-token": {"agents": [token_agent]}}
    officer = make_officer(roles=["leader"], name=LEADER)
    cookies = sign_in(Client(), officer, confirmed=True).cookies
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in cookies.items()]
    )
    with token_desk.trusting_for_a_while():
        yield officer


@pytest.fixture
def certificate(
    leader: Account, usb_token: Token, token_agent: str, token_desk: Desk, live_server: Any
) -> SigningCertificate:
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=timezone.now())
    token_desk.person.will_say({"allowed": True}, {"pin": usb_token.pin})
    return known_certificate(leader, usb_token.key("rsa"), token_agent, live_server.url)


def open_signing(page: Page, live_server: Any, waiting: SigningTransaction) -> None:
    page.goto(f"{live_server.url}/test/signing/{waiting.pk}/")


def looks_right(page: Page) -> None:
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_leader_signs_decisions_and_what_did_not_arrive_is_sent_again_without_a_pin(
    page: Page,
    live_server: Any,
    leader: Account,
    certificate: SigningCertificate,
    token_desk: Desk,
    usb_token: Token,
) -> None:
    waiting = begin(certificate, leader, count=3)
    token_desk.person.will_say({"pin": usb_token.pin})
    page.set_viewport_size({"width": 375, "height": 800})
    open_signing(page, live_server, waiting)
    expect(page.get_by_role("alert")).to_be_hidden()
    looks_right(page)
    page.route("**/deliver/", lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Đăng nhập"))
    page.get_by_role("button", name=SIGN).click()
    expect(page.get_by_role("alert")).to_contain_text("Phiên làm việc đã hết")
    page.unroute("**/deliver/")
    page.get_by_role("button", name=AGAIN).click()
    page.wait_for_url("**/done/**")
    (asked,) = token_desk.person.was_asked
    assert asked["titles"] == [f"Quyết định số {number}" for number in (1, 2, 3)]
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.SIGNED
    signed = actions.collect_signed(transaction_id=waiting.pk)
    verdicts = [queries.verdicts_on(each.content, at=timezone.now())[0] for each in signed]
    assert [(verdict.state, verdict.signer) for verdict in verdicts] == [(State.VALID, LEADER)] * 3


def test_a_refusal_is_read_out_and_can_be_tried_again_or_given_up(
    page: Page,
    live_server: Any,
    leader: Account,
    certificate: SigningCertificate,
    token_desk: Desk,
    token_agent: str,
) -> None:
    waiting = begin(certificate, leader)
    open_signing(page, live_server, waiting)
    other = {"json": {"agent": "another program"}, "headers": {"Access-Control-Allow-Origin": "*"}}
    page.route(f"{token_agent}/version", lambda route: route.fulfill(**other))  # the agent is gone
    page.get_by_role("button", name=SIGN).click()
    expect(page.get_by_role("alert")).to_contain_text("Không tìm thấy chương trình ký")
    page.unroute(f"{token_agent}/version")
    token_desk.person.will_say({"pin": "999999"})
    page.get_by_role("button", name=AGAIN).click()
    expect(page.get_by_role("alert")).to_contain_text("Mã PIN không đúng")
    looks_right(page)
    token_desk.person.will_say()
    page.get_by_role("button", name=AGAIN).click()
    expect(page.get_by_role("alert")).to_contain_text("Ông/Bà chưa ký")
    assert len(token_desk.person.was_asked) == 1
    page.get_by_role("button", name=GIVE_UP).click()
    page.wait_for_url("**/done/**")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.fault) == (TransactionState.REFUSED, "user_cancelled")


def test_a_leader_registers_the_token_that_is_plugged_in(
    page: Page,
    live_server: Any,
    leader: Account,
    token_desk: Desk,
    usb_token: Token,
    expired_usb_token: Token,
) -> None:
    means = token_means(leader)
    token_desk.person.will_say({"allowed": True}, {"pin": usb_token.pin})
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(f"{live_server.url}/test/registering/{means.pk}/")
    page.get_by_role("button", name="Tìm chứng thư").click()
    expect(page.get_by_role("radio", name="Hết Hạn")).to_be_disabled()
    looks_right(page)
    page.get_by_role("button", name="Đăng ký chứng thư này").click()
    expect(page.get_by_role("alert")).to_contain_text("Chọn chứng thư của Ông/Bà")
    # Tests of the sign server put tokens of the same leader beside this one.
    plugged_in = page.locator(".govuk-radios__item", has_text=usb_token.label)
    plugged_in.get_by_role("radio", name=LEADER).first.check()
    page.get_by_role("button", name="Đăng ký chứng thư này").click()
    page.wait_for_url("**/done/")
    written = SigningCertificate.objects.get(means=means)
    assert bytes(written.der) in {key.certificate for key in usb_token.keys}


def test_without_the_extension_the_agent_is_reached_over_tls_once_its_authority_is_trusted(
    page: Page,
    browser: Browser,
    live_server: Any,
    settings: LazySettings,
    leader: Account,
    certificate: SigningCertificate,
    token_desk: Desk,
    usb_token: Token,
    tmp_path: Path,
) -> None:
    """``install`` puts it into the store of the user, whose browser then needs to be told nothing."""
    needed("certutil", "libnss3-tools")
    waiting = begin(certificate, leader)
    steps = install.install(
        Settings(token_desk.home), program=tmp_path / "host", extension=install.EXTENSION, user_home=tmp_path
    )
    assert str(tmp_path / ".pki/nssdb") in list(steps)[-1]
    token_desk.person.will_say({"pin": usb_token.pin})
    theirs = browser.browser_type.launch(
        executable_path=chromium(), args=["--no-sandbox", *QUICK], env=os.environ | {"HOME": str(tmp_path)}
    )
    with token_desk.serving() as address, theirs:
        assert address.startswith("https://127.0.0.1:")
        settings.SIGNING_PROVIDERS = {"usb-token": {"agents": [address]}}
        for trusting in (browser, theirs):
            with trusting.new_context(locale="vi-VN") as context:
                context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
                window = context.new_page()
                open_signing(window, live_server, waiting)
                if trusting is browser:
                    window.get_by_role("button", name=SIGN).click()
                    expect(window.get_by_role("alert")).to_contain_text("Không tìm thấy chương trình ký")
                    continue
                with window.expect_response(f"{address}/sign") as signing:
                    window.get_by_role("button", name=SIGN).click()
                window.wait_for_url("**/done/**")
                secured = signing.value.security_details()
    authority = x509.load_pem_x509_certificate(Files.under(token_desk.home).authority.read_bytes())
    assert secured is not None
    assert secured["issuer"] in authority.subject.rfc4514_string()
    waiting.refresh_from_db()
    assert waiting.state == TransactionState.SIGNED
    (signed,) = actions.collect_signed(transaction_id=waiting.pk)
    assert queries.verdicts_on(signed.content, at=timezone.now())[0].state == State.VALID
    list(install.uninstall(Settings(token_desk.home), user_home=tmp_path))
    listed = ["certutil", "-L", "-d", f"sql:{tmp_path / '.pki/nssdb'}"]
    assert install.NICKNAME not in subprocess.run(listed, capture_output=True, text=True, check=True).stdout


def test_the_extension_reaches_the_agent_without_a_port(
    tmp_path: Path,
    live_server: Any,
    settings: LazySettings,
    softhsm: SoftHSM,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    settings.PUBLIC_URL = live_server.url
    settings.SIGNING_PROVIDERS = {"usb-token": {"agents": ["http://127.0.0.1:9"]}}  # nobody listens there
    own = SoftHSM(softhsm.module, tmp_path)  # no token of another test beside this one
    token = own.new_token(LEADER, at=timezone.now())
    desk = Desk.made(tmp_path, own)
    desk.person.will_say({"allowed": True}, {"pin": token.pin})
    officer = make_officer(roles=["leader"], name=LEADER)
    means = token_means(officer)
    profile = tmp_path / "profile"
    host = tmp_path / "host"
    host.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m motcua_token_agent.native "$@"\n')
    host.chmod(0o755)
    (manifest, _firefox) = install.manifests(host)
    (profile / "NativeMessagingHosts").mkdir(parents=True)
    (profile / "NativeMessagingHosts" / f"{install.HOST}.json").write_text(manifest.text)
    extension = ROOT / "agent" / "extension"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=whole_chromium(),
            headless=False,
            locale="vi-VN",
            env=desk.environment,
            args=[
                "--no-sandbox",
                "--headless=new",
                "--disable-gpu",
                f"--disable-extensions-except={extension}",
                f"--load-extension={extension}",
            ],
        )
        page = context.new_page()
        cookies = sign_in(Client(), officer, confirmed=True).cookies
        context.add_cookies(
            [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in cookies.items()]
        )
        page.goto(f"{live_server.url}/test/registering/{means.pk}/")
        page.get_by_role("button", name="Tìm chứng thư").click()
        page.get_by_role("radio", name=LEADER).first.check()
        page.get_by_role("button", name="Đăng ký chứng thư này").click()
        page.wait_for_url("**/done/")
        context.close()
        connections.close_all()
    written = SigningCertificate.objects.get(means=means)
    assert bytes(written.der) in {key.certificate for key in token.keys}
    assert [asked["kind"] for asked in desk.person.was_asked] == ["trust", "pin"]
