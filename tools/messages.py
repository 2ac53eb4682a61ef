"""Keeps the catalogues of translated texts, one for each room.

    python tools/messages.py extract services/dossiers   update that room's Vietnamese catalogue from its sources
    python tools/messages.py compile                     make the .mo file the program reads, of every room's texts
    python tools/messages.py check [ROOM ...]            fail on what is untranslated, fuzzy, ill-formed or out of date

The sources are English. A catalogue stands at ``src/motcua/ROOM/locale/vi/LC_MESSAGES/django.po``, sorted, without
dates and line numbers, so that a change of the code shows only the texts that changed. What the program reads is one
file for the whole house: Django would look a text up in each room's file in turn.
"""

import argparse
import ast
import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCES = Path(__file__).resolve().parent.parent / "src" / "motcua"
LANGUAGE = "vi"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")  # in the folder of the sources
METHODS = [
    ("**/migrations/**.py", "ignore"),
    ("**.py", "python"),
    ("**/jinja2/**.*", "jinja2"),
    ("**/templates/**.*", "ignore"),
]
OPTIONS = {"**/jinja2/**.*": {"extensions": "jinja2.ext.do", "newstyle_gettext": "true", "trim_blocks": "true",
                              "lstrip_blocks": "true", "silent": "false"}}  # fmt: skip
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = f"""\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {LANGUAGE}\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def main() -> int:
    """Run the command line; the exit code is 1 when ``check`` finds something."""
    parser = argparse.ArgumentParser(description="Keeps the catalogues of translated texts.")
    parser.add_argument("command", choices=["extract", "compile", "check"])
    parser.add_argument("rooms", nargs="*", help="room folders such as services/dossiers; none means every room")
    parser.add_argument("--quiet", action="store_true", help="compile: say nothing")
    parser.add_argument("--if-changed", action="store_true", help="compile: only what is newer than the .mo file")
    given = parser.parse_args()
    rooms = [room_folder(name) for name in given.rooms] or list(every_room())
    if given.command == "check":
        faults = [fault for room in rooms for fault in [*check(room), *overlooked(room)]] + list(conflicts())
        print("\n".join(faults) or f"{len(rooms)} rooms: every text is translated.")
        return 1 if faults else 0
    if given.command == "extract":
        for room in rooms:
            extract(room)
    elif not (given.if_changed and is_compiled()):
        number = compile_house()
        if not given.quiet:
            print(f"{number} texts compiled.")
    return 0


def room_folder(name: str) -> Path:
    """The folder of a room named ``services/dossiers``, ``services.dossiers`` or by its path."""
    folder = SOURCES / name.removeprefix("src/motcua/").strip("/").replace(".", "/")
    if not (folder / "apps.py").exists():
        raise SystemExit(f"{name}: no such room; write for instance services/dossiers.")
    return folder


def every_room() -> Iterator[Path]:
    """Every Django app of the house."""
    return (path.parent for path in sorted(SOURCES.glob("**/apps.py")))


def texts_of(room: Path) -> Catalog:
    """The texts that the room's sources hold now, untranslated."""
    found = Catalog(locale=LANGUAGE, charset="utf-8")
    sources = extract_from_dir(
        room, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for _file, _line, text, comments, context in sources:
        found.add(text, auto_comments=comments, context=context)
    return found


def catalogue_of(room: Path) -> Catalog:
    """The stored catalogue of the room, empty when there is none."""
    path = room / CATALOGUE
    if not path.exists():
        return Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8", abort_invalid=True)


def refreshed(room: Path) -> Catalog:
    """The stored catalogue brought to the texts of today; what left the sources leaves the catalogue."""
    catalogue = catalogue_of(room)
    catalogue.update(texts_of(room), no_fuzzy_matching=True)
    return catalogue


def as_po(catalogue: Catalog) -> str:
    """The catalogue as the text of its file."""
    body = io.BytesIO()
    write_po(body, catalogue, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER + body.getvalue().decode().strip() + "\n"


def extract(room: Path) -> None:
    """Write the refreshed catalogue; a room without texts gets none."""
    catalogue = refreshed(room)
    path = room / CATALOGUE
    if not len(catalogue):
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_po(catalogue), encoding="utf-8")
    missing = sum(1 for message in texts(catalogue) if not translated(message))
    print(f"{path.relative_to(SOURCES)}: {len(catalogue)} texts, {missing} to translate")


def compile_house() -> int:
    """Write the translated texts of every room into the one binary catalogue, and tell how many they are."""
    house = Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)
    for room in every_room():
        for message in texts(catalogue_of(room)):
            house.add(message.id, message.string, context=message.context, flags=message.flags)
    path = SOURCES / COMPILED
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_mo(file, house)
    return len(house)


def is_compiled() -> bool:
    """Whether no room's catalogue has changed since."""
    path = SOURCES / COMPILED
    changed = (room / CATALOGUE for room in every_room())
    return path.exists() and all(
        source.stat().st_mtime <= path.stat().st_mtime for source in changed if source.exists()
    )


def check(room: Path) -> Iterator[str]:
    """One sentence for each fault of the room's catalogue."""
    path = (room / CATALOGUE).relative_to(SOURCES)
    stored = (room / CATALOGUE).read_text(encoding="utf-8") if (room / CATALOGUE).exists() else ""
    catalogue = refreshed(room)
    if len(catalogue) and as_po(catalogue) != stored:
        yield f"{path}: out of date, run make messages ROOM={room.relative_to(SOURCES)}"
    for message in texts(catalogue):
        if not translated(message):
            yield f"{path}: untranslated: {message.id!r}"
        elif message.fuzzy:
            yield f"{path}: fuzzy: {message.id!r}"
    for message, errors in catalogue.check():
        yield from (f"{path}: {message.id!r}: {error}" for error in errors)


def overlooked(room: Path) -> Iterator[str]:
    """One sentence for each text inside an f-string: nothing is extracted from there (Babel before Python 3.12)."""
    for path in sorted(room.glob("**/*.py")):
        for string in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.JoinedStr)):
            for node in ast.walk(string):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                    yield f"{path.relative_to(SOURCES)}:{node.lineno}: a text in an f-string is not seen"


def conflicts() -> Iterator[str]:
    """One sentence for each text that two rooms translate differently: the program knows one translation of a text."""
    found: dict[tuple[str | None, object], dict[object, Path]] = {}
    for room in every_room():
        for message in texts(catalogue_of(room)):
            if translated(message):
                meanings = found.setdefault((message.context, message.id), {})
                meanings.setdefault(message.string, room.relative_to(SOURCES))
    for (_context, text), meanings in found.items():
        if len(meanings) > 1:
            told = ", ".join(f"{room}: {meaning!r}" for meaning, room in meanings.items())
            yield f"{text!r} is translated differently (use pgettext where the meanings differ): {told}"


def texts(catalogue: Catalog) -> Iterable[Message]:
    """The messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def translated(message: Message) -> bool:
    """Whether every form of the message has a translation."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(forms) and all(forms)


if __name__ == "__main__":
    sys.exit(main())
