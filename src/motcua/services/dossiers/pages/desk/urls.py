"""Addresses of the officers' pages."""

from django.urls import path

from motcua.services.dossiers.pages.desk import acts, dossier, inbox, registers, steps

_one = "desk/dossiers/<str:number>/"

urlpatterns = [
    path("desk/inbox/", inbox.inbox, name="desk-inbox"),
    path("desk/inbox/finish/", inbox.finish_many, name="desk-finish-many"),
    path("desk/reception/", inbox.reception, name="desk-reception"),
    path("desk/registers/", registers.book, name="desk-book"),
    path("desk/registers/pdf/", registers.book_pdf, name="desk-book-pdf"),
    path("desk/registers/sheet/", registers.book_sheet, name="desk-book-sheet"),
    path(_one, dossier.work, name="desk-dossier"),
    path(f"{_one}data/", dossier.data, name="desk-data"),
    path(f"{_one}papers/", dossier.papers, name="desk-papers"),
    path(f"{_one}timeline/", dossier.story, name="desk-story"),
    path(f"{_one}forms/", dossier.issued, name="desk-forms"),
    path(f"{_one}control-slip/", registers.control_slip, name="desk-control-slip"),
    path(f"{_one}files/<uuid:file_id>/", dossier.file, name="desk-file"),
    path(f"{_one}steps/<uuid:subject>/finish/", steps.complete, name="desk-complete"),
    path(f"{_one}steps/<uuid:subject>/result/", steps.prepare, name="desk-prepare"),
    path(f"{_one}steps/<uuid:subject>/result/preview/", steps.preview, name="desk-preview"),
    path(f"{_one}steps/<uuid:subject>/sign/", steps.sign, name="desk-sign"),
    path(f"{_one}steps/<uuid:subject>/seal/", steps.seal, name="desk-seal"),
    path(f"{_one}do/<str:name>/", acts.act, name="desk-act"),
    path(f"{_one}do/<str:name>/<uuid:subject>/", acts.act, name="desk-act-on"),
]
