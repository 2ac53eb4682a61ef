"""Addresses of the room."""

from django.urls import path

from motcua.services.national_portal.pages import desk

app_name = "national_portal"
_refused = "desk/national-portal/refused/<uuid:dossier_id>/"
_arrival = "desk/national-portal/arrivals/<uuid:arrival_id>/"
urlpatterns = [
    path("desk/national-portal/", desk.overview, name="overview"),
    path("desk/national-portal/compare/", desk.compare, name="compare"),
    path("desk/national-portal/refused/", desk.refused, name="refused"),
    path(f"{_refused}again/", desk.send_again, name="send-again"),
    path(f"{_refused}leave/", desk.leave_out, name="leave-out"),
    path("desk/national-portal/arrivals/", desk.arrivals, name="arrivals"),
    path(f"{_arrival}again/", desk.try_again, name="try-again"),
    path(f"{_arrival}leave/", desk.leave_aside, name="leave-aside"),
]
