"""Addresses of the room."""

from django.urls import path

from motcua.engines.connectors.pages import calls, portal, systems

app_name = "connectors"
_system, _call = "desk/connectors/systems/<slug:system_code>/", "desk/connectors/calls/<uuid:call_id>/"
urlpatterns = [
    path("desk/connectors/", systems.overview, name="overview"),
    path("desk/connectors/systems/new/", systems.new, name="new"),
    path("desk/connectors/systems/propose/", systems.propose, name="propose"),
    path(_system, systems.system, name="system"),
    path(f"{_system}switch/", systems.switch, name="switch"),
    path("desk/connectors/calls/", calls.listed, name="calls"),
    path(f"{_call}again/", calls.again, name="again"),
    path(f"{_call}leave/", calls.leave, name="leave"),
    path("my/data-sharing/", portal.sharing, name="sharing"),
    path("my/data-sharing/<slug:purpose>/<str:act>/", portal.decide, name="decide"),
]
