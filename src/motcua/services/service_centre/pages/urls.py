"""Addresses of the service centre."""

from django.urls import path

from motcua.services.service_centre.pages import board, booking, kiosk, screens, tickets
from motcua.services.service_centre.pages.desk import calling, devices, issuing, setting, supervising

app_name = "service_centre"
urlpatterns = [
    path("ticket/<uuid:ticket_id>/", tickets.follow, name="ticket"),
    path("appointments/", booking.services, name="appointments"),
    path("appointments/<uuid:service_id>/", booking.times, name="times"),
    path("my/appointments/", booking.mine, name="my-appointments"),
    path("my/appointments/<uuid:booking_id>/", booking.appointment, name="appointment"),
    path("my/appointments/<uuid:booking_id>/date.ics", booking.date_file, name="appointment-date"),
    path("my/appointments/<uuid:booking_id>/cancel/", booking.cancel, name="cancel-appointment"),
    path("screen/", screens.pair, name="screen"),
    path("board/", board.board, name="board"),
    path("board/speech/<str:number>/<int:counter>.wav", board.speech, name="speech"),
    path("kiosk/", kiosk.home, name="kiosk"),
    path("kiosk/services/<uuid:service_id>/", kiosk.service, name="kiosk-service"),
    path("kiosk/tickets/<uuid:ticket_id>/", kiosk.ticket, name="kiosk-ticket"),
    path("kiosk/scan/", kiosk.scan, name="kiosk-scan"),
    path("kiosk/appointment/", kiosk.appointment, name="kiosk-appointment"),
    path("kiosk/track/", kiosk.track, name="kiosk-track"),
    path("kiosk/procedures/", kiosk.procedures, name="kiosk-procedures"),
    path("kiosk/procedures/<str:code>/", kiosk.procedure, name="kiosk-procedure"),
    path("desk/queue/", calling.desk, name="desk"),
    path("desk/queue/next/", calling.call_next, name="next"),
    path("desk/queue/leave/", calling.leave, name="leave"),
    path("desk/queue/sit/<uuid:counter_id>/", calling.sit, name="sit"),
    path("desk/queue/tickets/<uuid:ticket_id>/<str:act>/", calling.act, name="act"),
    path("desk/queue/issue/", issuing.issue, name="issue"),
    path("desk/queue/issue/<uuid:ticket_id>/", issuing.ticket, name="printed"),
    path("desk/queue/supervise/", supervising.supervise, name="supervise"),
    path("desk/queue/supervise/<uuid:service_id>/pause/", supervising.pause, name="pause"),
    path("desk/queue/centres/", setting.centres, name="centres"),
    path("desk/queue/centres/<uuid:centre_id>/", setting.centre, name="centre"),
    path("desk/queue/centres/<uuid:centre_id>/services/", setting.add_service, name="add-service"),
    path("desk/queue/centres/<uuid:centre_id>/services/<uuid:service_id>/", setting.service, name="service"),
    path("desk/queue/centres/<uuid:centre_id>/counters/", setting.add_counter, name="add-counter"),
    path("desk/queue/centres/<uuid:centre_id>/counters/<uuid:counter_id>/", setting.counter, name="counter"),
    path("desk/queue/centres/<uuid:centre_id>/days/", setting.special_day, name="special-day"),
    path("desk/queue/centres/<uuid:centre_id>/devices/", devices.add, name="add-device"),
    path("desk/queue/centres/<uuid:centre_id>/devices/<uuid:device_id>/code/", devices.code, name="device-code"),
    path("desk/queue/centres/<uuid:centre_id>/devices/<uuid:device_id>/end/", devices.end, name="end-device"),
    path("desk/queue/centres/<uuid:centre_id>/board/", board.preview, name="preview-board"),
    path("desk/queue/priorities/", setting.priorities, name="priorities"),
    path("desk/queue/priorities/<uuid:group_id>/end/", setting.end_priority, name="end-priority"),
]
