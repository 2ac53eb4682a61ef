from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "motcua.engines.registers"
    label = "registers"
    verbose_name = "Number series"
