import pytest

from motcua.engines.rendering.publication import check_package
from tests.engines.rendering.factories import HEAD


def package(body: str) -> dict[str, bytes]:
    return {"main.typ": (HEAD + body).encode()}


def test_a_good_template_has_no_problems():
    assert check_package(package("#data.name"), "main.typ", {"name": "Nguyễn Văn Mẫu"}) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("#data.name", "name"),
        ("#let x = (", "unclosed delimiter"),
        ('#import "@preview/cetz:0.3.1"', "import only files of the package"),
        ("漢", "漢"),
    ],
)
def test_problems_are_told(body: str, problem: str):
    (told,) = check_package(package(body), "main.typ", {})
    assert problem in told


def test_a_template_that_does_not_end_is_stopped():
    endless = "#let n = 0\n#for a in range(100000) { for b in range(100000) { n = n + 1 } }\n#n"
    (told,) = check_package(package(endless), "main.typ", {}, seconds=1)
    assert "more than 1 seconds" in told
