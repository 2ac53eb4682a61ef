"""Addresses of citizens and businesses."""

from django.urls import path

from motcua.people.citizens.pages import desk, identity, portal

app_name = "citizens"
urlpatterns = [
    path("account/sign-up/", portal.sign_up, name="sign-up"),
    path("account/identity/<str:code>/start/", identity.start, name="identity-start"),
    path("account/identity/<str:code>/back/", identity.back, name="identity-back"),
    path("my/details/", portal.details, name="details"),
    path("my/data-accesses/", portal.data_accesses, name="data-accesses"),
    path("desk/people/", desk.search, name="search"),
    path("desk/people/new/", desk.register, name="register"),
    path("desk/people/<uuid:party_id>/", desk.party, name="party"),
    path("desk/people/<uuid:party_id>/change/", desk.change, name="change"),
    path("desk/people/<uuid:party_id>/account/", desk.open_account, name="open-account"),
    path("desk/people/<uuid:party_id>/start-code/", desk.start_code, name="start-code"),
    path("desk/people/<uuid:party_id>/reset/", desk.start_reset, name="start-reset"),
    path("desk/people/<uuid:party_id>/represent/", desk.represent, name="represent"),
    path(
        "desk/people/<uuid:party_id>/representations/<uuid:row_id>/end/",
        desk.end_representation,
        name="end-representation",
    ),
    path("desk/people/<uuid:party_id>/merge/", desk.merge, name="merge"),
]
