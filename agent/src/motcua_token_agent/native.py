"""Native messaging: the browser starts the agent and speaks to it over its standard streams.

Each message is JSON behind its length in four bytes of the machine's order. The extension, which only the browser's
administrator or user can install, says from which origin the page is; the manifest names the one extension that may.
"""

import json
import os
import struct
import sys
from typing import Any, BinaryIO

from motcua_token_agent import settings
from motcua_token_agent.agent import Agent, failed
from motcua_token_agent.errors import Code, Problem
from motcua_token_agent.requests import LARGEST

LENGTH = struct.Struct("=I")


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """The next message; ``None`` when the browser has gone. Raises ``ValueError`` for what is none."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LARGEST:
        raise ValueError(f"a message of {length} bytes")
    message = json.loads(stream.read(length))
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def write_message(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Write one answer."""
    data = json.dumps(message).encode()
    stream.write(LENGTH.pack(len(data)) + data)
    stream.flush()


def serve(agent: Agent, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer until the browser closes the stream; what cannot be read ends the conversation."""
    while True:
        try:
            message = read_message(incoming)
        except ValueError as error:
            write_message(outgoing, failed(Problem(Code.REQUEST_INVALID, str(error)[:200])))
            return
        if message is None:
            return
        command, origin = str(message.get("command", "")), str(message.get("origin", ""))
        answer = agent.answer(command, origin=origin, request=message.get("request"))
        write_message(outgoing, {"id": message.get("id"), **answer})


def main() -> None:
    """The program that the native manifests name."""
    if sys.platform == "win32":
        import msvcrt

        for stream in (sys.stdin, sys.stdout):
            msvcrt.setmode(stream.fileno(), os.O_BINARY)
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but messages may go to the browser
    serve(Agent(settings.load()), incoming, outgoing)


if __name__ == "__main__":
    main()
