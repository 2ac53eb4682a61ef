from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from motcua.engines.signing import rules
from motcua.engines.signing.texts import told, verdict_text
from motcua.engines.signing.verification import (
    Change,
    Coverage,
    Kind,
    Level,
    Note,
    Problem,
    Revocation,
    State,
    Trust,
    Verdict,
    What,
    as_json,
    client,
    examine,
    from_json,
    unverifiable,
    verify,
)
from tests.engines.signing.factories import AGENCY, AT, LEADER, demo_authority, rendering, sealed, signed_by_leader

ANCHORS = [demo_authority().certificate]


def test_a_leader_and_a_seal_are_told_with_all_that_is_known():
    leader, agency = examine(sealed(), anchors=ANCHORS, at=AT)
    assert (leader.state, leader.trust, leader.level) == (State.VALID, Trust.TRUSTED, Level.B_B)
    assert (leader.coverage, agency.coverage) == (Coverage.REVISION, Coverage.WHOLE)
    assert leader.changes == (
        Change(What.FIELDS, ("Nam", "Ngay", "So", "Thang")),
        Change(What.SIGNATURES, ("DauCQ",)),
    )
    assert (leader.revocation, leader.proven, leader.kind) == (Revocation.UNKNOWN, False, Kind.PDF)
    facts = agency.certificate
    assert (facts.subject, facts.issuer, facts.valid_from) == (AGENCY, agency.issuer, AT - timedelta(minutes=5))
    assert len(facts.fingerprint) == 64


def test_a_file_that_nobody_signed_has_no_verdict():
    assert examine(rendering().pdf, anchors=ANCHORS, at=AT) == ()
    assert examine(b"<ho-so/>", anchors=ANCHORS, at=AT) == ()


def test_trust_is_told_apart():
    (stranger,) = examine(signed_by_leader(), anchors=[], at=AT)
    assert (stranger.state, stranger.trust) == (State.UNTRUSTED, Trust.UNKNOWN_ISSUER)
    (late,) = examine(signed_by_leader(), anchors=ANCHORS, at=AT + timedelta(days=1200))
    assert (late.state, late.trust) == (State.UNTRUSTED, Trust.EXPIRED)
    (early,) = examine(signed_by_leader(), anchors=ANCHORS, at=AT - timedelta(days=1))
    assert (early.state, early.trust) == (State.UNTRUSTED, Trust.NOT_YET_VALID)


def test_verdicts_come_back_from_json_as_they_were():
    verdicts = [
        *examine(sealed(), anchors=ANCHORS, at=AT),
        *unverifiable(Problem.TOO_SLOW, Kind.XML),
        Verdict(State.VALID, revoked_at=AT, notes=(Note.DYNAMIC_FORM,), covers=("a.pdf",), uncovered=("b.pdf",)),
    ]
    assert [from_json(as_json(each)) for each in verdicts] == verdicts
    older = {name: value for name, value in as_json(verdicts[0]).items() if name != "notes"} | {"newer": 1}
    assert from_json(older) == verdicts[0]


def every_verdict() -> list[Verdict]:
    """One for each thing that can be said."""
    one = Verdict(
        State.VALID,
        signer=LEADER,
        signed_at=AT,
        changes=tuple(Change(what, ("So",)) for what in What),
        uncovered=("b.pdf",),
        certificate=examine(sealed(), anchors=ANCHORS, at=AT)[0].certificate,
    )
    trusts = [
        replace(one, state=State.UNTRUSTED, trust=trust, proven=proven) for trust, proven in product(Trust, (0, 1))
    ]
    states = [replace(one, state=state, revocation=known) for state, known in product(State, Revocation)]
    problems = [unverifiable(problem)[0] for problem in Problem]
    shapes = [replace(one, level=level, coverage=coverage) for level, coverage in product(Level, Coverage)]
    return [*trusts, *states, *problems, *shapes, replace(one, changes=()), replace(one, notes=tuple(Note))]


def test_every_verdict_has_plain_words():
    verdicts = every_verdict()
    for kind in (State, Problem):
        told_apart = {verdict_text(each) for each in verdicts if (each.problem is not None) == (kind is Problem)}
        assert len(told_apart) >= len(kind)
    shown = [text for each in told(verdicts) for text in (each.text, *(text for row in each.facts for text in row))]
    assert not [text for text in shown if "%(" in text or not text]


def test_a_signature_of_the_demonstration_says_so_wherever_it_is_told():
    (one, _seal) = examine(sealed(), anchors=ANCHORS, at=AT)
    reasons = [rules.reason_of("Phê duyệt", demonstration=shown) for shown in (False, True)]
    plain, shown = (verdict_text(replace(one, reason=reason)) for reason in reasons)
    assert set(plain.split(". ")) < set(shown.split(". "))


def test_long_lists_of_names_are_cut():
    names = tuple(str(page) for page in range(1, 101))
    (page,) = told([Verdict(State.MODIFIED, changes=(Change(What.PAGES, names),))])
    assert "12" in page.text
    assert "88" in page.text
    assert "13" not in page.text


def test_a_file_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "MAX_BYTES", 10)
    assert verify(sealed(), anchors=ANCHORS, at=AT) == unverifiable(Problem.TOO_LARGE)
