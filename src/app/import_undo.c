/* import_undo: an import taken back by an act of its own. Definitions go back by their two act
 * columns; figures that the act wrote get the version before it again, or are cleared, in a version
 * that takes the act's back (FIGURE_UNDOES), so that what counted before, approved and provisional,
 * counts again. Refused as a whole where a later act changed one of them: whoever did that meant
 * the new value. An undoing of definitions can be taken back itself; one of figures cannot: they
 * are imported again. */
#include "app/import_common.h"

#include <stdio.h>

struct undo_job {
    struct act_no undone;
    bool dry_run;
    struct import_result *result;
};

struct undoing {
    struct write *w;
    struct import_result *result;
    struct err *err;
    VEC(struct figure_write) back;
    bool changed_since;
    struct figure_key where;
};

/* Note and words of the version that stands again. */
static bool words_of(struct undoing *u, struct act_no act, struct figure_write *f)
{
    struct write *w = u->w;
    struct figure_record *r;
    size_t n;

    if (!w->ops->cell_history(w->store, f->key, ACT_MAX, w->arena, &r, &n, u->err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (r[i].version.act.v == act.v) {
            f->note = r[i].note;
            f->approx = r[i].approx;
            f->origin = r[i].origin;
        }
    return true;
}

static bool collect(void *ctx, struct figure_key key, struct figure_version written,
    bool had_before, struct figure_version before, bool is_current)
{
    struct undoing *u = ctx;
    struct figure_write f = {.key = key,
        .value = had_before ? before.value : written.value,
        .flags = had_before ? before.flags
                            : FIGURE_CLEARED | (written.flags & (FIGURE_BORN_APPROVED |
                                                                    FIGURE_BORN_PROVISIONAL))};

    if (!is_current) {
        u->changed_since = true;
        u->where = key;
        return true;
    }
    if (had_before && (before.flags & FIGURE_HAS_NOTE) && !words_of(u, before.act, &f))
        return false;
    f.flags = (f.flags & ~(uint32_t)FIGURE_STORE) | FIGURE_UNDOES;
    return vec_push(&u->back, u->w->arena, f) || err_memory(u->err);
}

static bool is_import(enum act_kind k)
{
    return (k >= ACT_IMPORT_UNITS && k <= ACT_IMPORT_OTHER) || k == ACT_UNIT_EVENT || k == ACT_UNDO;
}

static bool refuse_changed(struct undoing *u)
{
    const struct catalog *c = u->w->catalog;
    int s = catalog_series_id(c, u->where.series), unit = units_find_id(&c->units, u->where.unit);
    struct period p = {0};
    struct sbuf b;

    sbuf_init(&b, u->w->arena, 64);
    if (period_from_code(u->where.period, &p))
        period_put(&b, p);
    const struct unit_version *v = unit < 0 ? NULL : unit_name_on(&c->units, unit, u->w->today);
    return err_set(u->err, ERR_CONFLICT, MSG_err_undo_figure,
        s < 0 ? STR("?") : c->indicator[c->series[s].indicator].code, v ? v->name : STR("?"),
        sbuf_view(&b));
}

static bool job(struct write *w, void *ctx, struct err *err)
{
    struct undo_job *j = ctx;
    struct undoing u = {.w = w, .result = j->result, .err = err};
    struct act *acts;
    size_t n;
    char object[40], number[24];

    *j->result = (struct import_result){0};
    snprintf(number, sizeof number, "%lld", (long long)j->undone.v);
    if (!must(w->catalog, w->today, w->actor, RIGHT_ADMIN_INDICATORS, -1, w->today, STR(""),
            STR(""), err))
        return false;
    struct act_filter f = {.from = j->undone, .to = j->undone, .kind = -1, .limit = 1};
    if (!w->ops->acts(w->store, &f, w->arena, &acts, &n, err))
        return false;
    if (n == 0)
        return err_set(err, ERR_NOT_FOUND, MSG_err_undo_no_act, str_of(number));
    if (!is_import(acts[0].kind))
        return err_set(err, ERR_INVALID, MSG_err_undo_not_import, str_of(number),
            str_of(act_kind_name(acts[0].kind)));
    if (!w->ops->figures_of_act(w->store, j->undone, collect, &u, err))
        return false;
    if (u.changed_since)
        return refuse_changed(&u);
    if (acts[0].kind == ACT_UNDO && u.back.n) /* a version undoes the one before it, once */
        return err_set(err, ERR_INVALID, MSG_err_undo_figures_again, str_of(number));
    snprintf(object, sizeof object, "act %s", number);
    if (!write_act(w, ACT_UNDO, str_of(object), STR(""), err) ||
        !w->ops->undo_definitions(w->store, j->undone, w->act.no, err))
        return false;
    for (size_t i = 0; i < u.back.n; i++) {
        struct report_marks marks;
        if (!figure_marks(w, u.back.p[i].key, &marks, err) ||
            !write_figure(w, &u.back.p[i], marks, err))
            return false;
        j->result->changed++;
    }
    return true;
}

bool import_undo(struct app *a, struct actor who, struct act_no undone, bool dry_run,
    struct import_result *ret, struct err *err)
{
    struct undo_job j = {undone, dry_run, ret};
    struct import_file f = {.dry_run = dry_run};

    return import_run(a, who, &f, true, job, &j, ret, err);
}
