#!/bin/bash
# Installs the Debian packages that are missing: `install.sh build` or `install.sh test`. As root.
set -euo pipefail

build="build-essential meson ninja-build pkg-config nodejs npm ca-certificates
  libmicrohttpd-dev libsqlite3-dev libpq-dev libsodium-dev libjansson-dev libzip-dev libexpat1-dev
  libutf8proc-dev libseccomp-dev zlib1g-dev poppler-utils"
test="clang libclang-rt-dev libcmocka-dev libicu-dev libcairo2-dev python3 catdoc antiword
  sqlite3 postgresql postgresql-client chromium fonts-liberation2 libpango1.0-dev curl valgrind nginx-light"

case "${1:-}" in
build) wanted=$build ;;
test) wanted="$build $test" ;;
*) echo "usage: install.sh build|test" >&2; exit 2 ;;
esac

have() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

missing=()
for p in $wanted; do
  # a newer Node.js than Debian's may be there already
  case $p in
  nodejs | npm) command -v "${p/nodejs/node}" >/dev/null && continue ;;
  libclang-rt-dev) p=libclang-rt-14-dev; [ "$(. /etc/os-release; echo "$VERSION_ID")" = 12 ] || p=libclang-rt-dev ;;
  esac
  have "$p" || missing+=("$p")
done
[ ${#missing[@]} -eq 0 ] && exit 0
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
