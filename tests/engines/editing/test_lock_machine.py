"""The lock as a state machine: whatever editors do in whatever order, the views do what a model of one lock does."""

from datetime import timedelta

import pytest
from django.db.models import F
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from motcua.engines.editing.models import EditedFile
from tests.engines.editing.desk import InHouse, Papers, client_of, word

LOCKS = st.sampled_from(["a", "b", "c"])
CONTENTS = {number: word(f"Bản {number}") for number in range(3)}
LIFE = 30


def machine(papers: Papers, client: InHouse) -> type[RuleBasedStateMachine]:
    """The machine for a paper and an editor that has it open."""

    class Lock(RuleBasedStateMachine):
        """``left``: minutes that the lock still holds."""

        def __init__(self) -> None:
            super().__init__()
            EditedFile.objects.update(lock="", locked_at=None, locked_until=None)
            self.holds, self.left = "", 0
            row = EditedFile.objects.select_related("file").get()
            self.version, self.content = row.version, row.file.blob_id

        def answered(self, act: str, lock: str, *, may: bool, after: str, **headers: str) -> None:
            answer = client.do(act, lock, **headers)
            assert answer.status_code == (200 if may else 409)
            if may:
                self.holds, self.left = after, LIFE if after else 0
                assert answer.headers["X-WOPI-ItemVersion"] == str(self.version)
            else:
                assert answer.headers["X-WOPI-Lock"] == self.holds

        @rule(lock=LOCKS)
        def lock_it(self, lock: str) -> None:
            self.answered("LOCK", lock, may=self.holds in ("", lock), after=lock)

        @rule(lock=LOCKS)
        def refresh(self, lock: str) -> None:
            self.answered("REFRESH_LOCK", lock, may=self.holds == lock, after=lock)

        @rule(lock=LOCKS)
        def unlock(self, lock: str) -> None:
            self.answered("UNLOCK", lock, may=self.holds == lock, after="")

        @rule(old=LOCKS, lock=LOCKS)
        def unlock_and_relock(self, old: str, lock: str) -> None:
            self.answered("LOCK", lock, may=self.holds == old, after=lock, OldLock=old)

        @rule(lock=st.one_of(LOCKS, st.just("")), number=st.sampled_from(sorted(CONTENTS)))
        def put(self, lock: str, number: int) -> None:
            answer = client.put(CONTENTS[number], lock)
            may = bool(self.holds) and self.holds == lock
            assert answer.status_code == (200 if may else 409)
            row = EditedFile.objects.select_related("file").get()
            if may:
                self.version += row.file.blob_id != self.content
                self.content = row.file.blob_id
                assert answer.headers["X-WOPI-ItemVersion"] == str(self.version)
            else:
                assert answer.headers["X-WOPI-Lock"] == self.holds
            assert (row.version, row.file.blob_id) == (self.version, self.content)

        @rule(minutes=st.sampled_from([1, 14, 15, 30]))
        def wait(self, minutes: int) -> None:
            shift = timedelta(minutes=minutes)
            rows = EditedFile.objects.exclude(lock="")
            rows.update(locked_at=F("locked_at") - shift, locked_until=F("locked_until") - shift)
            self.left -= minutes
            if self.left <= 0:
                self.holds = ""

        @invariant()
        def the_lock_is_told(self) -> None:
            assert client.do("GET_LOCK").headers["X-WOPI-Lock"] == self.holds

    return Lock


@pytest.mark.django_db
def test_the_views_keep_the_lock_as_the_model_does(papers: Papers) -> None:
    client = client_of(papers.open(papers.account()))
    run_state_machine_as_test(machine(papers, client), settings=settings(max_examples=8, stateful_step_count=15))
