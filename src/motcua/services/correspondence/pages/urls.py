"""Addresses of documents."""

from django.urls import path

from motcua.services.correspondence.pages import (
    acts,
    books,
    copying,
    editing,
    finding,
    incoming,
    numbering,
    opened,
    outgoing,
    outgoing_acts,
    signing,
)

app_name = "correspondence"
_ONE, _OUT = "desk/documents/in/<uuid:document_id>/", "desk/documents/out/<uuid:document_id>/"
_SIGNING = "desk/documents/signing/<uuid:signing_id>/"
urlpatterns = [
    path("desk/documents/", incoming.inbox, name="incoming"),
    path("desk/documents/new/", incoming.new, name="new"),
    path("desk/documents/search/", finding.search, name="search"),
    path("desk/documents/search/export/sheet/", finding.search_sheet, name="search-sheet"),
    path("desk/documents/search/export/print/", finding.search_print, name="search-print"),
    path("desk/documents/search/saved/", finding.save_search, name="search-save"),
    path("desk/documents/search/saved/<uuid:saved_id>/remove/", finding.remove_search, name="search-remove"),
    path("desk/documents/books/<slug:book>/", books.book, name="book"),
    path("desk/documents/books/<slug:book>/print/", books.book_pdf, name="book-pdf"),
    path("desk/documents/books/<slug:book>/sheet/", books.book_sheet, name="book-sheet"),
    path(_ONE, incoming.document, name="document"),
    path(f"{_ONE}slip/", books.slip, name="slip"),
    path(f"{_ONE}opened/", opened.of_incoming, name="incoming-opened"),
    path(f"{_ONE}files/<uuid:file_id>/", incoming.file, name="document-file"),
    path(f"{_ONE}do/<slug:act>/", acts.act, name="act"),
    path(f"{_ONE}do/<slug:act>/<uuid:task_id>/", acts.task_act, name="task-act"),
    path(f"{_ONE}files/<uuid:file_id>/copies/", copying.of_incoming, name="incoming-copies"),
    path(f"{_OUT}copies/", copying.of_outgoing, name="outgoing-copies"),
    path("desk/documents/copies/<uuid:copy_id>/", copying.copy_file, name="copy-file"),
    path("desk/documents/out/", outgoing.box, name="outgoing"),
    path("desk/documents/out/new/", outgoing.draft, name="draft"),
    path("desk/documents/out/numbers/", numbering.numbers, name="numbers"),
    path(_OUT, outgoing.document, name="sending"),
    path(f"{_OUT}opened/", opened.of_outgoing, name="outgoing-opened"),
    path(f"{_OUT}write/", outgoing.write, name="write"),
    path(f"{_OUT}edit/", editing.edit, name="edit"),
    path(f"{_OUT}edit/end/", editing.end, name="edit-end"),
    path(f"{_OUT}file/", outgoing.file, name="sending-file"),
    path(f"{_OUT}annexes/<uuid:annex_id>/", outgoing.annex_file, name="annex-file"),
    path(f"{_OUT}annexes/<uuid:annex_id>/remove/", outgoing_acts.remove_annex, name="annex-remove"),
    path(f"{_OUT}versions/<int:version>/", outgoing.version_file, name="version-file"),
    path(f"{_OUT}versions/<int:version>/source/", outgoing.version_source, name="version-source"),
    path(f"{_OUT}versions/<int:version>/changes/", outgoing.differences, name="differences"),
    path(f"{_OUT}do/<slug:act>/", outgoing_acts.act, name="sending-act"),
    path(f"{_OUT}recipients/<uuid:recipient_id>/remove/", outgoing_acts.remove_recipient, name="recipient-remove"),
    path(f"{_OUT}recipients/<uuid:recipient_id>/sent/", outgoing_acts.note_sent, name="recipient-sent"),
    path(f"{_OUT}sign/<slug:act>/", signing.sign, name="sign"),
    path(_SIGNING, signing.progress, name="signing"),
    path(f"{_SIGNING}check/", signing.check, name="signing-check"),
    path(f"{_SIGNING}cancel/", signing.cancel, name="signing-cancel"),
]
