#!/bin/bash
# The long runs: a thousand rounds of kill -9 and of power cuts, long random operations. About half an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -d build-test ] || meson setup build-test -Dbuildtype=debugoptimized -Dhardening=true -Dtests=true >/dev/null
ninja -C build-test
export GIAOBAN_KILL_ROUNDS=1000 GIAOBAN_FAULT_ROUNDS=1000 GIAOBAN_STEPS=20000
meson test -C build-test --print-errorlogs --timeout-multiplier 20 \
  "store faults" "cli server" "app random" "engine random"
