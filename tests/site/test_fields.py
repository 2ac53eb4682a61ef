"""Fields that are written out are those that the macros of govuk draw."""

from html.parser import HTMLParser
from itertools import product
from typing import Any

from django.template import engines

from motcua.site.jinja import Govuk


class _Drawn(HTMLParser):
    """Elements with their attributes, and texts, whatever the order of attributes and the space between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        self.found += [" ".join(data.split())] if data.strip() else []


def test_a_text_field_is_as_govuk_draws_it() -> None:
    fields, govuk = engines["jinja2"].env.get_template("web/fields.html").module, Govuk()
    for value, error, hint, spellcheck, rest in product(
        ("", "<b>\"'&", 5, None), ("", "Sai <b>"), (None, "Gợi ý <i>"), (None, True, False), (False, True)
    ):
        errors = {"q": error} if error else {}
        more: dict[str, Any] = (
            {"width": 10, "inputmode": "numeric", "autocomplete": "off", "prefix": "đ"} if rest else {}
        )
        own = fields.text("q", "Số & chữ", {"q": value}, errors, hint=hint, spellcheck=spellcheck, **more)
        theirs = govuk.input(
            {
                "id": "q", "name": "q", "type": "text", "value": value, "spellcheck": spellcheck,
                "label": {"text": "Số & chữ", "classes": "govuk-label--s"},
                "hint": {"text": hint} if hint else None,
                "errorMessage": {"text": error, "visuallyHiddenText": "Lỗi"} if error else None,
                "autocomplete": more.get("autocomplete"), "inputmode": more.get("inputmode"),
                "classes": "govuk-input--width-10" if rest else "", "prefix": {"text": "đ"} if rest else None,
            }
        )  # fmt: skip
        assert _Drawn(str(own)).found == _Drawn(str(theirs)).found
