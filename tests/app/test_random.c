/* Thousands of random things that people do, through the use cases and into a real database; the
 * store, the engine and a naive model must hold the same afterwards, to the last digit.
 *
 * The totals are judged by the plain model of tests/engine over the naive model's cells; what is
 * not applicable is judged here. GIAOBAN_SEED and GIAOBAN_STEPS make other and longer runs. */
#include "naive.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/import_details.h"
#include "model.h"

static uint64_t seed;
static int step_no;
static int64_t done[64], refused[64]; /* by kind of operation, for the tally */

static uint32_t draw(uint32_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 11) % n);
}

static bool chance(uint32_t percent)
{
    return draw(100) < percent;
}

/* ---- what may be expected ---- */

/* Expected, and what came: the program and the model must agree on whether it was allowed. */
static void agree(int kind, bool expected, bool came, const char *what)
{
    if (expected != came) {
        struct sbuf b;
        sbuf_init(&b, &world->a, 4096);
        if (!came)
            err_text(&world->err, LANG_EN, &b);
        fail_msg("step %d: %s: the model says %s, the program %s %s", step_no, what,
            expected ? "yes" : "no", came ? "yes" : "no:", came ? "" : sbuf_cstr(&b));
    }
    done[kind] += came;
    refused[kind] += !came;
}

/* May this person do this with the unit's reports? */
static bool has_right(int who, int unit, enum right right)
{
    if (who == WHO_SYSTEM)
        return true;
    if (unit == CLOSED)
        return false; /* closed, without a successor */
    return right == RIGHT_ENTER || who != WHO_CLERK;
}

/* All of them sit in the province; the clerk has a duty in the first commune, too. Whatever the
 * page claims, what they type elsewhere is typed for another. */
static uint32_t on_behalf(int who, int unit, uint32_t claimed)
{
    bool own = who == WHO_SYSTEM || (who == WHO_CLERK && unit == FIRST_COMMUNE);

    return own ? claimed & ~(uint32_t)FIGURE_ON_BEHALF : claimed | FIGURE_ON_BEHALF;
}

static bool is_asked(int period, int unit)
{
    return unit != CLOSED || world->code[period] <= world->code[2]; /* until 2025-Q2 */
}

static struct said random_said(int series, bool import)
{
    static const char *const notes[] = {"", "", "", "do mưa lũ", "số bổ sung"};
    struct said s = {.value = (int64_t)draw(40) * (chance(50) ? 1 : 7)};

    (void)series;
    if (chance(25))
        s.flags |= 1 + draw(2); /* preliminary, estimate */
    strcpy(s.note, notes[draw(5)]);
    if (import && chance(10)) {
        strcpy(s.approx, "khoảng");
        s.flags |= FIGURE_APPROX;
    }
    if (import && chance(5))
        s.flags |= FIGURE_MADE_UP;
    if (!import && chance(50))
        s.flags |= FIGURE_ON_BEHALF;
    return s;
}

static void value_text(struct sbuf *b, int series, int64_t value, char point)
{
    struct dec d = {value, world_decimals[series]};
    char text[40], *dot;
    size_t from = b->n;
    struct sbuf t;

    sbuf_init_fixed(&t, text, sizeof text);
    dec_put(&t, d);
    sbuf_z(b, sbuf_cstr(&t));
    if ((dot = memchr(b->p + from, '.', b->n - from)))
        *dot = point;
}

static void new_version(int series, int period, int unit, struct said said, int64_t act, bool back)
{
    struct naive_version v = {said, act, back};

    PUSH(&naive->cell[series][period][unit].version, v);
}

/* ---- typing ---- */

static struct report_key key_of(int form, int period, int unit)
{
    return (struct report_key){world->form[form], world->unit[unit], world->period[period]};
}

static bool may_type(int who, int series, int period, int unit, enum report_state state)
{
    const struct naive_version *v = naive_newest(series, period, unit);
    bool estimate = v && (v->said.flags & FIGURE_STATUS) == STATUS_ESTIMATE;

    return has_right(who, unit, RIGHT_ENTER) &&
           (naive_is_open(state) || (state == REPORT_APPROVED && estimate));
}

static void begin_report(struct naive_report *r)
{
    if (r->begun)
        return;
    r->begun = true;
    struct naive_move m = {.act = world_head().v, .state = REPORT_DRAFT};
    PUSH(&r->move, m);
}

/* Mostly one that can be typed in, where that is asked for. */
static struct naive_report *some_report(int *form, int *period, int *unit, bool open)
{
    struct naive_report *r = NULL;

    for (int i = 0; i < 10; i++) {
        *form = (int)draw(FORMS);
        *period = (int)draw(QUARTERS);
        *unit = FIRST_COMMUNE + (int)draw(COMMUNES);
        r = &naive->report[*form][*period][*unit - FIRST_COMMUNE];
        if (!open || naive_is_open(naive_move_at(r, INT64_MAX).state) || chance(10))
            break;
    }
    return r;
}

static void op_save(void)
{
    int form, period, unit, who = (int)draw(WHO_COUNT), n = 0, typed[SERIES];
    struct naive_report *r = some_report(&form, &period, &unit, true);
    struct naive_draft next[SERIES];
    bool may = r->begun || is_asked(period, unit), stale[SERIES] = {0};
    struct typed_cell cell[SERIES];
    struct save_result ret[SERIES];

    for (int s = 0; s < SERIES; s++) {
        struct naive_draft *d = &r->draft[s];
        if (world_form_of[s] != form || chance(40))
            continue;
        next[n] = (struct naive_draft){.has = true, .said = random_said(s, false), .who = who};
        next[n].empty = chance(10);
        struct sbuf b;
        sbuf_init(&b, &world->a, 100);
        if (!next[n].empty)
            value_text(&b, s, next[n].said.value, ',');
        int64_t seen = chance(70) ? -1 : d->seq - (chance(30) ? 1 : 0);
        cell[n] = (struct typed_cell){world->series[s], sbuf_view(&b), next[n].said.flags,
            str_dup(&world->a, str_of(next[n].said.note)), seen};
        next[n].said.flags = on_behalf(who, unit, next[n].said.flags);
        may = may && may_type(who, s, period, unit, naive_move_at(r, INT64_MAX).state);
        bool equal = d->has && d->empty == next[n].empty &&
                     (d->empty || d->said.value == next[n].said.value) &&
                     d->said.flags == next[n].said.flags &&
                     strcmp(d->said.note, next[n].said.note) == 0;
        stale[n] = d->has && !equal && seen >= 0 && seen != d->seq;
        next[n].seq = equal || stale[n] ? d->seq : d->seq + 1;
        typed[n] = equal || stale[n] ? -1 : s;
        n++;
    }
    if (!n)
        return;
    bool ok = reporting_save(world->app, world->who[who], key_of(form, period, unit), cell,
        (size_t)n, &world->a, ret, &world->err);
    agree(REPORT_STEPS, may, ok, "saving");
    if (!ok)
        return;
    begin_report(r);
    for (int i = 0; i < n; i++) {
        assert_int_equal(ret[i].stale, stale[i]);
        assert_int_equal(ret[i].seq, next[i].seq);
        if (typed[i] >= 0)
            r->draft[typed[i]] = next[i];
    }
}

/* ---- steps ---- */

static enum right right_of(enum report_step step, enum report_state from, int form)
{
    if (step == STEP_CHECK || step == STEP_EDIT || (step == STEP_SUBMIT && form == 1))
        return RIGHT_ENTER;
    if (step == STEP_TO_SIGN || step == STEP_PUSH_BACK)
        return RIGHT_CHECK;
    (void)from;
    return RIGHT_APPROVE; /* for these people signing, approving and reopening is one */
}

/* The draft becomes figures. */
static void publish(struct naive_report *r, int form, int period, int unit, int64_t act, bool final)
{
    for (int s = 0; s < SERIES; s++) {
        struct naive_draft d = r->draft[s];
        const struct naive_version *v = naive_newest(s, period, unit);
        if (world_form_of[s] != form || !d.has)
            continue;
        r->draft[s] = (struct naive_draft){0};
        if (final)
            d.said.flags &= ~(uint32_t)FIGURE_STATUS;
        if (d.empty && !v)
            continue;
        if (d.empty) {
            d.said.flags |= FIGURE_CLEARED;
            d.said.value = v->said.value;
        }
        if (!v || !naive_equal(&v->said, &d.said))
            new_version(s, period, unit, d.said, act, false);
    }
}

static bool needs_reason(enum report_step step)
{
    return step == STEP_PUSH_BACK || step == STEP_RETURN || step == STEP_REVOKE ||
           step == STEP_REOPEN;
}

static bool has_draft(const struct naive_report *r)
{
    for (int s = 0; s < SERIES; s++)
        if (r->draft[s].has)
            return true;
    return false;
}

static void take_step(int who, enum report_step step, int form, int period, int unit)
{
    struct naive_report *r = &naive->report[form][period][unit - FIRST_COMMUNE];
    struct naive_move m = naive_move_at(r, INT64_MAX);
    bool reasoned = !needs_reason(step) || !chance(5);
    enum report_state to = REPORT_NOT_STARTED;
    struct act_no act;

    struct step_request q = {.key = key_of(form, period, unit),
        .step = step,
        .reason = reasoned && needs_reason(step) ? STR("vì số liệu") : STR("")};
    if (m.act > 1 && chance(20))
        q.seen.v = m.act - (chance(20) ? 1 : 0);
    else if (chance(10))
        q.seen.v = world_head().v + draw(2) * 1000;
    bool may = (r->begun || is_asked(period, unit)) && naive_next(form, m.state, step, &to) &&
               has_right(who, unit, right_of(step, m.state, form)) && reasoned &&
               !(q.seen.v > 0 && q.seen.v < m.act);
    if ((step == STEP_APPROVE || step == STEP_LOCK) && who != WHO_SYSTEM && who == r->sent_by)
        may = false;
    if (step == STEP_FINAL && who != WHO_SYSTEM && !has_draft(r))
        may = false; /* nothing was brought up to date */
    bool ok = reporting_step(world->app, world->who[who], &q, &act, &world->err);
    agree((int)step, may, ok, report_step_name(step));
    if (!ok)
        return;
    r->begun = true;
    assert_int_equal(act.v, world_head().v);
    m.act = act.v;
    m.state = to;
    if (step == STEP_SUBMIT || step == STEP_FINAL)
        publish(r, form, period, unit, act.v, step == STEP_FINAL);
    if (step == STEP_SUBMIT) {
        m.submitted = act.v;
        r->sent_by = who;
    } else if (step == STEP_APPROVE) {
        m.approved = q.seen.v > 0 && q.seen.v < act.v ? q.seen.v : act.v;
    } else if (step == STEP_REVOKE) {
        m.submitted = m.submitted > m.approved ? m.submitted : m.approved;
        m.approved = 0;
    } else if (step == STEP_FINAL) {
        m.submitted = m.approved = act.v;
    }
    PUSH(&r->move, m);
}

/* Mostly steps that can be taken, sometimes any. */
static void op_step(void)
{
    int form, period, unit;
    const struct naive_report *r = some_report(&form, &period, &unit, false);
    enum report_step step = (enum report_step)draw(REPORT_STEPS);
    enum report_state to;

    for (int i = 0; i < 20 && !chance(10); i++) {
        if (naive_next(form, naive_move_at(r, INT64_MAX).state, step, &to) && step != STEP_EDIT)
            break;
        step = (enum report_step)draw(REPORT_STEPS);
    }
    take_step((int)draw(WHO_COUNT), step, form, period, unit);
}

/* ---- imports ---- */

static void op_import(void)
{
    bool provisional = chance(40), may = true, any = false, fresh[8];
    int n = 1 + (int)draw(6), at[8][3];
    struct said said[8];
    struct sbuf b;
    struct import_result ret;

    sbuf_init(&b, &world->a, 4000);
    sbuf_z(&b, "indicator,unit,period,value,status,approx,note\n");
    for (int i = 0; i < n; i++) {
        int s = (int)draw(SERIES), p = (int)draw(PERIODS), u = (int)draw(UNITS);
        for (int k = 0; k < i; k++)
            if (at[k][0] == s && at[k][1] == p && at[k][2] == u)
                may = false; /* twice the same cell */
        at[i][0] = s, at[i][1] = p, at[i][2] = u;
        said[i] = random_said(s, true);
        const struct naive_version *v = naive_newest(s, p, u);
        if (v && chance(30))
            said[i] = v->said;
        said[i].flags &= FIGURE_STATUS | FIGURE_APPROX | FIGURE_MADE_UP;
        if (u == CLOSED && (p == 3 || p == 4))
            may = false; /* not alive in any part of it */
        sbuf_printf(&b, "%s,%s,%s,", world_indicator[s], world_unit[u], world_period[p]);
        value_text(&b, s, said[i].value, '.');
        sbuf_printf(&b, ",%s,%s,%s%s\n",
            figure_status_name((enum figure_status)(said[i].flags & FIGURE_STATUS)), said[i].approx,
            said[i].flags & FIGURE_MADE_UP ? "[minh họa] " : "", said[i].note);
        said[i].flags |= provisional ? FIGURE_BORN_PROVISIONAL : FIGURE_BORN_APPROVED;
        struct said compared = said[i]; /* a note counts where one is given */
        if (v && !said[i].note[0] && !said[i].approx[0])
            strcpy(compared.note, v->said.note);
        fresh[i] = !v || !naive_equal(&v->said, &compared);
        any = any || fresh[i];
    }
    struct import_file f = {.name = STR("figures.csv"), .text = sbuf_view(&b)};
    f.dry_run = chance(5);
    struct act_no before = world_head();
    bool ok =
        import_figures(world->app, world->who[WHO_SYSTEM], &f, provisional, &ret, &world->err);
    agree(REPORT_STEPS + 1, may, ok, "importing figures");
    if (!ok || f.dry_run || !any) {
        assert_int_equal(world_head().v, before.v);
        return;
    }
    assert_int_equal(ret.act.v, before.v + 1);
    for (int i = 0; i < n; i++)
        if (fresh[i])
            new_version(at[i][0], at[i][1], at[i][2], said[i], ret.act.v, false);
    struct naive_import done_import = {.act = ret.act.v};
    PUSH(&naive->import, done_import);
}

static void op_not_applicable(void)
{
    int s = (int)draw(SERIES), u = FIRST_COMMUNE + (int)draw(COMMUNES);
    int from = (int)draw(NA_FROM), to = (int)draw(NA_TO);
    bool may = u != CLOSED || from < 2;
    struct naive_na_act next = naive->na.p[naive->na.n - 1];
    bool fresh = next.now.to[s][u][from] != to;
    struct import_result ret;
    char text[200], day[2][16] = {"", ""};

    for (int i = 0; i < 2; i++) {
        struct day d = i ? naive_na_to(to) : naive_na_from(from);
        struct sbuf b;
        sbuf_init_fixed(&b, day[i], sizeof day[i]);
        if (d.v != DAY_MAX.v)
            day_put(&b, d);
        sbuf_cstr(&b);
    }
    snprintf(text, sizeof text, "indicator,unit,from,to\n%s,%s,%s,%s\n", world_indicator[s],
        world_unit[u], day[0], day[1]);
    struct import_file f = {.name = STR("na.csv"), .text = str_of(text)};
    struct act_no before = world_head();
    const struct import_kind *kind = import_kinds;
    while (strcmp(kind->name, "not-applicable") != 0)
        kind++;
    bool ok = kind->run(world->app, world->who[WHO_SYSTEM], &f, &ret, &world->err);
    agree(REPORT_STEPS + 2, may, ok, "importing what is not applicable");
    if (!ok || !fresh) {
        assert_int_equal(world_head().v, before.v);
        return;
    }
    next.act = ret.act.v;
    next.now.to[s][u][from] = (int8_t)to;
    PUSH(&naive->na, next);
    struct naive_import done_import = {
        .act = ret.act.v, .is_na = true, .series = s, .unit = u, .from = from};
    PUSH(&naive->import, done_import);
}

/* Only the newest version of a cell can be taken back, only the newest row. */
static bool may_undo(const struct naive_import *im)
{
    if (im->undone)
        return false;
    for (int s = 0; s < SERIES && !im->is_na; s++)
        for (int p = 0; p < PERIODS; p++)
            for (int u = 0; u < UNITS; u++) {
                const struct naive_cell *cell = &naive->cell[s][p][u];
                for (int i = 0; i < cell->version.n - 1; i++)
                    if (cell->version.p[i].act == im->act)
                        return false;
            }
    for (int i = 0; i < naive->import.n && im->is_na; i++) {
        const struct naive_import *k = &naive->import.p[i];
        if (k->is_na && k->act > im->act && k->series == im->series && k->unit == im->unit &&
            k->from == im->from)
            return false;
    }
    return true;
}

static void undo_na(const struct naive_import *im, int64_t act)
{
    struct naive_na_act next = naive->na.p[naive->na.n - 1];

    for (int i = 1; i < naive->na.n; i++)
        if (naive->na.p[i].act == im->act)
            next.now.to[im->series][im->unit][im->from] =
                naive->na.p[i - 1].now.to[im->series][im->unit][im->from];
    next.act = act;
    PUSH(&naive->na, next);
}

static void undo_figures(const struct naive_import *im, int64_t act)
{
    for (int s = 0; s < SERIES; s++)
        for (int p = 0; p < PERIODS; p++)
            for (int u = 0; u < UNITS; u++) {
                struct naive_cell *cell = &naive->cell[s][p][u];
                int n = cell->version.n;
                if (!n || cell->version.p[n - 1].act != im->act)
                    continue;
                struct said said = {.flags = FIGURE_CLEARED};
                if (n > 1)
                    said = cell->version.p[n - 2].said;
                else
                    said.value = cell->version.p[0].said.value;
                if (n == 1)
                    said.flags |= cell->version.p[0].said.flags &
                                  (FIGURE_BORN_APPROVED | FIGURE_BORN_PROVISIONAL);
                new_version(s, p, u, said, act, true);
            }
}

static void op_undo(void)
{
    int n = naive->import.n;
    struct import_result ret;

    if (!n)
        return;
    /* mostly one of the last: the others are overwritten soon */
    int i = chance(80) ? n - 1 - (int)draw(n < 4 ? (uint32_t)n : 4) : (int)draw((uint32_t)n);
    struct naive_import *im = &naive->import.p[i];
    bool may = may_undo(im);
    bool ok = import_undo(
        world->app, world->who[WHO_SYSTEM], (struct act_no){im->act}, false, &ret, &world->err);
    agree(REPORT_STEPS + 3, may, ok, "undoing an import");
    if (!ok)
        return;
    im->undone = true;
    if (im->is_na)
        undo_na(im, world_head().v);
    else
        undo_figures(im, world_head().v);
}

/* ---- comparing ---- */

static void same_value(
    struct cell_value a, struct cell_value b, int s, int p, int u, const char *what)
{
    uint32_t mask = FIGURE_STATUS | FIGURE_APPROX | FIGURE_MADE_UP | FIGURE_NIL | FIGURE_ON_BEHALF;

    if (a.has != b.has || (a.has && (a.value != b.value || ((a.flags ^ b.flags) & mask))))
        fail_msg("step %d: %s of %s %s %s: store %d %lld %x, model %d %lld %x", step_no, what,
            world_indicator[s], world_period[p], world_unit[u], a.has, (long long)a.value, a.flags,
            b.has, (long long)b.value, b.flags);
}

struct column {
    struct cell_value approved[UNITS], provisional[UNITS];
};

static bool take_cell(
    void *ctx, struct unit_id unit, struct cell_value approved, struct cell_value provisional)
{
    struct column *c = ctx;

    for (int u = 0; u < UNITS; u++)
        if (world->unit[u].v == unit.v) {
            c->approved[u] = approved;
            c->provisional[u] = provisional;
        }
    return true;
}

static void compare_columns(struct act_no known)
{
    for (int s = 0; s < SERIES; s++)
        for (int p = 0; p < PERIODS; p++) {
            struct column c = {0};
            OK(world->store->ops->load_column(
                world->store, world->series[s], world->code[p], known, take_cell, &c, &world->err));
            for (int u = 0; u < UNITS; u++) {
                same_value(
                    c.approved[u], naive_value(s, p, u, false, known.v), s, p, u, "approved");
                same_value(
                    c.provisional[u], naive_value(s, p, u, true, known.v), s, p, u, "provisional");
            }
        }
}

static void compare_history(int s, int p, int u)
{
    const struct naive_cell *cell = &naive->cell[s][p][u];
    struct figure_key key = {world->series[s], world->code[p], world->unit[u]};
    struct figure_record *record;
    size_t n;

    OK(world->store->ops->cell_history(
        world->store, key, ACT_MAX, &world->a, &record, &n, &world->err));
    if ((int)n != cell->version.n)
        fail_msg("step %d: %s %s %s: %zu versions, model %d", step_no, world_indicator[s],
            world_period[p], world_unit[u], n, cell->version.n);
    for (size_t i = 0; i < n; i++) {
        const struct naive_version *v = &cell->version.p[i];
        assert_int_equal(record[i].version.act.v, v->act);
        assert_int_equal(record[i].version.value, v->said.value);
        assert_str(record[i].note, v->said.note);
        assert_str(record[i].approx, v->said.approx);
    }
}

static void compare_reports(struct act_no known)
{
    for (int f = 0; f < FORMS; f++)
        for (int p = 0; p < QUARTERS; p++)
            for (int u = 0; u < COMMUNES; u++) {
                struct naive_move m = naive_move_at(&naive->report[f][p][u], known.v);
                struct report r = {0};
                bool found;
                OK(world->store->ops->report(world->store, world->form[f],
                    world->unit[FIRST_COMMUNE + u], world->code[p], known, &world->a, &r, &found,
                    &world->err));
                if (!found)
                    assert_int_equal(m.act, 0);
                assert_int_equal(r.state, m.state);
                assert_int_equal(r.marks.submitted.v, m.submitted);
                assert_int_equal(r.marks.approved.v, m.approved);
            }
}

/* The plain model of totals over the naive model's cells. */
static void fill_model(struct model *m, const struct catalog *c, int64_t known)
{
    model_init(m, c);
    model_catalog(m, c);
    for (int s = 0; s < SERIES; s++)
        for (int p = 0; p < PERIODS; p++)
            for (int u = 0; u < UNITS; u++) {
                struct engine_change ch = {world->series[s], world->code[p],
                    {world->unit[u], naive_value(s, p, u, false, known),
                        naive_value(s, p, u, true, known)}};
                if (ch.cell.approved.has || ch.cell.provisional.has)
                    model_set(m, &ch);
            }
}

static void compare_applies(const struct catalog *c, int64_t known)
{
    for (int s = 0; s < SERIES; s++)
        for (int u = FIRST_COMMUNE; u < UNITS; u++)
            for (int p = 0; p < QUARTERS; p++) {
                struct day last = period_last_day(world->period[p]);
                int x = catalog_indicator(c, str_of(world_indicator[s]), NULL);
                bool a = catalog_applicable(c, x, units_find_id(&c->units, world->unit[u]), last);
                if (a != naive_applies(s, u, last, known))
                    fail_msg("step %d: %s applies to %s in %s: %d", step_no, world_indicator[s],
                        world_unit[u], world_period[p], a);
            }
}

static bool same_rat(bool has, struct rat a, struct rat b)
{
    return !has || rat_cmp(a, b) == 0;
}

static void compare_total(const struct engine_query *q, const struct total *a, struct model *m)
{
    struct total b;

    assert_true(model_total(m, q, &b));
    if (a->has == b.has && same_rat(a->has, a->value, b.value) && a->reported == b.reported &&
        a->expected == b.expected && a->marks == b.marks && a->has_stated == b.has_stated &&
        same_rat(a->has_stated, a->stated, b.stated))
        return;
    struct sbuf s;
    sbuf_init(&s, &world->a, 4000);
    sbuf_printf(&s, "step %d: total of %.*s, unit %d, ", step_no,
        STR_ARG(m->c->indicator[q->indicator].code), q->unit);
    period_put(&s, q->period);
    for (int i = 0; i < 2; i++) {
        const struct total *t = i ? &b : a;
        sbuf_printf(&s, "\n%s %s: %d ", i ? "model" : "engine",
            q->state == TOTAL_APPROVED ? "approved" : "provisional", t->has);
        if (t->has)
            rat_put(&s, t->value);
        sbuf_printf(&s, " (%lld of %lld, marks %x)", (long long)t->reported, (long long)t->expected,
            t->marks);
    }
    fail_msg("%s", sbuf_cstr(&s));
}

/* Every total of every unit, in every period, in both states, as known at the act. */
static void compare_totals(struct act_no known)
{
    enum { ALL = INDICATORS * PERIODS * UNITS * 2 };
    int64_t at = known.v == ACT_MAX.v ? INT64_MAX : known.v;
    static struct engine_query q[ALL];
    static struct total t[ALL];
    struct model m;
    struct view v;
    size_t n = 0;

    OK(app_read(world->app, known, &v, &world->err));
    compare_applies(v.catalog, at);
    for (int i = 0; i < INDICATORS; i++)
        for (int p = 0; p < PERIODS; p++)
            for (int u = 0; u < UNITS; u++)
                for (int state = 0; state < 2; state++)
                    q[n++] = (struct engine_query){.catalog = v.catalog,
                        .indicator = catalog_indicator(v.catalog, str_of(world_indicator[i]), NULL),
                        .series = -1,
                        .unit = units_find_id(&v.catalog->units, world->unit[u]),
                        .period = world->period[p],
                        .state = state ? TOTAL_PROVISIONAL : TOTAL_APPROVED,
                        .line = -1};
    OK(engine_totals(v.engine, q, n, t, &world->err));
    fill_model(&m, v.catalog, at);
    for (size_t i = 0; i < n; i++)
        compare_total(&q[i], &t[i], &m);
    model_free(&m);
    app_read_end(world->app, &v);
}

static void compare_all(struct act_no known)
{
    compare_columns(known);
    compare_reports(known);
    compare_totals(known);
}

static void compare_trail(void)
{
    struct verify_report r;
    int64_t checked;

    OK(world->store->ops->verify(world->store, &r, &world->err));
    OK(app_verify_totals(world->app, &checked, &world->err));
    for (int s = 0; s < SERIES; s++)
        for (int p = 0; p < PERIODS; p++)
            for (int u = 0; u < UNITS; u++)
                compare_history(s, p, u);
}

/* ---- the run ---- */

static void one_step(void)
{
    uint32_t what = draw(100);

    arena_reset(&world->a);
    world->err = ERR_INIT;
    atomic_fetch_add(&world->now_ms, draw(60000));
    if (what < 40)
        op_save();
    else if (what < 82)
        op_step();
    else if (what < 91)
        op_import();
    else if (what < 93)
        op_not_applicable();
    else
        op_undo();
}

static void tell_tally(void)
{
    static const char *const more[] = {"save", "import", "not applicable", "undo"};

    for (int i = 0; i < REPORT_STEPS + 4; i++) {
        const char *name =
            i < REPORT_STEPS ? report_step_name((enum report_step)i) : more[i - REPORT_STEPS];
        print_message(
            "  %-14s %6lld done, %6lld refused\n", name, (long long)done[i], (long long)refused[i]);
        if (!done[i] && step_no > 3000)
            fail_msg("%s was never done", name);
    }
    print_message("  %lld acts\n", (long long)world_head().v);
}

static void random_operations_keep_store_engine_and_model_in_agreement(void **state)
{
    const char *s = getenv("GIAOBAN_SEED"), *n = getenv("GIAOBAN_STEPS");
    int steps = n ? atoi(n) : 3000;

    (void)state;
    seed = s ? strtoull(s, NULL, 10) : 20260925;
    print_message("seed %llu, %d steps\n", (unsigned long long)seed, steps);
    seed = seed * 0x9e3779b97f4a7c15u + 1;
    naive_init();
    struct act_no first = world_head();
    for (step_no = 1; step_no <= steps; step_no++) {
        one_step();
        if (step_no % 25 == 0)
            compare_all(ACT_MAX);
        if (step_no % 150 == 0) {
            int64_t span = world_head().v - first.v;
            compare_all((struct act_no){first.v + (int64_t)draw((uint32_t)span)});
        }
        if (step_no % 500 == 0) {
            compare_trail();
            world_reopen();
            compare_all(ACT_MAX);
        }
    }
    compare_all(ACT_MAX);
    compare_trail();
    tell_tally();
    naive_free();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations_keep_store_engine_and_model_in_agreement),
    };

    return cmocka_run_group_tests_name("app: random operations", tests, world_open, world_close);
}
