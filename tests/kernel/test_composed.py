"""Statements that are kept, and addresses made without looking the page up again."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.db.models.expressions import RawSQL
from django.db.transaction import TransactionManagementError
from django.urls import reverse

from motcua.kernel import composed
from motcua.kernel.composed import Composed, keys
from motcua.kernel.web.addresses import address
from motcua.people.accounts.models import Account
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


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_would_be_gone_at_once_is_refused() -> None:
    locked, key = Composed[Account](), make_officer().pk

    def asked() -> list[Account]:
        return locked(lambda: Account.objects.select_for_update().filter(pk=key), [key])

    with transaction.atomic():
        assert [row.pk for row in asked()] == [key]
    with pytest.raises(TransactionManagementError):
        asked()


def test_what_nothing_can_fulfil_is_empty() -> None:
    assert Composed[Position]()(lambda: Position.objects.filter(pk__in=[]), []) == []


def test_a_list_is_composed_once_for_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composed, "_keys", {})
    one, other = uuid4(), uuid4()
    first = keys(lambda: held_by(one), [one], shape="held")
    assert keys(lambda: pytest.fail("composed again"), [other], shape="held") == first._replace(params=[other])  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="asks for"):
        keys(lambda: held_by(one), [other], shape="of another")
    assert keys(lambda: Position.objects.filter(pk__in=[]), [], shape="nothing") is None


def test_a_statement_that_depends_on_more_than_its_shape_is_told() -> None:
    keys(lambda: Position.objects.order_by("id"), [], shape="all")
    with pytest.raises(AssertionError, match="more than its shape"):
        keys(lambda: Position.objects.order_by("-id"), [], shape="all")


@pytest.mark.parametrize("parts", [("H99.1 %ă",), ("H99.1-261123-0001",), ("a b&c=d:@", UUID(int=7))])
def test_an_address_is_what_reverse_gives(parts: tuple[Any, ...]) -> None:
    page = "dossiers:desk-file" if len(parts) == 2 else "dossiers:desk-dossier"
    assert address(page, *parts) == reverse(page, args=parts)
