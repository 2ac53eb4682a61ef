"""Axe judges the pages of the house, and none is wider than its window: here those that no other test opens.

``elsewhere.txt`` names the browser tests that open an address, and the addresses that are no pages. Every other one is
asked in the world of the permission matrix by somebody who may, and its page is written into one window: the same
elements and styles as by going there, for half of the time. Scripts do not run on it, as for whoever has none; of
menus, which other tests judge, an entry is kept. So a page that is new is looked at unless a browser test says that
it opens it; what this world cannot show needs one.
"""

from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from motcua.engines.signing.models import TrustAnchor
from motcua.kernel.time.actions import draft_year
from motcua.people.accounts.actions import set_policy
from motcua.people.accounts.models import SignInPolicy
from motcua.services.dossiers.actions import start_draft
from tests.axe import violations
from tests.journeys.looking import ZOOMED, looked_at
from tests.site.matrix_world import World
from tests.site.test_matrix import API, CLIENT, PEOPLE, table

ROOT = Path(__file__).parents[2]
ELSEWHERE = Path(__file__).parent / "elsewhere.txt"
HEADINGS = ("tests/", "No pages")
MOST_TO_SEE = ("administrator", "head", "owner")
WIDTHS = (375, 768, 1280)
# What nobody of the matrix may open, or who may has none there: this world does.
MORE = {
    "/account/sign-up/": "public",
    "/apply/drafts/<uuid:draft_id>/delete/": "owner",
    "/apply/drafts/<uuid:draft_id>/start/": "owner",
    "/desk/calendar/<int:year>/approve/": "administrator",
    "/desk/inbox/finish/": "specialist",
    "/desk/signing-pictures/<uuid:holder_id>/": "administrator",
    "/desk/trust-anchors/<uuid:anchor_id>/withdraw/": "administrator",
}
# What is chosen on pages for many at once, by the name of the input.
CHOSEN = {"/desk/inbox/finish/": "item", "/desk/office/reassign/": "item"}
WRITE = """html => {
  document.open();
  document.write(html.replaceAll(/(<iframe[^>]*) src="[^"]*"/g, "$1"));  // nobody is signed in who could see a file
  document.close();
  for (const each of document.querySelectorAll("nav li + li, footer li + li")) each.remove();
  return new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", done));
}"""


class FullWorld(World):
    """The matrix's world with some things more."""

    @cached_property
    def objects(self) -> dict[str, Any]:
        """What stands in addresses."""
        administrator, now = self.accounts["administrator"], timezone.now()
        assert administrator is not None
        set_policy(kind=SignInPolicy.Kind.CITIZEN, by=administrator, sign_up=True)
        draft_year(year=now.year, by=administrator.pk, at=now)
        more = {
            "draft_id": self._begun(),
            "holder_id": self.town.leader.pk,
            "anchor_id": TrustAnchor.objects.earliest("pk").pk,
            "year": now.year,
        }
        return {**super().objects, **more}

    def _begun(self) -> UUID:
        """An application that its applicant has begun."""
        account, applicant = self.accounts["owner"], self.town.applicant.pk
        assert account is not None
        left = ["Giấy tờ tùy thân: tệp đã quá hạn lưu"]
        options = {"copied": {"number": self.dossier.code, "left": left, "papers": 1}}
        begun = start_draft(
            account=account, version=self.town.version, channel="online", applicant=applicant, options=options
        )
        return begun.pk


def elsewhere() -> dict[str, str]:
    """What is said of an address, by its route: a file of browser tests, or why there is none."""
    said, heading = {}, ""
    for line in ELSEWHERE.read_text().splitlines():
        if line.startswith("/"):
            assert line not in said, line
            said[line] = heading
        elif line.startswith(HEADINGS):
            heading = line
    return said


def here() -> list[tuple[str, str]]:
    """The addresses that are left, each with a role that may open it; without one where nobody may."""
    known, left = elsewhere(), []
    roles = [*MOST_TO_SEE, *(role for role in PEOPLE if role not in MOST_TO_SEE)]
    for (method, route), outcomes in table().items():
        if method == "GET" and not route.startswith(API) and route not in known:
            may = [role for role in roles if outcomes[PEOPLE.index(role)] == "ok"]
            left.append((route, MORE.get(route) or (may[0] if may else "")))
    return left


def test_every_page_is_looked_at_somewhere() -> None:
    """An address without a role that may open it cannot be shown here: name the browser test that opens it."""
    assert [route for route, role in here() if not role] == []
    assert set(elsewhere()) <= {route for _method, route in table()}
    for test in {heading for heading in elsewhere().values() if heading.startswith("tests/")}:
        assert "mark.browser" in (ROOT / test).read_text(), test


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_that_no_other_test_opens(page: Page, live_server: Any) -> None:
    world, wrong = FullWorld.made(), []
    cookies = {role: world.cookies(role) for role in PEOPLE}
    assert world.states  # the dossiers in other states, to which some things belong
    page.goto(f"{live_server.url}/accessibility/")
    page.emulate_media(reduced_motion="reduce")
    for route, role in here():
        page.evaluate(WRITE, shown(world, route, cookies[role]))
        page.set_viewport_size(ZOOMED)
        wrong += [(route, "400 %", each) for each in looked_at(page)]
        judged = WIDTHS[crc32(route.encode()) % len(WIDTHS)]  # the same one whatever else is added
        page.set_viewport_size({"width": judged, "height": 900})
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            wrong.append((route, judged, "scrolls sideways"))
        found = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in violations(page)]
        wrong += [(route, judged, each) for each in found]
    assert not wrong, "\n".join(map(str, wrong))


def shown(world: World, route: str, cookie: str) -> str:
    """The page at an address, or the one that says what was missing."""
    CLIENT.cookies.clear()
    query = {CHOSEN[route]: world.objects["subject"]} if route in CHOSEN else {}
    answer = CLIENT.get(world.address(route.removeprefix("/")), query, headers={"Cookie": cookie})
    assert answer.status_code in {200, 422}, f"{route}: {answer.status_code} (see {ELSEWHERE.name})"
    assert answer.headers["Content-Type"].startswith("text/html"), f"{route} (see {ELSEWHERE.name})"
    return answer.text
