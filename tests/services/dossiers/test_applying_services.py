"""Citizens sign applications by the SIM of a phone and by SmartCA, each over its own protocol and a real socket."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import queries
from motcua.engines.signing.models import HolderCheck, SigningCertificate
from motcua.engines.signing.simulators.base import Simulator
from motcua.engines.signing.simulators.mss import MobileSignatureService
from motcua.engines.signing.simulators.smartca import SmartCaService
from motcua.engines.signing.verification import examine
from motcua.kernel.blobs.files import read_bytes
from motcua.services.dossiers.models import ApplicationSigning, Dossier
from tests.engines.signing import remote
from tests.factories import sign_in
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_applying import account_of, complete, press, signed

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER, PHONE = "001099000123", "0900000123"


@pytest.mark.parametrize(
    ("kind", "answers"), [(MobileSignatureService, {"phone": PHONE}), (SmartCaService, {"user": NUMBER})]
)
def test_a_citizen_registers_a_service_and_signs_with_it(
    kind: type[Simulator], answers: dict[str, str], tmp_path: Path
) -> None:
    town = make_town(signed("required"))
    town.applicant.identity_number = NUMBER
    town.applicant.save(update_fields=["identity_number"])
    draft, client = complete(town), sign_in(Client(), account_of(town.applicant), confirmed=True)
    numbers = {f"84{PHONE[1:]}": f"CCCD:{NUMBER}"}
    with remote.installed(kind(remote.identity(), numbers=numbers), tmp_path, public=True) as code:
        add, typed = reverse("signing:own-means-add"), {"provider": code}
        if "phone" in answers:
            other = client.post(add, typed | {"phone": "0900000124"})  # whose certificate bears no number
            assert other.status_code == 422
        assert client.post(add, typed | answers)["Location"] == reverse("signing:own-means")
        assert SigningCertificate.objects.get(provider=code).holder_check == HolderCheck.NUMBER
        wait = reverse("dossiers:apply-signing", args=[draft.pk])
        assert press(client, reverse("dossiers:apply-sign", args=[draft.pk]))["Location"] == wait
        for _question in range(2):  # the simulated signer confirms before the second one
            assert ApplicationSigning.objects.get().state == "waiting"
            client.post(reverse("dossiers:apply-signing-check", args=[draft.pk]))
    assert ApplicationSigning.objects.get().state == "done"
    sent = client.post(reverse("dossiers:apply-review", args=[draft.pk]), {"declared": "yes"})
    assert sent["Location"] == reverse("dossiers:apply-sent", args=[draft.pk])
    paper = Dossier.objects.get().papers.get()
    assert paper.file is not None
    (verdict,) = examine(read_bytes(paper.file), anchors=queries.trusted_authorities(), at=timezone.now())
    assert (verdict.state, verdict.trust) == ("valid", "trusted")
