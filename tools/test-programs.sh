#!/usr/bin/env bash
# Makes sure that the programs are there by which the tests check what the house makes: Debian's packages, installed when
# root. They are second opinions (pdfsig on a PDF signature, xmlsec1 on an XML one, openssl on a CMS), tokens in software
# (SoftHSM), what puts an authority into the store of a user's browser (certutil), the voice of boards (espeak-ng), and what
# recognises the text of scans (ocrmypdf, tesseract).
set -euo pipefail
# program=package
needed="espeak-ng=espeak-ng softhsm2-util=softhsm2 xmlsec1=xmlsec1 pdfsig=poppler-utils openssl=openssl \
  ocrmypdf=ocrmypdf gs=ghostscript tesseract=tesseract-ocr certutil=libnss3-tools"
missing=""
for each in $needed; do
  command -v "${each%=*}" >/dev/null 2>&1 || missing="$missing ${each#*=}"
done
# What tesseract has learnt of Vietnamese is no program.
compgen -G "/usr/share/tesseract-ocr/*/tessdata/vie.traineddata" >/dev/null || missing="$missing tesseract-ocr-vie"
if [ -z "$missing" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing what the tests check by:$missing …"
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
  exit 0
fi
echo "The tests need programs that are not on this machine. Install them and run the tests again:" >&2
echo "  sudo apt-get install$missing" >&2
exit 1
