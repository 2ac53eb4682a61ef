#!/usr/bin/env bash
# Makes sure that the public rules for archive packages are there by which the tests check ours: data of packages of the
# Python index, unpacked into var/archive-rules and never imported.
set -euo pipefail
target=var/archive-rules
if [ "$target/.done" -nt requirements/archive-rules.txt ]; then exit 0; fi
echo "Fetching the public rules for archive packages …"
rm -rf "$target"
"${PYTHON:-.venv/bin/python}" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile \
  --target "$target" -r requirements/archive-rules.txt
touch "$target/.done"
