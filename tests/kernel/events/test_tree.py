import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from motcua.kernel.errors import NotFound
from motcua.kernel.events import actions, jobs, keys, merkle, queries, subscriptions, tree
from motcua.kernel.events.merkle import EMPTY_ROOT, leaf_hash
from motcua.kernel.events.models import Event, TreeHead, TreeKey, TreeLeaf, TreeTile
from tests.kernel.events.factories import (
    AT,
    OFFICER,
    in_another_connection,
    new_event,
    record_each,
    settle,
    timeline,
)
from tests.kernel.events.test_merkle import naive_root
from tests.kernel.events.test_subscriptions import held_open

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = Path(__file__).parents[3] / "docs" / "integrator" / "events.md"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)


def close() -> TreeHead | None:
    settle()
    return actions.close_tree(at=AT)


def digests() -> list[bytes]:
    leaves = TreeLeaf.objects.order_by("index").select_related("event")
    return [leaf.event.digest for leaf in leaves]


@pytest.fixture
def checker() -> dict[str, Any]:
    """The program that the document gives to third parties."""
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    names: dict[str, Any] = {"__name__": "check"}
    exec(program, names)
    return names


def test_nothing_is_signed_over_nothing() -> None:
    assert close() is None
    assert not TreeHead.objects.exists()
    assert tree.root_at(0) == EMPTY_ROOT


def test_the_root_is_that_of_rfc_6962_over_the_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "CHUNK", 100)
    sizes = []
    for more in (1, 6, 300, 1):
        record_each(*["dossier:1"] * more)
        head = close()
        assert head is not None
        sizes.append(head.size)
        assert head.root == naive_root(digests())
    assert sizes == [1, 7, 307, 308]
    assert digests() == list(Event.objects.order_by("position").values_list("digest", flat=True))
    assert close() is None, "a seal over nothing new says nothing"
    assert [tree.root_at(size) for size in sizes] == [naive_root(digests()[:size]) for size in sizes]


def test_an_event_above_the_horizon_waits_for_the_next_root() -> None:
    record_each("dossier:0")
    settle()
    _, commit = held_open(lambda: actions.record_many([new_event("dossier:late")]))
    record_each("dossier:1")
    head = actions.close_tree(at=AT)
    assert head is not None
    assert head.size == 1
    commit()
    head = close()
    assert head is not None
    assert head.size == 3


def test_two_workers_that_close_at_once_do_no_harm() -> None:
    record_each(*["dossier:1"] * 50)
    settle()
    threads = [in_another_connection(jobs.close_tree) for _ in range(3)]
    for thread in threads:
        thread.join(20)
    assert TreeLeaf.objects.count() == 50
    assert TreeHead.objects.get().root == naive_root(digests())


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events_treeleaf SET index = 7",
        "DELETE FROM events_treeleaf",
        "UPDATE events_treetile SET hashes = sha256('x')",
        "UPDATE events_treetile SET hashes = ''",
        "UPDATE events_treetile SET index = 1",
        "DELETE FROM events_treetile",
        "UPDATE events_treehead SET root = sha256('x')",
        "DELETE FROM events_treehead",
        "UPDATE events_treekey SET public = sha256('x')",
    ],
)
def test_the_database_refuses_to_change_the_tree(change: str) -> None:
    record_each("dossier:1")
    close()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_the_key_is_made_once_and_for_the_program_alone(tmp_path: Path) -> None:
    first = keys.signing_key().private_bytes_raw()
    assert keys.signing_key().private_bytes_raw() == first
    (file,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_lost_key_is_replaced_and_old_roots_stay_checkable(tmp_path: Path) -> None:
    record_each("dossier:1")
    close()
    (tmp_path / "keys" / keys.FILE).unlink()
    record_each("dossier:1")
    close()
    assert TreeKey.objects.count() == 2
    signed = queries.signed_roots()
    assert len({root.key for root in signed}) == 2
    assert all(root.is_genuine() for root in signed)


def test_a_timeline_is_checked_by_the_documented_program(checker: dict[str, Any]) -> None:
    timeline("dossier:1", 4, personal=True)
    record_each(*["dossier:2"] * 300)
    actions.erase(stream="dossier:1", versions=[2], reason="retention", actor=None, at=AT)
    close()
    record_each("dossier:1")
    proofs = json.loads(json.dumps(queries.proofs_of(queries.stream("dossier:1"), personal=True)))
    assert [proof["leaf"] for proof in proofs] == [0, 1, 2, 3, 304, None]
    assert [proof.get("personal", {}).get("data") for proof in proofs[:2]] == [{"name": "Nguyễn Văn Mẫu"}, None]
    checker["check_timeline"](proofs)

    def fails(change: Any) -> None:
        altered = json.loads(json.dumps(proofs))
        change(altered)
        with pytest.raises(Exception):  # noqa: B017 - an assertion, or a wrong signature
            checker["check_timeline"](altered)

    fails(lambda proofs: proofs.pop(2))
    fails(lambda proofs: proofs[2]["event"].update(kind="dossier.refused"))
    fails(lambda proofs: proofs[2]["personal"]["data"].update(name="Trần Văn Mẫu"))
    fails(lambda proofs: proofs[2]["personal"].update(person=str(OFFICER)))
    fails(lambda proofs: proofs[2].update(leaf=3))
    fails(lambda proofs: proofs[2]["path"].pop())
    fails(lambda proofs: proofs[2]["root"].update(size=900))
    fails(lambda proofs: proofs[0]["root"].update(at="2020-01-01T00:00:00.000000Z"))


def test_a_proof_costs_the_same_for_one_event_and_for_many(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    timeline("dossier:1", 10)
    close()
    events = queries.stream("dossier:1")
    for some in (events[:1], events):
        with django_assert_num_queries(4):
            queries.proofs_of(some)
    assert "personal" not in queries.proof_of(events[0])


def test_proofs_before_the_first_root() -> None:
    (event,) = record_each("dossier:1")
    proof = queries.proof_of(event)
    assert (proof["leaf"], proof["path"], proof["root"]) == (None, [], None)


def test_consistency_between_any_two_sizes() -> None:
    record_each(*["dossier:1"] * 270)
    close()
    for old, new in [(1, 270), (255, 256), (256, 270), (257, 270), (269, 270), (270, 270)]:
        proof = queries.consistency(old, new)
        assert merkle.consistency_holds(
            old=old,
            new=new,
            old_root=tree.root_at(old),
            new_root=tree.root_at(new),
            path=[bytes.fromhex(step) for step in proof["path"]],
        )
    for old, new in [(0, 1), (5, 4), (1, 271)]:
        with pytest.raises(NotFound):
            queries.consistency(old, new)


def test_inclusion_by_digest() -> None:
    events = timeline("dossier:1", 3)
    close()
    proof = queries.inclusion(events[1].digest)
    assert merkle.inclusion_holds(
        leaf=leaf_hash(events[1].digest),
        index=proof["leaf"],
        size=proof["root"]["size"],
        path=[bytes.fromhex(step) for step in proof["path"]],
        root=bytes.fromhex(proof["root"]["root"]),
    )
    with pytest.raises(NotFound):
        queries.inclusion(bytes(32))


def test_the_tree_is_among_the_subscribers_for_the_operator() -> None:
    record_each("dossier:1")
    close()
    record_each("dossier:1")
    status = next(status for status in queries.subscriber_statuses() if status.name == subscriptions.TREE.name)
    assert (status.lag, status.failures) == (1, 0)


def test_a_tree_of_thousands_has_few_tiles() -> None:
    record_each(*["dossier:1"] * 2000)
    close()
    assert TreeTile.objects.count() == 9
