"""One line of JSON a log record: event name and facts, never personal data.

Rooms log event names with plain identifiers (``log.info("dossier_accepted", dossier=code)``); bodies, names and
identity numbers stay in the database.
"""

import json
import logging
from datetime import UTC, datetime

_OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "request"}


class LineFormatter(logging.Formatter):
    """Formats a record as one JSON line; extra fields given through ``extra=`` are kept."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update({key: value for key, value in record.__dict__.items() if key not in _OWN})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
