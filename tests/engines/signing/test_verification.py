from datetime import timedelta

import pytest

from motcua.engines.signing import verification
from motcua.engines.signing.texts import verdict_text
from motcua.engines.signing.verification import State, Trust, Verdict, as_json, examine, verify
from tests.engines.signing.factories import AT, LEADER, demo_authority, rendering, sealed, signed_by_leader

ANCHORS = [demo_authority().certificate]


def test_the_separate_process_says_what_this_one_says():
    assert verify(sealed(), anchors=ANCHORS, at=AT) == examine(sealed(), anchors=ANCHORS, at=AT)


def test_a_file_that_nobody_signed_has_no_verdict():
    assert examine(rendering().pdf, anchors=ANCHORS, at=AT) == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a pdf", signed_by_leader()[:30_000], b"%PDF-1.7\n" + b"[" * 200_000 + b"\nstartxref\n9\n%%EOF"],
)
def test_what_cannot_be_read_cannot_be_verified(content: bytes):
    assert verify(content, anchors=ANCHORS, at=AT) == (Verdict(State.UNVERIFIABLE),)


def test_a_file_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verification, "MAX_BYTES", 10)
    assert verify(sealed(), anchors=ANCHORS, at=AT) == (Verdict(State.UNVERIFIABLE),)


def test_trust_is_told_apart():
    (stranger,) = examine(signed_by_leader(), anchors=[], at=AT)
    assert (stranger.state, stranger.trust) == (State.UNTRUSTED, Trust.UNKNOWN_ISSUER)
    (late,) = examine(signed_by_leader(), anchors=ANCHORS, at=AT + timedelta(days=1200))
    assert (late.state, late.trust) == (State.UNTRUSTED, Trust.EXPIRED)


def test_every_verdict_has_plain_words():
    texts = set()
    for state in State:
        for trust in Trust:
            for later in (True, False):
                verdict = Verdict(state, signer=LEADER, signed_at=AT, trust=trust, filled_later=later)
                texts.add(verdict_text(verdict))
                assert Verdict(**(as_json(verdict) | {"signed_at": AT})) == verdict
    assert len(texts) == 9
    assert not [text for text in texts if "%(" in text]
