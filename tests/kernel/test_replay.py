"""What is written again is all that was written: rows, queued jobs, contents; nothing of what was taken back."""

import shutil
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.jobs import sweep_files
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.jobs import defer_once
from motcua.people.organisations.models import Office
from tests.factories import make_office
from tests.jobs import queued
from tests.replay import again

pytestmark = pytest.mark.django_db


def make() -> StoredFile:
    stored = store_bytes(b"noted", name="a.txt", media_type="text/plain", by=None)
    for _turn in range(2):  # the second is taken back
        defer_once(sweep_files, lock="a", once="a")
    office = make_office("before")
    with psycopg.Cursor(connection.connection) as past_django:
        past_django.execute("UPDATE organisations_office SET name = %b WHERE id = %b", ["after", office.pk])
    return stored


def test_all_that_was_made_is_there_and_nothing_that_was_taken_back() -> None:
    keys = set[UUID]()
    for _turn in range(2):
        with transaction.atomic():
            found = again("all", make, unless=[StoredFile])
            keys.add(found.pk)
            assert read_bytes(StoredFile.objects.get(pk=found.pk)) == b"noted"
            assert queued() == [(sweep_files.name, {})]
            assert Office.objects.get().name == "after"
            transaction.set_rollback(True)
        shutil.rmtree(settings.BLOBS_ROOT)
    assert len(keys) == 1


def test_what_builds_on_rows_of_one_test_alone_is_made() -> None:
    known = again("office", lambda: make_office("known"), unless=[Office])
    for office, found in ((known, 1), (make_office("own"), 2)):
        keys = set[UUID]()
        for _turn in range(2):
            with transaction.atomic():
                key = ("a file", office.pk)
                keys.add(again(key, lambda: store_bytes(b"x", name="a.txt", media_type="text/plain", by=None),
                               unless=[StoredFile], upon=[office]).pk)  # fmt: skip
                transaction.set_rollback(True)
        assert len(keys) == found
