from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "motcua.engines.webhooks"
    label = "webhooks"
    verbose_name = "Webhooks"
