"""The script of forms in a real browser: it hides what the server would drop, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

import motcua.engines.forms
from motcua.engines.forms.model import Form
from motcua.engines.forms.pages import pages
from motcua.engines.forms.rendering import render
from motcua.engines.forms.validation import clean
from tests.engines.forms.factories import component, form, rows

SCRIPT = Path(motcua.engines.forms.__file__).parent / "static/forms/forms.js"
TEMPLATE = (
    '{% from "forms/fields.html" import fields with context %}'
    "<style>[hidden] { display: none }</style><form>{{ fields(rendered) }}</form>"
)
CONDITIONS = {
    "by_choice": '=kind != "company"',
    "by_number": "=copies > 2",
    "by_missing": "=copies = null",
    "by_price": "=price > 2",
    "by_tick": "=not(agree)",
    "by_date": '=born < date("2008-01-01")',
    "by_list": '=list contains(tags, "person")',
    "by_sum": "=copies * 2 + 1 in [5..9]",
    "by_word": '=starts with(note, "A") or (ends with(note, "z") and string length(note) > 2)',
    "by_chain": '=by_choice = "yes"',
    "by_if": '=if agree then kind = "person" else copies in (1, 2)',
}

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    tab = browser.new_page()
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def asked() -> Form:
    return form(
        component("radio", "kind"),
        component("number", "copies"),
        component("number", "price", decimalDigits=0, properties={"motcua:type": "money"}),
        component("checkbox", "agree"),
        component("datetime", "born", subtype="date"),
        component("taglist", "tags"),
        component("textfield", "note"),
        *[component("textfield", name, conditional={"hide": feel}) for name, feel in CONDITIONS.items()],
        rows(component("number", "n"), component("textfield", "m", conditional={"hide": "=n = 1 or agree"})),
    )


def show(tab: Tab, asked: Form, raw: dict[str, list[str]]) -> None:
    rendered = render(pages(asked)[0], clean(asked, raw))
    tab.set_content(engines["jinja2"].from_string(TEMPLATE).render({"rendered": rendered}))
    tab.add_script_tag(path=SCRIPT)


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"kind": ["company"], "copies": ["3"], "agree": ["true"]},
        {"kind": ["company"], "by_choice": ["yes"], "copies": ["1.000"]},
        {"kind": ["person"], "by_choice": ["yes"], "copies": ["2,5"], "born": ["1/2/2007"]},
        {"copies": ["1,125"], "price": ["1,125"]},  # more than 2 only where it cannot be a fraction
        {"copies": ["1.234,5"], "price": ["1.234.000 đồng"]},
        {"copies": ["2"], "born": ["02/01/2009"], "tags": ["person", "company"], "note": ["Abc"]},
        {"copies": ["x"], "tags": ["company"], "note": ["xyz"], "vehicles-0-n": ["1"]},
        {"agree": ["true"], "kind": ["person"], "note": ["yz"], "vehicles-0-n": ["2"]},
    ],
)
def test_the_browser_hides_what_the_server_drops(tab: Tab, asked: Form, raw: dict[str, list[str]]):
    show(tab, asked, raw)
    seen = {name: tab.locator(f'[name="{name}"]').is_visible() for name in [*CONDITIONS, "vehicles-0-m"]}
    hidden = clean(asked, raw).hidden
    expected = {name: f"id_{name}" not in hidden for name in CONDITIONS}
    assert seen == expected | {"vehicles-0-m": "vehicles-0-id_m" not in hidden}


def test_an_answer_shows_a_question_at_once(tab: Tab, asked: Form):
    show(tab, asked, {})
    question = tab.locator('[name="by_choice"]')
    assert not question.is_visible()
    tab.locator('[name="kind"][value="company"]').check()
    assert question.is_visible()
    question.fill("yes")
    assert not tab.locator('[name="by_chain"]').is_visible()
