/* target_way: how far one is where the plan is not reached and the deadline is ahead.
 *
 * What is expected by now comes from the declared schedule, else from the straight line between the
 * baseline (of a level) or nothing (of a sum) and the plan. Time is counted to the last day that
 * the figure speaks of, so that a report that has not come in does not make one late.
 */
#include "domain/target_private.h"

/* The part of the span behind us at the end of `as_of`, in per cent; false where the target has no
 * beginning. */
static bool time_passed(const struct assess *a, struct rat *ret)
{
    int64_t all = (int64_t)a->t->deadline.v - a->t->start.v + 1;
    int64_t gone = (int64_t)a->as_of.v - a->t->start.v + 1;

    if (a->t->start.v == DAY_MIN.v || all <= 0)
        return false;
    gone = gone < 0 ? 0 : gone > all ? all : gone;
    return rat_make((i128)gone * 100, all, ret);
}

/* from + (to - from) x passed / 100 */
static bool on_the_line(struct rat from, struct rat to, struct rat passed, struct rat *ret)
{
    struct rat r;

    return rat_sub(to, from, &r) && rat_mul(r, passed, &r) && rat_div(r, rat_of_i64(100), &r) &&
           rat_add(from, r, ret);
}

static enum target_status grade(const struct assess *a, struct rat of_expected)
{
    if (rat_cmp(of_expected, rat_of_i64(a->limits.on_course)) >= 0)
        return TARGET_ON_COURSE;
    if (rat_cmp(of_expected, rat_of_i64(a->limits.at_risk)) >= 0)
        return TARGET_AT_RISK;
    return TARGET_OFF_COURSE;
}

/* From the baseline to the bound. False: there is no way to measure (none declared, or the baseline
 * is there already). */
static bool way_ends(const struct assess *a, struct rat *from, struct rat *to)
{
    *from = rat_of_dec(a->t->baseline);
    *to = a->cmp == CMP_BETWEEN && rat_cmp(*from, a->high) > 0 ? a->high : a->low;
    return a->t->has_baseline && rat_cmp(*from, *to) != 0 && !verdict_of(a, *from).reached;
}

/* The rows of the schedule up to the last day the figure speaks of; what is due is their sum. */
static bool way_by_schedule(struct assess *a)
{
    struct rat due = rat_of_i64(0), ratio = rat_of_i64(100);

    for (size_t i = 0; i < a->t->steps; i++)
        if (period_last_day(a->t->schedule[i].period).v <= a->as_of.v &&
            !rat_add(due, rat_of_dec(a->t->schedule[i].value), &due))
            return target_overflow(a);
    a->out->has_due = true;
    a->out->due = due;
    if (rat_sign(due) > 0 && !percent_of(a, a->out->actual, due, &ratio))
        return false;
    say(a, grade(a, ratio), MSG_target_sentence_schedule);
    say_number(a, a->out->actual, due, a->decimals, TARGET_ARG_VALUE);
    say_number(a, due, a->out->actual, a->decimals, TARGET_ARG_VALUE);
    return true;
}

bool way_of_level(struct assess *a)
{
    struct rat from, to, passed, done, whole, way, ratio;

    if (a->t->steps && a->cmp != CMP_LE)
        return way_by_schedule(a);
    if (!way_ends(a, &from, &to) || !time_passed(a, &passed) || rat_is_zero(passed)) {
        say_not_yet(a);
        return true;
    }
    if (!rat_sub(a->out->actual, from, &done) || !rat_sub(to, from, &whole) ||
        !on_the_line(from, to, passed, &a->out->due))
        return target_overflow(a);
    if (!percent_of(a, done, whole, &way) || !percent_of(a, way, passed, &ratio))
        return false;
    a->out->has_due = true;
    say(a, grade(a, ratio), MSG_target_sentence_way);
    say_percent(a, way, 0);
    say_percent(a, passed, 0);
    say_value(a, a->out->actual);
    say_value(a, to);
    return true;
}

bool way_of_sum(struct assess *a)
{
    struct rat passed, part, ratio, left;

    if (a->t->steps)
        return way_by_schedule(a);
    if (!time_passed(a, &passed) || rat_is_zero(passed) || rat_sign(a->low) <= 0) {
        say_not_yet(a);
        return true;
    }
    if (!on_the_line(rat_of_i64(0), a->low, passed, &a->out->due) ||
        !rat_sub(a->low, a->out->actual, &left))
        return target_overflow(a);
    a->out->has_due = true;
    if (!percent_of(a, a->out->actual, a->low, &part) || !percent_of(a, part, passed, &ratio))
        return false;
    enum target_status status = grade(a, ratio);
    say(a, status,
        status == TARGET_ON_COURSE ? MSG_target_sentence_pace : MSG_target_sentence_pace_more);
    say_percent(a, part, 1);
    say_percent(a, passed, 0);
    if (status != TARGET_ON_COURSE)
        say_number(a, left, rat_of_i64(0), a->decimals, TARGET_ARG_VALUE);
    return true;
}

/* "At most so much over the span": used up faster than time goes by is a risk, though nothing is
 * lost yet. */
bool way_of_room(struct assess *a)
{
    struct rat passed, used, ratio;

    if (!time_passed(a, &passed) || rat_sign(a->low) <= 0 || rat_sign(a->out->actual) <= 0)
        return true;
    if (!on_the_line(rat_of_i64(0), a->low, passed, &a->out->due))
        return target_overflow(a);
    a->out->has_due = true;
    if (!percent_of(a, a->out->actual, a->low, &used) || !percent_of(a, passed, used, &ratio))
        return false;
    enum target_status status = grade(a, ratio);
    if (status == TARGET_ON_COURSE)
        return true;
    say(a, status, MSG_target_sentence_room);
    say_percent(a, used, 0);
    say_percent(a, passed, 0);
    say_value(a, a->out->actual);
    say_value(a, a->low);
    return true;
}
