#!/usr/bin/env bash
# Upgrade from the previous tag: build its demonstration data with the old program, migrate with the new one, check.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$(pwd)
tag=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)
if [ -z "$tag" ]; then
  echo "upgrade: no earlier version is tagged yet; nothing to upgrade from."
  exit 0
fi
work=$(mktemp -d)
trap 'git worktree remove --force "$work/old" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet "$work/old" "$tag"
export MOTCUA_HOME="$work/home"
(cd "$work/old" && PYTHONPATH=src "$here/.venv/bin/python" -m motcua migrate && PYTHONPATH=src "$here/.venv/bin/python" -m motcua demo)
.venv/bin/motcua migrate
.venv/bin/motcua verify-events
echo "upgrade: from $tag to this version, every event checked."
