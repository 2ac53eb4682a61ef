"""A leader registers the SIM of their phone and signs a decision with it: our pages in Chromium at a phone's width,
the simulated operator over its own protocol, the signer's answer on the operator's page."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from motcua.engines.signing import queries, rules
from motcua.engines.signing.models import SigningCertificate, SigningTransaction
from motcua.engines.signing.simulators.identity import Identity
from motcua.engines.signing.simulators.mss import MobileSignatureService
from motcua.kernel.blobs.files import read_bytes
from motcua.services.dossiers.models import ResultDocument
from tests.engines.signing import remote
from tests.factories import PASSWORD
from tests.services.dossiers.factories import make_town, open_step
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.dossiers.test_desk_lists import to_sign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_leader_registers_a_phone_and_signs_with_it(page: Page, live_server: Any, tmp_path: Path) -> None:
    town = make_town()
    dossier = to_sign(town)
    SigningCertificate.objects.filter(holder_id=town.leader.pk).delete()
    town.leader.display_name = "Người Ký Mô Phỏng"
    town.leader.save(update_fields=["display_name"])
    service = MobileSignatureService(Identity(timezone.now()), by_hand=True)
    with remote.installed(service, tmp_path):
        remote.trust(service)
        enter(page, live_server.url, town.leader)
        page.set_viewport_size({"width": 375, "height": 800})
        page.goto(live_server.url + reverse("signing:means-add"))
        inspect(page)
        page.get_by_label("Mật khẩu hiện tại").fill(PASSWORD)
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_label("Phương tiện ký").select_option("sim")
        page.get_by_role("button", name="Tiếp tục").click()
        inspect(page)
        page.get_by_label("Số điện thoại").fill("0900000001")
        page.get_by_role("button", name="Đăng ký").click()
        expect(page.get_by_text("Đã đăng ký phương tiện ký")).to_be_visible()
        inspect(page, live_server.url + reverse("signing:means"))
        page.goto(live_server.url + reverse("dossiers:desk-sign", args=[dossier.number, open_step(dossier).pk]))
        page.get_by_role("button", name="Ký").first.click()
        page.wait_for_url("**/desk/signing/**")
        inspect(page)
        asked = SigningTransaction.objects.get()
        expect(page.get_by_text(rules.control_code(asked.pk))).to_be_visible()
        assert page.context.browser is not None
        phone = page.context.browser.new_page()
        phone.goto(f"{service.url}/phone")
        phone.get_by_role("button", name="Đồng ý ký").click()
        phone.close()
        expect(page.get_by_text("Đã ký 1 văn bản")).to_be_visible(timeout=20_000)
    result = ResultDocument.objects.get(dossier=dossier)
    assert (result.state, result.signed_by) == ("signed", town.leader)
    (verdict,) = queries.verdicts_on(read_bytes(result.file), at=timezone.now())
    assert verdict.trust == "trusted"
    assert open_step(dossier).node == "seal"
