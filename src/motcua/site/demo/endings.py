"""What happened to a dossier of the demonstration at last, beside its process."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from motcua.kernel.time.rules import Limit, Unit
from motcua.services.dossiers import actions
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier, WorkItem

ITEMS = ("Bản chụp rõ nét của giấy tờ đã nộp",)
Ending = Callable[[Dossier, Actor, Actor, datetime], None]


def _refused(dossier: Dossier, officer: Actor, applicant: Actor, at: datetime) -> None:
    actions.refuse(dossier.pk, reason="Hồ sơ không thuộc thẩm quyền giải quyết của cơ quan này.", by=officer, at=at)


def _withdrawn(dossier: Dossier, officer: Actor, applicant: Actor, at: datetime) -> None:
    actions.withdraw(dossier.pk, reason="Tôi đã tìm thấy bản chính.", by=applicant, at=at)


def _stopped(dossier: Dossier, officer: Actor, applicant: Actor, at: datetime) -> None:
    actions.stop(dossier.pk, reason="Người nộp đề nghị dừng giải quyết hồ sơ.", by=officer, at=at)


def _supplement(dossier: Dossier, officer: Actor, applicant: Actor, at: datetime) -> None:
    reason = "Bản chụp đã nộp không đọc được."
    actions.request_supplement(dossier.pk, items=ITEMS, reason=reason, by=officer, at=at)


def _answered(dossier: Dossier, officer: Actor, applicant: Actor, at: datetime) -> None:
    _supplement(dossier, officer, applicant, at)
    actions.answer_supplement(dossier.pk, answer="Tôi đã nộp bản chụp rõ hơn tại quầy.", by=applicant, at=at)


def _extended(dossier: Dossier, officer: Actor, applicant: Actor, at: datetime) -> None:
    limit = Limit(Decimal(3), Unit.WORKING_DAYS)
    actions.extend(dossier.pk, limit=limit, reason="Phải xác minh thêm tại nơi cư trú cũ.", by=officer, at=at)


def _claimed(dossier: Dossier, officer: Actor, applicant: Actor, at: datetime) -> None:
    item = WorkItem.objects.get(dossier=dossier, state=WorkItem.State.OPEN)
    actions.claim(dossier.pk, item=item.pk, by=officer, at=at)


ENDINGS: dict[str, Ending] = {
    "refused": _refused,
    "withdrawn": _withdrawn,
    "stopped": _stopped,
    "supplement": _supplement,
    "supplement-answered": _answered,
    "extended": _extended,
    "claimed": _claimed,
}
