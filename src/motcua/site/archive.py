"""A backup: the database, everything below ``MOTCUA_HOME`` that cannot be made again, and a manifest of checksums.

The database is saved first. Contents only ever come in afterwards and are named by their digest, so every file that
the saved rows refer to is in the archive, without stopping anybody.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from motcua import __version__
from motcua.kernel.blobs.files import path_of
from motcua.kernel.blobs.models import Blob, ScanState
from motcua.site.embedded_postgres import EmbeddedPostgres

DATABASE, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
KEPT = ("blobs", "keys", "secrets")
FORMAT = 1
CHUNK = 1024 * 1024
Tell = Callable[[str], None]


class ArchiveError(Exception):
    """A backup that cannot be made or used; the message says why."""


@dataclass(frozen=True)
class Checked:
    """What was found right while restoring."""

    files: int
    version: str
    made_at: str


def save(folder: Path, *, tell: Tell) -> Path:
    """Make a backup in a new folder below ``folder`` and return it. Raises :class:`ArchiveError`."""
    name = f"motcua-{timezone.now().astimezone(UTC):%Y%m%d-%H%M%S}"
    making, made = folder / f".{name}.making", folder / name
    if made.exists():
        raise ArchiveError(f"{made} exists already.")
    making.mkdir(parents=True, mode=0o700)
    tell("Saving the database …")
    _run([_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--file", str(making / DATABASE)])
    tell("Saving files …")
    _pack(making / FILES)
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sha256": {name: _digest(making / name) for name in (DATABASE, FILES)},
    }
    (making / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    _sync(making)
    making.rename(made)
    return made


def check(folder: Path) -> dict[str, str]:
    """Read the manifest of a backup and compare the checksums. Raises :class:`ArchiveError`."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        sums, form = dict(manifest["sha256"]), manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{folder} is not a backup: its {MANIFEST} cannot be read ({error}).") from error
    if form != FORMAT:
        raise ArchiveError(f"{folder} is a backup of format {form}; this program reads {FORMAT}.")
    for name in (DATABASE, FILES):
        if not (folder / name).is_file() or _digest(folder / name) != sums.get(name):
            raise ArchiveError(f"{folder / name} is missing or damaged: its checksum is not that of the manifest.")
    return {"version": str(manifest["version"]), "made_at": str(manifest["made_at"])}


def restore(folder: Path, *, force: bool, tell: Tell) -> Checked:
    """Put a backup in place of what is here. Raises :class:`ArchiveError`, before anything is touched where possible.

    Everything is checked first: the checksums, and (without ``force``) that database and files are empty.
    """
    facts = check(folder)
    if not force and (_tables() or _stored()):
        raise ArchiveError("There are data here already. Use --force to replace them with the backup.")
    tell("Restoring the database …")
    _empty_database()
    connection.close()
    name = str(connection.settings_dict["NAME"])
    flags = ["--no-owner", "--no-privileges", "--exit-on-error", "--dbname", name]
    _run([_program("pg_restore"), *flags, str(folder / DATABASE)])
    tell("Restoring files …")
    _unpack(folder / FILES)
    tell("Checking files …")
    return Checked(files=_check_blobs(), **facts)


def missing() -> list[str]:
    """The digests of contents that somebody keeps and whose file is not here; an infected one is in quarantine."""
    kept = Blob.objects.filter(files__kept=True).exclude(scan_state=ScanState.INFECTED).order_by("digest").distinct()
    return [digest for digest in kept.values_list("digest", flat=True).iterator() if not path_of(digest).is_file()]


def _tables() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')")
        return bool(cursor.fetchone()[0])


def _stored() -> bool:
    return any(Path(settings.BLOBS_ROOT).glob("??/??/*"))


def _empty_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def _program(name: str) -> str:
    """The PostgreSQL program that fits the server: the embedded one's, else the machine's."""
    host = str(connection.settings_dict["HOST"])
    embedded = EmbeddedPostgres(settings.HOME)
    if host == str(embedded.socket):
        return embedded.program(name)
    found = shutil.which(name)
    if found is None:
        raise ArchiveError(f"{name} is not on this machine: install the PostgreSQL client programs.")
    return found


def _run(command: list[str]) -> None:
    values = connection.settings_dict
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    given = {variable: str(values[key]) for key, variable in names.items() if values[key]}
    done = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise ArchiveError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _sources() -> dict[str, Path]:
    return {"blobs": Path(settings.BLOBS_ROOT), "keys": settings.HOME / "keys", "secrets": settings.HOME / "secrets"}


def _pack(target: Path) -> None:
    with tarfile.open(target, "w") as archive:
        for name, source in _sources().items():
            if source.is_dir():
                archive.add(source, arcname=name, filter=_without_unfinished)


def _without_unfinished(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if entry.name.startswith("blobs/tmp/") else entry


def _unpack(source: Path) -> None:
    targets = _sources()
    with tarfile.open(source) as archive:
        for entry in archive:
            top, *rest = entry.name.split("/")
            content = archive.extractfile(entry) if entry.isfile() else None
            if top not in targets or {"", ".", ".."} & set(rest) or not (content or entry.isdir()):
                raise ArchiveError(f"{source} holds {entry.name!r}, which does not belong into a backup.")
            path = targets[top].joinpath(*rest)
            (path.parent if content else path).mkdir(parents=True, exist_ok=True, mode=0o700)
            if content:
                # Not extract(): its safe filter came with Python 3.11.4, and Debian 12 has 3.11.2.
                with content, path.open("wb") as file:
                    shutil.copyfileobj(content, file, CHUNK)
    for name in ("keys", "secrets"):
        for path in targets[name].rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)


def _check_blobs() -> int:
    """Every content is what its name says. Raises :class:`ArchiveError` naming the first that is not."""
    count = 0
    for path in _blobs():
        if _digest(path) != path.name:
            raise ArchiveError(f"The restored file {path} is not what its name says.")
        count += 1
    return count


def _blobs() -> Iterator[Path]:
    return (path for path in Path(settings.BLOBS_ROOT).glob("??/??/*") if len(path.name) == 64)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
