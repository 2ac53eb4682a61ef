"""Addresses of the officers' pages."""

from django.urls import path

from motcua.services.dossiers.pages.desk import (
    acts,
    counter,
    dossier,
    importing,
    inbox,
    lists,
    office,
    receiving,
    registers,
    steps,
)

_one = "desk/dossiers/<str:number>/"

urlpatterns = [
    path("desk/inbox/", inbox.inbox, name="desk-inbox"),
    path("desk/inbox/finish/", inbox.finish_many, name="desk-finish-many"),
    path("desk/reception/", inbox.reception, name="desk-reception"),
    path("desk/counter/", counter.counter, name="desk-counter"),
    path("desk/counter/register/", counter.register, name="desk-counter-register"),
    path("desk/counter/start/", counter.start, name="desk-counter-start"),
    path("desk/counter/<uuid:key>/", receiving.receive, name="desk-receive"),
    path("desk/signing/", lists.signing, name="desk-signing"),
    path("desk/signing/sign/", lists.sign_many, name="desk-sign-many"),
    path("desk/returns/", lists.returns, name="desk-returns"),
    path("desk/office/", office.office, name="desk-office"),
    path("desk/office/reassign/", office.reassign_many, name="desk-reassign-many"),
    path("desk/incidents/", office.incidents, name="desk-incidents"),
    path("desk/incidents/<uuid:incident_id>/<str:how>/", office.mend, name="desk-mend"),
    path("desk/import/", importing.import_running, name="desk-import"),
    path("desk/dossiers/", lists.search, name="desk-search"),
    path("desk/registers/", registers.book, name="desk-book"),
    path("desk/registers/pdf/", registers.book_pdf, name="desk-book-pdf"),
    path("desk/registers/sheet/", registers.book_sheet, name="desk-book-sheet"),
    path(_one, dossier.work, name="desk-dossier"),
    path(f"{_one}data/", dossier.data, name="desk-data"),
    path(f"{_one}papers/", dossier.papers, name="desk-papers"),
    path(f"{_one}timeline/", dossier.story, name="desk-story"),
    path(f"{_one}forms/", dossier.issued, name="desk-forms"),
    path(f"{_one}received/", counter.received, name="desk-received"),
    path(f"{_one}receipt/", counter.receipt, name="desk-receipt"),
    path(f"{_one}collect/", counter.collect, name="desk-collect"),
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
