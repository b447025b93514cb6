#!/bin/bash
# Every fuzz target for so many seconds each, with libFuzzer: tools/fuzz.sh [SECONDS].
exec "$(dirname "$0")/../tests/fuzz/run.sh" "${1:-300}"
