from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.levels import actions
from motcua.engines.signing.models import ServiceStanding, UpgradeState
from motcua.kernel.identifiers.models import new_id
from tests.engines.signing.factories import AT
from tests.engines.signing.levels.test_actions import awaited, raised, sealed
from tests.engines.signing.pki import Pki
from tests.factories import make_account, sign_in

pytestmark = pytest.mark.django_db


def test_an_administrator_sees_what_waits_and_why_and_has_it_tried_again(
    client: Client, trusting: Pki, django_assert_max_num_queries: Any
):
    sign_in(client, make_account(is_administrator=True))
    trusting.out_of_order.add("tsa")
    subject = f"dossier:{new_id()}"
    row, broken = (raised(awaited(pdf, subject=subject)) for pdf in (sealed(trusting), b"%PDF-1.7 broken"))
    ServiceStanding.objects.create(
        provider="sim",
        failures=3,
        failing_since=AT,
        rests_until=timezone.now() + timedelta(minutes=2),
        last_error="504",
    )
    with django_assert_max_num_queries(12):
        page = client.get(reverse("signing:levels"))
    text = page.content.decode()
    assert "1, sớm nhất từ 10:00 05/01/2026" in text
    assert "Dịch vụ ký số sim không trả lời từ" in text
    assert "B-B → B-LTA" in text
    assert f"{trusting.tsa_url}: HTTP 503" in text
    assert text.count("quyet-dinh.pdf</") >= 2
    trusting.out_of_order.clear()
    assert client.post(reverse("signing:level-again", args=[row.id])).status_code == 302
    trusting.at = later = timezone.now() + timedelta(minutes=5)
    actions.raise_due(at=later)
    row.refresh_from_db()
    assert row.state == UpgradeState.REACHED
    assert client.post(reverse("signing:level-again", args=[row.id])).status_code == 409
    assert "Dấu thời gian lưu trữ cần gia hạn" not in client.get(reverse("signing:levels")).content.decode()
    trusting.out_of_order.add("tsa")
    actions.raise_due(at=row.due_at)
    page = client.get(reverse("signing:levels")).content.decode()
    assert "Dấu thời gian lưu trữ cần gia hạn" in page
    assert "01/01/2125" in page
    assert client.post(reverse("signing:level-again", args=[row.id])).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.due_at < later + timedelta(minutes=1)) == (UpgradeState.REACHED, True)
    assert broken.last_error in client.get(reverse("signing:levels")).content.decode()
