"""A citizen registers a cloud service, signs an application with it and sends it, all on a phone's screen.

Our pages in Chromium, the simulated service over its own protocol, the consent on the service's page. Another one is
signed with a USB token: the real agent on its real port, SoftHSM behind it.
"""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.engines.signing import actions, queries
from motcua.engines.signing.simulators.csc import CloudService
from motcua.engines.signing.simulators.identity import Identity
from motcua.kernel.blobs.files import read_bytes
from motcua.services.dossiers.models import Dossier
from tests.agent.running import Desk
from tests.engines.signing import remote
from tests.engines.signing.factories import demo_authority
from tests.engines.signing.softhsm import SoftHSM
from tests.factories import PASSWORD
from tests.services.dossiers.factories import Town, make_town
from tests.services.dossiers.test_applying import account_of, complete, signed
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page: Page) -> None:
    """Inspect the page that is open, then go on at the phone's width."""
    inspect(page)
    page.set_viewport_size({"width": 375, "height": 800})


def test_a_citizen_signs_by_cloud_on_a_phone_and_by_token(
    page: Page, live_server: Any, tmp_path: Path, settings: Any, softhsm: SoftHSM
) -> None:
    town, server = make_town(signed("required")), live_server.url
    settings.PUBLIC_URL = server
    town.applicant.name = "Người Ký Mô Phỏng"
    town.applicant.save(update_fields=["name"])
    number, draft = town.applicant.identity_number, complete(town)
    service = CloudService(Identity(timezone.now()), by_hand=True)
    with remote.installed(service, tmp_path, public=True):
        enter(page, server, account_of(town.applicant))
        review = server + reverse("dossiers:apply-review", args=[draft.pk])
        page.goto(review)
        look(page)
        page.get_by_role("button", name="Ký bằng chữ ký số").click()
        look(page)
        page.get_by_role("button", name="Đăng ký phương tiện ký").click()
        page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_label("Phương tiện ký").select_option("cloud")
        page.get_by_role("button", name="Tiếp tục").click()
        look(page)
        page.get_by_label("Tên đăng nhập").fill(str(number))
        page.get_by_role("button", name="Đăng ký").click()
        expect(page.get_by_text("Đã đăng ký phương tiện ký")).to_be_visible()
        look(page)
        page.goto(server + reverse("dossiers:apply-sign", args=[draft.pk]))
        look(page)
        page.get_by_role("button", name="Ký số", exact=True).click()
        page.wait_for_url("**/signing/")
        look(page)
        page.get_by_role("button", name="dịch vụ ký số").click()
        page.get_by_role("button", name="Đồng ý ký").click()
        expect(page.get_by_text("Đã ký bằng chứng thư của")).to_be_visible(timeout=20_000)
        look(page)
        page.goto(review)
        page.locator("#declared").check()
        page.get_by_role("button", name="Nộp hồ sơ").click()
        page.wait_for_url("**/sent/")
    _is_signed_well()
    _sign_by_token(page, server, town, SoftHSM(softhsm.module, tmp_path), tmp_path, settings)


def _sign_by_token(page: Page, server: str, town: Town, own: SoftHSM, folder: Path, settings: Any) -> None:
    Dossier.objects.all().delete()
    draft, pin = complete(town), "246810"
    actions.add_trust_anchor(der=demo_authority().certificate, demonstration=True, at=timezone.now())
    numbers = [f"CCCD:{town.applicant.identity_number}"]
    own.new_token(town.applicant.name, at=timezone.now(), kinds=("ec",), pin=pin, user_ids=numbers)
    desk = Desk.made(folder, own)
    desk.person.will_say({"allowed": True}, {"pin": pin}, {"pin": pin})
    with desk.serving("--plain-http") as agent:
        settings.SIGNING_PROVIDERS = {"usb-token": {"agents": [agent], "public": True}}
        page.goto(f"{server}{reverse('signing:own-means-add')}?provider=usb-token")
        page.get_by_role("button", name="Đăng ký").click()
        page.get_by_role("button", name="Tìm chứng thư").click()
        page.get_by_role("radio", name=town.applicant.name).check()
        look(page)
        page.get_by_role("button", name="Đăng ký chứng thư này").click()
        expect(page.get_by_text("do motcua - Chứng thư trình diễn cấp")).to_be_visible()
        page.goto(server + reverse("dossiers:apply-sign", args=[draft.pk]))
        page.get_by_role("button", name="Ký số", exact=True).click()
        page.wait_for_url("**/signing/")
        expect(page.get_by_role("button", name="Ký bằng USB token")).to_be_visible()
        look(page)
        page.get_by_role("button", name="Ký bằng USB token").click()
        expect(page.get_by_text("Đã ký bằng chứng thư của")).to_be_visible(timeout=20_000)
        page.goto(server + reverse("dossiers:apply-review", args=[draft.pk]))
        page.locator("#declared").check()
        page.get_by_role("button", name="Nộp hồ sơ").click()
        page.wait_for_url("**/sent/")
    _is_signed_well()
    page.wait_for_load_state()


def _is_signed_well() -> None:
    paper = Dossier.objects.get().papers.get()
    assert paper.file is not None
    (verdict,) = queries.verdicts_on(read_bytes(paper.file), at=timezone.now())
    assert (verdict.state, verdict.trust) == ("valid", "trusted")
