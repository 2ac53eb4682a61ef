from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "motcua.engines.rules"
    label = "rules"
    verbose_name = "Rules"
