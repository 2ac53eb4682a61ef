"""Addresses of the working calendar."""

from django.urls import path

from motcua.kernel.time.pages import desk, hours

app_name = "worktime"
urlpatterns = [
    path("desk/calendar/", desk.this_year, name="calendar"),
    path("desk/calendar/<int:year>/", desk.year, name="year"),
    path("desk/calendar/<int:year>/draft/", desk.draft, name="draft"),
    path("desk/calendar/<int:year>/discard/", desk.discard, name="discard"),
    path("desk/calendar/<int:year>/clear-day/", desk.clear_day, name="clear-day"),
    path("desk/calendar/<int:year>/approve/", desk.approve, name="approve"),
    path("desk/working-hours/", hours.overview, name="hours"),
    path("desk/working-hours/default/", hours.change, name="default-hours"),
    path("desk/working-hours/<uuid:office_id>/", hours.change, name="office-hours"),
]
