import hashlib
import os
import threading
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from motcua.kernel.blobs import actions
from motcua.kernel.blobs.actions import destroy, keep, release, store, store_bytes, sweep
from motcua.kernel.blobs.files import open_file, path_of, read_bytes, temporary_folder
from motcua.kernel.blobs.models import Blob, StoredFile
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.identifiers.models import new_id
from tests.kernel.blobs import samples
from tests.kernel.blobs.samples import Stream

BY = new_id()
LATER = timedelta(days=3)


def stored(content: bytes = samples.PDF, name: str = "Đơn.pdf") -> StoredFile:
    return store(Stream(content), name=name, by=BY)


def on_disk() -> list[Path]:
    return sorted(path for path in settings.BLOBS_ROOT.rglob("*") if path.is_file())


@pytest.mark.django_db
def test_an_upload_is_stored_under_its_digest() -> None:
    file = stored()
    digest = hashlib.sha256(samples.PDF).hexdigest()
    assert (file.blob_id, file.size, file.media_type) == (digest, len(samples.PDF), "application/pdf")
    assert (file.name, file.uploaded_by, file.kept) == ("Đơn.pdf", BY, False)
    assert file.blob.scan_state == "not_scanned"
    assert on_disk() == [path_of(digest)]
    assert read_bytes(file) == samples.PDF
    with open_file(file) as opened:
        assert opened.read(4) == b"%PDF"


@pytest.mark.django_db
def test_equal_contents_share_one_blob() -> None:
    first, second = stored(), stored(name="../bản sao.pdf")
    assert first.blob_id == second.blob_id
    assert second.name == "bản sao.pdf"
    assert len(on_disk()) == Blob.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (samples.image("PNG"), "a.pdf", "file_type"),
        (samples.PDF, "\u202e", "file_name"),
        (samples.PDF[:-8], "a.pdf", "damaged"),
    ],
)
def test_nothing_is_left_of_what_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        stored(content, name)
    assert refused.value.code == code
    assert on_disk() == []
    assert not Blob.objects.exists()


@pytest.mark.django_db
def test_an_upload_beyond_the_limit_is_stopped_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_UPLOAD_BYTES", 1024 * 1024)
    endless = Stream(b"a" * 4096, times=10**9)
    with pytest.raises(Refused) as refused:
        store(endless, name="a.txt", by=BY)
    assert refused.value.code == "too_large"
    assert on_disk() == []


@pytest.mark.django_db
def test_memory_does_not_grow_with_the_upload() -> None:
    tracemalloc.start()
    try:
        file = store(Stream(b"a" * 65536, times=800), name="a.txt", by=BY)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.size == 65536 * 800
    assert peak < 8 * 1024 * 1024


@pytest.mark.django_db
def test_what_the_house_makes_is_stored_as_it_is() -> None:
    file = store_bytes(b"%PDF-made here", name="H01.01-1.pdf", media_type="application/pdf", by=None)
    assert (read_bytes(file), file.uploaded_by) == (b"%PDF-made here", None)


@pytest.mark.django_db
def test_keeping_is_one_statement_and_knows_what_is_gone(django_assert_num_queries: Any) -> None:
    first, second = stored(), stored()
    with django_assert_num_queries(1):
        keep([first.id, second.id, first.id])
    with django_assert_num_queries(0):
        keep([])
    assert StoredFile.objects.filter(kept=True).count() == 2
    with pytest.raises(NotFound):
        keep([first.id, new_id()])


@pytest.mark.django_db
def test_the_sweep_deletes_what_nobody_keeps() -> None:
    kept, given_up = stored(), stored(samples.TEXT, "a.txt")
    keep([kept.id, given_up.id])
    unkept_copy = stored()
    release([given_up.id])
    assert sweep(now=timezone.now()) == 0

    assert sweep(now=timezone.now() + LATER) == 1
    assert [file.id for file in StoredFile.objects.all()] == [kept.id]
    assert unkept_copy.blob_id == kept.blob_id
    assert on_disk() == [path_of(kept.blob_id)]


@pytest.mark.django_db
def test_some_contents_are_destroyed_at_once_unless_somebody_keeps_or_uploads_them() -> None:
    shared, other = stored(), stored()
    alone, elsewhere = stored(samples.TEXT, "a.txt"), stored(b"khac", "b.txt")
    keep([shared.id, other.id, alone.id, elsewhere.id])
    release([shared.id, alone.id, elsewhere.id])
    asked = [shared.blob_id, alone.blob_id]
    assert destroy(asked, now=timezone.now()) == set()  # as young as an upload whose form is being filled in
    assert destroy(asked, now=timezone.now() + LATER) == {alone.blob_id}
    assert set(on_disk()) == {path_of(other.blob_id), path_of(elsewhere.blob_id)}
    assert destroy(asked, now=timezone.now() + LATER) == {alone.blob_id}  # done again it tells the same


@pytest.mark.django_db
def test_the_sweep_finds_contents_without_a_row() -> None:
    with transaction.atomic():
        lost = stored()
        transaction.set_rollback(True)
    kept = stored(samples.TEXT, "a.txt")
    keep([kept.id])
    left_over = temporary_folder() / "left"
    left_over.write_bytes(b"half an upload")
    assert len(on_disk()) == 3

    assert sweep(now=timezone.now()) == 0
    assert len(on_disk()) == 3
    assert sweep(now=timezone.now() + LATER) == 1
    assert on_disk() == [path_of(kept.blob_id)]
    assert not path_of(lost.blob_id).exists()


@pytest.mark.django_db(transaction=True)
def test_the_sweep_leaves_alone_what_is_being_stored() -> None:
    digest = hashlib.sha256(samples.PDF).hexdigest()
    stored_it, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                keep([stored().id])
                stored_it.set()
                go_on.wait(10)
        finally:
            connection.close()

    uploading = threading.Thread(target=slowly)
    uploading.start()
    try:
        assert stored_it.wait(10)
        os.utime(path_of(digest), (0, 0))
        assert sweep(now=timezone.now()) == 0
        assert path_of(digest).exists()
    finally:
        go_on.set()
        uploading.join()
    assert StoredFile.objects.get().blob_id == digest


@pytest.mark.django_db
def test_many_uploads_of_the_same_content_at_once(transactional_db: None) -> None:
    def upload() -> None:
        try:
            stored()
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (StoredFile.objects.count(), Blob.objects.count(), len(on_disk())) == (4, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"scan_state": "perhaps"}, {"digest": "A" * 64}, {"scan_state": "clean"}, {"scanned_at": timezone.now()}],
)
def test_the_database_keeps_contents_coherent(wrong: dict[str, Any]) -> None:
    right = {
        "digest": "a" * 64,
        "size": 1,
        "media_type": "text/plain",
        "scan_state": "not_scanned",
        "created_at": timezone.now(),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Blob.objects.create(**{**right, **wrong})


def test_a_lock_is_a_bigint() -> None:
    assert actions._lock_of("f" * 64) == -1
    assert actions._lock_of("7" + "f" * 63) == 2**63 - 1
