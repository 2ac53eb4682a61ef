"""Three tiers of government are data: the same program, other lists."""

import pytest
from django.utils import timezone

from motcua.people.organisations.models import OfficeCode
from motcua.people.organisations.queries import nearest_office
from motcua.services.procedures.packages import load
from motcua.site.demo import files, government, people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("tiers", "has_district"), [(2, False), (3, True)])
def test_a_commune_has_a_district_above_it_in_three_tiers_only(tiers: int, has_district: bool) -> None:
    administrator = people.make_administrator()
    government.establish(by=administrator, at=timezone.now(), tiers=tiers)
    commune = OfficeCode.objects.get(code="H99.101", valid_to=None).office_id
    today = timezone.localdate()
    found = nearest_office("district_committee", from_office=commune, level="district", on=today)
    assert (found is not None) is has_district


def test_every_office_that_a_shipped_process_names_exists() -> None:
    government.establish(by=people.make_administrator(), at=timezone.now(), tiers=3)
    commune = OfficeCode.objects.get(code="H99.101", valid_to=None).office_id
    for folder in files.PACKAGES.iterdir():
        package = load(folder)
        for selector in {node.office for node in package.graph.nodes.values() if "kind:" in node.office}:
            level, _, kind = selector.rpartition("/")
            kind = kind.removeprefix("kind:")
            assert nearest_office(kind, from_office=commune, level=level, on=timezone.localdate()), selector
