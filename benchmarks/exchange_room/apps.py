from django.apps import AppConfig


class RoomConfig(AppConfig):
    name = "benchmarks.exchange_room"
    label = "exchange_room"

    def ready(self) -> None:
        """Know one kind of messages, in place of those of other rooms, and the event that brings one."""
        from benchmarks.exchange_room import room
        from motcua.engines.exchange import outbox

        room.register()
        outbox.feed("room", kinds=(room.ISSUED,), plan=room.messages_of)
