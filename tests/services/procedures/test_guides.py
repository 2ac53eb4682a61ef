"""Guided questions: mistakes are explained, the way through is kept, and a failing rule guesses nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from motcua.kernel.events.models import Event
from motcua.services.procedures import actions, cli
from motcua.services.procedures.guides.checks import check, load
from motcua.services.procedures.guides.spec import GuideSpec
from motcua.services.procedures.guides.walking import text_of, value, walk
from motcua.services.procedures.models import Guide, GuideVersion, Procedure
from motcua.services.procedures.packages import PackageError
from motcua.services.procedures.packages.files import read_folder
from tests.services.procedures.factories import example_files
from tests.services.procedures.test_import_catalogue import line
from tests.services.procedures.test_packages import zipped
from tests.services.procedures.test_pages import signed_in
from tests.services.procedures.test_pages import text_of as words_of

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SHIPPED = sorted((Path(__file__).parents[3] / "guides").iterdir())
YAML = """
format: 1
code: copies
title: Cần bản sao nào?
lead: Vài câu hỏi ngắn.
life_events: [study]
decision: table.json
questions:
- {id: owner, text: "Giấy tờ của chính mình?", kind: yes_no}
- id: kin
  text: Người thân thế nào?
  kind: choice
  when: owner == false
  choices: [{value: child, text: Con}, {value: other, text: Khác}]
- {id: number, text: "Cần mấy bản?", kind: number, least: 1, most: 50}
outcomes:
- {id: own, procedure: "1.000001", case: "1", why: Giấy tờ của mình.}
- {id: kin, title: Hỏi tại quầy, why: Giấy tờ của người thân.}
- {id: many, title: Xin nhiều bản, why: Từ mười bản trở lên.}
"""


def table(*rules: tuple[str, str, str, str]) -> bytes:
    columns = ("owner", "kin", "number")
    content = {
        "hitPolicy": "collect",
        "outputPath": "advice",
        "inputs": [{"id": name, "name": name, "field": name} for name in columns],
        "outputs": [{"id": "outcome", "name": "outcome", "field": "outcome"}],
        "rules": [
            {"_id": str(at), "outcome": json.dumps(rule[3]), **dict(zip(columns, rule, strict=False))}
            for at, rule in enumerate(rules)
        ],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "a", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "b", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}).encode()


RULES = (("$ == true", "", "", "own"), ("$ == false", "", "", "kin"), ("", "", "$ >= 10", "many"))


def files(old: str = "", new: str = "", rules: tuple[tuple[str, str, str, str], ...] = RULES) -> dict[str, bytes]:
    assert old in YAML
    return {"guide.yaml": YAML.replace(old, new).encode(), "table.json": table(*rules)}


SPEC = check(files()).guide


@pytest.fixture
def guide(db: None) -> GuideVersion:
    actions.import_catalogue([line("1.000001")], dry_run=False, at=AT)
    version, _is_new = actions.import_guide(checked=check(files()), at=AT)
    return actions.publish_guide(version=version, at=AT)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_guides_that_ship_are_in_order(folder: Path):
    assert load(folder).guide.life_events


@pytest.mark.parametrize(
    ("old", "new", "rules", "said"),
    [
        ("format: 1", "format: 2", RULES, "This program reads format 1."),
        ("kind: yes_no", "kind: maybe", RULES, "cannot be 'maybe'"),
        ("{id: owner", "{id: own-er", RULES, "'own-er' cannot name a question"),
        ("{id: owner", "{id: ask", RULES, "'ask' cannot name a question"),
        ("when: owner == false", "when: number > 3", RULES, "“number” is not a declared fact"),
        ("when: owner == false", "when: owner + 1", RULES, "questions.kin.when"),
        ("least: 1, most: 50", "least: 5, most: 5", RULES, "needs `least` and a larger `most`"),
        (", {value: other, text: Khác}", "", RULES, "needs at least two choices"),
        ('procedure: "1.000001", case: "1",', "", RULES, "needs a `procedure`, or a `title`"),
        ("decision: table.json", "decision: tables.json", RULES, "is not in the guide"),
        ("", "", (*RULES[:2], ("", "", "$ > owner", "many")), "row 3, number"),
        ("", "", (*RULES, ("", "", "", "others")), "not all outcomes of the guide"),
        ("", "", (RULES[0], RULES[2]), "These answers lead nowhere."),
        ("", "", RULES[:2], "No answers lead to this outcome."),
        ("when: owner == false", "when: owner == true and owner == false", RULES, "No answers lead to this question."),
    ],
)
def test_every_mistake_is_explained(old: str, new: str, rules: Any, said: str):
    with pytest.raises(PackageError) as caught:
        check(files(old, new, rules))

    told = [str(problem) for problem in caught.value.problems]
    assert any(said in each for each in told), told


def test_several_mistakes_are_told_at_once_with_their_lines():
    wrong = files("kind: number, least: 1", "kind: numbers")
    wrong["notes.txt"] = b"x"
    with pytest.raises(PackageError) as caught:
        check(wrong)

    assert {(problem.file, problem.line) for problem in caught.value.problems} >= {
        ("guide.yaml", 15),
        ("notes.txt", None),
    }


def test_the_command_checks_without_a_database(tmp_path: Path):
    for name, content in files("kind: yes_no", "kind: maybe").items():
        (tmp_path / name).write_bytes(content)
    wrong = CliRunner().invoke(cli.check_guide, [str(tmp_path)])
    right = CliRunner().invoke(cli.check_guide, [str(SHIPPED[0])])

    assert (wrong.exit_code, "guide.yaml:9" in wrong.output) == (1, True)
    assert (right.exit_code, right.output.endswith("in order\n")) == (0, True)


@given(st.dictionaries(st.sampled_from(["owner", "kin", "number", "x"]), st.text(max_size=6)))
def test_a_walk_takes_only_fitting_answers_of_asked_questions(texts: dict[str, str]):
    """Whatever stands in the address, a walk is a beginning of a way, and walking its answers again is the same."""
    way = walk(SPEC, texts)

    assert all(value(question, text_of(answer)) == answer for question, answer in way.answered)
    assert walk(SPEC, {question.id: text_of(answer) for question, answer in way.answered}) == way
    assert ("kin" in way.answers) <= (way.answers.get("owner") is False)


def test_a_question_that_is_no_longer_asked_loses_its_answer():
    before = walk(SPEC, {"owner": "no", "kin": "child", "number": "3"})
    after = walk(SPEC, {"owner": "yes", "kin": "child", "number": "3"})

    assert before.answers == {"owner": False, "kin": "child", "number": 3}
    assert after.answers == {"owner": True, "number": 3}


def test_what_is_stored_is_read_back():
    assert GuideSpec.from_json(json.loads(json.dumps(SPEC.to_json()))) == SPEC


@pytest.mark.usefixtures("guide")
def test_the_whole_way_without_scripts(client: Client, django_assert_num_queries: Any):
    """Start, a question without an answer, back with the answer kept, the result with its reasons and links."""
    assert "/guides/copies/questions/" in client.get("/guides/copies/").content.decode()
    with django_assert_num_queries(1):
        first = html.fromstring(client.get("/guides/copies/questions/").content)
    assert first.xpath("//h1")[0].text_content().strip() == "Giấy tờ của chính mình?"
    assert first.xpath("//a[@class='govuk-back-link']/@href") == ["/guides/copies/"]

    missed = client.get("/guides/copies/questions/?question=owner")
    assert (missed.status_code, "Hãy chọn một câu trả lời." in words_of(missed)) == (200, True)
    second = html.fromstring(client.get("/guides/copies/questions/?owner=no&question=owner").content)
    assert second.xpath("//h1")[0].text_content().strip() == "Người thân thế nào?"
    back = second.xpath("//a[@class='govuk-back-link']/@href")[0]
    again = html.fromstring(client.get(back).content)
    assert again.xpath("//input[@type='radio' and @checked]/@value") == ["no"]

    number = client.get("/guides/copies/questions/?owner=yes&kin=child&number=99&question=number")
    assert "từ 1 đến 50" in words_of(number)
    assert html.fromstring(number.content).xpath("//input[@id='number']/@value") == ["99"]
    done = client.get("/guides/copies/questions/?owner=yes&kin=child&number=12&question=number")
    assert done.headers["Location"] == "/guides/copies/result/?owner=yes&number=12"
    with django_assert_num_queries(3):  # the guide, the procedures, their cases
        result = html.fromstring(client.get(done.headers["Location"]).content)
    assert "/procedures/1.000001/" in "".join(result.xpath("//*[@class='mc-outcome']//a/@href"))
    assert [" ".join(each.text_content().split()) for each in result.xpath("//*[@class='mc-outcome']/h2")] == [
        "Đăng ký khai sinh mẫu",
        "Xin nhiều bản",
    ]
    assert "Giấy tờ của mình." in result.text_content()
    change = result.xpath("//dd//a/@href")[0]
    changed = html.fromstring(client.get(change).content)
    assert changed.xpath("//input[@type='hidden' and @name='number']/@value") == ["12"]


@pytest.mark.usefixtures("guide")
def test_a_result_before_the_end_goes_on_with_the_questions(client: Client):
    begun = client.get("/guides/copies/result/?owner=no&number=3")
    nothing = client.get("/guides/copies/result/?owner=perhaps")

    assert begun.headers["Location"] == "/guides/copies/questions/?owner=no"
    assert nothing.headers["Location"] == "/guides/copies/questions/"


def test_a_rule_that_fails_recommends_nothing_and_logs_no_answer(
    client: Client, guide: GuideVersion, caplog: pytest.LogCaptureFixture
):
    GuideVersion.objects.filter(pk=guide.pk).update(decision=table(("", "", "$ > owner", "own")).decode())
    response = client.get("/guides/copies/result/?owner=yes&number=12")

    assert (response.status_code, "chưa giúp được" in words_of(response)) == (200, True)
    assert "1.000001" not in response.content.decode()
    failed = next(record for record in caplog.records if record.message == "guide_failed")
    assert (failed.guide, failed.place) == ("copies", "table")  # type: ignore[attr-defined]
    assert "12" not in str(vars(failed).get("answers"))


@pytest.mark.usefixtures("guide")
def test_a_procedure_that_is_gone_is_said_to_be_gone(client: Client):
    Procedure.objects.update(current_version=None)

    assert "hiện chưa được tiếp nhận" in words_of(client.get("/guides/copies/result/?owner=yes&number=1"))


@pytest.mark.usefixtures("guide")
def test_guides_stand_in_the_list_and_under_their_life_event(client: Client, django_assert_num_queries: Any):
    with django_assert_num_queries(1):
        assert "/guides/copies/" in client.get("/guides/").content.decode()
    assert "/guides/copies/" in client.get("/life-events/study/").content.decode()
    assert "/guides/copies/" not in client.get("/life-events/child/").content.decode()


@pytest.mark.django_db
def test_a_guide_is_handed_in_looked_at_published_and_withdrawn(client: Client):
    signed_in(client, is_administrator=True)
    file = zipped(files())
    unpublished = client.post("/desk/guides/new/", {"package": SimpleUploadedFile("x.zip", file)})
    assert (unpublished.status_code, "1.000001" in words_of(unpublished)) == (422, True)
    assert not Guide.objects.exists()

    actions.import_catalogue([line("1.000001")], dry_run=False, at=AT)
    stored = client.post("/desk/guides/new/", {"package": SimpleUploadedFile("x.zip", file)})
    assert stored.headers["Location"] == "/desk/guides/copies/1/"
    assert client.get("/guides/copies/").status_code == 404
    assert "owner == false" in words_of(client.get("/desk/guides/copies/1/"))
    client.post("/desk/guides/copies/1/publish/")
    assert client.get("/guides/copies/").status_code == 200
    client.post("/desk/guides/new/", {"package": SimpleUploadedFile("x.zip", file)})
    assert GuideVersion.objects.count() == 1
    client.post("/desk/guides/copies/1/withdraw/")
    assert client.get("/guides/copies/").status_code == 404
    kinds = Event.objects.filter(stream="guide:copies").order_by("version").values_list("kind", flat=True)
    assert list(kinds) == ["guide.imported", "guide.published", "guide.withdrawn"]
    assert "copies" in words_of(client.get("/desk/guides/"))

    Procedure.objects.update(current_version=None)
    assert client.post("/desk/guides/copies/1/publish/").status_code == 409


@pytest.mark.django_db
def test_what_is_handed_in_must_be_a_guide(client: Client):
    signed_in(client, is_administrator=True)
    for content in (None, b"x", zipped(example_files())):
        given = {} if content is None else {"package": SimpleUploadedFile("x.zip", content)}
        assert client.post("/desk/guides/new/", given).status_code == 422
    assert not Guide.objects.exists()


def test_the_folders_hold_only_what_a_guide_needs():
    assert all(set(read_folder(folder)) == {"guide.yaml", "decision.jdm.json"} for folder in SHIPPED)
