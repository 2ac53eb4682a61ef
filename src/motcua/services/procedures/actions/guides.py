"""Importing, publishing and withdrawing guides."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.kernel.events.actions import record
from motcua.services.procedures.guides.checks import CheckedGuide
from motcua.services.procedures.guides.reference import missing
from motcua.services.procedures.guides.spec import GuideSpec
from motcua.services.procedures.models import Guide, GuideVersion
from motcua.services.procedures.packages.problems import PackageError


@transaction.atomic
def import_guide(*, checked: CheckedGuide, at: datetime, by: UUID | None = None) -> tuple[GuideVersion, bool]:
    """Store a checked guide as a new version; publishing is an act of its own.

    The same guide again changes nothing. Returns the version and whether it is new. Raises ``PackageError`` where the
    guide leads to procedures or cases that are not published.
    """
    _refuse_missing(checked.guide)
    Guide.objects.bulk_create([Guide(code=checked.guide.code)], ignore_conflicts=True)
    guide = Guide.objects.select_for_update(of=("self",)).get(code=checked.guide.code)
    last = guide.versions.order_by("-number").first()
    if last is not None and last.digest == checked.digest:
        return last, False
    version = GuideVersion.objects.create(
        guide=guide,
        number=last.number + 1 if last else 1,
        digest=checked.digest,
        title=checked.guide.title,
        life_events=list(checked.guide.life_events),
        spec=checked.guide.to_json(),
        decision=checked.decision.decode(),
        created_at=at,
    )
    _tell("guide.imported", guide, {"version": version.number, "digest": version.digest}, at=at, by=by)
    return version, True


@transaction.atomic
def publish_guide(*, version: GuideVersion, at: datetime, by: UUID | None = None) -> GuideVersion:
    """Offer this version to the public. Raises ``PackageError`` where it leads to what is not published any more."""
    guide = Guide.objects.select_for_update(of=("self",)).get(pk=version.guide_id)
    if guide.current_version_id == version.pk:
        return version
    _refuse_missing(GuideSpec.from_json(version.spec))
    guide.current_version = version
    guide.save(update_fields=["current_version"])
    _tell("guide.published", guide, {"version": version.number}, at=at, by=by)
    return version


@transaction.atomic
def withdraw_guide(*, guide: Guide, at: datetime, by: UUID | None = None) -> None:
    """Offer the guide to nobody any more; its versions stay."""
    locked = Guide.objects.select_for_update(of=("self",)).get(pk=guide.pk)
    if locked.current_version_id is None:
        return
    locked.current_version = None
    locked.save(update_fields=["current_version"])
    _tell("guide.withdrawn", locked, {}, at=at, by=by)


def _refuse_missing(spec: GuideSpec) -> None:
    if problems := list(missing(spec)):
        raise PackageError(problems)


def _tell(kind: str, guide: Guide, references: dict[str, object], *, at: datetime, by: UUID | None) -> None:
    record(stream=f"guide:{guide.code}", kind=kind, actor=by, agency=None, references=references, at=at)
