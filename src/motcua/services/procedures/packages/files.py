"""Getting the files of a package out of a folder or a zip archive, neither of which is trusted."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from motcua.services.procedures.packages.problems import PackageError, Problem

MAX_FILES = 100
MAX_FILE = 2 * 1024 * 1024
MAX_ALL = 10 * 1024 * 1024
MANIFEST = "procedure.yaml"
_IGNORED = frozenset({".DS_Store", "Thumbs.db", "__MACOSX"})


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files of a package folder by their relative names. Raises ``PackageError``; links are not followed."""
    files: dict[str, bytes] = {}
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise _refused(name, "is a link.", "Put the file itself into the package.")
        if path.is_file():
            with path.open("rb") as opened:
                _keep(files, name, opened.read(MAX_FILE + 1))
    return files


def _walk(folder: Path) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name in _IGNORED or path.name.startswith("."):
                continue
            yield path
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)


def read_zip(content: bytes, *, manifest: str = MANIFEST) -> dict[str, bytes]:
    """The files of a zipped package; one folder around everything is taken away. Raises ``PackageError``.

    Nothing is written to disk, and what is unpacked is counted while it is read: the sizes that an archive claims are
    not believed.
    """
    if len(content) > MAX_ALL:
        raise _refused("package.zip", "is larger than 10 MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError) as error:
        raise _refused("package.zip", f"cannot be read as a zip archive ({error}).") from error
    return _without_outer_folder(files, manifest)


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    members = archive.infolist()
    if len(members) > MAX_FILES * 2:
        raise _refused("package.zip", f"has more than {MAX_FILES} files.")
    for member in members:
        name = _safe_name(member)
        if member.is_dir() or _IGNORED.intersection(PurePosixPath(name).parts):
            continue
        if name in files:
            raise _refused(name, "is in the archive twice.")
        with archive.open(member) as opened:
            _keep(files, name, opened.read(MAX_FILE + 1))
    return files


def _safe_name(member: zipfile.ZipInfo) -> str:
    name = member.filename.rstrip("/")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or str(path) != name:
        raise _refused(member.filename, "is not a plain relative name.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(name, "is a link.", "Put the file itself into the package.")
    if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(name, "is encrypted or packed in an unusual way.", "Make a plain zip file.")
    return name


def _keep(files: dict[str, bytes], name: str, content: bytes) -> None:
    if len(content) > MAX_FILE:
        raise _refused(name, "is larger than 2 MB.")
    if len(files) >= MAX_FILES:
        raise _refused(name, f"is one file too many: a package has at most {MAX_FILES}.")
    if sum(map(len, files.values())) + len(content) > MAX_ALL:
        raise _refused(name, "makes the package larger than 10 MB.")
    files[name] = content


def _without_outer_folder(files: Mapping[str, bytes], manifest: str) -> dict[str, bytes]:
    tops = {name.split("/", 1)[0] for name in files}
    if manifest in files or len(tops) != 1 or not all("/" in name for name in files):
        return dict(files)
    return {name.split("/", 1)[1]: content for name, content in files.items()}


def _refused(file: str, what: str, hint: str = "") -> PackageError:
    return PackageError(
        [Problem(file, f"The file {what}" if file != "package.zip" else f"The archive {what}", hint=hint)]
    )
