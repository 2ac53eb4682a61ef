"""Addresses of signing."""

from django.urls import path

from motcua.engines.signing.pages import services

app_name = "signing"
urlpatterns = [
    path("signing/callback/<str:code>/", services.callback, name="callback"),
]
