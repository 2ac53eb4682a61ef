import hashlib
import socket
import struct
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from motcua.kernel.blobs import actions, scanner
from motcua.kernel.blobs.actions import keep, rescan_held, store
from motcua.kernel.blobs.cli import quarantine
from motcua.kernel.blobs.files import path_of, quarantine_of, read_bytes
from motcua.kernel.blobs.models import Blob, StoredFile
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.identifiers.models import new_id
from tests.kernel.blobs import samples
from tests.kernel.blobs.samples import Stream

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """Speaks clamd's INSTREAM over a real socket; finds EICAR, refuses streams beyond its limit."""

    limit = 1024 * 1024
    finds = EICAR

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.scans = 0
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                connection, _address = self.listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as reader:
                connection.sendall(self.answer(reader))

    def answer(self, reader: Any) -> bytes:
        if reader.read(10) != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND\0"
        content = b""
        while length := struct.unpack(">I", reader.read(4))[0]:
            content += reader.read(length)
            if len(content) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.scans += 1
        return b"stream: Eicar-Signature FOUND\0" if self.finds in content else b"stream: OK\0"

    def stop(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(10)


def on_unix_socket(folder: Path) -> tuple[FakeClamd, str]:
    listening, address = socket.socket(socket.AF_UNIX), str(folder / "clamd.ctl")
    listening.bind(address)
    listening.listen()
    return FakeClamd(listening), address


def on_tcp(_folder: Path) -> tuple[FakeClamd, str]:
    listening = socket.create_server(("127.0.0.1", 0))
    return FakeClamd(listening), f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture(params=[on_unix_socket, on_tcp])
def clamd(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[FakeClamd]:
    fake, settings.CLAMAV_ADDRESS = request.param(tmp_path)
    yield fake
    fake.stop()


@pytest.fixture
def unreachable(settings: Any, tmp_path: Path) -> None:
    settings.CLAMAV_ADDRESS = str(tmp_path / "nobody")


def stored(content: bytes = samples.TEXT) -> StoredFile:
    return store(Stream(content), name="a.txt", by=new_id())


@pytest.mark.django_db
def test_a_clean_upload(clamd: FakeClamd) -> None:
    file = stored()
    assert file.blob.scan_state == "clean"
    assert file.blob.scanned_at is not None
    stored()
    assert clamd.scans == 1


@pytest.mark.django_db
def test_an_infected_upload_leaves_nothing(clamd: FakeClamd) -> None:
    with pytest.raises(Refused) as refused:
        stored(EICAR)
    assert refused.value.code == "infected"
    assert not Blob.objects.exists()
    assert not path_of(hashlib.sha256(EICAR).hexdigest()).exists()


@pytest.mark.django_db
def test_a_content_that_could_not_be_scanned_is_held(unreachable: None) -> None:
    file = stored()
    assert file.blob.scan_state == "held"
    with pytest.raises(Conflict) as refused:
        read_bytes(file)
    assert refused.value.code == "held"
    assert rescan_held() == 0


@pytest.mark.django_db
def test_the_scanner_comes_back(unreachable: None, settings: Any, tmp_path: Path) -> None:
    good, bad = stored(), stored(EICAR)
    keep([good.id, bad.id])
    fake, settings.CLAMAV_ADDRESS = on_unix_socket(tmp_path)
    assert rescan_held() == 2
    good, bad = (StoredFile.objects.select_related("blob").get(id=file.id) for file in (good, bad))
    assert (good.blob.scan_state, bad.blob.scan_state) == ("clean", "infected")
    assert read_bytes(good) == samples.TEXT
    assert not path_of(bad.blob_id).exists()
    with pytest.raises(NotFound):
        read_bytes(bad)
    # Nothing is lost in silence: it is locked away, shown with its mark, until nobody keeps it.
    assert quarantine_of(bad.blob_id).read_bytes() == EICAR
    assert bad.blob.mark == "Nhiễm vi-rút: đã cách ly"
    listed = CliRunner().invoke(quarantine, ["--look-again"])
    assert listed.output.startswith("0 contents are clean")
    assert f"{bad.blob_id} {len(EICAR)} bytes: a.txt" in listed.output
    with pytest.raises(Refused):
        stored(EICAR)
    assert rescan_held() == 0
    quarantine_of(bad.blob_id).rename(path_of(bad.blob_id))  # as where the process died before it moved the file
    with pytest.raises(NotFound):
        read_bytes(bad)
    fake.finds = b"another"  # it was taught better
    assert CliRunner().invoke(quarantine, ["--look-again"]).output.startswith("1 contents are clean")
    bad.blob.refresh_from_db()
    assert (bad.blob.scan_state, read_bytes(bad), quarantine_of(bad.blob_id).exists()) == ("clean", EICAR, False)
    fake.stop()


@pytest.mark.django_db
def test_what_was_found_clean_meanwhile_and_is_infected_is_locked_away_as_said(unreachable: None) -> None:
    file = stored(EICAR)
    held = Blob.objects.get()
    Blob.objects.update(scan_state="clean", scanned_at=held.created_at)
    actions._decide(held, scanner.Verdict("Eicar-Signature"))
    assert (Blob.objects.get().scan_state, quarantine_of(held.digest).exists()) == ("infected", True)
    with pytest.raises(NotFound):
        read_bytes(StoredFile.objects.get(id=file.id))


@pytest.mark.django_db
def test_an_old_content_is_clean_once_it_was_scanned(clamd: FakeClamd, settings: Any) -> None:
    address, settings.CLAMAV_ADDRESS = settings.CLAMAV_ADDRESS, ""
    assert stored().blob.scan_state == "not_scanned"
    assert rescan_held() == 0
    settings.CLAMAV_ADDRESS = address
    assert stored().blob.scan_state == "clean"
    assert Blob.objects.get().scan_state == "clean"


def test_a_stream_beyond_the_limit_of_the_scanner(clamd: FakeClamd) -> None:
    with pytest.raises(scanner.ScannerError):
        scanner.scan(BytesIO(b"a" * (clamd.limit + 65536)))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:http", "nowhere"])
def test_an_address_where_nobody_answers(settings: Any, address: str) -> None:
    settings.CLAMAV_ADDRESS = address
    with pytest.raises(scanner.ScannerError):
        scanner.scan(BytesIO(b"a"))


@pytest.mark.parametrize("reply", ["", "stream: Can't allocate memory ERROR", "PONG"])
def test_answers_that_are_none(reply: str) -> None:
    with pytest.raises(scanner.ScannerError):
        scanner._verdict(reply)
