"""Batches of documents: what one of them refuses holds up no other, and each is handed over by itself."""

from dataclasses import replace

import pytest

from motcua.engines.signing import actions
from motcua.engines.signing.models import SigningTransaction
from motcua.engines.signing.queries import verdicts_on
from motcua.engines.signing.verification import State
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.events.models import Event
from tests.engines.signing.factories import AT
from tests.engines.signing.test_actions import OFFICER, demo_certificate, to_sign

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
