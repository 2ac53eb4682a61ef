"""Statements that are kept, and addresses made without looking the page up again."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models.expressions import RawSQL
from django.urls import reverse

from motcua.kernel.composed import Composed
from motcua.kernel.web.addresses import address
from motcua.people.officers.models import Position
from tests.factories import make_officer

pytestmark = pytest.mark.django_db


def held_by(account: UUID) -> Any:
    return Position.objects.filter(officer=account).select_related("officer__account").order_by("id")


def test_models_come_with_those_joined_in_one_statement(django_assert_num_queries: Any) -> None:
    officers = [make_officer(), make_officer()]
    positions = Composed[Position]()
    for officer in officers:
        with django_assert_num_queries(1):
            found = positions(lambda key=officer.pk: held_by(key), [officer.pk])
            names = [position.officer.account.display_name for position in found]
        assert found == list(held_by(officer.pk))
        assert len(names) == len(found)
    assert positions(lambda: held_by(uuid4()), [uuid4()]) == []


def test_what_a_queryset_annotates_comes_along() -> None:
    officer = make_officer()
    (position,) = Composed[Position]()(
        lambda: Position.objects.filter(officer=officer.pk).annotate(beside=RawSQL("SELECT 7", ())), [officer.pk]
    )
    assert position.beside == 7


def test_values_that_are_not_the_statements_are_told() -> None:
    with pytest.raises(ValueError, match="asks for"):
        Composed[Position]()(lambda: held_by(uuid4()), ["other"])


def test_what_nothing_can_fulfil_is_empty() -> None:
    assert Composed[Position]()(lambda: Position.objects.filter(pk__in=[]), []) == []


@pytest.mark.parametrize("parts", [("H99.1 %ă",), ("H99.1-261123-0001",), ("a b&c=d:@", UUID(int=7))])
def test_an_address_is_what_reverse_gives(parts: tuple[Any, ...]) -> None:
    page = "dossiers:desk-file" if len(parts) == 2 else "dossiers:desk-dossier"
    assert address(page, *parts) == reverse(page, args=parts)
