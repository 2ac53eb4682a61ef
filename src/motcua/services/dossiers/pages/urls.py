"""Addresses of dossiers: officers' pages and the portal's."""

from motcua.services.dossiers.pages.desk.urls import urlpatterns as desk_urls
from motcua.services.dossiers.pages.portal.urls import urlpatterns as portal_urls

app_name = "dossiers"
urlpatterns = [*desk_urls, *portal_urls]
