/* import_succession: what became of units, and where bodies sit.
 *
 * `day,event,from_code,to_code,share[,basis,decision]`: from_code is read on the day before,
 * to_code on the day. Rows of one day, kind and decision that share a predecessor or a successor
 * are one event. A share speaks of all bases where none is named; several rows of one edge name
 * different bases. Shares of one predecessor add up to 1 where all are known. `unchanged`
 * says that a unit goes on: nothing is stored, unless the lists of before and after made two units
 * of it (another spelling), which then is a renaming. */
#include <stdlib.h>

#include "app/import_forms.h"
#include "app/import_succession.h"

enum {
    C_DAY,
    C_EVENT,
    C_FROM,
    C_TO,
    C_SHARE,
    C_BASIS,
    C_DECISION,
    C_PEOPLE,
    C_AREA,
    C_HOUSEHOLDS,
    C_COUNT
};
static const struct csv_column columns[C_COUNT] = {{"day", true, NULL}, {"event", true, NULL},
    {"from_code", true, NULL}, {"to_code", true, NULL}, {"share", false, NULL},
    {"basis", false, NULL}, {"decision", false, NULL}, {"share_people", false, NULL},
    {"share_area", false, NULL}, {"share_households", false, NULL}};

struct edge_line {
    struct day day;
    enum event_kind kind;
    struct str decision;
    int from, to; /* -1: founded, dissolved */
    struct rat share[BASIS_COUNT];
    bool known[BASIS_COUNT];
    int line;
};

struct succession {
    struct importing im;
    VEC(struct edge_line) edge;
};

struct succession_job {
    const struct import_file *file;
    struct import_result *result;
};

static bool code_on(struct succession *s, size_t column, struct day day, int *ret)
{
    struct str code;

    *ret = -1;
    if (!cell_text(&s->im, column, &code))
        return false;
    if (!code.n)
        return true;
    *ret = units_find(&s->im.w->catalog->units, code, day, s->im.err);
    return *ret >= 0 || cell_err(&s->im, column);
}

static bool read_one_share(struct succession *s, size_t column, struct rat *ret, bool *ret_known)
{
    struct importing *im = &s->im;
    struct str share;

    *ret_known = false;
    if (!cell_text(im, column, &share))
        return false;
    if (!share.n)
        return true;
    if (!rat_parse(share, ret, im->err))
        return cell_err(im, column);
    if (rat_sign(*ret) < 0 || rat_cmp(*ret, rat_of_i64(1)) > 0) {
        err_set(im->err, ERR_INVALID, MSG_err_succession_share, share);
        return cell_err(im, column);
    }
    *ret_known = true;
    return true;
}

/* `share` with `basis`, or a column of its own for each basis. */
static bool read_share(struct succession *s, struct edge_line *e)
{
    struct importing *im = &s->im;
    struct str basis;
    enum share_basis b = BASIS_PEOPLE;
    struct rat r;
    bool known;

    if (!cell_text(im, C_BASIS, &basis) || !read_one_share(s, C_SHARE, &r, &known))
        return false;
    if (basis.n && !share_basis_parse(basis, &b))
        return cell_word_err(im, C_BASIS, "people, area, households");
    for (int i = 0; known && i < BASIS_COUNT; i++)
        if (!basis.n || i == (int)b) {
            e->share[i] = r;
            e->known[i] = true;
        }
    for (int i = 0; i < BASIS_COUNT; i++) {
        if (!read_one_share(s, C_PEOPLE + (size_t)i, &r, &known))
            return false;
        if (known) {
            e->share[i] = r;
            e->known[i] = true;
        }
    }
    return true;
}

/* Another row of the same edge only adds bases. */
static struct edge_line *same_edge(struct succession *s, const struct edge_line *e)
{
    for (size_t i = s->edge.n; i-- > 0;) {
        struct edge_line *x = &s->edge.p[i];
        if (x->day.v == e->day.v && x->from == e->from && x->to == e->to && x->kind == e->kind)
            return x;
    }
    return NULL;
}

static bool read_row(struct succession *s)
{
    struct importing *im = &s->im;
    struct edge_line e = {.line = im->row.line};
    struct str event;

    if (!cell_day(im, C_DAY, DAY_MIN, &e.day) || !cell_needed(im, C_EVENT, &event) ||
        !cell_text(im, C_DECISION, &e.decision))
        return false;
    /* lists of a whole country also name who goes on as before */
    bool unchanged = str_is(event, "unchanged");
    if (unchanged)
        e.kind = EVENT_RENAME;
    else if (!event_kind_parse(event, &e.kind))
        return cell_word_err(
            im, C_EVENT, "found, merge, split, transfer, rename, change-kind, dissolve, unchanged");
    if (!code_on(s, C_FROM, day_add(e.day, -1), &e.from) || !code_on(s, C_TO, e.day, &e.to) ||
        !read_share(s, &e))
        return false;
    if (unchanged && e.from == e.to && e.from >= 0) {
        im->result->unchanged++;
        return true;
    }
    if (e.from < 0 && e.to < 0) {
        err_set(im->err, ERR_INVALID, MSG_err_import_empty, STR("from_code"));
        return cell_err(im, C_FROM);
    }
    struct edge_line *old = e.from >= 0 && e.to >= 0 ? same_edge(s, &e) : NULL;
    if (!old)
        return vec_push(&s->edge, im->w->arena, e) || err_memory(im->err);
    for (int i = 0; i < BASIS_COUNT; i++)
        if (e.known[i]) {
            old->share[i] = e.share[i];
            old->known[i] = true;
        }
    return true;
}

/* The same edge on the same day, stored already; NULL: none. */
static const struct edge *stored_edge(const struct catalog *c, const struct edge_line *e)
{
    for (size_t i = 0; i < c->edges; i++) {
        const struct edge *x = &c->edge[i];
        if (x->from == e->from && x->to == e->to && c->event[x->event].day.v == e->day.v &&
            c->event[x->event].kind == e->kind)
            return x;
    }
    return NULL;
}

/* A share that somebody got to know later takes its place on the stored edge; one that the file
 * does not say stays. True where all is as stored. */
static bool is_as_stored(struct edge_line *e, const struct edge *x)
{
    bool same = true;

    for (int b = 0; b < BASIS_COUNT; b++) {
        if (!e->known[b]) {
            e->share[b] = x->share[b];
            e->known[b] = x->known[b];
        }
        same = same && x->known[b] == e->known[b] &&
               (!e->known[b] || rat_cmp(x->share[b], e->share[b]) == 0);
    }
    return same;
}

/* Is the stored edge among the file's? */
static bool is_in_file(const struct succession *s, const struct edge *x)
{
    const struct event *ev = &s->im.w->catalog->event[x->event];

    for (size_t k = 0; k < s->edge.n; k++)
        if (s->edge.p[k].from == x->from && s->edge.p[k].to == x->to &&
            s->edge.p[k].day.v == ev->day.v && s->edge.p[k].kind == ev->kind)
            return true;
    return false;
}

/* Edges of the same unit and day that are stored and that the file does not name count too. */
static bool add_stored(const struct succession *s, const struct edge_line *e, int basis,
    size_t *edges, size_t *known, struct rat *sum)
{
    const struct catalog *c = s->im.w->catalog;

    for (size_t i = 0; i < c->edges; i++) {
        const struct edge *x = &c->edge[i];
        if (x->from != e->from || c->event[x->event].day.v != e->day.v || is_in_file(s, x))
            continue;
        ++*edges;
        *known += x->known[basis];
        if (x->known[basis] && !rat_add(*sum, x->share[basis], sum))
            return false;
    }
    return true;
}

/* A predecessor whose only edge has no share gives all of itself; known shares must add up to 1. */
static bool check_shares(struct succession *s, size_t i)
{
    const struct edge_line *e = &s->edge.p[i];

    for (int b = 0; b < BASIS_COUNT && e->from >= 0; b++) {
        struct rat sum = rat_of_i64(0);
        size_t edges = 0, known = 0, first = i;
        for (size_t k = 0; k < s->edge.n; k++) {
            const struct edge_line *x = &s->edge.p[k];
            if (x->day.v != e->day.v || x->from != e->from)
                continue;
            if (edges++ == 0)
                first = k;
            known += x->known[b];
            if (x->known[b] && !rat_add(sum, x->share[b], &sum))
                return err_set(s->im.err, ERR_OVERFLOW, MSG_err_number_overflow);
        }
        if (first == i && !add_stored(s, e, b, &edges, &known, &sum))
            return err_set(s->im.err, ERR_OVERFLOW, MSG_err_number_overflow);
        if (edges == 1 && !known) {
            s->edge.p[i].share[b] = rat_of_i64(1);
            s->edge.p[i].known[b] = true;
            continue;
        }
        int cmp = rat_cmp(sum, rat_of_i64(1));
        if (first != i || cmp == 0 || (known < edges && cmp < 0))
            continue;
        const struct unit_version *v =
            unit_name_on(&s->im.w->catalog->units, e->from, day_add(e->day, -1));
        err_set(s->im.err, ERR_INVALID, MSG_err_succession_sum, v ? v->name : STR("?"));
        return err_at(s->im.err, s->im.csv.file, e->line, 0);
    }
    return true;
}

static int by_from(const void *va, const void *vb)
{
    const struct edge_line *a = va, *b = vb;

    if (a->day.v != b->day.v)
        return a->day.v < b->day.v ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->to < b->to ? -1 : a->to > b->to;
}

static struct str share_text(struct arena *a, const struct edge_line *e, int basis)
{
    struct sbuf b;

    sbuf_init(&b, a, 100);
    if (e->known[basis])
        rat_put(&b, e->share[basis]);
    return sbuf_view(&b);
}

static bool put_edge(struct succession *s, const struct edge_line *e, int64_t event)
{
    struct write *w = s->im.w;
    struct edge_row row = {.event = event};

    if (e->from >= 0)
        row.from = w->catalog->units.p[e->from].id;
    if (e->to >= 0)
        row.to = w->catalog->units.p[e->to].id;
    for (int b = 0; b < BASIS_COUNT; b++)
        row.share[b] = share_text(w->arena, e, b);
    return w->ops->edge_put(w->store, &row, w->act.no, s->im.err);
}

static bool change_edge(struct succession *s, const struct edge_line *e, int64_t event)
{
    s->im.result->changed++;
    return importing_act(&s->im, ACT_IMPORT_SUCCESSION, "succession") && put_edge(s, e, event);
}

/* Rows of a merge share the successor, those of a split the predecessor; events are found by that.
 */
static bool store_events(struct succession *s)
{
    struct importing *im = &s->im;
    struct write *w = im->w;
    struct map group; /* (kind, unit it turns on) -> event of the current day */
    struct day day = DAY_MIN;

    map_init(&group, w->arena);
    for (size_t i = 0; i < s->edge.n; i++) {
        struct edge_line *e = &s->edge.p[i];
        const struct edge *old = stored_edge(w->catalog, e);
        if (old && is_as_stored(e, old)) {
            im->result->unchanged++;
            continue;
        }
        if (old) {
            if (!change_edge(s, e, w->catalog->event[old->event].id))
                return false;
            continue;
        }
        if (e->day.v != day.v)
            map_init(&group, w->arena);
        day = e->day;
        bool forward = e->kind == EVENT_SPLIT || e->to < 0;
        uint64_t key = (uint64_t)e->kind << 40 | (uint64_t)(forward ? e->from : e->to);
        uint64_t event;
        if (!importing_act(im, ACT_IMPORT_SUCCESSION, "succession"))
            return false;
        if (!map_get(&group, key, &event)) {
            struct event_row row = {
                .day = e->day, .kind = e->kind, .decision = e->decision, .note = STR("")};
            if (!w->ops->new_id(w->store, "event", &row.id, im->err) ||
                !w->ops->event_put(w->store, &row, w->act.no, im->err))
                return false;
            event = (uint64_t)row.id;
            if (!map_put(&group, key, event))
                return err_memory(im->err);
        }
        im->result->added++;
        if (!put_edge(s, e, (int64_t)event))
            return false;
    }
    return true;
}

static bool job(struct write *w, void *ctx, struct err *err)
{
    struct succession_job *j = ctx;
    struct succession s = {0};
    bool end = false;

    if (!importing_begin(&s.im, w, j->file, columns, C_COUNT, j->result, err))
        return false;
    while (importing_next(&s.im, &end))
        if (!read_row(&s))
            return false;
    if (!end)
        return false;
    if (s.edge.n)
        qsort(s.edge.p, s.edge.n, sizeof *s.edge.p, by_from);
    for (size_t i = 0; i < s.edge.n; i++) {
        const struct edge *old = stored_edge(w->catalog, &s.edge.p[i]);
        if (old)
            is_as_stored(&s.edge.p[i], old); /* what the file does not say stays */
    }
    for (size_t i = 0; i < s.edge.n; i++)
        if (!check_shares(&s, i))
            return false;
    return store_events(&s);
}

bool import_succession(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    struct succession_job j = {f, ret};

    return import_run(a, who, f, true, job, &j, ret, err);
}

/* ---- where bodies sit ---- */

enum { P_UNIT, P_PLACE, P_DAY, P_COUNT };
static const struct csv_column place_columns[P_COUNT] = {
    {"unit", true, NULL}, {"place", true, NULL}, {"day", false, NULL}};

static bool place_row(struct importing *im)
{
    struct write *w = im->w;
    const struct units *us = &w->catalog->units;
    struct str unit, place;
    struct day day;

    if (!cell_needed(im, P_UNIT, &unit) || !cell_needed(im, P_PLACE, &place) ||
        !cell_day(im, P_DAY, w->today, &day))
        return false;
    int u = units_find(us, unit, day, im->err);
    if (u < 0)
        return cell_err(im, P_UNIT);
    int p = units_find(us, place, day, im->err);
    if (p < 0)
        return cell_err(im, P_PLACE);
    if (us->p[u].place == p) {
        im->result->unchanged++;
        return true;
    }
    struct unit_row row = {us->p[u].id, us->p[u].uid, us->p[p].id};
    im->result->changed++;
    return importing_act(im, ACT_IMPORT_UNITS, "places") &&
           w->ops->unit_put(w->store, &row, w->act.no, im->err);
}

bool import_places(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, place_columns, P_COUNT, place_row, ret, err);
}
