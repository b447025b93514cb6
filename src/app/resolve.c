/* resolve: see resolve.h. */
#include "app/resolve.h"

#include "base/vec.h"

/* The unit of that code that was alive last within the days from `first` to `last`. */
static int alive_within(const struct units *us, struct str code, struct day first, struct day last)
{
    uint64_t link;
    int best = -1;
    struct day best_end = first;

    if (!smap_get(&us->by_code, code, &link))
        return -1;
    for (int i = (int)link; i >= 0; i = us->chain[i].next) {
        const struct unit *u = &us->p[us->chain[i].unit];
        for (size_t k = 0; k < u->versions; k++) {
            const struct unit_version *v = &u->version[k];
            if (str_eq(v->code, code) && v->from.v <= last.v && v->to.v > best_end.v) {
                best = us->chain[i].unit;
                best_end = v->to;
            }
        }
    }
    return best;
}

int resolve_unit(const struct catalog *c, struct str s, struct period p, struct err *err)
{
    struct day last = period_last_day(p);
    struct err e = ERR_INIT;
    int u = units_find(&c->units, s, last, &e);

    if (u < 0 && e.code == ERR_NOT_FOUND)
        u = alive_within(&c->units, s, period_first_day(p), last);
    if (u < 0 && err)
        *err = e;
    return u;
}

enum { RELATED_MAX = 256 };

/* Did the one become the other, over all steps between? */
static bool became(const struct catalog *c, int from, int to)
{
    int seen[RELATED_MAX] = {from};
    size_t n = 1;

    for (size_t at = 0; at < n; at++)
        for (size_t i = 0; i < c->edges; i++) {
            bool known = c->edge[i].from != seen[at] || c->edge[i].to < 0;
            if (!known && c->edge[i].to == to)
                return true;
            for (size_t k = 0; k < n && !known; k++)
                known = seen[k] == c->edge[i].to;
            if (!known && n < RELATED_MAX)
                seen[n++] = c->edge[i].to;
        }
    return false;
}

static bool related(const struct catalog *c, int a, int b)
{
    return became(c, a, b) || became(c, b, a);
}

int resolve_unit_over(
    const struct catalog *c, struct str s, const struct period *p, size_t n, struct err *err)
{
    int unit = -1, other = -1;
    struct day day = {0}, other_day = {0};

    for (size_t i = 0; i < n; i++) {
        int u = resolve_unit(c, s, p[i], err);
        if (u < 0)
            return -1;
        if (unit >= 0 && u != unit && !related(c, unit, u)) {
            other = u;
            other_day = unit_last_in(&c->units, u, p[i]);
        } else {
            unit = u;
            day = unit_last_in(&c->units, u, p[i]);
        }
    }
    if (other < 0)
        return unit;
    ARENA_AUTO a;
    struct sbuf b;
    arena_init(&a, 1 << 16);
    sbuf_init(&b, &a, 4096);
    for (int i = 0; i < 2; i++) {
        struct day on = i ? other_day : day;
        sbuf_z(&b, i ? "; " : "");
        sbuf_str(&b, s);
        sbuf_char(&b, '@');
        day_put(&b, on);
        sbuf_z(&b, " (");
        sbuf_str(&b, unit_name_on(&c->units, i ? other : unit, on)->name);
        sbuf_char(&b, ')');
    }
    err_set(err, ERR_CONFLICT, MSG_err_unit_code_over_days, s, sbuf_view(&b));
    return -1;
}

int resolve_unit_reading(const struct catalog *c, struct str s, struct period p,
    struct reading_of reading, struct err *err)
{
    if (reading.kind == READ_AS_WAS)
        return resolve_unit(c, s, p, err);
    return units_find(&c->units, s, reading.day, err);
}

bool resolve_periods(
    struct arena *a, struct str list, struct period **ret, size_t *ret_n, struct err *err)
{
    VEC(struct period) v = {0};
    struct str one;

    while (str_cut(&list, ',', &one)) {
        struct period p;
        if (!period_parse(str_trim(one), &p, err))
            return false;
        if (!vec_push(&v, a, p))
            return err_memory(err);
    }
    *ret = v.p;
    *ret_n = v.n;
    return true;
}

bool resolve_indicators(const struct catalog *c, struct arena *a, struct str list, int **ret,
    size_t *ret_n, struct err *err)
{
    VEC(int) v = {0};
    struct str one;

    while (str_cut(&list, ',', &one)) {
        int i = catalog_series(c, str_trim(one), err);
        if (i < 0)
            return false;
        if (!vec_push(&v, a, i))
            return err_memory(err);
    }
    *ret = v.p;
    *ret_n = v.n;
    return true;
}
