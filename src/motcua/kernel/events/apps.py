from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    name = "motcua.kernel.events"
    label = "events"
    verbose_name = "Events"

    def ready(self) -> None:
        from motcua.kernel.events import subscriptions
        from motcua.kernel.jobs.worker import register_loop

        autodiscover_modules("subscribers")
        # To ask on behalf of every subscriber costs more than most events do.
        register_loop("events", subscriptions.run_once, at_least=0.5)
        post_migrate.connect(_make_good, sender=self)


def _make_good(using: str, **kwargs: Any) -> None:
    """After every migration, thus at every start: a database may have been restored by hand into another cluster."""
    from django.db import connections

    from motcua.kernel.events import actions

    if "events_event" in connections[using].introspection.table_names():
        actions.rebase_transaction_ids()
