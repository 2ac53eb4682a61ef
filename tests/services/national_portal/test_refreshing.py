"""The national catalogue is read from the portal; the same again changes nothing."""

from pathlib import Path

import pytest

from motcua.services.national_portal import refreshing
from motcua.services.procedures.models import Procedure
from tests.services.national_portal.connected import simulated
from tests.services.procedures.test_import_catalogue import line

pytestmark = pytest.mark.django_db


def test_what_the_portal_lists_becomes_the_catalogue(tmp_path: Path) -> None:
    with simulated(tmp_path) as there:
        there.publish(line("1.000001"), line("1.000002"))
        done = refreshing.refresh()
        assert done is not None
        assert (done.created, done.changed, done.unreadable) == (2, 0, [])
        there.publish(line("1.000001"), line("1.000002", linh_vuc="Quốc tịch"))
        again = refreshing.refresh()
        assert again is not None
        assert (again.created, again.changed, again.unchanged) == (0, 1, 1)
    assert set(Procedure.objects.values_list("code", flat=True)) == {"1.000001", "1.000002"}


def test_a_house_that_is_not_connected_reads_nothing() -> None:
    assert refreshing.refresh() is None
