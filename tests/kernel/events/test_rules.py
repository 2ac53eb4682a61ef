import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.events import rules
from motcua.kernel.events.rules import Head, NewEvent, seal, seal_all

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
OFFICER = UUID("0199c0de-0000-7000-8000-000000000001")


def event(stream: str = "dossier:1", **given: Any) -> NewEvent:
    return NewEvent(**{"stream": stream, "kind": "dossier.accepted", "at": AT, "salt": b"s" * 32, **given})


def test_the_digest_covers_the_previous_digest_and_the_canonical_form() -> None:
    head = Head("dossier:1", 2, b"\x07" * 32)
    sealed = seal(head, event(actor=OFFICER, references={"code": "H40.16-261122-0001"}))
    form = (
        b'{"actor":"0199c0de-0000-7000-8000-000000000001","agency":null,"at":"2026-11-22T08:30:00.000000Z",'
        b'"kind":"dossier.accepted","payload":null,"references":{"code":"H40.16-261122-0001"},'
        b'"stream":"dossier:1","version":3}'
    )
    assert sealed.digest == hashlib.sha256(b"\x07" * 32 + form).digest()
    assert sealed.head == Head("dossier:1", 3, sealed.digest)


def test_personal_data_enter_only_as_a_salted_hash() -> None:
    sealed = seal(Head("dossier:1"), event(personal={"name": "Nguyễn Văn Mẫu"}))
    assert sealed.payload_digest == hashlib.sha256(b"s" * 32 + '{"name":"Nguyễn Văn Mẫu"}'.encode()).digest()
    other = seal(Head("dossier:1"), event(personal={"name": "Nguyễn Văn Mẫu"}, salt=b"t" * 32))
    assert other.payload_digest != sealed.payload_digest
    assert other.digest != sealed.digest


def test_a_salt_is_drawn_anew_for_each_event() -> None:
    assert NewEvent(stream="a", kind="b", at=AT).salt != NewEvent(stream="a", kind="b", at=AT).salt


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "dossier.refused"},
        {"actor": OFFICER},
        {"agency": OFFICER},
        {"at": AT.replace(microsecond=1)},
        {"references": {"code": "2"}},
        {"personal": {}},
    ],
)
def test_every_field_changes_the_digest(change: dict[str, Any]) -> None:
    head = Head("dossier:1")
    assert seal(head, event(**change)).digest != seal(head, event()).digest


def test_version_and_predecessor_change_the_digest() -> None:
    digests = {
        seal(head, event()).digest
        for head in [Head("dossier:1"), Head("dossier:1", 1), Head("dossier:1", 0, b"\x01" * 32)]
    }
    assert len(digests) == 3


def test_a_head_of_another_stream_is_refused() -> None:
    with pytest.raises(ValueError, match="dossier:2"):
        seal(Head("dossier:2"), event())


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_sealing_many_is_sealing_one_after_the_other(streams: list[str]) -> None:
    events = [event(stream, references={"place": place}) for place, stream in enumerate(streams)]
    heads = {stream: Head(stream) for stream in "abc"}
    sealed = seal_all(heads, events)
    for new, got in zip(events, sealed, strict=True):
        one = seal(heads[new.stream], new)
        assert dataclasses.asdict(one) == dataclasses.asdict(got)
        heads[new.stream] = one.head


def test_the_first_event_follows_zeros() -> None:
    sealed = seal(Head("dossier:1"), event())
    form = rules.content("dossier:1", 1, "dossier.accepted", None, None, AT, {}, None)
    assert sealed.digest == rules.chained(bytes(32), form)
