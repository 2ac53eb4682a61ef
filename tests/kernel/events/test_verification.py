"""Every kind of tampering that the owner of the database could try, past the triggers and past the constraints."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from motcua.kernel.events import actions, cli, queries, roots, rules
from motcua.kernel.events.models import Event, EventPayload, TreeHead
from motcua.kernel.events.verification import Checked, Finding, What, verify
from tests.kernel.events.factories import AT, CITIZEN, record_each, settle, timeline

pytestmark = pytest.mark.django_db(transaction=True)

STREAMS = ("dossier:1", "dossier:2", "dossier:3")


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)


def close() -> TreeHead:
    settle()
    head = actions.close_tree(at=AT)
    assert head is not None
    return head


@pytest.fixture
def log() -> None:
    """Three streams of four events with personal data; nine events in the tree under two roots, three not yet."""
    timeline("dossier:1", 4, personal=True)
    close()
    timeline("dossier:2", 4, personal=True)
    actions.erase(stream="dossier:2", versions=[2], reason="retention", actor=None, at=AT)
    close()
    timeline("dossier:3", 3, personal=True)


def found(*outside: roots.SignedRoot) -> list[Finding]:
    with transaction.atomic():
        return list(verify(Checked(), outside=outside))


def brief(findings: list[Finding]) -> set[tuple[What, str | None, int | None]]:
    return {(finding.what, finding.stream, finding.version) for finding in findings}


@contextmanager
def as_owner(*tables: str) -> Iterator[None]:
    """Without the triggers and foreign keys of the tables."""
    keys = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
    )
    dropped = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(keys, [table])
            for name, definition in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                dropped.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for restore in dropped:
            cursor.execute(restore)


ALL = (
    "events_event",
    "events_eventpayload",
    "events_streamhead",
    "events_treeleaf",
    "events_treetile",
    "events_treehead",
)


def tamper(*statements: str) -> None:
    with as_owner(*ALL), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount, statement


def test_an_untouched_log_is_clean(log: None) -> None:
    checked = Checked()
    with transaction.atomic():
        assert list(verify(checked, outside=queries.signed_roots())) == []
    assert (checked.events, checked.streams, checked.leaves, checked.roots) == (12, 3, 9, 4)


def test_an_empty_log_is_clean() -> None:
    assert found() == []


DROP_PAYLOADS = "DELETE FROM events_eventpayload p USING events_event e WHERE e.position = p.event_id"
PAYLOAD = "events_eventpayload p SET data = '{}' FROM events_event e WHERE e.position = p.event_id"
SALT = PAYLOAD.replace("data = '{}'", "salt = sha256('s')")
ERASE = PAYLOAD.replace("data = '{}'", "data = NULL, salt = NULL, person = NULL, erased_at = now()")
WHOSE = PAYLOAD.replace("data = '{}'", "person = gen_random_uuid()")
D2V2 = "stream = 'dossier:2' AND version = 2"
D1V2 = "stream = 'dossier:1' AND version = 2"
D3V3 = "stream = 'dossier:3' AND version = 3"
SWAP = "UPDATE events_treeleaf l SET event_id = -o.event_id FROM events_treeleaf o"
ADD_PAYLOAD = (
    "INSERT INTO events_eventpayload (event_id, salt, data) SELECT position, sha256('s'), '{}' FROM events_event"
)
BEFORE = "SELECT txid FROM events_event WHERE stream = 'dossier:3' AND version = 2"
UNCHECK = "ALTER TABLE events_eventpayload DROP CONSTRAINT events_payload_kept_or_erased"
FORGED = "sha256('forged')"
# JSON that PostgreSQL keeps and Python does not read
DEEP = "(repeat('[', 3000) || repeat(']', 3000))::jsonb"
LONG = "repeat('9', 6000)::jsonb"


TAMPERED: list[tuple[list[str], set[tuple[What, str | None, int | None]]]] = [
    ([f"UPDATE events_event SET kind = 'x' WHERE {D1V2}"], {(What.ALTERED, "dossier:1", 2)}),
    ([f"UPDATE events_event SET at = at + '1 second' WHERE {D3V3}"], {(What.ALTERED, "dossier:3", 3)}),
    ([f"UPDATE events_event SET actor = NULL WHERE {D1V2}"], {(What.ALTERED, "dossier:1", 2)}),
    (
        [f"""UPDATE events_event SET "references" = '{{"step": 1.5}}' WHERE {D1V2}"""],
        {(What.ALTERED, "dossier:1", 2)},
    ),
    (
        [f"UPDATE events_event SET digest = {FORGED} WHERE {D1V2}"],
        {
            (What.ALTERED, "dossier:1", 2),
            (What.ALTERED, "dossier:1", 3),
            (What.LEAF_ALTERED, "dossier:1", 2),
        },
    ),
    (
        [
            f"{DROP_PAYLOADS} AND {D1V2}",
            f"DELETE FROM events_event WHERE {D1V2}",
        ],
        {(What.MISSING, "dossier:1", 2), (What.MISSING, None, None)},
    ),
    (
        [
            f"{DROP_PAYLOADS} AND {D3V3}",
            f"DELETE FROM events_event WHERE {D3V3}",
        ],
        {(What.CUT_OFF, "dossier:3", 3)},
    ),
    (
        [
            f"{DROP_PAYLOADS} AND stream = 'dossier:3'",
            "DELETE FROM events_event WHERE stream = 'dossier:3'",
        ],
        {(What.STREAM_LOST, "dossier:3", None)},
    ),
    (
        [
            "UPDATE events_event SET version = 99 WHERE stream = 'dossier:3' AND version = 1",
            "UPDATE events_event SET version = 1 WHERE stream = 'dossier:3' AND version = 2",
            "UPDATE events_event SET version = 2 WHERE stream = 'dossier:3' AND version = 99",
        ],
        {
            (What.ALTERED, "dossier:3", 1),
            (What.ALTERED, "dossier:3", 2),
            (What.REORDERED, "dossier:3", 2),
            (What.ALTERED, "dossier:3", 3),
        },
    ),
    (
        [
            "UPDATE events_event SET position = 1000000000 - position WHERE stream = 'dossier:3'",
        ],
        {
            (What.REORDERED, "dossier:3", 2),
            (What.REORDERED, "dossier:3", 3),
            *((What.PAYLOAD_MISSING, "dossier:3", version) for version in (1, 2, 3)),
        },
    ),
    ([f"UPDATE {PAYLOAD} AND {D1V2}"], {(What.PAYLOAD_ALTERED, "dossier:1", 2)}),
    (
        [f"UPDATE {SALT} AND {D1V2}"],
        {(What.PAYLOAD_ALTERED, "dossier:1", 2)},
    ),
    ([f"UPDATE {WHOSE} AND {D1V2}"], {(What.PAYLOAD_ALTERED, "dossier:1", 2)}),
    ([f"UPDATE {WHOSE} AND {D1V2}".replace("gen_random_uuid()", "NULL")], {(What.PAYLOAD_ALTERED, "dossier:1", 2)}),
    ([f"{UNCHECK}; UPDATE {WHOSE} AND {D2V2}"], {(What.PAYLOAD_ALTERED, "dossier:2", 2)}),
    (
        [f"UPDATE {PAYLOAD} AND {D2V2}".replace("data = '{}'", "erased_at = erased_at - interval '1 day'")],
        {(What.PAYLOAD_ALTERED, "dossier:2", 2)},
    ),
    ([f"UPDATE events_event SET txid = txid * 1000 WHERE {D3V3}"], {(What.ALTERED, "dossier:3", 3)}),
    (
        [f"UPDATE events_event SET txid = b.txid - 1 FROM ({BEFORE}) b WHERE {D3V3}"],
        {(What.REORDERED, "dossier:3", 3)},
    ),
    (
        [f"{DROP_PAYLOADS} AND {D1V2}"],
        {(What.PAYLOAD_MISSING, "dossier:1", 2)},
    ),
    (
        [f"UPDATE {ERASE} AND {D1V2}"],
        {(What.ERASED_UNTOLD, "dossier:1", 2)},
    ),
    (
        [
            f"{ADD_PAYLOAD} WHERE kind = 'personal_data.erased'",
        ],
        {(What.PAYLOAD_UNTOLD, "dossier:2", 5)},
    ),
    (
        [f"UPDATE events_streamhead SET digest = {FORGED} WHERE stream = 'dossier:1'"],
        {(What.HEAD_WRONG, "dossier:1", 4)},
    ),
    (["UPDATE events_streamhead SET version = 3 WHERE stream = 'dossier:1'"], {(What.HEAD_WRONG, "dossier:1", 4)}),
    (
        ["UPDATE events_streamhead SET version = 6 WHERE stream = 'dossier:1'"],
        {(What.CUT_OFF, "dossier:1", 5)},
    ),
    (
        ["DELETE FROM events_streamhead WHERE stream = 'dossier:1'"],
        {(What.HEAD_MISSING, "dossier:1", None)},
    ),
    (
        ["UPDATE events_treetile SET hashes = set_byte(hashes, 33, (get_byte(hashes, 33) + 1) % 256)"],
        {(What.LEAF_ALTERED, "dossier:1", 2)},
    ),
    (["UPDATE events_treetile SET hashes = substring(hashes FOR 256)"], {(What.NODE_ALTERED, None, None)}),
    (["DELETE FROM events_treetile"], {(What.NODE_ALTERED, None, None)}),
    (
        ["DELETE FROM events_treeleaf WHERE index = 2"],
        {(What.LEAF_MISSING, None, None), (What.LEFT_OUT, "dossier:1", 3)},
    ),
    (
        ["DELETE FROM events_treeleaf WHERE index = 8"],
        {(What.CUT_OFF, None, None), (What.LEFT_OUT, "dossier:2", 5)},
    ),
    (
        [
            "UPDATE events_treeleaf SET event_id = -event_id WHERE index < 2",
            f"{SWAP} WHERE l.index < 2 AND o.index = 1 - l.index",
        ],
        {(What.LEAF_ALTERED, "dossier:1", 1), (What.LEAF_ALTERED, "dossier:1", 2)},
    ),
    (
        ["INSERT INTO events_treetile (level, index, hashes) VALUES (1, 0, sha256('more'))"],
        {(What.CUT_OFF, None, None)},
    ),
    (
        [f"UPDATE events_treehead SET root = {FORGED} WHERE size = 4"],
        {(What.ROOT_ALTERED, None, None), (What.SIGNATURE_WRONG, None, None)},
    ),
    (
        ["UPDATE events_treehead SET at = at + '1 day' WHERE size = 4"],
        {(What.SIGNATURE_WRONG, None, None)},
    ),
    ([f"UPDATE events_event SET at = 'infinity' WHERE {D1V2}"], {(What.ALTERED, "dossier:1", 2)}),
    ([f"UPDATE events_event SET at = '0044-03-15 BC' WHERE {D3V3}"], {(What.ALTERED, "dossier:3", 3)}),
    ([f'UPDATE events_event SET "references" = {DEEP} WHERE {D1V2}'], {(What.ALTERED, "dossier:1", 2)}),
    ([f"UPDATE {PAYLOAD} AND {D1V2}".replace("'{}'", LONG)], {(What.PAYLOAD_ALTERED, "dossier:1", 2)}),
    (["UPDATE events_treehead SET at = '-infinity' WHERE size = 4"], {(What.SIGNATURE_WRONG, None, None)}),
    (["DELETE FROM events_treehead"], {(What.ROOT_MISSING, None, None)}),
    (
        ["UPDATE events_treehead SET size = 90 WHERE size = 9"],
        {(What.CUT_OFF, None, None)},
    ),
]


def test_tampering_is_named(log: None, subtests: pytest.Subtests) -> None:
    """Each on the same log, which takes more to be made than all of these: it is whole again after each."""
    for statements, expected in TAMPERED:
        with subtests.test(statements=statements), transaction.atomic():
            tamper(*statements)
            assert brief(found()) == expected
            transaction.set_rollback(True)
    assert found() == []


def test_a_digest_that_was_made_to_fit_is_caught_by_the_tree(log: None) -> None:
    """The last event of a stream, altered with its digest and the stream's head: the chain is whole again."""
    event = queries.stream("dossier:1")[-1]
    before = queries.stream("dossier:1")[-2]
    form = rules.content(
        event.stream,
        event.version,
        "forged",
        event.actor,
        event.agency,
        event.at,
        event.references,
        event.payload_digest,
    )
    digest = rules.chained(before.digest, form).hex()
    tamper(
        f"UPDATE events_event SET kind = 'forged', digest = '\\x{digest}' WHERE position = {event.position}",
        f"UPDATE events_streamhead SET digest = '\\x{digest}' WHERE stream = 'dossier:1'",
    )
    assert brief(found()) == {(What.LEAF_ALTERED, "dossier:1", 4)}


def forge_everything() -> None:
    """Drop the last stream of the tree, heads, leaves, tiles and roots, and sign the shorter tree again."""
    tamper(
        f"{DROP_PAYLOADS} AND stream = 'dossier:2'",
        "DELETE FROM events_event WHERE stream = 'dossier:2'",
        "DELETE FROM events_streamhead WHERE stream = 'dossier:2'",
        "DELETE FROM events_treeleaf WHERE index >= 4",
        "UPDATE events_treetile SET hashes = substring(hashes FOR 128)",
        "DELETE FROM events_treehead WHERE size = 9",
    )
    close()


def test_only_an_outside_root_catches_a_log_rewritten_as_a_whole(log: None) -> None:
    kept = queries.signed_root(9)
    forge_everything()
    assert found() == []
    assert brief(found(kept)) == {(What.CUT_OFF, None, None)}
    timeline("dossier:4", 6)
    close()
    assert found() == []
    assert brief(found(kept)) == {(What.OUTSIDE_ROOT_DIFFERS, None, None)}


def test_an_outside_root_must_be_genuine(log: None) -> None:
    kept = queries.signed_root(4).as_json()
    forged = roots.read(kept | {"root": "00" * 32})
    assert brief(found(forged)) == {(What.SIGNATURE_WRONG, None, None), (What.OUTSIDE_ROOT_DIFFERS, None, None)}
    misnamed = roots.read(kept | {"key": "0" * 16})
    assert brief(found(misnamed)) == {(What.SIGNATURE_WRONG, None, None)}


def test_a_root_of_a_strange_key_is_named(log: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = queries.signed_root(4)
    monkeypatch.setattr(settings, "HOME", tmp_path / "other")
    record_each("dossier:9")
    strange = queries.as_signed_root(close())
    assert strange.key != kept.key
    assert found(kept, strange) == []
    with as_owner("events_treekey", "events_treehead"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_treehead WHERE key_id = %s", [strange.key])
        cursor.execute("DELETE FROM events_treekey WHERE id = %s", [strange.key])
    assert brief(found(strange)) == {(What.SIGNATURE_WRONG, None, None)}


def test_the_command_is_clean_and_says_what_it_cannot_see(log: None) -> None:
    result = CliRunner().invoke(cli.verify_events)
    assert result.exit_code == 0
    assert "12 events in 3 streams, 9 leaves, 2 signed roots: nothing wrong." in result.stdout
    assert "No outside root was given" in result.stdout


def test_the_command_names_what_is_wrong_and_fails(log: None) -> None:
    tamper(f"UPDATE events_event SET kind = 'x' WHERE {D1V2}")
    position = Event.objects.get(stream="dossier:1", version=2).position
    result = CliRunner().invoke(cli.verify_events)
    assert result.exit_code == 1
    assert f"altered: stream dossier:1, version 2, position {position}" in result.stdout
    assert "1 findings" in result.stdout


def test_a_stream_deleted_before_its_first_root_leaves_a_gap_that_is_told(log: None) -> None:
    timeline("dossier:4", 1)
    first, *_more, last = Event.objects.filter(stream="dossier:3").order_by("version")
    gap = f"  positions {first.position} to {last.position}, between 2026-11-22T08:3"
    assert gap not in CliRunner().invoke(cli.verify_events).stdout
    tamper(
        "DELETE FROM events_eventpayload p USING events_event e"
        " WHERE e.position = p.event_id AND e.stream = 'dossier:3'",
        "DELETE FROM events_event WHERE stream = 'dossier:3'",
        "DELETE FROM events_streamhead WHERE stream = 'dossier:3'",
    )
    result = CliRunner().invoke(cli.verify_events)
    assert result.exit_code == 0, "it may be a transaction that was rolled back"
    assert "nothing wrong" in result.stdout
    assert gap in result.stdout


def test_the_command_takes_outside_roots(log: None, tmp_path: Path) -> None:
    kept = tmp_path / "root.json"
    page = Client().get("/transparency", HTTP_ACCEPT="application/json").content
    kept.write_bytes(page)
    result = CliRunner().invoke(cli.verify_events, ["--root", str(kept)])
    assert (result.exit_code, "4 signed roots" in result.stdout) == (0, True), "two here, and the same two outside"
    kept.write_text(json.dumps(queries.signed_root(9).as_json()))
    result = CliRunner().invoke(cli.verify_events, ["--root", str(kept)])
    assert result.exit_code == 0
    assert "3 signed roots" in result.stdout
    assert "No outside root" not in result.stdout
    forge_everything()
    result = CliRunner().invoke(cli.verify_events, ["--root", str(kept)])
    assert result.exit_code == 1
    assert "cut off: the outside root tells of 9 leaves, 7 are left" in result.stdout


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"roots": []}', '{"roots": [{}]}', '{"tree": "motcua-events-1", "size": "9"}', "\xff"]
)
def test_a_file_that_is_no_root_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "root.json"
    file.write_bytes(content.encode("latin-1"))
    result = CliRunner().invoke(cli.verify_events, ["--root", str(file)])
    assert result.exit_code == 2
    assert "root.json" in result.output


def test_data_that_version_0_1_wrote_are_clean(log: None) -> None:
    """Its salted hash did not say whose the data are; a proof does not, then, either."""
    before, event = queries.stream("dossier:3")[-2:]
    assert queries.proof_of(event, personal=True)["personal"]["person"] == str(CITIZEN)
    older = rules.payload_digest(event.payload.salt, event.payload.data)
    form = rules.content(
        event.stream, event.version, event.kind, event.actor, event.agency, event.at, event.references, older
    )
    digest = rules.chained(before.digest, form).hex()
    tamper(
        f"UPDATE events_event SET payload_digest = '\\x{older.hex()}', digest = '\\x{digest}' WHERE {D3V3}",
        f"UPDATE events_streamhead SET digest = '\\x{digest}' WHERE stream = 'dossier:3'",
    )
    assert found() == []
    assert "person" not in queries.proof_of(Event.objects.get(pk=event.pk), personal=True)["personal"]


def test_erasing_a_person_leaves_a_clean_log(log: None) -> None:
    assert actions.erase_person(person=CITIZEN, reason="on request", actor=None, at=AT) == 10
    close()
    assert found() == []
    assert not EventPayload.objects.filter(erased_at=None).exists()
