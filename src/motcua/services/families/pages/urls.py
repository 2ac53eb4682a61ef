"""Addresses of parents and children."""

from django.urls import path

from motcua.services.families.pages import desk, portal

app_name = "families"
urlpatterns = [
    path("my/children/", portal.mine, name="mine"),
    path("my/children/new/", portal.new, name="new"),
    path("my/children/<uuid:statement_id>/file/", portal.file, name="file"),
    path("my/children/<uuid:statement_id>/delete/", portal.delete, name="delete"),
    path("desk/dossiers/<str:number>/parent/", desk.decide, name="decide"),
    path("desk/dossiers/<str:number>/parent/file/", desk.file, name="desk-file"),
]
