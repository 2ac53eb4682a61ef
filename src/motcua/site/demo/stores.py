"""The personal stores of the demonstration: what its dossiers brought, and what one citizen added and shared."""

from datetime import date, datetime, timedelta
from io import BytesIO

from django.core.files.base import File

from motcua.engines.rendering.templates import Template
from motcua.engines.rendering.typesetting import render
from motcua.people.citizens.models import Party
from motcua.services.dossiers.models import Dossier
from motcua.services.vault import actions
from motcua.services.vault.models import KeptPaper
from motcua.site.demo import files

CITIZEN = "001099000001"


def fill(*, now: datetime) -> None:
    """Fill the stores. The events say the same again; that adds nothing."""
    keys = list(Dossier.objects.values_list("pk", flat=True))
    actions.keep_papers(keys, at=now)
    actions.keep_results(keys, at=now)
    owner = Party.objects.select_related("account").get(identity_number=CITIZEN)
    _add(owner, "Giấy phép lái xe hạng B", issuer="Sở Xây dựng", last=date(now.year + 6, 3, 31), at=now)
    _add(owner, "Giấy khám sức khỏe", issuer="Trung tâm Y tế Mẫu Sơn", last=now.date() - timedelta(days=40), at=now)
    result = KeptPaper.objects.filter(owner=owner, origin=KeptPaper.Origin.RESULT).order_by("added_at", "id").first()
    if result is not None and owner.account is not None:
        share = actions.share(result, by=owner.account, days=7, recipient="Ngân hàng Mẫu Sơn", most=5, at=now)
        actions.open_share(share.pk, at=now)


def _add(owner: Party, name: str, *, issuer: str, last: date, at: datetime) -> None:
    assert owner.account is not None
    page = render(Template(files.FOLDER, "paper.typ"), {"name": name, "holder": owner.name}, dated=at)
    actions.upload(
        File(BytesIO(page)),
        file_name=f"{name}.pdf",
        owner=owner,
        by=owner.account,
        name=name,
        issuer=issuer,
        valid_to=last,
        at=at,
    )
