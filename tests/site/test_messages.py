"""The tool that keeps the catalogues of translated texts (tools/messages.py)."""

import gettext
from pathlib import Path

import pytest
from tools import messages


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "SOURCES", tmp_path)
    return make_room(tmp_path / "services" / "parks", "Park")


def make_room(room: Path, text: str) -> Path:
    (room / "jinja2" / "parks").mkdir(parents=True)
    (room / "apps.py").touch()
    (room / "pages.py").write_text(
        f'from x import gettext as _\n_("{text}")\nngettext("%(n)s tree", "%(n)s trees", 2)\n'
    )
    (room / "jinja2" / "parks" / "a.html").write_text(
        '{{ pgettext("verb", "Open") }}{% do x %}{{ _("At %(t)s", t=t) }}'
    )
    return room


def translate(room: Path, **texts: str) -> None:
    catalogue = messages.refreshed(room)
    for message in messages.texts(catalogue):
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key in texts:
            message.string = texts[key] if isinstance(message.id, str) else (texts[key],)
    (room / messages.CATALOGUE).write_text(messages.as_po(catalogue))


WHOLE = {"Park": "Công viên", "%(n)s tree": "%(n)s cây", "Open": "Mở", "At %(t)s": "Lúc %(t)s"}


def test_texts_are_found_in_python_and_templates(room: Path):
    messages.extract(room)
    stored = (room / messages.CATALOGUE).read_text()
    assert stored.count("msgid ") == 1 + 4
    assert "POT-Creation-Date" not in stored
    assert 'msgctxt "verb"' in stored


def test_a_translation_survives_a_change_of_the_sources_and_a_dead_one_goes(room: Path):
    messages.extract(room)
    translate(room, **WHOLE)
    (room / "pages.py").write_text('_("Park")\n_("Lake")\n')
    messages.extract(room)
    assert {message.id: message.string for message in messages.texts(messages.catalogue_of(room))} == {
        "Park": "Công viên",
        "Lake": "",
        "Open": "Mở",
        "At %(t)s": "Lúc %(t)s",
    }


def test_the_compiled_catalogue_is_what_the_program_reads(room: Path):
    messages.extract(room)
    translate(room, **WHOLE)
    assert not messages.is_compiled()
    messages.compile_house()
    assert messages.is_compiled()
    found = gettext.translation("django", messages.SOURCES / "locale", ["vi"])
    assert found.gettext("Park") == "Công viên"
    assert found.pgettext("verb", "Open") == "Mở"
    assert found.ngettext("%(n)s tree", "%(n)s trees", 5) == "%(n)s cây"


def test_checking_names_what_is_missing_outdated_or_broken(room: Path):
    messages.extract(room)
    translate(room, **(WHOLE | {"Park": "", "At %(t)s": "Lúc %(x)s"}))
    (room / "pages.py").write_text((room / "pages.py").read_text() + '_("New")\n')
    faults = "\n".join(messages.check(room))
    assert "out of date" in faults
    assert "untranslated: 'Park'" in faults
    assert "untranslated: 'New'" in faults
    assert "'At %(t)s'" in faults


def test_a_whole_catalogue_has_no_fault(room: Path):
    messages.extract(room)
    translate(room, **WHOLE)
    assert list(messages.check(room)) == []


def test_two_rooms_may_not_translate_one_text_differently(room: Path):
    other = make_room(messages.SOURCES / "people", "Park")
    for each, park in ((room, "Công viên"), (other, "Bãi đỗ xe")):
        messages.extract(each)
        translate(each, **(WHOLE | {"Park": park}))
    (conflict,) = messages.conflicts()
    assert conflict.startswith("'Park' is translated differently")
    assert "people" in conflict
    assert "services/parks" in conflict
