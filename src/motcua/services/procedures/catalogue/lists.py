"""The simpler columns: lists in one cell, legal basis, results."""

import re
from dataclasses import dataclass

NOTHING = "Không có thông tin"
_CODE = re.compile(r"KQ[.\-][\w.\-]*?\d{5,6}(?!\d)")
_SESSION = re.compile(r"(QH\d\d)(?=\d)")  # 51/2019/QH14 runs into the next number
# The issuers that the catalogue names: a number's last letters run into the next title, so only these are certain.
_ISSUERS = (
    "BNNPTNT|BLĐTBXH|BVHTTDL|BGDĐT|BNNMT|BTNMT|BGTVT|BTTTT|BKHCN|BKHĐT|UBCKNN|VKSNDTC|TANDTC|KTNN|NHNN|VPCP|TTCP|UBDT"
    "|UBTƯMTTQVN|UBND|HĐND|BHXH|BTC|BTP|BCA|BXD|BYT|BNV|BQP|BCT|BNG|BNN|BTS|BVN|CP"
)
# A title that ends in a year runs into the number, too ("năm 202072/2020/QH14"); resolutions may have two ("66.7").
_NUMBER = r"(?:(?<![\d.])\d\d\.\d{1,2}(?=/\d{4}/NQ)|(?:(?<!\d)|(?<=(?<!\d)(?:19|20)\d\d))\d{1,4}[a-z]?)"
_DOCUMENT = re.compile(
    rf"{_NUMBER}/(?:(?:19|20)\d\d/(?:QH\d\d|(?:PL-)?UBTVQH\d\d|(?:QĐ|CT)-TTg"
    rf"|(?:NĐ|NQ|TT|TTLT|NQLT|CT|VBHN)(?:-(?:{_ISSUERS}))+)|(?:(?:19|20)\d\d/)?QĐ-(?:TTg|{_ISSUERS}))"
)


@dataclass(frozen=True)
class Result:
    """A result of a procedure (kết quả): its code in the national catalogue and its name."""

    code: str
    name: str


def split_list(text: str) -> tuple[str, ...]:
    """The entries of a cell separated by commas, outside brackets: "Tổ chức (không bao gồm doanh nghiệp, HTX), …"."""
    if text.strip() == NOTHING:
        return ()
    entries: list[str] = []
    for entry in re.split(r",\s*(?![^()]*\))", " ".join(text.split())):
        if entries and entry[:1].islower():  # "Cán bộ, công chức, viên chức" is one entry
            entries[-1] += f", {entry}"
        elif entry:
            entries.append(entry)
    return tuple(dict.fromkeys(entries))


def parse_results(text: str) -> tuple[Result, ...]:
    """The results before the page's keywords and buttons begin; each code runs into the next result's name."""
    name, *parts = text.split("Từ khóa")[0].split("Mã: ")
    results = []
    for part in parts:
        found = _CODE.match(part)
        code = found[0] if found else part.strip()
        results.append(Result(code, " ".join(name.split())))
        name = part.removeprefix(code)
    return tuple(results)


def document_numbers(text: str) -> tuple[str, ...]:
    """The numbers of the legal texts named in a cell, each once: ``118/2025/NĐ-CP``."""
    text = _SESSION.sub(r"\1 ", text)
    numbers: dict[str, int] = {}  # to where each was found last
    for match in _DOCUMENT.finditer(text):
        number = match[0]
        if numbers.get(number[1:]) == match.start():  # the first digit is an issuer's: 92/2000/QĐ-NHNN7, told twice
            number = number[1:]
        numbers[number] = match.end()
    return tuple(numbers)
