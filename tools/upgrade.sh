#!/usr/bin/env bash
# Upgrade with data: a demonstration as an earlier version left it (tools/earlier-house.sql.xz, which tools/earlier.sh
# keeps), migrated and looked over with this version.
set -euo pipefail
cd "$(dirname "$0")/.."
released=$(git describe --tags --abbrev=0 --match 'v*' HEAD^ 2>/dev/null || true)
if [ -n "$released" ] && [ "$(git rev-list -1 "$released")" != "$(cat tools/upgrade-from)" ]; then
  echo "*** upgrade: $released is the last release; keep its house first: tools/earlier.sh $released" >&2
  exit 1
fi
MOTCUA_HOME=$(mktemp -d)
export MOTCUA_HOME
unset MOTCUA_DATABASE_URL
trap 'rm -rf "$MOTCUA_HOME"' EXIT
chmod 755 "$MOTCUA_HOME" # the database's own user goes through it
.venv/bin/python tools/upgraded.py
