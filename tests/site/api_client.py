"""The API as a program uses it: a bearer token, JSON in and out."""

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from motcua.people.accounts.actions import issue_token
from motcua.people.accounts.models import Account

SCOPES = (
    "procedures:read",
    "dossiers:read",
    "dossiers:write",
    "dossiers:sign",
    "files:write",
    "vault:read",
    "petitions",
    "ratings",
    "signing:request",
    "webhooks",
    "national_portal",
    "exchange",
)


@dataclass(frozen=True)
class ApiClient:
    """Sends what it is told under one token; without one it is the public."""

    token: str = ""

    def get(self, path: str, **query: Any) -> HttpResponse:
        """GET ``/api/v1`` + path."""
        return Client().get(f"/api/v1{path}", query, headers=self._headers({}))  # type: ignore[return-value]

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """POST JSON."""
        content = {} if body is None else body
        return Client().post(  # type: ignore[return-value]
            f"/api/v1{path}", content, content_type="application/json", headers=self._headers(headers)
        )

    def delete(self, path: str) -> HttpResponse:
        """DELETE."""
        return Client().delete(f"/api/v1{path}", headers=self._headers({}))  # type: ignore[return-value]

    def upload(self, name: str, content: bytes, path: str = "/files", **headers: str) -> HttpResponse:
        """POST a file."""
        return Client().post(  # type: ignore[return-value]
            f"/api/v1{path}", {"file": SimpleUploadedFile(name, content)}, headers=self._headers(headers)
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return own | {name.replace("_", "-"): value for name, value in more.items()}


def as_account(account: Account, *scopes: str) -> ApiClient:
    """The API under a fresh token of an account, with all scopes unless some are named."""
    return ApiClient(issue_token(account=account, label="thử", scopes=scopes or SCOPES))


def as_service(name: str = "Trục liên thông", *scopes: str) -> ApiClient:
    """The API under a fresh token of a service."""
    return ApiClient(issue_token(service=name, label="thử", scopes=scopes or SCOPES))
