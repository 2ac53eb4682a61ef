import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import RequestFactory
from django.utils import timezone

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.web import idempotency
from motcua.kernel.web.idempotency import LIFE, once
from motcua.kernel.web.jobs import forget_requests
from motcua.kernel.web.models import IdempotencyKey, RateCounter
from motcua.kernel.web.rate_limit import spend


def ask(key: str | None, body: dict[str, object] | None = None, path: str = "/api/v1/dossiers") -> HttpRequest:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return RequestFactory().post(path, body or {"a": 1}, content_type="application/json", headers=headers)


class Work:
    """Counts how often it is done."""

    def __init__(self, status: int = 201) -> None:
        self.times = 0
        self.status = status

    def __call__(self) -> HttpResponse:
        self.times += 1
        return JsonResponse({"number": self.times}, status=self.status, headers={"Location": "/x", "X-Own": "1"})


@pytest.mark.django_db
def test_the_same_request_is_done_once_and_answered_twice() -> None:
    work = Work()
    first = once(ask("k"), principal="a", respond=work)
    second = once(ask("k"), principal="a", respond=work)
    assert work.times == 1
    assert (second.status_code, second.content) == (201, first.content)
    assert second["Location"] == "/x"
    assert second["Content-Type"] == "application/json"
    assert second["Idempotency-Replayed"] == "true"
    assert "X-Own" not in second


@pytest.mark.django_db
def test_without_a_key_it_is_done_each_time() -> None:
    work = Work()
    once(ask(None), principal="a", respond=work)
    once(ask(None), principal="a", respond=work)
    assert work.times == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_another_principal_has_keys_of_its_own() -> None:
    work = Work()
    once(ask("k"), principal="a", respond=work)
    once(ask("k"), principal="b", respond=work)
    assert work.times == 2


@pytest.mark.django_db
@pytest.mark.parametrize("other", [ask("k", {"a": 2}), ask("k", path="/api/v1/dossiers?dry=1")])
def test_another_request_under_a_used_key_is_refused(other: HttpRequest) -> None:
    once(ask("k"), principal="a", respond=Work())
    with pytest.raises(Refused) as refused:
        once(other, principal="a", respond=Work())
    assert (refused.value.status, refused.value.code) == (422, "key_reused")


@pytest.mark.django_db
def test_an_upload_is_known_by_its_digest() -> None:
    work = Work()
    once(ask("k"), principal="a", respond=work, content=b"digest 1")
    with pytest.raises(Refused):
        once(ask("k"), principal="a", respond=work, content=b"digest 2")
    assert work.times == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "é", "a" * 256, "a\tb"])
def test_ill_formed_keys(key: str) -> None:
    with pytest.raises(Refused) as refused:
        once(ask(key), principal="a", respond=Work())
    assert refused.value.code == "bad_key"


@pytest.mark.django_db
def test_after_24_hours_the_key_is_free_again() -> None:
    work = Work()
    once(ask("k"), principal="a", respond=work)
    IdempotencyKey.objects.update(created_at=timezone.now() - LIFE)
    assert once(ask("k", {"a": 2}), principal="a", respond=work).status_code == 201
    assert work.times == 2


@pytest.mark.django_db
def test_a_refusal_keeps_no_key() -> None:
    def refuse() -> HttpResponse:
        raise NotFound("no")

    with pytest.raises(NotFound):
        once(ask("k"), principal="a", respond=refuse)
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db
def test_a_breakdown_is_tried_again() -> None:
    assert once(ask("k"), principal="a", respond=Work(503)).status_code == 503
    work = Work()
    assert once(ask("k"), principal="a", respond=work).status_code == 201
    assert work.times == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "tries"), [(Refused("no"), 1), (OperationalError("the connection is lost"), 0)])
def test_what_was_refused_counts_as_tried_and_what_broke_down_is_told_as_it_was(error: Exception, tries: int) -> None:
    def fail() -> HttpResponse:
        spend("guess", "a", limit=5, window=timedelta(minutes=1))
        raise error

    with pytest.raises(type(error)):
        once(ask("k"), principal="a", respond=fail)
    assert RateCounter.objects.count() == tries


@pytest.mark.django_db(transaction=True)
def test_a_second_request_at_the_same_time_waits_for_the_first() -> None:
    answers = _side_by_side()
    assert sorted(answer.content for answer in answers) == [b"1", b"1"]
    assert [("Idempotency-Replayed" in answer) for answer in answers].count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_request_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.2)
    with pytest.raises(Conflict):
        _side_by_side(hold=1.0)


def _side_by_side(hold: float = 0.3) -> list[HttpResponse]:
    """The same request in two threads; the first holds its transaction for ``hold`` seconds."""
    inside = threading.Event()
    answers: list[HttpResponse] = []
    release = threading.Event()
    count = iter(range(1, 3))

    def work() -> HttpResponse:
        inside.set()
        release.wait(hold)
        return HttpResponse(str(next(count)))

    def first() -> None:
        try:
            answers.append(once(ask("k"), principal="a", respond=work))
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert inside.wait(10)
        answers.append(once(ask("k"), principal="a", respond=work))
    finally:
        release.set()
        thread.join()
    return answers


@pytest.mark.django_db
def test_keys_and_counters_are_forgotten(make_old: Callable[[], None]) -> None:
    make_old()
    once(ask("new"), principal="a", respond=Work())
    forget_requests()
    assert IdempotencyKey.objects.get().key == "new"
    assert not RateCounter.objects.exists()


@pytest.fixture
def make_old() -> Callable[[], None]:
    def make() -> None:
        once(ask("old"), principal="a", respond=Work())
        IdempotencyKey.objects.update(created_at=timezone.now() - LIFE)
        RateCounter.objects.create(key=b"k", window_start=timezone.now() - timedelta(days=3), hits=1)

    return make
