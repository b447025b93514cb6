/* target_words: the words and values of targets as files and the store write them; see target.h. */
#include "domain/target.h"

#include "domain/words.h"

WORDS_BOTH_WAYS(comparator, ">=", "<=", "=", "between")
WORDS_BOTH_WAYS(expectation, "", "will_meet", "hard_to_meet", "will_not_meet")

static const char *const basis_words[] = {
    "level", "every", "cumulative", "zero-stock", "zero-flow", "count", "done"};

bool target_basis_parse(struct str s, enum over_time time, enum target_basis *ret)
{
    int i;

    if (str_is(s, "zero")) {
        *ret = time == TIME_LAST ? TARGET_ZERO_STOCK : TARGET_ZERO_FLOW;
        return true;
    }
    if (!words_find(basis_words, sizeof basis_words / sizeof *basis_words, s, &i))
        return false;
    *ret = (enum target_basis)i;
    return true;
}

const char *target_basis_name(enum target_basis b)
{
    return basis_words[b];
}

/* "3@>=60": at least 3 units at 60 or more. */
static bool parse_count(struct str value, struct target_version *v, struct err *err)
{
    ptrdiff_t at = str_find_char(value, '@', 0);
    struct str rest = str_trim(str_slice(value, at < 0 ? value.n : (size_t)at + 1, value.n));
    size_t sign = str_starts(rest, STR(">=")) || str_starts(rest, STR("<=")) ? 2 : 1;

    if (at < 0 || !comparator_parse(str_slice(rest, 0, sign), &v->threshold_cmp))
        return err_set(err, ERR_INVALID, MSG_err_target_count, value);
    return dec_parse(str_trim(str_slice(value, 0, (size_t)at)), &v->value, err) &&
           dec_parse(str_trim(str_slice(rest, sign, rest.n)), &v->threshold, err);
}

bool target_value_parse(struct str value, struct str value_to, enum comparator comparator,
    enum target_basis basis, struct target_version *ret, struct err *err)
{
    struct target_version v = *ret;

    v.value = v.value_to = v.threshold = (struct dec){0, 0};
    if (basis == TARGET_COUNT) {
        if (!parse_count(value, &v, err))
            return false;
    } else if (str_empty(value)) {
        /* zero and done say it themselves */
        if (basis != TARGET_ZERO_STOCK && basis != TARGET_ZERO_FLOW && basis != TARGET_DONE)
            return err_set(err, ERR_INVALID, MSG_err_target_no_value);
    } else if (!dec_parse(value, &v.value, err)) {
        return false;
    }
    if ((comparator == CMP_BETWEEN) != !str_empty(value_to))
        return err_set(err, ERR_INVALID, MSG_err_target_value_to);
    if (!str_empty(value_to) && !dec_parse(value_to, &v.value_to, err))
        return false;
    if (comparator == CMP_BETWEEN && dec_cmp(v.value, v.value_to) > 0)
        return err_set(err, ERR_INVALID, MSG_err_target_turned, value, value_to);
    *ret = v;
    return true;
}

const struct target_version *target_version_on(
    const struct target *t, struct day day, bool original)
{
    const struct target_version *found = NULL;

    for (size_t i = 0; i < t->versions; i++) {
        const struct target_version *v = &t->version[i];
        if (!v->decided || v->in_force.v > day.v)
            continue;
        if (original)
            return v;
        found = v;
    }
    return found;
}

const struct own_expectation *target_expectation_on(const struct target *t, struct day day)
{
    const struct own_expectation *found = NULL;

    for (size_t i = 0; i < t->expectations; i++)
        if (t->expectation[i].day.v <= day.v)
            found = &t->expectation[i];
    return found;
}
