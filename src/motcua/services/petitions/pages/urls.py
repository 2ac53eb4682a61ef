"""Addresses of petitions."""

from django.urls import path

from motcua.services.petitions.pages import acts, desk, maps, portal, sending, sharing

app_name = "petitions"
urlpatterns = [
    path("petitions/", portal.public, name="public"),
    path("petitions/new/", sending.send, name="new"),
    path("petitions/find/", sharing.find, name="find"),
    path("petitions/map.json", maps.units, name="map"),
    path("petitions/mine/", sharing.mine, name="mine"),
    path("petitions/<str:petition_code>/", portal.answer, name="public-answer"),
    path("petitions/<str:petition_code>/<str:secret>/", sharing.follow, name="follow"),
    path("petitions/<str:petition_code>/<str:secret>/<slug:act>/", sharing.act, name="sender-act"),
    path("desk/petitions/", desk.inbox, name="desk"),
    path("desk/petitions/all/", desk.every, name="desk-all"),
    path("desk/petitions/new/", desk.take_down, name="desk-new"),
    path("desk/petitions/<str:petition_code>/", desk.petition, name="desk-petition"),
    path("desk/petitions/<str:petition_code>/sender/", desk.sender, name="desk-sender"),
    path("desk/petitions/<str:petition_code>/photos/<uuid:photo_id>/", desk.photo, name="desk-photo"),
    path("desk/petitions/<str:petition_code>/do/<slug:act>/", acts.act, name="desk-act"),
]
