/* table: see table.h. */
#include "app/table.h"

#include "app/resolve.h"
#include "app/trees.h"
#include "base/csv.h"

struct str unit_label(const struct catalog *c, int unit, struct day day)
{
    const struct unit_version *v = unit_name_on(&c->units, unit, day);

    return !v ? STR("") : v->code.n ? v->code : v->name;
}

struct str total_text(struct arena *a, const struct total *t, int decimals)
{
    struct sbuf b;
    struct dec d;

    sbuf_init(&b, a, 64);
    if (t->has && !(t->marks & MARK_BOUNDED) && rat_round(t->value, decimals, &d))
        dec_put(&b, d);
    return sbuf_view(&b);
}

struct str total_mark(struct arena *a, const struct total *t, int decimals)
{
    static const struct {
        uint32_t mark;
        const char *word;
    } words[] = {{MARK_ESTIMATED, "estimated"}, {MARK_BOUNDED, "bounded"},
        {MARK_PARTIAL, "partial"}, {MARK_CARRIED, "carried"}, {MARK_STATED, "stated"},
        {MARK_MADE_UP, "made-up"}, {MARK_APPROX, "approx"}, {MARK_ESTIMATE, "estimate"},
        {MARK_PRELIMINARY, "preliminary"}, {MARK_BOUNDARY, "boundary-changed"}};
    struct sbuf b;
    struct dec low, high;

    sbuf_init(&b, a, 300);
    if (!(t->marks & (MARK_ESTIMATED | MARK_BOUNDED | MARK_PARTIAL | MARK_CARRIED)))
        sbuf_z(&b, "exact");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!(t->marks & words[i].mark))
            continue;
        sbuf_printf(&b, "%s%s", b.n ? "|" : "", words[i].word);
        if (words[i].mark == MARK_BOUNDED && rat_round(t->low, decimals, &low) &&
            rat_round(t->high, decimals, &high)) {
            sbuf_char(&b, ':');
            dec_put(&b, low);
            sbuf_z(&b, "..");
            dec_put(&b, high);
        }
    }
    return sbuf_view(&b);
}

typedef VEC(int) int_vec;

static bool add_once(int_vec *v, struct arena *a, struct map *seen, int unit, struct err *err)
{
    if (map_has(seen, (uint64_t)unit))
        return true;
    return (map_put(seen, (uint64_t)unit, 1) && vec_push(v, a, unit)) || err_memory(err);
}

/* The days on which the tree has to be looked at for the scope: the reading's day, or the period's
 * last day and, for units that ended within it, the days on which parents changed. */
static bool members_on(const struct view *v, const struct table_request *q, enum line line, int top,
    int kind, struct day day, struct arena *a, int_vec *out, struct map *seen, struct err *err)
{
    struct tree t;

    if (!view_tree(v, line, day, a, &t, err))
        return false;
    int pos = t.pos[top];
    if (pos < 0)
        return true;
    for (int p = pos + 1; p < pos + t.size[pos]; p++) {
        int k = unit_kind_on(&v->catalog->units, t.unit[p], day);
        bool wanted = q->scope == TABLE_CHILDREN
                          ? t.parent[p] == pos
                          : kind < 0 || kind_answers(&v->catalog->units.kinds, k, kind);
        if (wanted && !add_once(out, a, seen, t.unit[p], err))
            return false;
    }
    return true;
}

static bool members(const struct view *v, const struct table_request *q, enum line line, int top,
    int kind, struct period p, struct arena *a, int_vec *out, struct map *seen, struct err *err)
{
    struct day last = period_last_day(p), first = period_first_day(p);

    if (q->scope == TABLE_SELF)
        return add_once(out, a, seen, top, err);
    if (q->reading.kind != READ_AS_WAS)
        return members_on(v, q, line, top, kind, q->reading.day, a, out, seen, err);
    if (!members_on(v, q, line, top, kind, last, a, out, seen, err))
        return false;
    for (size_t i = 0; i < v->catalog->units.n; i++) { /* days within p on which a unit ends */
        const struct unit *u = &v->catalog->units.p[i];
        for (size_t k = 0; k < u->parents; k++) {
            struct day end = u->parent[k].to;
            if (u->parent[k].line != line || end.v <= first.v || end.v > last.v ||
                !unit_under(&v->catalog->units, (int)i, top, line, day_add(end, -1)) ||
                map_has(seen, (uint64_t)i))
                continue;
            if (!members_on(v, q, line, top, kind, day_add(end, -1), a, out, seen, err))
                return false;
        }
    }
    return true;
}

static bool must_read(
    const struct view *v, struct actor who, int unit, struct period p, struct err *err)
{
    return must(
        v->catalog, v->today, who, RIGHT_READ, unit, period_last_day(p), STR(""), STR(""), err);
}

/* Personal and sealed indicators need rights of their own. */
bool must_read_indicator(const struct view *v, struct actor who, const struct indicator *x,
    int unit, struct day day, struct err *err)
{
    enum right right = x->privacy == PRIVACY_SEALED     ? RIGHT_READ_SEALED
                       : x->privacy == PRIVACY_PERSONAL ? RIGHT_READ_PERSONAL
                                                        : RIGHT_READ;

    struct str form = x->form < 0 ? STR("") : v->catalog->form[x->form].code;

    return must(v->catalog, v->today, who, right, unit, day, form, STR(""), err);
}

struct building {
    const struct view *v;
    const struct table_request *q;
    struct arena *a;
    struct period *period;
    size_t periods;
    VEC(struct table_row) row;
    VEC(struct engine_query) query;
};

static bool add_series(struct building *b, struct actor who, int series, int kind, struct err *err)
{
    const struct catalog *c = b->v->catalog;
    const struct indicator *x = &c->indicator[c->series[series].indicator];
    enum line line = b->q->line < 0 ? x->line : (enum line)b->q->line;
    int_vec units = {0};
    struct map seen;
    int *tops = arena_array(b->a, b->periods, sizeof *tops);

    if (!tops)
        return err_memory(err);
    map_init(&seen, b->a);
    if (b->q->reading.kind == READ_AS_WAS &&
        resolve_unit_over(c, b->q->unit, b->period, b->periods, err) < 0)
        return false;
    for (size_t i = 0; i < b->periods; i++) {
        tops[i] = resolve_unit_reading(c, b->q->unit, b->period[i], b->q->reading, err);
        if (tops[i] < 0 || !must_read(b->v, who, tops[i], b->period[i], err) ||
            !must_read_indicator(b->v, who, x, tops[i], period_last_day(b->period[i]), err) ||
            !members(b->v, b->q, line, tops[i], kind, b->period[i], b->a, &units, &seen, err))
            return false;
    }
    for (size_t u = 0; u < units.n; u++)
        for (size_t i = 0; i < b->periods; i++) {
            struct day first = period_first_day(b->period[i]), last = period_last_day(b->period[i]);
            bool there = b->q->reading.kind != READ_AS_WAS ||
                         (unit_first(&c->units, units.p[u]).v <= last.v &&
                             unit_end(&c->units, units.p[u]).v > first.v);
            if (!there)
                continue;
            struct table_row r = {series, units.p[u], b->period[i], {0}};
            struct engine_query q = {c, c->series[series].indicator,
                c->series[series].key.n ? series : -1, units.p[u], b->period[i], b->q->state,
                b->q->reading, b->q->line};
            if (b->row.n >= TABLE_ROWS_MAX)
                return err_set(err, ERR_LIMIT, MSG_err_table_large);
            if (!vec_push(&b->row, b->a, r) || !vec_push(&b->query, b->a, q))
                return err_memory(err);
        }
    return true;
}

bool table_make(const struct view *v, struct actor who, const struct table_request *q,
    struct arena *a, struct table_row **ret, size_t *ret_n, struct err *err)
{
    struct building b = {.v = v, .q = q, .a = a};
    int *series, kind = -1;
    size_t n;

    if (!resolve_indicators(v->catalog, a, q->indicators, &series, &n, err) ||
        !resolve_periods(a, q->periods, &b.period, &b.periods, err))
        return false;
    if (q->kind.n) {
        kind = kinds_find(&v->catalog->units.kinds, a, q->kind);
        if (kind < 0)
            return err_set(err, ERR_INVALID, MSG_err_units_kind, q->kind);
    }
    for (size_t i = 0; i < n; i++)
        if (!add_series(&b, who, series[i], kind, err))
            return false;
    struct total *totals = arena_array(a, b.row.n ? b.row.n : 1, sizeof *totals);
    if (!totals)
        return err_memory(err);
    if (!engine_totals(v->engine, b.query.p, b.row.n, totals, err))
        return false;
    for (size_t i = 0; i < b.row.n; i++)
        b.row.p[i].total = totals[i];
    *ret = b.row.p;
    *ret_n = b.row.n;
    return true;
}

/* ---- as a file ---- */

const char *const table_heads[TABLE_COLUMNS] = {
    "indicator", "unit", "unit_uid", "period", "value", "reported", "expected", "state", "mark"};

void table_cells(const struct view *v, const struct engine_query *q, const struct total *t,
    struct arena *a, struct str ret[TABLE_COLUMNS])
{
    const struct catalog *c = v->catalog;
    const struct indicator *x = &c->indicator[q->indicator];
    struct sbuf b[4];

    for (int i = 0; i < 4; i++)
        sbuf_init(&b[i], a, 200);
    sbuf_str(&b[0], x->code);
    if (q->series >= 0 && c->series[q->series].key.n)
        sbuf_printf(&b[0], ":%.*s", STR_ARG(c->series[q->series].key));
    period_put(&b[1], q->period);
    sbuf_i64(&b[2], t->reported);
    sbuf_i64(&b[3], t->expected);
    ret[0] = sbuf_view(&b[0]);
    ret[1] = unit_label(c, q->unit, period_last_day(q->period));
    ret[2] = str_of(c->units.p[q->unit].uid.z);
    ret[3] = sbuf_view(&b[1]);
    ret[4] = total_text(a, t, x->decimals);
    ret[5] = sbuf_view(&b[2]);
    ret[6] = sbuf_view(&b[3]);
    ret[7] = q->state == TOTAL_APPROVED ? STR("approved") : STR("provisional");
    ret[8] = total_mark(a, t, x->decimals);
}

void table_csv(struct sbuf *out, const struct str *cells, size_t rows)
{
    for (int i = 0; i < TABLE_COLUMNS; i++)
        csv_put(out, str_of(table_heads[i]), i == 0, false);
    csv_end(out);
    for (size_t r = 0; r < rows; r++) {
        for (int i = 0; i < TABLE_COLUMNS; i++)
            csv_put(out, cells[r * TABLE_COLUMNS + (size_t)i], i == 0, i < 2);
        csv_end(out);
    }
}
