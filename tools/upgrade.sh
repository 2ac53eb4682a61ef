#!/usr/bin/env bash
# Upgrade with data: a demonstration as an earlier version built it, migrated and looked over with this version.
# The earlier version is the last tag, or the commit in tools/upgrade-from as long as there is none.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$(pwd)
earlier=$(git describe --tags --abbrev=0 --match 'v*' HEAD^ 2>/dev/null || cat tools/upgrade-from)
if ! git cat-file -e "$earlier^{commit}" 2>/dev/null; then
  echo "upgrade: NOT CHECKED. This copy has no history back to $earlier (git fetch --unshallow --tags brings it)."
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # the database's own user goes through it
mkdir "$work/old"
git archive "$earlier" | tar -x -C "$work/old"
cp -r src/motcua/engines/rendering/fonts "$work/old/src/motcua/engines/rendering/" # they come with the front end
export MOTCUA_HOME="$work/home"
unset MOTCUA_DATABASE_URL
echo "upgrade: building the demonstration as of $earlier …"
# With the packages of this version, what an earlier one needs is still among them; with the tests' quick password hashes.
(
  cd "$work/old"
  export PYTHONPATH=src DJANGO_SETTINGS_MODULE=motcua.site.settings_test
  "$here/.venv/bin/python" -m motcua prepare >/dev/null
)
.venv/bin/python tools/upgraded.py
