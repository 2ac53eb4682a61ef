"""Addresses of signing."""

from django.urls import path

from motcua.engines.signing.pages import services

app_name = "signing"
urlpatterns = [
    path("signing/<uuid:transaction_id>/consent/", services.consent, name="consent"),
    path("signing/return/", services.returned, name="return"),
    path("signing/callback/<str:code>/", services.callback, name="callback"),
]
