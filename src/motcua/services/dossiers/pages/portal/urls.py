"""Addresses of the public's pages of dossiers."""

from django.urls import path

from motcua.services.dossiers.pages.portal import (
    attaching,
    completing,
    files,
    filling,
    following,
    listing,
    paying,
    repeating,
    sending,
    starting,
    talking,
    tracking,
)

urlpatterns = [
    path("apply/units/", filling.units, name="units"),
    path("apply/<str:code>/", starting.start, name="apply"),
    path("apply/drafts/<uuid:draft_id>/", starting.resume, name="apply-resume"),
    path("apply/drafts/<uuid:draft_id>/copied/", repeating.copied, name="apply-copied"),
    path("apply/drafts/<uuid:draft_id>/start/", starting.change, name="apply-change"),
    path("apply/drafts/<uuid:draft_id>/delete/", starting.discard, name="apply-discard"),
    path("apply/drafts/<uuid:draft_id>/pages/<int:number>/", filling.fill_in, name="apply-page"),
    path("apply/drafts/<uuid:draft_id>/papers/", attaching.papers, name="apply-papers"),
    path("apply/drafts/<uuid:draft_id>/files/<uuid:attached_id>/", files.draft_file, name="apply-file"),
    path("apply/drafts/<uuid:draft_id>/delivery/", sending.delivery, name="apply-delivery"),
    path("apply/drafts/<uuid:draft_id>/review/", sending.review, name="apply-review"),
    path("apply/drafts/<uuid:draft_id>/sent/", sending.sent, name="apply-sent"),
    path("my/", listing.mine, name="my"),
    path("my/dossiers/", listing.my_dossiers, name="my-dossiers"),
    path("my/dossiers/<str:number>/", following.my_dossier, name="my-dossier"),
    path("my/dossiers/<str:number>/supplement/", completing.supplement, name="my-supplement"),
    path("my/dossiers/<str:number>/questions/", talking.questions, name="my-questions"),
    path("my/dossiers/<str:number>/questions/files/<uuid:file_id>/", talking.file, name="my-question-file"),
    path("my/dossiers/<str:number>/withdraw/", following.withdraw, name="my-withdraw"),
    path("my/dossiers/<str:number>/payment/", paying.payment, name="my-payment"),
    path("my/dossiers/<str:number>/payment/code.png", paying.code, name="my-payment-code"),
    path("my/dossiers/<str:number>/fee-receipts/<uuid:receipt_id>/", paying.receipt, name="my-fee-receipt"),
    path("my/dossiers/<str:number>/files/<uuid:file_id>/", files.my_file, name="my-file"),
    path("my/dossiers/<str:number>/results/<uuid:result_id>/", files.my_result, name="my-result"),
    path("track/", tracking.search, name="track"),
    path("track/<str:number>", tracking.track, name="track-dossier"),
]
