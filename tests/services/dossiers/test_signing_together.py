"""Each who applies together with others signs with a certificate of their own before they confirm."""

from dataclasses import replace
from functools import cache

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing import queries
from motcua.engines.signing.verification import examine
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Refused
from motcua.services.dossiers import actions
from motcua.services.dossiers.applications import application_of
from motcua.services.dossiers.joining import Together
from motcua.services.dossiers.models import ApplicationSigning
from motcua.services.procedures.packages import CheckedPackage
from motcua.services.procedures.packages.reading import read_manifest
from tests.engines.signing import simulator
from tests.engines.signing.simulator import Simulator
from tests.factories import make_citizen, sign_in
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_applying import account_of, change, complete, key_of, send
from tests.services.dossiers.test_joint import confirm, invite, jointly

pytestmark = pytest.mark.django_db


@cache
def signed_jointly() -> CheckedPackage:
    package = jointly(least=1)
    content = package.files["procedure.yaml"].decode().replace("form: form.json", _REQUIRED).encode()
    manifest, _fields = read_manifest(content)
    return replace(package, manifest=manifest, files={**package.files, "procedure.yaml": content})


_REQUIRED = "applicant_signature: required\n\nform: form.json"


def test_who_applies_too_signs_first_and_then_confirms() -> None:
    town = make_town(signed_jointly())
    spouse = make_citizen(name="Phạm Thị Mẫu", identity_number="001199000002")
    draft, other = complete(town), sign_in(Client(), account_of(spouse))
    first = sign_in(Client(), draft.account)
    person = invite(first, draft)
    own, theirs = key_of(town.applicant), key_of(spouse, provider=simulator.CODE)
    pages = ("sign", "sign-form", "signing", "signing-check")
    sign, form, wait, check = (reverse(f"dossiers:my-joint-{page}", args=[person.pk]) for page in pages)
    seen = Together(application_of(draft)).digest
    unsigned = confirm(other, person, seen)
    assert unsigned.status_code == 422
    assert sign in unsigned.content.decode()
    assert [each.get(form).status_code for each in (other, first)] == [200, 404]
    assert other.post(sign, {"certificate": str(own.pk)}).status_code == 422
    assert other.post(sign, {"certificate": str(theirs.pk)})["Location"] == wait
    actions.sign_application(draft.pk, by=draft.account, certificate=own)  # neither waits for the other
    assert confirm(other, person, seen).status_code == 422
    Simulator.answers["request-1"] = Simulator.answers["signed"]
    other.post(check)
    assert theirs.subject in other.get(wait).content.decode()
    assert confirm(other, person).status_code == 302
    change(draft)
    with pytest.raises(Refused):
        send(town, draft)
    draft.typed = {**draft.typed, "copies": ["2"]}
    draft.save(update_fields=["typed"])
    dossier = send(town, draft)
    papers = list(dossier.papers.select_related("file").order_by("position", "id"))
    assert [paper.name for paper in papers] == ["Đơn đề nghị đã ký số", "Đơn đề nghị đã ký số (Phạm Thị Mẫu)"]
    files = [read_bytes(paper.file) for paper in papers if paper.file is not None]
    verdicts = [examine(file, anchors=queries.trusted_authorities(), at=timezone.now())[0] for file in files]
    assert [(each.state, each.signer) for each in verdicts] == [("valid", town.applicant.name), ("valid", spouse.name)]
    actions.forget_orphaned()
    assert all(paper.file is not None and paper.file.kept for paper in papers)
    assert set(ApplicationSigning.objects.values_list("state", flat=True)) == {"done"}
