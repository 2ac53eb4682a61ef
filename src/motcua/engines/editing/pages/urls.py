"""Where the editor reaches files (WOPI). Their addresses may not end in a slash."""

from django.urls import path

from motcua.engines.editing.pages import wopi

app_name = "editing"
urlpatterns = [
    path("wopi/files/<uuid:edited_id>", wopi.file, name="file"),
    path("wopi/files/<uuid:edited_id>/contents", wopi.contents, name="contents"),
]
