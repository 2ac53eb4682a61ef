"""The papers of "thành phần hồ sơ": cases, each a table of name, form and number of copies run together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_NOTHING = re.compile(r"-*|Không có thông tin")
_QUANTITY = re.compile(r"(?<!\d)(?P<run>\d+) bản chính(?:,(?P<copies>\d{1,3}) bản sao)?")
_YEAR = re.compile(r"(?:19|20)\d\d\d")
# A form's file name follows the paper's name without a space: "…điện tử (NA19).Mau NA19-BCA.docx".
_EXTENSION = re.compile(r"\.(?:docx?|pdf|xlsx?|rar|zip)$")
_FILES = re.compile(r"[A-ZĐ][^;:/()“”\"]{0,160}")
_SEAM = re.compile(r"(?<=[a-zà-ỹ.;:)”\"])(?=[A-ZĐ])|(?<=[^\s-])(?=(?:Mẫu|Mau|MẪU|Phụ lục|Phu luc|PL)\b)")


@dataclass(frozen=True)
class Paper:
    """One paper. ``originals`` is none where the number runs into the digits before it and cannot be told."""

    name: str
    originals: int | None
    copies: int
    form: str
    text: str


@dataclass(frozen=True)
class CasePapers:
    """One case (trường hợp) of a procedure and its papers; the unnamed case has an empty name."""

    name: str
    papers: tuple[Paper, ...]


def parse_papers(text: str) -> tuple[tuple[CasePapers, ...], tuple[str, ...]]:
    """The cases with their papers, and the pieces of text that no table explains."""
    head, *tables = text.split(HEADER)
    if not tables:
        return (), _unless_empty(head)
    cases: list[CasePapers] = []
    strange: list[str] = []
    title = head
    for table in tables:
        papers, rest = _rows(table)
        cases.append(CasePapers(_title(title), papers))
        strange += [paper.text for paper in papers if paper.originals is None]
        title = rest
    return tuple(cases), (*strange, *_unless_empty(title))


def _unless_empty(text: str) -> tuple[str, ...]:
    rest = text.strip()
    return () if _NOTHING.fullmatch(rest) else (rest,)


def _title(text: str) -> str:
    name = " ".join(text.split())
    return "" if _NOTHING.fullmatch(name) else name.strip(" :")


def _rows(table: str) -> tuple[tuple[Paper, ...], str]:
    papers = []
    start = 0
    for match, digits, originals in _quantities(table):
        words = table[start : match.start()] + digits
        if words.strip():
            papers.append(_paper(words, originals, int(match["copies"] or 0), table[start : match.end()]))
        start = match.end()
    return tuple(papers), table[start:]


def _quantities(table: str) -> Iterator[tuple[re.Match[str], str, int | None]]:
    """Each quantity that ends a row, with the digits that still belong to the name and the number of originals.

    ``01 bản chính`` inside a name has a leading zero; quantities never do.
    """
    for match in _QUANTITY.finditer(table):
        run = match["run"]
        if len(run) == 1:
            yield match, "", int(run)
        elif _YEAR.fullmatch(run) or (run[0] == "0" and len(run) > 2):
            yield match, run[:-1], int(run[-1])
        elif run[0] != "0":
            yield match, run, None


def _paper(words: str, originals: int | None, copies: int, text: str) -> Paper:
    name, form = _split_form(words.strip())
    return Paper(" ".join(name.split()), originals, copies, form.strip(), text.strip())


def _split_form(words: str) -> tuple[str, str]:
    """Cut the names of form files off the end; where no seam shows the name stays whole."""
    if _EXTENSION.search(words):
        for seam in _SEAM.finditer(words):
            if _FILES.fullmatch(words[seam.start() :]):
                return words[: seam.start()], words[seam.start() :]
    return words, ""
