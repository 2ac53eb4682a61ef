"""What tests of processes do to a dossier on its way."""

from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier
from tests.services.dossiers.factories import Town


def steps(dossier: Dossier) -> list[str]:
    rows = dossier.work_items.filter(state="open", kind="step").order_by("opened_at", "id")
    return list(rows.values_list("node", flat=True))


def asked_for_supplement(town: Town, dossier: Dossier) -> None:
    actions.request_supplement(dossier.pk, items=["Bản vẽ"], reason="Thiếu", by=town.actor(town.specialist))


def answered(town: Town, dossier: Dossier) -> None:
    actions.answer_supplement(dossier.pk, answer="Đã bổ sung", by=town.citizen)
