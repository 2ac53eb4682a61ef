"""A town with a commune of its own, and petitions to it."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from motcua.people.organisations.models import AdministrativeUnit
from motcua.services.petitions import actions
from motcua.services.petitions.actions import Sender, Told
from motcua.services.petitions.models import Petition
from tests.factories import LONG_AGO
from tests.services.dossiers.factories import Town, make_town

TEXT = "Đèn đường ở ngõ 5 thôn Nà Mẫu hỏng đã hai tuần, buổi tối rất tối."


def make_commune(code: str = "06001", name: str = "Xã Mẫu Sơn") -> AdministrativeUnit:
    """A commune of a province. Its key is always the same, so that its town can be (``tests/replay.py``)."""
    province, _new = AdministrativeUnit.objects.get_or_create(
        code="99", level="province", defaults={"kind": "Tỉnh", "name": "Tỉnh Mẫu", "valid_from": LONG_AGO}
    )
    return AdministrativeUnit.objects.create(
        pk=UUID(int=int(code)), code=code, level="commune", kind="Xã", name=name, parent=province, valid_from=LONG_AGO
    )


def make_town_with_commune() -> Town:
    """A commune's committee that is competent for its commune."""
    return make_town(unit=make_commune())


def told(**changed: Any) -> Told:
    """What somebody tells."""
    given: dict[str, Any] = {"kind": "report", "topic": "roads", "text": TEXT, "unit": "06001", "place": "Ngõ 5"}
    return Told(**(given | changed))


SENDER = Sender("Nguyễn Thị Kín", phone="0900 000 123", email="kin@vidu.example")


def receive(
    sender: Sender = SENDER, *, at: datetime | None = None, channel: str = "portal", **changed: Any
) -> Petition:
    """A petition that has come in."""
    return actions.receive(told(**changed), sender, channel=channel, at=at)


def taken_up(town: Town, **given: Any) -> Petition:
    """A petition that its office handles."""
    petition = receive(**given)
    actions.accept(petition.pk, by=town.specialist.pk, at=given.get("at"))
    petition.refresh_from_db()
    return petition


def answered(town: Town, text: str = "Đã thay bóng đèn ngày hôm qua.", **given: Any) -> Petition:
    """A petition that its office has answered."""
    petition = taken_up(town, **given)
    actions.answer(petition.pk, text=text, by=town.specialist.pk, at=given.get("at"))
    petition.refresh_from_db()
    return petition


def published(
    town: Town, *, question: str = "Đèn đường hỏng", reply: str = "Đã thay bóng đèn.", **given: Any
) -> Petition:
    """A petition that was answered in public."""
    petition = answered(town, **given)
    actions.publish(petition.pk, public_text=question, public_answer=reply, by=town.head.pk)
    petition.refresh_from_db()
    return petition


POINT = (Decimal("21.853000"), Decimal("106.761000"))
