#!/usr/bin/env bash
# tools/earlier.sh COMMIT: keep the demonstration as that version builds it, for tools/upgrade.sh. After each release.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$(pwd)
commit=$(git rev-parse --verify "$1^{commit}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # the database's own user goes through it
mkdir "$work/old"
git archive "$commit" | tar -x -C "$work/old"
cp -r src/motcua/engines/rendering/fonts "$work/old/src/motcua/engines/rendering/" # they come with the front end
export MOTCUA_HOME="$work/home"
unset MOTCUA_DATABASE_URL
# With the packages of this version, what an earlier one needs is still among them; with the tests' quick password hashes.
(
  cd "$work/old"
  export PYTHONPATH=src DJANGO_SETTINGS_MODULE=motcua.site.settings_test
  "$here/.venv/bin/python" -m motcua prepare >/dev/null
)
.venv/bin/python tools/upgraded.py keep
echo "$commit" >tools/upgrade-from
ls -l tools/earlier-house.sql.xz
