"""Addresses of payments."""

from django.urls import path

from motcua.services.payments.pages import accounts, books, cash, feeds, gateways, incoming, receipts, statements

app_name = "payments"
urlpatterns = [
    path("desk/payments/", incoming.listed, name="incoming"),
    path("desk/payments/<uuid:incoming_id>/", incoming.one, name="incoming-one"),
    path("desk/payments/statements/", statements.statements, name="statements"),
    path("desk/cash/", cash.cash, name="cash"),
    path("desk/receipts/", receipts.listed, name="receipts"),
    path("desk/receipts/export.xlsx", receipts.export, name="receipts-export"),
    path("desk/receipts/<uuid:receipt_id>/", receipts.one, name="receipt"),
    path("desk/receipts/<uuid:receipt_id>/file/", receipts.file, name="receipt-file"),
    path("desk/receipt-books/", books.books, name="books"),
    path("desk/collecting-accounts/", accounts.accounts, name="accounts"),
    path("desk/collecting-accounts/<uuid:collecting_id>/feed/", accounts.feed, name="account-feed"),
    path("payments/notice/<slug:gateway>/", gateways.notice, name="notice"),
    path("payments/return/<slug:gateway>/", gateways.returned, name="returned"),
    path("payments/feeds/<uuid:feed_id>/", feeds.reported, name="feed"),
]
