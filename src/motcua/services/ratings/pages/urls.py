"""Addresses of ratings."""

from django.urls import path

from motcua.services.ratings.pages import desk, portal

app_name = "ratings"
urlpatterns = [
    path("rate/<uuid:invitation_id>/<str:secret>/", portal.rate, name="rate"),
    path("desk/ratings/", desk.results, name="results"),
    path("desk/ratings/answers/", desk.answers, name="answers"),
]
