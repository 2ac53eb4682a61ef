import io
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import x509
from django.conf import settings
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from motcua.engines.signing import pades
from motcua.engines.signing.levels import actions, queries, rules
from motcua.engines.signing.levels.stamps import UNREADABLE, note_stamps
from motcua.engines.signing.levels.timestamps import HttpTimeStamper
from motcua.engines.signing.models import RevocationStatement, SignedFile, SignedVersion, UpgradeState
from motcua.engines.signing.verification import Level, Revocation, State, examine
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import path_of, read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.models import Event
from motcua.kernel.identifiers.models import new_id
from motcua.site.logs import LineFormatter
from tests.engines.signing.factories import AT, decision, leader_stamp, seal_stamp
from tests.engines.signing.levels.ades import archive_verdicts
from tests.engines.signing.pki import Pki
from tests.engines.signing.test_pades import pdfsig

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


def signed(pki: Pki, pdf: bytes, label: str, stamp: pades.Stamp) -> bytes:
    certificate, chain = pki.certificate(label), pki.chain(label)
    prepared = pades.prepare(pdf, certificate=certificate, chain=chain, stamp=stamp)
    signature = pki.sign(label, prepared.to_sign)
    return pades.finish(prepared, signature=signature, certificate=certificate, chain=chain)


@cache
def sealed(pki: Pki, signer: str = "leader") -> bytes:
    return signed(pki, signed(pki, decision(), signer, leader_stamp(image=None)), "agency", seal_stamp(image=None))


def stored(pdf: bytes, name: str = "quyet-dinh.pdf") -> StoredFile:
    file = store_bytes(pdf, name=name, media_type="application/pdf", by=None)
    keep([file.pk])
    return file


def missing() -> StoredFile:
    """A file whose content is away."""
    file = stored(b"%PDF-1.7 away")
    path_of(file.blob_id).unlink()
    return file


def awaited(pdf: bytes, *, wanted: str | None = None, subject: str = "dossier:1") -> SignedFile:
    row = actions.await_level(file=stored(pdf), subject=subject, at=AT, wanted=wanted)
    assert row is not None
    return row


def raised(row: SignedFile, at: datetime = AT) -> SignedFile:
    actions.raise_due(at=at)
    row.refresh_from_db()
    return row


def context(pki: Pki, at: datetime) -> dict[str, object]:
    roots = [x509.Certificate.load(pki.certificate("root"))]
    return {"trust_roots": roots, "moment": at, "allow_fetching": False}


def test_a_sealed_decision_is_raised_for_the_archive_and_every_signature_stays_valid(trusting: Pki, tmp_path: Path):
    row = raised(awaited(sealed(trusting)))
    assert (row.level, row.state, row.last_error) == ("B-LTA", UpgradeState.REACHED, "")
    pdf = read_bytes(row.file)
    assert pdf.startswith(sealed_before := read_bytes(StoredFile.objects.order_by("created_at")[0]))
    reader = PdfFileReader(io.BytesIO(pdf))
    leader, agency = reader.embedded_regular_signatures
    for signature in (leader, agency):
        status = validate_pdf_signature(signature, ValidationContext(**context(trusting, AT)))
        assert status.bottom_line, status.pretty_print_details()
        assert status.modification_level in {ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}
    assert len(reader.embedded_timestamp_signatures) == 2
    assert pdfsig(pdf, tmp_path)[:2] == ["Signature is Valid."] * 2
    # Years on nobody answers any more: the file proves itself.
    late, root = AT + timedelta(days=2000), trusting.certificate("root")
    assert archive_verdicts(pdf, root=root, at=late) == [True] * 4
    for verdict in examine(pdf, anchors=[root], at=late):
        assert (verdict.state, verdict.level, verdict.revocation) == (State.VALID, Level.B_LTA, Revocation.GOOD)
        assert (verdict.proven, verdict.signed_at) == (True, AT)
    assert archive_verdicts(sealed_before, root=root, at=AT + timedelta(days=40000)) == [False] * 2


def test_each_level_can_be_the_wanted_one(trusting: Pki):
    for wanted, stamps, proofs in (("B-T", 1, False), ("B-LT", 1, True), ("B-LTA", 2, True)):
        row = raised(awaited(sealed(trusting), wanted=wanted))
        reader = PdfFileReader(io.BytesIO(read_bytes(row.file)))
        assert (row.level, row.state) == (wanted, UpgradeState.REACHED)
        assert len(reader.embedded_timestamp_signatures) == stamps
        assert ("/DSS" in reader.root) is proofs
        assert (row.due_at is None) is (wanted != "B-LTA")


def test_what_needs_no_level_does_not_wait(trusting: Pki):
    settings.SIGNATURE_LEVEL = "B-B"
    assert actions.await_level(file=stored(sealed(trusting)), subject="dossier:1", at=AT) is None
    assert not SignedFile.objects.exists()


def test_many_documents_ask_each_authority_once(trusting: Pki):
    for number in range(5):
        awaited(signed(trusting, decision(), "agency", leader_stamp(image=None, reason=f"{number}")))
    assert actions.raise_due(at=AT, most=3) == 3
    assert actions.raise_due(at=AT, most=3) == 2
    assert actions.raise_due(at=AT) == 0
    assert set(SignedFile.objects.order_by("id").values_list("level", flat=True)) == {"B-LTA"}
    assert (trusting.fetched("crls"), trusting.fetched("ocsp")) == (2, 0)
    assert trusting.fetched("tsa") == 5 * 2 + 2  # and once a batch, to see whose stamps they are
    assert RevocationStatement.objects.count() == 2


def test_while_the_time_stamp_server_is_down_documents_wait_visibly(trusting: Pki):
    trusting.out_of_order.add("tsa")
    row = raised(awaited(sealed(trusting)))
    assert (row.level, row.state, row.tries, row.due_at) == ("B-B", UpgradeState.WAITING, 1, AT + SOON)
    assert row.last_error == f"{trusting.tsa_url}: HTTP 503"
    assert list(queries.waiting_files()) == [row]
    assert raised(row, AT).tries == 1
    assert raised(row, AT + SOON).due_at == AT + 3 * SOON
    trusting.out_of_order.clear()
    row = raised(row, AT + 3 * SOON)
    assert (row.level, row.last_error, row.tries) == ("B-LTA", "", 0)
    assert list(queries.waiting_files()) == []


def test_another_authority_is_asked_when_the_first_is_down(trusting: Pki):
    settings.TIME_STAMP_AUTHORITIES = ["http://127.0.0.1:9/tsa", trusting.tsa_url]
    assert raised(awaited(sealed(trusting))).level == "B-LTA"


def test_what_one_authority_gave_is_kept_when_another_is_down(trusting: Pki):
    trusting.out_of_order |= {"crls", "ocsp"}
    row = raised(awaited(sealed(trusting)))
    assert (row.level, row.state, row.tries) == ("B-T", UpgradeState.WAITING, 1)
    assert "crls/authority" in row.last_error
    trusting.out_of_order.clear()
    assert raised(row, AT + 2 * SOON).level == "B-LTA"
    assert [version.level for version in row.versions.order_by("id")] == ["B-B", "B-T", "B-LTA"]


def test_the_owner_is_told_and_every_earlier_download_is_found(trusting: Pki):
    row = awaited(sealed(trusting), subject="dossier:7")
    old = row.file
    row = raised(row)
    told = Event.objects.get(kind="signing.upgraded").references
    assert told == {
        "subject": "dossier:7",
        "level": "B-LTA",
        "old_file": str(old.pk),
        "old_digest": old.blob_id,
        "new_file": str(row.file_id),
        "new_digest": row.file.blob_id,
    }
    assert queries.signed_file_of(old.blob_id) == queries.signed_file_of(row.file.blob_id) == row
    assert queries.signed_file_of("0" * 64) is None
    first = SignedVersion.objects.get(digest=old.blob_id)
    assert read_bytes(row.file)[: first.size] == read_bytes(old)
    assert row.file.kept


def test_an_archive_stamp_is_renewed_before_it_ends(trusting: Pki):
    settings.TIME_STAMP_AUTHORITIES = [f"{trusting.url}/pki/tsa/tsa-short"]
    row = raised(awaited(sealed(trusting)))
    assert row.due_at == datetime(2027, 1, 1, tzinfo=AT.tzinfo) - timedelta(days=90)
    settings.TIME_STAMP_AUTHORITIES = [trusting.tsa_url]
    trusting.out_of_order.add("tsa")
    trusting.at = later = row.due_at
    row = raised(row, later)
    assert (row.state, row.level, row.tries) == (UpgradeState.REACHED, "B-LTA", 1)
    assert list(queries.overdue_renewals()) == [row]
    trusting.out_of_order.clear()
    trusting.at = later = row.due_at
    row = raised(row, later)
    reader = PdfFileReader(io.BytesIO(read_bytes(row.file)))
    assert (row.last_error, len(reader.embedded_timestamp_signatures)) == ("", 3)
    assert row.due_at == datetime(2125, 1, 1, tzinfo=AT.tzinfo) - timedelta(days=90)
    assert row.reached_at == AT
    assert not queries.overdue_renewals().exists()
    late = datetime(2034, 1, 1, tzinfo=AT.tzinfo)
    verdicts = archive_verdicts(read_bytes(row.file), root=trusting.certificate("root"), at=late)
    assert verdicts == [True] * 5


def test_newer_data_on_the_strength_of_keys_bring_a_renewal_forward(trusting: Pki, monkeypatch: pytest.MonkeyPatch):
    row, other = raised(awaited(sealed(trusting))), raised(awaited(sealed(trusting)))
    planned, day = row.due_at, timedelta(days=1)
    assert (row.stamp_at, row.stamp_ends - planned) == (AT, timedelta(days=90))
    SignedFile.objects.filter(pk=other.pk).update(stamp_key="rsa-4096")
    known = queries.strengths()
    weak = (AT + timedelta(days=400)).replace(hour=0, minute=0)
    newer = rules.Strength(
        since=(AT + 10 * day).date(), renew_days_before=90, strong_until={row.stamp_key: weak.date()}
    )
    monkeypatch.setattr(queries, "strengths", lambda: (newer, *known))
    assert actions.bring_renewals_forward(at=AT + 9 * day) == 0, "not in force yet"
    assert actions.bring_renewals_forward(at=AT + 10 * day) == 1
    row.refresh_from_db()
    assert row.due_at == weak - 90 * day
    assert SignedFile.objects.get(pk=other.pk).due_at == planned
    assert actions.bring_renewals_forward(at=AT + 10 * day) == 0
    trusting.at = later = row.due_at
    row = raised(row, later)
    assert len(PdfFileReader(io.BytesIO(read_bytes(row.file))).embedded_timestamp_signatures) == 3
    assert row.due_at == later + rules.SHORTEST_LIFE, "the authority's key is as weak: not every night"
    assert actions.bring_renewals_forward(at=later) == 0


def test_what_was_not_noted_of_older_stamps_is_read_from_their_files(trusting: Pki):
    row, away, broken = (raised(awaited(sealed(trusting), subject=f"dossier:{number}")) for number in range(3))
    known = {"stamp_key": row.stamp_key, "stamp_at": AT, "stamp_ends": row.stamp_ends}
    SignedFile.objects.update(stamp_key="", stamp_at=None, stamp_ends=None)
    SignedFile.objects.filter(pk=away.pk).update(file=missing())
    SignedFile.objects.filter(pk=broken.pk).update(file=stored(b"%PDF-1.7 broken"))

    assert note_stamps(most=2) == 1
    assert SignedFile.objects.filter(pk=row.pk).values(*known).get() == known
    assert note_stamps() == 1
    assert SignedFile.objects.get(pk=broken.pk).stamp_key == UNREADABLE
    assert list(queries.stamps_to_note()) == [away], "it waits for its storage"
    assert note_stamps() == 0


@pytest.mark.parametrize("label", ["stranger"])
def test_who_signs_without_a_trusted_authority_waits_with_the_reason(
    trusting: Pki, label: str, caplog: pytest.LogCaptureFixture
):
    row = raised(awaited(signed(trusting, decision(), label, leader_stamp(image=None))))
    assert (row.level, row.state) == ("B-T", UpgradeState.WAITING)
    assert "Nguyễn Văn Tự Ký" in row.last_error
    (waits,) = [each for each in caplog.records if each.message == "signature_level_waits"]
    assert "Tự Ký" not in LineFormatter().format(waits)


def test_a_stamp_by_somebody_who_may_not_is_not_taken(trusting: Pki):
    for authority in ("tsa-wrong", "tsa-stranger"):
        settings.TIME_STAMP_AUTHORITIES = [f"{trusting.url}/pki/tsa/{authority}"]
        row = raised(awaited(sealed(trusting)))
        assert (row.level, row.state) == ("B-B", UpgradeState.WAITING)
        assert "trusted" in row.last_error


def test_a_file_that_cannot_be_raised_says_so_and_can_be_tried_again(trusting: Pki):
    row = raised(awaited(b"%PDF-1.7 broken"))
    assert (row.state, row.due_at, row.level) == (UpgradeState.FAILED, None, "B-B")
    assert row.last_error
    assert list(queries.waiting_files()) == [row]
    assert actions.raise_due(at=AT + timedelta(days=9)) == 0
    actions.try_again(signed_file_id=row.id, by=new_id(), at=AT)
    assert raised(row).state == UpgradeState.FAILED
    done = raised(awaited(sealed(trusting)))
    with pytest.raises(Conflict):
        actions.try_again(signed_file_id=done.id, by=new_id(), at=AT)
    with pytest.raises(NotFound):
        actions.try_again(signed_file_id=new_id(), by=new_id(), at=AT)


def test_a_longer_stamp_of_another_authority_waits_for_its_room(trusting: Pki, monkeypatch: pytest.MonkeyPatch):
    room = HttpTimeStamper.reserved
    monkeypatch.setattr(HttpTimeStamper, "reserved", 2000)
    row = raised(awaited(sealed(trusting)))
    assert (row.level, row.state) == ("B-B", UpgradeState.WAITING)
    assert "room" in row.last_error
    monkeypatch.setattr(HttpTimeStamper, "reserved", room)
    assert raised(row, row.due_at).level == "B-LTA"
