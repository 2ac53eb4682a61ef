"""The table promises enough."""

from collections import defaultdict

import pytest

from motcua.site.demo import files
from tests.journeys.table import journeys

PATHS = {"plain", "supplement", "second-supplement", "agencies", "refusal", "withdrawal", "extension"}


@pytest.mark.parametrize("way", sorted(PATHS | {"online", "counter"}))
def test_every_way_is_taken_by_two_procedures(way: str):
    taken = {journey.procedure for journey in journeys() if way in (journey.path, journey.channel)}
    assert len(taken) >= 2


def test_every_procedure_takes_two_ways():
    ways = defaultdict(set)
    for journey in journeys():
        ways[journey.procedure].add((journey.path, journey.channel))
    shipped = {path.parent.name for path in files.PACKAGES.glob("*/procedure.yaml")}
    assert {procedure for procedure in shipped if len(ways[procedure]) < 2} == set()


def test_paths_are_known():
    assert {journey.path for journey in journeys()} == PATHS
