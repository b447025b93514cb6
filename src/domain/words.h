/* words: closed lists of words and their values, both ways.
 *
 * Layer domain; for the .c files of the rooms that store or read such words. WORDS_BOTH_WAYS
 * defines NAME_parse() and NAME_name() for `enum NAME` from a table in the order of the enum; an
 * index into the table is the value. Parsing is exact: these are words of files and of the store,
 * not of people.
 */
#ifndef GB_DOMAIN_WORDS_H
#define GB_DOMAIN_WORDS_H

#include "base/str.h"

static inline bool words_find(const char *const *table, size_t n, struct str s, int *ret)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(s, table[i])) {
            *ret = (int)i;
            return true;
        }
    return false;
}

#define WORDS_BOTH_WAYS(NAME, ...)                                                                 \
    static const char *const NAME##_words[] = {__VA_ARGS__};                                       \
    bool NAME##_parse(struct str s, enum NAME *ret)                                                \
    {                                                                                              \
        int i;                                                                                     \
        if (!words_find(NAME##_words, sizeof NAME##_words / sizeof *NAME##_words, s, &i))          \
            return false;                                                                          \
        *ret = (enum NAME)i;                                                                       \
        return true;                                                                               \
    }                                                                                              \
    const char *NAME##_name(enum NAME v)                                                           \
    {                                                                                              \
        return NAME##_words[v];                                                                    \
    }

#endif
