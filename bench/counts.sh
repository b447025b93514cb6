#!/bin/bash
# Instructions of the hot paths (the engine's; a report approved through the use case until the top's total is
# read), counted by callgrind on small made-up data, beside those that
# bench/counts.txt keeps: time on a busy machine says little, these numbers do not move by themselves.
#
#     bench/counts.sh          compares; names each path that grew by more than 3 per cent and fails
#     bench/counts.sh --keep   writes the numbers of this compiler and library into bench/counts.txt
#
# Counts hold for one compiler, C library and set of processor instructions; with others it says
# "skipped" and succeeds. About a minute, most of it for building.
set -euo pipefail
cd "$(dirname "$0")/.."
kept=bench/counts.txt
tolerance=3

skip() { echo "counts: skipped, $1"; exit 0; }
command -v valgrind >/dev/null || skip "valgrind is not installed"
command -v gcc >/dev/null || skip "gcc is not installed"
[ -e /usr/include/valgrind/callgrind.h ] || skip "valgrind's headers are not installed"
avx=$(grep -qm1 ' avx2 ' /proc/cpuinfo && echo avx2 || echo plain)
key="gcc $(gcc -dumpfullversion), $(ldd --version | sed -n '1s/.* //p'), $(uname -m) $avx, $(valgrind --version)"

if [ "${1:-}" != --keep ]; then
  [ -e $kept ] || skip "there is no $kept"
  grep -qxF "# $key" $kept || skip "kept for $(sed -n '1s/^# //p' $kept); this is $key"
fi

build=build-counts
[ -d $build ] || CC=gcc meson setup $build -Dbuildtype=debugoptimized -Dhardening=true -Dtests=true >/dev/null
ninja -C $build bench/bench_engine bench/bench_peers >$build/build.txt || { tail -40 $build/build.txt; exit 1; }
rm -rf $build/count.* $build/country
mkdir -p $build/country
counted() {
  valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file=$build/count.out."$1" "${@:2}" \
    >$build/count.log 2>&1 || { tail $build/count.log; exit 1; }
}
counted engine $build/bench/bench_engine counts
counted approve $build/bench/bench_peers small $build/country /dev/null --counts
now=$(for f in $build/count.out.*; do
  name=$(sed -n 's/^desc: Trigger: Client Request: //p' "$f")
  [ -z "$name" ] || echo "$name $(sed -n 's/^totals: //p' "$f")"
done | sort)

if [ "${1:-}" = --keep ]; then
  { echo "# $key"; echo "$now"; } >$kept
  echo "counts: kept for $key"
  exit 0
fi
awk -v tolerance=$tolerance '
  FNR == NR { if ($1 != "#") was[$1] = $2; next }
  !($1 in was) { printf "counts: %s is new; run bench/counts.sh --keep\n", $1; bad = 1; next }
  { seen[$1] = 1; change = 100 * ($2 - was[$1]) / was[$1]
    if (change > tolerance) { printf "counts: %s takes %d instructions, %.1f %% more than %d\n", $1, $2, change, was[$1]; bad = 1 }
    else if (change < -tolerance) printf "counts: %s takes %.1f %% less; run bench/counts.sh --keep\n", $1, -change
    n++ }
  END { for (name in was) if (!(name in seen)) { printf "counts: %s was not counted\n", name; bad = 1 }
    if (!bad) printf "counts: %d paths, none grew\n", n
    exit bad }' $kept <(echo "$now")
