from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "motcua.engines.editing"
    label = "editing"
    verbose_name = "Editing"
