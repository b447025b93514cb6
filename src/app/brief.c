/* brief: see brief.h. */
#include "app/brief.h"

#include <stdlib.h>

#include "app/resolve.h"
#include "app/start_page.h"

struct making {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct brief_request *q;
    struct actor who;
    enum lang lang;
    struct arena *a;
    struct brief *b;
    VEC(struct scoreboard_target) trouble;
};

static bool scoreboard_of(
    struct making *m, int unit, struct period p, struct scoreboard *ret, struct err *err)
{
    struct scoreboard_request q = {.unit = str_of(m->c->units.p[unit].uid.z),
        .period = p,
        .state = m->q->state,
        .reading = m->q->reading};

    return scoreboard_make(m->app, m->v, m->who, &q, m->lang, m->a, ret, err);
}

static bool in_trouble(enum target_status s)
{
    return s == TARGET_MISSED || s == TARGET_OFF_COURSE || s == TARGET_AT_RISK;
}

static bool take_trouble(struct making *m, const struct scoreboard *s, struct err *err)
{
    for (size_t i = 0; i < s->sets; i++)
        for (size_t k = 0; k < s->set[i].targets; k++)
            if (in_trouble(s->set[i].target[k].assessment.status) &&
                !vec_push(&m->trouble, m->a, s->set[i].target[k]))
                return err_memory(err);
    return true;
}

static const struct scoreboard_target *same_target(const struct scoreboard *s, int target)
{
    for (size_t i = 0; i < s->sets; i++)
        for (size_t k = 0; k < s->set[i].targets; k++)
            if (s->set[i].target[k].target == target)
                return &s->set[i].target[k];
    return NULL;
}

/* ---- sets, and what changed ---- */

static bool make_sets(struct making *m, const struct scoreboard *before, struct err *err)
{
    struct brief *b = m->b;

    b->set = arena_array(m->a, b->board.sets + 1, sizeof *b->set);
    if (!b->set)
        return err_memory(err);
    for (size_t i = 0; i < b->board.sets; i++) {
        const struct scoreboard_set *s = &b->board.set[i];
        struct brief_set *out = &b->set[b->sets++];
        *out = (struct brief_set){s->set, s->met, s->total, s->expected, 0, 0};
        for (size_t k = 0; k < before->sets; k++)
            if (before->set[k].set == s->set) {
                out->met_before = before->set[k].met;
                out->total_before = before->set[k].total;
            }
        b->met += s->met;
        b->total += s->total;
    }
    return true;
}

static bool is_unknown(enum target_status s)
{
    return s == TARGET_NO_DATA || s == TARGET_NOT_YET;
}

static int worse_first(const void *a, const void *b)
{
    const struct brief_change *x = a, *y = b;

    if (x->better != y->better)
        return x->better - y->better;
    return target_badness(x->target.assessment.status) -
           target_badness(y->target.assessment.status);
}

static bool make_changes(struct making *m, const struct scoreboard *before, struct err *err)
{
    VEC(struct brief_change) v = {0};

    for (size_t i = 0; i < m->b->board.sets; i++)
        for (size_t k = 0; k < m->b->board.set[i].targets; k++) {
            const struct scoreboard_target *now = &m->b->board.set[i].target[k];
            const struct scoreboard_target *was = same_target(before, now->target);
            if (!was || was->assessment.status == now->assessment.status ||
                (is_unknown(was->assessment.status) && is_unknown(now->assessment.status)))
                continue;
            struct brief_change c = {*now, was->assessment.status,
                target_badness(now->assessment.status) > target_badness(was->assessment.status)};
            if (!vec_push(&v, m->a, c))
                return err_memory(err);
        }
    if (v.n)
        qsort(v.p, v.n, sizeof *v.p, worse_first);
    m->b->change = v.p;
    m->b->changes = v.n;
    return true;
}

/* ---- the slowest ---- */

static bool take_units_below(struct making *m, struct err *err)
{
    const struct units *us = &m->c->units;
    struct day day = period_last_day(m->b->period);
    int taken = 0;

    for (size_t u = 0; u < us->n && taken < BRIEF_UNITS_MAX; u++) {
        struct scoreboard s;
        bool has_targets = false;
        if (unit_parent_on(us, (int)u, LINE_STATE, day) != m->b->unit ||
            !may(m->c, m->v->today, m->who, RIGHT_READ, (int)u, day, STR(""), STR("")))
            continue;
        for (size_t t = 0; t < m->c->targets && !has_targets; t++)
            has_targets = m->c->target[t].unit == (int)u;
        if (!has_targets)
            continue;
        taken++;
        if (!scoreboard_of(m, (int)u, m->b->period, &s, err) || !take_trouble(m, &s, err))
            return false;
    }
    return true;
}

static int slower(const void *a, const void *b)
{
    const struct scoreboard_target *x = a, *y = b;
    const struct assessment *p = &x->assessment, *q = &y->assessment;
    int d = target_badness(p->status) - target_badness(q->status);

    if (d)
        return d;
    if (p->has_percent != q->has_percent)
        return q->has_percent - p->has_percent;
    d = p->has_percent ? rat_cmp(p->percent_of_plan, q->percent_of_plan) : 0;
    return d ? d : x->target - y->target;
}

static bool make_slowest(struct making *m, struct err *err)
{
    struct brief *b = m->b;

    if (!take_trouble(m, &b->board, err) || !take_units_below(m, err))
        return false;
    b->troubled = (int)m->trouble.n;
    b->slowest = arena_array(m->a, BRIEF_SLOWEST_MAX, sizeof *b->slowest);
    if (!b->slowest)
        return err_memory(err);
    if (m->trouble.n)
        qsort(m->trouble.p, m->trouble.n, sizeof *m->trouble.p, slower);
    for (size_t i = 0; i < m->trouble.n && i < BRIEF_SLOWEST_MAX; i++) {
        const struct target *t = &m->c->target[m->trouble.p[i].target];
        b->slowest[b->slowests++] =
            (struct brief_target){m->trouble.p[i], t->responsible, t->person};
    }
    return true;
}

/* ---- who has not sent ---- */

static bool make_forms(struct making *m, struct err *err)
{
    struct brief *b = m->b;

    b->form = arena_array(m->a, m->c->forms + 1, sizeof *b->form);
    if (!b->form)
        return err_memory(err);
    for (size_t f = 0; f < m->c->forms; f++) {
        struct board_request q = {
            .form = m->c->form[f].code, .unit = str_of(m->c->units.p[b->unit].uid.z), .periods = 1};
        struct brief_form *out = &b->form[b->forms];
        struct err e = ERR_INIT;
        if (!period_of_day(m->c->form[f].frequency, period_last_day(b->period), &q.to))
            continue;
        out->form = (int)f;
        if (board_make(m->app, m->v, m->who, &q, m->lang, m->a, &out->board, &e)) {
            b->forms += out->board.rows > 0;
        } else if (e.code != ERR_DENIED) {
            if (err)
                *err = e;
            return false;
        }
    }
    return true;
}

bool brief_make(struct app *app, const struct view *v, struct actor who,
    const struct brief_request *q, enum lang lang, struct arena *a, struct brief *ret,
    struct err *err)
{
    struct making m = {
        .app = app, .v = v, .c = v->catalog, .q = q, .who = who, .lang = lang, .a = a, .b = ret};
    struct scoreboard before = {0};

    *ret = (struct brief){.period = q->period};
    ret->unit = resolve_unit_reading(v->catalog, q->unit, q->period, q->reading, err);
    if (ret->unit < 0 || !scoreboard_of(&m, ret->unit, q->period, &ret->board, err))
        return false;
    ret->has_before = period_previous(q->period, &ret->before);
    if (ret->has_before && !scoreboard_of(&m, ret->unit, ret->before, &before, err))
        return false;
    return make_sets(&m, &before, err) && make_changes(&m, &before, err) && make_slowest(&m, err) &&
           make_forms(&m, err);
}
