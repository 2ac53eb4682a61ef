"""Journeys in Chromium: every act is done on the page where a person does it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from lxml.html import document_fromstring
from playwright.sync_api import Locator, Page

from motcua.engines.forms.validation import typed_of
from tests.journeys.browsing import Visitors, fill
from tests.journeys.table import Journey, package, package_names
from tests.journeys.travel import ANSWER, GROUNDS, ITEM, PRAISE, REASON, SORRY, Told, office_name, officer_of


class BrowserHands:
    """One page at a time; ``by`` chooses whose window."""

    def __init__(self, visitors: Visitors, scan: Path) -> None:
        self.visitors, self.scan = visitors, scan

    # -- the applicant ------------------------------------------------------------------------------------------------

    def find(self, journey: Journey, *, by: str) -> None:
        page = self.visitors.window(by if _is_citizen(by) else "")
        self.visitors.visit(page, "/")
        box = page.locator("#procedure-search")
        box.fill(journey.package.manifest.name)
        self._send(page, box)
        self._follow(page, f"/procedures/{journey.code}/")

    def apply(self, journey: Journey, *, desk: str) -> str:
        return self._at_the_counter(journey, desk) if journey.channel == "counter" else self._online(journey)

    def _online(self, journey: Journey) -> str:
        page = self.visitors.window(journey.account)
        self.visitors.visit(page, f"/procedures/{journey.code}/")
        self._follow(page, f"/apply/{journey.code}/")
        self._choose(page, journey)
        while "/pages/" in page.url:
            fill(self.visitors, page, journey.typed)
            self._go_on(page)
        if page.url.endswith("/papers/"):
            for code, _name in journey.required_papers:
                page.set_input_files(f'[name="paper-{code}"]', self.scan)
            self._go_on(page)
        page.check('[name="return_method"][value="online"]')
        self._go_on(page)
        assert page.url.endswith("/review/")
        page.check('[name="declared"]')
        self._go_on(page)
        return page.locator(".govuk-panel__body strong").inner_text().strip()

    def _choose(self, page: Page, journey: Journey) -> None:
        """Case, applicant and office, as far as there is a choice."""
        case = page.locator(f'[name="case"][value="{journey.case}"]')
        if case.count():
            case.check()
        if page.locator('[name="applicant"]').count():
            page.locator(".govuk-radios__item", has_text=journey.person["name"]).locator('[name="applicant"]').check()
        office = page.locator("select[name=office]")
        if office.count():
            named = office.locator("option", has_text=office_name(journey.office))
            office.select_option(value=named.get_attribute("value"))
        self._go_on(page)

    def _at_the_counter(self, journey: Journey, desk: str) -> str:
        page = self.visitors.window(desk)
        self.visitors.visit(page, "/desk/counter/")
        box = page.locator("main [name=q]")
        box.fill(journey.applicant)
        self._send(page, box)
        self.visitors.press(page, page.locator("main table a", has_text=journey.person["name"]).first)
        page.fill("#procedure", journey.code)
        self._send(page, page.locator("#procedure"))
        form = page.locator("form", has=page.locator(f'[name="code"][value="{journey.code}"]'))
        if form.locator("[name=case]").count():
            form.locator("[name=case]").select_option(journey.case)
        self.visitors.press(page, form.locator("button"))
        fill(self.visitors, page, journey.typed)
        for code, _name in journey.required_papers:
            page.select_option(f'[name="paper-{code}-form"]', "original")
            page.set_input_files(f'[name="paper-{code}-file"]', self.scan)
        page.check('[name="return_method"][value="desk"]')
        self.visitors.press(page, page.locator('button[name=do][value="receive"]').last)
        assert page.url.endswith("/received/"), page.locator("main").inner_text()
        return page.url.rsplit("/", 3)[1]

    def bring_supplement(self, number: str, *, by: str) -> None:
        page = self.visitors.window(by)
        if _is_citizen(by):
            self.visitors.visit(page, f"/my/dossiers/{number}/")
            self._follow(page, "/supplement/")
            page.set_input_files('[name="item-1"]', self.scan)
        else:
            self._open_act(page, number, "answer_supplement")
            page.set_input_files('[name="files"]', self.scan)
        page.fill('[name="answer"]', ANSWER)
        self._go_on(page)

    def withdraw(self, number: str, *, by: str) -> None:
        page = self.visitors.window(by)
        if _is_citizen(by):
            self.visitors.visit(page, f"/my/dossiers/{number}/")
            self._follow(page, "/withdraw/")
        else:
            self._open_act(page, number, "withdraw")
        page.fill('[name="reason"]', REASON)
        self._go_on(page)

    def result(self, number: str, *, by: str) -> bytes:
        page = self.visitors.window(by)
        if _is_citizen(by):
            self.visitors.visit(page, f"/my/dossiers/{number}/")
            self._follow(page, "/results/")
            link = page.locator("main a.govuk-button")
        else:
            self.visitors.visit(page, f"/desk/dossiers/{number}/")
            link = page.locator('main .mc-files a[href*="/files/"]').first
        answer = page.request.get(f"{self.visitors.house.url}{link.get_attribute('href')}")
        assert answer.ok
        return answer.body()

    def story(self, number: str, *, by: str) -> list[Told]:
        """The page of one's own dossier; where the desk has received it, what the receipt's QR code shows."""
        path, page = f"/my/dossiers/{number}/", self.visitors.window(by if _is_citizen(by) else "")
        if not _is_citizen(by):
            path = f"/track/{number}?k={self.visitors.house.secret(number)}"
        lines = document_fromstring(self._read(page, path)).find_class("mc-timeline__item")
        return [
            Told(
                _words(line, "mc-timeline__title"),
                datetime.fromisoformat(line.find(".//time").get("datetime")),
                _words(line, "mc-timeline__byline").partition(" · ")[2],
            )
            for line in lines
        ]

    def judge(self, number: str, *, by: str) -> None:
        """Say how one was served, led there by the page of one's dossier."""
        page = self.visitors.window(by)
        self.visitors.visit(page, f"/my/dossiers/{number}/")
        self._follow(page, "/rate/")
        for name in page.locator("main [type=radio]").evaluate_all("each => [...new Set(each.map(one => one.name))]"):
            page.locator(f'main [name="{name}"]').first.check()
        page.fill("[name=comment]", PRAISE)
        self._go_on(page)

    # -- the desk -----------------------------------------------------------------------------------------------------

    def accept(self, number: str, *, by: str) -> None:
        page = self.visitors.window(by)
        self.visitors.visit(page, "/desk/reception/")
        self._follow(page, f"/desk/dossiers/{number}/")
        self._follow(page, "/do/accept/")
        self._go_on(page)

    def refuse(self, number: str, *, by: str) -> None:
        self._act(number, "refuse", by=by, reason=REASON)

    def ask_for_supplement(self, number: str, *, by: str) -> None:
        self._act(number, "request_supplement", by=by, items=ITEM, reason=REASON)

    def propose_supplement(self, number: str, *, approver: str, by: str) -> None:
        page = self.visitors.window(by)
        self._open_act(page, number, "propose_supplement")
        fill(self.visitors, page, {"items": [ITEM], "reason": [REASON], "grounds": [GROUNDS]})
        leader = page.locator("select[name=approver] option", has_text=officer_of(approver)["Họ và tên"])
        page.select_option("select[name=approver]", value=leader.get_attribute("value"))
        self._go_on(page)

    def approve_supplement(self, number: str, *, by: str) -> None:
        page = self.visitors.window(by)
        self.visitors.visit(page, "/desk/to-approve/")
        self._follow(page, f"/desk/dossiers/{number}/do/approve_supplement/")
        assert GROUNDS in page.locator("main").inner_text()
        self._go_on(page)

    def extend(self, number: str, *, by: str) -> None:
        self._act(number, "extend", by=by, value="3", unit="working_days", reason=SORRY)

    def collect(self, number: str, *, by: str) -> None:
        page = self.visitors.window(by)
        self.visitors.visit(page, f"/desk/dossiers/{number}/papers/")
        while page.locator('main a[href*="/collect_fee/"]').count():
            self._follow(page, "/collect_fee/")
            page.check('[name="method"][value="cash"]')
            self._go_on(page)

    def prepare(self, step: Any, data: dict[str, Any], *, by: str) -> None:
        page = self._at_step(step, "result", by=by)
        bundle = package(package_names()[step.procedure])
        form = bundle.step_forms[bundle.graph.nodes[step.node].form]
        fill(self.visitors, page, typed_of(form, data).typed)
        self._go_on(page)

    def finish(self, step: Any, outcome: str, *, by: str) -> None:
        page = self._at_step(step, "finish", by=by)
        if outcome:
            page.check(f'[name="outcome"][value="{outcome}"]')
        self._go_on(page)

    def initial(self, step: Any, *, by: str) -> None:
        self._go_on(self._at_step(step, "initial", by=by))

    def sign(self, step: Any, *, by: str) -> None:
        self._go_on(self._at_step(step, "sign", by=by))

    def seal(self, step: Any, *, by: str) -> None:
        self._go_on(self._at_step(step, "seal", by=by))

    def give_back(self, number: str, journey: Journey, *, by: str) -> None:
        page = self.visitors.window(by)
        self._open_act(page, number, "return")
        page.check(f'[name="method"][value="{"online" if journey.channel == "online" else "desk"}"]')
        if journey.channel != "online":
            page.check('[name="proof"][value="signature"]')
            page.fill('[name="number"]', "12")
        self._go_on(page)

    # -- small moves --------------------------------------------------------------------------------------------------

    def _at_step(self, step: Any, what: str, *, by: str) -> Page:
        page = self.visitors.window(by)
        self.visitors.visit(page, f"/desk/dossiers/{step.number}/")
        self._follow(page, f"/steps/{step.id}/{what}/")
        return page

    def stands(self, number: str, place: str, *, by: str, step: Any = None) -> None:
        """In the officer's list, which is asked for and not drawn: that costs a tenth."""
        shown = self._read(self.visitors.window(by), f"/desk/{place}/")
        assert f'/desk/dossiers/{number}/"' in shown, (place, by)
        assert step is None or str(step.id) in shown, (place, by, step)

    def _read(self, page: Page, path: str) -> str:
        """A page as whoever's window it is gets it."""
        answer = page.request.get(f"{self.visitors.house.url}{path}")
        assert answer.ok, (path, answer.status)
        return answer.text()

    def _act(self, number: str, name: str, *, by: str, **typed: str) -> None:
        page = self.visitors.window(by)
        self._open_act(page, number, name)
        fill(self.visitors, page, {key: [text] for key, text in typed.items()})
        self._go_on(page)

    def _open_act(self, page: Page, number: str, name: str) -> None:
        self.visitors.visit(page, f"/desk/dossiers/{number}/")
        self._follow(page, f"/do/{name}/")

    def _follow(self, page: Page, part: str) -> None:
        """The link whose address holds this."""
        self.visitors.press(page, page.locator(f'main a[href*="{part}"]').first)

    def _go_on(self, page: Page) -> None:
        """The button of the page's form that goes on; an error summary afterwards is a failure."""
        button = page.locator(
            "main form:not([role=search]) button[type=submit]:visible:not([tabindex='-1']):not([name])"
        ).first
        self.visitors.press(page, button)
        said = page.locator(".govuk-error-summary")
        assert not said.count(), said.all_inner_texts()

    def _send(self, page: Page, box: Locator) -> None:
        """Press Enter in a search box."""
        with page.expect_navigation():
            box.press("Enter")
        self.visitors.look(page)


def _words(line: Any, kind: str) -> str:
    return " ".join(line.find_class(kind)[0].text_content().split())


def _is_citizen(username: str) -> bool:
    return username.isdecimal()
