/* fuzz: one function per parser of foreign input, fed with anything.
 *
 * With clang and -Dfuzzer=true each target is a libFuzzer program; otherwise fuzz_main.c drives it:
 * `fuzz_x RUNS SEED...` gives every seed file as it stands and then RUNS mutations of them, always
 * the same ones, so that the ordinary tests run a short round. A target returns 0; it aborts on
 * what must never happen.
 */
#ifndef GB_TESTS_FUZZ_H
#define GB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
