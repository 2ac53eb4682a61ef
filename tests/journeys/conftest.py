"""One house and one browser for all journeys."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.site.demo import files
from tests.journeys.browsing import Visitors
from tests.journeys.house import House, open_house
from tests.journeys.table import journeys


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The province Mẫu Sơn, served."""
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture(scope="package")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page that stands for a scanned paper."""
    facts = {"name": "Bản chụp", "holder": "Nguyễn Văn Mẫu"}
    path = tmp_path_factory.mktemp("scan") / "ban-chup.pdf"
    path.write_bytes(render(Template(files.FOLDER, "paper.typ"), facts, dated=datetime.now(UTC)))
    return path


@pytest.fixture(scope="package")
def everybody(house: House, browser: Browser) -> Visitors:
    """The windows of all who take part."""
    return Visitors(browser, house, phones={each.account for each in journeys() if each.by_phone})


@pytest.fixture
def visitors(everybody: Visitors) -> Visitors:
    """The same, with nothing said on the console yet."""
    everybody.complaints.clear()
    return everybody
