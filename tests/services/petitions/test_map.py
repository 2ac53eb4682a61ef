"""The map of a petition: outlines made small, and a place that is pressed, typed, sent and seen."""

import json
import os
import tracemalloc
from math import sin
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Request, expect

from motcua.services.petitions.models import Petition
from motcua.services.petitions.outlines import Outlines, outlines, thinned
from motcua.site.demo.voices import lay_out_map
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.petitions.factories import TEXT, make_town_with_commune

# Where the mark stands within the commune; the crooked borders reach a tenth of the width beyond where they run.
STANDS = """([x, y]) => {
    const [land, mark] = ["[data-code='06001']", ".mc-map__mark:not(.mc-map__mark--none)"].map(
        each => document.querySelector(each)?.getBoundingClientRect());
    return land && mark && Math.abs((mark.x + mark.width / 2 - land.x) / land.width - x) < 0.04
        && Math.abs((mark.bottom - land.y) / land.height - y) < 0.02;
}"""
WEST, MIDDLE, EAST, SOUTH, NORTH = 106.7, 106.75, 106.8, 21.8, 21.9


def square(west: float, east: float) -> list[list[float]]:
    """A ring with a point every 100 m or so; what runs from south to north is crooked."""
    across = [west + (east - west) * step / 50 for step in range(51)]
    up = [(0.004 * sin(step), SOUTH + (NORTH - SOUTH) * step / 100) for step in range(101)]
    around = [(x, SOUTH) for x in across] + [(east + off, y) for off, y in up]
    around += [(x, NORTH) for x in reversed(across)] + [(west + off, y) for off, y in reversed(up)]
    return [list(point) for point in around]


def written(path: Path, **other: Any) -> Path:
    """A file of two communes side by side."""
    rings = {"06001": square(WEST, MIDDLE), "06002": square(MIDDLE, EAST)}
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for code, ring in rings.items()
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | other))
    return path


def as_read(found: Outlines) -> Outlines:
    """With points that can be compared."""
    return {code: [[(x, y) for x, y in ring] for ring in rings] for code, rings in found.items()}


@pytest.fixture
def map_file(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MAP_OUTLINES = written(tmp_path / "map.geojson")
    return settings.MAP_OUTLINES


def test_outlines_are_as_fine_as_the_points_allow_and_neighbours_keep_one_border(map_file: Path) -> None:
    fine, one = outlines(), outlines("06001")
    assert (set(fine), set(one), outlines("9")) == ({"06001", "06002"}, {"06001"}, {})
    assert len(fine["06001"][0]) < 310, "what lies on a straight line is left out"
    coarse = thinned(as_read(fine), most=120)
    assert 100 < sum(len(ring) for rings in coarse.values() for ring in rings) <= 120
    (left,), (right,) = coarse["06001"], coarse["06002"]
    border = {point for point in left if abs(point[0] - MIDDLE) < 0.005}
    assert len(border) > 10
    assert border == {point for point in right if abs(point[0] - MIDDLE) < 0.005}


def test_a_demonstration_lays_out_a_map_where_there_is_none(tmp_path: Path, settings: LazySettings) -> None:
    settings.MAP_OUTLINES = tmp_path / "home" / "map.geojson"
    lay_out_map()
    assert len(outlines()) > 1
    written(settings.MAP_OUTLINES)
    lay_out_map()
    assert set(outlines()) == {"06001", "06002"}


def test_the_work_is_done_once_whatever_anybody_asks_for(map_file: Path) -> None:
    fine, one = outlines(), outlines("06001")
    changed = map_file.stat().st_mtime_ns
    map_file.write_text("is not read again")
    os.utime(map_file, ns=(changed, changed))
    assert (outlines("x"), outlines(), outlines("06001")) == ({}, fine, one)


def test_a_large_file_needs_no_room_in_the_web_process(map_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    ring = square(WEST, EAST) + [[WEST, SOUTH + step / 1e6] for step in range(40_000)]
    commune = {"properties": {"code": "06001"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    written(map_file, features=[commune])
    tracemalloc.start()
    try:
        assert set(outlines()) == {"06001"}
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    with map_file.open("a") as file:
        file.write(" " * 10_000_000)
    assert outlines() == {}
    assert "MB, and 10 at most" in caplog.records[-1].reason  # type: ignore[attr-defined]


def test_a_file_that_takes_too_long_is_named_in_the_log(
    map_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("motcua.services.petitions.outlines.MOST_SECONDS", 0.001)
    assert outlines() == {}
    assert "not read in" in caplog.records[-1].reason  # type: ignore[attr-defined]


@pytest.mark.parametrize("wrong", [{"features": [{}]}, {"features": None}])
def test_a_file_that_cannot_be_read_is_named_in_the_log_and_no_map(
    map_file: Path, wrong: dict[str, Any], caplog: pytest.LogCaptureFixture, client: Client
) -> None:
    written(map_file, **wrong)
    assert client.get(reverse("petitions:map")).json() == {"units": {}, "names": {}}
    assert "map_unreadable" in caplog.text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_place_is_pressed_on_the_map_and_the_officer_sees_it(
    page: Page, live_server: Any, map_file: Path, settings: LazySettings
) -> None:
    settings.MAP_TILES = f"{live_server.url}/tiles/{{z}}/{{x}}/{{y}}.png"
    town, server, asked = make_town_with_commune(), live_server.url, list[str]()
    page.route("**/tiles/**", lambda route: route.fulfill(content_type="image/svg+xml", body="<svg/>"))
    page.on("request", lambda request: asked.append(tile(request)) if "/tiles/" in request.url else None)
    inspect(page, server + reverse("petitions:new"))
    page.set_viewport_size({"width": 375, "height": 800})
    commune = page.locator("[data-code='06001']")
    commune.wait_for()
    land = commune.bounding_box()
    assert land is not None
    commune.click(position={"x": land["width"] / 2, "y": land["height"] / 4})
    expect(page.locator("#unit")).to_have_value("06001")
    pressed = coordinates(page)
    assert pressed == (pytest.approx(NORTH - 0.025, abs=0.001), pytest.approx((WEST + MIDDLE) / 2, abs=0.001))
    page.get_by_role("button", name="Xem gần hơn").click()
    sheet = page.get_by_role("application")
    for _time in range(3):
        sheet.press("ArrowLeft")
    assert (coordinates(page)[0], coordinates(page)[1] < pressed[1]) == (pytest.approx(pressed[0], abs=1e-5), True)
    assert len({each.split("/")[0] for each in asked}) > 1, "nearer and farther"
    page.locator("#latitude").fill("21.85")
    page.locator("#longitude").fill("106,72")
    page.locator("#kind").check()
    page.locator("#topic").select_option("roads")
    page.locator("#text").fill(TEXT)
    page.locator("#name").fill("Nguyễn Thị Kín")
    page.locator("main button[type=submit]").click()
    page.get_by_text("Cảm ơn Ông/Bà").wait_for()
    enter(page, server, town.head)
    inspect(page, server + reverse("petitions:desk-petition", args=[Petition.objects.get().code]))
    expect(page.get_by_role("img", name="Nơi xảy ra trên bản đồ")).to_contain_text("Xã Mẫu Sơn")
    page.wait_for_function(STANDS, arg=[0.4, 0.5])  # the map is drawn again when the finer outline has come


def tile(request: Request) -> str:
    """Zoom, column and row."""
    return request.url.partition("/tiles/")[2].removesuffix(".png")


def coordinates(page: Page) -> tuple[float, float]:
    """What stands in the fields."""
    north, east = (page.locator(f"#{name}").input_value() for name in ("latitude", "longitude"))
    return float(north), float(east)
