"""PDF files that are odd, damaged or made to deceive: each gets a clear verdict, in bounded time."""

import re
from pathlib import Path

import pikepdf
import pytest
from pyhanko.sign.fields import MDPPerm

from motcua.engines.signing import pades
from motcua.engines.signing.texts import verdict_text
from motcua.engines.signing.verification import (
    Change,
    Level,
    Note,
    Problem,
    State,
    Trust,
    Verdict,
    What,
    examine,
    pdf,
    unverifiable,
    verify,
)
from tests.engines.signing import hostile
from tests.engines.signing.factories import (
    AT,
    LEADER,
    Signer,
    decision,
    demo_authority,
    key_of,
    leader_stamp,
    sealed,
    signed_by_leader,
)
from tests.engines.signing.pki import Pki
from tests.engines.signing.signed import plain, signed_to
from tests.poppler import poppler

ANCHORS = [demo_authority().certificate]


def judged(content: bytes) -> tuple[Verdict, ...]:
    return examine(content, anchors=ANCHORS, at=AT)


def trusting(pki: Pki, content: bytes) -> tuple[Verdict, ...]:
    """As :func:`judged`, of files that pyHanko has signed: it signs also what the house refuses."""
    return examine(content, anchors=[pki.certificate("root")], at=AT)


def signed(content: bytes) -> bytes:
    return Signer(key_of(LEADER)).sign(content, leader_stamp(image=None))


def replaced(content: bytes, pattern: bytes, by: bytes) -> bytes:
    """The file with the first match replaced by as many bytes."""
    found = re.search(pattern, content, re.DOTALL)
    assert found
    return content[: found.start()] + by.ljust(found.end() - found.start()) + content[found.end() :]


@pytest.mark.parametrize(
    ("attack", "change"),
    [
        (hostile.draws_over, Change(What.PAGES, ("1",))),
        (hostile.hides, Change(What.PAGES, ("1",))),
        (hostile.hides_and_replaces, Change(What.PAGES, ("1",))),
        (hostile.adds_a_page, Change(What.PAGES_ADDED, ("2",))),
        (hostile.removes_a_page, Change(What.PAGES_REMOVED)),
        (hostile.puts_a_note, Change(What.ANNOTATIONS, ("1",))),
        (hostile.changes_the_form, Change(What.FIELDS, ("So",))),
        (hostile.runs_a_script, Change(What.OTHER)),
    ],
)
def test_what_was_added_after_signing_is_named(attack: hostile.Edit, change: Change):
    (verdict,) = judged(hostile.revised(signed_by_leader(), attack))
    assert (verdict.state, verdict.changes) == (State.MODIFIED, (change,))


def test_a_shadow_that_was_there_before_signing_is_found_when_it_is_uncovered():
    """“Hide”: the signer saw a cover over the text; a later revision takes the cover away."""
    covered = signed(hostile.revised(decision(), hostile.hides))
    (honest,) = judged(covered)
    assert honest.state is State.VALID

    def uncover(writer: hostile.IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        page[hostile.pdf_name("/Contents")] = page["/Contents"].raw_get(0)
        writer.update_container(page)

    (verdict,) = judged(hostile.revised(covered, uncover))
    assert (verdict.state, verdict.changes) == (State.MODIFIED, (Change(What.PAGES, ("1",)),))


def test_of_several_signatures_the_damaged_one_is_told():
    """The second revision is altered: the seal is broken, and the leader's signature is no longer what is seen."""
    whole = sealed()
    altered = bytearray(whole)
    place = whole.index(b"15", len(signed_by_leader()))
    altered[place] ^= 1
    leader, agency = judged(bytes(altered))
    assert (leader.field, agency.field) == ("KyChinh", "DauCQ")
    assert agency.state is State.BROKEN
    garbage = replaced(whole, rb"/Contents <[0-9a-fA-F]{200}", b"/Contents <" + b"00" * 100)
    states = {verdict.field: verdict.state for verdict in judged(garbage)}
    assert states["KyChinh"] in (State.BROKEN, State.UNVERIFIABLE)
    assert len(states) == 2


@pytest.mark.parametrize("hole", [b"/ByteRange [0 0 0 0]", b"/ByteRange null", b"/ByteRange [0 1 2]"])
def test_a_signature_over_nothing_is_broken(hole: bytes):
    (verdict,) = judged(replaced(signed_by_leader(), rb"/ByteRange \[[^\]]*\]", hole))
    assert verdict.state in (State.BROKEN, State.UNVERIFIABLE)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", Problem.UNKNOWN_KIND),
        (b"\x89PNG\r\n", Problem.UNKNOWN_KIND),
        (b"%PDF-1.7\nnothing", Problem.DAMAGED),
        (signed_by_leader()[:30_000], Problem.DAMAGED),
        (signed_by_leader()[:-100], Problem.DAMAGED),
        (b"%PDF-1.7\n" + b"[" * 200_000 + b"\nstartxref\n9\n%%EOF", Problem.DAMAGED),
    ],
)
def test_what_cannot_be_read_cannot_be_verified(content: bytes, problem: Problem):
    (verdict,) = judged(content)
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, problem)


def test_a_file_with_a_password_says_so():
    locked = pikepdf.Encryption(owner="x", user="y")
    (verdict,) = judged(hostile.edited(signed_by_leader(), lambda _pdf: None, encryption=locked))
    assert verdict.problem is Problem.ENCRYPTED
    open_to_all = pikepdf.Encryption(owner="x", user="")
    encrypted = hostile.edited(decision(), lambda _pdf: None, encryption=open_to_all)
    assert judged(encrypted) == ()


def test_two_tables_of_contents_cannot_be_relied_on(pki: Pki):
    assert judged(hostile.hybrid()) == ()
    (verdict,) = trusting(pki, signed_to(pki, Level.B_B, pdf=hostile.with_field(hostile.hybrid())))
    assert (verdict.state, verdict.problem) == (State.UNVERIFIABLE, Problem.AMBIGUOUS)


def test_object_streams_and_long_files_are_read(tmp_path: Path):
    packed = hostile.edited(decision(), lambda _pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    long = signed(hostile.with_field(hostile.pages(500)))
    for content in (signed(packed), long):
        (verdict,) = judged(content)
        assert (verdict.state, verdict.covers_whole_file) == (State.VALID, True)
        path = tmp_path / "signed.pdf"
        path.write_bytes(content)
        assert "Signature is Valid" in poppler("pdfsig", "-nocert", str(path))
    (verdict,) = judged(hostile.revised(long, hostile.draws_over))
    assert verdict.changes == (Change(What.PAGES, ("1",)),)


def test_a_dynamic_form_carries_a_warning(pki: Pki):
    def give_xfa(opened: pikepdf.Pdf) -> None:
        opened.Root.AcroForm.XFA = opened.make_stream(b"<xdp/>")

    (verdict,) = trusting(pki, signed_to(pki, Level.B_B, pdf=hostile.edited(decision(), give_xfa)))
    assert (verdict.state, verdict.notes) == (State.VALID, (Note.DYNAMIC_FORM,))


def test_a_certified_document_forbids_even_what_fields_allow(pki: Pki):
    for permitted, state in ((MDPPerm.NO_CHANGES, State.MODIFIED), (MDPPerm.FILL_FORMS, State.VALID)):
        certified = signed_to(pki, Level.B_B, certify=permitted)
        (author,) = trusting(pki, certified)
        assert (author.state, author.certified) == (State.VALID, True)
        (author,) = trusting(pki, hostile.revised(certified, hostile.fills_the_number))
        assert (author.state, author.changes) == (state, (Change(What.FIELDS, ("So",)),))


def test_of_a_signature_that_nobody_vouches_for_it_is_not_said_that_nothing_was_filled_in():
    leaders, _seal = examine(sealed(), anchors=[], at=AT)
    assert (leaders.state, leaders.filled_later) == (State.UNTRUSTED, True)
    assert "chỉ được điền vào những ô" in verdict_text(leaders)
    assert "không bị thay đổi" in verdict_text(_seal)


def test_more_signatures_than_anybody_gives_are_not_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pdf, "MAX_SIGNATURES", 1)
    (verdict,) = judged(sealed())
    assert verdict.problem is Problem.TOO_MANY


def test_a_labyrinth_is_given_up():
    """In this process it costs some 12 seconds."""
    verdicts = verify(hostile.labyrinth(), anchors=ANCHORS, at=AT, seconds=1)
    assert verdicts == unverifiable(Problem.TOO_SLOW)
    assert verdict_text(verdicts[0])


def test_a_signature_without_its_chain_does_not_speak_for_one_that_brings_it(pki: Pki):
    """The same certificate twice: the first signature leaves out the authority between it and the root."""
    certificate = pki.certificate("leader")
    prepared = pades.prepare(decision(), certificate=certificate, stamp=leader_stamp(image=None))
    first = pades.finish(prepared, signature=pki.sign("leader", prepared.to_sign), certificate=certificate)
    poor, rich = examine(plain(pki, "leader", pdf=first, field="DauCQ"), anchors=[pki.certificate("root")], at=AT)
    assert (poor.trust, rich.trust) == (Trust.UNKNOWN_ISSUER, Trust.TRUSTED)
