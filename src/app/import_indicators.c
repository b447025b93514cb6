/* import_indicators: what is counted. A row replaces the definition of its code; columns that the
 * file does not have keep what is stored. Decimals are frozen after the first figure. Formulas may
 * name indicators that stand later in the file: names, cycles and types are checked when the new
 * catalogue is built, before anything is committed; syntax at once, with its place in the cell. */
#include "app/import_forms.h"

#include <stdio.h>

#include "domain/formula.h"

enum {
    C_CODE,
    C_NAME,
    C_MEASURE,
    C_DECIMALS,
    C_DIRECTION,
    C_FREQUENCY,
    C_OVER_UNITS,
    C_OVER_TIME,
    C_FORMULA,
    C_WEIGHT,
    C_VALUE_TYPE,
    C_ENTERED,
    C_REPORTED_BY,
    C_LINE,
    C_FAMILY,
    C_BASIS,
    C_CLASS,
    C_COUNT
};
static const struct csv_column columns[C_COUNT] = {
    {"code", true, NULL},
    {"name", true, NULL},
    {"unit_of_measure", false, NULL},
    {"decimals", false, NULL},
    {"direction", false, NULL},
    {"frequency", false, NULL},
    {"over_units", false, NULL},
    {"over_time", false, NULL},
    {"formula", false, NULL},
    {"weight", false, NULL},
    {"value_type", false, NULL},
    {"entered", false, NULL},
    {"reported_by", false, NULL},
    {"line", false, NULL},
    {"family", false, NULL},
    {"basis", false, NULL},
    {"class", false, NULL},
};

/* Keys of kinds parted by '|', each known. */
static bool read_kinds(struct importing *im, struct str *ret)
{
    struct arena *a = im->w->arena;
    const struct kinds *ks = &im->w->catalog->units.kinds;
    struct str all, one;
    struct sbuf b;

    if (!cell_text(im, C_REPORTED_BY, &all))
        return false;
    sbuf_init(&b, a, 2000);
    for (struct str rest = all; str_cut(&rest, '|', &one);) {
        one = str_trim(one);
        if (!one.n)
            continue;
        int k = kinds_find(ks, a, one);
        if (k < 0) {
            err_set(im->err, ERR_INVALID, MSG_err_units_kind, one);
            return cell_err(im, C_REPORTED_BY);
        }
        if (b.n)
            sbuf_char(&b, '|');
        sbuf_str(&b, ks->p[k].key);
    }
    *ret = str_dup(a, sbuf_view(&b));
    return true;
}

#define WORD(column, parse, field, accepted)                                                       \
    do {                                                                                           \
        struct str s_;                                                                             \
        if (!cell_text(im, (column), &s_))                                                         \
            return false;                                                                          \
        if (s_.n && !parse(s_, &(field)))                                                          \
            return cell_word_err(im, (column), (accepted));                                        \
    } while (0)

static bool has_column(const struct importing *im, size_t i)
{
    return im->header.at[i] >= 0;
}

/* A formula may name indicators that are there and those of this file. */
static int look_up(void *ctx, struct str name)
{
    const struct importing *im = ctx;

    return catalog_indicator(im->w->catalog, name, NULL) >= 0 || smap_has(&im->all, name) ? 0 : -1;
}

static bool read_formula(struct importing *im, struct indicator_row *r)
{
    struct formula f;

    if (!has_column(im, C_FORMULA))
        return true;
    if (!cell_text(im, C_FORMULA, &r->formula))
        return false;
    r->source = r->formula.n                  ? SOURCE_FORMULA
                : r->source == SOURCE_FORMULA ? SOURCE_REPORTED
                                              : r->source;
    if (!r->formula.n || (formula_parse(im->w->arena, r->formula, &f, im->err) &&
                             formula_resolve(&f, look_up, im, im->err)))
        return true;
    int inside = im->err ? im->err->column : 0;
    cell_err(im, C_FORMULA);
    if (im->err && inside > 1)
        im->err->column += inside - 1;
    return false;
}

static bool read_words(struct importing *im, struct indicator_row *r)
{
    WORD(C_DIRECTION, direction_parse, r->direction, "more, less, neither");
    WORD(C_FREQUENCY, frequency_parse, r->frequency, "week, month, quarter, half, year");
    WORD(C_OVER_UNITS, over_units_parse, r->over_units, "sum, mean, ratio, min, max, none");
    WORD(C_OVER_TIME, over_time_parse, r->over_time, "sum, last, mean, ratio, min, max, none");
    WORD(C_VALUE_TYPE, value_type_parse, r->value_type, "number, yes_no");
    WORD(C_ENTERED, entered_parse, r->entered, "in-period, year-to-date");
    WORD(C_LINE, line_parse, r->line, "state, party, front, council");
    WORD(C_BASIS, share_basis_parse, r->basis, "people, area, households");
    WORD(C_CLASS, privacy_parse, r->privacy, "public, internal, personal, sealed");
    return true;
}

static bool text_column(struct importing *im, size_t i, struct str *field)
{
    return !has_column(im, i) || cell_text(im, i, field);
}

static bool read_row(struct importing *im, struct indicator_row *r)
{
    int decimals;

    if (!cell_needed(im, C_NAME, &r->name) || !text_column(im, C_MEASURE, &r->unit_of_measure) ||
        !cell_int(im, C_DECIMALS, 0, DEC_SCALE_MAX, r->decimals, &decimals) || !read_words(im, r) ||
        !read_formula(im, r) || !text_column(im, C_WEIGHT, &r->weight) ||
        !text_column(im, C_FAMILY, &r->family) ||
        (has_column(im, C_REPORTED_BY) && !read_kinds(im, &r->reported_by)))
        return false;
    if (!r->family.n)
        r->family = STR("calendar");
    r->decimals = decimals;
    return true;
}

static struct str join_aliases(struct arena *a, const struct indicator *x)
{
    struct sbuf b;

    sbuf_init(&b, a, 64 << 10);
    for (size_t i = 0; i < x->aliases; i++)
        sbuf_printf(&b, "%s%.*s", i ? "|" : "", STR_ARG(x->alias[i]));
    return sbuf_view(&b);
}

static struct str join_kinds(struct arena *a, const struct indicator *x)
{
    struct sbuf b;

    sbuf_init(&b, a, 2000);
    for (size_t i = 0; i < x->reporting_kinds; i++)
        sbuf_printf(&b, "%s%.*s", i ? "|" : "", STR_ARG(x->reported_by[i]));
    return sbuf_view(&b);
}

struct indicator_row indicator_row_of(
    struct arena *a, const struct catalog *c, const struct indicator *x)
{
    return (struct indicator_row){.id = x->id,
        .uid = x->uid,
        .code = x->code,
        .name = x->name,
        .unit_of_measure = x->unit_of_measure,
        .definition = x->definition,
        .aliases = join_aliases(a, x),
        .decimals = x->decimals,
        .direction = x->direction,
        .value_type = x->value_type,
        .frequency = x->frequency,
        .over_units = x->over_units,
        .over_time = x->over_time,
        .entered = x->entered,
        .line = x->line,
        .family = x->family,
        .basis = x->basis,
        .privacy = x->privacy,
        .source = x->source,
        .formula = x->formula_text,
        .weight = x->weight_code,
        .reported_by = join_kinds(a, x),
        .note = x->note,
        .followed = x->followed,
        .position = x->position,
        .form = x->form < 0 ? (struct form_id){0} : c->form[x->form].id,
        .owner = x->owner};
}

static bool same_row(const struct indicator_row *a, const struct indicator_row *b)
{
    return str_eq(a->name, b->name) && str_eq(a->unit_of_measure, b->unit_of_measure) &&
           a->decimals == b->decimals && a->direction == b->direction &&
           a->value_type == b->value_type && a->frequency == b->frequency &&
           a->over_units == b->over_units && a->over_time == b->over_time &&
           a->entered == b->entered && a->line == b->line && str_eq(a->family, b->family) &&
           a->basis == b->basis && a->privacy == b->privacy && a->source == b->source &&
           str_eq(a->formula, b->formula) && str_eq(a->weight, b->weight) &&
           str_eq(a->reported_by, b->reported_by);
}

/* Decimals, frequency and the way of entry are part of what a stored figure means. */
static bool check_frozen(
    struct importing *im, const struct indicator *old, const struct indicator_row *r)
{
    bool any;
    int64_t first, last;
    size_t column = old->decimals != r->decimals     ? C_DECIMALS
                    : old->frequency != r->frequency ? C_FREQUENCY
                    : old->entered != r->entered     ? C_ENTERED
                                                     : C_COUNT;

    if (column == C_COUNT)
        return true;
    if (!im->w->ops->series_span(
            im->w->store, im->w->catalog->series[old->series].id, &any, &first, &last, im->err))
        return false;
    if (!any)
        return true;
    err_set(
        im->err, ERR_CONFLICT, MSG_err_indicators_frozen, r->code, str_of(columns[column].name));
    return cell_err(im, column);
}

static bool store_new(struct importing *im, struct indicator_row *r)
{
    struct write *w = im->w;
    struct series_row s = {.key = STR(""), .label = STR("")};

    r->uid = write_uid(w);
    r->position = (int)w->catalog->indicators + (int)im->result->added + 1;
    if (!importing_act(im, ACT_IMPORT_INDICATORS, "indicators") ||
        !w->ops->new_id(w->store, "indicator", &r->id.v, im->err) ||
        !w->ops->new_id(w->store, "series", &s.id.v, im->err))
        return false;
    s.indicator = r->id;
    im->result->added++;
    return w->ops->indicator_put(w->store, r, w->act.no, im->err) &&
           w->ops->series_put(w->store, &s, w->act.no, im->err);
}

static bool store_row(struct importing *im, struct str code)
{
    struct write *w = im->w;
    struct indicator_row r = {.code = code,
        .direction = DIRECTION_MORE,
        .frequency = FREQUENCY_MONTH,
        .over_units = UNITS_SUM,
        .over_time = TIME_SUM};
    int i = catalog_indicator(w->catalog, code, NULL);
    const struct indicator *old = i >= 0 ? &w->catalog->indicator[i] : NULL;

    if (smap_has(&im->seen, code)) {
        err_set(im->err, ERR_INVALID, MSG_err_import_twice, code);
        return cell_err(im, C_CODE);
    }
    if (!smap_put(&im->seen, code, 1))
        return err_memory(im->err);
    if (old)
        r = indicator_row_of(w->arena, w->catalog, old);
    struct indicator_row before = r;
    if (!read_row(im, &r))
        return false;
    if (!old)
        return store_new(im, &r);
    if (same_row(&r, &before)) {
        im->result->unchanged++;
        return true;
    }
    im->result->changed++;
    return check_frozen(im, old, &r) && importing_act(im, ACT_IMPORT_INDICATORS, "indicators") &&
           w->ops->indicator_put(w->store, &r, w->act.no, im->err);
}

/* Codes are used in formulas and addresses. */
static bool check_code(struct importing *im, struct str code)
{
    bool ok = code.n <= 64;

    for (size_t i = 0; i < code.n; i++)
        ok = ok && (unsigned char)code.p[i] > ' ' && !strchr(":,;\"|@", code.p[i]);
    if (ok)
        return true;
    err_set(im->err, ERR_INVALID, MSG_err_indicators_code, code);
    return cell_err(im, C_CODE);
}

/* Reads ahead for the codes of all rows; what is wrong with a row is said when its turn comes. */
static bool read_codes(struct importing *im)
{
    struct import_result aside = {0};
    struct importing ahead = *im;
    bool end = false;

    smap_init(&im->all, im->w->arena);
    ahead.result = &aside;
    ahead.err = NULL;
    do {
        struct str code;
        if (cell_text(&ahead, C_CODE, &code) && code.n && !smap_put(&im->all, code, 1))
            return err_memory(im->err);
    } while (importing_next(&ahead, &end));
    return true;
}

static bool row(struct importing *im)
{
    struct str code;

    if (im->result->rows == 1 && !read_codes(im))
        return false;
    return cell_needed(im, C_CODE, &code) && check_code(im, code) && store_row(im, code);
}

bool import_indicators(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, columns, C_COUNT, row, ret, err);
}
