#!/bin/sh
# Fetches the packages that pages are built with, exactly as ui/package-lock.json pins them (version and
# hash of the content), into OUTDIR/node_modules. Run by the build when package.json or the lock changed.
#
#     fetch_ui.sh UIDIR OUTDIR STAMP
set -eu
ui=$1 out=$2 stamp=$3
mkdir -p "$out"
cp "$ui/package.json" "$ui/package-lock.json" "$ui/.npmrc" "$out/"
cd "$out"
npm ci --ignore-scripts --prefer-offline --loglevel=error >npm.log 2>&1 || {
    cat npm.log >&2
    echo "fetch_ui.sh: npm could not fetch the packages of ui/package-lock.json" >&2
    exit 1
}
cd - >/dev/null
: >"$stamp"
