"""Initials before the leader's signature: asked for by the process, given in their place, valid to the end."""

import io
import re
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from motcua.engines.signing.actions import issue_demo_certificate
from motcua.engines.signing.models import HolderKind
from motcua.engines.signing.places import place_for_initials
from motcua.engines.signing.queries import verdicts_on
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, ResultDocument, ResultSigning
from motcua.services.dossiers.timeline import timeline
from motcua.services.procedures.packages import CheckedPackage, check
from tests.engines.signing.factories import rendering
from tests.engines.signing.test_pades import pdfsig
from tests.factories import make_officer, sign_in
from tests.services.dossiers.factories import PACKAGES, Town, accept, make_town, open_step, submit
from tests.site.api_client import as_account

pytestmark = pytest.mark.django_db
PLACES = '#initials("KyNhay1", "KyNhay2")'
STEP = (
    '<bpmn:userTask id="initial" name="Ký nháy" motcua:role="specialist" motcua:office="resolving" '
    'motcua:sign="initials" motcua:result="copy" motcua:outcomes="initialled=Ký nháy, corrected=Soạn lại" />'
    '<bpmn:sequenceFlow id="to-initialled" sourceRef="initial" targetRef="initialled" />'
    '<bpmn:exclusiveGateway id="initialled" default="to-sign-it" />'
    '<bpmn:sequenceFlow id="to-redraft" sourceRef="initialled" targetRef="extract">'
    '<bpmn:conditionExpression>outcome == "corrected"</bpmn:conditionExpression></bpmn:sequenceFlow>'
    '<bpmn:sequenceFlow id="to-sign-it" sourceRef="initialled" targetRef="sign" />'
)


@cache
def initialling() -> CheckedPackage:
    """The shipped procedure of certified copies with initials before the leader signs."""
    folder = PACKAGES / "certified-copy"
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    drawn = files["process.bpmn"].decode()
    flow = '<bpmn:sequenceFlow id="to-sign" sourceRef="extract" targetRef="sign" />'
    assert flow in drawn
    files["process.bpmn"] = drawn.replace(flow, flow.replace('"sign" />', '"initial" />') + STEP).encode()
    typ = files["results/copy.typ"].decode()
    assert typ.count("#closing(") == 1
    files["results/copy.typ"] = typ.replace("#closing(", f"{PLACES}\n#closing(").encode()
    return check(files)


@pytest.fixture
def town() -> Town:
    made = make_town(initialling())
    certify(made.specialist)
    return made


def certify(account: Account) -> None:
    name = account.display_name
    issue_demo_certificate(holder_kind=HolderKind.OFFICER, holder_id=account.pk, common_name=name, at=timezone.now())


def to_initial(town: Town) -> Dossier:
    dossier, by = accept(town, submit(town)), town.actor(town.specialist)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="found", by=by)
    prepare(town, dossier)
    return dossier


def prepare(town: Town, dossier: Dossier) -> None:
    by, written = town.actor(town.specialist), {"extract": {"content": "Họ và tên: Lê Văn Mẫu."}}
    step = open_step(dossier, "extract")
    actions.prepare_result(dossier.pk, item=step.pk, template="copy", data=written, by=by)
    actions.complete(dossier.pk, item=step.pk, outcome=None, by=by)


def result_of(dossier: Dossier) -> ResultDocument:
    return ResultDocument.objects.select_related("file").get(dossier=dossier)


def initial(town: Town, dossier: Dossier) -> None:
    actions.initial_result(dossier.pk, item=open_step(dossier, "initial").pk, by=town.actor(town.specialist))


def test_initials_signature_and_seal_are_all_valid_in_the_end(town: Town, tmp_path: Path) -> None:
    dossier = to_initial(town)
    initial(town, dossier)
    result = result_of(dossier)
    assert (result.state, open_step(dossier).node) == ("prepared", "sign")
    assert place_for_initials(read_bytes(result.file)) == "KyNhay2"
    actions.sign_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    actions.seal_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.clerk))
    pdf = read_bytes(result_of(dossier).file)
    verdicts = verdicts_on(pdf, at=timezone.now())
    assert [(each.field, each.state, each.reason.split(".")[0]) for each in verdicts] == [
        ("KyNhay1", "valid", "Ký nháy"),
        ("KyChinh", "valid", "Phê duyệt"),
        ("DauCQ", "valid", "Ban hành"),
    ]
    assert pdfsig(pdf, tmp_path) == ["Signature is Valid."] * 3
    levels = []
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
        assert status.bottom_line, status.pretty_print_details()
        levels.append(status.modification_level)
    assert levels == [ModificationLevel.FORM_FILLING, ModificationLevel.FORM_FILLING, ModificationLevel.NONE]


def test_the_story_tells_who_initialled(town: Town) -> None:
    dossier = to_initial(town)
    initial(town, dossier)
    told = Event.objects.get(kind="dossier.result_initialled")
    assert (told.actor, told.references["name"]) == (town.specialist.pk, result_of(dossier).name)
    titles = [entry.title for entry in timeline(dossier, for_officers=True)]
    assert "Dự thảo kết quả đã được ký nháy" in titles
    row = ResultSigning.objects.get()
    assert (row.act, row.state) == ("initial", "done")


def test_the_step_ends_only_with_initials_or_for_a_new_draft(town: Town) -> None:
    dossier, by = to_initial(town), town.actor(town.specialist)
    step = open_step(dossier, "initial")
    with pytest.raises(Refused) as refusal:
        actions.complete(dossier.pk, item=step.pk, outcome="initialled", by=by)
    assert refusal.value.code == "not_signed"
    actions.complete(dossier.pk, item=step.pk, outcome="corrected", by=by)
    prepare(town, dossier)
    initial(town, dossier)
    assert open_step(dossier).node == "sign"


def test_what_is_prepared_anew_has_lost_its_initials(town: Town) -> None:
    dossier = to_initial(town)
    initial(town, dossier)
    actions.complete(dossier.pk, item=open_step(dossier).pk, outcome="corrected", by=town.actor(town.leader))
    prepare(town, dossier)
    assert verdicts_on(read_bytes(result_of(dossier).file), at=timezone.now()) == ()
    assert open_step(dossier).node == "initial"


def test_nobody_initials_at_another_step_or_without_a_certificate(town: Town) -> None:
    dossier = to_initial(town)
    step = open_step(dossier, "initial")
    with pytest.raises(Refused) as refusal:
        actions.sign_result(dossier.pk, item=step.pk, by=town.actor(town.leader))
    assert refusal.value.code == "no_result"
    colleague = make_officer(roles=["specialist"], office=town.office)
    with pytest.raises(NotAllowed) as barred:
        actions.initial_result(dossier.pk, item=step.pk, by=town.actor(colleague))
    assert barred.value.code == "no_certificate"
    initial(town, dossier)
    with pytest.raises(Refused) as refusal:
        actions.initial_result(dossier.pk, item=open_step(dossier).pk, by=town.actor(town.leader))
    assert refusal.value.code == "no_result"


def test_a_template_without_a_place_says_so(town: Town) -> None:
    dossier = to_initial(town)
    result = result_of(dossier)
    plain = store_bytes(rendering().pdf, name="trong.pdf", media_type="application/pdf", by=None)
    keep([plain.pk])
    ResultDocument.objects.filter(pk=result.pk).update(file=plain)
    with pytest.raises(Refused) as refusal:
        initial(town, dossier)
    assert refusal.value.code == "no_place"
    assert not ResultSigning.objects.exists()


def test_the_pages_lead_to_it(town: Town) -> None:
    dossier = to_initial(town)
    step, client = open_step(dossier, "initial"), sign_in(Client(), town.specialist)
    page = reverse("dossiers:desk-dossier", args=[dossier.code])
    url = reverse("dossiers:desk-initial", args=[dossier.code, step.pk])
    assert url in client.get(page).content.decode()
    assert "Ký nháy dự thảo" in client.get(url).content.decode()
    form = dict(re.findall(r'name="(version|seen)" value="([^"]+)"', client.get(url).content.decode()))
    unseen = client.post(url, {"version": form["version"]})
    assert (unseen.status_code, "đã được sửa" in unseen.content.decode()) == (409, True)
    answer = client.post(url, form, follow=True)
    assert "Đã ký nháy dự thảo." in answer.content.decode()
    assert open_step(dossier).node == "sign"
    assert sign_in(Client(), town.reception).get(url).status_code == 403


def test_a_program_may_initial_with_a_key_that_asks_its_holder(town: Town) -> None:
    dossier = to_initial(town)
    client = as_account(town.specialist)
    offers = client.get(f"/dossiers/{dossier.code}/actions").json()["items"]
    assert {"initial"} == {offer["action"] for offer in offers} & {"initial", "sign", "seal"}
    told = client.post(f"/dossiers/{dossier.code}/actions/initial", {"step": str(open_step(dossier).pk)})
    assert told.status_code == 200, told.content
    assert open_step(dossier).node == "sign"
