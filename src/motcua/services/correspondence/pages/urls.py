"""Addresses of documents."""

from django.urls import path

from motcua.services.correspondence.pages import acts, books, incoming

app_name = "correspondence"
_ONE = "desk/documents/in/<uuid:document_id>/"
urlpatterns = [
    path("desk/documents/", incoming.inbox, name="incoming"),
    path("desk/documents/new/", incoming.new, name="new"),
    path("desk/documents/search/", incoming.search, name="search"),
    path("desk/documents/books/<slug:book>/", books.book, name="book"),
    path("desk/documents/books/<slug:book>/print/", books.book_pdf, name="book-pdf"),
    path("desk/documents/books/<slug:book>/sheet/", books.book_sheet, name="book-sheet"),
    path(_ONE, incoming.document, name="document"),
    path(f"{_ONE}slip/", books.slip, name="slip"),
    path(f"{_ONE}files/<uuid:file_id>/", incoming.file, name="document-file"),
    path(f"{_ONE}do/<slug:act>/", acts.act, name="act"),
    path(f"{_ONE}do/<slug:act>/<uuid:task_id>/", acts.task_act, name="task-act"),
]
