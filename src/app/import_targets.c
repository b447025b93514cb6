/* import_targets: target sets and targets. A set is known by its code, a target by set and code; a
 * row replaces what is stored, except that a changed value becomes a new version only through an
 * adjustment (target-versions): here it corrects the first one. `start`, `end` and `deadline` are
 * inclusive days. */
#include "app/import_forms.h"

enum { S_SET, S_NAME, S_UNIT, S_GIVER, S_START, S_END, S_COUNT };
static const struct csv_column set_columns[S_COUNT] = {
    {"set", true, NULL},
    {"name", true, NULL},
    {"unit", true, NULL},
    {"giver", false, NULL},
    {"start", true, NULL},
    {"end", true, NULL},
};

enum {
    T_SET,
    T_CODE,
    T_INDICATOR,
    T_UNIT,
    T_COMPARATOR,
    T_VALUE,
    T_BASIS,
    T_START,
    T_DEADLINE,
    T_VALUE_TO,
    T_BASELINE,
    T_COMPENSATING,
    T_WEIGHT,
    T_COUNT
};
static const struct csv_column target_columns[T_COUNT] = {
    {"set", true, NULL},
    {"code", true, NULL},
    {"indicator", true, NULL},
    {"unit", true, NULL},
    {"comparator", true, NULL},
    {"value", true, NULL},
    {"basis", true, NULL},
    {"start", true, NULL},
    {"deadline", true, NULL},
    {"value_to", false, NULL},
    {"baseline", false, NULL},
    {"compensating", false, NULL},
    {"weight", false, NULL},
};

static bool find_unit(struct importing *im, size_t column, struct day day, int *ret)
{
    struct str s;

    if (!cell_needed(im, column, &s))
        return false;
    *ret = units_find(&im->w->catalog->units, s, day, im->err);
    return *ret >= 0 || cell_err(im, column);
}

static bool needed_day(struct importing *im, size_t column, struct day *ret)
{
    struct str s;

    return cell_needed(im, column, &s) && cell_day(im, column, DAY_MIN, ret);
}

static bool set_row(struct importing *im)
{
    struct write *w = im->w;
    struct target_set_row r = {.source = STR("")};
    struct day last;
    int unit;

    if (!cell_needed(im, S_SET, &r.code) || !cell_needed(im, S_NAME, &r.name) ||
        !cell_text(im, S_GIVER, &r.giver) || !needed_day(im, S_START, &r.start) ||
        !needed_day(im, S_END, &last) || !find_unit(im, S_UNIT, r.start, &unit))
        return false;
    if (last.v < r.start.v) {
        err_set(im->err, ERR_INVALID, MSG_err_targets_range);
        return cell_err(im, S_END);
    }
    r.end = day_add(last, 1);
    r.unit = w->catalog->units.p[unit].id;
    int i = catalog_set(w->catalog, r.code, NULL);
    if (i >= 0) {
        const struct target_set *old = &w->catalog->set[i];
        r.id = old->id;
        r.uid = old->uid;
        r.source = old->source;
        if (str_eq(old->name, r.name) && str_eq(old->giver, r.giver) && old->unit == unit &&
            old->start.v == r.start.v && old->end.v == r.end.v) {
            im->result->unchanged++;
            return true;
        }
    }
    if (!importing_act(im, ACT_IMPORT_SETS, "sets"))
        return false;
    if (i < 0) {
        r.uid = write_uid(w);
        if (!w->ops->new_id(w->store, "target_set", &r.id.v, im->err))
            return false;
    }
    im->result->added += i < 0;
    im->result->changed += i >= 0;
    return w->ops->set_put(w->store, &r, w->act.no, im->err);
}

bool import_sets(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, set_columns, S_COUNT, set_row, ret, err);
}

static bool decimal(struct importing *im, size_t column, struct str s)
{
    struct dec d;

    return !s.n || dec_parse(s, &d, im->err) || cell_err(im, column);
}

static bool read_value(struct importing *im, struct target_row *r, struct target_version_row *v)
{
    struct target_version parsed;

    if (!cell_text(im, T_VALUE, &v->value) || !cell_text(im, T_VALUE_TO, &v->value_to) ||
        !cell_text(im, T_BASELINE, &r->baseline) || !cell_text(im, T_WEIGHT, &r->weight))
        return false;
    if (r->basis == TARGET_DONE)
        return true;
    if (!v->value.n && r->basis != TARGET_ZERO_STOCK && r->basis != TARGET_ZERO_FLOW)
        return cell_needed(im, T_VALUE, &v->value);
    if (r->comparator == CMP_BETWEEN && !v->value_to.n)
        return cell_needed(im, T_VALUE_TO, &v->value_to);
    if (!v->value.n)
        v->value = STR("0");
    if (!target_value_parse(v->value, v->value_to, r->comparator, r->basis, &parsed, im->err))
        return cell_err(im, T_VALUE);
    return decimal(im, T_BASELINE, r->baseline) && decimal(im, T_WEIGHT, r->weight);
}

static bool read_indicator(struct importing *im, struct target_row *r, enum over_time *ret_time)
{
    const struct catalog *c = im->w->catalog;
    struct str code, basis;

    *ret_time = TIME_SUM;
    if (!cell_text(im, T_INDICATOR, &code) || !cell_needed(im, T_BASIS, &basis))
        return false;
    if (!code.n && str_is(basis, "done"))
        return true;
    int i = code.n ? catalog_indicator(c, code, im->err) : -1;
    if (i < 0)
        return code.n ? cell_err(im, T_INDICATOR) : cell_needed(im, T_INDICATOR, &code);
    r->indicator = c->indicator[i].id;
    *ret_time = c->indicator[i].over_time;
    return true;
}

static bool read_target(struct importing *im, struct target_row *r, struct target_version_row *v)
{
    struct str comparator, basis;
    enum over_time time;
    int unit;

    if (!read_indicator(im, r, &time) || !cell_text(im, T_COMPARATOR, &comparator) ||
        !cell_needed(im, T_BASIS, &basis) || !needed_day(im, T_START, &r->start) ||
        !needed_day(im, T_DEADLINE, &r->deadline) || !find_unit(im, T_UNIT, r->start, &unit) ||
        !cell_yes(im, T_COMPENSATING, &r->compensating))
        return false;
    if (!target_basis_parse(basis, time, &r->basis))
        return cell_word_err(
            im, T_BASIS, "level, every, cumulative, zero, zero-stock, zero-flow, count, done");
    r->comparator = r->basis == TARGET_COUNT || r->basis == TARGET_DONE ? CMP_GE : CMP_EQ;
    if (comparator.n && !comparator_parse(comparator, &r->comparator))
        return cell_word_err(im, T_COMPARATOR, ">=, <=, =, between");
    if (r->deadline.v < r->start.v) {
        err_set(im->err, ERR_INVALID, MSG_err_targets_range);
        return cell_err(im, T_DEADLINE);
    }
    r->unit = im->w->catalog->units.p[unit].id;
    v->in_force = r->start;
    v->decided = true;
    v->decision = STR("");
    return read_value(im, r, v);
}

int catalog_target(const struct catalog *c, int set, struct str code)
{
    for (size_t i = 0; i < c->targets; i++)
        if (c->target[i].set == set && str_eq(c->target[i].code, code))
            return (int)i;
    return -1;
}

static struct str dec_text(struct arena *a, struct dec d)
{
    struct sbuf b;

    sbuf_init(&b, a, 40);
    dec_put(&b, d);
    return sbuf_view(&b);
}

struct target_row target_row_of(struct arena *a, const struct catalog *c, const struct target *t)
{
    return (struct target_row){.id = t->id,
        .set = c->set[t->set].id,
        .code = t->code,
        .name = t->name,
        .source_line = t->source_line,
        .responsible = t->responsible,
        .person = t->person,
        .indicator = t->indicator < 0 ? (struct indicator_id){0} : c->indicator[t->indicator].id,
        .unit = c->units.p[t->unit].id,
        .comparator = t->comparator,
        .basis = t->basis,
        .compensating = t->compensating,
        .start = t->start,
        .deadline = t->deadline,
        .baseline = t->has_baseline ? dec_text(a, t->baseline) : STR(""),
        .weight = dec_text(a, t->weight),
        .made_up = t->made_up,
        .axis = t->axis,
        .done_day = t->done_day};
}

static bool same_number(struct str a, struct str b)
{
    struct dec x = {0}, y = {0};

    if (str_eq(a, b))
        return true;
    return dec_parse(a, &x, NULL) && dec_parse(b, &y, NULL) && dec_eq(x, y);
}

static struct str version_text(struct arena *a, const struct target *t)
{
    const struct target_version *v = &t->version[0];
    struct sbuf b;

    if (t->basis != TARGET_COUNT)
        return dec_text(a, v->value);
    sbuf_init(&b, a, 80);
    dec_put(&b, v->value);
    sbuf_printf(&b, "@%s", comparator_name(v->threshold_cmp));
    dec_put(&b, v->threshold);
    return sbuf_view(&b);
}

static bool same_target(struct arena *a, const struct target *old, const struct target_row *before,
    const struct target_row *r, const struct target_version_row *v)
{
    bool one_version = old->versions == 1 && same_number(version_text(a, old), v->value) &&
                       (r->comparator != CMP_BETWEEN ||
                           same_number(dec_text(a, old->version[0].value_to), v->value_to));

    return one_version && before->indicator.v == r->indicator.v && before->unit.v == r->unit.v &&
           before->comparator == r->comparator && before->basis == r->basis &&
           before->compensating == r->compensating && before->start.v == r->start.v &&
           before->deadline.v == r->deadline.v && same_number(before->baseline, r->baseline) &&
           (!r->weight.n || same_number(before->weight, r->weight));
}

static bool target_line(struct importing *im)
{
    struct write *w = im->w;
    const struct catalog *c = w->catalog;
    struct str set_code, code;
    struct target_row r = {0};
    struct target_version_row v = {0};

    if (!cell_needed(im, T_SET, &set_code) || !cell_needed(im, T_CODE, &code))
        return false;
    int set = catalog_set(c, set_code, im->err);
    if (set < 0)
        return cell_err(im, T_SET);
    int i = catalog_target(c, set, code);
    struct target_row before = {0};
    if (i >= 0)
        before = r = target_row_of(w->arena, c, &c->target[i]);
    r.set = c->set[set].id;
    r.code = code;
    if (!read_target(im, &r, &v))
        return false;
    if (i >= 0 && same_target(w->arena, &c->target[i], &before, &r, &v)) {
        im->result->unchanged++;
        return true;
    }
    if (!importing_act(im, ACT_IMPORT_TARGETS, "targets"))
        return false;
    if (i < 0 && !w->ops->new_id(w->store, "target", &r.id.v, im->err))
        return false;
    r.position = (int)im->result->rows;
    v.target = r.id;
    im->result->added += i < 0;
    im->result->changed += i >= 0;
    return w->ops->target_put(w->store, &r, w->act.no, im->err) &&
           w->ops->target_version_put(w->store, &v, w->act.no, im->err);
}

bool import_targets(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, target_columns, T_COUNT, target_line, ret, err);
}
