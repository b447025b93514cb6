/* unit: the directory of units; see unit.h. Trees are in unit_tree.c, kinds in kind.c. */
#include "domain/unit.h"

#include <stdlib.h>

#include "base/vec.h"

static const char *const line_names[LINE_COUNT] = {"state", "party", "front", "council"};

bool line_parse(struct str s, enum line *ret)
{
    for (int i = 0; i < LINE_COUNT; i++)
        if (str_is(s, line_names[i])) {
            *ret = (enum line)i;
            return true;
        }
    return false;
}

const char *line_name(enum line line)
{
    return line_names[line];
}

static bool damaged(struct err *err, enum msg_key key, struct unit_id id, struct str what)
{
    char digits[24];
    ARENA_AUTO a;
    struct sbuf b;

    arena_init(&a, 4096);
    sbuf_init(&b, &a, sizeof digits);
    sbuf_i64(&b, id.v);
    return err_set(err, ERR_CORRUPT, key, sbuf_view(&b), what);
}

static int compare_versions(const void *x, const void *y)
{
    const struct unit_version *a = x, *b = y;

    return a->from.v < b->from.v ? -1 : a->from.v > b->from.v;
}

static int compare_parents(const void *x, const void *y)
{
    const struct unit_parent *a = x, *b = y;

    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->from.v < b->from.v ? -1 : a->from.v > b->from.v;
}

/* Gives every unit its identity, and counts its rows of both kinds. */
static bool take_units(
    struct arena *a, const struct unit_rows *rows, struct units *us, struct err *err)
{
    us->n = rows->units;
    us->p = arena_array(a, us->n, sizeof *us->p);
    map_init(&us->by_id, a);
    smap_init(&us->by_uid, a);
    if (!us->p)
        return err_memory(err);
    for (size_t i = 0; i < us->n; i++) {
        const struct unit_row *r = &rows->unit[i];
        us->p[i] = (struct unit){.id = r->id, .uid = r->uid, .place = -1};
        if (map_has(&us->by_id, (uint64_t)r->id.v))
            return damaged(err, MSG_err_unit_twice, r->id, STR_NULL);
        if (!map_put(&us->by_id, (uint64_t)r->id.v, i) ||
            !smap_put(&us->by_uid, str_of(us->p[i].uid.z), i))
            return err_memory(err);
    }
    for (size_t i = 0; i < us->n; i++) {
        struct unit_id place = rows->unit[i].place;
        if (place.v && (us->p[i].place = units_find_id(us, place)) < 0)
            return damaged(err, MSG_err_unit_place, rows->unit[i].id, STR_NULL);
    }
    return true;
}

static int kind_by_key(const struct kinds *ks, struct str key)
{
    for (size_t i = 0; i < ks->n; i++)
        if (str_eq(ks->p[i].key, key))
            return (int)i;
    return -1;
}

static bool take_versions(
    struct arena *a, const struct unit_rows *rows, struct units *us, struct err *err)
{
    for (size_t i = 0; i < rows->ats; i++) {
        int u = units_find_id(us, rows->at[i].unit);
        if (u < 0)
            return damaged(err, MSG_err_unit_row, rows->at[i].unit, STR_NULL);
        us->p[u].versions++;
    }
    struct unit_version *next = arena_array(a, rows->ats, sizeof *next);
    if (!next)
        return err_memory(err);
    for (size_t i = 0; i < us->n; i++) {
        us->p[i].version = next;
        next += us->p[i].versions;
        us->p[i].versions = 0;
    }
    for (size_t i = 0; i < rows->ats; i++) {
        const struct unit_at_row *r = &rows->at[i];
        struct unit *u = &us->p[units_find_id(us, r->unit)];
        int kind = kind_by_key(&us->kinds, r->kind);
        if (kind < 0)
            return damaged(err, MSG_err_unit_kind, r->unit, r->kind);
        if (r->from.v >= r->to.v)
            return damaged(err, MSG_err_unit_overlap, r->unit, r->name);
        u->version[u->versions++] = (struct unit_version){r->from, r->to, r->name, r->code, kind};
    }
    for (size_t i = 0; i < us->n; i++) {
        struct unit *u = &us->p[i];
        if (u->versions > 1)
            qsort(u->version, u->versions, sizeof *u->version, compare_versions);
        for (size_t k = 1; k < u->versions; k++)
            if (u->version[k - 1].to.v > u->version[k].from.v)
                return damaged(err, MSG_err_unit_overlap, u->id, u->version[k].name);
    }
    return true;
}

static bool take_parents(
    struct arena *a, const struct unit_rows *rows, struct units *us, struct err *err)
{
    for (size_t i = 0; i < rows->parents; i++) {
        int u = units_find_id(us, rows->parent[i].unit);
        if (u < 0)
            return damaged(err, MSG_err_unit_row, rows->parent[i].unit, STR_NULL);
        us->p[u].parents++;
    }
    struct unit_parent *next = arena_array(a, rows->parents, sizeof *next);
    if (!next)
        return err_memory(err);
    for (size_t i = 0; i < us->n; i++) {
        us->p[i].parent = next;
        next += us->p[i].parents;
        us->p[i].parents = 0;
    }
    for (size_t i = 0; i < rows->parents; i++) {
        const struct parent_at_row *r = &rows->parent[i];
        struct unit *u = &us->p[units_find_id(us, r->unit)];
        int parent = r->parent.v ? units_find_id(us, r->parent) : -1;
        if (r->parent.v && parent < 0)
            return damaged(err, MSG_err_unit_parent, r->unit, STR_NULL);
        if (r->from.v >= r->to.v || (unsigned)r->line >= LINE_COUNT)
            return damaged(err, MSG_err_unit_two_parents, r->unit, STR_NULL);
        u->parent[u->parents++] = (struct unit_parent){r->line, r->from, r->to, parent};
    }
    for (size_t i = 0; i < us->n; i++) {
        struct unit *u = &us->p[i];
        if (u->parents > 1)
            qsort(u->parent, u->parents, sizeof *u->parent, compare_parents);
        for (size_t k = 1; k < u->parents; k++)
            if (u->parent[k - 1].line == u->parent[k].line &&
                u->parent[k - 1].to.v > u->parent[k].from.v)
                return damaged(
                    err, MSG_err_unit_two_parents, u->id, str_of(line_name(u->parent[k].line)));
    }
    return true;
}

/* One link per unit and code, however many stretches it bore it in. */
static bool link_codes(struct arena *a, struct units *us, struct err *err)
{
    size_t links = 0;

    for (size_t i = 0; i < us->n; i++)
        links += us->p[i].versions;
    us->chain = arena_array(a, links, sizeof *us->chain);
    smap_init(&us->by_code, a);
    if (!us->chain)
        return err_memory(err);
    links = 0;
    for (size_t i = us->n; i-- > 0;)
        for (size_t k = 0; k < us->p[i].versions; k++) {
            struct str code = us->p[i].version[k].code;
            uint64_t first;
            bool known = smap_get(&us->by_code, code, &first);
            if (str_empty(code) || (known && us->chain[first].unit == (int)i))
                continue;
            us->chain[links].unit = (int)i;
            us->chain[links].next = known ? (int)first : -1;
            if (!smap_put(&us->by_code, code, links++))
                return err_memory(err);
        }
    return true;
}

bool units_build(struct arena *a, struct kinds kinds, const struct unit_rows *rows,
    struct units *ret, struct err *err)
{
    struct units us = {.kinds = kinds};

    if (!take_units(a, rows, &us, err) || !take_versions(a, rows, &us, err) ||
        !take_parents(a, rows, &us, err) || !link_codes(a, &us, err))
        return false;
    *ret = us;
    return true;
}

int units_find_id(const struct units *us, struct unit_id id)
{
    uint64_t i;

    return map_get(&us->by_id, (uint64_t)id.v, &i) ? (int)i : -1;
}

int units_find_uid(const struct units *us, struct str uid)
{
    uint64_t i;

    return smap_get(&us->by_uid, uid, &i) ? (int)i : -1;
}

static const struct unit_version *bears(
    const struct units *us, int unit, struct str code, struct day day, int kind)
{
    const struct unit_version *v = unit_on(us, unit, day);

    if (!v || !str_eq(v->code, code) || (kind >= 0 && !kind_answers(&us->kinds, v->kind, kind)))
        return NULL;
    return v;
}

static void put_stretch(struct sbuf *b, const struct unit_version *v)
{
    if (b->n)
        sbuf_z(b, "; ");
    sbuf_str(b, v->name);
    sbuf_char(b, ' ');
    if (v->from.v != DAY_MIN.v)
        day_put_people(b, v->from);
    sbuf_z(b, "–");
    if (v->to.v != DAY_MAX.v)
        day_put_people(b, day_add(v->to, -1));
}

/* Nobody bears the code on the day: says who did, and when. */
static void no_code(
    const struct units *us, struct str code, struct day day, int first, struct err *err)
{
    ARENA_AUTO a;
    struct sbuf when, stretches;

    arena_init(&a, 65536);
    sbuf_init(&when, &a, 64);
    sbuf_init(&stretches, &a, 8192);
    day_put_people(&when, day);
    for (int i = first, shown = 0; i >= 0 && shown < 5; i = us->chain[i].next) {
        const struct unit *u = &us->p[us->chain[i].unit];
        for (size_t k = 0; k < u->versions && shown < 5; k++)
            if (str_eq(u->version[k].code, code)) {
                put_stretch(&stretches, &u->version[k]);
                shown++;
            }
    }
    if (first < 0)
        err_set(err, ERR_NOT_FOUND, MSG_err_unit_unknown, code);
    else
        err_set(err, ERR_NOT_FOUND, MSG_err_unit_no_code, code, sbuf_view(&when),
            sbuf_view(&stretches));
}

static void ambiguous(const struct units *us, struct str code, struct day day, const int *unit,
    int n, struct err *err)
{
    ARENA_AUTO a;
    struct sbuf choices, when;

    arena_init(&a, 65536);
    sbuf_init(&choices, &a, 8192);
    sbuf_init(&when, &a, 64);
    day_put_people(&when, day);
    for (int i = 0; i < n; i++) {
        const struct unit_version *v = unit_on(us, unit[i], day);
        sbuf_z(&choices, i ? "; " : "");
        sbuf_str(&choices, us->kinds.p[v->kind].key);
        sbuf_char(&choices, ':');
        sbuf_str(&choices, code);
        sbuf_z(&choices, " (");
        sbuf_str(&choices, v->name);
        sbuf_char(&choices, ')');
    }
    err_set(err, ERR_CONFLICT, MSG_err_unit_code_ambiguous, code, sbuf_view(&when),
        sbuf_view(&choices));
}

static int find_code(
    const struct units *us, struct str code, struct day day, int kind, struct err *err)
{
    uint64_t first;
    int found[4], n = 0;

    if (str_empty(code) || !smap_get(&us->by_code, code, &first)) {
        no_code(us, code, day, -1, err);
        return -1;
    }
    for (int i = (int)first; i >= 0 && n < 4; i = us->chain[i].next)
        if (bears(us, us->chain[i].unit, code, day, kind))
            found[n++] = us->chain[i].unit;
    if (n == 1)
        return found[0];
    if (n == 0)
        no_code(us, code, day, (int)first, err);
    else
        ambiguous(us, code, day, found, n, err);
    return -1;
}

int units_find_code(const struct units *us, struct str code, struct day day, struct err *err)
{
    return find_code(us, code, day, -1, err);
}

int units_find(const struct units *us, struct str s, struct day day, struct err *err)
{
    int unit = units_find_uid(us, s);
    ptrdiff_t at = str_find_char(s, '@', 0);
    struct day named;

    if (unit >= 0)
        return unit;
    if (at > 0 && day_parse(str_trim(str_slice(s, (size_t)at + 1, s.n)), &named, NULL)) {
        s = str_trim(str_slice(s, 0, (size_t)at));
        day = named;
    }
    ptrdiff_t colon = str_find_char(s, ':', 0);
    if (colon > 0) {
        ARENA_AUTO a;
        arena_init(&a, 1 << 16);
        int kind = kinds_find(&us->kinds, &a, str_trim(str_slice(s, 0, (size_t)colon)));
        if (kind >= 0)
            return find_code(us, str_trim(str_slice(s, (size_t)colon + 1, s.n)), day, kind, err);
    }
    return find_code(us, s, day, -1, err);
}

int units_find_last(const struct units *us, struct str s, struct day day, struct err *err)
{
    struct err e = ERR_INIT;
    struct day latest = DAY_MIN;
    uint64_t first;
    int unit = units_find(us, s, day, &e);

    if (unit >= 0 || e.code != ERR_NOT_FOUND || !smap_get(&us->by_code, s, &first)) {
        if (unit < 0 && err)
            *err = e;
        return unit;
    }
    for (int i = (int)first; i >= 0; i = us->chain[i].next) {
        const struct unit *u = &us->p[us->chain[i].unit];
        for (size_t k = 0; k < u->versions; k++)
            if (str_eq(u->version[k].code, s) && u->version[k].to.v > latest.v)
                latest = u->version[k].to;
    }
    return find_code(us, s, day_add(latest, -1), -1, err);
}

const struct unit_version *unit_on(const struct units *us, int unit, struct day day)
{
    const struct unit *u = &us->p[unit];

    for (size_t i = 0; i < u->versions; i++)
        if (day_in(day, u->version[i].from, u->version[i].to))
            return &u->version[i];
    return NULL;
}

const struct unit_version *unit_name_on(const struct units *us, int unit, struct day day)
{
    const struct unit *u = &us->p[unit];

    if (!u->versions)
        return NULL;
    for (size_t i = u->versions; i-- > 0;)
        if (u->version[i].from.v <= day.v)
            return &u->version[i];
    return &u->version[0];
}

bool unit_alive(const struct units *us, int unit, struct day day)
{
    return unit_on(us, unit, day) != NULL;
}

struct day unit_first(const struct units *us, int unit)
{
    const struct unit *u = &us->p[unit];

    return u->versions ? u->version[0].from : DAY_MAX;
}

struct day unit_end(const struct units *us, int unit)
{
    const struct unit *u = &us->p[unit];

    return u->versions ? u->version[u->versions - 1].to : DAY_MIN;
}

static const struct unit_parent *parent_row(
    const struct units *us, int unit, enum line line, struct day day)
{
    const struct unit *u = &us->p[unit];

    for (size_t i = 0; i < u->parents; i++)
        if (u->parent[i].line == line && day_in(day, u->parent[i].from, u->parent[i].to))
            return &u->parent[i];
    return NULL;
}

int unit_parent_on(const struct units *us, int unit, enum line line, struct day day)
{
    const struct unit_parent *row = parent_row(us, unit, line, day);

    if (!row || row->parent < 0 || !unit_alive(us, unit, day) ||
        !unit_on_line(us, row->parent, line, day))
        return -1;
    return row->parent;
}

bool unit_on_line(const struct units *us, int unit, enum line line, struct day day)
{
    if (!unit_alive(us, unit, day))
        return false;
    return (line == LINE_STATE && us->p[unit].place < 0) || parent_row(us, unit, line, day);
}

bool unit_under(const struct units *us, int unit, int top, enum line line, struct day day)
{
    for (size_t steps = 0; unit >= 0 && steps <= us->n; steps++) {
        if (unit == top)
            return true;
        unit = unit_parent_on(us, unit, line, day);
    }
    return false;
}

int unit_kind_on(const struct units *us, int unit, struct day day)
{
    const struct unit_version *v = unit_on(us, unit, day);

    return v ? v->kind : -1;
}
