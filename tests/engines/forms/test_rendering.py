"""Pages of a form as HTML: every control has a label, every id is its own, every mistake a link that leads to it."""

import json
from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from lxml import html

from motcua.engines.forms.markdown import rendered as markdown
from motcua.engines.forms.model import Form
from motcua.engines.forms.pages import Page, open_pages, pages
from motcua.engines.forms.rendering import Rendered, render
from motcua.engines.forms.summary import summary
from motcua.engines.forms.validation import Cleaned, clean, typed_of
from tests.engines.forms.factories import ANSWERS, AROUND, DATA, component, form, group, meant, rows, whole_form

WHOLE = whole_form()
TEMPLATE = (
    '{% from "forms/fields.html" import error_summary, fields with context %}'
    "<form>{{ error_summary(rendered) }}{{ fields(rendered) }}</form>"
)
SUMMARY = '{% from "forms/summary.html" import summary with context %}<div>{{ summary(sections, url) }}</div>'


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def drawn(template: str, **context: Any) -> html.HtmlElement:
    """A template's HTML, read by a parser."""
    text = engines["jinja2"].from_string(template).render(context)
    tree = html.fromstring(text)
    assert isinstance(tree, html.HtmlElement)
    return tree


def page_of(made: Form, number: int, cleaned: Cleaned) -> html.HtmlElement:
    return drawn(TEMPLATE, rendered=render(pages(made)[number - 1], cleaned, around=AROUND))


def labelled(control: html.HtmlElement, tree: html.HtmlElement) -> bool:
    return bool(tree.xpath(f'//label[@for="{control.get("id")}"][normalize-space()]'))


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("raw", [{}, ANSWERS, ANSWERS | {"agree": [], "vehicles-0-plate": [""], "copies": ["x"]}])
def test_every_control_has_a_label_and_every_id_is_its_own(number: int, raw: dict[str, list[str]]):
    cleaned = clean(WHOLE, raw, around=AROUND)
    tree = page_of(WHOLE, number, cleaned)
    controls = tree.xpath('//input[not(@type="hidden")] | //select | //textarea | //output')
    assert controls
    assert [control.get("name") for control in controls if not labelled(control, tree)] == []
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    described = {part for value in tree.xpath("//@aria-describedby") for part in value.split()}
    assert described <= set(ids)


def test_mistakes_stand_beside_their_field_and_the_summary_leads_to_them():
    page = pages(WHOLE)[0]
    cleaned = clean(WHOLE, {"applicant.born": ["31/2/2000"]}, only=page.components, around=AROUND)
    tree = page_of(WHOLE, 1, cleaned)
    links = tree.xpath('//*[@class="govuk-list govuk-error-summary__list"]//a/@href')
    assert links == [f"#field-applicant--{name}" for name in ("name", "identity", "born", "kind")]
    for link in links:
        [target] = tree.xpath(f'//*[@id="{link[1:]}"]')
        assert target.tag in {"input", "select", "textarea"}
    [born] = tree.xpath('//input[@name="applicant.born"]')
    assert born.get("value") == "31/2/2000", "what was typed is shown again"
    assert "field-applicant--born-error" in born.get("aria-describedby")


def test_a_stored_form_is_shown_as_it_was_typed():
    tree = page_of(WHOLE, 2, typed_of(WHOLE, DATA, around=AROUND))
    assert tree.xpath('//input[@name="price"]/@value') == ["1.250.000"]
    assert tree.xpath('//input[@name="area"]/@value') == ["1234,5"]
    assert tree.xpath('//input[@name="meeting" or @name="meeting-time"]/@value') == ["22/11/2026", "15:00"]
    assert tree.xpath('//select[@name="channel"]/option[@selected]/@value') == ["person"]
    assert tree.xpath('//input[@name="wishes"][@checked]/@value') == ["person", "company"]
    assert tree.xpath('//input[@name="papers"]/@value') == ["f1", "f2"]
    assert tree.xpath('//input[@name="papers-upload"]/@accept') == [".pdf,.png"]
    assert tree.xpath("//button/@value")[:2] == ["detach:papers:f1", "detach:papers:f2"]
    assert [output.text for output in tree.xpath("//output")] == ["Cố định", "3.750.000"]
    assert not tree.xpath('//input[@name="fixed" or @name="total"]')


def test_rows_carry_their_buttons_and_legends():
    tree = page_of(WHOLE, 3, typed_of(WHOLE, DATA, around=AROUND))
    assert tree.xpath("//legend/text()") == ["Phương tiện 1", "Phương tiện 2"]
    assert tree.xpath('//button[@name="forms-do"]/@value') == [
        "remove:vehicles-0",
        "remove:vehicles-1",
        "add:vehicles",
    ]
    assert tree.xpath('//input[@name="vehicles-rows"]/@value') == ["2"]
    assert tree.xpath("//button")[0].get("name") is None, "Enter goes on; it does not remove a row"


def test_a_condition_on_the_same_page_is_shown_with_a_hint_and_handed_to_the_script():
    tree = page_of(WHOLE, 1, clean(WHOLE, ANSWERS, around=AROUND))
    [part] = tree.xpath("//*[@data-forms-if]")
    assert json.loads(part.get("data-forms-if")) == ["!=", ["name", "applicant.kind", "text"], ["value", "company"]]
    assert "Only if “Câu hỏi kind” is “Doanh nghiệp”." in part.text_content()
    row = page_of(WHOLE, 3, clean(WHOLE, ANSWERS, around=AROUND)).xpath("//*[@data-forms-if]")[0]
    assert json.loads(row.get("data-forms-if"))[1] == ["name", "vehicles-0-value", "whole"]


def test_a_condition_on_another_page_is_settled_by_the_server():
    made = form(
        group(component("checkbox", "c"), id="one"),
        group(component("textfield", "t", conditional={"hide": "=c"}), component("textfield", "u"), id="two"),
        group(component("textfield", "v"), id="three", conditional={"hide": "=c"}),
    )
    hidden = clean(made, {"c": ["true"]})
    assert page_of(made, 2, hidden).xpath("//input/@name") == ["u"]
    assert [page.id for page in open_pages(made, hidden.hidden)] == ["one", "two"]
    shown = page_of(made, 2, clean(made, {}))
    assert shown.xpath("//input/@name") == ["t", "u"]
    assert not shown.xpath("//*[@data-forms-if]")


def test_what_people_type_and_draw_is_escaped():
    made = form(component("textfield", label="<b>Tên</b>", description="<script>1</script>"))
    text = (
        engines["jinja2"]
        .from_string(TEMPLATE)
        .render({"rendered": render(pages(made)[0], clean(made, {"a": ['"><script>alert(1)</script>']}))})
    )
    assert "<script" not in text
    assert "<b>" not in text


def test_markdown_gives_a_safe_subset():
    text = "# Đề mục\n\nĐoạn **đậm** và *nghiêng*\nhai dòng\n\n- một\n- hai\n\n1. a\n2. b\n\n<img src=x onerror=1>"
    made = markdown(text + '\n\n[a](javascript:alert(1)) [b](https://example.org/?a=1&b=2) [c](https://x"onclick=1)')
    tree = html.fromstring(f"<div>{made}</div>")
    assert [element.tag for element in tree] == ["h2", "p", "ul", "ol", "p", "p"]
    assert tree.xpath("//a/@href") == ["https://example.org/?a=1&b=2"]
    assert not tree.xpath("//img | //@onclick | //script")
    assert tree.xpath("//strong/text() | //em/text()") == ["đậm", "nghiêng"]


def test_meanings_choose_keyboards_and_suggestions():
    made = form(
        *[meant(meaning, meaning) for meaning in ("identity_number", "phone", "email", "money", "administrative_unit")]
    )
    rendered = render(pages(made)[0], clean(made, {}), suggest_url="/units")
    inputs = {control.get("name"): control for control in drawn(TEMPLATE, rendered=rendered).xpath("//input")}
    assert inputs["identity_number"].get("inputmode") == "numeric"
    assert (inputs["phone"].get("type"), inputs["email"].get("type")) == ("tel", "email")
    assert inputs["administrative_unit"].get("data-forms-suggest") == "/units"


def test_a_form_without_groups_is_one_page_and_an_empty_one_too():
    assert [page.title for page in pages(form(component("textfield", "x"), rows(component("number"))))] == [
        "Câu hỏi x"
    ]
    empty = form()
    assert len(pages(empty)) == 1
    assert render(pages(empty)[0], clean(empty, {})) == Rendered((), ())
    assert isinstance(pages(empty)[0], Page)


def test_the_summary_reads_as_people_write():
    sections = summary(WHOLE, DATA, around=AROUND)
    assert [section.title for section in sections] == [
        "Người nộp",
        "Câu hỏi reason",
        "Tài sản",
        "Phương tiện 1",
        "Phương tiện 2",
    ]
    answers = {line.name: line.answer for section in sections for line in section.lines}
    assert answers["applicant.born"] == ("01/02/1999",)
    assert answers["applicant.phone"] == ("0900000001",)
    assert answers["applicant.home"] == ("Xã Mẫu, tỉnh Mẫu Sơn",)
    assert answers["reason"] == ("Dòng một", "Dòng hai")
    assert answers["price"] == ("1.250.000 đ",)
    assert answers["area"] == ("1234,5",)
    assert answers["agree"] == ("Yes",)
    assert answers["wishes"] == ("Cá nhân", "Doanh nghiệp")
    assert answers["meeting"] == ("15:00 22/11/2026",)
    assert answers["papers"] == ("giay-to.pdf", "anh.png")
    assert answers["vehicles-1-value"] == ()
    assert "applicant.tax" not in answers, "hidden for a person"
    assert "vehicles-1-owner" not in answers


def test_the_summary_is_drawn_with_links_to_its_pages():
    tree = drawn(SUMMARY, sections=summary(WHOLE, DATA, around=AROUND), url=lambda page: f"/form/{page}")
    assert set(tree.xpath("//a/@href")) == {"/form/1", "/form/2", "/form/3"}
    assert "Not given" in tree.text_content()
    plain = drawn(SUMMARY, sections=summary(WHOLE, DATA, around=AROUND), url=None)
    assert not plain.xpath("//a")


def test_strange_stored_data_is_shown_as_it_stands():
    """Data of a dossier filed under an older form."""
    sections = summary(WHOLE, {"copies": "ba", "channel": "gone", "applicant": {"born": "?"}, "vehicles": [5]})
    answers = {line.name: line.answer for section in sections for line in section.lines}
    assert answers["copies"] == ("ba",)
    assert answers["channel"] == ("gone",)
    assert answers["applicant.born"] == ("?",)
