"""Schemas for tests; every name and number in them is invented."""

from typing import Any

from motcua.engines.forms.model import Form
from motcua.engines.forms.schema import parse
from motcua.engines.forms.surroundings import Surroundings, Unit

UNIT = Unit("99001", "Xã Mẫu, tỉnh Mẫu Sơn")


def find_unit(typed: str) -> Unit | None:
    return UNIT if typed in (UNIT.code, UNIT.name) else None


AROUND = Surroundings(unit=find_unit, file={"f1": "giay-to.pdf", "f2": "anh.png"}.get)
VALUES = [{"value": "person", "label": "Cá nhân"}, {"value": "company", "label": "Doanh nghiệp"}]


def component(type: str, key: str = "a", **settings: Any) -> dict[str, Any]:  # noqa: A002 - the format's name
    """One component; choices get two options unless told otherwise."""
    made: dict[str, Any] = {"type": type, "id": f"id_{key}", "key": key, "label": f"Câu hỏi {key}"} | settings
    if type in {"radio", "select", "checklist", "taglist"} and "values" not in settings:
        made["values"] = VALUES
    return made


def meant(meaning: str, key: str = "a", **settings: Any) -> dict[str, Any]:
    """A text field with a meaning."""
    return component("textfield", key, properties={"motcua:type": meaning}, **settings)


def group(*components: dict[str, Any], id: str = "group", **settings: Any) -> dict[str, Any]:  # noqa: A002
    return {"type": "group", "id": id, "label": "Nhóm", "components": list(components)} | settings


def rows(*components: dict[str, Any], path: str = "vehicles", **settings: Any) -> dict[str, Any]:
    """A repeating group."""
    made = {"type": "dynamiclist", "id": f"rows_{path}", "path": path, "label": "Phương tiện"}
    return made | {"components": list(components)} | settings


def schema(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "id": "form", "schemaVersion": 16, "components": list(components)}


def form(*components: dict[str, Any]) -> Form:
    return parse(schema(*components))


REQUIRED = {"validate": {"required": True}}


def whole_form() -> Form:
    """Every kind of component once, in two pages and one between them."""
    return form(
        group(
            meant("person_name", "name", **REQUIRED),
            meant("identity_number", "identity", **REQUIRED),
            meant("phone", "phone"),
            meant("email", "email"),
            meant("administrative_unit", "home"),
            component("datetime", "born", subtype="date"),
            component("radio", "kind", **REQUIRED),
            meant(
                "tax_code", "tax", validate={"required": True}, conditional={"hide": '=applicant.kind != "company"'}
            ),
            id="applicant",
            path="applicant",
            label="Người nộp",
        ),
        {"type": "text", "id": "note", "text": "# Lưu ý\n\nĐọc **kỹ** [hướng dẫn](https://example.org/a)."},
        {"type": "separator", "id": "line"},
        {"type": "spacer", "id": "space"},
        component("textarea", "reason", description="Ngắn gọn"),
        component("number", "copies", decimalDigits=0, **REQUIRED),
        component("number", "area", decimalDigits=2),
        component("number", "price", properties={"motcua:type": "money"}),
        component("checkbox", "agree", **REQUIRED),
        component("checklist", "wishes"),
        component("taglist", "tags"),
        component("select", "channel"),
        component("datetime", "clock", subtype="time"),
        component("datetime", "meeting", subtype="datetime", dateLabel="Hẹn gặp"),
        component("filepicker", "papers", multiple=True, accept=".pdf,.png"),
        component("textfield", "fixed", disabled=True, defaultValue="Cố định"),
        component("expression", "total", expression="=price * copies"),
        component("button", "send"),
        group(
            rows(
                component("textfield", "plate", **REQUIRED),
                component("number", "value", properties={"motcua:type": "money"}),
                component("textfield", "owner", conditional={"hide": "=value = null"}),
            ),
            component("expression", "sum", expression="=sum(vehicles.value)"),
            id="things",
            label="Tài sản",
        ),
    )


ANSWERS: dict[str, list[str]] = {
    "applicant.name": ["  Nguyễn   Văn Mẫu "],
    "applicant.identity": ["001 099 000001"],
    "applicant.phone": ["0900 000 001"],
    "applicant.email": ["mau@example.org"],
    "applicant.home": ["Xã Mẫu, tỉnh Mẫu Sơn"],
    "applicant.born": ["1/2/1999"],
    "applicant.kind": ["person"],
    "applicant.tax": ["không phải mã số"],
    "reason": ["Dòng một\r\nDòng hai"],
    "copies": ["3"],
    "area": ["1.234,5"],
    "price": ["1.250.000 đ"],
    "agree": ["true"],
    "wishes": ["person", "company"],
    "tags": ["company"],
    "channel": ["person"],
    "clock": ["8h30"],
    "meeting": ["22/11/2026"],
    "meeting-time": ["15:00"],
    "papers": ["f1", "f2"],
    "vehicles-rows": ["3"],
    "vehicles-0-plate": ["99A-000.01"],
    "vehicles-0-value": ["500000"],
    "vehicles-0-owner": ["Trần Thị Mẫu"],
    "vehicles-2-plate": ["99A-000.02"],
    "vehicles-2-owner": ["không ai"],
}
DATA: dict[str, Any] = {
    "applicant": {
        "name": "Nguyễn Văn Mẫu",
        "identity": "001099000001",
        "phone": "+84900000001",
        "email": "mau@example.org",
        "home": "99001",
        "born": "1999-02-01",
        "kind": "person",
    },
    "reason": "Dòng một\nDòng hai",
    "copies": 3,
    "area": 1234.5,
    "price": 1_250_000,
    "agree": True,
    "wishes": ["person", "company"],
    "tags": ["company"],
    "channel": "person",
    "clock": "08:30",
    "meeting": "2026-11-22T08:00:00+00:00",
    "papers": ["f1", "f2"],
    "fixed": "Cố định",
    "total": 3_750_000,
    "vehicles": [
        {"plate": "99A-000.01", "value": 500_000, "owner": "Trần Thị Mẫu"},
        {"plate": "99A-000.02"},
    ],
    "sum": 500_000,
}
