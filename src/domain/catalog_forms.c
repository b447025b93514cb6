/* catalog_forms: forms with their sections, lines and rules; see catalog_build.h. */
#include "domain/catalog_build.h"

#include <stdio.h>

static bool take_askers(struct build *b, const struct form_row *r, struct form *f)
{
    struct str *ids;
    size_t n;

    if (!build_split(b, r->asked_by, &ids, &n))
        return false;
    f->asked_by = build_array(b, n, sizeof *f->asked_by);
    if (!f->asked_by)
        return false;
    for (; f->askers < n; f->askers++) {
        struct unit_id id = {0};
        if (!str_to_i64(ids[f->askers], &id.v))
            return build_dangling(b, r->code, "unit", 0);
        if (!build_unit(b, r->code, id, &f->asked_by[f->askers]))
            return false;
    }
    return true;
}

static bool take_form(struct build *b, const struct form_row *r, size_t i)
{
    struct catalog *c = b->c;
    struct form f = {.id = r->id,
        .uid = r->uid,
        .code = r->code,
        .name_vi = r->name_vi,
        .name_en = r->name_en,
        .frequency = r->frequency,
        .line = r->line,
        .cutoff_day = r->cutoff_day,
        .due_day = r->due_day,
        .close_day = r->close_day,
        .from = r->from,
        .to = r->to,
        .needs_check = r->needs_check,
        .needs_sign = r->needs_sign};

    if (!build_kinds(b, r->code, r->asked_of, &f.asked_of, &f.kinds) ||
        !take_askers(b, r, &f))
        return false;
    if (smap_has(&c->form_by_code, r->code))
        return err_set(b->err, ERR_CONFLICT, MSG_err_catalog_code_twice, r->code);
    if (!smap_put(&c->form_by_code, r->code, i) || !map_put(&b->form_by_id, (uint64_t)r->id.v, i))
        return err_memory(b->err);
    c->form[i] = f;
    return true;
}

static bool form_of(struct build *b, struct form_id id, const char *what, int64_t *ret)
{
    uint64_t i;

    if (!map_get(&b->form_by_id, (uint64_t)id.v, &i))
        return build_dangling(b, str_of(what), "form", id.v);
    *ret = (int64_t)i;
    return true;
}

static bool take_sections(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->form_section.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->form_section = build_array(b, n, sizeof *c->form_section);
    if (!keys || !c->form_section)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct form_section_row *r = &b->rows->form_section.p[i];
        keys[i] = (struct sort_key){{0, r->position, 0}, (int)i};
        if (!form_of(b, r->form, "form_section", &keys[i].k[0]))
            return false;
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct form_section_row *r = &b->rows->form_section.p[keys[i].row];
        struct form *f = &c->form[keys[i].k[0]];
        c->form_section[i] = (struct form_section){r->key, r->title_vi, r->title_en};
        if (f->sections++ == 0)
            f->first_section = (int)i;
    }
    return true;
}

/* Index of the section of a form by key, -1 for the empty key; false where there is none. */
static bool find_section(const struct catalog *c, const struct form *f, struct str key, int *ret)
{
    *ret = -1;
    for (int i = f->first_section; i < f->first_section + f->sections; i++)
        if (str_eq(c->form_section[i].key, key)) {
            *ret = i;
            return true;
        }
    return str_empty(key);
}

static int find_line(const struct catalog *c, const struct form *f, int number)
{
    for (int i = f->first_line; i < f->first_line + f->lines; i++)
        if (c->form_line[i].number == number)
            return i;
    return -1;
}

static bool no_line(struct build *b, const struct form *f, int number)
{
    char z[24];

    snprintf(z, sizeof z, "%d", number);
    return err_set(b->err, ERR_INVALID, MSG_err_catalog_line, f->code, str_of(z));
}

static bool take_line(struct build *b, const struct form_line_row *r, struct form *f, int i)
{
    struct form_line *l = &b->c->form_line[i];

    *l = (struct form_line){.number = r->number,
        .owner = r->owner,
        .owner_name_vi = r->owner_name_vi,
        .owner_name_en = r->owner_name_en,
        .required = r->required,
        .parent_line = -1,
        .confirm_nil = r->confirm_nil};
    if (!build_indicator(b, f->code, r->indicator, &l->indicator))
        return false;
    if (l->indicator < 0)
        return build_dangling(b, f->code, "indicator", 0);
    if (!find_section(b->c, f, r->section, &l->section))
        return err_set(b->err, ERR_INVALID, MSG_err_catalog_section, f->code, r->section);
    if (f->lines++ == 0)
        f->first_line = i;
    return true;
}

static bool take_lines(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->form_line.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->form_line = build_array(b, n, sizeof *c->form_line);
    if (!keys || !c->form_line)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct form_line_row *r = &b->rows->form_line.p[i];
        keys[i] = (struct sort_key){{0, r->position, r->number}, (int)i};
        if (!form_of(b, r->form, "form_line", &keys[i].k[0]))
            return false;
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++)
        if (!take_line(b, &b->rows->form_line.p[keys[i].row], &c->form[keys[i].k[0]], (int)i))
            return false;
    for (size_t i = 0; i < n; i++) {
        int whole = b->rows->form_line.p[keys[i].row].part_of;
        const struct form *f = &c->form[keys[i].k[0]];
        if (whole && ((c->form_line[i].parent_line = find_line(c, f, whole)) < 0 ||
                         c->form_line[i].parent_line == (int)i))
            return no_line(b, f, whole);
    }
    return true;
}

/* The first line of the form whose indicator stands in the formula; -1. */
static int line_of_rule(const struct catalog *c, const struct form *f, const struct formula *g)
{
    for (int k = 0; k < g->nodes; k++) {
        int indicator, series;
        if (g->node[k].op != F_NAME)
            continue;
        catalog_operand(c, g->node[k].operand, &indicator, &series);
        for (int i = f->first_line; i < f->first_line + f->lines; i++)
            if (c->form_line[i].indicator == indicator)
                return i;
    }
    return -1;
}

static bool take_rule(struct build *b, const struct form_rule_row *r, struct form *f, int i)
{
    struct form_rule *rule = &b->c->form_rule[i];

    *rule = (struct form_rule){.level = r->level,
        .text = r->text,
        .formula = build_formula(b, f->code, r->text),
        .message_vi = r->message_vi,
        .message_en = r->message_en};
    if (!rule->formula)
        return false;
    if (!rule->formula->is_truth || rule->formula->has_share)
        return err_set(b->err, ERR_INVALID, MSG_err_catalog_rule, f->code, r->text);
    rule->line = r->line ? find_line(b->c, f, r->line) : line_of_rule(b->c, f, rule->formula);
    if (r->line && rule->line < 0)
        return no_line(b, f, r->line);
    if (f->rules++ == 0)
        f->first_rule = i;
    return true;
}

static bool take_rules(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->form_rule.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->form_rule = build_array(b, n, sizeof *c->form_rule);
    if (!keys || !c->form_rule)
        return false;
    for (size_t i = 0; i < n; i++) {
        keys[i] = (struct sort_key){{0, b->rows->form_rule.p[i].position, 0}, (int)i};
        if (!form_of(b, b->rows->form_rule.p[i].form, "form_rule", &keys[i].k[0]))
            return false;
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++)
        if (!take_rule(b, &b->rows->form_rule.p[keys[i].row], &c->form[keys[i].k[0]], (int)i))
            return false;
    return true;
}

/* Indicators know the form that owns them. */
static bool link_owners(struct build *b)
{
    for (size_t i = 0; i < b->rows->indicator.n; i++) {
        const struct indicator_row *r = &b->rows->indicator.p[i];
        int64_t form = -1;
        if (!r->form.v)
            continue;
        if (!form_of(b, r->form, "indicator", &form))
            return false;
        b->c->indicator[catalog_indicator_id(b->c, r->id)].form = (int)form;
    }
    return true;
}

bool build_forms(struct build *b)
{
    struct catalog *c = b->c;

    c->form = build_array(b, b->rows->form.n, sizeof *c->form);
    if (!c->form)
        return false;
    for (size_t i = 0; i < b->rows->form.n; i++)
        if (!take_form(b, &b->rows->form.p[i], i))
            return false;
    c->forms = b->rows->form.n;
    return take_sections(b) && take_lines(b) && take_rules(b) && link_owners(b);
}
