#!/bin/sh
# Fuzzes every target for a bounded time with libFuzzer.
#
#     tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Builds with clang in build-fuzz/, keeps what it learns in build-fuzz/corpus/, and stops at the first input
# that breaks a promise; such an input goes to tests/fuzz/seeds/TARGET/ together with the fix.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ -d build-fuzz ] || CC=clang meson setup build-fuzz -Dfuzzer=true \
    -Db_sanitize=address,undefined -Db_lundef=false >/dev/null
ninja -C build-fuzz >/dev/null
[ $# -gt 0 ] || set -- $(cd build-fuzz/tests/fuzz && ls -d fuzz_* | grep -v '\.p$' | sed 's/^fuzz_//')
for target in "$@"; do
    mkdir -p "build-fuzz/corpus/$target"
    echo "== $target, $seconds s"
    nice "build-fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=4096 -timeout=20 \
        -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 -artifact_prefix="build-fuzz/corpus/" \
        "build-fuzz/corpus/$target" "tests/fuzz/seeds/$target"
done
