"""Addresses of the event log's public face."""

from django.urls import path

from motcua.kernel.events.pages import portal

app_name = "events"
urlpatterns = [
    path("transparency", portal.transparency, name="transparency"),
    path("transparency/roots/<int:size>", portal.root, name="root"),
    path("transparency/proof", portal.proof, name="proof"),
    path("transparency/consistency", portal.consistency, name="consistency"),
]
