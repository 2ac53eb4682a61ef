"""Requests that no page asked for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/procedures/?field=%00",
        "/procedures/%00/",
        "/procedures/suggest/?q=a%00",
        "/?%00=1",
        "/transparency?before=%00",
    ],
)
def test_a_character_that_cannot_be_stored_is_a_bad_request(client: Client, path: str) -> None:
    assert client.get(path).status_code == 400


def test_so_it_is_in_a_form(client: Client) -> None:
    assert client.post("/account/sign-in/", {"username": "ai\0", "password": "x"}).status_code == 400


def test_an_endless_upload_is_given_up(settings: Settings) -> None:
    """That nothing of it stays on the disk is what the harness sees to."""
    settings.MAX_UPLOAD_BYTES = 100_000
    stranger = Client(enforce_csrf_checks=True)
    for size, status in ((150_000, 403), (300_000, 400)):
        file = SimpleUploadedFile("a.pdf", b"x" * size)
        answer = stranger.post("/account/sign-in/", {"username": "ai", "file": file})
        assert answer.status_code == status
        answer.close()
