"""Addresses of editions."""

from django.urls import path

from motcua.engines.editions.pages import desk

app_name = "editions"
urlpatterns = [
    path("desk/rules/", desk.overview, name="list"),
    path("desk/rules/<str:rules>/", desk.kind, name="kind"),
    path("desk/rules/<str:rules>/new/", desk.publish, name="publish"),
]
