"""The procedures of the province: every package and guide that ships, and short records for the search to find."""

from datetime import datetime

from motcua.people.accounts.models import Account
from motcua.services.procedures import actions
from motcua.services.procedures.choices import Filing
from motcua.services.procedures.guides.checks import load as load_guide
from motcua.services.procedures.models import ProcedureVersion
from motcua.services.procedures.packages.checks import load
from motcua.site.demo import files


def publish_packages(*, by: Account, at: datetime) -> dict[str, ProcedureVersion]:
    """All packages of ``procedures/``, to be filed online here; by the names of their folders."""
    published = {}
    for folder in sorted(path.parent for path in files.PACKAGES.glob("*/procedure.yaml")):
        version, _new = actions.import_package(package=load(folder), at=at, by=by.pk)
        actions.publish(version=version, at=at, by=by.pk)
        version.procedure = actions.set_filing(code=version.procedure.code, filing=Filing.LOCAL, at=at, by=by.pk)
        published[folder.name] = version
    return published


def publish_guides(*, by: Account, at: datetime) -> None:
    """All guides of ``guides/``."""
    for folder in sorted(path.parent for path in files.GUIDES.glob("*/guide.yaml")):
        version, _new = actions.import_guide(checked=load_guide(folder), at=at, by=by.pk)
        actions.publish_guide(version=version, at=at, by=by.pk)


def import_records(*, at: datetime) -> None:
    """Records without a package: people find them and read limits and fees, but cannot file them here."""
    with files.opened("catalogue.jsonl") as lines:
        report = actions.import_catalogue(lines, dry_run=False, at=at)
    if report.unreadable:
        raise ValueError(f"catalogue.jsonl: {report.unreadable}")
