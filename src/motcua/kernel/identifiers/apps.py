from django.apps import AppConfig


class IdentifiersConfig(AppConfig):
    name = "motcua.kernel.identifiers"
    label = "identifiers"
    verbose_name = "Identifiers"
