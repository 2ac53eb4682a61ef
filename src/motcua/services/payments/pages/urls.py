"""Addresses of payments."""

from django.urls import path

from motcua.services.payments.pages import accounts, feeds, gateways, incoming, statements

app_name = "payments"
urlpatterns = [
    path("desk/payments/", incoming.listed, name="incoming"),
    path("desk/payments/<uuid:incoming_id>/", incoming.one, name="incoming-one"),
    path("desk/payments/statements/", statements.statements, name="statements"),
    path("desk/collecting-accounts/", accounts.accounts, name="accounts"),
    path("desk/collecting-accounts/<uuid:collecting_id>/feed/", accounts.feed, name="account-feed"),
    path("payments/notice/<slug:gateway>/", gateways.notice, name="notice"),
    path("payments/return/<slug:gateway>/", gateways.returned, name="returned"),
    path("payments/feeds/<uuid:feed_id>/", feeds.reported, name="feed"),
]
