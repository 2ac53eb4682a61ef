"""What nobody may do to files: the database refuses it to raw SQL, with and without a hold."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone

from motcua.kernel.blobs.actions import release, sweep
from motcua.kernel.blobs.files import path_of
from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.kernel.events.models import Event
from motcua.services.records import access, actions
from motcua.services.records.models import Hold, PinnedFile, WorkFile
from tests.services.correspondence.factories import Agency, desk, make_agency
from tests.services.records.factories import again, closed, filled, offered, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def refused(sql: str, *values: object) -> str:
    """The refusal of a statement as the database words it."""
    with pytest.raises(DatabaseError) as error:
        _executed(sql, values)
    return str(error.value)


@transaction.atomic
def _executed(sql: str, values: tuple[object, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else foreign keys are looked at when all is committed


def hold(agency: Agency, file: WorkFile) -> Hold:
    by = agency.actor(agency.leader)
    return actions.place_hold(file.pk, reason="Thanh tra", basis="12/QĐ-TTr ngày 02/11/2026", by=by)


@pytest.mark.parametrize("make", [filled, closed])
def test_raw_sql_changes_nothing_of_a_held_file(agency: Agency, make: Callable[[Agency], WorkFile]) -> None:
    file = make(agency)
    hold(agency, file)
    inside = "SELECT id FROM records_entry WHERE file_id = %s"
    for sql in (
        "UPDATE records_workfile SET title = 'Khác' WHERE id = %s",
        "UPDATE records_workfile SET state = 'destroyed', destroyed_at = now() WHERE id = %s",
        "UPDATE records_entry SET title = 'Khác' WHERE file_id = %s",
        "DELETE FROM records_pinnedfile p USING records_entry e WHERE e.id = p.entry_id AND e.file_id = %s",
        "DELETE FROM records_entry WHERE file_id = %s",
        f"UPDATE records_pinnedfile SET stored_id = NULL WHERE entry_id IN ({inside})",
        "UPDATE records_hold SET reason = 'Khác' WHERE file_id = %s",
        "UPDATE records_hold SET lifted_at = now(), lifted_by_id = placed_by_id, lift_basis = 'x' WHERE file_id = %s",
    ):
        assert "legal hold" in refused(sql, file.pk) or "a hold is lifted" in refused(sql, file.pk), sql
    assert "never deleted" in refused("DELETE FROM records_workfile WHERE id = %s", file.pk)
    assert "never deleted" in refused("DELETE FROM records_hold WHERE file_id = %s", file.pk)


@pytest.mark.parametrize("table", ["entry", "pinnedfile", "appraisedfile", "councilmember", "ballot"])
def test_no_table_of_files_and_appraisals_is_emptied(table: str) -> None:
    assert "never deleted" in refused(f"TRUNCATE records_{table} CASCADE")


def test_the_contents_of_a_held_file_stay_whoever_lets_them_go(agency: Agency) -> None:
    """Pinned at the moment of the hold: neither the sweep nor SQL gets at the bytes, also of an open file."""
    file = filled(agency)
    hold(agency, file)
    pinned = list(PinnedFile.objects.filter(entry__file=file).order_by("digest"))
    assert len(pinned) == 2
    keys = [each.stored_id for each in pinned]
    release(keys)
    sweep(now=timezone.now() + timedelta(days=9))
    assert all(path_of(each.digest).exists() for each in pinned)
    assert "violates foreign key" in refused("DELETE FROM blobs_storedfile WHERE id = %s", keys[0])
    digests = [each.digest for each in pinned]
    assert "frozen" in refused("UPDATE blobs_storedfile SET blob_id = %s WHERE id = %s", digests[1], keys[0])


def test_a_transfer_with_a_held_file_is_given_up_and_nothing_else(agency: Agency) -> None:
    transfer = offered(agency)
    file = again(transfer.files.get().file_id)
    hold(agency, file)
    for change in ("state = 'archived', archived_at = now()", "state = 'closed', title = 'Khác'", "title = 'Khác'"):
        assert "legal hold" in refused(f"UPDATE records_workfile SET {change} WHERE id = %s", file.pk), change
    actions.cancel(transfer.pk, reason="Thanh tra", by=agency.actor(agency.first))
    assert again(file.pk).state == "closed"
    assert "legal hold" in refused("UPDATE records_workfile SET state = 'offered' WHERE id = %s", file.pk)


def test_a_held_file_is_not_changed_by_the_house_either(agency: Agency) -> None:
    file, first = filled(agency), agency.actor(agency.first)
    hold(agency, file)
    for act in (
        lambda: upload(agency, file),
        lambda: actions.close_file(file.pk, ends_on=timezone.localdate(), by=first),
        lambda: actions.edit(file.pk, title="x", rights="limited", starts_on=timezone.localdate(), by=first),
        lambda: actions.remove_entry(file.pk, file.entries.all()[0].pk, reason="x", by=first),
    ):
        with pytest.raises(Conflict) as held:
            act()
        assert held.value.code == "held"
    able = {act for act, may in access.file_for(desk(agency.leader), file.pk).abilities.items() if may}
    assert able == {"share", "hand_over", "hold", "lift"}
    # Keeper and sharing are not the record.
    actions.hand_over([file.pk], taker=agency.second.pk, reason="Đổi việc", by=agency.actor(agency.head))


def test_a_hold_is_lifted_by_a_document_and_told(agency: Agency) -> None:
    file, leader = filled(agency), agency.actor(agency.leader)
    first, second = hold(agency, file), hold(agency, file)
    with pytest.raises(Refused):
        actions.lift(file.pk, first.pk, basis=" ", by=leader)
    actions.lift(file.pk, first.pk, basis="15/KL-TTr ngày 20/11/2026", by=leader)
    with pytest.raises(Conflict):
        upload(agency, file)
    actions.lift(file.pk, second.pk, basis="15/KL-TTr ngày 20/11/2026", by=leader)
    upload(agency, file)
    assert Event.objects.filter(stream=file.stream, kind="records.hold_lifted").count() == 2
    assert "a hold is lifted" in refused(
        "UPDATE records_hold SET lifted_at = NULL, lifted_by_id = NULL, lift_basis = ''"
    )


def test_only_the_leader_holds_not_even_administrators(agency: Agency) -> None:
    file = filled(agency)
    for account in (agency.first, agency.head):
        with pytest.raises(NotAllowed):
            access.file_for(desk(account), file.pk).require("hold")


def test_a_closed_file_is_frozen_and_its_retention_only_grows(agency: Agency) -> None:
    file = closed(agency)
    for sql in (
        "UPDATE records_workfile SET title = 'Khác' WHERE id = %s",
        "UPDATE records_workfile SET state = 'open', closed_at = NULL WHERE id = %s",
        "UPDATE records_entry SET day = day - 1 WHERE file_id = %s",
        "DELETE FROM records_entry WHERE file_id = %s",
        "INSERT INTO records_entry SELECT * FROM records_entry WHERE file_id = %s",
    ):
        assert "frozen" in refused(sql, file.pk), sql
    for sql in (
        "UPDATE records_workfile SET kept_until = kept_until - 1 WHERE id = %s",
        "UPDATE records_workfile SET state = 'destroyed', destroyed_at = now() WHERE id = %s",
    ):
        assert "grows" in refused(sql, file.pk) or "still to be kept" in refused(sql, file.pk), sql
    until = file.kept_until.replace(year=file.kept_until.year + 5)
    actions.extend(file.pk, until=until, permanent=False, reason="x", by=agency.actor(agency.head))
    actions.extend(file.pk, until=None, permanent=True, reason="x", by=agency.actor(agency.head))
    assert "grows" in refused(
        "UPDATE records_workfile SET permanent = false, kept_until = '2999-12-31' WHERE id = %s", file.pk
    )
    assert again(file.pk).permanent


def test_a_document_in_a_file_is_not_deleted(agency: Agency) -> None:
    file = closed(agency)
    document = file.entries.get(incoming__isnull=False).incoming
    with pytest.raises(ProtectedError):
        document.delete()
