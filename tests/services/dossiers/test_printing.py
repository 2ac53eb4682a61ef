"""The head of what is printed."""

import pytest

from motcua.services.dossiers.printing import office_data
from tests.factories import make_office

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("department_of_construction", "Ủy ban nhân dân tỉnh Mẫu Sơn"), ("commune_committee", None)],
)
def test_only_an_agency_under_a_committee_names_who_is_above_it(kind: str, expected: str | None) -> None:
    province = make_office("Ủy ban nhân dân tỉnh Mẫu Sơn", kind="province_committee")
    assert office_data(make_office(kind=kind, parent=province))["superior"] == expected
    assert office_data(province)["superior"] is None
