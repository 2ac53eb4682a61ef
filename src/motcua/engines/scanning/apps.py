from django.apps import AppConfig


class ScanningConfig(AppConfig):
    name = "motcua.engines.scanning"
    label = "scanning"
    verbose_name = "Scanning"
