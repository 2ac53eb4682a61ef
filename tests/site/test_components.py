"""The components: what they say, what they escape, what they keep."""

from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from jinja2 import UndefinedError
from lxml import html
from markupsafe import Markup


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def draw(source: str, **context: object) -> html.HtmlElement:
    template = engines["jinja2"].from_string('{% import "site/components.html" as mc %}<div>' + source + "</div>")
    return html.fromstring(template.render(context))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_misspelt_name_is_an_error():
    with pytest.raises(UndefinedError):
        draw("{{ titel }}")


def test_a_table_names_its_rows_columns_and_itself():
    page = draw(
        '{{ mc.table("Hồ sơ", [{"label": "Mã"}, {"label": "Phí", "numeric": True}], [["H99-1", typed]]) }}',
        typed="<b>8.000 đ",
    )
    assert page.findtext(".//caption") == "Hồ sơ"
    assert page.findtext(".//tbody//th[@scope='row']") == "H99-1"
    cell = page.find(".//td[@data-label='Phí']")
    assert text(cell) == "<b>8.000 đ"
    assert "numeric" in cell.get("class")


def test_an_empty_table_says_so():
    assert text(draw('{{ mc.table("Hồ sơ", [{"label": "Mã"}], [], empty="Chưa có hồ sơ.") }}')) == "Chưa có hồ sơ."


def test_the_pager_keeps_the_filters():
    page = draw(
        "{{ mc.pager(page, request) }}",
        page=SimpleNamespace(previous_cursor=None, next_cursor="b/2"),
        request=RequestFactory().get("/desk/", {"state": ["open", "waiting"], "cursor": "a"}),
    )
    assert [link.get("href") for link in page.findall(".//a")] == ["?state=open&state=waiting&cursor=b%2F2"]
    assert text(page) == "Trang sau"


@pytest.mark.parametrize(
    ("state", "words"), [("overdue", "Quá hạn 2 ngày"), ("due_soon", "Còn 3 giờ"), ("paused", "Tạm dừng")]
)
def test_a_deadline_is_told_in_words(state: str, words: str):
    page = draw("{{ mc.deadline(state, words, due='17:00 20/11/2026') }}", state=state, words=words)
    assert text(page) == f"{words}17:00 20/11/2026"
    assert page.find(".//svg").get("aria-hidden") == "true"


def test_the_error_summary_leads_to_the_fields():
    page = draw(
        "{{ mc.error_summary(errors) }}", errors={"name": "Nhập họ tên <i>", "": "Hồ sơ vừa được người khác sửa"}
    )
    assert page.find(".//a").get("href") == "#name"
    assert [text(line) for line in page.findall(".//li")] == ["Nhập họ tên <i>", "Hồ sơ vừa được người khác sửa"]


def test_steps_tell_their_state_to_everyone():
    page = draw(
        "{{ mc.steps(steps) }}",
        steps=[{"title": "Tiếp nhận", "state": "done"}, {"title": "Thẩm định", "state": "current"}],
    )
    assert [text(step.find(".//p")) for step in page.findall(".//li")] == [
        "Tiếp nhậnĐã xong",
        "Thẩm địnhĐang thực hiện",
    ]
    assert page.find(".//li[@aria-current='step']") is not None


def test_a_summary_shows_a_missing_value_as_a_dash():
    page = draw("{{ mc.summary([{'label': 'Điện thoại', 'value': none}, {'label': 'Số con', 'value': 0}]) }}")
    assert [text(value) for value in page.findall(".//dd")] == ["–", "0"]


def test_a_timeline_is_ordered_and_escaped():
    page = draw(
        "{{ mc.timeline(events) }}",
        events=[
            {"title": "Đã tiếp nhận", "at": "08:12 20/11/2026", "by": "<Văn>", "text": Markup("<p>Đủ giấy tờ</p>")}
        ],
    )
    assert text(page.find(".//li")) == "Đã tiếp nhận 08:12 20/11/2026 · <Văn> Đủ giấy tờ"


def test_confirming_carries_the_form_of_the_caller():
    page = draw(
        "{% call mc.confirm('/x/', '', 'Từ chối?', 'Từ chối', '/back/', danger=True) %}"
        "<input name='reason'>{% endcall %}"
    )
    assert page.find(".//form[@method='post']//input[@name='reason']") is not None
    assert page.find(".//a").get("href") == "/back/"


def test_a_macro_of_govuk_escapes_typed_html_and_keeps_markup():
    page = draw(
        "{{ govuk.inset_text({'html': typed}) }}{{ govuk.inset_text({'html': made}) }}"
        "{{ govuk.radios({'name': 'r', 'idPrefix': 'r', 'items': [{'value': '1', 'html': typed}]}) }}",
        typed="<script>x</script>",
        made=Markup("<em>đúng</em>"),
    )
    assert page.find(".//script") is None
    assert page.findtext(".//em") == "đúng"


def test_a_count_above_a_thousand_is_capped():
    assert text(draw("{{ mc.count(1500, 'hồ sơ') }}")) == "999+ hồ sơ"
    assert text(draw("{{ mc.count(0) }}{{ mc.count(none) }}")) == ""
