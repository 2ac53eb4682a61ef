"""Addresses of organisations."""

from django.urls import path

from motcua.people.organisations.pages import desk, reorganisation

app_name = "organisations"
urlpatterns = [
    path("desk/offices/", desk.tree, name="tree"),
    path("desk/offices/new/", desk.add, name="add"),
    path("desk/offices/<uuid:office_id>/", desk.office, name="office"),
    path("desk/offices/<uuid:office_id>/change/", desk.change, name="change"),
    path("desk/offices/<uuid:office_id>/code/", desk.code, name="code"),
    path("desk/reorganisation/", reorganisation.reorganise, name="reorganise"),
    path("desk/reorganisation/split-units/", reorganisation.split_units, name="split-units"),
    path("desk/reorganisation/split-units/<uuid:unit_id>/", reorganisation.choose_heir, name="choose-heir"),
]
