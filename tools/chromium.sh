#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests: the one on the machine, else the browser download of
# playwright, else Debian's package when root, with its shell without windows, which takes a third of the CPU time.
set -euo pipefail
if command -v chromium chromium-browser google-chrome >/dev/null 2>&1; then exit 0; fi
if ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome >/dev/null 2>&1; then exit 0; fi
echo "No Chromium on this machine: fetching one …"
if timeout 300 .venv/bin/playwright install chromium >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -qq --no-install-recommends chromium chromium-headless-shell >/dev/null ||
    apt-get install -y -qq --no-install-recommends chromium >/dev/null # Ubuntu has no such shell
  exit 0
fi
echo "Install Chromium (apt-get install chromium) and run the tests again." >&2
exit 1
