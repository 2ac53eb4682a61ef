"""The process in which a file from outside is verified: ``python -m motcua.engines.signing.isolated SECONDS``.

Reads one line of JSON (anchors, moment) and the file from standard input, writes the verdicts as JSON. It needs
neither settings nor the database.
"""

import base64
import json
import logging
import resource
import sys
from datetime import datetime

from motcua.engines.signing.verification import as_json, examine

MEMORY = 1024 * 1024 * 1024


def main() -> None:
    """Bound this process, then judge."""
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    # What a hostile file makes the library say belongs in no log.
    logging.disable(logging.CRITICAL)
    request = json.loads(sys.stdin.buffer.readline())
    anchors = [base64.b64decode(anchor) for anchor in request["anchors"]]
    verdicts = examine(sys.stdin.buffer.read(), anchors=anchors, at=datetime.fromisoformat(request["at"]))
    json.dump([as_json(verdict) for verdict in verdicts], sys.stdout)


if __name__ == "__main__":
    main()
