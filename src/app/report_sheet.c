/* report_sheet: see report_sheet.h. */
#include "app/report_sheet.h"

#include "domain/formula.h"

#define BASES_MAX 64

const struct sheet_cell *sheet_cell_of(const struct sheet *s, int series)
{
    uint64_t at;

    return series >= 0 && map_get(&s->by_series, (uint64_t)series, &at) ? &s->cell[at] : NULL;
}

enum report_row_kind sheet_row_kind(const struct sheet *s, const struct form_line *l)
{
    const struct indicator *x = &s->c->indicator[l->indicator];

    if (!catalog_applicable(s->c, l->indicator, s->unit, s->last))
        return ROW_NOT_APPLICABLE;
    if (x->source != SOURCE_REPORTED)
        return ROW_COMPUTED;
    return x->form == s->form ? ROW_TYPED : ROW_ELSEWHERE;
}

bool sheet_records(
    struct sheet *s, int series, struct period p, const struct sheet_records **ret, struct err *err)
{
    uint64_t key = (uint64_t)series << 24 | (uint64_t)period_code(p), found;
    struct figure_key fk = {s->c->series[series].id, period_code(p), s->c->units.p[s->unit].id};
    struct sheet_records *r;
    struct figure_record *records;

    if (map_get(&s->history, key, &found)) {
        *ret = (const struct sheet_records *)(uintptr_t)found;
        return true;
    }
    r = arena_zalloc(s->a, sizeof *r);
    if (!r)
        return err_memory(err);
    if (!s->store->ops->cell_history(s->store, fk, s->known, s->a, &records, &r->n, err))
        return false;
    r->p = records;
    *ret = r;
    return map_put(&s->history, key, (uint64_t)(uintptr_t)r) || err_memory(err);
}

/* ---- loading ---- */

static const struct draft_cell *draft_of(const struct sheet *s, struct series_id id)
{
    for (size_t i = 0; i < s->drafts; i++)
        if (s->draft[i].series.v == id.v)
            return &s->draft[i];
    return NULL;
}

/* What the cell says: the draft where there is one, also where it empties the cell. */
static bool read_cell(struct sheet *s, struct sheet_cell *cell, struct err *err)
{
    const struct indicator *x = &s->c->indicator[s->c->series[cell->series].indicator];
    const struct draft_cell *d = cell->draft;
    int64_t value;
    struct err e = ERR_INIT;

    if (!d) {
        cell->now = shown_of_version(cell->figure ? &cell->figure->version : NULL, x->decimals);
        return true;
    }
    bool has = false;
    if (!reporting_value(x, d->typed, &has, &value, &e)) {
        struct err *kept = arena_alloc(s->a, sizeof *kept);
        if (!kept)
            return err_memory(err);
        *kept = e;
        cell->wrong = kept;
        return true;
    }
    struct figure_version v = {value, d->flags, {0}};
    cell->now = shown_of_version(has ? &v : NULL, x->decimals);
    return true;
}

static bool add_cell(struct sheet *s, int line, int series, struct err *err)
{
    struct sheet_cell *cell = &s->cell[s->cells];
    const struct sheet_records *r;

    if (map_has(&s->by_series, (uint64_t)series))
        return true;
    *cell = (struct sheet_cell){
        .series = series, .line = line, .draft = draft_of(s, s->c->series[series].id)};
    if (!sheet_records(s, series, s->period, &r, err))
        return false;
    cell->figure = r->n ? &r->p[r->n - 1] : NULL;
    return read_cell(s, cell, err) &&
           (map_put(&s->by_series, (uint64_t)series, s->cells++) || err_memory(err));
}

static bool add_line(struct sheet *s, int line, struct err *err)
{
    const struct form_line *l = &s->c->form_line[line];
    const struct indicator *x = &s->c->indicator[l->indicator];
    enum report_row_kind kind = sheet_row_kind(s, l);

    if (kind != ROW_TYPED && kind != ROW_ELSEWHERE)
        return true;
    if (x->series >= 0 && !add_cell(s, line, x->series, err))
        return false;
    for (int i = 0; i < x->parts; i++)
        if (!add_cell(s, line, x->first_part + i, err))
            return false;
    return true;
}

bool sheet_load(struct sheet *s, struct store *store, const struct catalog *c, struct act_no known,
    int form, int unit, struct period period, struct report_id report, struct arena *a,
    struct err *err)
{
    const struct form *f = &c->form[form];
    size_t n = 0;

    *s = (struct sheet){.store = store,
        .c = c,
        .known = known,
        .a = a,
        .form = form,
        .unit = unit,
        .period = period,
        .last = unit_last_in(&c->units, unit, period)};
    map_init(&s->by_series, a);
    map_init(&s->history, a);
    if (report.v && (!store->ops->draft(store, report, a, &s->draft, &s->drafts, err) ||
                        !store->ops->draft_marks(store, report, a, &s->mark, &s->marks, err)))
        return false;
    for (int i = 0; i < f->lines; i++)
        n += 1 + (size_t)c->indicator[c->form_line[f->first_line + i].indicator].parts;
    if (n > REPORT_ROWS_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_table_large);
    s->cell = arena_array(a, n ? n : 1, sizeof *s->cell);
    if (!s->cell)
        return err_memory(err);
    for (int i = 0; i < f->lines; i++)
        if (!add_line(s, f->first_line + i, err))
            return false;
    return true;
}

/* ---- values ---- */

struct evaluation {
    struct sheet *s;
    struct period p;
    bool to_date;
};

static struct formula_value value_of(const struct shown *x)
{
    return (struct formula_value){.has = x->has, .number = x->value};
}

static bool plan_value(
    struct evaluation *e, int indicator, struct str set, struct formula_value *ret)
{
    struct dec d;

    ret->has = catalog_plan(e->s->c, indicator, e->s->unit, e->p, set, &d);
    if (ret->has)
        ret->number = rat_of_dec(d);
    return true;
}

static bool operand(void *ctx, int op, enum formula_op how, struct str set,
    struct formula_value *ret, struct err *err)
{
    struct evaluation *e = ctx;
    struct period p = e->p;
    struct shown x;
    int indicator, series;

    *ret = (struct formula_value){.number = rat_of_i64(0)};
    catalog_operand(e->s->c, op, &indicator, &series);
    if (how == F_PLAN)
        return plan_value(e, indicator, set, ret);
    if ((how == F_PREV && !period_previous(e->p, &p)) ||
        (how == F_LAST_YEAR && !period_last_year(e->p, &p)))
        return true;
    if (!sheet_value(e->s, indicator, series, p, e->to_date || how == F_CUMULATIVE, &x, err))
        return false;
    *ret = value_of(&x);
    return true;
}

/* A share counts units below; a report is one unit's. */
static bool no_share(
    void *ctx, const struct formula *f, int node, struct formula_value *ret, struct err *err)
{
    (void)ctx, (void)f, (void)node, (void)err;
    *ret = (struct formula_value){.number = rat_of_i64(0)};
    return true;
}

static bool evaluate(struct sheet *s, const struct formula *f, struct period p, bool to_date,
    struct formula_value *ret, struct err *err)
{
    struct evaluation e = {s, p, to_date};
    struct formula_source source = {&e, operand, no_share};

    return formula_eval(f, &source, ret, err);
}

static bool entered_value(
    struct sheet *s, int series, struct period p, struct shown *ret, struct err *err)
{
    const struct sheet_cell *cell = period_eq(p, s->period) ? sheet_cell_of(s, series) : NULL;
    const struct sheet_records *r;

    if (cell) {
        *ret = cell->now;
        return true;
    }
    if (!sheet_records(s, series, p, &r, err))
        return false;
    *ret = shown_of_version(r->n ? &r->p[r->n - 1].version : NULL,
        s->c->indicator[s->c->series[series].indicator].decimals);
    return true;
}

static void weaker(struct shown *sum, const struct shown *x)
{
    if (x->status > sum->status)
        sum->status = x->status;
    sum->approx = sum->approx || x->approx;
    sum->made_up = sum->made_up || x->made_up;
}

/* What the periods of this year up to `p` add up to. */
static bool summed(
    struct sheet *s, int indicator, int series, struct period p, struct shown *ret, struct err *err)
{
    const struct indicator *x = &s->c->indicator[indicator];
    struct period all, base[BASES_MAX];

    if (!period_to_date(p, &all))
        return true;
    size_t n = period_bases(all, x->frequency, base, BASES_MAX);
    for (size_t i = 0; i < n && i < BASES_MAX; i++) {
        struct shown one;
        if (!sheet_value(s, indicator, series, base[i], false, &one, err))
            return false;
        if (one.has && !rat_add(ret->value, one.value, &ret->value))
            return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
        ret->has = ret->has || one.has;
        if (one.has)
            weaker(ret, &one);
    }
    return true;
}

bool sheet_value(struct sheet *s, int indicator, int series, struct period p, bool to_date,
    struct shown *ret, struct err *err)
{
    const struct indicator *x = &s->c->indicator[indicator];
    struct formula_value f;

    *ret = (struct shown){.value = rat_of_i64(0)};
    if (series < 0)
        series = x->series;
    bool adds = x->over_time == TIME_SUM && x->entered == ENTERED_IN_PERIOD;
    if (to_date && adds)
        return summed(s, indicator, series, p, ret, err);
    if (x->source != SOURCE_FORMULA)
        return series < 0 || entered_value(s, series, p, ret, err);
    if (!x->formula || !evaluate(s, x->formula, p, to_date, &f, err))
        return !x->formula;
    ret->has = f.has;
    if (f.has)
        ret->value = f.number;
    return true;
}

/* ---- findings ---- */

typedef VEC(struct sheet_finding) findings;

static bool found(struct sheet *s, findings *v, struct sheet_finding f, struct err *err)
{
    return vec_push(v, s->a, f) || err_memory(err);
}

/* What the cells cannot tell: other periods, other forms, plans. */
static bool known_besides(void *ctx, int indicator, int series, enum formula_op how, struct str set,
    struct formula_value *ret, struct err *err)
{
    struct evaluation e = {ctx, ((struct sheet *)ctx)->period, false};
    struct shown x;

    *ret = (struct formula_value){.number = rat_of_i64(0)};
    if (how == F_PLAN)
        return plan_value(&e, indicator, set, ret);
    if (how == F_PREV && !period_previous(e.p, &e.p))
        return true;
    if (how == F_LAST_YEAR && !period_last_year(e.p, &e.p))
        return true;
    if (how == F_CUMULATIVE &&
        (!period_previous(e.p, &e.p) || e.p.year != ((struct sheet *)ctx)->period.year))
        return true; /* this period begins the year */
    if (!sheet_value(ctx, indicator, series, e.p, how == F_CUMULATIVE, &x, err))
        return false;
    *ret = value_of(&x);
    return true;
}

static struct str note_of(const struct sheet_cell *cell)
{
    return cell->draft ? cell->draft->note : cell->figure ? cell->figure->note : STR("");
}

static bool take_cells(
    struct sheet *s, struct checked_cell **ret, size_t *ret_n, findings *v, struct err *err)
{
    struct checked_cell *cells = arena_array(s->a, s->cells + 1, sizeof *cells);

    if (!cells)
        return err_memory(err);
    *ret = cells;
    *ret_n = 0;
    for (size_t i = 0; i < s->cells; i++) {
        const struct sheet_cell *cell = &s->cell[i];
        const struct indicator *x = &s->c->indicator[s->c->series[cell->series].indicator];
        struct dec d = {0, 0};
        if (cell->wrong && !found(s, v,
                               (struct sheet_finding){.level = REPORT_FINDING_ERROR,
                                   .line = cell->line,
                                   .series = cell->series,
                                   .wrong = cell->wrong},
                               err))
            return false;
        if (cell->now.has && !rat_round(cell->now.value, x->decimals, &d))
            return err_set(err, ERR_OVERFLOW, MSG_err_number_overflow);
        cells[(*ret_n)++] = (struct checked_cell){.series = cell->series,
            .has = cell->now.has,
            .value = d.m,
            .flags = cell->now.nil ? FIGURE_NIL : 0,
            .note = note_of(cell)};
    }
    return true;
}

static bool is_wrong(const struct sheet *s, int line)
{
    int series = s->c->indicator[s->c->form_line[line].indicator].series;
    const struct sheet_cell *cell = sheet_cell_of(s, series);

    return cell && cell->wrong;
}

/* Cells missing are said where they are missing. */
static bool take_missing(struct sheet *s, findings *v, const struct finding *f, struct err *err)
{
    for (size_t i = 0; i < f->relateds; i++) {
        int line = f->related[i];
        struct sheet_finding one = {.level = REPORT_FINDING_MISSING,
            .line = line,
            .series = -1,
            .key = s->c->form_line[line].confirm_nil ? MSG_report_finding_nil_or_value
                                                     : MSG_report_finding_missing};
        if (!is_wrong(s, line) && !found(s, v, one, err))
            return false;
    }
    return true;
}

static bool take(struct sheet *s, findings *v, const struct finding *f, struct err *err)
{
    struct sheet_finding one = {.line = f->line, .series = -1, .f = f, .explained = f->explained};

    if (f->kind == FINDING_MISSING)
        return take_missing(s, v, f, err);
    one.level = f->kind == FINDING_NIL      ? REPORT_FINDING_MISSING
                : f->kind == FINDING_COPIED ? REPORT_FINDING_HINT
                : f->level == RULE_ERROR    ? REPORT_FINDING_ERROR
                                            : REPORT_FINDING_WARNING;
    return found(s, v, one, err);
}

/* By severity, then by line; those of the whole report last. */
static void sort_findings(struct sheet_finding *p, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0; k--) {
            struct sheet_finding *a = &p[k - 1], *b = &p[k];
            unsigned at = (unsigned)a->line, bt = (unsigned)b->line;
            if (a->level < b->level || (a->level == b->level && at <= bt))
                break;
            struct sheet_finding t = *a;
            *a = *b;
            *b = t;
        }
}

bool sheet_findings(struct sheet *s, struct finding_limits limits, struct sheet_finding **ret,
    size_t *ret_n, struct err *err)
{
    struct form_check q = {.c = s->c,
        .form = s->form,
        .unit = s->unit,
        .period = s->period,
        .value = known_besides,
        .ctx = s,
        .limits = limits,
        .before_sending = true};
    struct checked_cell *cells = NULL;
    struct finding *f;
    findings v = {0};
    size_t n;

    if (!take_cells(s, &cells, &q.cells, &v, err))
        return false;
    q.cell = cells;
    if (!findings_of(s->a, &q, &f, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!take(s, &v, &f[i], err))
            return false;
    sort_findings(v.p, v.n);
    *ret = v.p;
    *ret_n = v.n;
    return true;
}

bool sheet_stops(const struct sheet_finding *f)
{
    return f->level == REPORT_FINDING_ERROR || f->level == REPORT_FINDING_MISSING ||
           (f->level == REPORT_FINDING_WARNING && !f->explained);
}
