"""Addresses of ratings."""

from django.urls import path

from motcua.services.ratings.pages import desk, evaluation, inspecting, machines, portal, sheets

_office = "desk/evaluation/offices/<uuid:office_id>/"

app_name = "ratings"
urlpatterns = [
    path("rate/<uuid:invitation_id>/<str:secret>/", portal.rate, name="rate"),
    path("kiosk/rate/", machines.kiosk, name="kiosk"),
    path("tablet/", machines.tablet, name="tablet"),
    path("desk/ratings/", desk.results, name="results"),
    path("desk/ratings/answers/", desk.answers, name="answers"),
    path("desk/evaluation/", evaluation.overview, name="evaluation"),
    path("desk/evaluation/sheet/", sheets.sheet, name="evaluation-sheet"),
    path(_office, evaluation.office, name="evaluated-office"),
    path(f"{_office}officers/<uuid:account_id>/", evaluation.officer, name="evaluated-officer"),
    path(f"{_office}<slug:indicator>/", evaluation.items, name="evaluated-items"),
    path(f"{_office}<slug:indicator>/inspect/", inspecting.inspect, name="inspect"),
]
