from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.rendering.errors import RenderingError, UnsafeTemplate
from motcua.engines.rendering.templates import (
    LIBRARY,
    MAX_BYTES,
    MAX_FILES,
    package_problems,
    source_problems,
    unpack_template,
)
from motcua.engines.rendering.typesetting import check_template, render
from tests.engines.rendering.factories import DATED, template


@pytest.mark.parametrize(
    "source",
    [
        f'#import "{LIBRARY}": *',
        '#import "parts.typ": head',
        '#include "text.typ"',
        "Quan trọng: important, includes, evaluate, standard",
        '#import "parts.typ" as parts',
    ],
)
def test_what_a_template_may_write(source: str):
    assert list(source_problems("main.typ", source)) == []


@pytest.mark.parametrize(
    "source",
    [
        '#import "@preview/cetz:0.3.1": *',
        '#import "@local/x:1.0.0": *',
        '#import ("@pre" + "view/cetz:0.3.1"): *',
        '#import "\\u{40}preview/cetz:0.3.1": *',
        '#import/* */"@preview/cetz:0.3.1"',
        "#let name = sys.inputs.data\n#import name: *",
        '#include "@preview/cetz:0.3.1"',
        '#eval("import \\"x\\"")',
        '#dictionary(std).at("ev" + "al")("1")',
        '#plugin("x.wasm")',
    ],
)
def test_what_reaches_outside_is_refused(source: str):
    assert list(source_problems("main.typ", source))


@pytest.mark.parametrize("name", ["../a.typ", "/a.typ", "a/../b.typ", "./a.typ", "a\\b.typ", "a.wasm", "a", "a\0.typ"])
def test_names_and_kinds_of_files_are_checked(name: str):
    assert package_problems({name: b"", "main.typ": b""}, "main.typ")


@given(st.text(max_size=40))
def test_no_accepted_name_leaves_the_folder(name: str):
    if not package_problems({name: b"", "main.typ": b""}, "main.typ"):
        assert Path("/root/folder", name).resolve().is_relative_to("/root/folder")


def test_a_package_has_a_main_file_and_bounds():
    assert package_problems({"a.typ": b""}, "main.typ") == ["main.typ: the main file is not in the package"]
    assert package_problems({"main.typ": b"\xff"}, "main.typ") == ["main.typ: not UTF-8"]
    many = {f"{number}.typ": b"" for number in range(MAX_FILES)} | {"main.typ": b""}
    assert package_problems(many, "main.typ") == [f"more than {MAX_FILES} files"]
    assert package_problems({"main.typ": b" " * (MAX_BYTES + 1)}, "main.typ") == [f"more than {MAX_BYTES} bytes"]


def test_unpacking_again_finds_the_folder_and_other_content_another(tmp_path: Path):
    first = unpack_template({"main.typ": b"a", "x/y.json": b"{}"}, "main.typ", into=tmp_path)
    assert (first.root / "x" / "y.json").read_bytes() == b"{}"
    assert unpack_template({"main.typ": b"a", "x/y.json": b"{}"}, "main.typ", into=tmp_path) == first
    assert unpack_template({"main.typ": b"b", "x/y.json": b"{}"}, "main.typ", into=tmp_path) != first
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(UnsafeTemplate, match="eval"):
        unpack_template({"main.typ": b"#eval(1)"}, "main.typ", into=tmp_path)


def test_a_template_reads_its_own_files_only(tmp_path: Path):
    (tmp_path / "secret.json").write_text('"no"')
    assert check_template(template('#json("own.json")', tmp_path, own_json=b'"yes"'), {}) == []
    for reach in ('#read("../secret.json")', '#read("/../secret.json")', '#read("/etc/passwd")'):
        with pytest.raises(RenderingError, match=r"escape|not found"):
            render(template(reach, tmp_path), {}, dated=DATED)
