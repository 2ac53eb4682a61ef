"""What shipped packages ask of the room: offices that may not exist, fees paid before they are awaited."""

from typing import Any

import pytest

from motcua.services.dossiers import actions
from motcua.services.dossiers.models import FeeLine, Incident, Timer
from tests.factories import make_office
from tests.services.dossiers.factories import Town, accept, make_town, open_step, submit

pytestmark = pytest.mark.django_db
LAND: dict[str, Any] = {
    "applicant": {"kind": "person", "name": "Lê Văn Mẫu", "identity_number": "001099000001", "address": "Thôn Mẫu"},
    "parcel": {
        "address": "Thôn Mẫu",
        "place": "rural",
        "area": 100,
        "use": "residential",
        "since": 1990,
        "origin": "inherited",
        "titled": "no",
    },
    "house": {"has": False},
    "exemption": "none",
}
MERIT: dict[str, Any] = {
    "applicant": {
        "name": "Lê Văn Mẫu",
        "identity_number": "001099000001",
        "born": "1950-01-01",
        "address": "Thôn Mẫu",
    },
    "martyr": {"name": "Trần Văn Mẫu", "certificate": "MS-0001"},
    "relation": "child",
    "wanted": "monthly",
    "payment": {"way": "cash"},
}


def _to_the_tax_office(town: Town) -> Any:
    """A land dossier at the step in which the tax office says what is owed."""
    dossier = accept(town, submit(town, form_data=LAND))
    by = town.actor(town.specialist)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="verified", by=by)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome=None, by=by)
    timer = Timer.objects.get(work_item__dossier=dossier)
    actions.fire_timer(timer.pk, at=timer.due_at)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="eligible", by=by)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="passed", by=by)
    assert open_step(dossier).node == "assess"
    return dossier


def _settle(town: Town, dossier: Any) -> None:
    for line in FeeLine.objects.filter(dossier=dossier, state="due"):
        actions.collect_fee(dossier.pk, line=line.pk, method="cash", by=town.actor(town.reception))


def test_a_process_waits_until_the_fees_are_paid() -> None:
    town = make_town("land-first-certificate")
    dossier = _to_the_tax_office(town)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="payable", by=town.actor(town.specialist))
    dossier.refresh_from_db()
    assert dossier.state == "waiting_payment"
    _settle(town, dossier)
    dossier.refresh_from_db()
    assert (dossier.state, open_step(dossier).node) == ("in_process", "certificate")


def test_a_process_does_not_wait_for_fees_that_are_paid_already() -> None:
    town = make_town("land-first-certificate")
    dossier = _to_the_tax_office(town)
    _settle(town, dossier)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="payable", by=town.actor(town.specialist))
    assert open_step(dossier).node == "certificate"
    assert not dossier.pauses.filter(ended_at=None).exists()


@pytest.mark.parametrize(("has_district", "expected"), [(True, "district"), (False, "examine")])
def test_the_district_has_a_step_where_there_is_a_district(has_district: bool, expected: str) -> None:
    province = make_office("Ủy ban nhân dân tỉnh Mẫu Sơn", kind="province_committee")
    make_office("Sở Nội vụ", kind="department_of_home_affairs", parent=province)
    above = province
    if has_district:
        above = make_office("Ủy ban nhân dân huyện Mẫu", kind="district_committee", level="district", parent=province)
    town = make_town("merit-benefits", parent=above)
    dossier = accept(town, submit(town, form_data=MERIT))
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="confirmed", by=town.actor(town.specialist))
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="approved", by=town.actor(town.leader))
    assert open_step(dossier).node == expected
    assert not Incident.objects.filter(dossier=dossier).exists()


def test_an_office_that_the_process_cannot_do_without_is_reported() -> None:
    town = make_town("land-first-certificate")
    dossier = accept(town, submit(town, form_data=LAND))
    found = set(Incident.objects.filter(dossier=dossier, kind="routing").values_list("retry__selector", flat=True))
    assert found == {"kind:land_office", "kind:tax", "province/kind:land_office"}
