"""Addresses of the work calendar."""

from django.urls import path

from motcua.services.diary.pages import feed, one, rooms, week, writing

app_name = "diary"
_ONE = "desk/diary/<uuid:appointment_id>/"
urlpatterns = [
    path("desk/diary/", week.week, name="week"),
    path("desk/diary/print/", week.paper, name="paper"),
    path("desk/diary/new/", writing.new, name="new"),
    path("desk/diary/waiting/", week.waiting, name="waiting"),
    path("desk/diary/rooms/", rooms.rooms, name="rooms"),
    path("desk/diary/rooms/<uuid:room_id>/", rooms.room, name="room"),
    path("desk/diary/link/", feed.link, name="link"),
    path(_ONE, one.appointment, name="appointment"),
    path(f"{_ONE}change/", writing.change, name="change"),
    path(f"{_ONE}do/<slug:act>/", one.act, name="act"),
    path("calendars/<str:secret>/work.ics", feed.feed, name="feed"),
]
