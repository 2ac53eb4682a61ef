"""Addresses of batches."""

from django.urls import path

from motcua.services.batches.pages import counter, paying, portal, showing

_batch = "my/batches/<uuid:batch_id>/"

app_name = "batches"
urlpatterns = [
    path("apply-many/<str:code>/", portal.start, name="start"),
    path("my/batches/", showing.mine, name="mine"),
    path("desk/batches/", showing.counter, name="counter"),
    path("desk/batches/<str:code>/", counter.start, name="counter-start"),
    path(_batch, showing.show, name="batch"),
    path(f"{_batch}download/", portal.template, name="template"),
    path(f"{_batch}upload/", portal.upload, name="upload"),
    path(f"{_batch}papers/", portal.papers, name="papers"),
    path(f"{_batch}confirm/", portal.confirm, name="confirm"),
    path(f"{_batch}resume/", portal.resume, name="resume"),
    path(f"{_batch}take-over/", portal.take_over, name="take-over"),
    path(f"{_batch}payment/", paying.payment, name="payment"),
    path(f"{_batch}collect/", paying.collect, name="collect"),
    path(f"{_batch}payment/code.png", paying.code, name="payment-code"),
    path(f"{_batch}receipts/<uuid:receipt_id>/", paying.receipt, name="receipt"),
    path(f"{_batch}delete/", portal.discard, name="discard"),
]
