"""What a later revision may do to locked fields: nothing. The house's rules differ from pyHanko's in one case only."""

import io
from collections.abc import Callable
from functools import cache

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffPolicy, DiffResult, SuspiciousModification
from pyhanko.sign.fields import MDPPerm

from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.verification import State, examine
from motcua.engines.signing.verification.policy import LATER_CHANGES
from tests.engines.signing import hostile
from tests.engines.signing.bad_files import certified
from tests.engines.signing.factories import (
    AGENCY,
    AT,
    LEADER,
    Signer,
    decision,
    demo_authority,
    key_of,
    leader_stamp,
    seal_stamp,
    sealed,
)

FORGED = b"BT 0 0 Td (99) Tj ET"


def field(writer: IncrementalPdfFileWriter, name: str = "So") -> generic.DictionaryObject:
    (found,) = [each.get_object() for each in writer.root["/AcroForm"]["/Fields"] if each.get_object()["/T"] == name]
    assert isinstance(found, generic.DictionaryObject)
    return found


def drawn(writer: IncrementalPdfFileWriter) -> generic.StreamObject:
    """A drawing of the field that says something else."""
    shown = field(writer)["/AP"]["/N"]
    entries = {pdf_name(key): shown[key] for key in ("/BBox", "/Subtype")}
    return generic.StreamObject(entries, stream_data=FORGED)


def fills(writer: IncrementalPdfFileWriter) -> None:
    """Another value, the drawing stays."""
    field(writer)[pdf_name("/V")] = pdf_string("99")
    writer.update_container(field(writer))


def draws_anew(writer: IncrementalPdfFileWriter) -> None:
    """The same value, another drawing."""
    field(writer)[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(drawn(writer))})
    writer.update_container(field(writer))


def overwrites_the_drawing(writer: IncrementalPdfFileWriter) -> None:
    """The field stays as it is, the stream it is drawn with says something else."""
    shown = field(writer)["/AP"].raw_get("/N")
    writer.objects[(shown.generation, shown.idnum)] = drawn(writer)


def exchanges_the_field(writer: IncrementalPdfFileWriter) -> None:
    """The form lists a field of that name that lay hidden in the file before it was signed (``planted``)."""
    listed = writer.root["/AcroForm"]["/Fields"]
    (place,) = [number for number, each in enumerate(listed) if each.get_object()["/T"] == "So"]
    listed[place] = generic.IndirectObject(hidden(writer), 0, writer)
    writer.update_container(listed)


def exchanges_the_drawing(writer: IncrementalPdfFileWriter) -> None:
    """The field is drawn with a stream that lay hidden in the file before it was signed (``planted``)."""
    lying = generic.IndirectObject(hidden(writer) + 1, 0, writer)
    field(writer)[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): lying})
    writer.update_container(field(writer))


ATTACKS = [fills, draws_anew, overwrites_the_drawing, exchanges_the_field, exchanges_the_drawing]


def hidden(writer: IncrementalPdfFileWriter) -> int:
    return int(writer.root["/AcroForm"]["/Hidden"])


def planted() -> bytes:
    """The decision, with another field “So” and another drawing in it that nothing shows."""

    def plant(writer: IncrementalPdfFileWriter) -> None:
        other = generic.DictionaryObject(dict(field(writer).items()) | {pdf_name("/V"): pdf_string("99")})
        place = writer.add_object(other).idnum
        assert writer.add_object(drawn(writer)).idnum == place + 1
        writer.root["/AcroForm"][pdf_name("/Hidden")] = generic.NumberObject(place)
        writer.update_container(writer.root["/AcroForm"])

    return hostile.revised(decision(), plant)


@cache
def by_the_house() -> bytes:
    """The fields that the seal locks were filled with it."""
    return Signer(key_of(AGENCY)).sign(planted(), seal_stamp())


@cache
def by_another_program() -> bytes:
    """The fields that the seal locks are older than it: where pyHanko is mistaken."""
    return certified(MDPPerm.FILL_FORMS, pdf=planted())


SEALS = pytest.mark.parametrize("made", [by_the_house, by_another_program])


def state_of_the_seal(pdf: bytes) -> State:
    states = {each.field: each.state for each in examine(pdf, anchors=[demo_authority().certificate], at=AT)}
    return states["DauCQ"]


def reviewed(pdf: bytes, policy: DiffPolicy) -> DiffResult | SuspiciousModification | None:
    (seal,) = [each for each in PdfFileReader(io.BytesIO(pdf)).embedded_signatures if each.field_name == "DauCQ"]
    seal.compute_integrity_info(diff_policy=policy)
    found = seal.diff_result
    assert found is None or isinstance(found, DiffResult | SuspiciousModification)
    return found


@SEALS
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_locked_field_that_changed_is_told(made: Callable[[], bytes], attack: hostile.Edit):
    assert state_of_the_seal(hostile.revised(made(), attack)) is State.MODIFIED


def signed_beside(pdf: bytes) -> bytes:
    """The file with a further signature, which is allowed."""
    return Signer(key_of(LEADER)).sign(pdf, leader_stamp(image=None))


@cache
def with_both(made: Callable[[], bytes]) -> bytes:
    """A sealed file with a further signature."""
    return signed_beside(made())


@SEALS
def test_each_seal_holds_as_long_as_nothing_changes(made: Callable[[], bytes]):
    assert state_of_the_seal(made()) is State.VALID


@SEALS
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("first", [True, False])
def test_no_signature_beside_it_covers_the_change_up(made: Callable[[], bytes], attack: hostile.Edit, *, first: bool):
    """A further signature is allowed; a forgery before or after it is as visible as alone."""
    forged = hostile.revised(made() if first else with_both(made), attack)
    assert state_of_the_seal(signed_beside(forged) if first else forged) is State.MODIFIED


@SEALS
@pytest.mark.parametrize(
    "attack",
    [
        hostile.draws_over,
        hostile.hides,
        hostile.hides_and_replaces,
        hostile.adds_a_page,
        hostile.puts_a_note,
        hostile.changes_the_form,
        hostile.runs_a_script,
    ],
)
def test_whatever_else_changed_is_told(made: Callable[[], bytes], attack: hostile.Edit):
    assert state_of_the_seal(hostile.revised(made(), attack)) is State.MODIFIED


@SEALS
def test_a_further_signature_changes_nothing(made: Callable[[], bytes]):
    assert state_of_the_seal(with_both(made)) is State.VALID


def test_the_one_difference_to_the_library():
    """Untouched drawings that are older than the seal. Where there are none, both find the same."""
    stamp = Stamp("KyNhay1", AT)
    mistaken = Signer(key_of(LEADER)).sign(by_another_program(), stamp)
    assert isinstance(reviewed(mistaken, DEFAULT_DIFF_POLICY), SuspiciousModification)
    assert isinstance(reviewed(mistaken, LATER_CHANGES), DiffResult)
    for attack in ATTACKS:
        forged = hostile.revised(by_the_house(), attack)
        assert str(reviewed(forged, LATER_CHANGES)) == str(reviewed(forged, DEFAULT_DIFF_POLICY))
    right = Signer(key_of(LEADER)).sign(sealed(), stamp)
    assert isinstance(reviewed(right, DEFAULT_DIFF_POLICY), DiffResult)
    assert isinstance(reviewed(right, LATER_CHANGES), DiffResult)
