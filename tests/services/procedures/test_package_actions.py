"""Importing and publishing packages, filing, and what stands in the database afterwards."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from motcua.engines.registers.models import NumberSeries
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.services.procedures import actions, runtime
from motcua.services.procedures.cli import import_package
from motcua.services.procedures.models import PackageFile, Procedure, ProcedureVersion
from motcua.services.procedures.packages import check
from motcua.services.procedures.series import begin_series
from tests.services.procedures.factories import EXAMPLE, example_files
from tests.services.procedures.test_import_catalogue import line

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
CODE = "2.000908"


def imported(change: tuple[str, str] | None = None) -> ProcedureVersion:
    package = check(example_files({"procedure.yaml": change} if change else None))
    version, _is_new = actions.import_package(package=package, at=AT)
    return version


def published(change: tuple[str, str] | None = None) -> ProcedureVersion:
    return actions.publish(version=imported(change), at=AT)


def test_a_package_is_stored_whole_and_waits_for_publication():
    version = imported()

    assert (version.number, version.source, version.published_at) == (1, "package", None)
    assert version.levels == ["Cấp tỉnh", "Cấp xã"]
    assert version.settings["cut_off"] == "15:00"
    assert version.settings["supplement"]["auto_close"] == {"value": "15", "unit": "working_days"}
    assert [case.code for case in version.cases.all()] == ["holder", "relative"]
    assert [terms.channel for terms in version.terms.all()] == ["online", "counter", "post", "online", "counter"]
    assert {(fee.code, fee.amount) for terms in version.terms.all() for fee in terms.fees.all()} == {("copy", 8000)}
    assert version.results[0]["series"] == "certified-copy"
    assert PackageFile.objects.filter(version=version).count() == len(example_files())
    procedure = Procedure.objects.get()
    assert (procedure.current_version, procedure.life_events) == (None, ["study", "identity", "family"])
    with pytest.raises(NotFound):
        runtime.version_to_file(CODE)


def test_no_package_begins_the_series_of_a_room():
    result = replace(check(example_files()).manifest.results[0], series="form")
    with pytest.raises(Refused) as refused:
        begin_series(result)
    assert refused.value.code == "series_taken"
    assert not NumberSeries.objects.exists()


def test_the_same_package_again_is_the_same_version():
    first = published()
    assert set(NumberSeries.objects.values_list("code", "pattern")) == {
        ("certified-copy", "{n:02}/BS"),
        ("outgoing-letter", "{n:02}/CV"),
    }
    again, is_new = actions.import_package(package=check(example_files()), at=AT)

    assert (again.pk, is_new) == (first.pk, False)
    assert Event.objects.filter(stream=f"procedure:{CODE}").count() == 2


def test_a_changed_package_is_a_new_version_and_the_old_one_stays_until_publication():
    first = published()
    second = imported(("name: Cấp bản sao từ sổ gốc", "name: Cấp bản sao từ sổ gốc (mới)"))

    assert (second.number, runtime.version_to_file(CODE).pk) == (2, first.pk)
    actions.publish(version=second, at=AT)
    assert runtime.version_to_file(CODE).pk == second.pk
    assert Procedure.objects.get().entry.name == "Cấp bản sao từ sổ gốc (mới)"


def test_an_earlier_version_may_be_published_again():
    first = published()
    published(("name: Cấp bản sao từ sổ gốc", "name: Khác"))
    actions.publish(version=first, at=AT)

    assert runtime.version_to_file(CODE).pk == first.pk


def test_a_package_follows_a_catalogue_record_under_the_same_code():
    actions.import_catalogue([line(CODE)], dry_run=False, at=AT)
    version = published()

    assert version.number == 2
    assert Procedure.objects.get().current_version_id == version.pk
    catalogue = ProcedureVersion.objects.get(number=1)
    with pytest.raises(Conflict):
        actions.publish(version=catalogue, at=AT)


def test_what_a_dossier_runs_on_is_read_back():
    version = published()
    package = runtime.package_of(version.pk)
    case = package.cases[1]

    assert [paper.code for paper in package.papers(case.pk)] == ["identity", "relation"]
    assert [(fee.code, fee.amount) for fee in package.fees(case.pk, "counter")] == [("copy", 8000)]
    assert package.terms(case.pk, "post") is None
    assert package.graph.nodes["seal"].role == "clerk"
    assert package.fee_decision is not None
    facts = {**package.absent_facts, "record": {"kind": "civil_status"}, "copies": 3, "exemption": "none"}
    assert package.fee_decision.decide(facts)["fees"]["copy"] == 8_000
    assert package.fee_decision.decide({**facts, "exemption": "poor"})["fees"]["copy"] == 0
    assert package.absent_facts["record"]["name"] is None


def test_a_catalogue_record_has_nothing_to_run_on():
    actions.import_catalogue([line()], dry_run=False, at=AT)
    version = ProcedureVersion.objects.get()

    with pytest.raises(NotFound):
        runtime.package_of(version.pk)


def test_filing_here_needs_a_package():
    actions.import_catalogue([line()], dry_run=False, at=AT)
    with pytest.raises(Conflict):
        actions.set_filing(code="1.000001", filing="local", at=AT, by=None)
    with pytest.raises(Refused):
        actions.set_filing(code="1.000001", filing="fax", at=AT, by=None)
    with pytest.raises(NotFound):
        actions.set_filing(code="9.9", filing="off", at=AT, by=None)
    actions.set_filing(code="1.000001", filing="off", at=AT, by=None)

    assert Procedure.objects.get().filing == "off"
    switched = Event.objects.filter(kind="procedure.filing_switched").values_list("references", flat=True)
    assert list(switched) == [{"before": "national", "filing": "off"}]


def test_filing_is_switched_once():
    published()
    for _time in range(2):
        actions.set_filing(code=CODE, filing="local", at=AT, by=None)

    assert Event.objects.filter(kind="procedure.filing_switched").count() == 1


def test_life_events_are_chosen_by_a_person():
    actions.import_catalogue([line()], dry_run=False, at=AT)
    actions.set_life_events(code="1.000001", life_events=["health", "child"], at=AT, by=None)

    assert Procedure.objects.get().life_events == ["child", "health"]
    with pytest.raises(Refused):
        actions.set_life_events(code="1.000001", life_events=["lunch"], at=AT, by=None)


def test_the_command_imports_all_or_none():
    paths = [str(EXAMPLE), str(EXAMPLE.parent / "taxi-badges")]
    refused = CliRunner().invoke(import_package, [*paths, "--draft", "--filing", "local"])
    assert (refused.exit_code, "Nothing was imported." in refused.output) == (1, True)
    assert not ProcedureVersion.objects.exists()
    done = CliRunner().invoke(import_package, [*paths, "--filing", "local"])
    assert done.output.splitlines() == ["2.000908 version 1: imported", "2.002288 version 1: imported"]
    again = CliRunner().invoke(import_package, paths)
    assert again.output.splitlines() == ["2.000908 version 1: is here already", "2.002288 version 1: is here already"]


def test_importing_takes_few_statements(django_assert_max_num_queries: Any):
    package = check(example_files())
    with django_assert_max_num_queries(16):
        actions.import_package(package=package, at=AT)
