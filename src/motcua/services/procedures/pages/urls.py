"""Addresses of procedures."""

from django.urls import path

from motcua.services.procedures.pages import desk, portal

app_name = "procedures"
urlpatterns = [
    path("procedures/", portal.search, name="search"),
    path("procedures/suggest/", portal.suggest, name="suggest"),
    path("procedures/<str:code>/", portal.procedure, name="procedure"),
    path("desk/catalogue/", desk.catalogue, name="desk-catalogue"),
    path("desk/catalogue/packages/", desk.upload, name="desk-upload"),
    path("desk/catalogue/<str:code>/", desk.procedure, name="desk-procedure"),
    path("desk/catalogue/<str:code>/filing/", desk.switch_filing, name="desk-filing"),
    path("desk/catalogue/<str:code>/life-events/", desk.choose_life_events, name="desk-life-events"),
    path("desk/catalogue/<str:code>/<int:number>/", desk.version, name="desk-version"),
    path("desk/catalogue/<str:code>/<int:number>/publish/", desk.publish, name="desk-publish"),
]
