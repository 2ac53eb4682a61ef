"""Typst templates: those of the product and those that a procedure package brings.

A package comes from outside. Its templates see their own files and the library, nothing else: typst keeps
file names inside the root folder, and :func:`source_problems` refuses what could fetch from the net or build code.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from motcua.engines.rendering.errors import UnsafeTemplate

LIBRARY = "@motcua/library:1.0.0"
SUFFIXES = frozenset({".typ", ".png", ".jpg", ".svg", ".json", ".csv"})
MAX_FILES = 40
MAX_BYTES = 5 * 1024 * 1024

_IMPORT = re.compile(r"\b(?:import|include)\b(?P<operand>\s*\"[^\"\n]*\")?")
# `std` and `eval` reach every import by a computed name, a plugin runs foreign code.
_FORBIDDEN = re.compile(r"\b(eval|std|plugin)\b")


@dataclass(frozen=True)
class Template:
    """A typst file and the folder that it may read."""

    root: Path
    main: str

    @property
    def path(self) -> Path:
        """Where the main file is."""
        return self.root / self.main


def source_problems(name: str, source: str) -> Iterator[str]:
    """What a package's typst file must not do, one English sentence each."""
    for found in _IMPORT.finditer(source):
        operand = (found["operand"] or "").strip().strip('"')
        if operand != LIBRARY and (not operand or "@" in operand or "\\" in operand):
            yield f"{name}: import only files of the package by their plain name, or {LIBRARY}"
    for word in sorted({found[1] for found in _FORBIDDEN.finditer(source)}):
        yield f"{name}: the word {word!r} is not allowed in a template"


def _file_problems(name: str, content: bytes) -> Iterator[str]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name or "\\" in name or "\0" in name:
        yield f"{name}: not a plain relative name"
    elif path.suffix not in SUFFIXES:
        yield f"{name}: only {', '.join(sorted(SUFFIXES))} files belong in a template"
    elif path.suffix == ".typ":
        try:
            yield from source_problems(name, content.decode())
        except UnicodeDecodeError:
            yield f"{name}: not UTF-8"


def package_problems(files: Mapping[str, bytes], main: str) -> list[str]:
    """Everything that speaks against the files of a package's template; empty when they may be used."""
    problems = [problem for name, content in sorted(files.items()) for problem in _file_problems(name, content)]
    if main not in files:
        problems.append(f"{main}: the main file is not in the package")
    if len(files) > MAX_FILES:
        problems.append(f"more than {MAX_FILES} files")
    if sum(map(len, files.values())) > MAX_BYTES:
        problems.append(f"more than {MAX_BYTES} bytes")
    return problems


def unpack_template(files: Mapping[str, bytes], main: str, *, into: Path) -> Template:
    """Lay a package's template files into a folder of their own under ``into``, named by their content.

    The same files give the same folder, so unpacking again costs only the digest.
    Raises :class:`UnsafeTemplate` when a file must not be there.
    """
    problems = package_problems(files, main)
    if problems:
        raise UnsafeTemplate("; ".join(problems))
    folder = into / _digest(files)
    if not folder.exists():
        _write(files, folder)
    return Template(folder, main)


def _digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(f"{len(name.encode())}:{name}:{len(content)}:".encode())
        whole.update(content)
    return whole.hexdigest()


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        for name, content in files.items():
            target = Path(scratch) / "files" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        try:
            (Path(scratch) / "files").rename(folder)
        except OSError:
            # Another process was faster; its folder holds the same bytes.
            if not folder.exists():
                raise
