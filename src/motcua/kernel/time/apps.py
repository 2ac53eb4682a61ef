from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "motcua.kernel.time"
    label = "worktime"
    verbose_name = "Working time"
