"""Many at once, killed workers, a database that restarts: nothing is lost, nothing is done twice."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from motcua.kernel.errors import Conflict
from motcua.kernel.events.models import Event
from motcua.kernel.jobs import worker
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, IssuedForm
from motcua.services.dossiers.services import service
from motcua.services.dossiers.standing import Row
from motcua.site.embedded_postgres import EmbeddedPostgres
from tests.databases import fill_like_ours
from tests.forks import forked, until
from tests.jobs import let_silence_grow
from tests.services.dossiers.factories import Town, accept, make_town, open_step, publish_package, submit
from tests.services.dossiers.processes import PLAIN, end, flow, package, task
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
REPOSITORY = Path(__file__).parents[3]
OFFICERS = 4  # at work while the database restarts


@pytest.fixture
def town() -> Town:
    return make_town(package(*PLAIN))


def chained(dossier: Dossier) -> bool:
    versions = list(Event.objects.filter(stream=dossier.stream).order_by("version").values_list("version", flat=True))
    return versions == list(range(1, len(versions) + 1))


def test_sixty_four_acceptances_at_once_give_sixty_four_codes(town: Town) -> None:
    dossiers, before = (
        [submit(town) for _ in range(64)],
        f"{town.office.codes.get().code}-{timezone.localdate():%y%m%d}",
    )
    for number in (3, 41):  # as if they came from elsewhere
        Dossier.objects.filter(pk=accept(town, submit(town)).pk).update(code=f"{before}-{number:04}")
    by = town.actor(town.reception)
    found = at_once([lambda each=each: actions.accept(each.pk, by=by).code for each in dossiers])
    assert sorted(found) == [f"{before}-{number:04}" for number in range(4, 69) if number != 41]


def test_two_officers_finish_one_step_and_one_of_them_does(town: Town) -> None:
    dossier = accept(town, submit(town))
    step, by = open_step(dossier), town.actor(town.specialist)
    found = at_once(
        [
            lambda outcome=outcome: actions.complete(dossier.pk, item=step.pk, outcome=outcome, by=by)
            for outcome in ("ok", "no")
        ]
    )
    assert sorted(map(type, found), key=str) == sorted([bool, Conflict], key=str)
    assert Event.objects.filter(stream=dossier.stream, kind="dossier.step_completed").count() == 1
    assert dossier.work_items.filter(node="approve").count() == 1
    assert chained(dossier)


def test_one_dossier_is_accepted_once_however_often_the_button_is_pressed(town: Town) -> None:
    dossier, by = submit(town), town.actor(town.reception)
    found = at_once([lambda: actions.accept(dossier.pk, by=by) for _ in range(8)])
    assert sum(isinstance(each, Conflict) for each in found) == 7
    assert IssuedForm.objects.filter(dossier=dossier).count() == 1
    assert chained(dossier)


def test_one_child_is_opened_however_many_jobs_ask_for_it() -> None:
    publish_package(package(*PLAIN, code="9.000002"))
    spawning = (flow("accepted", "child"), task("child", kind="callActivity", procedure="9.000002"), end("child"))
    town = make_town(package(*spawning))
    dossier = accept(town, submit(town))
    token = dossier.work_items.get().pk
    found = at_once([lambda: actions.spawn_child(dossier.pk, token=token) for _ in range(6)])
    assert [each for each in found if each] == [dossier.children.get().pk]


def slow_worker(notes: Path, go: Path) -> None:
    """Be a worker with a service that notes its call, and answers when it may go on."""
    parent = parent_process()
    assert parent is not None

    @service("slow")
    def slow(dossier: Row) -> Mapping[str, Any]:
        with notes.open("a") as told:
            told.write("called\n")
        until(go.exists, parent.is_alive)
        return {"found": 1}

    worker.run(concurrency=1)


@pytest.mark.long
def test_a_killed_worker_loses_no_service_and_does_none_twice(tmp_path: Path) -> None:
    slow = (flow("accepted", "look", "check"), task("look", kind="serviceTask", service="slow"), task("check"))
    town = make_town(package(*slow, end("check")))
    dossier = accept(town, submit(town))
    ProcrastinateJob.objects.exclude(task_name__endswith="run_service").update(status="succeeded")
    notes, go = tmp_path / "notes", tmp_path / "go"
    with forked(lambda: slow_worker(notes, go)) as first:
        until(lambda: notes.exists() and notes.read_text() != "", first.is_alive)
    let_silence_grow()
    assert not dossier.work_items.filter(node="check").exists()
    go.touch()
    with forked(lambda: slow_worker(notes, go)) as second:
        until(lambda: dossier.work_items.filter(node="check").exists(), second.is_alive)
        until(lambda: not ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists(), second.is_alive)

    assert notes.read_text().split() == ["called", "called"]
    assert dossier.work_items.filter(node="check").count() == 1
    assert Event.objects.filter(stream=dossier.stream, kind="dossier.service_done").count() == 1
    assert chained(dossier)


@pytest.mark.long
def test_a_database_that_restarts_under_load_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    home, stop, done = tmp_path / "home", tmp_path / "stop", tmp_path / "done"
    # A program that dies loses nothing that the system was given, whether that has reached the disk or not.
    cluster = EmbeddedPostgres(home, settings=["fsync=off"])
    with cluster.running() as url:
        environment = {
            **os.environ,
            "MOTCUA_DATABASE_URL": url,
            "MOTCUA_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        fill_like_ours(url)
        command = [sys.executable, "-m", "tests.services.dossiers.restarted_load", str(stop), str(done), str(OFFICERS)]
        load = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        try:
            for how in ("fast", "immediate"):
                some_more(done, load)
                control = [cluster.program("pg_ctl"), "-D", str(cluster.data), "restart", "-w", "-s", "-m", how]
                as_owner(control, cluster)
            some_more(done, load)
            stop.touch()
            printed, _nothing = load.communicate(timeout=120)
        finally:
            load.kill()
            load.wait()
    found = json.loads(printed)

    assert sum(found["unanswered"].values()) >= 1
    assert found["asked"] > 0
    assert (found["stored"], found["codes"], found["receipts"]) == (found["asked"],) * 3
    assert found["stories"] == ["1:submitted 2:accepted 3:step_completed 4:step_completed 5:decided"]


def some_more(done: Path, load: "subprocess.Popen[str]") -> None:
    """Wait until as many dossiers more are decided as there are officers: the work goes on."""
    before = len(done.read_bytes()) if done.exists() else 0
    until(lambda: done.exists() and len(done.read_bytes()) >= before + OFFICERS, lambda: load.poll() is None)


def as_owner(command: list[str], cluster: EmbeddedPostgres) -> None:
    """PostgreSQL does not let root restart it."""
    owner = cluster.owner
    user: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    log = cluster.base / "log"
    subprocess.run([*command, "-l", str(log)], check=True, cwd="/", stdout=subprocess.DEVNULL, **user)
