"""Hears from PostgreSQL what has changed, on one connection for all followers."""

import asyncio
import logging

import psycopg
from django.db import connection

from motcua.kernel.streams.hub import Hub
from motcua.kernel.streams.topics import CHANNEL

logger = logging.getLogger(__name__)

QUIET = 10.0  # seconds without news after which the connection is asked whether it lives
AGAIN = 2.0
_FACTS = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert")


async def listen(hub: Hub) -> None:
    """Tell the hub what changes, until cancelled. After an outage everything counts as changed."""
    while True:
        try:
            await _listen_once(hub)
        except (psycopg.Error, OSError) as error:
            logger.warning("stream_listening_lost", extra={"error": type(error).__name__})
            await asyncio.sleep(AGAIN)


async def _listen_once(hub: Hub) -> None:
    given = connection.get_connection_params()
    facts = {name: given[name] for name in _FACTS if given.get(name)}
    async with await psycopg.AsyncConnection.connect(**facts, autocommit=True) as listening:
        await listening.execute(f"LISTEN {CHANNEL}")
        hub.tell_all()  # what happened while nobody listened
        while True:
            async for notice in listening.notifies(timeout=QUIET):
                topic, _space, key = notice.payload.partition(" ")
                hub.tell(topic, key)
            await listening.execute("SELECT 1")
