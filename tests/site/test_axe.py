"""Axe is asked about every page whole; about what stands out, once for each way of painting."""

import pytest
from playwright.sync_api import Page

from tests.axe import violations

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="vi"><title>Thử</title><main><h1>Thử</h1>
<p style="color: {color}; background: #fff; font-size: {size}px">Chữ mờ</p>{more}</main></html>"""


def found(page: Page, *, color: str, size: int, more: str = "") -> list[str]:
    page.set_content(PAGE.format(color=color, size=size, more=more))
    return [each["id"] for each in violations(page)]


def test_a_pale_text_is_found_again_until_it_is_gone(page: Page):
    assert found(page, color="#121212", size=17) == []
    for _again in range(2):
        assert found(page, color="#bcbcbc", size=17) == ["color-contrast"]
    assert found(page, color="#121212", size=17, more='<p style="color: #ddd">Mờ hơn</p>') == ["color-contrast"]
    assert found(page, color="#121212", size=17, more='<p hidden style="color: #dedede">Ẩn</p>') == []
    assert found(page, color="#121212", size=17, more='<p style="color: #dedede">Hiện</p>') == ["color-contrast"]


def test_other_rules_are_asked_each_time(page: Page):
    for _again in range(2):
        assert found(page, color="#121212", size=17, more="<img src='data:,'>") == ["image-alt"]
