"""Dossiers are found by the words of name, subject and number, by those who may see them."""

import pytest

from motcua.kernel.events.models import Event
from motcua.services.dossiers import searching
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.models import Dossier
from motcua.services.dossiers.subscribers import index
from tests.factories import make_citizen, make_office, make_officer
from tests.services.dossiers.factories import Town, make_town, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town()


def filed(town: Town, name: str) -> Dossier:
    """A dossier of somebody of this name, as it stands in the index."""
    applicant = make_citizen(name=name)
    dossier = submit(town, applicant=applicant, by=citizen(applicant.account_id))
    index(list(Event.objects.filter(stream=f"dossier:{dossier.pk}")))
    return dossier


def found(town: Town, text: str, **options: int) -> list[str]:
    viewer = Viewer.of(town.specialist)
    return [line.number for line in searching.search(viewer, text, **options)]


def test_words_are_found_without_accents_begun_and_in_any_order(town: Town) -> None:
    an, binh = filed(town, "Nguyễn Văn An"), filed(town, "Trần Thị Bình")
    for text in ("Nguyễn Văn An", "nguyen van a", "an nguyen", "VĂN", "ng an", "nguyen an"):
        assert (an.number in found(town, text)) == (text != "ng an"), text
        assert binh.number not in found(town, text), text
    assert set(found(town, "cap ban sao")) == {an.number, binh.number}
    assert found(town, binh.submission_number) == [binh.number]
    assert found(town, "nguyen van an tran") == found(town, "x") == found(town, "''&|!:*") == []


def test_where_the_page_is_full_the_words_as_they_were_typed_come_first(town: Town) -> None:
    together = filed(town, "Lê Minh Mẫu")
    apart = [filed(town, "Minh Thị Lê"), filed(town, "Lê Văn Minh")]
    assert found(town, "le minh", most=1) == [together.number]
    assert found(town, "le minh", most=2) == [apart[-1].number, together.number]
    assert len(found(town, "le minh")) == 3


def test_a_word_of_any_length_is_kept_and_found(town: Town) -> None:
    long, dossier = "a" * 240, submit(town)
    Dossier.objects.filter(pk=dossier.pk).update(subject=f"{long} {long}")
    index(list(Event.objects.filter(stream=f"dossier:{dossier.pk}")))
    assert found(town, f"{long} {long}") == [dossier.number]
    assert found(town, "b" * 5_000) == []


def test_only_who_may_see_a_dossier_finds_it(town: Town) -> None:
    dossier = filed(town, "Nguyễn Văn An")
    account = dossier.applicant.account
    assert account is not None
    assert [line.number for line in searching.search(Viewer.of(account), "nguyen van an")] == [dossier.number]
    for stranger in (make_citizen().account, make_officer(office=make_office())):
        assert stranger is not None
        assert searching.search(Viewer.of(stranger), "nguyen van an") == []
