"""Rows that are written by kept statements are those that the ORM would write."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.writing import insert, update
from motcua.services.correspondence.models import IncomingDocument, IncomingFile
from tests.services.correspondence.factories import make_agency, registered

pytestmark = pytest.mark.django_db


def values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_rows_of_several_tables_come_and_change_as_the_orm_reads_them(django_assert_num_queries: Any) -> None:
    agency = make_agency()
    like, now = registered(agency), timezone.now()
    stored = StoredFile.objects.get(pk=like.files.get().file_id)
    made = [
        IncomingDocument(
            office=agency.office, channel="scan", type="cong_van", arrived_at=now, sender="Sở Mẫu", subject=subject
        )
        for subject in ('Về "đèn" \\ đường,\n{ngõ}', "")
    ]
    files = [IncomingFile(document=each, file=stored, part="main") for each in made]
    with django_assert_num_queries(1):
        insert([*made, *files])
    for row in (*made, *files):
        assert not row._state.adding
        assert values(type(row).objects.get(pk=row.pk)) == values(row)
    made[0].due_on, made[0].note, made[1].note = (now + timedelta(days=3)).date(), "Giao.", "Không ghi"
    with django_assert_num_queries(2):
        update([made[0]])
        update(made, ["sender", "pages"])
    assert values(IncomingDocument.objects.get(pk=made[0].pk)) == values(made[0])
    assert IncomingDocument.objects.get(pk=made[1].pk).note == ""
    with django_assert_num_queries(0):
        insert([])
        update([])


def test_a_broken_rule_is_the_orms_error() -> None:
    document = registered(make_agency())
    document.number = None
    with pytest.raises(IntegrityError), transaction.atomic():
        update([document])


def test_a_row_that_is_gone_is_not_passed_over() -> None:
    here, gone = registered(make_agency()), registered(make_agency("Ủy ban nhân dân xã Khác"))
    gone.pk = UUID(int=0)
    with pytest.raises(DatabaseError, match="1 of 2"):
        update([here, gone], ["note"])
    update([here, here], ["note"])


def test_a_name_that_is_no_fields_is_refused() -> None:
    with pytest.raises(FieldDoesNotExist, match="office_id"):
        update([registered(make_agency())], ["note", "office_id"])
