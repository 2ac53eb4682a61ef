from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "motcua.engines.process"
    label = "process"
    verbose_name = "Processes"
