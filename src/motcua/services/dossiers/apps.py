from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "motcua.services.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"
