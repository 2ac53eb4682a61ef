"""Batches of documents: what one of them refuses holds up no other, and each is handed over by itself."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.engines.signing import actions, queries, rules
from motcua.engines.signing.models import SigningCertificate, SigningTransaction, TransactionState
from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.verification import State, examine
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from tests.engines.signing.asked import OFFICER, demo_certificate, remote_certificate, to_sign
from tests.engines.signing.factories import AT, decision
from tests.engines.signing.simulator import Simulator

pytestmark = pytest.mark.django_db


def test_what_cannot_be_signed_is_left_out_with_all_of_its_subject():
    damaged = replace(to_sign("dossier:2"), content=b"%PDF-1.7")
    documents = [to_sign("dossier:1"), to_sign("dossier:2"), damaged, to_sign("dossier:3")]
    asked = {"certificate": demo_certificate(), "by": OFFICER, "at": AT}
    begun = actions.begin_signing(documents=documents, partly=True, **asked)
    assert {subject: why.code for subject, why in begun.left_out.items()} == {"dossier:2": "damaged"}
    done = actions.ask_signer(begun, at=AT)
    signed = actions.collect_signed(transaction_id=done.pk)
    assert [each.subject for each in signed] == ["dossier:1", "dossier:3"]
    assert {verdicts_on(each.content, at=AT)[0].state for each in signed} == {State.VALID}
    for wanted, partly in (([damaged], True), (documents, False)):
        with pytest.raises(Refused) as refusal:
            actions.begin_signing(documents=wanted, partly=partly, **asked)
        assert refusal.value.code == "damaged"
    assert SigningTransaction.objects.get() == done


@settings(max_examples=30)
@given(st.lists(st.integers(0, 100), max_size=30), st.integers(1, 120))
def test_parts_are_the_whole_batch_in_order_and_no_larger_than_they_may_be(sizes: list[int], most: int):
    parts = rules.parts(sizes, most=most)
    assert [place for part in parts for place in part] == list(range(len(sizes)))
    assert all(len(part) == 1 or sum(sizes[place] for place in part) <= most for part in parts)
    for part, following in pairwise(parts):
        assert sum(sizes[place] for place in part) + sizes[following.start] > most


@pytest.mark.parametrize("make", [demo_certificate, remote_certificate])
def test_a_large_batch_is_signed_in_parts_with_one_confirmation(
    make: Callable[[], SigningCertificate], monkeypatch: pytest.MonkeyPatch
):
    """Two fit into a part. What is too large, and what is beyond all that is taken at once, is left out by itself.

    What is left out takes no room from others, with the smaller files of its subject.
    """
    size = len(decision())
    monkeypatch.setattr(rules, "PART_BYTES", 2 * size)
    monkeypatch.setattr(rules, "AT_HAND_BYTES", 2 * size)
    monkeypatch.setattr(rules, "MAX_BATCH_BYTES", 5 * size)
    damaged = replace(to_sign("dossier:1"), content=b"%PDF-1.7")
    stored = store_bytes(decision(), name="qd.pdf", media_type="application/pdf", by=OFFICER)
    documents = [to_sign(f"dossier:{number}") for number in (5, 1, 2, 3)]
    documents += [replace(to_sign("dossier:4"), content=stored), damaged]
    documents += [replace(to_sign("dossier:5"), content=decision() + bytes(size + 1)), to_sign("dossier:6")]
    certificate = make()
    begun = actions.begin_signing(certificate=certificate, documents=documents, by=OFFICER, at=AT, partly=True)
    left_out = {subject: why.code for subject, why in begun.left_out.items()}
    assert left_out == {"dossier:1": "damaged", "dossier:5": "too_large", "dossier:6": "batch_size"}
    done = actions.ask_signer(begun, at=AT)
    if done.state == TransactionState.WAITING:
        monkeypatch.setitem(Simulator.answers, "request-1", Simulator.answers["signed"])
        done = actions.settle_signing(transaction_id=done.pk, at=AT)
    signed = actions.collect_signed(transaction_id=done.pk)
    assert [each.subject for each in signed] == ["dossier:2", "dossier:3", "dossier:4"]
    (verdict,) = examine(signed[-1].content, anchors=queries.trusted_authorities(), at=AT)
    assert verdict.state is State.VALID
    with pytest.raises(Refused):
        actions.begin_signing(certificate=certificate, documents=documents, by=OFFICER, at=AT)
    alone = [replace(to_sign("dossier:5"), content=stored)] * 3
    assert not actions.begin_signing(certificate=certificate, documents=alone, by=OFFICER, at=AT).left_out


def test_documents_of_one_subject_are_collected_or_thrown_away():
    documents = [replace(to_sign(f"dossier:{number}"), reference="result") for number in (1, 2)]
    done = actions.start_signing(certificate=demo_certificate(), documents=documents, by=OFFICER, at=AT)
    for _again in range(2):
        actions.discard_signed(transaction_id=done.pk, subject="dossier:1", at=AT)
    assert Event.objects.get(kind="signing.discarded").references == {"subject": "dossier:1"}
    with pytest.raises(Conflict):
        actions.collect_signed(transaction_id=done.pk, subject="dossier:1")
    (other,) = actions.collect_signed(transaction_id=done.pk, subject="dossier:2")
    assert (other.subject, other.reference) == ("dossier:2", "result")
