/* words: how closed lists are written in the database.
 *
 * Room store. The words of the storage format, fixed for ever: they do not follow the order of an
 * enum, nor a label. A word that is not in its list is damage (err.store.word).
 */
#ifndef GB_STORE_WORDS_H
#define GB_STORE_WORDS_H

#include "base/str.h"

struct words {
    const char *name; /* of the list, for messages */
    int n;
    const char *const *word;
};

extern const struct words words_line, words_event, words_direction, words_value_type,
    words_frequency, words_over_units, words_over_time, words_entered, words_basis, words_privacy,
    words_source, words_level, words_comparator, words_target_basis, words_expectation, words_role,
    words_lang, words_narrative, words_state, words_step;

static inline struct str word_of(const struct words *w, int v)
{
    return str_of(w->word[v]);
}
static inline bool word_parse(const struct words *w, struct str s, int *ret)
{
    for (int i = 0; i < w->n; i++)
        if (str_is(s, w->word[i])) {
            *ret = i;
            return true;
        }
    return false;
}

#endif
