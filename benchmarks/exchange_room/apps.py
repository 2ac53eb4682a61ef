from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "benchmarks.exchange_room"
    label = "exchange_room"

    def ready(self) -> None:
        """Know one kind of messages, in place of those of other rooms."""
        from benchmarks.exchange_room import room

        room.register()
