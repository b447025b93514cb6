/* target_say: the sentence of an assessment and its numbers; words of statuses. */
#include "domain/target_private.h"

static const struct {
    const char *name;
    enum msg_key label;
} statuses[] = {
    [TARGET_MET] = {"met", MSG_state_met},
    [TARGET_EXCEEDED] = {"exceeded", MSG_state_exceeded},
    [TARGET_MET_SO_FAR] = {"met_so_far", MSG_state_met_so_far},
    [TARGET_ON_COURSE] = {"on_course", MSG_state_on_course},
    [TARGET_AT_RISK] = {"at_risk", MSG_state_at_risk},
    [TARGET_OFF_COURSE] = {"off_course", MSG_state_off_course},
    [TARGET_MISSED] = {"missed", MSG_state_missed},
    [TARGET_NOT_YET] = {"not_yet", MSG_state_not_yet},
    [TARGET_NO_DATA] = {"no_data", MSG_state_no_data},
};

const char *target_status_name(enum target_status s)
{
    return statuses[s].name;
}

enum msg_key target_status_label(enum target_status s)
{
    return statuses[s].label;
}

void say(struct assess *a, enum target_status status, enum msg_key key)
{
    a->out->status = status;
    a->out->sentence = key;
    a->out->args = 0;
}

void say_number(struct assess *a, struct rat value, struct rat bound, int decimals, char kind)
{
    struct assessment *x = a->out;
    struct dec d = {0, 0};

    if (x->args >= 4)
        return;
    for (decimals = decimals_that_agree(value, bound, decimals);
         !rat_round(value, decimals, &d) && decimals > 0;)
        decimals--;
    x->arg_kind[x->args] = kind;
    x->arg[x->args++] = d;
}

void say_value(struct assess *a, struct rat value)
{
    say_number(a, value, a->low, a->decimals, TARGET_ARG_VALUE);
}

void say_count(struct assess *a, int64_t n)
{
    say_number(a, rat_of_i64(n), rat_of_i64(n), 0, TARGET_ARG_COUNT);
}

/* Per cents lose the zeros behind the comma: 140, 94.7. */
void say_percent(struct assess *a, struct rat value, int decimals)
{
    struct dec *d, shorter;

    say_number(a, value, rat_of_i64(100), decimals, TARGET_ARG_PERCENT);
    d = &a->out->arg[a->out->args - 1];
    while (d->scale > 0 && dec_rescale(*d, d->scale - 1, &shorter))
        *d = shorter;
}

int decimals_that_agree(struct rat value, struct rat bound, int decimals)
{
    int truth = rat_cmp(value, bound);

    for (; decimals < DEC_SCALE_MAX; decimals++) {
        struct dec d;
        if (!rat_round(value, decimals, &d) || rat_cmp(rat_of_dec(d), bound) == truth)
            break;
    }
    return decimals;
}

static bool starts_with_year(struct day start, struct day deadline)
{
    struct ymd a = day_ymd(start), b = day_ymd(deadline);

    return a.year == b.year && a.month == 1 && a.day == 1 && b.month == 12 && b.day == 31;
}

/* Nothing can be said before the deadline. */
void say_not_yet(struct assess *a)
{
    say(a, TARGET_NOT_YET,
        starts_with_year(a->t->start, a->t->deadline) ? MSG_target_sentence_year
                                                      : MSG_target_sentence_whole_span);
    a->out->day = a->t->deadline;
}

/* ---- for people ---- */

static void put_arg(struct sbuf *out, enum lang lang, const struct assessment *x, int i, bool rate)
{
    dec_put_people(out, lang, x->arg[i]);
    if (x->arg_kind[i] == TARGET_ARG_PERCENT || (x->arg_kind[i] == TARGET_ARG_VALUE && rate))
        sbuf_char(out, '%');
}

void assessment_put_sentence(
    struct sbuf *out, enum lang lang, const struct assessment *x, struct str unit_of_measure)
{
    enum { PERIOD = 4, DAY, UNIT, ARGS };
    struct sbuf b[ARGS];
    struct str args[ARGS];
    bool rate = str_starts(unit_of_measure, STR("%"));
    struct str unit = str_trim(str_slice(unit_of_measure, rate, unit_of_measure.n));

    for (int i = 0; i < ARGS; i++)
        sbuf_init(&b[i], out->arena, 400);
    for (int i = 0; i < x->args; i++)
        put_arg(&b[i], lang, x, i, rate);
    if (x->has_period)
        period_put_label(&b[PERIOD], lang, PERIOD_TEXT, x->period);
    day_put_people(&b[DAY], x->day);
    if (!str_empty(unit)) {
        sbuf_char(&b[UNIT], ' ');
        sbuf_str(&b[UNIT], unit);
    }
    for (int i = 0; i < ARGS; i++) {
        args[i] = sbuf_view(&b[i]);
        out->failed = out->failed || b[i].failed;
    }
    msg_format(out, lang, x->sentence, args, ARGS);
}
