"""Beyond what axe finds (WCAG 2.2, AA): the keyboard alone, 400 % zoom, no motion, large targets, Vietnamese names."""

import pytest

from tests.journeys.browsing import Visitors
from tests.journeys.house import House
from tests.journeys.keyboard import Keyboard
from tests.journeys.looking import ZOOMED, looked_at

pytestmark = pytest.mark.browser
CITIZEN, OFFICE, PROCEDURE = "001099000001", "H99.101", "Cấp bản sao từ sổ gốc"
MAIN_PAGES = {
    "": ["/", "/procedures/", "/procedures/2.000908/", "/track/", "/account/sign-in/", "/transparency",
         "/petitions/", "/petitions/new/", "/offline/vi/"],
    CITIZEN: ["/apply/2.000908/", "/my/", "/my/dossiers/", "/account/messages/", "/account/"],
    "tiepnhan.mauson": ["/desk/", "/desk/inbox/", "/desk/reception/", "/desk/counter/", "/desk/returns/",
                        "/desk/dossiers/", "/desk/registers/", "/desk/me/"],
    "chutich.mauson": ["/desk/signing/", "/desk/office/"],
    "quantri": ["/desk/incidents/", "/desk/import/", "/desk/queue/centres/"],
}  # fmt: skip
FAULTS = """<!doctype html><html lang="vi"><title>Thử</title><style>
    .far { position: absolute; left: 600px; width: 90px } .small { font-size: 8px; padding: 0; height: 12px }
    .bare:focus { outline: none } .lid { position: fixed; inset: auto 0 0; height: 50px; background: red }
    .low { position: fixed; bottom: 10px; left: 0 } .turns { transition: color 2s }</style><main>
    <p class="far">Xa</p><button class="small">A</button><button class="small">B</button>
    <button class="bare">Trần</button><button class="low">Bị che</button><div class="lid"></div>
    <p class="turns">Đổi màu</p><button aria-label="Sign in">Đăng nhập</button></main></html>"""


@pytest.mark.parametrize("username", MAIN_PAGES)
def test_main_pages_at_400_per_cent(username: str, visitors: Visitors):
    page = visitors.window(username)
    before = page.viewport_size
    page.set_viewport_size(ZOOMED)
    page.emulate_media(reduced_motion="reduce")
    wrong = {}
    for path in MAIN_PAGES[username]:
        visitors.visit(page, path)
        wrong[path] = looked_at(page)
    page.emulate_media(reduced_motion="no-preference")
    page.set_viewport_size(before)  # type: ignore[arg-type]
    assert {path: found for path, found in wrong.items() if found} == {}


def test_each_fault_is_found(visitors: Visitors):
    """The eye of the test above."""
    page = visitors.browser.new_page(viewport=ZOOMED)
    page.set_content(FAULTS)
    found = {each.partition(":")[0] for each in looked_at(page)}
    page.close()
    assert found == {"scrolls sideways", "too small", "moves", "in English", "no sign of focus", "obscured"}


def test_a_citizen_applies_and_officers_act_with_the_keyboard_alone(visitors: Visitors, house: House):
    number = applied(visitors)
    desk = visitors.window(house.officer(OFFICE, "reception"))
    visitors.visit(desk, "/desk/")
    keys = Keyboard(desk)
    keys.follow("Chờ tiếp nhận")
    keys.follow(number)
    keys.follow("Tiếp nhận hồ sơ")
    keys.follow("Tiếp nhận", "submit")
    code = house.code(number)
    desk = visitors.window(house.officer(OFFICE, "specialist"))
    visitors.visit(desk, "/desk/inbox/")
    keys = Keyboard(desk)
    keys.follow(code)
    keys.follow("Hoàn thành bước")
    keys.pick("Có trong sổ gốc", "radio")
    keys.follow("Hoàn thành bước", "submit")
    assert [step.node for step in house.standing(code)] != ["check"]


def applied(visitors: Visitors) -> str:
    """From the home page's search to the number of the submission."""
    page = visitors.window(CITIZEN)
    visitors.visit(page, "/")
    keys = Keyboard(page)
    keys.type("Tên, mã", PROCEDURE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keys.follow(PROCEDURE)
    keys.follow("Nộp hồ sơ", "a")
    keys.pick("Người được cấp bản chính", "radio")
    keys.choose("Ông/Bà nộp hồ sơ tại", "xã Mẫu Sơn")
    keys.follow("Tiếp tục", "submit")
    keys.type("Họ, chữ đệm", "Lê Văn Mẫu")
    keys.type("Số định danh", CITIZEN)
    keys.follow("Lưu và tiếp tục")
    keys.pick("Giấy tờ hộ tịch", "radio")
    keys.type("Tên giấy tờ", "Giấy khai sinh")
    keys.type("Cấp cho", "Lê Văn Mẫu")
    keys.follow("Lưu và tiếp tục")
    keys.type("Số bản sao", "2")
    keys.pick("Không", "radio")
    keys.follow("Lưu và tiếp tục")
    keys.follow("Lưu và tiếp tục")  # no paper is needed
    keys.pick("Trực tuyến", "radio")
    keys.follow("Lưu và tiếp tục")
    keys.pick("Tôi cam đoan", "checkbox")
    keys.follow("Nộp hồ sơ", "submit")
    visitors.look(page)
    return page.locator(".govuk-panel__body strong").inner_text().strip()
