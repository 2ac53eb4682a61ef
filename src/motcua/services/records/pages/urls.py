"""Addresses of work files."""

from django.urls import path

from motcua.services.records.pages import (
    acts,
    adding,
    appraisal_acts,
    appraisals,
    books,
    files,
    fixity,
    lists,
    transfers,
)

app_name = "records"
_ONE, _LIST = "desk/work-files/<uuid:work_file_id>/", "desk/work-files/lists/<uuid:list_id>/"
_MOVE, _APPRAISE = "desk/work-files/transfers/", "desk/work-files/appraisals/"
urlpatterns = [
    path("desk/work-files/", files.box, name="files"),
    path("desk/work-files/books/", books.book, name="book"),
    path("desk/work-files/books/print/", books.book_pdf, name="book-pdf"),
    path("desk/work-files/books/sheet/", books.book_sheet, name="book-sheet"),
    path("desk/work-files/lists/", lists.years, name="lists"),
    path(_LIST, lists.one, name="list"),
    path(f"{_LIST}do/<slug:act>/", lists.act, name="list-act"),
    path(f"{_LIST}lines/<uuid:row_id>/remove/", lists.remove, name="line-remove"),
    path(f"{_LIST}lines/<uuid:row_id>/open/", lists.open_line, name="line-open"),
    path(f"{_LIST}print/", books.list_pdf, name="list-pdf"),
    path("desk/work-files/add/<slug:kind>/<uuid:document_id>/", adding.add, name="add"),
    path(_MOVE, transfers.box, name="transfers"),
    path(f"{_MOVE}new/", transfers.new, name="transfer-new"),
    path(f"{_MOVE}<uuid:transfer_id>/", transfers.one, name="transfer"),
    path(f"{_MOVE}<uuid:transfer_id>/do/<slug:act>/", transfers.act, name="transfer-act"),
    path(f"{_MOVE}<uuid:transfer_id>/<slug:kind>/", transfers.paper, name="transfer-paper"),
    path(f"{_MOVE}<uuid:transfer_id>/packages/<uuid:row_id>/", transfers.package, name="package"),
    path(_APPRAISE, appraisals.box, name="appraisals"),
    path(f"{_APPRAISE}expired/", appraisals.expired, name="appraisal-expired"),
    path(f"{_APPRAISE}<uuid:appraisal_id>/", appraisals.one, name="appraisal"),
    path(f"{_APPRAISE}<uuid:appraisal_id>/do/<slug:act>/", appraisal_acts.act, name="appraisal-act"),
    path(f"{_APPRAISE}<uuid:appraisal_id>/rows/<uuid:row_id>/remove/", appraisals.remove, name="appraisal-remove"),
    path(f"{_APPRAISE}<uuid:appraisal_id>/<slug:kind>/", appraisals.paper, name="appraisal-paper"),
    path("desk/work-files/fixity/", fixity.found, name="fixity"),
    path(_ONE, files.one, name="file"),
    path(f"{_ONE}contents/print/", books.contents_pdf, name="contents-pdf"),
    path(f"{_ONE}contents/sheet/", books.contents_sheet, name="contents-sheet"),
    path(f"{_ONE}export/pdf/", books.export_pdf, name="export-pdf"),
    path(f"{_ONE}export/xml/", books.export_xml, name="export-xml"),
    path(f"{_ONE}entries/<uuid:row_id>/<int:position>/", files.content, name="content"),
    path(f"{_ONE}handovers/<uuid:row_id>/", files.minutes, name="handover-minutes"),
    path(f"{_ONE}do/<slug:act>/", acts.act, name="act"),
    path(f"{_ONE}do/<slug:act>/<uuid:row_id>/", acts.row_act, name="row-act"),
]
