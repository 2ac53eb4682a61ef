"""How many statements the acts of every day take: as many for many offices as for one."""

from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.models import Event
from motcua.services.correspondence import actions
from motcua.services.correspondence.actions import Given, outgoing
from motcua.services.correspondence.actions.arriving import arrive_inside
from motcua.services.correspondence.models import Assignment, IncomingDocument, OutgoingDocument, Recipient
from motcua.services.correspondence.rules.outgoing import INSIDE_AT_ONCE
from tests.factories import make_office
from tests.jobs import queued
from tests.services.correspondence.factories import Agency, make_agency, registered
from tests.services.correspondence.outgoing_factories import issued, sealed

pytestmark = pytest.mark.django_db
MANY = 6


@pytest.fixture
def agency() -> Agency:
    return make_agency(signing=True)


def test_a_document_is_taken_in_and_registered_at_once(agency: Agency, django_assert_num_queries: Any) -> None:
    first = registered(agency)  # makes the series of numbers
    file = first.files.get().file_id
    told = actions.Arrival(type="cong_van", notation="1/SXD", subject="Về đèn", sender="Sở Mẫu", files=[file])
    with django_assert_num_queries(10):  # BEGIN and COMMIT are a savepoint here, and the actor's desk is read
        made = actions.register_at_once(told, office=agency.office.pk, channel="scan", by=agency.actor(agency.clerk))
    assert (made.number, made.state) == (first.number + 1, "registered")
    assert [name for name, _given in queued()] == [check_file.name] * 2


@pytest.mark.parametrize("supporting", [0, MANY])
def test_a_note_to_many_units(agency: Agency, supporting: int, django_assert_num_queries: Any) -> None:
    document = registered(agency)
    units = [make_office(f"Đơn vị {n}", parent=agency.office, receives=False) for n in range(supporting)]
    given = [Given(office=agency.unit.pk, part="lead"), *(Given(office=unit.pk, part="support") for unit in units)]
    with django_assert_num_queries(11):
        made = actions.note(document.pk, text="Giao các đơn vị.", given=given, by=agency.actor(agency.leader))
    assert [each.part for each in made] == ["lead", *["support"] * supporting]


def sealed_to(agency: Agency, offices: int) -> OutgoingDocument:
    document = sealed(agency)
    document.recipients.all().delete()
    Recipient.objects.bulk_create(
        Recipient(
            document=document, way="inside", office=make_office(f"Đơn vị {n}", receives=False), name=f"Đơn vị {n}"
        )
        for n in range(offices)
    )
    assert offices < INSIDE_AT_ONCE
    return document


@pytest.mark.parametrize("offices", [1, MANY])
def test_a_document_is_issued_to_many_offices(agency: Agency, offices: int, django_assert_num_queries: Any) -> None:
    document = sealed_to(agency, offices)
    with django_assert_num_queries(15):
        outgoing.issue(document.pk, by=agency.actor(agency.clerk))
    there = IncomingDocument.objects.filter(notation=document.notation).order_by("id")
    files = [document.files.get().file_id for document in there]
    assert len(set(files)) == len(there) == offices


@pytest.mark.parametrize("offices", [1, MANY])
def test_a_document_is_corrected_at_and_taken_back_from_many_offices(
    agency: Agency, offices: int, django_assert_num_queries: Any
) -> None:
    document, by = sealed_to(agency, offices), agency.actor(agency.clerk)
    outgoing.issue(document.pk, by=by)
    there = IncomingDocument.objects.filter(notation=document.notation).order_by("id")
    for each in there:
        Assignment.objects.create(
            document=each, office=each.office, part="lead", assigned_by=agency.leader, assigned_at=each.arrived_at,
            sort_due=each.arrived_at.date(),
        )  # fmt: skip
    with django_assert_num_queries(17):
        outgoing.correct_data(
            document.pk, outgoing.Data(subject="Về việc sửa đèn", urgency=0, pages=None), reason="Sai trích yếu", by=by
        )
    with django_assert_num_queries(28):  # three for what some sent back before they got it again
        outgoing.recall(document.pk, reason="Sai", by=by)
    assert {each.state for each in there.all()} == {"recalled"}
    assert not Assignment.objects.filter(document__in=there).exclude(state="withdrawn").exists()
    kinds = Event.objects.filter(stream__in=[each.stream for each in there]).order_by("position")
    told = list(kinds.values_list("kind", "references__ended__0__office", "references__working__0__office"))
    assert sorted(told[offices:]) == sorted(
        (
            f"correspondence.{kind}",
            *((None, str(each.office_id)) if kind == "data_corrected" else (str(each.office_id), None)),
        )
        for kind in ("data_corrected", "recall_heard")
        for each in there
    )


def test_an_office_that_has_the_document_gets_no_other_unless_that_is_gone(agency: Agency) -> None:
    document = issued(agency, to=make_agency("Ủy ban nhân dân xã Mẫu Khác"))
    (first,) = IncomingDocument.objects.filter(notation=document.notation)
    given = actions.Arrival(
        type=first.type, notation=first.notation, subject=first.subject, sender=first.sender,
        sender_code=first.sender_code, identifier=f" {first.identifier} ",
    )  # fmt: skip
    original, other, at = first.files.get().file, make_office("Đơn vị 2", receives=False), timezone.now()

    def arrived() -> dict[UUID, UUID]:
        offices = [first.office_id, other.pk]
        made, told = arrive_inside(given, [original], offices=offices, at=at)
        record_many(told)
        return {office: row.pk for office, row in made.items()}

    files = StoredFile.objects.count()
    told = arrived()
    assert told[first.office_id] == first.pk
    assert StoredFile.objects.count() == files + 1
    assert arrived() == told
    actions.send_back(first.pk, reason="Gửi nhầm", by=agency.actor(agency.clerk))
    again = arrived()
    assert again[other.pk] == told[other.pk]
    assert again[first.office_id] != first.pk
    assert StoredFile.objects.count() == files + 2
