/* import_boundaries: see import_boundaries.h. */
#include "app/import_boundaries.h"

#include <stdio.h>

#include "app/geojson.h"
#include "app/import_common.h"

enum { N_CODE, N_NAME, N_DAY };
static const char *const our_names[GEOJSON_NAMES] = {"code", "name", "day"};

/* One feature of the file: whose, and from when. */
struct entry {
    int unit, level;
    struct day day;
    struct geo_shape shape, drawn;
};

struct boundaries {
    struct write *w;
    const struct import_file *file;
    struct geojson g;
    struct day from;
    struct map seen; /* unit and day */
    VEC(struct entry) entry;
    struct boundaries_result *result;
    struct err *err;
};

struct boundaries_job {
    const struct import_file *file;
    struct day from;
    struct boundaries_result *result;
};

/* The file's name for one of ours: `ours=theirs,...`; empty: none is given. */
static struct str given(struct str list, const char *ours)
{
    struct str one;

    while (list.n && str_cut(&list, ',', &one)) {
        ptrdiff_t eq = str_find_char(one, '=', 0);
        if (eq >= 0 && str_is(str_trim(str_slice(one, 0, (size_t)eq)), ours))
            return str_trim(str_slice(one, (size_t)eq + 1, one.n));
    }
    return STR("");
}

/* ---- one feature ---- */

static void compare_name(
    struct boundaries *b, int unit, struct day day, struct str code, struct str theirs)
{
    const struct unit_version *v = unit_name_on(&b->w->catalog->units, unit, day);
    struct boundaries_result *r = b->result;

    if (!v || !theirs.n || text_contains(b->w->arena, v->name, theirs) ||
        text_contains(b->w->arena, theirs, v->name))
        return;
    if (r->misnamed++ == 0) {
        snprintf(r->misnamed_code, sizeof r->misnamed_code, "%.*s", STR_ARG(code));
        snprintf(r->misnamed_name, sizeof r->misnamed_name, "%.*s", STR_ARG(theirs));
        snprintf(r->misnamed_unit, sizeof r->misnamed_unit, "%.*s", STR_ARG(v->name));
    }
}

static bool need_code(struct boundaries *b, const struct geojson_feature *f)
{
    err_set(b->err, ERR_INVALID, MSG_err_boundary_code, b->g.wanted[N_CODE]);
    return geojson_at(&b->g, f);
}

static bool take(void *ctx, const struct geojson_feature *f)
{
    struct boundaries *b = ctx;
    struct write *w = b->w;
    const struct units *us = &w->catalog->units;
    struct entry e = {.day = b->from, .shape = f->shape};
    struct str clean[GEOJSON_NAMES];

    for (int i = 0; i < GEOJSON_NAMES; i++)
        if (!text_clean(w->arena, f->name[i], IMPORT_TEXT_MAX, &clean[i], b->err))
            return geojson_at(&b->g, f);
    if (!clean[N_CODE].n)
        return need_code(b, f);
    if (clean[N_DAY].n && !day_parse(clean[N_DAY], &e.day, b->err))
        return geojson_at(&b->g, f);
    e.unit = units_find(us, clean[N_CODE], e.day, b->err);
    if (e.unit < 0)
        return geojson_at(&b->g, f);
    uint64_t key = (uint64_t)(uint32_t)e.unit << 32 | (uint32_t)e.day.v;
    if (map_has(&b->seen, key)) {
        err_set(b->err, ERR_INVALID, MSG_err_import_twice, clean[N_CODE]);
        return geojson_at(&b->g, f);
    }
    int kind = unit_kind_on(us, e.unit, e.day);
    e.level = kind >= 0 ? us->kinds.p[kind].level : 5;
    compare_name(b, e.unit, e.day, clean[N_CODE], clean[N_NAME]);
    b->result->import.rows++;
    b->result->points += (int64_t)geo_points(&e.shape);
    return (map_put(&b->seen, key, 1) && vec_push(&b->entry, w->arena, e)) || err_memory(b->err);
}

/* ---- what is drawn ---- */

/* Neighbours of one level are simplified together. */
static bool simplify(struct boundaries *b)
{
    struct arena *a = b->w->arena;
    size_t n = b->entry.n;
    struct geo_shape *s = arena_array(a, n + 1, sizeof *s), *d = arena_array(a, n + 1, sizeof *d);

    if (!s || !d)
        return err_memory(b->err);
    for (int level = 0; level < 10; level++) {
        size_t k = 0;
        for (size_t i = 0; i < n; i++)
            if (b->entry.p[i].level == level)
                s[k++] = b->entry.p[i].shape;
        if (k && !boundary_simplify(a, s, k, boundary_tolerance(level), d, b->err))
            return false;
        k = 0;
        for (size_t i = 0; i < n; i++)
            if (b->entry.p[i].level == level) {
                b->entry.p[i].drawn = d[k++];
                b->result->drawn += (int64_t)geo_points(&b->entry.p[i].drawn);
            }
    }
    return true;
}

/* ---- what must be drawn ---- */

/* Does the file speak of a unit that holds the place, or of the whole country? */
static bool concerns(const struct boundaries *b, const struct map_place *p)
{
    const struct units *us = &b->w->catalog->units;

    for (size_t i = 0; i < b->entry.n; i++) {
        const struct entry *e = &b->entry.p[i];
        const struct unit_version *v = unit_on(us, e->unit, e->day);
        if (v && day_in(e->day, p->from, p->to) && (e->level == 1 || str_eq(v->code, p->unit_code)))
            return true;
    }
    return false;
}

static bool is_drawn(const struct boundaries *b, const struct map_place *p)
{
    for (size_t i = 0; i < b->entry.n; i++)
        if (geo_touches(&b->entry.p[i].shape, p->box))
            return true;
    return false;
}

static void find_missing(struct boundaries *b)
{
    const struct map_places *list = app_map_places(b->w->app);
    struct boundaries_result *r = b->result;

    for (size_t i = 0; list && i < list->n && r->missings < BOUNDARIES_MISSING_MAX; i++) {
        const struct map_place *p = &list->p[i];
        bool told = false;
        for (size_t k = 0; k < r->missings; k++)
            told = told || str_eq(r->missing[k]->place, p->place);
        if (!told && concerns(b, p) && !is_drawn(b, p))
            r->missing[r->missings++] = p;
    }
}

/* ---- writing ---- */

static bool wanted(const void *ctx, struct unit_id unit)
{
    return map_has(ctx, (uint64_t)unit.v);
}

/* What is stored already of the file's units, by unit and day. */
static bool load(struct boundaries *b, struct boundary_row **ret, size_t *ret_n)
{
    struct write *w = b->w;
    struct map ids;
    struct boundary_filter f = {.from = {INT64_MAX}, .wanted = wanted, .ctx = &ids, .whole = true};

    map_init(&ids, w->arena);
    for (size_t i = 0; i < b->entry.n; i++) {
        struct unit_id id = w->catalog->units.p[b->entry.p[i].unit].id;
        f.from = id.v < f.from.v ? id : f.from;
        f.to = id.v > f.to.v ? id : f.to;
        if (!map_put(&ids, (uint64_t)id.v, 1))
            return err_memory(b->err);
    }
    return w->ops->boundaries(w->store, &f, ACT_MAX, w->arena, ret, ret_n, b->err);
}

static bool store_one(
    struct boundaries *b, const struct entry *e, const struct boundary_row *old, size_t olds)
{
    struct write *w = b->w;
    struct boundary_row row = {.unit = w->catalog->units.p[e->unit].id, .from = e->day};
    const struct boundary_row *last = NULL;

    if (!geo_pack(w->arena, &e->shape, &row.shape, b->err) ||
        !geo_pack(w->arena, &e->drawn, &row.drawn, b->err))
        return false;
    for (size_t i = 0; i < olds; i++)
        if (old[i].unit.v == row.unit.v && old[i].from.v <= e->day.v)
            last = &old[i]; /* by day: the one in force */
    bool same_day = last && last->from.v == e->day.v;
    if (last && str_eq(last->shape, row.shape) && (!same_day || str_eq(last->drawn, row.drawn))) {
        b->result->import.unchanged++;
        return true;
    }
    *(same_day ? &b->result->import.changed : &b->result->import.added) += 1;
    if (!w->act.no.v) {
        struct sbuf name;
        sbuf_init(&name, w->arena, 400);
        sbuf_printf(&name, "boundaries %.*s", (int)(b->file->name.n < 300 ? b->file->name.n : 300),
            b->file->name.p);
        if (!write_act(w, ACT_IMPORT_BOUNDARIES, sbuf_view(&name), STR(""), b->err))
            return false;
    }
    return w->ops->boundary_put(w->store, &row, w->act.no, b->err);
}

static bool job(struct write *w, void *ctx, struct err *err)
{
    struct boundaries_job *j = ctx;
    struct boundaries b = {.w = w, .file = j->file, .result = j->result, .err = err};
    struct boundary_row *old;
    size_t olds;

    *j->result = (struct boundaries_result){0};
    if (!must(
            w->catalog, w->today, w->actor, RIGHT_ADMIN_UNITS, -1, w->today, STR(""), STR(""), err))
        return false;
    b.from = j->from.v == DAY_MIN.v ? w->today : j->from;
    map_init(&b.seen, w->arena);
    b.g = (struct geojson){.features_max = BOUNDARIES_MAX, .points_max = BOUNDARIES_POINTS_MAX};
    for (int i = 0; i < GEOJSON_NAMES; i++) {
        b.g.wanted[i] = given(j->file->map.columns, our_names[i]);
        if (!b.g.wanted[i].n)
            b.g.wanted[i] = str_of(our_names[i]);
    }
    if (!geojson_read(&b.g, w->arena, j->file->text, j->file->name, take, &b, err) ||
        !simplify(&b) || !load(&b, &old, &olds))
        return false;
    find_missing(&b);
    for (size_t i = 0; i < b.entry.n; i++)
        if (!store_one(&b, &b.entry.p[i], old, olds))
            return false;
    return true;
}

bool import_boundaries(struct app *a, struct actor who, const struct import_file *f,
    struct day from, struct boundaries_result *ret, struct err *err)
{
    struct boundaries_job j = {f, from, ret};
    struct write_options o = {.dry_run = f->dry_run};
    struct act_no act = {0};

    if (!app_write(a, who, o, job, &j, &act, err))
        return false;
    ret->import.act = f->dry_run ? (struct act_no){0} : act;
    return true;
}
