"""``python -m benchmarks [names…] [--dossiers N] [--documents N]``; without names, everything."""

import argparse
import importlib
import sys

from benchmarks import results
from benchmarks.house import opened

# name → what its section of the page is called
MEASUREMENTS = {
    "transition": "Transition in process",
    "http_transition": "Transition over HTTP",
    "submission": "Submission in process",
    "signing": "Signing through the sign server",
    "pages": "Pages of a full house",
    "memory": "Memory",
    "running": "Starting and running",
    "levels": "Signatures and their levels",
    "verification": "Verification of signatures",
    "service_centre": "A day of a service centre",
    "documents": "Documents of a full province",
    "exchange": "Exchange of documents",
    "portal_outage": "The national portal is away for a while",
}
FULL_HOUSE = 1_000_000
FULL_PROVINCE = 6_000_000


def main() -> int:
    """Measure, write the page, and say what was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(MEASUREMENTS)}")
    parser.add_argument("--dossiers", type=int, default=FULL_HOUSE, help="of the full house (1,000,000)")
    parser.add_argument("--documents", type=int, default=FULL_PROVINCE, help="of the full province (6,000,000)")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(MEASUREMENTS):
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    missed = 0
    with opened(largest=chosen.dossiers, documents=chosen.documents) as house:
        for name in chosen.names or MEASUREMENTS:
            print(f"{name} …", flush=True)
            module = importlib.import_module(f"benchmarks.{name}")
            found = []
            for result in module.measure(house):
                print(
                    f"  {result.what}: {result.figure} {result.compared} {result.demanded} {result.verdict}",
                    flush=True,
                )
                found.append(result)
            results.write({MEASUREMENTS[name]: found})
            missed += sum(result.met is False for result in found)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
