#!/usr/bin/env bash
# Upgrade with data: a demonstration as an earlier version left it (tools/earlier-house.sql.xz, which tools/earlier.sh
# keeps), migrated and looked over with this version.
set -euo pipefail
cd "$(dirname "$0")/.."
MOTCUA_HOME=$(mktemp -d)
export MOTCUA_HOME
unset MOTCUA_DATABASE_URL
trap 'rm -rf "$MOTCUA_HOME"' EXIT
chmod 755 "$MOTCUA_HOME" # the database's own user goes through it
.venv/bin/python tools/upgraded.py
