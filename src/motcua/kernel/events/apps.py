from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "motcua.kernel.events"
    label = "events"
    verbose_name = "Events"
