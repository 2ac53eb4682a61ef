from django.apps import AppConfig


class ServiceCentreConfig(AppConfig):
    name = "motcua.services.service_centre"
    label = "service_centre"
    verbose_name = "Service centre"

    def ready(self) -> None:
        """Put the pages into the officers' menu, and let boards and counters follow the queue."""
        from motcua.kernel.streams import topics
        from motcua.services.service_centre import (  # noqa: F401 - two declare its notice and its tickets
            delegating,
            reminding,
            series,
        )
        from motcua.services.service_centre.pages import board, booking
        from motcua.services.service_centre.pages.desk import calling, menus

        menus.register()
        delegating.QUEUE.offer()
        booking.register()
        topics.register(board.TOPIC)
        topics.register(calling.TOPIC)
