"""A backup brings everything back, on another server with other transaction ids, and refuses what is damaged."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import path_of
from motcua.kernel.blobs.models import Blob
from motcua.site import archive
from motcua.site.embedded_postgres import EmbeddedPostgres
from tests.databases import fill_like_ours

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[2]
# Loading the house takes seconds: what follows on something else runs the program in the same process.
PROGRAM = """
import django
from click.testing import CliRunner
from motcua.site.cli import program
django.setup()
def motcua(*arguments):
    done = CliRunner().invoke(program, arguments)
    print(arguments[0], done.exit_code, "--force" in done.output)
"""
MAKE = """
from django.utils import timezone
from django.db import transaction
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.events.actions import close_tree, record
for number in range(30):
    with transaction.atomic():
        stored = store_bytes(f"content {number}".encode(), name=f"{number}.txt", media_type="text/plain", by=None)
        keep([stored.pk])
        record(stream="procedure:1.000001", kind="test.stored", actor=None, agency=None, at=timezone.now(),
               references={"file": stored.blob_id}, personal={"name": "Nguyễn Văn Mẫu"})
close_tree(at=timezone.now())
"""
COUNT = """
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.models import Event
from motcua.kernel.events.actions import record
from django.db import transaction
from django.utils import timezone
assert all(read_bytes(stored) == f"content {stored.name[:-4]}".encode() for stored in StoredFile.objects.all())
print("files", StoredFile.objects.count(), "events", Event.objects.count())
with transaction.atomic():
    record(stream="procedure:1.000001", kind="test.after", actor=None, agency=None, at=timezone.now(), references={})
new = Event.objects.order_by("-position").first()
print("in order", new.txid > Event.objects.exclude(pk=new.pk).order_by("-txid").first().txid)
"""


class House:
    """An installation of its own, with its own server, which runs as long as the house is open."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = EmbeddedPostgres(home, settings=["fsync=off", "full_page_writes=off"])
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MOTCUA_")}
        self.environment = environment | {"MOTCUA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "motcua.site.settings"}

    def motcua(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the program."""
        command = [sys.executable, "-m", "motcua", *arguments]
        return subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)

    def python(self, code: str) -> str:
        """Run lines inside the house, in which ``motcua(…)`` runs the program."""
        command = [sys.executable, "-c", PROGRAM + code]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a house with files and events."""
    folder = tmp_path_factory.mktemp("backup")
    house = House(folder / "one")
    with house.server.running() as address:
        fill_like_ours(address)
        said = house.python(f"{MAKE}\nmotcua('backup', {str(folder / 'saved')!r})")
    assert said == "backup 0 False\n"
    (made,) = (folder / "saved").iterdir()
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    """A house in which nothing is yet."""
    house = House(tmp_path / "two")
    with house.server.running():
        yield house


def test_everything_comes_back_and_new_events_go_on_in_order(saved: Path, empty: House) -> None:
    done = empty.motcua("restore", str(saved))
    assert done.returncode == 0, done.stderr
    assert "30 files and 30 events checked, nothing wrong" in done.stdout
    assert (empty.home / "secrets" / "secret_key").stat().st_mode & 0o777 == 0o600
    again = f"motcua('restore', {str(saved)!r})\nmotcua('restore', '--force', {str(saved)!r})"
    there, refused, forced = ["files 30 events 30", "in order True"], "restore 1 True", "restore 0 False"
    assert empty.python(f"{COUNT}\n{again}").splitlines() == [*there, refused, forced]


@pytest.mark.parametrize("name", ["database.dump", "files.tar", "manifest.json"])
def test_a_damaged_backup_is_refused(saved: Path, tmp_path: Path, name: str) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(saved, damaged)
    content = bytearray((damaged / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (damaged / name).write_bytes(bytes(content))
    with pytest.raises(archive.ArchiveError):
        archive.check(damaged)


def test_the_manifest_says_what_it_is(saved: Path) -> None:
    manifest = json.loads((saved / "manifest.json").read_text())
    assert set(manifest["sha256"]) == {"database.dump", "files.tar"}


@pytest.mark.django_db
def test_a_kept_file_that_is_not_there_is_named() -> None:
    """A backup of a house that has lost files is whole by its checksums: it must not be taken for a good one."""
    kept, unkept, infected = (
        store_bytes(text, name="a.txt", media_type="text/plain", by=None) for text in (b"1", b"2", b"3")
    )
    keep([kept.pk, infected.pk])
    Blob.objects.filter(digest=infected.blob_id).update(scan_state="infected", scanned_at=timezone.now())
    assert archive.missing() == []
    for stored in (kept, unkept, infected):
        path_of(stored.blob_id).unlink()
    assert archive.missing() == [kept.blob_id]
