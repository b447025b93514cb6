/* What every cmocka test file includes. */
#ifndef GB_TESTS_TEST_H
#define GB_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"

#define assert_str(s, z)                                                                           \
    do {                                                                                           \
        struct str s_ = (s);                                                                       \
        if (!str_is(s_, (z)))                                                                      \
            fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(s_), (z));                           \
    } while (0)

#endif
