"""A wrong ``MOTCUA_`` variable stops the program at start with a sentence that names it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import motcua
from motcua.site import configuration
from motcua.site.configuration import ConfigurationError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", []),
        ("http://tsa.example", ["http://tsa.example"]),
        (
            " https://tsa.example:3161/rfc3161?policy=1 ,http://[::1]:80/tsa,",
            ["https://tsa.example:3161/rfc3161?policy=1", "http://[::1]:80/tsa"],
        ),
    ],
)
def test_addresses_are_read(value: str, read: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOTCUA_TSA_URL", value)
    assert configuration.addresses("MOTCUA_TSA_URL") == read


@pytest.mark.parametrize(
    "value",
    [
        "tsa.example",
        "ldap://tsa.example",
        "http://",
        "http:///tsa",
        "http://tsa.example:0",
        "http://tsa.example:99999",
        "http://tsa.example:port",
        "http://[::1",
        "http://tsa.example/a b",
        "http://tsa.example;http://other.example/<>",
        "http://dấu-thời-gian.example",
        "http://tsa.example,tsa2.example",
    ],
)
def test_what_is_no_address_is_named(value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOTCUA_TSA_URL", value)
    with pytest.raises(ConfigurationError, match=r"MOTCUA_TSA_URL=.*write addresses such as http"):
        configuration.addresses("MOTCUA_TSA_URL")


def test_the_level_follows_from_the_time_stamp_authority(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MOTCUA_SIGNATURE_LEVEL", raising=False)
    assert configuration.signature_level([]) == "B-B"
    assert configuration.signature_level(["http://tsa.example"]) == "B-LTA"
    monkeypatch.setenv("MOTCUA_SIGNATURE_LEVEL", "B-T")
    assert configuration.signature_level(["http://tsa.example"]) == "B-T"
    with pytest.raises(ConfigurationError, match=r"MOTCUA_SIGNATURE_LEVEL='B-T'.*MOTCUA_TSA_URL"):
        configuration.signature_level([])


@pytest.mark.parametrize(
    "wrong", ["https://tiles.example/{z}/{x}.png", "tiles.example/{z}/{x}/{y}.png", "https://tiles.example/1/1/1.png"]
)
def test_tiles_of_a_map_have_an_address_with_three_places(wrong: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MOTCUA_MAP_TILES", "https://tiles.example:8443/1/{z}/{x}/{y}.png")
    assert configuration.origin(configuration.map_tiles()) == "https://tiles.example:8443"
    monkeypatch.setenv("MOTCUA_MAP_TILES", wrong)
    with pytest.raises(ConfigurationError, match="MOTCUA_MAP_TILES"):
        configuration.map_tiles()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"MOTCUA_TSA_URL": "tsa.example"}, "MOTCUA_TSA_URL='tsa.example'"),
        ({"MOTCUA_SIGNATURE_LEVEL": "LTA"}, "MOTCUA_SIGNATURE_LEVEL='LTA': write one of B-B, B-T, B-LT, B-LTA."),
        ({"MOTCUA_SIGNATURE_LEVEL": "B-LTA"}, "MOTCUA_SIGNATURE_LEVEL='B-LTA': it needs time stamps"),
    ],
)
@pytest.mark.parametrize("command", ["run", "worker"])
def test_the_program_stops_with_one_sentence(command: str, wrong: dict[str, str], said: str, tmp_path: Path):
    """Before it asks anything of the database: nobody listens where the address points."""
    given = {
        "MOTCUA_HOME": str(tmp_path),
        "MOTCUA_DATABASE_URL": "postgresql://127.0.0.1:9/none",
        "DJANGO_SETTINGS_MODULE": "motcua.site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "motcua", command],
        env={**os.environ, **given, **wrong},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_variable_that_is_read_is_explained():
    house = Path(motcua.__file__).parent
    read = {
        name for path in house.rglob("*.py") for name in re.findall(r"MOTCUA_[A-Z_]+[A-Z]", path.read_text("utf-8"))
    }
    named_by_operators = {"MOTCUA_HSM_PIN"}  # an example of pin_variable in signing.toml
    told = (ROOT / "docs" / "operator" / "configuration.md").read_text("utf-8")
    unexplained = {name for name in read if f"`{name}`" not in told and not name.startswith("MOTCUA_TEST_")}
    assert unexplained == named_by_operators


def test_a_house_behind_the_proxy_that_ships_tells_its_clients_apart():
    """Else thirty look-ups in ten minutes would be all that a province may make together."""
    deploy = ROOT / "deploy"
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in (deploy / "nginx" / "motcua.conf").read_text("utf-8")
    assert "MOTCUA_PROXIES=1" in (deploy / "systemd" / "environment.example").read_text("utf-8").splitlines()
