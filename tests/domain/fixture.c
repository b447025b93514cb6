/* fixture: see fixture.h. */
#include "../test.h"

#include "fixture.h"

#include <stdio.h>

#include "base/csv.h"
#include "base/map.h"
#include "base/vec.h"
#include "domain/catalog_rows.h"
#include "rule_files.h"

enum { LABELS = 4096 };

/* Labels of things of one kind, in order; the position + 1 is the id. */
struct labels {
    struct str p[LABELS];
    size_t n;
};

static struct labels units, indicators, forms, sets, targets, events, accounts;

struct reader {
    struct arena *a;
    struct csv_record head, row;
    const char *block;
    struct catalog_rows *rows;
    struct err *err;
};

static void wrong(const struct reader *r, const char *what, struct str text)
{
    fail_msg("fixture: @%s, line %d: %s \"%.*s\"", r->block, r->row.line, what, STR_ARG(text));
}

static struct str cell_or(const struct reader *r, const char *column, struct str otherwise)
{
    for (size_t i = 0; i < r->head.n && i < r->row.n; i++)
        if (str_is(str_trim(r->head.cell[i]), column) && !str_empty(str_trim(r->row.cell[i])))
            return str_trim(r->row.cell[i]);
    return otherwise;
}

static struct str cell(const struct reader *r, const char *column)
{
    return cell_or(r, column, STR(""));
}

static int number_or(const struct reader *r, const char *column, int otherwise)
{
    struct str s = cell(r, column);
    int64_t v = otherwise;

    if (!str_empty(s) && !str_to_i64(s, &v))
        wrong(r, "not a number", s);
    return (int)v;
}

static bool yes(const struct reader *r, const char *column, bool otherwise)
{
    struct str s = cell(r, column);

    return str_empty(s) ? otherwise : str_is(s, "yes");
}

static struct day day_or(const struct reader *r, const char *column, struct day otherwise)
{
    struct str s = cell(r, column);
    struct day d = otherwise;

    if (!str_empty(s) && !day_parse(s, &d, NULL))
        wrong(r, "not a day", s);
    return d;
}

/* A word of a closed list by its parser. */
#define WORD(r, column, otherwise, parse, ret)                                                     \
    do {                                                                                           \
        struct str word_ = cell_or((r), (column), STR(otherwise));                                 \
        if (!parse(word_, (ret)))                                                                  \
            wrong((r), "unknown word in " column, word_);                                          \
    } while (0)

static int64_t find(const struct labels *l, struct str label)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->p[i], label))
            return (int64_t)i + 1;
    return 0;
}

static int64_t add(const struct reader *r, struct labels *l, struct str label)
{
    if (l->n >= LABELS)
        wrong(r, "too many things", label);
    l->p[l->n++] = label;
    return (int64_t)l->n;
}

/* The id of what the column names; an empty cell is 0. */
static int64_t ref(const struct reader *r, const struct labels *l, const char *column)
{
    struct str s = cell(r, column);
    int64_t id = find(l, s);

    if (!str_empty(s) && !id)
        wrong(r, "nobody is called", s);
    return id;
}

/* An identity as the rows write lists of them; empty for none. */
static struct str id_text(const struct reader *r, int64_t id)
{
    return id ? str_of(arena_printf(r->a, "%lld", (long long)id)) : STR("");
}

static struct uid uid_of(char letter, int64_t id)
{
    struct uid u;

    snprintf(u.z, sizeof u.z, "%c%010u", letter, (unsigned)id);
    return u;
}

/* Appends a zeroed row to one of the arrays of rows and points at it. */
static void *more(struct arena *a, void **p, size_t *n, size_t size)
{
    char *q = arena_array(a, *n + 1, size);

    assert_non_null(q);
    if (*n)
        memcpy(q, *p, *n * size);
    *p = q;
    return q + (*n)++ * size;
}
#define MORE(r, array) more((r)->a, (void **)&(array).p, &(array).n, sizeof *(array).p)

/* ---- blocks ---- */

static void read_parent(struct reader *r, int64_t unit, int64_t parent, const char *line)
{
    struct unit_rows *u = &r->rows->units;
    struct parent_at_row *p = more(r->a, (void **)&u->parent, &u->parents, sizeof *u->parent);
    struct str word = cell_or(r, "line", str_of(line));

    p->unit.v = unit;
    p->parent.v = parent;
    if (!line_parse(word, &p->line))
        wrong(r, "unknown line", word);
    p->from = day_or(r, "from", DAY_MIN);
    p->to = day_or(r, "to", DAY_MAX);
}

static void read_unit(struct reader *r)
{
    struct unit_rows *u = &r->rows->units;
    struct str label = cell(r, "id");
    int64_t id = find(&units, label);

    if (!id) {
        struct unit_row *row = more(r->a, (void **)&u->unit, &u->units, sizeof *u->unit);
        id = add(r, &units, label);
        row->id.v = id;
        row->uid = uid_of('u', id);
        row->place.v = ref(r, &units, "place");
    }
    struct unit_at_row *at = more(r->a, (void **)&u->at, &u->ats, sizeof *u->at);
    *at = (struct unit_at_row){.unit = {id},
        .from = day_or(r, "from", DAY_MIN),
        .to = day_or(r, "to", DAY_MAX),
        .name = cell_or(r, "name", label),
        .code = cell_or(r, "code", label),
        .kind = cell_or(r, "kind", STR("commune"))};
    read_parent(r, id, ref(r, &units, "parent"), "state");
}

static void read_further_parent(struct reader *r)
{
    read_parent(r, ref(r, &units, "unit"), ref(r, &units, "parent"), "party");
}

static void add_series(struct reader *r, int64_t indicator, struct str key, struct str label)
{
    struct series_row *s = MORE(r, r->rows->series);

    *s = (struct series_row){.id = {(int64_t)r->rows->series.n},
        .indicator = {indicator},
        .key = key,
        .label = label,
        .position = (int)r->rows->series.n};
}

static void read_indicator(struct reader *r)
{
    struct indicator_row *i = MORE(r, r->rows->indicator);

    i->code = cell(r, "code");
    i->id.v = add(r, &indicators, i->code);
    i->uid = uid_of('i', i->id.v);
    i->name = cell_or(r, "name", i->code);
    i->unit_of_measure = cell(r, "unit_of_measure");
    i->decimals = number_or(r, "decimals", 0);
    i->family = cell_or(r, "family", STR("calendar"));
    i->formula = cell(r, "formula");
    i->weight = cell(r, "weight");
    i->reported_by = cell(r, "reported_by");
    i->form.v = ref(r, &forms, "form");
    i->owner = cell(r, "owner");
    i->aliases = cell(r, "aliases");
    i->followed = yes(r, "followed", false);
    i->position = (int)i->id.v;
    i->source = str_empty(i->formula) ? SOURCE_REPORTED : SOURCE_FORMULA;
    WORD(r, "direction", "more", direction_parse, &i->direction);
    WORD(r, "value_type", "number", value_type_parse, &i->value_type);
    WORD(r, "frequency", "quarter", frequency_parse, &i->frequency);
    WORD(r, "over_units", "sum", over_units_parse, &i->over_units);
    WORD(r, "over_time", "sum", over_time_parse, &i->over_time);
    WORD(r, "entered", "in-period", entered_parse, &i->entered);
    WORD(r, "line", "state", line_parse, &i->line);
    WORD(r, "basis", "people", share_basis_parse, &i->basis);
    WORD(r, "class", "internal", privacy_parse, &i->privacy);
    if (str_empty(i->formula))
        add_series(r, i->id.v, STR(""), STR(""));
}

static void read_part(struct reader *r)
{
    struct str key = cell(r, "key");

    add_series(r, ref(r, &indicators, "indicator"), key, cell_or(r, "label", key));
}

static void read_not_applicable(struct reader *r)
{
    struct not_applicable_row *n = MORE(r, r->rows->not_applicable);

    n->indicator.v = ref(r, &indicators, "indicator");
    n->unit.v = ref(r, &units, "unit");
    n->from = day_or(r, "from", DAY_MIN);
    n->to = day_or(r, "to", DAY_MAX);
}

static void read_form(struct reader *r)
{
    struct form_row *f = MORE(r, r->rows->form);

    f->code = cell(r, "code");
    f->id.v = add(r, &forms, f->code);
    f->uid = uid_of('f', f->id.v);
    f->name_vi = f->name_en = cell_or(r, "name", f->code);
    f->asked_of = cell(r, "asked_of");
    f->asked_by = id_text(r, ref(r, &units, "asked_by"));
    f->cutoff_day = number_or(r, "cutoff_day", 15);
    f->due_day = number_or(r, "due_day", 20);
    f->close_day = number_or(r, "close_day", 25);
    f->from = day_or(r, "from", DAY_MIN);
    f->to = day_or(r, "to", DAY_MAX);
    f->needs_check = yes(r, "check", false);
    f->needs_sign = yes(r, "sign", false);
    WORD(r, "frequency", "quarter", frequency_parse, &f->frequency);
    WORD(r, "line", "party", line_parse, &f->line);
}

static void read_section(struct reader *r)
{
    struct form_section_row *s = MORE(r, r->rows->form_section);

    s->form.v = ref(r, &forms, "form");
    s->position = (int)r->rows->form_section.n;
    s->key = cell(r, "key");
    s->title_vi = s->title_en = cell_or(r, "title", s->key);
}

static void read_line(struct reader *r)
{
    struct form_line_row *l = MORE(r, r->rows->form_line);

    l->form.v = ref(r, &forms, "form");
    l->position = l->number = number_or(r, "number", (int)r->rows->form_line.n);
    l->section = cell(r, "section");
    l->indicator.v = ref(r, &indicators, "indicator");
    l->owner = l->owner_name_vi = cell(r, "owner");
    l->part_of = number_or(r, "part_of", 0);
    l->confirm_nil = yes(r, "confirm_nil", false);
    l->required = yes(r, "required", false);
}

static void read_rule(struct reader *r)
{
    struct form_rule_row *x = MORE(r, r->rows->form_rule);

    x->form.v = ref(r, &forms, "form");
    x->position = (int)r->rows->form_rule.n;
    x->level = str_is(cell(r, "level"), "warning") ? RULE_WARNING : RULE_ERROR;
    x->text = cell(r, "text");
    x->message_vi = x->message_en = cell(r, "message");
    x->line = number_or(r, "line", 0);
}

static void read_set(struct reader *r)
{
    struct target_set_row *s = MORE(r, r->rows->set);

    s->code = cell(r, "code");
    s->id.v = add(r, &sets, s->code);
    s->uid = uid_of('s', s->id.v);
    s->name = cell_or(r, "name", s->code);
    s->unit.v = ref(r, &units, "unit");
    s->giver = cell(r, "giver");
    s->start = day_or(r, "start", DAY_MIN);
    s->end = day_or(r, "end", DAY_MAX);
}

static void add_version(struct reader *r, int64_t target, struct day in_force)
{
    struct target_version_row *v = MORE(r, r->rows->target_version);

    *v = (struct target_version_row){.target = {target},
        .in_force = in_force,
        .decided = yes(r, "decided", true),
        .value = cell(r, "value"),
        .value_to = cell(r, "value_to"),
        .decision = cell(r, "decision")};
}

static void read_target(struct reader *r)
{
    struct target_row *t = MORE(r, r->rows->target);
    int64_t set = ref(r, &sets, "set");
    const char *label;
    struct indicator_row *in = NULL;

    if (!set)
        wrong(r, "a target without a set:", cell(r, "code"));
    t->set.v = set;
    t->code = cell(r, "code");
    t->name = cell_or(r, "name", t->code);
    label = arena_printf(r->a, "%.*s/%.*s", STR_ARG(cell(r, "set")), STR_ARG(t->code));
    t->id.v = add(r, &targets, str_of(label));
    t->indicator.v = ref(r, &indicators, "indicator");
    t->unit.v = ref(r, &units, "unit");
    if (!t->unit.v)
        t->unit = r->rows->set.p[set - 1].unit;
    if (t->indicator.v)
        in = &r->rows->indicator.p[t->indicator.v - 1];
    WORD(r, "comparator", ">=", comparator_parse, &t->comparator);
    struct str basis = cell_or(r, "basis", STR("level"));
    if (!target_basis_parse(basis, in ? in->over_time : TIME_SUM, &t->basis))
        wrong(r, "unknown basis", basis);
    t->compensating = yes(r, "compensating", false);
    t->start = day_or(r, "start", r->rows->set.p[set - 1].start);
    t->deadline = day_or(r, "deadline", day_add(r->rows->set.p[set - 1].end, -1));
    t->baseline = cell(r, "baseline");
    t->weight = cell(r, "weight");
    t->done_day = day_or(r, "done_day", (struct day){0});
    t->position = (int)t->id.v;
    add_version(r, t->id.v, t->start);
}

static void read_version(struct reader *r)
{
    add_version(r, ref(r, &targets, "target"), day_or(r, "in_force", DAY_MIN));
}

static void read_expectation(struct reader *r)
{
    struct expectation_row *x = MORE(r, r->rows->expectation);

    x->target.v = ref(r, &targets, "target");
    x->day = day_or(r, "day", DAY_MIN);
    x->reason = cell(r, "reason");
    WORD(r, "expectation", "", expectation_parse, &x->expectation);
}

static void read_event(struct reader *r)
{
    static const char *const kinds[] = {
        "found", "merge", "split", "transfer", "rename", "change-kind", "dissolve"};
    struct event_row *e = MORE(r, r->rows->event);
    struct str kind = cell_or(r, "kind", STR("merge"));

    e->id = add(r, &events, cell(r, "id"));
    e->day = day_or(r, "day", DAY_MIN);
    e->decision = cell_or(r, "decision", cell(r, "id"));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(kind, kinds[i])) {
            e->kind = (enum event_kind)i;
            return;
        }
    wrong(r, "unknown kind of event", kind);
}

static void read_edge(struct reader *r)
{
    struct edge_row *e = MORE(r, r->rows->edge);

    e->event = ref(r, &events, "event");
    e->from.v = ref(r, &units, "from");
    e->to.v = ref(r, &units, "to");
    e->share[BASIS_PEOPLE] = cell(r, "people");
    e->share[BASIS_AREA] = cell(r, "area");
    e->share[BASIS_HOUSEHOLDS] = cell(r, "households");
}

static void read_account(struct reader *r)
{
    struct account_row *x = MORE(r, r->rows->account);

    x->login = cell(r, "login");
    x->id.v = add(r, &accounts, x->login);
    x->uid = uid_of('a', x->id.v);
    x->name = cell_or(r, "name", x->login);
    x->unit.v = ref(r, &units, "unit");
}

static void read_grant(struct reader *r)
{
    static const char *const roles[] = {"viewer", "reporter", "checker", "signer", "approver",
        "compiler", "leader", "inspector", "registrar", "publisher", "administrator"};
    struct grant_row *g = MORE(r, r->rows->grant);
    struct str role = cell(r, "role");

    g->account.v = ref(r, &accounts, "login");
    g->unit.v = ref(r, &units, "unit");
    WORD(r, "line", "party", line_parse, &g->line);
    g->owner = cell(r, "owner");
    g->forms = cell(r, "forms");
    g->from = day_or(r, "from", DAY_MIN);
    g->to = day_or(r, "to", DAY_MAX);
    g->decision = cell(r, "decision");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (str_is(role, roles[i])) {
            g->role = (enum role)i;
            return;
        }
    wrong(r, "unknown role", role);
}

static const struct {
    const char *name;
    void (*read)(struct reader *);
    const char *columns;
} blocks[] = {
    {"units", read_unit, " id name kind code parent line from to place "},
    {"parents", read_further_parent, " unit parent line from to "},
    {"indicators", read_indicator,
        " code name unit_of_measure decimals direction value_type frequency over_units over_time "
        "entered line family basis class formula weight reported_by form owner followed aliases "},
    {"parts", read_part, " indicator key label "},
    {"not_applicable", read_not_applicable, " indicator unit from to "},
    {"forms", read_form,
        " code name frequency line asked_of asked_by cutoff_day due_day close_day from to check "
        "sign "},
    {"sections", read_section, " form key title "},
    {"lines", read_line, " form number indicator section owner part_of confirm_nil required "},
    {"rules", read_rule, " form level text message line "},
    {"sets", read_set, " code name unit giver start end "},
    {"targets", read_target,
        " set code name indicator unit comparator value value_to basis start deadline baseline "
        "compensating weight done_day decision "},
    {"versions", read_version, " target in_force value value_to decided decision "},
    {"expectations", read_expectation, " target day expectation reason "},
    {"events", read_event, " id day kind decision "},
    {"edges", read_edge, " event from to people area households "},
    {"accounts", read_account, " login unit name "},
    {"grants", read_grant, " login role unit line owner forms from to decision "},
};

static void check_columns(const struct reader *r, const char *columns)
{
    for (size_t i = 0; i < r->head.n; i++) {
        const char *column = arena_printf(r->a, " %.*s ", STR_ARG(str_trim(r->head.cell[i])));
        if (!strstr(columns, column))
            fail_msg("fixture: @%s has no column%s", r->block, column);
    }
}

/* One block: from behind its @ to the next one. */
static void read_block(struct reader *r, struct str block)
{
    ptrdiff_t end = str_find_char(block, '\n', 0);
    struct str name = str_trim(str_slice(block, 0, end < 0 ? block.n : (size_t)end));
    struct csv csv;
    bool at_end = false;

    r->block = str_dupz(r->a, name);
    csv_open(&csv, str_slice(block, name.n, block.n), STR("fixture"));
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        if (!str_is(name, blocks[i].name))
            continue;
        if (!csv_next(&csv, r->a, &r->head, &at_end, r->err))
            return;
        check_columns(r, blocks[i].columns);
        while (csv_next(&csv, r->a, &r->row, &at_end, r->err))
            blocks[i].read(r);
        return;
    }
    fail_msg("fixture: there is no block @%s", r->block);
}

struct kinds fixture_kinds(struct arena *a)
{
    const struct embedded *file = embedded_find(rule_files, STR("kinds.csv"));
    struct kinds kinds = {0};
    struct err e = ERR_INIT;

    assert_non_null(file);
    if (!kinds_parse(a, embedded_text(file), &kinds, &e))
        fail_msg("rules/kinds.csv: %s", msg_name(e.key).p);
    return kinds;
}

struct catalog_rows *fixture_rows(struct arena *a, const char *text)
{
    struct catalog_rows *rows = arena_zalloc(a, sizeof *rows);
    struct labels *all[] = {&units, &indicators, &forms, &sets, &targets, &events, &accounts};
    struct err e = ERR_INIT;
    struct reader r = {.a = a, .rows = rows, .err = &e};
    struct str rest = str_dup(a, str_of(text)), block;

    assert_non_null(rows);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        all[i]->n = 0;
    for (size_t from = 0; from < rest.n;) {
        ptrdiff_t end = str_find(rest, STR("\n@"), from);
        block = str_slice(rest, from, end < 0 ? rest.n : (size_t)end + 1);
        if (!str_starts(block, STR("@")))
            fail_msg("fixture: text before the first @block");
        read_block(&r, str_slice(block, 1, block.n));
        from += block.n;
    }
    rows->act.v = 1;
    return rows;
}

bool fixture_try(struct arena *a, const char *text, struct catalog *ret, struct err *err)
{
    return catalog_build(a, fixture_kinds(a), fixture_rows(a, text), ret, err);
}

struct catalog fixture(struct arena *a, const char *text)
{
    struct catalog c;
    struct err e = ERR_INIT;

    if (!fixture_try(a, text, &c, &e)) {
        struct sbuf b;
        sbuf_init(&b, a, 4096);
        err_text(&e, LANG_EN, &b);
        fail_msg("fixture: %s", sbuf_cstr(&b));
    }
    return c;
}

int fixture_unit(const struct catalog *c, const char *id)
{
    int64_t n = find(&units, str_of(id));
    int unit = n ? units_find_id(&c->units, (struct unit_id){n}) : -1;

    if (unit < 0)
        fail_msg("fixture: no unit %s", id);
    return unit;
}

int fixture_indicator(const struct catalog *c, const char *code)
{
    int i = catalog_indicator(c, str_of(code), NULL);

    if (i < 0)
        fail_msg("fixture: no indicator %s", code);
    return i;
}

int fixture_target(const struct catalog *c, const char *set_and_code)
{
    int64_t id = find(&targets, str_of(set_and_code));

    for (size_t i = 0; id && i < c->targets; i++)
        if (c->target[i].id.v == id)
            return (int)i;
    fail_msg("fixture: no target %s", set_and_code);
    return -1;
}

struct day fixture_day(const char *text)
{
    struct day d = {0};

    if (!day_parse(str_of(text), &d, NULL))
        fail_msg("not a day: %s", text);
    return d;
}

struct period fixture_period(const char *text)
{
    struct period p = {0};

    if (!period_parse(str_of(text), &p, NULL))
        fail_msg("not a period: %s", text);
    return p;
}
