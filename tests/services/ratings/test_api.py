"""The one answer to a return, by a program."""

import pytest

from motcua.services.ratings.models import Answer
from motcua.services.ratings.secrets import rating_secret
from tests.services.dossiers.factories import make_town
from tests.services.ratings.factories import HAPPY, invited
from tests.site.api_client import as_account, as_service

pytestmark = pytest.mark.django_db


def test_questions_are_read_and_answered_once():
    town = make_town()
    invitation = invited(town)
    path = f"/ratings/{invitation.pk}/{rating_secret(invitation.pk)}"
    app = as_service("Ứng dụng của tỉnh")
    asked = app.get(path).json()
    assert asked["state"] == "open"
    assert {question["code"] for question in asked["questions"]} >= set(HAPPY)
    wrong = app.post(path, {"answers": {"overall": 9}})
    assert wrong.status_code == 422
    given = {"answers": {code: int(value) for code, value in HAPPY.items()}, "comment": "Nhanh."}
    assert as_account(town.specialist).post(path, given).json()["code"] == "own_work"
    assert app.post(path, given).json()["overall"] == 5
    assert app.post(path, given).status_code == 409
    assert app.get(path).json()["state"] == "answered"
    assert Answer.objects.get().comment == "Nhanh."


def test_a_wrong_secret_is_answered_like_a_wrong_invitation():
    invitation = invited(make_town())
    assert as_service().get(f"/ratings/{invitation.pk}/AAAA-BBBB-CCCC").status_code == 404
    assert as_service().post(f"/ratings/{invitation.pk}/x", {"answers": {"overall": 5}}).status_code == 404
