"""Addresses of tasks."""

from django.urls import path

from motcua.services.tasks.pages import acts, board, desk, ordering

app_name = "tasks"
_ONE = "desk/tasks/<uuid:task_id>/"
urlpatterns = [
    path("desk/tasks/", desk.mine, name="mine"),
    path("desk/tasks/new/", ordering.new, name="new"),
    path("desk/tasks/board/", board.board, name="board"),
    path("desk/tasks/board/export/", board.sheet, name="sheet"),  # the slow lane takes /export
    path(_ONE, desk.task, name="task"),
    path(f"{_ONE}do/<slug:act>/", acts.act, name="act"),
    path(f"{_ONE}files/<uuid:file_id>/", desk.file, name="file"),
]
