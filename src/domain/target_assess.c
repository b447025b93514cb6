/* target_assess: the judgement; see target.h, which says what each basis means.
 *
 * One table says, for every basis and comparator, what is measured and what is settled before the
 * deadline. Everything is compared unrounded; only the numbers of the sentence are rounded.
 */
#include "domain/target_private.h"

/* What is measured. */
enum measure { BY_LATEST, BY_EACH, BY_SUM, BY_COUNT, BY_DAY };

struct row {
    enum measure measure;
    unsigned flags;
};

static const struct row table[7][4] = {
    /*                      >=                         <=
                            =                          between */
    [TARGET_LEVEL] = {{BY_LATEST, 0}, {BY_LATEST, 0}, {BY_LATEST, 0}, {BY_LATEST, 0}},
    [TARGET_EVERY] = {{BY_EACH, 0}, {BY_EACH, 0}, {BY_EACH, 0}, {BY_EACH, 0}},
    [TARGET_CUMULATIVE] = {{BY_SUM, REACHED_STAYS}, {BY_SUM, OVER_STAYS | ROOM},
        {BY_SUM, OVER_STAYS}, {BY_SUM, OVER_STAYS}},
    [TARGET_ZERO_STOCK] = {{BY_LATEST, 0}, {BY_LATEST, 0}, {BY_LATEST, 0}, {BY_LATEST, 0}},
    [TARGET_ZERO_FLOW] = {{BY_EACH, OVER_STAYS}, {BY_EACH, OVER_STAYS}, {BY_EACH, OVER_STAYS},
        {BY_EACH, OVER_STAYS}},
    [TARGET_COUNT] = {{BY_COUNT, 0}, {BY_COUNT, 0}, {BY_COUNT, 0}, {BY_COUNT, 0}},
    [TARGET_DONE] = {{BY_DAY, 0}, {BY_DAY, 0}, {BY_DAY, 0}, {BY_DAY, 0}},
};

bool target_overflow(struct assess *a)
{
    return err_set(a->err, ERR_OVERFLOW, MSG_err_number_overflow);
}

struct verdict verdict_of(const struct assess *a, struct rat value)
{
    int low = rat_cmp(value, a->low);

    switch (a->cmp) {
    case CMP_GE:
        return (struct verdict){.reached = low >= 0, .beyond = low > 0};
    case CMP_LE:
        return (struct verdict){.reached = low <= 0, .beyond = low<0, .over = low> 0};
    case CMP_EQ: {
        bool beyond = (low > 0 && a->direction == DIRECTION_MORE) ||
                      (low < 0 && a->direction == DIRECTION_LESS);
        return (struct verdict){
            .reached = low == 0 || beyond, .beyond = beyond, .over = low > 0 && !beyond};
    }
    default: {
        bool over = rat_cmp(value, a->high) > 0;
        return (struct verdict){.reached = low >= 0 && !over, .over = over};
    }
    }
}

bool percent_of(struct assess *a, struct rat part, struct rat whole, struct rat *ret)
{
    struct rat q;

    if (!rat_div(part, whole, &q) || !rat_mul(q, rat_of_i64(100), &q))
        return target_overflow(a);
    *ret = q;
    return true;
}

static bool percent_of_plan(struct assess *a)
{
    struct assessment *x = a->out;

    if (!x->has_actual || (a->cmp != CMP_GE && a->cmp != CMP_EQ) || rat_is_zero(x->plan))
        return true;
    x->has_percent = true;
    return percent_of(a, x->actual, x->plan, &x->percent_of_plan);
}

static void speak_of(struct assess *a, struct period p)
{
    a->out->has_period = true;
    a->out->period = p;
}

/* ---- one value against the bounds: level, zero stock, cumulative ---- */

/* Sentences by comparator: reached, beyond it, reached so far, missed. */
static const struct {
    enum msg_key met, exceeded, so_far, missed;
} sentences[] = {
    [CMP_GE] = {MSG_target_sentence_met, MSG_target_sentence_exceeded, MSG_target_sentence_so_far,
        MSG_target_sentence_missed},
    [CMP_LE] = {MSG_target_sentence_met_le, MSG_target_sentence_met_le,
        MSG_target_sentence_so_far_le, MSG_target_sentence_missed_le},
    [CMP_EQ] = {MSG_target_sentence_met, MSG_target_sentence_exceeded, MSG_target_sentence_so_far,
        MSG_target_sentence_missed_eq},
    [CMP_BETWEEN] = {MSG_target_sentence_met_in, MSG_target_sentence_met_in,
        MSG_target_sentence_so_far_in, MSG_target_sentence_missed_in},
};

static void arg_bounds(struct assess *a)
{
    say_value(a, a->out->actual);
    say_value(a, a->low);
    if (a->cmp == CMP_BETWEEN)
        say_number(a, a->high, a->high, a->decimals, TARGET_ARG_VALUE);
}

static bool say_reached(struct assess *a, struct verdict v)
{
    bool settled = a->final || (a->flags & REACHED_STAYS) ||
                   (v.beyond && a->cmp == CMP_EQ && (a->flags & OVER_STAYS));

    a->out->day = a->t->deadline;
    if (target_is_zero(a)) {
        say(a, a->final ? TARGET_MET : TARGET_MET_SO_FAR,
            a->final ? MSG_target_sentence_none_left : MSG_target_sentence_none_left_so_far);
        return true;
    }
    if (!settled) {
        say(a, TARGET_MET_SO_FAR, sentences[a->cmp].so_far);
        arg_bounds(a);
        return !(a->flags & ROOM) || way_of_room(a);
    }
    say(a, v.beyond ? TARGET_EXCEEDED : TARGET_MET,
        v.beyond ? sentences[a->cmp].exceeded : sentences[a->cmp].met);
    arg_bounds(a);
    if (v.beyond && a->out->has_percent && rat_cmp(a->out->percent_of_plan, rat_of_i64(100)) > 0) {
        struct rat more;
        if (!rat_sub(a->out->percent_of_plan, rat_of_i64(100), &more))
            return target_overflow(a);
        a->out->sentence = (a->flags & REACHED_STAYS) ? MSG_target_sentence_exceeded_since
                                                      : MSG_target_sentence_exceeded_by;
        say_percent(a, more, 1);
    }
    return true;
}

static bool say_missed(struct assess *a)
{
    if (target_is_zero(a)) {
        say(a, TARGET_MISSED, MSG_target_sentence_some_left);
        say_number(a, a->out->actual, rat_of_i64(0), a->decimals, TARGET_ARG_VALUE);
        return true;
    }
    say(a, TARGET_MISSED, sentences[a->cmp].missed);
    arg_bounds(a);
    return true;
}

static bool judge_value(struct assess *a)
{
    struct verdict v = verdict_of(a, a->out->actual);

    a->out->has_plan = true;
    a->out->plan = a->low;
    if (!percent_of_plan(a))
        return false;
    if (v.reached)
        return say_reached(a, v);
    if (a->final || (v.over && (a->flags & OVER_STAYS)))
        return say_missed(a);
    return (a->flags & (OVER_STAYS | REACHED_STAYS)) ? way_of_sum(a) : way_of_level(a);
}

static void no_data(struct assess *a)
{
    if (a->f->today.v <= a->t->deadline.v && a->f->values == 0 &&
        table[a->t->basis][0].measure != BY_LATEST)
        say_not_yet(a); /* no period has come to its end */
    else
        say(a, TARGET_NO_DATA, MSG_target_sentence_no_data);
}

/* A figure that reaches to the deadline settles it on the day itself. */
static bool closes(const struct assess *a, struct period p)
{
    return a->f->today.v > a->t->deadline.v ||
           (a->f->today.v == a->t->deadline.v && period_last_day(p).v >= a->t->deadline.v);
}

static struct day earlier(struct day a, struct day b)
{
    return a.v < b.v ? a : b;
}

/* For reductions: how much of the way from the baseline is behind us. */
static bool way_covered(struct assess *a)
{
    struct rat from = rat_of_dec(a->t->baseline), done, whole;

    if (!a->t->has_baseline || (a->cmp != CMP_LE && !target_is_zero(a)) ||
        rat_cmp(from, a->low) <= 0)
        return true;
    if (!rat_sub(from, a->out->actual, &done) || !rat_sub(from, a->low, &whole))
        return target_overflow(a);
    a->out->has_way = true;
    return percent_of(a, done, whole, &a->out->way);
}

static bool assess_latest(struct assess *a)
{
    a->final = a->f->today.v > a->t->deadline.v;
    if (!a->f->has_latest) {
        no_data(a);
        return true;
    }
    a->final = closes(a, a->f->latest_period);
    a->as_of = earlier(a->f->today, period_last_day(a->f->latest_period));
    a->out->has_actual = true;
    a->out->actual = a->f->latest;
    speak_of(a, a->f->latest_period);
    return way_covered(a) && judge_value(a);
}

/* The sum since the start; speaks of the period in which a lower bound was reached, else of the
 * last one with data. */
static bool assess_sum(struct assess *a)
{
    struct rat sum = rat_of_i64(0);
    bool reached = false;

    for (size_t i = 0; i < a->f->values; i++) {
        const struct period_value *v = &a->f->value[i];
        if (!v->has)
            continue;
        if (!rat_add(sum, v->value, &sum))
            return target_overflow(a);
        a->out->has_actual = true;
        a->as_of = earlier(a->f->today, period_last_day(v->period));
        a->final = closes(a, v->period);
        if (!reached)
            speak_of(a, v->period);
        reached = reached || (a->cmp == CMP_GE && verdict_of(a, sum).reached);
    }
    if (!a->out->has_actual) {
        no_data(a);
        return true;
    }
    a->out->actual = sum;
    return judge_value(a);
}

/* ---- every period ---- */

struct tally {
    int64_t closed, unknown, met, beyond; /* closed periods; of them without data, met, beyond */
    const struct period_value *failed;    /* the first one that failed */
    const struct period_value *last;      /* the last one with data */
};

static bool is_closed(const struct assess *a, const struct period_value *v)
{
    int32_t end = period_last_day(v->period).v;

    return end < a->f->today.v || (end == a->f->today.v && v->has);
}

static struct tally count_periods(const struct assess *a)
{
    struct tally n = {0};

    for (size_t i = 0; i < a->f->values; i++) {
        const struct period_value *v = &a->f->value[i];
        bool closed = is_closed(a, v);
        n.closed += closed;
        n.unknown += closed && !v->has;
        if (!v->has)
            continue;
        struct verdict x = verdict_of(a, v->value);
        n.last = v;
        n.met += closed && x.reached;
        n.beyond += closed && x.beyond;
        if (!n.failed && !x.reached && (closed || (a->flags & OVER_STAYS)))
            n.failed = v;
    }
    return n;
}

static void say_every(struct assess *a, const struct tally *n)
{
    bool zero = target_is_zero(a), all_beyond = n->beyond == n->closed && a->cmp != CMP_BETWEEN;

    a->out->day = a->t->deadline;
    if (n->unknown && a->final) {
        say(a, TARGET_NO_DATA, MSG_target_sentence_every_unknown);
        say_count(a, n->unknown);
    } else if (zero) {
        say(a, a->final ? TARGET_MET : TARGET_MET_SO_FAR,
            a->final ? MSG_target_sentence_none_occurred
                     : MSG_target_sentence_none_occurred_so_far);
    } else {
        say(a,
            !a->final    ? TARGET_MET_SO_FAR
            : all_beyond ? TARGET_EXCEEDED
                         : TARGET_MET,
            a->final ? MSG_target_sentence_every : MSG_target_sentence_every_so_far);
        say_count(a, n->met);
        say_number(a, a->low, a->low, a->decimals, TARGET_ARG_VALUE);
    }
}

static bool assess_each(struct assess *a)
{
    struct tally n = count_periods(a);

    a->out->has_plan = true;
    a->out->plan = a->low;
    if (!n.last) {
        no_data(a);
        return true;
    }
    const struct period_value *shown = n.failed ? n.failed : n.last;
    speak_of(a, shown->period);
    a->final = closes(a, n.last->period);
    a->out->has_actual = true;
    a->out->actual = shown->value;
    if (!percent_of_plan(a))
        return false;
    if (n.failed) {
        say(a, TARGET_MISSED,
            target_is_zero(a) ? MSG_target_sentence_occurred : MSG_target_sentence_every_missed);
        say_value(a, shown->value);
        say_number(a, a->low, a->low, a->decimals, TARGET_ARG_VALUE);
    } else if (n.met || target_is_zero(a)) {
        say_every(a, &n);
    } else {
        say_not_yet(a); /* only the period that still runs has data */
    }
    return true;
}

/* ---- k of n units ---- */

static void say_units(struct assess *a, enum target_status status, enum msg_key key)
{
    say(a, status, key);
    say_count(a, a->f->k);
    say_count(a, a->f->n);
    say_number(a, a->low, a->low, 0, TARGET_ARG_COUNT);
    if (key == MSG_target_sentence_count_unknown)
        say_count(a, a->f->n - a->f->counted);
}

static bool assess_count(struct assess *a)
{
    const struct target_facts *f = a->f;
    struct verdict now = verdict_of(a, rat_of_i64(f->k));
    struct verdict later = verdict_of(a, rat_of_i64(f->k + f->n - f->counted));

    a->out->k = f->k;
    a->out->n = f->n;
    a->out->has_plan = true;
    a->out->plan = a->low;
    a->out->day = a->t->deadline;
    if (f->counted <= 0) {
        say(a, TARGET_NO_DATA, MSG_target_sentence_no_data);
        return true;
    }
    a->out->has_actual = true;
    a->out->actual = rat_of_i64(f->k);
    a->final =
        f->today.v > a->t->deadline.v || (f->today.v == a->t->deadline.v && f->counted >= f->n);
    if (!percent_of_plan(a))
        return false;
    if (now.reached && later.reached)
        say_units(a,
            !a->final    ? TARGET_MET_SO_FAR
            : now.beyond ? TARGET_EXCEEDED
                         : TARGET_MET,
            a->final ? MSG_target_sentence_count_met : MSG_target_sentence_count_so_far);
    else if (!a->final)
        say_units(
            a, now.reached ? TARGET_MET_SO_FAR : TARGET_NOT_YET, MSG_target_sentence_count_so_far);
    else if (now.reached != later.reached)
        say_units(a, TARGET_NO_DATA, MSG_target_sentence_count_unknown);
    else
        say_units(a, TARGET_MISSED, MSG_target_sentence_count_missed);
    return true;
}

/* ---- done by a day ---- */

static bool assess_done(struct assess *a)
{
    const struct target *t = a->t;
    bool done = t->done_day.v != 0 && t->done_day.v <= a->f->today.v;

    a->out->day = done ? t->done_day : t->deadline;
    if (done)
        say(a, t->done_day.v <= t->deadline.v ? TARGET_MET : TARGET_MISSED,
            t->done_day.v <= t->deadline.v ? MSG_target_sentence_done
                                           : MSG_target_sentence_done_late);
    else if (a->f->today.v > t->deadline.v)
        say(a, TARGET_MISSED, MSG_target_sentence_not_done);
    else
        say(a, TARGET_NOT_YET, MSG_target_sentence_to_be_done);
    return true;
}

/* ---- all of it ---- */

/* The first and the last day of a term named by two congress years. */
static bool is_term(struct ymd a, struct ymd b)
{
    return a.month == 1 && a.day == 1 && b.month == 12 && b.day == 31 && b.year - a.year == 5 &&
           a.year % 5 == 0;
}

int target_plan_years(const struct target *t)
{
    if (t->start.v == DAY_MIN.v || t->deadline.v == DAY_MAX.v)
        return 1;
    struct ymd a = day_ymd(t->start), b = day_ymd(t->deadline);
    int years = b.year - a.year + (a.month == 1 && a.day == 1 && !is_term(a, b));

    return years < 1 ? 1 : years;
}

enum frequency target_every_frequency(
    const struct target *t, enum frequency base, enum over_time time)
{
    int64_t days = (int64_t)t->deadline.v - t->start.v + 1;

    return t->basis == TARGET_EVERY && !t->compensating && time == TIME_SUM && days > 366
               ? FREQUENCY_YEAR
               : base;
}

/* The bounds in force; of a compensating target those of the whole span. */
static bool take_bounds(struct assess *a, const struct target_version *v)
{
    struct rat years = rat_of_i64(target_plan_years(a->t));

    a->cmp = a->t->comparator;
    a->low = v ? rat_of_dec(v->value) : rat_of_i64(0);
    a->high = v ? rat_of_dec(v->value_to) : rat_of_i64(0);
    if (target_is_zero(a)) {
        a->cmp = CMP_LE;
        a->low = rat_of_i64(0);
    }
    if (a->t->basis == TARGET_EVERY && a->t->compensating)
        return (rat_mul(a->low, years, &a->low) && rat_mul(a->high, years, &a->high)) ||
               target_overflow(a);
    return true;
}

static bool assess_by(struct assess *a, enum measure measure)
{
    switch (measure) {
    case BY_LATEST:
        return assess_latest(a);
    case BY_EACH:
        return assess_each(a);
    case BY_SUM:
        return assess_sum(a);
    case BY_COUNT:
        return assess_count(a);
    default:
        return assess_done(a);
    }
}

bool target_assess(const struct target *t, const struct target_version *v,
    const struct target_facts *facts, struct target_thresholds limits, enum direction direction,
    int decimals, struct assessment *ret, struct err *err)
{
    struct assessment x = {0};
    struct assess a = {.t = t,
        .f = facts,
        .limits = limits,
        .direction = direction,
        .decimals = decimals,
        .as_of = facts->today,
        .out = &x,
        .err = err};
    bool summed = t->basis == TARGET_EVERY && t->compensating;
    const struct row *row = &table[summed ? TARGET_CUMULATIVE : t->basis][t->comparator];

    a.flags = row->flags;
    if (!v && t->basis != TARGET_DONE) {
        say(&a, TARGET_NOT_YET, MSG_target_sentence_no_version);
    } else if (facts->today.v < t->start.v) {
        say(&a, TARGET_NOT_YET, MSG_target_sentence_begins);
        x.day = t->start;
    } else if (!take_bounds(&a, v) || !assess_by(&a, row->measure)) {
        return false;
    }
    x.counts_as_met = x.status <= TARGET_MET_SO_FAR;
    *ret = x;
    return true;
}
