"""Addresses of messages."""

from django.urls import path

from motcua.engines.messaging.pages import desk, portal

app_name = "messaging"
urlpatterns = [
    path("account/messages/", portal.inbox, name="inbox"),
    path("account/messages/read/", portal.read_all, name="read-all"),
    path("account/messages/<uuid:notice_id>/", portal.open_notice, name="open"),
    path("desk/notices/", desk.overview, name="wordings"),
    path("desk/notices/<str:notice_code>/<str:language_code>/", desk.wording, name="wording"),
    path("account/notices/", portal.preferences, name="preferences"),
]
