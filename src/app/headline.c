/* headline: see headline.h. */
#include "app/headline.h"

#include "base/text.h"

#define NAMES_MAX 3
#define HEADLINE_MAX 2000

/* A sentence in the making. */
struct saying {
    const struct catalog *c;
    enum lang lang;
    struct arena *a;
    struct sbuf out;
};

static void begin(struct saying *l, const struct view *v, enum lang lang, struct arena *a)
{
    *l = (struct saying){.c = v->catalog, .lang = lang, .a = a};
    sbuf_init(&l->out, a, HEADLINE_MAX);
}

static struct str finish(struct saying *l)
{
    return sbuf_view(&l->out);
}

static struct str number(struct saying *l, int64_t n)
{
    struct sbuf b;

    sbuf_init(&b, l->a, 40);
    struct dec d = {n, 0};
    dec_put_people(&b, l->lang, d);
    return sbuf_view(&b);
}

static void say(struct saying *l, enum msg_key key, struct str a, struct str b, struct str c)
{
    struct str args[3] = {a, b, c};

    msg_format(&l->out, l->lang, key, args, 3);
}

static struct str period_text(struct saying *l, struct period p)
{
    struct sbuf b;

    sbuf_init(&b, l->a, 200);
    period_put_label(&b, l->lang, PERIOD_TEXT, p);
    return sbuf_view(&b);
}

static struct str day_text(struct saying *l, struct day d)
{
    struct sbuf b;

    sbuf_init(&b, l->a, 40);
    day_put_people(&b, d);
    return sbuf_view(&b);
}

/* Names one after the other, the rest counted. */
struct names {
    struct sbuf text;
    int n;
    enum msg_key more; /* "A, B, C và 4 đơn vị khác" */
};

static void names_init(struct saying *l, struct names *x, enum msg_key more)
{
    *x = (struct names){.n = 0, .more = more};
    sbuf_init(&x->text, l->a, HEADLINE_MAX);
}

static void name(struct names *x, struct str s)
{
    if (x->n++ < NAMES_MAX) {
        if (x->n > 1)
            sbuf_z(&x->text, ", ");
        sbuf_str(&x->text, s);
    }
}

static struct str names_text(struct saying *l, struct names *x)
{
    struct str args[2] = {sbuf_view(&x->text), number(l, x->n - NAMES_MAX)};
    struct sbuf b;

    if (x->n <= NAMES_MAX)
        return args[0];
    sbuf_init(&b, l->a, HEADLINE_MAX);
    msg_format(&b, l->lang, x->more, args, 2);
    return sbuf_view(&b);
}

struct str headline_value(const struct shown *x, int decimals, struct str unit_of_measure,
    enum lang lang, struct arena *a)
{
    struct sbuf b;
    struct dec d;

    sbuf_init(&b, a, 200);
    if (!x->has || !rat_round(x->value, decimals, &d))
        return STR("…");
    dec_put_people(&b, lang, d);
    if (str_is(unit_of_measure, "%"))
        sbuf_char(&b, '%');
    else if (unit_of_measure.n)
        sbuf_printf(&b, "\xc2\xa0%.*s", STR_ARG(unit_of_measure));
    return sbuf_view(&b);
}

/* ---- targets ---- */

static struct str target_name(const struct catalog *c, const struct scoreboard_target *t)
{
    const struct target *x = &c->target[t->target];

    return x->name.n ? x->name : t->indicator >= 0 ? c->indicator[t->indicator].name : x->code;
}

struct tally {
    int of[TARGET_NO_DATA + 1];
    int met, total;
};

static struct tally tally_of(const struct scoreboard *s)
{
    struct tally t = {.met = 0};

    for (size_t i = 0; i < s->sets; i++) {
        t.met += s->set[i].met;
        t.total += s->set[i].total;
        for (size_t k = 0; k < s->set[i].targets; k++)
            t.of[s->set[i].target[k].assessment.status]++;
    }
    return t;
}

/* Names of the targets in the worst state that occurs. */
static struct str worst_names(
    struct saying *l, const struct scoreboard *s, enum target_status worst)
{
    struct names x;

    names_init(l, &x, MSG_headline_more_targets);
    for (size_t i = 0; i < s->sets; i++)
        for (size_t k = 0; k < s->set[i].targets; k++)
            if (s->set[i].target[k].assessment.status == worst)
                name(&x, target_name(l->c, &s->set[i].target[k]));
    return names_text(l, &x);
}

static void say_trouble(struct saying *l, const struct scoreboard *s, const struct tally *t)
{
    static const struct {
        enum target_status status;
        enum msg_key key;
    } bad[] = {{TARGET_MISSED, MSG_headline_targets_missed},
        {TARGET_OFF_COURSE, MSG_headline_targets_off}, {TARGET_AT_RISK, MSG_headline_targets_risk}};
    int worst = -1;

    for (int i = 0; i < 3; i++) {
        if (!t->of[bad[i].status])
            continue;
        sbuf_z(&l->out, worst < 0 ? "; " : ", ");
        say(l, bad[i].key, number(l, t->of[bad[i].status]), STR(""), STR(""));
        worst = worst < 0 ? i : worst;
    }
    if (worst >= 0) {
        sbuf_z(&l->out, ": ");
        sbuf_str(&l->out, worst_names(l, s, bad[worst].status));
        return;
    }
    int unknown = t->of[TARGET_NO_DATA];
    if (unknown)
        say(l, MSG_headline_targets_unknown, number(l, unknown), STR(""), STR(""));
    else if (t->met < t->total)
        sbuf_str(&l->out, msg_text(l->lang, MSG_headline_targets_well));
}

static void say_targets(struct saying *l, const struct scoreboard *s)
{
    struct tally t = tally_of(s);

    if (!t.total) {
        sbuf_str(&l->out, msg_text(l->lang, MSG_headline_targets_none));
        return;
    }
    bool all = t.met == t.total;
    say(l, all ? MSG_headline_targets_all : MSG_headline_targets_met,
        all ? number(l, t.total) : number(l, t.met), number(l, t.total), STR(""));
    say_trouble(l, s, &t);
}

struct str headline_scoreboard(
    const struct view *v, const struct scoreboard *s, enum lang lang, struct arena *a)
{
    struct saying l;

    begin(&l, v, lang, a);
    say_targets(&l, s);
    return finish(&l);
}

/* ---- reports ---- */

static struct str unit_names(struct saying *l, const struct reports_board *b, bool returned)
{
    struct day last = period_last_day(b->period[b->periods - 1].period);
    struct names x;

    names_init(l, &x, MSG_headline_more_units);
    for (size_t i = 0; i < (returned ? b->backs : b->calls); i++)
        name(&x, unit_in_sentence(l->c, returned ? b->back[i].unit : b->call[i].unit, last, l->a));
    return names_text(l, &x);
}

static void say_board(struct saying *l, const struct reports_board *b)
{
    const struct board_period *p = &b->period[b->periods - 1];
    struct str period = period_text(l, p->period);

    if (!p->asked) {
        say(l, MSG_headline_board_none, period, STR(""), STR(""));
        return;
    }
    if (b->calls)
        say(l, MSG_headline_board_missing, number(l, (int64_t)b->calls), period,
            unit_names(l, b, false));
    else if (!b->backs)
        say(l, p->approved == p->asked ? MSG_headline_board_approved : MSG_headline_board_all,
            number(l, p->asked), period, STR(""));
    else
        say(l, MSG_headline_board_sent, number(l, p->sent), number(l, p->asked), period);
    if (b->backs)
        say(l, MSG_headline_board_returned, number(l, (int64_t)b->backs), unit_names(l, b, true),
            STR(""));
    if (p->waiting)
        say(l, MSG_headline_board_waiting, number(l, p->waiting), STR(""), STR(""));
    if (p->reopened)
        say(l, MSG_headline_board_reopened, number(l, p->reopened), STR(""), STR(""));
    if (p->late)
        say(l, MSG_headline_board_late, number(l, p->late), STR(""), STR(""));
}

struct str headline_board(
    const struct view *v, const struct reports_board *b, enum lang lang, struct arena *a)
{
    struct saying l;

    begin(&l, v, lang, a);
    say_board(&l, b);
    return finish(&l);
}

static void say_stops(struct saying *l, const struct report_page *p)
{
    const struct {
        int n;
        enum msg_key key;
    } stop[] = {{p->errors, MSG_headline_report_errors}, {p->missing, MSG_headline_report_missing},
        {p->warnings, MSG_headline_report_warnings}};
    bool first = true;

    sbuf_str(&l->out, msg_text(l->lang, MSG_headline_report_stops));
    for (size_t i = 0; i < sizeof stop / sizeof *stop; i++) {
        if (!stop[i].n)
            continue;
        sbuf_z(&l->out, first ? " " : ", ");
        say(l, stop[i].key, number(l, stop[i].n), STR(""), STR(""));
        first = false;
    }
}

static void say_writing(struct saying *l, const struct report_page *p)
{
    int returned = 0;

    for (size_t i = 0; i < p->rows; i++)
        returned += p->row[i].returned;
    if (p->report.state == REPORT_RETURNED) {
        say(l, returned ? MSG_headline_report_returned_cells : MSG_headline_report_returned,
            number(l, returned), STR(""), STR(""));
        sbuf_z(&l->out, "; ");
    }
    if (p->filled == 0)
        say(l, MSG_headline_report_empty, number(l, p->to_fill), STR(""), STR(""));
    else
        say(l, MSG_headline_report_filled, number(l, p->filled), number(l, p->to_fill), STR(""));
    sbuf_z(&l->out, "; ");
    if (p->errors + p->missing + p->warnings)
        say_stops(l, p);
    else
        sbuf_str(&l->out, msg_text(l->lang, MSG_headline_report_ready));
}

struct str headline_report(
    const struct view *v, const struct report_page *p, enum lang lang, struct arena *a)
{
    struct saying l;
    struct str sent;

    begin(&l, v, lang, a);
    sent = day_text(&l, day_of_ms(p->report.sent_ms));
    switch (p->report.state) {
    case REPORT_CHECKING:
    case REPORT_TO_SIGN:
        sbuf_str(&l.out, msg_text(lang, report_state_label(p->report.state)));
        sbuf_z(&l.out, "; ");
        if (p->errors + p->missing + p->warnings)
            say_stops(&l, p);
        else
            sbuf_str(&l.out, msg_text(lang, MSG_headline_report_ready));
        break;
    case REPORT_SUBMITTED:
    case REPORT_RECEIVED:
        say(&l, MSG_headline_report_sent, sent, STR(""), STR(""));
        break;
    case REPORT_APPROVED:
    case REPORT_LOCKED:
        say(&l, p->estimates ? MSG_headline_report_estimates : MSG_headline_report_approved,
            day_text(&l, day_of_ms(p->report.approved_ms)), number(&l, p->estimates), STR(""));
        break;
    default:
        say_writing(&l, p);
    }
    return finish(&l);
}

/* ---- indicator, unit ---- */

static void say_change(struct saying *l, const struct indicator_page *p, const struct indicator *x)
{
    struct shown size = {.has = true, .value = p->change};
    int sign = rat_sign(p->change);

    if (!p->has_change)
        return;
    if (sign < 0)
        size.value.num = -size.value.num;
    bool points = str_is(x->unit_of_measure, "%");
    struct str unit = points ? msg_text(l->lang, MSG_headline_points) : x->unit_of_measure;
    say(l,
        sign > 0   ? MSG_headline_indicator_up
        : sign < 0 ? MSG_headline_indicator_down
                   : MSG_headline_indicator_same,
        headline_value(&size, x->decimals, unit, l->lang, l->a), STR(""), STR(""));
}

/* The first of the league, where one leads. */
static void say_best(struct saying *l, const struct indicator_page *p, const struct indicator *x)
{
    struct names best;
    struct day last = period_last_day(p->period);
    size_t firsts = 0;

    names_init(l, &best, MSG_headline_more_units);
    while (firsts < p->leagues && p->league[firsts].rank == 1)
        name(&best, unit_in_sentence(l->c, p->league[firsts++].unit, last, l->a));
    if (!firsts || firsts == p->leagues || p->leagues < 2)
        return;
    say(l,
        x->direction == DIRECTION_LESS ? MSG_headline_indicator_lowest
                                       : MSG_headline_indicator_highest,
        names_text(l, &best),
        headline_value(&p->league[0].value, x->decimals, x->unit_of_measure, l->lang, l->a),
        STR(""));
}

/* "trong khoảng từ 3 đến 17 đảng viên" */
static struct str range_text(
    const struct shown *v, const struct indicator *x, enum lang lang, struct arena *a)
{
    struct shown low = {.has = true, .value = v->low}, high = {.has = true, .value = v->high};
    struct str args[] = {headline_value(&low, x->decimals, STR(""), lang, a),
        headline_value(&high, x->decimals, x->unit_of_measure, lang, a)};
    struct sbuf b;

    sbuf_init(&b, a, 300);
    msg_format(&b, lang, MSG_headline_range, args, 2);
    return sbuf_view(&b);
}

struct str headline_indicator(
    const struct view *v, const struct indicator_page *p, enum lang lang, struct arena *a)
{
    const struct indicator *x = &v->catalog->indicator[p->indicator];
    struct saying l;

    begin(&l, v, lang, a);
    if (!p->value.has && p->value.bounded) {
        say(&l, MSG_headline_indicator_value, p->name, period_text(&l, p->period),
            range_text(&p->value, x, lang, a));
        return finish(&l);
    }
    if (!p->value.has) {
        say(&l, MSG_headline_indicator_none, p->name, period_text(&l, p->period), STR(""));
        return finish(&l);
    }
    say(&l, MSG_headline_indicator_value, p->name, period_text(&l, p->period),
        headline_value(&p->value, x->decimals, x->unit_of_measure, lang, a));
    say_change(&l, p, x);
    say_best(&l, p, x);
    return finish(&l);
}

struct str headline_unit(
    const struct view *v, const struct unit_page *p, enum lang lang, struct arena *a)
{
    struct saying l;
    struct names into;

    begin(&l, v, lang, a);
    if (p->end.v == DAY_MAX.v || p->end.v > v->today.v) {
        sbuf_str(&l.out, p->version ? p->version->name : STR("?"));
        if (p->children)
            say(&l, MSG_headline_unit_children, number(&l, (int64_t)p->children), STR(""), STR(""));
        if (tally_of(&p->board).total) {
            struct tally t = tally_of(&p->board);
            say(&l, MSG_headline_unit_targets, number(&l, t.met), number(&l, t.total), STR(""));
        }
        return finish(&l);
    }
    names_init(&l, &into, MSG_headline_more_units);
    for (size_t i = 0; i < p->successors; i++)
        name(&into, unit_in_sentence(v->catalog, p->successor[i], p->end, a));
    struct str who = p->version ? p->version->name : STR("?");
    if (p->successors)
        say(&l, MSG_headline_unit_ended_into, who, day_text(&l, day_add(p->end, -1)),
            names_text(&l, &into));
    else
        say(&l, MSG_headline_unit_ended, who, day_text(&l, day_add(p->end, -1)), STR(""));
    return finish(&l);
}

/* ---- start, brief ---- */

static void say_next(struct saying *l, const struct view *v, const struct start_page *p)
{
    for (size_t i = 0; i < p->dues; i++) {
        const struct due_item *d = &p->due[i];
        if (d->due_ms < v->now_ms)
            continue;
        const struct form *f = &l->c->form[d->form];
        bool english = l->lang == LANG_EN && f->name_en.n;
        struct str form = english ? f->name_en : f->name_vi;
        say(l, MSG_headline_start_next, form, period_text(l, d->period),
            day_text(l, day_of_ms(d->due_ms)));
        return;
    }
}

struct str headline_start(
    const struct view *v, const struct start_page *p, enum lang lang, struct arena *a)
{
    struct saying l;
    int returned = 0;

    begin(&l, v, lang, a);
    for (size_t i = 0; i < p->dues; i++)
        returned += p->due[i].kind == DUE_MEND;
    if (p->overdue && p->today)
        say(&l, MSG_headline_start_both, number(&l, p->overdue), number(&l, p->today), STR(""));
    else if (p->overdue || p->today)
        say(&l, p->overdue ? MSG_headline_start_overdue : MSG_headline_start_today,
            number(&l, p->overdue ? p->overdue : p->today), STR(""), STR(""));
    else if (p->dues)
        say(&l, MSG_headline_start_later, number(&l, (int64_t)p->dues), STR(""), STR(""));
    else
        sbuf_str(&l.out, msg_text(lang, MSG_headline_start_nothing));
    if (returned)
        say(&l, MSG_headline_start_returned, number(&l, returned), STR(""), STR(""));
    else if (!p->overdue && !p->today)
        say_next(&l, v, p);
    return finish(&l);
}

struct str headline_brief(
    const struct view *v, const struct brief *b, enum lang lang, struct arena *a)
{
    struct saying l;
    int missing = 0, asked = 0, sent = 0;

    begin(&l, v, lang, a);
    say_targets(&l, &b->board);
    for (size_t i = 0; i < b->forms; i++) {
        const struct reports_board *r = &b->form[i].board;
        missing += (int)r->calls;
        asked += r->period[r->periods - 1].asked;
        sent += r->period[r->periods - 1].sent;
    }
    if (asked && !missing && sent < asked) /* one was returned */
        say(&l, MSG_headline_brief_received, number(&l, sent), number(&l, asked), STR(""));
    else if (asked)
        say(&l, missing ? MSG_headline_brief_missing : MSG_headline_brief_sent,
            number(&l, missing ? missing : asked), number(&l, asked), STR(""));
    return finish(&l);
}
