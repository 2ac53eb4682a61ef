"""Parts of pages that other rooms add."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from motcua.kernel.web import sections
from motcua.kernel.web.sections import Section


def test_parts_are_drawn_in_order_for_what_the_page_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "_sections", {})
    monkeypatch.setattr(sections, "render_to_string", lambda template, context, _request: f"{template}: {context}")

    def shows(request: HttpRequest, subject: Any) -> dict[str, Any]:
        return {"about": subject}

    for name, order in (("second", 20), ("first", 10)):
        sections.register(Section("document", name, f"{name}.html", shows, order=order))
    sections.register(Section("document", "silent", "silent.html", lambda request, subject: None))
    sections.register(Section("dossier", "elsewhere", "elsewhere.html", shows))
    sections.register(Section("document", "first", "again.html", shows, order=10))
    drawn = sections.drawn("document", RequestFactory().get("/"), "đèn")
    assert drawn == ["again.html: {'about': 'đèn'}", "second.html: {'about': 'đèn'}"]
