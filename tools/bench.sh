#!/bin/bash
# Measures giaoban beside its peers and writes docs/performance.md.
#
#     tools/bench.sh quick     town and province, two minutes
#     tools/bench.sh full      and the country, at 20 and at 120 million figures
#     tools/bench.sh SIZE...   these sizes only: town province country country-120
#
# ROUNDS says how many interleaved rounds (default 5, quick 3). TMPDIR says on which disk (default /var/tmp): by the
# province's size 20 million figures need about 8 GB there, 120 million (without PostgreSQL) about 12 GB. Whatever is
# started here is ended here.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-quick}" in
quick) sizes="town province" ;;
full) sizes="town province country country-120" ;;
*) sizes="$*" ;;
esac
[ "${1:-quick}" != quick ] || export ROUNDS=${ROUNDS:-3}

build=build-bench
[ -d $build ] || meson setup $build -Dbuildtype=debugoptimized -Dhardening=true -Dtests=true -Dwerror=false >/dev/null
ninja -C $build giaoban bench/bench_peers bench/bench_engine bench/bench_http >$build/build.txt || { tail -40 $build/build.txt; exit 1; }

# DuckDB's library from its npm package, as the lock file pins it.
duckdb=()
mkdir -p $build/duckdb
cp bench/duckdb/package.json bench/duckdb/package-lock.json bench/duckdb/.npmrc $build/duckdb/
if [ ! -d $build/duckdb/node_modules ]; then
  (cd $build/duckdb && npm ci --ignore-scripts --prefer-offline --loglevel=error >npm.log 2>&1) || true
fi
package=$build/duckdb/node_modules/@duckdb/node-bindings-linux-x64
if [ -e $package/libduckdb.so ]; then
  duckdb=(--duckdb $package/libduckdb.so)
  duckdb_version=$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' $package/package.json)
else
  duckdb_version="left out, since its npm package could not be had (see $build/duckdb/npm.log)"
fi

work=$(mktemp -d "${TMPDIR:-/var/tmp}/giaoban-bench-XXXXXX")
chmod 711 "$work"
trap 'rm -rf "$work"' EXIT
began=$(uptime | sed 's/.*load average: //')

# What there is so far, so that a run that is ended early leaves its tables.
write_table() {
  {
    cat bench/about.md
    echo
    echo "## This run"
    echo
    echo "\`tools/bench.sh $asked\` on $(date -u +%Y-%m-%d), at $(git rev-parse --short HEAD)."
    echo "Machine: $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GB of memory, Linux $(uname -r)."
    echo "Others at work on it: load average $began before, $(uptime | sed 's/.*load average: //') after."
    echo "Versions: giaoban $($build/giaoban version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -1); gcc $(gcc -dumpfullversion);" \
      "SQLite $(pkg-config --modversion sqlite3); PostgreSQL $(pkg-config --modversion libpq);" \
      "DuckDB $duckdb_version."
    cat "${parts[@]}"
  } >docs/performance.md
}

asked=${*:-quick}
parts=()
# over HTTP: the largest of the sizes up to a country, beside nginx
largest=province
case " $sizes " in *" country"*) largest=country ;; esac
bench/http.sh $build "$work" "$work/http.md" $largest || echo "HTTP was left out." >"$work/http.md"
rm -rf "$work/http"
parts+=("$work/http.md")
# the roll-up alone, up to ten countries
alone="town province"
case " $sizes " in *" country"*) alone="town province country leaves ten" ;; esac
bench/engine.sh $build "$work/engine.md" $alone
parts+=("$work/engine.md")
for size in $sizes; do
  options=()
  # neither fits the time and the disk at 120 million
  if [ "$size" = country-120 ]; then options=(--no-postgres); fi
  mkdir "$work/$size"
  chmod 711 "$work/$size"
  nice -n 5 $build/bench/bench_peers "$size" "$work/$size" "$work/$size.md" "${duckdb[@]}" "${options[@]}" \
    ${ROUNDS:+--rounds "$ROUNDS"}
  rm -rf "${work:?}/$size"
  parts+=("$work/$size.md")
  write_table
done
cat "${parts[@]}"
echo "written: docs/performance.md"
