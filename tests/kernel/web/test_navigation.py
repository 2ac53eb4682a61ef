"""Menus, search boxes and panels that rooms register."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory

from motcua.kernel.web import navigation, panels
from motcua.kernel.web.navigation import Lookup, NavItem, Waiting
from motcua.kernel.web.panels import Panel


@pytest.fixture(autouse=True)
def own_registries(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_lookups", {})
    monkeypatch.setattr(panels, "_panels", {})
    settings.ROOT_URLCONF = "motcua.site.urls"


def labels(path: str) -> list[tuple[str, int | None, bool]]:
    entries = navigation.entries("desk", RequestFactory().get(path))
    return [(entry.label, entry.count, entry.current) for entry in entries]


def waiting(rows: int) -> Callable[[object], Waiting]:
    return lambda request: Waiting("SELECT FROM generate_series(1, %s)", [rows])


def test_items_stand_in_order_and_only_in_their_area():
    navigation.register(NavItem(area="desk", label="Second", url_name="site:accessibility", order=2))
    navigation.register(NavItem(area="desk", label="First", url_name="site:desk", order=1))
    navigation.register(NavItem(area="portal", label="Elsewhere", url_name="site:home"))
    assert labels("/") == [("First", None, False), ("Second", None, False)]


@pytest.mark.django_db
def test_what_waits_is_counted_in_one_statement_and_up_to_a_hundred(django_assert_num_queries: Any):
    items = (("site:desk", 7, False), ("site:accessibility", 3000, False), ("site:home", 0, True))
    for url_name, rows, only in items:
        item = NavItem("desk", url_name, url_name, waiting=waiting(rows), only_when_waiting=only)
        navigation.register(item)
    with django_assert_num_queries(1):
        assert labels("/") == [("site:desk", 7, False), ("site:accessibility", 100, False)]


def test_an_item_registered_again_is_replaced():
    for label in ("Old", "New"):
        navigation.register(NavItem(area="desk", label=label, url_name="site:desk"))
    assert labels("/desk/") == [("New", None, True)]


def test_a_hidden_item_is_neither_shown_nor_counted():
    def counted(request: object) -> Waiting:
        raise AssertionError("counted")

    navigation.register(
        NavItem(area="desk", label="Hidden", url_name="site:desk", visible=lambda request: False, waiting=counted)
    )
    assert labels("/desk/") == []


@pytest.mark.parametrize(
    ("path", "current"), [("/desk/", "Home"), ("/desk/x/", None), ("/accessibility/deeper/", "Deep"), ("/", None)]
)
def test_the_longest_address_is_current_and_a_home_only_itself(path: str, current: str | None):
    navigation.register(NavItem(area="desk", label="Home", url_name="site:desk"))
    navigation.register(NavItem(area="desk", label="Deep", url_name="site:accessibility"))
    assert [label for label, _count, here in labels(path) if here] == ([current] if current else [])


def test_a_search_box_leads_where_a_room_says():
    assert navigation.lookup("tracking") is None
    navigation.register_lookup(Lookup(area="tracking", url_name="site:accessibility", label="Code"))
    found = navigation.lookup("tracking")
    assert found is not None
    assert (found.url, found.parameter) == ("/accessibility/", "q")


def test_a_panel_without_context_is_left_out():
    context = {"title": "<b>", "text": "Hỏi"}
    panels.register(Panel("desk", "second", "site/refusal.html", lambda request: context, order=2, wide=True))
    panels.register(Panel("desk", "first", "site/refusal.html", lambda request: context, order=1))
    panels.register(Panel("desk", "none", "site/refusal.html", lambda request: None))
    panels.register(Panel("portal", "other", "site/refusal.html", lambda request: context))
    drawn = panels.drawn("desk", RequestFactory().get("/desk/"))
    assert [(panel.name, panel.wide) for panel in drawn] == [("first", False), ("second", True)]
    assert "&lt;b&gt;" in drawn[0].html
