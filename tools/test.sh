#!/bin/bash
# Every test: gcc with sanitizers, clang, the release program, command line, browser. The closing line counts.
set -uo pipefail
cd "$(dirname "$0")/.."
passed=0 failed=0 skipped=0

# Adds a Meson run to the counts.
suite() { # name, build folder, arguments
  local name=$1 dir=$2; shift 2
  echo "== $name"
  meson test -C "$dir" --print-errorlogs "$@" 2>&1 | tee "$dir/last-run.txt" | grep -vE '^(ninja|\[)' | tail -60
  count() { sed -nE "s/^$1: +([0-9]+).*/\1/p" "$dir/last-run.txt" | tail -1; }
  local ok xf fl to un sk
  ok=$(count Ok); xf=$(count 'Expected Fail'); fl=$(count Fail); to=$(count Timeout); un=$(count 'Unexpected Pass'); sk=$(count Skipped)
  passed=$((passed + ${ok:-0} + ${xf:-0}))
  skipped=$((skipped + ${sk:-0}))
  if [ -z "${ok:-}" ]; then failed=$((failed + 1)); fi
  failed=$((failed + ${fl:-0} + ${to:-0} + ${un:-0}))
}

setup() { # folder, compiler, options
  local dir=$1 compiler=$2; shift 2
  [ -d "$dir" ] || CC=$compiler meson setup "$dir" "$@" >/dev/null || return 1
  if ! ninja -C "$dir" >"$dir/build.txt" 2>&1; then
    tail -40 "$dir/build.txt"
    echo "== build of $dir failed"
    failed=$((failed + 1))
    return 1
  fi
}

# ASan and UBSan over the unit tests
setup build-asan gcc -Db_sanitize=address,undefined -Db_lundef=false -Dbuildtype=debugoptimized &&
  suite "unit tests, gcc, ASan and UBSan" build-asan --suite unit --timeout-multiplier 4
# clang, warnings as errors
setup build-clang clang -Dbuildtype=debugoptimized -Dtests=true || true
# the release program, as a user has it
setup build-test gcc -Dbuildtype=debugoptimized -Dhardening=true -Dtests=true &&
  suite "command line, browser, store, release build" build-test --no-suite unit --timeout-multiplier 2

# instructions of the engine's hot paths, beside those that are kept
echo "== counts of instructions"
if counts=$(bench/counts.sh 2>&1); then
  case "$counts" in *skipped*) skipped=$((skipped + 1)) ;; *) passed=$((passed + 1)) ;; esac
else
  failed=$((failed + 1))
fi
echo "$counts"

echo
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
