/* catalog_build: the snapshot from its rows: tools, units' events, indicators and their series.
 * Forms, targets and accounts are in catalog_forms.c and catalog_targets.c; look-ups in catalog.c.
 */
#include "domain/catalog_build.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/vec.h"

static int compare_keys(const void *x, const void *y)
{
    const struct sort_key *a = x, *b = y;

    for (int i = 0; i < 3; i++)
        if (a->k[i] != b->k[i])
            return a->k[i] < b->k[i] ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

void sort_keys(struct sort_key *keys, size_t n)
{
    if (n > 1)
        qsort(keys, n, sizeof *keys, compare_keys);
}

void *build_array(struct build *b, size_t n, size_t size)
{
    void *p = arena_array(b->a, n, size);

    if (!p)
        err_memory(b->err);
    return p;
}

bool build_dangling(struct build *b, struct str what, const char *table, int64_t id)
{
    char z[64];

    snprintf(z, sizeof z, "%s %lld", table, (long long)id);
    return err_set(b->err, ERR_CORRUPT, MSG_err_catalog_dangling, what, str_of(z));
}

bool build_unit(struct build *b, struct str what, struct unit_id id, int *ret)
{
    int unit = id.v ? units_find_id(&b->c->units, id) : -1;

    if (id.v && unit < 0)
        return build_dangling(b, what, "unit", id.v);
    *ret = unit;
    return true;
}

bool build_indicator(struct build *b, struct str what, struct indicator_id id, int *ret)
{
    int i = id.v ? catalog_indicator_id(b->c, id) : -1;

    if (id.v && i < 0)
        return build_dangling(b, what, "indicator", id.v);
    *ret = i;
    return true;
}

bool build_rows_of_units(struct build *b, const int *unit, size_t rows, struct rows_of_units *ret)
{
    size_t units = b->c->units.n;
    int *first = build_array(b, units + 2, sizeof *first), *row = build_array(b, rows, sizeof *row);

    if (!first || !row)
        return false;
    int *at = first + 1; /* one behind, so that filling moves each to its own beginning */
    for (size_t i = 0; i < rows; i++)
        if (unit[i] >= 0)
            at[unit[i] + 1]++;
    for (size_t u = 0; u < units; u++)
        at[u + 1] += at[u];
    for (size_t i = 0; i < rows; i++)
        if (unit[i] >= 0)
            row[at[unit[i]]++] = (int)i;
    *ret = (struct rows_of_units){first, row};
    return true;
}

bool build_split(struct build *b, struct str text, struct str **ret, size_t *ret_n)
{
    VEC(struct str) parts = {0};
    struct str rest = text, piece;

    while (!str_empty(text) && str_cut(&rest, '|', &piece)) {
        piece = str_trim(piece);
        if (!str_empty(piece) && !vec_push(&parts, b->a, piece))
            return err_memory(b->err);
    }
    *ret = parts.p;
    *ret_n = parts.n;
    return true;
}

bool build_kinds(struct build *b, struct str what, struct str text, struct str **ret, size_t *ret_n)
{
    const struct kinds *ks = &b->c->units.kinds;

    if (!build_split(b, text, ret, ret_n))
        return false;
    for (size_t i = 0; i < *ret_n; i++) {
        size_t k = 0;
        while (k < ks->n && !str_eq(ks->p[k].key, (*ret)[i]))
            k++;
        if (k == ks->n)
            return err_set(b->err, ERR_INVALID, MSG_err_catalog_unknown_kind, what, (*ret)[i]);
    }
    return true;
}

/* ---- what became of units ---- */

static bool take_shares(struct build *b, const struct edge_row *r, struct edge *e)
{
    for (int k = 0; k < BASIS_COUNT; k++) {
        e->known[k] = !str_empty(r->share[k]);
        e->share[k] = rat_of_i64(0);
        if (e->known[k] && !rat_parse(r->share[k], &e->share[k], b->err))
            return false;
    }
    return true;
}

static bool build_edges(struct build *b, const struct map *event_by_id)
{
    struct catalog *c = b->c;
    size_t n = b->rows->edge.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);
    int *from = build_array(b, n, sizeof *from);

    c->edge = build_array(b, n, sizeof *c->edge);
    if (!keys || !from || !c->edge)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint64_t event;
        if (!map_get(event_by_id, (uint64_t)b->rows->edge.p[i].event, &event))
            return build_dangling(b, STR("edge"), "event", b->rows->edge.p[i].event);
        keys[i] = (struct sort_key){{(int64_t)event, 0, 0}, (int)i};
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct edge_row *r = &b->rows->edge.p[keys[i].row];
        struct edge *e = &c->edge[i];
        struct event *v = &c->event[keys[i].k[0]];
        e->event = (int)keys[i].k[0];
        if (!build_unit(b, v->decision, r->from, &e->from) ||
            !build_unit(b, v->decision, r->to, &e->to) || !take_shares(b, r, e))
            return false;
        if (v->edges++ == 0)
            v->first_edge = (int)i;
        from[i] = e->from;
    }
    c->edges = n;
    return build_rows_of_units(b, from, n, &c->unit_edges);
}

static bool build_events(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->event.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);
    struct map by_id;

    c->event = build_array(b, n, sizeof *c->event);
    if (!keys || !c->event)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct event_row *r = &b->rows->event.p[i];
        keys[i] = (struct sort_key){{r->day.v, r->id, 0}, (int)i};
    }
    sort_keys(keys, n);
    map_init(&by_id, b->a);
    for (size_t i = 0; i < n; i++) {
        const struct event_row *r = &b->rows->event.p[keys[i].row];
        c->event[i] = (struct event){
            .id = r->id, .day = r->day, .kind = r->kind, .decision = r->decision, .note = r->note};
        if (!map_put(&by_id, (uint64_t)r->id, i))
            return err_memory(b->err);
    }
    c->events = n;
    return build_edges(b, &by_id);
}

/* ---- indicators ---- */

static bool take_indicator(struct build *b, const struct indicator_row *r, struct indicator *ret)
{
    struct indicator i = {.id = r->id,
        .uid = r->uid,
        .code = r->code,
        .name = r->name,
        .unit_of_measure = r->unit_of_measure,
        .definition = r->definition,
        .decimals = r->decimals,
        .direction = r->direction,
        .value_type = r->value_type,
        .frequency = r->frequency,
        .over_units = r->over_units,
        .over_time = r->over_time,
        .entered = r->entered,
        .line = r->line,
        .family = r->family,
        .basis = r->basis,
        .privacy = r->privacy,
        .source = r->source,
        .formula_text = r->formula,
        .weight_code = r->weight,
        .weight = -1,
        .note = r->note,
        .followed = r->followed,
        .position = r->position,
        .series = -1,
        .form = -1,
        .owner = r->owner};

    if (!build_split(b, r->aliases, &i.alias, &i.aliases) ||
        !build_kinds(b, r->code, r->reported_by, &i.reported_by, &i.reporting_kinds))
        return false;
    if (r->decimals < 0 || r->decimals > DEC_SCALE_MAX)
        return err_set(b->err, ERR_INVALID, MSG_err_catalog_decimals, r->code);
    *ret = i;
    return true;
}

/* Codes first, so that a code never yields to another indicator's alias. */
static bool name_indicators(struct build *b)
{
    struct catalog *c = b->c;

    for (size_t i = 0; i < c->indicators; i++) {
        struct indicator *in = &c->indicator[i];
        if (smap_has(&c->indicator_by_code, in->code))
            return err_set(b->err, ERR_CONFLICT, MSG_err_catalog_code_twice, in->code);
        if (!smap_put(&c->indicator_by_code, in->code, i) ||
            !map_put(&c->indicator_by_id, (uint64_t)in->id.v, i))
            return err_memory(b->err);
    }
    for (size_t i = 0; i < c->indicators; i++)
        for (size_t k = 0; k < c->indicator[i].aliases; k++)
            if (!smap_has(&c->indicator_by_code, c->indicator[i].alias[k]) &&
                !smap_put(&c->indicator_by_code, c->indicator[i].alias[k], i))
                return err_memory(b->err);
    return true;
}

static bool take_indicators(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->indicator.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->indicator = build_array(b, n, sizeof *c->indicator);
    if (!keys || !c->indicator)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct indicator_row *r = &b->rows->indicator.p[i];
        keys[i] = (struct sort_key){{r->position, r->id.v, 0}, (int)i};
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++)
        if (!take_indicator(b, &b->rows->indicator.p[keys[i].row], &c->indicator[i]))
            return false;
    c->indicators = n;
    return name_indicators(b);
}

static bool take_series(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->series.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->series = build_array(b, n, sizeof *c->series);
    if (!keys || !c->series)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct series_row *r = &b->rows->series.p[i];
        int owner = catalog_indicator_id(c, r->indicator);
        if (owner < 0)
            return build_dangling(b, r->label, "indicator", r->indicator.v);
        keys[i] = (struct sort_key){
            {owner, str_empty(r->key) ? INT64_MIN : r->position, r->id.v}, (int)i};
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct series_row *r = &b->rows->series.p[keys[i].row];
        struct indicator *in = &c->indicator[keys[i].k[0]];
        c->series[i] = (struct series){r->id, (int)keys[i].k[0], r->key, r->label};
        if (!map_put(&c->series_by_id, (uint64_t)r->id.v, i))
            return err_memory(b->err);
        if (str_empty(r->key) && in->series >= 0)
            return err_set(b->err, ERR_CORRUPT, MSG_err_catalog_two_series, in->code);
        if (str_empty(r->key))
            in->series = (int)i;
        else if (in->parts++ == 0)
            in->first_part = (int)i;
    }
    c->serieses = n;
    for (size_t i = 0; i < c->indicators; i++)
        if (c->indicator[i].series < 0 && str_empty(c->indicator[i].formula_text))
            return err_set(b->err, ERR_CORRUPT, MSG_err_catalog_no_series, c->indicator[i].code);
    return true;
}

/* ---- formulas ---- */

/* CODE is the indicator, CODE:part that series behind the indicators. */
static int look_up(void *ctx, struct str name)
{
    const struct catalog *c = ctx;
    int s = str_find_char(name, ':', 0) < 0 ? -1 : catalog_series(c, name, NULL);

    return s >= 0 ? (int)c->indicators + s : catalog_indicator(c, name, NULL);
}

static struct str operand_name(void *ctx, int i)
{
    const struct catalog *c = ctx;
    int indicator, series;

    catalog_operand(c, i, &indicator, &series);
    return c->indicator[indicator].code;
}

const struct formula *build_formula(struct build *b, struct str what, struct str text)
{
    struct formula *f = build_array(b, 1, sizeof *f);

    if (!f)
        return NULL;
    if (!formula_parse(b->a, text, f, b->err) || !formula_resolve(f, look_up, b->c, b->err)) {
        if (b->err)
            err_at(b->err, what, 0, b->err->column);
        return NULL;
    }
    return f;
}

static bool compile(struct build *b, const struct formula **all)
{
    struct catalog *c = b->c;

    for (size_t i = 0; i < c->indicators; i++) {
        struct indicator *in = &c->indicator[i];
        if (!str_empty(in->weight_code) &&
            (in->weight = catalog_indicator(c, in->weight_code, NULL)) < 0)
            return err_set(
                b->err, ERR_NOT_FOUND, MSG_err_catalog_weight, in->code, in->weight_code);
        if (str_empty(in->formula_text))
            continue;
        in->formula = all[i] = build_formula(b, in->code, in->formula_text);
        if (!in->formula)
            return false;
        if (in->formula->is_truth && in->value_type != VALUE_YES_NO)
            return err_set(b->err, ERR_INVALID, MSG_err_catalog_truth, in->code);
    }
    return true;
}

static bool build_not_applicable(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->not_applicable.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->not_applicable = build_array(b, n, sizeof *c->not_applicable);
    if (!keys || !c->not_applicable)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct not_applicable_row *r = &b->rows->not_applicable.p[i];
        int indicator, unit;
        if (!build_indicator(b, STR("not_applicable"), r->indicator, &indicator) ||
            !build_unit(b, STR("not_applicable"), r->unit, &unit))
            return false;
        keys[i] = (struct sort_key){{indicator, unit, r->from.v}, (int)i};
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct not_applicable_row *r = &b->rows->not_applicable.p[keys[i].row];
        c->not_applicable[i] = (struct not_applicable){.unit = (int)keys[i].k[1],
            .indicator = (int)keys[i].k[0],
            .from = r->from,
            .to = r->to};
    }
    c->not_applicables = n;
    return true;
}

bool build_indicators(struct build *b)
{
    struct catalog *c = b->c;
    const struct formula **all;
    size_t operands;

    if (!take_indicators(b) || !take_series(b))
        return false;
    operands = c->indicators + c->serieses;
    all = build_array(b, operands, sizeof *all);
    return all && compile(b, all) &&
           formula_order(
               b->a, all, operands, operand_name, c, &c->formula_order, &c->formulas, b->err) &&
           build_not_applicable(b);
}

static void init_maps(struct arena *a, struct build *b)
{
    struct catalog *c = b->c;
    struct map *maps[] = {&b->form_by_id, &b->set_by_id, &b->target_by_id, &c->indicator_by_id,
        &c->series_by_id, &c->target_first, &c->account_by_id};
    struct smap *smaps[] = {
        &c->indicator_by_code, &c->form_by_code, &c->set_by_code, &c->account_by_login};

    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        map_init(maps[i], a);
    for (size_t i = 0; i < sizeof smaps / sizeof *smaps; i++)
        smap_init(smaps[i], a);
}

bool catalog_build(struct arena *a, struct kinds kinds, const struct catalog_rows *rows,
    struct catalog *ret, struct err *err)
{
    struct catalog c = {.act = rows->act};
    struct build b = {.a = a, .rows = rows, .c = &c, .err = err};

    init_maps(a, &b);
    if (!units_build(a, kinds, &rows->units, &c.units, err) || !build_events(&b) ||
        !build_indicators(&b) || !build_forms(&b) || !build_targets(&b) || !build_accounts(&b) ||
        !build_handovers(&b))
        return false;
    *ret = c;
    return true;
}
