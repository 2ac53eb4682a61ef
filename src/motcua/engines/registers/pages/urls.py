"""Addresses of number series."""

from django.urls import path

from motcua.engines.registers.pages import desk

app_name = "registers"
urlpatterns = [
    path("desk/series/", desk.overview, name="list"),
    path("desk/series/<slug:series>/", desk.series, name="series"),
    path("desk/series/<slug:series>/change/", desk.change, name="change"),
]
