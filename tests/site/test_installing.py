"""The portal as an app: manifest, service worker, and the page shown without network."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories import make_citizen, sign_in
from tests.programs import BUILD

pytestmark = pytest.mark.django_db


def test_the_manifest_names_the_house_in_vietnamese(client: Client):
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert told["name"] == "Cổng dịch vụ công – Tỉnh Mẫu Sơn"
    assert (told["lang"], told["scope"], told["display"]) == ("vi", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} >= {
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


@pytest.mark.skipif(not BUILD.exists(), reason="the front end is not built")
def test_every_icon_and_every_file_of_the_worker_is_there(client: Client):
    icons = [icon["src"] for icon in client.get("/manifest.webmanifest").json()["icons"]]
    worker = client.get("/service-worker.vi.js").content.decode()
    files = re.findall(r'"(/static/[^"]+)"', worker.partition("const files")[2].partition("const never")[0])
    assert len(files) == 6
    assert [path for path in [*icons, *files] if not finders.find(path.removeprefix("/static/"))] == []


def test_the_worker_is_asked_for_anew_and_keeps_no_page_but_one(client: Client):
    answer = client.get("/service-worker.en.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert re.findall(r'"(/(?!static)[^"]+)"', answer.content.decode().partition("const never")[0]) == [
        "/offline/en/",
        "/offline/en/",
    ]
    assert client.get("/service-worker.fr.js").status_code == 404


def test_nothing_of_a_session_is_on_the_offline_page(client: Client):
    before = client.get("/offline/vi/").content
    sign_in(client, make_citizen(name="Lê Văn Mẫu").account)
    assert client.get("/offline/vi/").content == before
    assert 'lang="en"' in client.get("/offline/en/").content.decode()


def test_signing_out_has_the_browser_throw_away_what_it_kept(client: Client):
    sign_in(client, make_citizen().account)
    assert client.post("/account/sign-out/").headers["Clear-Site-Data"] == '"storage"'
