/* figure_path: see figure_path.h. */
#include "app/figure_path.h"

struct walk {
    const struct view *v;
    const struct catalog *c;
    const struct figure_origin *o;
    const struct origin_request *q;
    struct actor who;
    struct arena *a;
    struct lineage lineage;
    struct day then, now; /* the period's last day, the reading's */
    VEC(int) near;        /* units that some way through the events leads to */
    struct map seen;
};

static bool take(struct walk *f, int unit, struct err *err)
{
    if (unit < 0 || map_has(&f->seen, (uint64_t)unit + 1))
        return true;
    return (map_put(&f->seen, (uint64_t)unit + 1, 1) && vec_push(&f->near, f->a, unit)) ||
           err_memory(err);
}

/* Every unit that events between the two days connect with this one. */
static bool relatives(struct walk *f, struct err *err)
{
    struct day low = f->then.v < f->now.v ? f->then : f->now,
               high = f->then.v < f->now.v ? f->now : f->then;

    map_init(&f->seen, f->a);
    if (!take(f, f->o->unit, err))
        return false;
    for (size_t at = 0; at < f->near.n; at++)
        for (size_t i = 0; i < f->c->edges; i++) {
            const struct edge *e = &f->c->edge[i];
            struct day day = f->c->event[e->event].day;
            int here = f->near.p[at];
            if (day.v <= low.v || day.v > high.v || (e->from != here && e->to != here))
                continue;
            if (!take(f, e->from, err) || !take(f, e->to, err))
                return false;
        }
    return true;
}

/* How much of a unit of that time lies in the unit now; false where nothing does. */
static bool share_in(const struct walk *f, const struct descent *d, struct path_source *s)
{
    struct rat sum = rat_of_i64(0);
    bool any = false;

    s->known = true;
    for (int i = 0; i < d->parts; i++) {
        const struct descent_part *p = &d->part[i];
        bool in = false;
        for (int k = 0; k < p->units; k++)
            in = in || p->unit[k] == f->o->unit;
        if (!in)
            continue;
        any = true;
        s->known = s->known && p->units == 1;
        if (!rat_add(sum, p->share, &sum))
            s->known = false;
    }
    s->share = sum;
    return any && rat_sign(sum) > 0;
}

static bool value_of(const struct walk *f, struct path_source *s, struct err *err)
{
    struct total t;
    struct engine_query q = {.catalog = f->c,
        .indicator = f->o->indicator,
        .series = f->o->series,
        .unit = s->unit,
        .period = f->o->period,
        .state = f->q->state,
        .line = -1};

    s->may_read = must_read_indicator(
        f->v, f->who, &f->c->indicator[f->o->indicator], s->unit, f->then, NULL);
    if (!s->may_read)
        return true;
    if (!engine_total(f->v->engine, &q, &t, err))
        return false;
    s->value = shown_of_total(&t);
    return true;
}

static bool add_source(
    struct walk *f, int unit, struct figure_path *ret, bool *ret_moved, struct err *err)
{
    const struct indicator *x = &f->c->indicator[f->o->indicator];
    struct descent d;
    struct path_source s = {.unit = unit};

    /* of what adds up, a unit that ended within the period has its part */
    bool adds = x->over_units == UNITS_SUM && x->over_time == TIME_SUM;
    struct day then = adds ? unit_last_in(&f->c->units, unit, f->o->period) : f->then;

    if (!unit_alive(&f->c->units, unit, then))
        return true;
    if (!descent_of(f->a, &f->lineage, unit, x->basis, then, f->now, &d, err))
        return false;
    if (!share_in(f, &d, &s))
        return true;
    if (ret->sources == PATH_SOURCES_MAX) {
        ret->cut_off = true;
        return true;
    }
    *ret_moved = *ret_moved || d.moved;
    if (!value_of(f, &s, err))
        return false;
    ret->source[ret->sources++] = s;
    return true;
}

bool figure_path(const struct view *v, struct actor who, const struct figure_origin *o,
    const struct origin_request *q, struct arena *a, struct figure_path *ret, struct err *err)
{
    struct walk f = {.v = v, .c = v->catalog, .o = o, .q = q, .who = who, .a = a};
    bool moved = false;

    *ret = (struct figure_path){0};
    f.then = period_last_day(o->period);
    f.now = q->reading.day;
    if (q->reading.kind == READ_AS_WAS || f.then.v == f.now.v)
        return true;
    if (!relatives(&f, err))
        return false;
    ret->source = arena_array(a, PATH_SOURCES_MAX, sizeof *ret->source);
    if (!ret->source)
        return err_memory(err);
    if (!lineage_build(
            a, f.c->event, f.c->events, f.c->edge, f.c->edges, f.c->units.n, &f.lineage, err))
        return false;
    for (size_t i = 0; i < f.near.n; i++)
        if (!add_source(&f, f.near.p[i], ret, &moved, err))
            return false;
    if (!moved)
        ret->sources = 0;
    return true;
}
