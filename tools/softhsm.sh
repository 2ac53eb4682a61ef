#!/usr/bin/env bash
# Makes sure that the tests have SoftHSM, a token in software behind the same PKCS #11 module as real ones.
set -euo pipefail
if command -v softhsm2-util >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "No SoftHSM on this machine: fetching it …"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends softhsm2 >/dev/null
  exit 0
fi
echo "The tests of tokens and HSMs are skipped: install SoftHSM (apt-get install softhsm2) to run them." >&2
