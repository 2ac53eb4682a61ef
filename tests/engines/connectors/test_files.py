"""Questions and answers as files: whole, once, and none thrown away."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from motcua.engines.connectors import actions, calling, collecting
from motcua.engines.connectors.models import Call, LineSystem
from motcua.kernel.errors import Refused
from tests.engines.connectors.house import FILES, Room, ask, land, wait_no_longer, work
from tests.factories import make_account, make_citizen

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(room: Room, tmp_path: Path) -> Path:
    place = tmp_path / "dat-dai"
    place.mkdir()
    land(place)
    return place


def names(folder: Path, part: str) -> list[str]:
    return sorted(each.name for each in (folder / part).iterdir())


def put(folder: Path, name: str, content: bytes) -> None:
    """Lay an answer in as another system should: whole, by renaming."""
    (folder / name).write_bytes(content)
    (folder / name).rename(folder / "in" / name)


def test_a_question_and_its_answer(folder: Path, room: Room) -> None:
    call = ask("plot", system="land", whose=make_citizen().pk, plot="12/3")
    work()
    (name,) = names(folder, "out")
    assert name == f"plot-{call.pk}.json"
    assert json.loads((folder / "out" / name).read_bytes()) == {"thua": "12/3"}
    assert (Call.objects.get().state, room.answers) == ("sent", {})
    put(folder, name, b'{"area": 125.5}')
    work()
    assert room.answers == {"một": {"area": 125.5}}
    assert (names(folder, "in"), names(folder, "work"), names(folder, "done")) == ([], [], [name])
    put(folder, name, b'{"area": 7}')  # the same again, or too late
    work()
    assert room.answers == {"một": {"area": 125.5}}
    assert names(folder, "failed") == []


def test_what_wants_no_answer_is_done_when_it_is_laid_out(folder: Path, room: Room) -> None:
    ask("notify", system="land", text="Đã cấp <giấy>")
    work()
    (name,) = names(folder, "out")
    assert "<NoiDung>Đã cấp &lt;giấy&gt;</NoiDung>" in (folder / "out" / name).read_text()
    assert room.answers == {"một": {}}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("{call}.json", b'{"area": ', "no JSON"),
        ("{call}.json", b'{"area": "rong"}', "is no number"),
        ("{call}.json", b" " * (1024 * 1024 + 1), "at most"),
        ("{call}.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "no XML"),
        ("la-gi-day.json", b"{}", "name"),
        ("plot-00000000-0000-7000-8000-000000000009.json", b"{}", "nobody"),
    ],
)
def test_what_is_no_answer_is_kept_with_why(folder: Path, room: Room, name: str, content: bytes, why: str) -> None:
    call = ask("plot", system="land", whose=make_citizen().pk, plot="12/3")
    work()
    name = name.format(call=f"plot-{call.pk}")
    put(folder, name, content)
    work()
    assert names(folder, "failed") == [name, f"{name}.txt"]
    assert why in (folder / "failed" / f"{name}.txt").read_text()
    assert (Call.objects.get().state, room.answers) == ("sent", {})


def test_links_are_not_followed_and_hidden_files_not_touched(folder: Path, room: Room, tmp_path: Path) -> None:
    call = ask("plot", system="land", whose=make_citizen().pk, plot="12/3")
    work()
    (tmp_path / "bi-mat").write_text('{"area": 1}')
    os.symlink(tmp_path / "bi-mat", folder / "in" / f"plot-{call.pk}.json")
    (folder / "in" / ".dang-ghi").write_bytes(b"{")
    work()
    assert (room.answers, names(folder, "in")) == ({}, [".dang-ghi"])
    assert (tmp_path / "bi-mat").exists()


def test_an_answer_that_a_dead_worker_had_taken_is_read_by_another(folder: Path, room: Room) -> None:
    call = ask("plot", system="land", whose=make_citizen().pk, plot="12/3")
    work()
    name = f"plot-{call.pk}.json"
    (folder / "work" / name).write_bytes(b'{"area": 4}')
    work()
    assert room.answers == {}  # somebody may be reading it
    os.utime(folder / "work" / name, (1, 1))
    work()
    assert room.answers == {"một": {"area": 4}}


def test_a_question_that_nobody_answers_is_given_up_and_can_be_laid_out_again(folder: Path, room: Room) -> None:
    call = ask("plot", system="land", whose=make_citizen().pk, plot="12/3")
    work()
    Call.objects.update(next_at=timezone.now() - timedelta(hours=1))
    assert collecting.collect_some() == 1
    work()
    assert [lost.operation for lost in room.lost] == ["plot"]
    (folder / "out" / f"plot-{call.pk}.json").unlink()
    actions.ask_again(call.pk, by=make_account().pk, at=timezone.now())
    work()
    assert names(folder, "out") == [f"plot-{call.pk}.json"]


def test_a_folder_that_cannot_be_used_holds_the_questions_back(folder: Path, room: Room) -> None:
    place = settings.CONNECTORS["folders"]["land"]
    settings.CONNECTORS = {**settings.CONNECTORS, "folders": {}}
    ask("notify", system="land", text="a")
    work()
    assert (Call.objects.get().state, LineSystem.objects.get().fault) == (
        "waiting",
        "connectors.toml names no folder 'land'",
    )
    settings.CONNECTORS = {**settings.CONNECTORS, "folders": {"land": place + "/khong-co"}}
    wait_no_longer()
    assert calling.call_some() == 1
    assert LineSystem.objects.get().fault == "storage"
    settings.CONNECTORS = {**settings.CONNECTORS, "folders": {"land": place}}
    wait_no_longer()
    work()
    assert (room.answers, LineSystem.objects.get().failures) == ({"một": {}}, 0)


def test_no_description_names_a_path(room: Room) -> None:
    for wrong in ("/etc", "../khac", "a/b"):
        content = FILES.replace("name: land", f"name: {wrong}")
        with pytest.raises(Refused):
            actions.save("land", content=content, by=None, at=timezone.now())
