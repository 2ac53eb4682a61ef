"""Any byte of a signed file altered, any part of it lost: never valid, never a crash."""

import re
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.engines.signing.verification import Kind, Level, State, Verdict, examine
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import signed_to
from tests.engines.signing.test_hostile_asice import archive, signed_parts
from tests.engines.signing.test_hostile_xml import FILING, signed

# Judging an altered PDF takes a tenth of a second.
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@cache
def content(pki: Pki, kind: Kind) -> bytes:
    if kind is Kind.XML:
        return signed(pki, FILING, xades=True)
    return archive(signed_parts(pki)) if kind is Kind.ASICE else signed_to(pki, Level.B_LTA)


def judged(pki: Pki, altered: bytes) -> tuple[Verdict, ...]:
    return examine(altered, anchors=[pki.certificate("root")], at=AT)


def holes(pdf: bytes) -> list[tuple[int, int]]:
    """Where signatures stand, which no signature covers."""
    return [found.span() for found in re.finditer(rb"/Contents\s*<[0-9a-fA-F]+>", pdf)]


@cache
def signed_places(pki: Pki, kind: Kind) -> Sequence[int]:
    """Where each byte counts."""
    whole = content(pki, kind)
    if kind is Kind.XML:
        # White space in a tag has other spellings, and so have parts of the signature.
        return [place for place in range(whole.index(b"<ds:Signature")) if not whole[place : place + 1].isspace()]
    # What the PDF's author signed is its first revision: later ones only prove it for longer.
    begin, end = holes(whole)[0]
    return [*range(begin), *range(end, whole.index(b"%%EOF", end))]


def flipped(whole: bytes, place: int, data: st.DataObject) -> bytes:
    altered = bytearray(whole)
    altered[place] ^= data.draw(st.integers(1, 255))
    return bytes(altered)


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.XML])
@FEW
@given(st.data())
def test_an_altered_byte_makes_no_valid_signature(pki: Pki, kind: Kind, data: st.DataObject):
    place = data.draw(st.sampled_from(signed_places(pki, kind)))
    verdicts = judged(pki, flipped(content(pki, kind), place, data))
    assert all(verdict.state is not State.VALID for verdict in verdicts)


@pytest.mark.parametrize("kind", list(Kind))
@FEW
@given(st.data())
def test_a_part_lost_or_doubled_or_a_byte_altered_never_crashes(pki: Pki, kind: Kind, data: st.DataObject):
    whole = content(pki, kind)
    begin = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(begin, min(len(whole), begin + 5000)))
    for altered in (whole[:begin] + whole[end:], whole[:end] + whole[begin:], flipped(whole, begin, data)):
        for verdict in judged(pki, altered):
            assert isinstance(verdict, Verdict)
