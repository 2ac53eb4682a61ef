"""A one-stop office with everyone it needs, and the shipped package that its dossiers run on."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from motcua.engines.registers.actions import define_series
from motcua.engines.registers.models import NumberSeries
from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import HolderKind, TrustAnchor
from motcua.people.accounts.models import Account
from motcua.people.citizens.models import Party
from motcua.people.officers.queries import desk_of
from motcua.people.organisations.models import Office
from motcua.services.dossiers import actions
from motcua.services.dossiers.access import Viewer
from motcua.services.dossiers.actors import Actor, citizen, officer
from motcua.services.dossiers.models import Dossier, FeeLine, ResultDocument, WorkItem
from motcua.services.procedures.actions.packages import import_package, publish
from motcua.services.procedures.models import Procedure, ProcedureVersion
from motcua.services.procedures.packages import CheckedPackage
from motcua.services.procedures.packages.checks import load
from motcua.services.procedures.runtime import package_of
from tests.factories import make_citizen, make_office, make_officer
from tests.replay import again

PACKAGES = Path(__file__).parents[3] / "procedures"
COPY_FORM: dict[str, Any] = {
    "applicant": {"name": "Lê Văn Mẫu", "identity_number": "001099000001"},
    "record": {"kind": "civil_status", "name": "Giấy khai sinh", "holder": "Lê Văn Mẫu", "year": 1999},
    "copies": 2,
    "exemption": "none",
}


@dataclass(frozen=True)
class Town:
    """An office, its officers, a citizen and a published procedure."""

    office: Office
    reception: Account
    specialist: Account
    leader: Account
    clerk: Account
    head: Account
    applicant: Party
    version: ProcedureVersion

    def actor(self, account: Account) -> Actor:
        """The actor behind one of the officers."""
        return officer(desk_of(account, timezone.now()), offices=[self.office.pk])

    @property
    def citizen(self) -> Actor:
        """The applicant acting online."""
        return citizen(self.applicant.account_id)

    def viewer(self, account: Account) -> Viewer:
        """The viewer behind an account."""
        return Viewer.of(account)


@cache
def shipped(name: str) -> CheckedPackage:
    """A package that ships, checked once: its templates are compiled in processes of their own."""
    return load(PACKAGES / name)


def publish_package(package: str | CheckedPackage) -> ProcedureVersion:
    """Import and publish a package, or the one of this name that ships; it may be filed online here."""
    checked = shipped(package) if isinstance(package, str) else package
    version = again(checked.digest, lambda: _publish(checked), unless=[Procedure])
    package_of(version.pk)  # a process keeps what it has read; so it has in each test, be it the first or not
    return version


def _publish(package: CheckedPackage) -> ProcedureVersion:
    version, _new = import_package(package=package, at=timezone.now())
    publish(version=version, at=timezone.now())
    version.procedure.filing = "local"
    version.procedure.save(update_fields=["filing"])
    return version


def make_series() -> None:
    """The number series that dossiers ask for."""
    define_series(code="submission", pattern="N{yymmdd}-{n:06}", scope=["yymmdd"])
    define_series(code="dossier", pattern="{office}-{yymmdd}-{n:04}", scope=["office", "yymmdd"])
    define_series(code="form", pattern="{n:02}/{notation}", scope=["office", "notation", "yyyy"])
    define_series(code="certified-copy", pattern="{n:02}/BS", scope=["office", "yyyy"])
    define_series(code="outgoing-letter", pattern="{n:02}/UBND", scope=["office", "yyyy"])


def make_town(package: str | CheckedPackage = "certified-copy", **office: Any) -> Town:
    """A commune with one officer for each role, certificates for leader and seal, and the package published.

    The first town of a test is the same one in all tests of a process (``tests/replay.py``). Keys are files
    and outlive a test: one that certifies another of these people may find the key and certificate of an earlier one.
    """
    key = ("town", *sorted(office.items()), settings.HOME)
    people = again(key, lambda: _make_people(**office), unless=[Office, NumberSeries, TrustAnchor])
    return Town(version=publish_package(package), **people)


def _make_people(**office: Any) -> dict[str, Any]:
    make_series()
    here = make_office("Ủy ban nhân dân xã Mẫu Sơn", kind="commune_committee", level="commune", **office)
    positions = {
        "reception": ("Cán bộ một cửa", ["reception", "return"]),
        "specialist": ("Chuyên viên", ["specialist"]),
        "leader": ("Lãnh đạo", ["leader"]),
        "clerk": ("Văn thư", ["clerk"]),
    }
    people = {name: make_officer(roles=roles, office=here, title=title) for name, (title, roles) in positions.items()}
    for kind, holder, name in (
        (HolderKind.OFFICER, people["leader"].pk, "Trần Thị Mẫu"),
        (HolderKind.OFFICE, here.pk, here.name),
    ):
        issue_demo_certificate(holder_kind=kind, holder_id=holder, common_name=name, at=timezone.now())
    head = make_officer(roles=["head"], office=here, title="Chủ tịch")
    return {"office": here, "head": head, "applicant": make_citizen(), **people}


def submit(town: Town, *, channel: str = "online", **given: Any) -> Dossier:
    """A submitted dossier of the town's procedure."""
    package = package_of(town.version.pk)
    values: dict[str, Any] = {
        "version": town.version,
        "case": package.first_case,
        "channel": channel,
        "applicant": town.applicant,
        "form_data": COPY_FORM if package.manifest.code == "2.000908" else {"amount": 1},
        "receiving_office": town.office.pk,
    }
    by, at = given.pop("by", town.citizen), given.pop("at", None)
    return actions.submit(actions.Submission(**(values | given)), by=by, at=at)


def accept(town: Town, dossier: Dossier, **given: Any) -> Dossier:
    """The dossier accepted at the desk."""
    return actions.accept(dossier.pk, by=town.actor(town.reception), **given)


def accepted(town: Town) -> Dossier:
    """A submitted dossier, accepted at the desk; the first of a test is the same one in all tests of a process."""
    key = ("accepted", town.version.pk)
    return again(key, lambda: accept(town, submit(town)), unless=[Dossier], upon=[town.office, town.version])


def open_step(dossier: Dossier, node: str = "") -> WorkItem:
    """The open step of a dossier, by node if there are several."""
    items = WorkItem.objects.filter(dossier=dossier, state="open", kind="step")
    return (items.filter(node=node) if node else items).get()


def pay(town: Town, dossier: Dossier) -> None:
    """Collect at the desk what the dossier still owes."""
    for line in FeeLine.objects.due(dossier.pk):
        actions.collect_fee(dossier.pk, line=line.pk, method="cash", by=town.actor(town.reception))


def finish(town: Town, dossier: Dossier, *outcomes: str | None) -> None:
    """Finish open steps one after the other."""
    for outcome in outcomes:
        actions.complete(dossier.pk, item=open_step(dossier).pk, outcome=outcome, by=town.actor(town.specialist))
    dossier.refresh_from_db()


def decide(town: Town, dossier: Dossier) -> ResultDocument:
    """The copy from the register is found, written, signed and sealed."""
    specialist, leader, clerk = (town.actor(who) for who in (town.specialist, town.leader, town.clerk))
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="found", by=specialist)
    step = open_step(dossier, "extract")
    written = {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    actions.prepare_result(dossier.pk, item=step.pk, template="copy", data=written, by=specialist)
    actions.complete(dossier.pk, item=step.pk, outcome=None, by=specialist)
    actions.sign_result(dossier.pk, item=open_step(dossier, "sign").pk, by=leader)
    actions.seal_result(dossier.pk, item=open_step(dossier, "seal").pk, by=clerk)
    return ResultDocument.objects.get(dossier=dossier)
