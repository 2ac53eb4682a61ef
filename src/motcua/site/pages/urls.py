"""Addresses of the house itself."""

from django.urls import path

from motcua.site.pages import desk, health, installing, portal

app_name = "site"
urlpatterns = [
    path("", portal.home, name="home"),
    path("accessibility/", portal.accessibility, name="accessibility"),
    path("language/<str:code>/", portal.language, name="language"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("service-worker.<str:code>.js", installing.service_worker, name="service-worker"),
    path("offline/<str:code>/", installing.offline, name="offline"),
    path("desk/", desk.home, name="desk"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
