"""Which addresses the proxy gives to the slow lane: what streams files, takes them in or typesets; no page beside."""

import re
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import reverse

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "nginx" / "motcua.conf"
KEY = UUID(int=7)
_FILE, _TRANSFER, _TASK = {"work_file_id": KEY}, {"transfer_id": KEY}, {"task_id": KEY}
_APPRAISAL, _APPRAISAL_PAPERS = {"appraisal_id": KEY}, ("expired-list", "council-minutes", "minutes", "listing")
SLOW = [
    ("records:content", {**_FILE, "row_id": KEY, "position": 0}),
    ("records:handover-minutes", {**_FILE, "row_id": KEY}),
    ("records:contents-pdf", _FILE),
    ("records:contents-sheet", _FILE),
    ("records:export-pdf", _FILE),
    ("records:export-xml", _FILE),
    ("records:list-pdf", {"list_id": KEY}),
    ("records:book-pdf", {}),
    ("records:book-sheet", {}),
    ("records:act", {**_FILE, "act": "add"}),
    ("records:act", {**_FILE, "act": "hand_over"}),
    ("records:transfer-paper", {**_TRANSFER, "kind": "listing"}),
    ("records:transfer-paper", {**_TRANSFER, "kind": "minutes"}),
    ("records:package", {**_TRANSFER, "row_id": KEY}),
    ("records:transfer-act", {**_TRANSFER, "act": "accept"}),
    *[("records:appraisal-paper", {**_APPRAISAL, "kind": kind}) for kind in _APPRAISAL_PAPERS],
    ("records:appraisal-act", {**_APPRAISAL, "act": "conclude"}),
    ("diary:paper", {}),
    ("tasks:file", {**_TASK, "file_id": KEY}),
    ("tasks:sheet", {}),
    ("tasks:act", {**_TASK, "act": "progress"}),
    ("tasks:act", {**_TASK, "act": "report"}),
    ("tasks:act", {**_TASK, "act": "finish_support"}),
    ("dossiers:apply-scan", {"draft_id": KEY, "target": "don"}),
    ("dossiers:apply-scan-page", {"draft_id": KEY, "target": "don", "page_id": KEY}),
    ("dossiers:desk-scan", {"key": KEY, "target": "don"}),
    ("dossiers:desk-scan-page", {"key": KEY, "target": "don", "page_id": KEY}),
    ("connectors:propose", {}),
    ("dossiers:desk-sign-many", {}),
    ("correspondence:sign-many", {}),
    ("correspondence:stacks", {}),
    ("correspondence:stack-part", {"stack_id": KEY, "part_id": KEY}),
    ("editing:contents", {"edited_id": KEY}),
    ("api:hand_over", {"kind": "document", "message_id": "0198"}),
]
FAST = [
    ("dossiers:desk-signing", {}),
    ("correspondence:sign", {"document_id": KEY, "act": "sign"}),
    ("records:files", {}),
    ("records:book", {}),
    ("records:lists", {}),
    ("records:list", {"list_id": KEY}),
    ("records:list-act", {"list_id": KEY, "act": "submit"}),
    ("records:add", {"kind": "incoming", "document_id": KEY}),
    ("records:file", _FILE),
    ("records:act", {**_FILE, "act": "close"}),
    ("records:row-act", {**_FILE, "act": "remove", "row_id": KEY}),
    ("records:transfers", {}),
    ("records:transfer", _TRANSFER),
    ("records:transfer-new", {}),
    ("records:transfer-act", {**_TRANSFER, "act": "cancel"}),
    ("records:appraisals", {}),
    ("records:appraisal-expired", {}),
    ("records:appraisal", _APPRAISAL),
    ("records:appraisal-act", {**_APPRAISAL, "act": "destroy"}),
    ("records:appraisal-remove", {**_APPRAISAL, "row_id": KEY}),
    ("records:fixity", {}),
    ("diary:week", {}),
    ("diary:feed", {"secret": "A" * 43}),
    ("tasks:task", _TASK),
    ("tasks:act", {**_TASK, "act": "accept"}),
    ("connectors:overview", {}),
    ("connectors:calls", {}),
    ("dossiers:apply-review", {"draft_id": KEY}),
    ("dossiers:desk-receive", {"key": KEY}),
]


@cache
def slow_lane() -> re.Pattern[str]:
    """The addresses of all locations that are passed on to the slow lane."""
    found = re.findall(r"location ~ (\S+) \{\s+proxy_pass http://motcua_slow;", CONFIGURATION.read_text())
    assert found
    return re.compile("|".join(found))


@pytest.mark.parametrize(("name", "arguments"), SLOW)
def test_what_streams_uploads_or_typesets_is_on_the_slow_lane(name: str, arguments: dict[str, object]):
    assert slow_lane().search(reverse(name, kwargs=arguments))


@pytest.mark.parametrize(("name", "arguments"), FAST)
def test_pages_beside_it_are_on_the_fast_lane(name: str, arguments: dict[str, object]):
    assert not slow_lane().search(reverse(name, kwargs=arguments))
