"""Addresses of the personal store, of what is shared from it, and of what offices revoke."""

from django.urls import path

from motcua.services.vault.pages import desk, portal, shared, sharing

_paper = "my/store/<uuid:kept_id>/"
_shared = "shared/<uuid:share_id>/<str:secret>/"

app_name = "vault"
urlpatterns = [
    path("my/store/", portal.store, name="store"),
    path("my/store/upload/", portal.upload, name="upload"),
    path(_paper, portal.paper, name="paper"),
    path(f"{_paper}download/", portal.download, name="download"),
    path(f"{_paper}validity/", portal.validity, name="validity"),
    path(f"{_paper}remove/", portal.remove, name="remove"),
    path(f"{_paper}share/", sharing.share, name="share"),
    path(f"{_paper}links/<uuid:share_id>/", sharing.link, name="link"),
    path(f"{_paper}links/<uuid:share_id>/end/", sharing.end, name="end-link"),
    path(_shared, shared.landing, name="shared"),
    path(f"{_shared}<uuid:opening_id>/", shared.opened, name="shared-paper"),
    path(f"{_shared}<uuid:opening_id>/download/", shared.download, name="shared-download"),
    path("desk/store/<uuid:kept_id>/revoke/", desk.revoke, name="revoke"),
]
