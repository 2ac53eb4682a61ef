"""Many boards in a process of their own: ``python -m benchmarks.boards PORT CENTRE KEY COUNT``.

Prints a line when all are connected. When its input ends it prints, as JSON, when each call reached each board first
and what each board showed last.
"""

import asyncio
import json
import re
import sys
import time

HOST = "127.0.0.1"
MARK = re.compile(rb'data-call="([^"]+)"')


class Board:
    """One connection, read as a browser reads it."""

    def __init__(self, port: int, centre: str, key: str) -> None:
        self.arrived: dict[str, float] = {}
        self.shown: list[str] = []
        self._port = port
        self._request = (
            f"GET /streams/queue-board/{centre}/ HTTP/1.1\r\nHost: {HOST}\r\n"
            f"Accept: text/event-stream\r\nCookie: motcua_device={key}\r\n\r\n"
        ).encode()

    async def watch(self, connected: asyncio.Semaphore) -> None:
        """Read states until cancelled."""
        reader, writer = await asyncio.open_connection(HOST, self._port, limit=2**20)
        writer.write(self._request)
        status = await reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(status.decode())
        first, state, marks = True, False, list[str]()
        while line := await reader.readline():
            if line.startswith(b"id: "):
                state = True
            elif found := MARK.search(line):
                marks.append(found[1].decode())
            elif state and line == b"\n":
                now = time.time()
                for mark in marks:
                    self.arrived.setdefault(mark, now)
                self.shown, marks, state = marks, [], False
                if first:
                    connected.release()
                    first = False


async def main() -> None:
    """Connect, watch, tell."""
    port, centre, key, count = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    connected = asyncio.Semaphore(0)
    boards = [Board(port, centre, key) for _n in range(count)]
    watching = [asyncio.create_task(board.watch(connected)) for board in boards]
    for _board in boards:
        await connected.acquire()
    print("connected", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in watching:
        task.cancel()
    lost = [task for task in await asyncio.gather(*watching, return_exceptions=True) if isinstance(task, OSError)]
    print(json.dumps({"boards": [[board.arrived, board.shown] for board in boards], "lost": len(lost)}))


if __name__ == "__main__":
    asyncio.run(main())
