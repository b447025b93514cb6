/* page_csv: see page_csv.h. */
#include "app/page_csv.h"

#include "app/forecasts.h"
#include "app/table.h"
#include "base/csv.h"

/* ---- cells ---- */

struct row {
    struct sbuf *out;
    struct arena *a;
    bool first;
};

static void text(struct row *r, struct str s)
{
    csv_put(r->out, s, r->first, true);
    r->first = false;
}

static void plain(struct row *r, struct str s)
{
    csv_put(r->out, s, r->first, false);
    r->first = false;
}

static void whole(struct row *r, bool has, int64_t n)
{
    char *s = has ? arena_printf(r->a, "%lld", (long long)n) : NULL;

    plain(r, s ? str_of(s) : STR(""));
}

static void number(struct row *r, bool has, struct rat v, int decimals)
{
    struct sbuf b;
    struct dec d;

    sbuf_init(&b, r->a, 64);
    if (has && rat_round(v, decimals, &d))
        dec_put(&b, d);
    plain(r, sbuf_view(&b));
}

static void end(struct row *r)
{
    csv_end(r->out);
    r->first = true;
}

static void heads(struct row *r, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        plain(r, str_of(names[i]));
    end(r);
}

static struct str period_text(struct arena *a, struct period p)
{
    struct sbuf b;

    sbuf_init(&b, a, 40);
    period_put(&b, p);
    return sbuf_view(&b);
}

/* ---- scoreboard ---- */

/* For reference: never to be read as the target's own figures. */
static const char *const forecast_heads[] = {"forecast_answer", "forecast", "forecast_low",
    "forecast_high", "forecast_level", "forecast_trials", "forecast_hits", "forecast_stand"};

static void forecast_cells(struct row *r, const struct target_forecast *f, int decimals)
{
    bool given = f && f->shown == FORECAST_SHOWN;

    decimals = given ? forecast_decimals(f, decimals) : decimals;
    plain(r, str_of(forecast_shown_name(f ? f->shown : FORECAST_NOT_ASKED)));
    number(r, given, given ? f->found.f.value : rat_of_i64(0), decimals);
    number(r, given, given ? f->found.f.low : rat_of_i64(0), decimals);
    number(r, given, given ? f->found.f.high : rat_of_i64(0), decimals);
    whole(r, given, given ? f->found.f.level : 0);
    whole(r, given, given ? f->found.f.trials : 0);
    whole(r, given, given ? f->found.f.hits : 0);
    plain(r, given ? str_of(forecast_stand_name(f->stand)) : STR(""));
}

static void target_row(struct row *r, const struct view *v, int set,
    const struct scoreboard_target *st, const struct target_forecast *f)
{
    const struct target *t = &v->catalog->target[st->target];
    const struct indicator *x = st->indicator < 0 ? NULL : &v->catalog->indicator[st->indicator];
    const struct assessment *as = &st->assessment;
    bool counted = t->basis == TARGET_COUNT;
    int decimals = as->has_actual && as->has_plan && !counted
                       ? decimals_that_agree(as->actual, as->plan, st->decimals)
                       : st->decimals;

    plain(r, v->catalog->set[set].code);
    plain(r, t->code);
    text(r, t->name);
    plain(r, x ? x->code : STR(""));
    text(r, x ? x->unit_of_measure : STR(""));
    plain(r, str_of(comparator_name(t->comparator)));
    number(r, as->has_plan, as->plan, st->decimals);
    number(r, as->has_actual, as->actual, decimals);
    whole(r, counted, as->k);
    whole(r, counted, as->n);
    number(r, as->has_percent, as->percent_of_plan, 1);
    number(r, st->compared.has_previous, st->compared.previous, st->decimals);
    number(r, st->compared.has_change, st->compared.change, st->decimals);
    number(r, st->compared.has_percent, st->compared.percent, 1);
    plain(r, str_of(target_status_name(as->status)));
    text(r, st->explanation);
    plain(r, str_of(expectation_name(st->expectation)));
    text(r, t->person.n ? t->person : t->responsible);
    whole(r, true, st->total.reported);
    whole(r, true, st->total.expected);
    plain(r, total_mark(r->a, &st->total, st->decimals));
    if (f)
        forecast_cells(r, f, st->decimals);
    end(r);
}

static void followed_row(
    struct row *r, const struct view *v, const struct scoreboard_indicator *si, bool forecasts)
{
    const struct indicator *x = &v->catalog->indicator[si->indicator];
    const struct comparison *k = &si->compared;

    plain(r, STR(""));
    plain(r, STR(""));
    text(r, x->name);
    plain(r, x->code);
    text(r, x->unit_of_measure);
    plain(r, STR(""));
    plain(r, STR(""));
    number(r, si->total.has, si->total.value, x->decimals);
    whole(r, si->total.n > 0, si->total.k);
    whole(r, si->total.n > 0, si->total.n);
    plain(r, STR(""));
    number(r, k->has_previous, k->previous, x->decimals);
    number(r, k->has_change, k->change, x->decimals);
    number(r, k->has_percent, k->percent, 1);
    for (int i = 0; i < 4; i++)
        plain(r, STR(""));
    whole(r, true, si->total.reported);
    whole(r, true, si->total.expected);
    plain(r, total_mark(r->a, &si->total, x->decimals));
    if (forecasts)
        forecast_cells(r, NULL, 0);
    end(r);
}

void scoreboard_csv(
    const struct view *v, const struct scoreboard *s, struct arena *a, struct sbuf *out)
{
    static const char *const names[] = {"set", "code", "name", "indicator", "unit_of_measure",
        "comparator", "plan", "actual", "k", "n", "percent_of_plan", "previous", "change",
        "change_percent", "status", "explanation", "expectation", "responsible", "reported",
        "expected", "mark"};
    struct row r = {out, a, true};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        plain(&r, str_of(names[i]));
    for (size_t i = 0; s->forecast && i < sizeof forecast_heads / sizeof *forecast_heads; i++)
        plain(&r, str_of(forecast_heads[i]));
    end(&r);
    for (size_t i = 0; i < s->sets; i++)
        for (size_t k = 0; k < s->set[i].targets; k++)
            target_row(&r, v, s->set[i].set, &s->set[i].target[k],
                s->forecast ? &s->forecast[i][k] : NULL);
    for (size_t i = 0; i < s->indicators; i++)
        followed_row(&r, v, &s->indicator[i], s->forecast != NULL);
}

/* ---- indicator ---- */

/* The unit over the trend, then the league; what the page did not ask for, the account may not
 * read. */
static size_t queries_of(const struct view *v, const struct indicator_request *q,
    const struct indicator_page *p, struct engine_query *ret)
{
    size_t n = 0;

    for (size_t i = 0; i < p->trends; i++) {
        const struct shown *x = &p->trend[i].value;
        if (x->has || x->bounded || x->expected)
            ret[n++] = (struct engine_query){v->catalog, p->indicator, p->series, p->unit,
                p->trend[i].period, q->state, q->reading, -1};
    }
    for (size_t i = 0; i < p->leagues; i++)
        ret[n++] = (struct engine_query){v->catalog, p->indicator, p->series, p->league[i].unit,
            p->period, q->state, q->reading, -1};
    return n;
}

bool indicator_csv(const struct view *v, const struct indicator_request *q,
    const struct indicator_page *p, struct arena *a, struct sbuf *out, struct err *err)
{
    size_t most = p->trends + p->leagues + 1;
    struct engine_query *e = arena_array(a, most, sizeof *e);
    struct total *t = arena_array(a, most, sizeof *t);
    struct str *cell = arena_array(a, most * TABLE_COLUMNS, sizeof *cell);

    if (!e || !t || !cell)
        return err_memory(err);
    size_t n = queries_of(v, q, p, e);
    if (n && !engine_totals(v->engine, e, n, t, err))
        return false;
    for (size_t i = 0; i < n; i++)
        table_cells(v, &e[i], &t[i], a, &cell[i * TABLE_COLUMNS]);
    table_csv(out, cell, n);
    return true;
}

/* ---- board ---- */

static void day_cell(struct row *r, struct day d)
{
    struct sbuf b;

    sbuf_init(&b, r->a, 24);
    if (d.v)
        day_put(&b, d);
    plain(r, sbuf_view(&b));
}

static struct str timely_word(enum timeliness t)
{
    static const char *const words[] = {
        [TIMELY_NOT_DUE] = "not_due",
        [TIMELY_DUE_SOON] = "due_soon",
        [TIMELY_ON_TIME] = "on_time",
        [TIMELY_LATE] = "late",
        [TIMELY_MISSING] = "missing",
    };

    return str_of(words[t]);
}

void board_csv(
    const struct view *v, const struct reports_board *b, struct arena *a, struct sbuf *out)
{
    static const char *const names[] = {"form", "unit", "unit_uid", "name", "period", "state",
        "timeliness", "days", "sent_on", "estimates"};
    struct row r = {out, a, true};

    heads(&r, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < b->rows; i++)
        for (size_t k = 0; k < b->periods; k++) {
            const struct board_cell *c = &b->row[i].cell[k];
            struct day last = period_last_day(b->period[k].period);
            if (!c->asked)
                continue;
            plain(&r, v->catalog->form[b->form].code);
            text(&r, unit_label(v->catalog, b->row[i].unit, last));
            plain(&r, str_of(v->catalog->units.p[b->row[i].unit].uid.z));
            text(&r, unit_name_of(v->catalog, b->row[i].unit, last));
            plain(&r, period_text(a, b->period[k].period));
            plain(&r, str_of(report_state_name(c->state)));
            plain(&r, timely_word(c->timely));
            whole(&r, true, c->days);
            day_cell(&r, c->came);
            whole(&r, true, c->estimates);
            end(&r);
        }
}
