from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "motcua.engines.messaging"
    label = "messaging"
    verbose_name = "Messaging"
