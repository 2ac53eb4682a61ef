"""Small packages for tests: the published example with parts of it changed."""

from collections.abc import Mapping
from pathlib import Path

from motcua.services.procedures.packages.files import read_folder

EXAMPLE = Path(__file__).parents[3] / "procedures" / "certified-copy"


def example_files(replace: Mapping[str, tuple[str, str]] | None = None, **others: bytes | None) -> dict[str, bytes]:
    """The files of the example package. ``replace`` maps a file to (old, new); ``None`` takes a file away."""
    files = read_folder(EXAMPLE)
    for name, (old, new) in (replace or {}).items():
        assert old.encode() in files[name], f"{old!r} is not in {name}"
        files[name] = files[name].replace(old.encode(), new.encode())
    for name, content in others.items():
        if content is None:
            del files[name]
        else:
            files[name] = content
    return files
