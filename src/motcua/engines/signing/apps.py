from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "motcua.engines.signing"
    label = "signing"
    verbose_name = "Signing"
