/* target: values to be reached, and how far one is.
 *
 * Layer domain, pure. model.md, "Targets". Targets belong to sets (a document with giver, span and
 * unit); versions keep the old value when a decision adjusts it. The assessment is one declared
 * table of basis x comparator (target_assess.c) and needs no store: the caller hands in the values
 * of the periods.
 *
 * What the statuses mean
 *  - Comparisons are exact. `exceeded` is strictly beyond the value in the good direction: above
 * for
 *    >=, below for <=, and for = where the indicator says that more (or less) is better; between is
 *    never exceeded, outside it is not met.
 *  - The judgement is final after the deadline, and on the deadline's own day when the figure of
 * its period is in. `missed` is said only then, except where nothing can mend it any more: a sum
 * above its upper bound, an occurrence that was not to be, a closed period of `every` that failed.
 *  - Before that a value that may fall back is `met so far`: level, zero stock, count, every, and
 * all upper bounds. A sum that only grows keeps what it has: cumulative >= and compensating every
 * are met or exceeded on the day they are reached (21 of 15 in the third year of the term).
 *  - Not reached, deadline ahead: what is expected by now is the declared schedule up to the
 * figure's last day, else for a sum the plan by the days of the span gone by, for a level the
 * straight line from the baseline. On course, at risk, off course by the thresholds. A level
 * without schedule or baseline, and a count, can only be judged at the end: `not yet assessable`,
 * whatever is known; the value is shown. A sum with an upper bound is at risk when it is used up
 * faster than time.
 *  - level: the latest value in the span counts, also after the deadline when later ones have not
 *    come in; the sentence names its period.
 *  - every: periods handed in that have ended (target_every_frequency() says which to hand in). A
 *    closed one without data is unknown: at the end that leaves `no data`, never `met`.
 *    Compensating: the sum over the span against value x plan years.
 *  - count: units that have not reported may still reach the threshold; at the end the target is
 *    judged only where they cannot change it.
 *  - k of n targets counts met, exceeded and met so far.
 */
#ifndef GB_DOMAIN_TARGET_H
#define GB_DOMAIN_TARGET_H

#include "base/dec.h"
#include "base/day.h"
#include "domain/id.h"
#include "domain/indicator.h"
#include "domain/period.h"

enum comparator { CMP_GE, CMP_LE, CMP_EQ, CMP_BETWEEN };
enum target_basis {
    TARGET_LEVEL,      /* at the deadline */
    TARGET_EVERY,      /* in every period */
    TARGET_CUMULATIVE, /* since the start */
    TARGET_ZERO_STOCK, /* none left */
    TARGET_ZERO_FLOW,  /* none occurring, in every period */
    TARGET_COUNT,      /* k of n units reach a threshold */
    TARGET_DONE,       /* by a date, with evidence */
};
bool comparator_parse(struct str s, enum comparator *ret); /* >= <= = between */
const char *comparator_name(enum comparator c);
/* level every cumulative zero-stock zero-flow (zero: stock where the indicator's time rule is last,
 * else flow) count done */
bool target_basis_parse(struct str s, enum over_time time, enum target_basis *ret);
const char *target_basis_name(enum target_basis b);

enum expectation { EXPECT_NONE, EXPECT_MET, EXPECT_HARD, EXPECT_NOT };
const char *expectation_name(enum expectation e); /* "" will_meet hard_to_meet will_not_meet */
bool expectation_parse(struct str s, enum expectation *ret);

struct target_set {
    struct set_id id;
    struct uid uid;
    struct str code, name, giver;
    int unit;              /* whose targets they are */
    struct day start, end; /* [start, end): end is the day after the last */
    struct str source;
};

struct target_version {
    struct day in_force; /* from this day; versions are ordered by it */
    bool decided;        /* else proposed: kept, never assessed */
    struct dec value, value_to;
    struct dec threshold; /* of COUNT: value 3, threshold 60 for 3@>=60 */
    enum comparator threshold_cmp;
    struct str decision;
};

/* Reads the value of a version as files write it ("100", "3@>=60" for COUNT, empty for zero and
 * done) into `ret`, whose other members stay. value_to stands with `between` only and is not below
 * value. Errors: err.number.*, err.target.count, .no_value, .value_to, .turned. */
bool target_value_parse(struct str value, struct str value_to, enum comparator comparator,
    enum target_basis basis, struct target_version *ret, struct err *err);

struct own_expectation {
    struct day day;
    enum expectation expectation;
    struct str reason;
};

/* A plan spread over its span; what is due by the end of a period is the sum of the rows up to it.
 */
struct target_step {
    struct period period;
    struct dec value;
};

struct target {
    struct target_id id;
    int set; /* index */
    struct str code, name, source_line, responsible, person;
    int indicator; /* index; -1 for `done` targets without one */
    int unit;      /* index */
    enum comparator comparator;
    enum target_basis basis;
    bool compensating;
    struct day start, deadline; /* deadline: the last day inclusive */
    bool has_baseline;
    struct dec baseline;
    struct dec weight;
    bool made_up;
    int axis; /* 1 to 6, 0 none */
    const struct target_version *version;
    size_t versions;
    const struct target_step *schedule; /* by period; none: the whole year is due at its end */
    size_t steps;
    const struct own_expectation *expectation; /* by day */
    size_t expectations;
    struct day done_day; /* of `done` targets: reached on; v 0: not yet */
};

enum target_status {
    TARGET_MET,
    TARGET_EXCEEDED,
    TARGET_MET_SO_FAR,
    TARGET_ON_COURSE,
    TARGET_AT_RISK,
    TARGET_OFF_COURSE,
    TARGET_MISSED,
    TARGET_NOT_YET,
    TARGET_NO_DATA,
};
const char *target_status_name(enum target_status s); /* met exceeded met_so_far on_course ... */
enum msg_key target_status_label(enum target_status s);

/* One closed period's value, as the assessment needs it. */
struct period_value {
    struct period period;
    bool has;
    struct rat value;
    int64_t reported, expected;
};

/* What is known on the day of assessment; filled by the caller from the engine. */
struct target_facts {
    struct day today; /* the day of assessment */
    /* LEVEL, ZERO_STOCK: the latest approved value in the span, not after `today`. */
    bool has_latest;
    struct rat latest;
    struct period latest_period;
    /* CUMULATIVE, EVERY, ZERO_FLOW: base periods from start to today, in order, also those without
     * data. */
    const struct period_value *value;
    size_t values;
    /* COUNT: units that reach the threshold, and units expected; reported of them. */
    int64_t k, n, counted;
};

struct target_thresholds {  /* in per cent of the expected way; see rules/assessment.csv */
    int on_course, at_risk; /* below at_risk is off course */
};
/* The rule pack: rows `valid_from,valid_to,on_course,at_risk[,source,confidence,note]`, days
 * inclusive; the last row that holds on a day wins. Errors: err.rules.* with the place. */
struct assessment_rules {
    struct assessment_rule {
        struct day from, to; /* to exclusive */
        struct target_thresholds limits;
    } * p;
    size_t n;
};
bool assessment_rules_parse(
    struct arena *a, struct str csv, struct assessment_rules *ret, struct err *err);
/* False where no row holds on that day. */
bool assessment_rules_on(
    const struct assessment_rules *r, struct day day, struct target_thresholds *ret);

struct assessment {
    enum target_status status;
    bool has_actual;
    struct rat actual;
    bool has_plan;
    struct rat plan; /* the value in force; for `every` compensating: value x plan years */
    bool has_percent;
    struct rat percent_of_plan; /* for >= and = only, none for a plan of 0 */
    bool has_way;
    struct rat way; /* way covered from the baseline, in per cent (<=) */
    bool has_due;
    struct rat due;        /* expected by now */
    int64_t k, n;          /* COUNT; else 0 of 0 */
    bool counts_as_met;    /* met or exceeded: for "k of n targets" (met so far counts too) */
    enum msg_key sentence; /* that explains it, see assessment_put_sentence */
    struct dec arg[4];     /* its numbers, */
    char arg_kind[4];      /* and what they are: TARGET_ARG_... */
    int args;
    struct period period; /* the period it speaks of, */
    bool has_period;
    struct day day; /* and the day: the deadline, the beginning, the day it was done */
};
enum { TARGET_ARG_VALUE = 'v', TARGET_ARG_PERCENT = 'p', TARGET_ARG_COUNT = 'n' };

/* The version in force on `day` (decided ones only); `original`: the first decided of them. NULL:
 * none yet. */
const struct target_version *target_version_on(
    const struct target *t, struct day day, bool original);
const struct own_expectation *target_expectation_on(const struct target *t, struct day day);

/* Plan years of the target's span, at least 1: those that begin on or after its first day, so that
 * 2020-07-15 to 2025-07-14, 2021-01-01 to 2025-12-31 and the term as it is named, 2020-01-01 to
 * 2025-12-31, all have five. */
int target_plan_years(const struct target *t);
/* Which periods to hand in for EVERY: plan years where the indicator adds up over time and the span
 * is longer than a year (3 new members every year), else its base periods. Other bases: `base`. */
enum frequency target_every_frequency(
    const struct target *t, enum frequency base, enum over_time time);

/* Assesses on facts->today under version `v` (NULL: none in force). decimals: of the indicator, for
 * the sentence's numbers. Errors: err.number.overflow. */
bool target_assess(const struct target *t, const struct target_version *v,
    const struct target_facts *facts, struct target_thresholds limits, enum direction direction,
    int decimals, struct assessment *ret, struct err *err);

/* The whole sentence for people. In the message {0} to {3} are the numbers (with % where they are
 * per cents or the unit of measure begins with it), {4} the period, {5} the day, {6} a blank and
 * the unit of measure without its % (nothing where there is no more). */
void assessment_put_sentence(
    struct sbuf *out, enum lang lang, const struct assessment *x, struct str unit_of_measure);

/* Enough decimals (from `decimals` up to 6) that the printed value does not contradict comparison
 * with `bound`: 59.97 is never shown as 60.0 beside "not met". */
int decimals_that_agree(struct rat value, struct rat bound, int decimals);

#endif
