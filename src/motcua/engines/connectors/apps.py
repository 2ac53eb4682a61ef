from django.apps import AppConfig

CALLERS = 2  # a system that answers slowly keeps one of them for as long as its time-out


class ConnectorsConfig(AppConfig):
    name = "motcua.engines.connectors"
    label = "connectors"
    verbose_name = "Connectors"

    def ready(self) -> None:
        """Have the worker ask, collect and hand over; stand in the menus; tell people of looks at their data."""
        from motcua.engines.connectors import calling, collecting, purposes, queries, taking  # noqa: F401
        from motcua.engines.connectors.pages import menus
        from motcua.kernel.events import access_log
        from motcua.kernel.jobs.worker import register_loop

        for number in range(1, CALLERS + 1):
            register_loop(f"connectors.call.{number}", calling.call_some)
        register_loop("connectors.collect", collecting.collect_some, pause=5.0)
        register_loop("connectors.take", taking.take_some)
        access_log.tellers[calling.PURPOSE] = queries.told_of
        menus.register()
