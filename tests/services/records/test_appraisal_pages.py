"""The pages of appraisals: the whole way by forms, who sees and may what, statement counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from motcua.engines.messaging.models import Notice
from motcua.kernel.events.models import Event
from motcua.services.records import access, actions, notices
from motcua.services.records.models import Appraisal
from tests.coming_back import overtaken
from tests.factories import sign_in
from tests.services.correspondence.factories import Agency, desk, make_agency
from tests.services.correspondence.test_pages import at_fault, text_in
from tests.services.records.factories import Appraising, again, over

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def at(name: str, *keys: Any) -> str:
    return reverse(f"records:{name}", args=keys)


def test_the_whole_way_by_forms(client: Client, agency: Agency) -> None:
    file = over(agency)
    sign_in(client, agency.clerk)
    listed = at("appraisal-expired")
    assert file.title in client.get(listed).content.decode()
    assert at_fault(client.post(listed, {"files": [str(file.pk)], "title": " "})) == {"title"}
    page = client.post(listed, {"files": [str(file.pk)], "title": "Đợt 1"})["Location"]
    found = Appraisal.objects.get()
    assert page == at("appraisal", found.pk)
    act = {name: at("appraisal-act", found.pk, name) for name in ("convene", "vote", "conclude", "approve", "destroy")}
    council = {"text": "Hồ sơ sự vụ", "basis": "12/QĐ-UBND"}
    for seat, (account, role) in enumerate(
        ((agency.head, "chair"), (agency.clerk, "secretary"), (agency.first, "unit")), start=1
    ):
        council |= {f"officer-{seat}": str(account.pk), f"role-{seat}": role}
    asked = client.post(act["convene"], council)
    assert (asked.status_code, asked.content.decode().count("người am hiểu lĩnh vực") > 1) == (422, True)
    council |= {"officer-4": str(agency.second.pk), "role-4": "expert"}
    assert client.post(act["convene"], council).status_code == 302
    row = found.files.get()
    vote = {f"verdict-{row.pk}": "destroy"}
    assert client.post(act["conclude"], {"met_on": timezone.localdate().isoformat()}).status_code == 422
    for member in (agency.clerk, agency.head, agency.first):
        sign_in(client, member)
        assert client.get(act["vote"]).status_code == 200
        assert client.get(at("file", file.pk)).status_code == 200  # members see what they appraise
        assert client.post(act["vote"], {f"verdict-{row.pk}": "keep"}).status_code == 422
        assert client.post(act["vote"], vote).status_code == 302
    assert client.post(act["conclude"]).status_code == 403
    sign_in(client, agency.clerk)
    assert client.post(act["conclude"], {"met_on": timezone.localdate().isoformat()}).status_code == 302
    assert client.post(act["approve"]).status_code == 403
    assert "BIÊN BẢN HỌP" in text_in(client.get(at("appraisal-paper", found.pk, "council-minutes")).getvalue())
    assert "HẾT THỜI HẠN" in text_in(client.get(at("appraisal-paper", found.pk, "expired-list")).getvalue())
    sign_in(client, agency.leader)
    decision = {"notation": "34/QĐ-UBND", "day": timezone.localdate().isoformat(), "opinion": "56/SNV"}
    assert at_fault(client.post(act["approve"], decision)) == {"sure"}
    assert client.post(act["approve"], decision | {"sure": "1"}).status_code == 302
    assert client.post(act["destroy"], {"notation": "34/QĐ-UBND"}).status_code == 403
    sign_in(client, agency.clerk)
    assert file.title in client.get(act["destroy"]).content.decode()
    assert at_fault(client.post(act["destroy"], {"notation": "34"})) == {"notation"}
    assert client.post(act["destroy"], {"notation": "34/QĐ-UBND"}).status_code == 302
    actions.carry_out(found.pk, at=timezone.now() + timedelta(days=5))
    shown = client.get(page).content.decode()
    for kind in ("minutes", "listing"):
        assert at("appraisal-paper", found.pk, kind) in shown
        assert client.get(at("appraisal-paper", found.pk, kind)).getvalue().startswith(b"%PDF")
    own = client.get(at("file", file.pk)).content.decode()
    assert page in own
    entry = again(file.pk).entries.filter(incoming=None).get()
    assert entry.title in own  # what was in it stays to be read, not its content
    assert client.get(at("content", file.pk, entry.pk, 0)).status_code == 404


def test_a_list_is_laid_before_the_council_as_it_was_looked_at(client: Client, agency: Agency) -> None:
    work, other = Appraising.drawn_up(agency, over(agency)), over(agency, notation="02.KT")
    roles = ((agency.head, "chair"), (agency.clerk, "secretary"), (agency.first, "unit"), (agency.second, "expert"))
    council = {"text": "Hồ sơ sự vụ", "basis": "12/QĐ-UBND"}
    for seat, (account, role) in enumerate(roles, start=1):
        council |= {f"officer-{seat}": str(account.pk), f"role-{seat}": role}
    sign_in(client, agency.clerk)
    by = agency.actor(agency.clerk)
    overtaken(
        client,
        at("appraisal-act", work.found.pk, "convene"),
        lambda: actions.put_in(work.found.pk, files=[other.pk], by=by),
        wrong=council | {"basis": ""},
        right=council,
    )
    late = client.post(at("appraisal-act", work.found.pk, "convene"), council)
    assert (late.status_code, "Hồ sơ sự vụ" in late.content.decode()) == (403, True)


@pytest.mark.parametrize("many", [1, 3])
def test_pages_ask_a_set_number_of_statements(client: Client, agency: Agency, many: int) -> None:
    files = [over(agency, notation=f"{number:02d}.KT") for number in range(1, many + 1)]
    over(agency, notation="09.KT")
    work = Appraising.drawn_up(agency, *files).convened().voted()
    asked = {}
    for name, account, url in (
        ("box", agency.clerk, at("appraisals")),
        ("expired", agency.clerk, at("appraisal-expired")),
        ("one", agency.clerk, at("appraisal", work.found.pk)),
        ("vote", agency.first, at("appraisal-act", work.found.pk, "vote")),
    ):
        sign_in(client, account)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        asked[name] = len(found)
    assert asked == {"box": 4, "expired": 6, "one": 11, "vote": 7}


def test_each_role_sees_and_may_its_own(client: Client, agency: Agency) -> None:
    work = Appraising.drawn_up(agency, over(agency))

    def able(account: Any) -> set[str]:
        found = access.appraisal_for(desk(account), work.found.pk).abilities
        return {act for act, may in found.items() if may}

    sign_in(client, agency.first)
    assert client.get(at("appraisal", work.found.pk)).status_code == 404  # the council is not convened
    assert client.get(at("appraisal-expired")).status_code == 403
    assert able(agency.clerk) == {"write", "convene", "give_up"}
    assert able(agency.leader) == {"give_up"}
    work.convened()
    assert [able(each) for each in (agency.clerk, agency.first)] == [{"vote", "conclude", "give_up"}, {"vote"}]
    work.voted().concluded()
    assert [able(each) for each in (agency.clerk, agency.leader)] == [{"give_up"}, {"approve", "give_up"}]
    work.approved()
    assert [able(each) for each in (agency.clerk, agency.leader)] == [{"destroy"}, {"give_up"}]
    notices.tell(list(Event.objects.filter(stream=work.found.stream).order_by("version")))
    told = Notice.objects.filter(url=at("appraisal", work.found.pk)).values_list("kind", "recipient")
    assert {kind for kind, _who in told} == {"file.appraisal", "file.appraisal_decision", "file.appraisal_decided"}
    assert ("file.appraisal_decision", agency.leader.pk) in set(told)
    stranger = make_agency("Ủy ban nhân dân xã Mẫu Khê")
    for account in (agency.second, stranger.clerk, stranger.leader):
        sign_in(client, account)
        expected = 200 if account == agency.second else 404
        assert client.get(at("appraisal", work.found.pk)).status_code == expected
