"""The WOPI host against a simulated editor: every rule of the lock, who gets in, what is taken."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from motcua.engines.editing import actions, queries
from motcua.engines.editing.jobs import close_left_files
from motcua.engines.editing.models import EditedFile, Sitting
from motcua.engines.editing.simulator.editor import Misbehaviour, SimulatedEditor, lines_of, misbehaving
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import Blob, ScanState
from motcua.kernel.events.models import Event
from tests.engines.editing.desk import STRANGERS_KEY, InHouse, Papers, client_of, word
from tests.jobs import queued, run_jobs
from tests.threads import at_once

pytestmark = pytest.mark.django_db
LOCK, VERSION = "X-WOPI-Lock", "X-WOPI-ItemVersion"


def later(edited: Any, minutes: int) -> None:
    """Let time pass for the lock."""
    row = EditedFile.objects.get(pk=edited.pk)
    row.locked_at, row.locked_until = (moment - timedelta(minutes=minutes) for moment in _moments(row))
    row.save()


def _moments(row: EditedFile) -> tuple[Any, Any]:
    assert row.locked_at is not None
    assert row.locked_until is not None
    return row.locked_at, row.locked_until


def test_a_session_from_opening_to_the_version(papers: Papers) -> None:
    writer = papers.account(name="Trần Thị Soạn")
    opened = papers.open(writer)
    client = client_of(opened)
    told = client.check().json()
    flags = ("UserCanWrite", "ReadOnly", "SupportsLocks", "UserCanNotWriteRelative")
    assert [told[name] for name in flags] == [True, False, True, True]
    assert (told["BaseFileName"], told["Version"], told["UserFriendlyName"]) == ("du-thao.docx", "1", "Trần Thị Soạn")
    assert client.do("LOCK").headers[VERSION] == "1"
    assert client.do("GET_LOCK").headers[LOCK] == client.lock
    fetched = client.get()
    content = fetched.content
    assert (lines_of(content), fetched.headers[VERSION]) == (["Dòng đầu"], "1")

    saved = client.put(word("Dòng đầu", "Dòng hai"))
    assert (saved.status_code, saved.headers[VERSION]) == (200, "2")
    assert client.put(word("Dòng đầu", "Dòng hai", "Dòng ba")).headers[VERSION] == "3"
    assert client.check().json()["Version"] == "3"
    standing = queries.standing("paper", papers.subject, at=timezone.now())
    assert standing.is_open
    assert standing.names == ("Trần Thị Soạn",)
    run_jobs()
    assert not papers.versions  # not with every save

    assert client.do("UNLOCK").status_code == 200
    assert queries.standing("paper", papers.subject, at=timezone.now()).waits
    run_jobs()
    (version,) = papers.versions
    assert (version.by, version.editors) == (writer.pk, (writer.pk,))
    assert lines_of(read_bytes(version.file)) == ["Dòng đầu", "Dòng hai", "Dòng ba"]
    assert not queries.standing("paper", papers.subject, at=timezone.now()).is_open
    told_events = Event.objects.filter(stream=opened.edited.stream).order_by("version")
    assert [event.kind for event in told_events] == ["editing.begun", "editing.ended"]


def test_every_rule_of_the_lock(papers: Papers) -> None:
    mine = client_of(papers.open(papers.account()))
    other = replace(mine, lock="khoa-khac")
    assert [mine.do(act).status_code for act in ("REFRESH_LOCK", "UNLOCK")] == [409, 409]
    assert mine.do("REFRESH_LOCK").headers[LOCK] == ""
    assert mine.put(word("x")).status_code == 409  # nothing is written without a lock
    assert mine.do("GET_LOCK").headers[LOCK] == ""
    for wrong in ("", "x" * 1025):
        assert mine.do("LOCK", wrong).status_code == 400

    assert mine.do("LOCK").status_code == 200
    assert mine.do("LOCK").status_code == 200  # the same again refreshes it
    for refused in (other.do("LOCK"), other.do("UNLOCK"), other.do("REFRESH_LOCK"), other.put(word("x"))):
        assert (refused.status_code, refused.headers[LOCK]) == (409, mine.lock)
    assert other.do("LOCK", OldLock="khong-phai").headers[LOCK] == mine.lock
    assert other.do("LOCK", OldLock=mine.lock).status_code == 200  # UnlockAndRelock
    assert mine.put(word("x")).headers[LOCK] == other.lock
    assert other.put(word("x")).status_code == 200

    edited = EditedFile.objects.get()
    later(edited, 29)
    assert other.do("REFRESH_LOCK").status_code == 200
    later(edited, 29)
    assert mine.do("LOCK").status_code == 409
    later(edited, 1)
    refused = other.do("REFRESH_LOCK")  # over after half an hour
    assert (refused.status_code, refused.headers[LOCK]) == (409, "")
    assert mine.do("LOCK").status_code == 200


@pytest.mark.parametrize("act", ["PUT_RELATIVE", "RENAME_FILE", "DELETE", "PUT_USER_INFO", ""])
def test_what_is_not_done_here_is_said_so(papers: Papers, act: str) -> None:
    client = client_of(papers.open(papers.account()))
    assert client.do(act).status_code == 501
    assert client.ask("POST", "/contents", b"x", Override=act).status_code == 501
    assert EditedFile.objects.get().version == 1


def test_who_may_only_read_reads(papers: Papers) -> None:
    client = client_of(papers.open(papers.account(writes=False)))
    told = client.check().json()
    assert (told["ReadOnly"], told["UserCanWrite"]) == (True, False)
    assert client.get().content
    assert client.do("LOCK").status_code == 404
    assert client.put(word("x")).status_code == 404


def test_a_right_that_ends_ends_the_token(papers: Papers) -> None:
    account = papers.account()
    client = client_of(papers.open(account))
    assert client.do("LOCK").status_code == 200
    papers.rights[account.pk] = False
    assert client.put(word("x")).status_code == 404
    assert client.get().content
    del papers.rights[account.pk]
    assert client.check().status_code == 404
    papers.rights[account.pk] = True
    account.is_active = False
    account.save()
    assert client.check().status_code == 404


def test_a_token_is_for_one_file_one_person_and_some_hours(papers: Papers) -> None:
    account = papers.account()
    opened = papers.open(account)
    client = client_of(opened)
    for token in ("", "x", client.token[:-1], client.token.replace(".", "")):
        assert replace(client, token=token).check().status_code == 401
    elsewhere = client.source.replace(str(opened.edited.pk), str(papers.subject))
    assert replace(client, source=elsewhere).check().status_code == 401
    long_ago = papers.open(account, at=timezone.now() - timedelta(hours=4))
    assert client_of(long_ago).check().status_code == 401
    papers.rights[account.pk] = False
    reading = client_of(papers.open(account))
    papers.rights[account.pk] = True
    assert reading.do("LOCK").status_code == 404  # a token to read stays one


def test_only_the_editor_gets_in(papers: Papers, editor: SimulatedEditor) -> None:
    client = client_of(papers.open(papers.account()))
    assert client.do("LOCK").status_code == 200
    wrong = {
        "another key": replace(client, current=STRANGERS_KEY, old=STRANGERS_KEY),
        "recorded before": replace(client, shift=-timedelta(minutes=20, seconds=2)),
        "from the future": replace(client, shift=timedelta(minutes=6)),
    }
    for why, stranger in wrong.items():
        assert stranger.check().status_code == 500, why
    assert replace(client, shift=-timedelta(minutes=19)).check().status_code == 200

    ours, theirs = client.current, client.old
    # While keys change either side may know the newer one first.
    assert replace(client, current=theirs, old=ours).check().status_code == 200
    assert replace(client, current=theirs, old=STRANGERS_KEY).check().status_code == 200
    assert replace(client, current=STRANGERS_KEY, old=ours).check().status_code == 200
    # The old signature by the old key alone proves nothing: that key may be known to others by now.
    assert replace(client, current=STRANGERS_KEY, old=theirs).check().status_code == 500


def test_a_changed_key_is_fetched(papers: Papers, editor: SimulatedEditor, monkeypatch: pytest.MonkeyPatch) -> None:
    from motcua.engines.editing import discovery

    client = client_of(papers.open(papers.account()))
    assert client.check().status_code == 200
    editor.change_keys()
    editor.change_keys()
    fresh = replace(client, current=editor.current, old=editor.old)
    assert fresh.check().status_code == 500  # asked less than a minute ago
    monkeypatch.setattr(discovery, "AGAIN_AFTER", -1)
    assert fresh.check().status_code == 200
    asked = len(editor.calls)
    assert fresh.check().status_code == 200
    assert len(editor.calls) == asked


def test_what_is_too_large_or_no_word_file_is_not_taken(papers: Papers) -> None:
    client = client_of(papers.open(papers.account()))
    client.do("LOCK")
    assert client.put(bytes(1024 * 1024 + 1)).status_code == 413
    for content in (b"PK no file", b"", b"%PDF-1.7\n%%EOF"):
        assert client.put(content).status_code == 400
    assert client.get(MaxExpectedSize="10").status_code == 412
    assert EditedFile.objects.get().version == 1
    content = word("x")
    assert [client.put(content).headers[VERSION] for _twice in range(2)] == ["2", "2"]  # nothing new the second time


def test_editors_that_were_left_are_ended(papers: Papers) -> None:
    first, second = papers.account(name="Người Một"), papers.account(name="Người Hai")
    opened = papers.open(first)
    client = client_of(opened)
    client.do("LOCK")
    both = replace(client_of(papers.open(second)), lock=client.lock)
    client.put(word("một"))
    both.put(word("hai"))
    close_left_files()
    run_jobs()
    assert not papers.versions
    assert queries.standing("paper", papers.subject, at=timezone.now()).names == ("Người Một", "Người Hai")
    later(opened.edited, 30)
    close_left_files()
    run_jobs()
    (version,) = papers.versions
    assert (version.by, set(version.editors)) == (second.pk, {first.pk, second.pk})
    assert client.do("LOCK").status_code == 200  # and can go on

    both.put(word("ba"), lock=client.lock)
    actions.end_editing("paper", papers.subject, by=first.pk, at=timezone.now())
    assert len(papers.versions) == 2
    assert [each.check().status_code for each in (client, both)] == [401, 401]
    assert client_of(papers.open(first)).do("LOCK").status_code == 200


def test_a_long_session_becomes_versions_on_its_way(papers: Papers) -> None:
    client = client_of(papers.open(papers.account()))
    client.do("LOCK")
    client.put(word("một"))
    EditedFile.objects.update(changed_since=timezone.now() - timedelta(minutes=30))
    assert not queued()
    client.put(word("hai"))
    run_jobs()
    assert len(papers.versions) == 1
    assert EditedFile.objects.get().changed_since is None


def test_what_the_room_refuses_stays_to_be_mended(papers: Papers) -> None:
    account = papers.account()
    client = client_of(papers.open(account))
    client.do("LOCK")
    client.put(word("sai"))
    papers.refuses = "Không nhận được."
    client.do("UNLOCK")
    run_jobs()
    standing = queries.standing("paper", papers.subject, at=timezone.now())
    assert (standing.is_open, standing.fault) == (False, "Không nhận được.")
    papers.refuses = ""
    again = client_of(papers.open(account))
    assert lines_of(again.get().content) == ["sai"]
    again.do("LOCK")
    again.put(word("đúng"))
    again.do("UNLOCK")
    run_jobs()
    assert [lines_of(read_bytes(each.file)) for each in papers.versions] == [["đúng"]]


def test_what_the_scanner_has_not_seen_is_taken_later(papers: Papers) -> None:
    client = client_of(papers.open(papers.account()))
    client.do("LOCK")
    client.put(word("chờ quét"))
    held = Blob.objects.filter(pk=EditedFile.objects.get().file.blob_id)
    held.update(scan_state=ScanState.HELD)
    client.do("UNLOCK")
    run_jobs()
    assert (papers.versions, EditedFile.objects.get().fault) == ([], "")
    held.update(scan_state=ScanState.CLEAN, scanned_at=timezone.now())
    assert actions.close_left(at=timezone.now()) == 1
    run_jobs()
    assert [lines_of(read_bytes(each.file)) for each in papers.versions] == [["chờ quét"]]


def test_editing_begins_with_the_newest_version(papers: Papers) -> None:
    account = papers.account()
    papers.open(account)
    papers.content, papers.mark = word("Bản tải lên"), "7"
    client = client_of(papers.open(account))
    assert lines_of(client.get().content) == ["Bản tải lên"]
    client.do("LOCK")
    papers.content, papers.mark = word("Bản khác"), "8"
    papers.open(account)
    assert lines_of(client.get().content) == ["Bản tải lên"]  # not under whoever is editing
    assert Sitting.objects.count() == 1


def test_without_an_editor_there_is_no_such_address(papers: Papers, settings: Any) -> None:
    client = client_of(papers.open(papers.account()))
    for wrong in ({}, {"url": "http://elsewhere.example"}, {"url": "https://a.example", "most_mb": 0}):
        settings.EDITING = wrong
        assert client.check().status_code == 404


@pytest.mark.parametrize("how", [*Misbehaviour, None])
@pytest.mark.django_db(transaction=True)
def test_over_http_an_editor_that_misbehaves_changes_nothing(
    how: Misbehaviour | None, papers: Papers, editor: SimulatedEditor, live_server: Any, settings: Any
) -> None:
    settings.EDITING = {**settings.EDITING, "here": live_server.url}
    opened = papers.open(papers.account())
    client = editor.client(f"{live_server.url}/wopi/files/{opened.edited.pk}", opened.token.written())
    assert client.do("LOCK").status_code == 200
    expected = {
        Misbehaviour.STALE_LOCK: 409, Misbehaviour.TWO_EDITORS: 409, Misbehaviour.OLD_TIME: 500,
        Misbehaviour.WRONG_KEY: 500, Misbehaviour.OTHER_TOKEN: 401, Misbehaviour.OVERSIZED: 413, None: 200,
    }  # fmt: skip
    answer = misbehaving(client, word("sửa"), how)
    assert answer.status_code == expected[how]
    edited = EditedFile.objects.get()
    assert (edited.version, edited.lock) == (2 if how is None else 1, client.lock)
    assert client.do("UNLOCK").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_editors_at_once_one_gets_the_lock(papers: Papers) -> None:
    client = client_of(papers.open(papers.account()))
    client.check()
    rivals: list[InHouse] = [replace(client, lock=f"khoa-{number}") for number in range(6)]
    answers = at_once([lambda rival=rival: rival.do("LOCK") for rival in rivals])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    (winner,) = {answer.headers[LOCK] for answer in answers if answer.status_code == 409}
    assert EditedFile.objects.get().lock == winner
