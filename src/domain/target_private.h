/* target_private: what the parts of the assessment share; for target_*.c only.
 *
 * Layer domain. target_assess.c judges, target_way.c says how far one is where it is not reached,
 * target_say.c keeps the sentence and its numbers.
 */
#ifndef GB_DOMAIN_TARGET_PRIVATE_H
#define GB_DOMAIN_TARGET_PRIVATE_H

#include "domain/target.h"

/* What can no longer change before the deadline, given figures that are not negative. */
enum {
    REACHED_STAYS = 1 << 0, /* once reached it stays reached */
    OVER_STAYS = 1 << 1,    /* once above the upper bound it stays there: missed at once */
    ROOM = 1 << 2,          /* the plan is room to be used, not a way to go */
};

struct assess {
    const struct target *t;
    const struct target_facts *f;
    struct target_thresholds limits;
    enum direction direction;
    int decimals;
    enum comparator cmp;
    unsigned flags;
    struct rat low, high; /* the bounds; high of `between` only */
    bool final;           /* nothing more can come in before the judgement */
    struct day as_of;     /* the last day that the actual value speaks of */
    struct assessment *out;
    struct err *err;
};

/* How a value stands to the bounds. `over`: above the upper one. */
struct verdict {
    bool reached, beyond, over;
};

struct verdict verdict_of(const struct assess *a, struct rat value);
bool target_overflow(struct assess *a);
/* 100 x part / whole; whole is not 0. */
bool percent_of(struct assess *a, struct rat part, struct rat whole, struct rat *ret);
static inline bool target_is_zero(const struct assess *a)
{
    return a->t->basis == TARGET_ZERO_STOCK || a->t->basis == TARGET_ZERO_FLOW;
}

/* Starts the sentence: its arguments follow in order. */
void say(struct assess *a, enum target_status status, enum msg_key key);
/* Decimals from `decimals` up, so that the number does not contradict its comparison with `bound`.
 */
void say_number(struct assess *a, struct rat value, struct rat bound, int decimals, char kind);
/* A value of the indicator beside the plan; a plain count; a per cent without idle zeros. */
void say_value(struct assess *a, struct rat value);
void say_count(struct assess *a, int64_t n);
void say_percent(struct assess *a, struct rat value, int decimals);
/* Nothing can be said before the deadline. */
void say_not_yet(struct assess *a);

/* Not reached yet, and the deadline is still ahead: the status by the way covered until now. */
bool way_of_level(struct assess *a);
bool way_of_sum(struct assess *a);
/* "At most so much over the span", not exceeded yet: used up faster than time goes by is a risk,
 * though nothing is lost; else what was said before stays. */
bool way_of_room(struct assess *a);

#endif
