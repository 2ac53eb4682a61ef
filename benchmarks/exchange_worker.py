"""A worker of the exchange, as a process: ``python -m benchmarks.exchange_worker send|take FACTOR``.

``FACTOR``: how much faster the clock of retries runs than in a house, so that an outage can be short.
"""

import sys
import time

import django


def main() -> None:
    """Work until the process is ended."""
    django.setup()
    from motcua.engines.exchange import rules, sending, taking

    factor = float(sys.argv[2])
    rules.FIRST_WAIT, rules.LONGEST_WAIT = rules.FIRST_WAIT / factor, rules.LONGEST_WAIT / factor
    once = {"send": sending.send_some, "take": taking.take_some}[sys.argv[1]]
    print("ready", flush=True)
    while True:
        if not once():
            time.sleep(0.2)


if __name__ == "__main__":
    main()
