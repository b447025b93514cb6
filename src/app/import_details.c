/* import_details: see import_details.h. One function per kind of file; the table of kinds is at the
 * end. */
#include "app/import_details.h"

#include "app/accounts.h"
#include "app/import_forms.h"
#include "app/import_reports.h"
#include "app/import_succession.h"
#include "app/reporting.h"
#include "app/settings.h"

/* ---- indicators: breakdowns, aliases, details ---- */

enum { B_INDICATOR, B_PART, B_NAME, B_POSITION, B_COUNT };
static const struct csv_column breakdown_columns[B_COUNT] = {{"indicator", true, NULL},
    {"part", true, NULL}, {"name", true, NULL}, {"position", false, NULL}};

static bool breakdown_row(struct importing *im)
{
    struct write *w = im->w;
    const struct catalog *c = w->catalog;
    struct series_row r = {0};
    int i;

    if (!cell_indicator(im, B_INDICATOR, &i) || !cell_needed(im, B_PART, &r.key) ||
        !cell_needed(im, B_NAME, &r.label) ||
        !cell_int(im, B_POSITION, 0, 100000, (int)im->result->rows, &r.position))
        return false;
    const struct indicator *x = &c->indicator[i];
    r.indicator = x->id;
    for (int k = x->first_part; k < x->first_part + x->parts; k++)
        if (str_eq(c->series[k].key, r.key)) {
            if (str_eq(c->series[k].label, r.label)) {
                im->result->unchanged++;
                return true;
            }
            r.id = c->series[k].id;
        }
    if (!importing_act(im, ACT_IMPORT_INDICATORS, "breakdowns") ||
        (!r.id.v && !w->ops->new_id(w->store, "series", &r.id.v, im->err)))
        return false;
    im->result->added++;
    return w->ops->series_put(w->store, &r, w->act.no, im->err);
}

static bool import_breakdowns(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, breakdown_columns, B_COUNT, breakdown_row, ret, err);
}

enum { A_INDICATOR, A_ALIAS, A_COUNT };
static const struct csv_column alias_columns[A_COUNT] = {
    {"indicator", true, NULL}, {"alias", true, NULL}};

/* An indicator may have several rows: what the file said before counts too. */
static bool alias_row(struct importing *im)
{
    struct write *w = im->w;
    struct str alias;
    uint64_t before;
    struct sbuf b;
    int i;

    if (!cell_indicator(im, A_INDICATOR, &i) || !cell_needed(im, A_ALIAS, &alias))
        return false;
    const struct indicator *x = &w->catalog->indicator[i];
    struct indicator_row r = indicator_row_of(w->arena, w->catalog, x);
    if (smap_get(&im->seen, x->code, &before))
        r.aliases = *(const struct str *)(uintptr_t)before;
    sbuf_init(&b, w->arena, 64 << 10);
    sbuf_str(&b, r.aliases);
    for (size_t k = 0; k < x->aliases; k++)
        if (str_eq(x->alias[k], alias)) {
            im->result->unchanged++;
            return true;
        }
    sbuf_printf(&b, "%s%.*s", b.n ? "|" : "", STR_ARG(alias));
    struct str *kept = arena_zalloc(w->arena, sizeof *kept);
    if (!kept || b.failed)
        return err_memory(im->err);
    *kept = r.aliases = sbuf_view(&b);
    im->result->changed++;
    return (smap_put(&im->seen, x->code, (uintptr_t)kept) || err_memory(im->err)) &&
           importing_act(im, ACT_IMPORT_INDICATORS, "aliases") &&
           w->ops->indicator_put(w->store, &r, w->act.no, im->err);
}

static bool import_aliases(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, alias_columns, A_COUNT, alias_row, ret, err);
}

enum { D_INDICATOR, D_FOLLOWED, D_DEFINITION, D_NOTE, D_COUNT };
static const struct csv_column detail_columns[D_COUNT] = {{"indicator", true, NULL},
    {"followed", false, NULL}, {"definition", false, NULL}, {"note", false, NULL}};

static bool detail_row(struct importing *im)
{
    struct write *w = im->w;
    int i;

    if (!cell_indicator(im, D_INDICATOR, &i))
        return false;
    struct indicator_row r = indicator_row_of(w->arena, w->catalog, &w->catalog->indicator[i]);
    struct indicator_row before = r;
    if (!cell_yes(im, D_FOLLOWED, &r.followed) || !cell_text(im, D_DEFINITION, &r.definition) ||
        !cell_text(im, D_NOTE, &r.note))
        return false;
    if (r.followed == before.followed && str_eq(r.definition, before.definition) &&
        str_eq(r.note, before.note)) {
        im->result->unchanged++;
        return true;
    }
    im->result->changed++;
    return importing_act(im, ACT_IMPORT_INDICATORS, "indicator-details") &&
           w->ops->indicator_put(w->store, &r, w->act.no, im->err);
}

static bool import_indicator_details(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, detail_columns, D_COUNT, detail_row, ret, err);
}

enum { N_INDICATOR, N_UNIT, N_FROM, N_TO, N_REASON, N_COUNT };
static const struct csv_column na_columns[N_COUNT] = {{"indicator", true, NULL},
    {"unit", true, NULL}, {"from", false, NULL}, {"to", false, NULL}, {"reason", false, NULL}};

static bool cell_unit(struct importing *im, size_t i, struct day day, int *ret)
{
    struct str s;

    if (!cell_needed(im, i, &s))
        return false;
    *ret = units_find(&im->w->catalog->units, s, day, im->err);
    return *ret >= 0 || cell_err(im, i);
}

static bool stands_already(
    const struct catalog *c, int indicator, int unit, struct day from, struct day to)
{
    for (size_t i = 0; i < c->not_applicables; i++) {
        const struct not_applicable *n = &c->not_applicable[i];
        if (n->indicator == indicator && n->unit == unit && n->from.v == from.v && n->to.v == to.v)
            return true;
    }
    return false;
}

static bool na_row(struct importing *im)
{
    struct write *w = im->w;
    struct not_applicable_row r;
    int indicator, unit;

    if (!cell_indicator(im, N_INDICATOR, &indicator) || !cell_day(im, N_FROM, DAY_MIN, &r.from) ||
        !cell_day(im, N_TO, DAY_MAX, &r.to) || !cell_unit(im, N_UNIT, r.from, &unit))
        return false;
    if (stands_already(w->catalog, indicator, unit, r.from, r.to)) {
        im->result->unchanged++;
        return true;
    }
    if (!importing_act(im, ACT_IMPORT_NOT_APPLICABLE, "not-applicable"))
        return false;
    r.indicator = w->catalog->indicator[indicator].id;
    r.unit = w->catalog->units.p[unit].id;
    im->result->added++;
    return w->ops->not_applicable_put(w->store, &r, w->act.no, im->err);
}

static bool import_not_applicable(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, na_columns, N_COUNT, na_row, ret, err);
}

/* ---- targets ---- */

static bool cell_target(struct importing *im, size_t set_column, size_t column, int *ret)
{
    struct str set_code, code;

    if (!cell_needed(im, set_column, &set_code) || !cell_needed(im, column, &code))
        return false;
    int set = catalog_set(im->w->catalog, set_code, im->err);
    if (set < 0)
        return cell_err(im, set_column);
    *ret = catalog_target(im->w->catalog, set, code);
    if (*ret >= 0)
        return true;
    err_set(im->err, ERR_NOT_FOUND, MSG_err_targets_unknown, set_code, code);
    return cell_err(im, column);
}

enum { T_SET, T_TARGET, T_NAME, T_SOURCE, T_BODY, T_PERSON, T_AXIS, T_MADE_UP, T_COUNT };
static const struct csv_column target_detail_columns[T_COUNT] = {{"set", true, NULL},
    {"target", true, NULL}, {"name", false, NULL}, {"source_line", false, NULL},
    {"responsible", false, NULL}, {"person", false, NULL}, {"axis", false, NULL},
    {"made_up", false, NULL}};

static bool target_detail_row(struct importing *im)
{
    struct write *w = im->w;
    int t;

    if (!cell_target(im, T_SET, T_TARGET, &t))
        return false;
    struct target_row r = target_row_of(w->arena, w->catalog, &w->catalog->target[t]);
    r.position = t;
    if (!cell_text(im, T_NAME, &r.name) || !cell_text(im, T_SOURCE, &r.source_line) ||
        !cell_text(im, T_BODY, &r.responsible) || !cell_text(im, T_PERSON, &r.person) ||
        !cell_int(im, T_AXIS, 0, 6, r.axis, &r.axis) || !cell_yes(im, T_MADE_UP, &r.made_up) ||
        !importing_act(im, ACT_IMPORT_TARGETS, "target-details"))
        return false;
    im->result->changed++;
    return w->ops->target_put(w->store, &r, w->act.no, im->err);
}

static bool import_target_details(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(
        a, who, f, target_detail_columns, T_COUNT, target_detail_row, ret, err);
}

enum { V_SET, V_TARGET, V_IN_FORCE, V_STATE, V_VALUE, V_VALUE_TO, V_DECISION, V_COUNT };
static const struct csv_column version_columns[V_COUNT] = {{"set", true, NULL},
    {"target", true, NULL}, {"in_force", true, NULL}, {"state", false, NULL}, {"value", true, NULL},
    {"value_to", false, NULL}, {"decision", false, NULL}};

static bool version_row(struct importing *im)
{
    struct write *w = im->w;
    struct target_version_row r = {0};
    struct target_version parsed;
    struct str state;
    int t;

    if (!cell_target(im, V_SET, V_TARGET, &t) || !cell_day(im, V_IN_FORCE, DAY_MIN, &r.in_force) ||
        !cell_text(im, V_STATE, &state) || !cell_text(im, V_VALUE, &r.value) ||
        !cell_text(im, V_VALUE_TO, &r.value_to) || !cell_text(im, V_DECISION, &r.decision))
        return false;
    const struct target *x = &w->catalog->target[t];
    if (state.n && !str_is(state, "decided") && !str_is(state, "proposed"))
        return cell_word_err(im, V_STATE, "decided, proposed");
    if (!target_value_parse(r.value, r.value_to, x->comparator, x->basis, &parsed, im->err))
        return cell_err(im, V_VALUE);
    r.decided = !str_is(state, "proposed");
    r.target = x->id;
    im->result->added++;
    return importing_act(im, ACT_IMPORT_TARGETS, "target-versions") &&
           w->ops->target_version_put(w->store, &r, w->act.no, im->err);
}

static bool import_target_versions(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, version_columns, V_COUNT, version_row, ret, err);
}

enum { P_SET, P_TARGET, P_PERIOD, P_VALUE, P_COUNT };
static const struct csv_column schedule_columns[P_COUNT] = {
    {"set", true, NULL}, {"target", true, NULL}, {"period", true, NULL}, {"value", true, NULL}};

static bool schedule_row(struct importing *im)
{
    struct write *w = im->w;
    struct target_schedule_row r;
    struct str period;
    struct period p;
    struct dec d;
    int t;

    if (!cell_target(im, P_SET, P_TARGET, &t) || !cell_needed(im, P_PERIOD, &period) ||
        !cell_needed(im, P_VALUE, &r.value))
        return false;
    if (!period_parse(period, &p, im->err))
        return cell_err(im, P_PERIOD);
    if (!dec_parse(r.value, &d, im->err))
        return cell_err(im, P_VALUE);
    r.target = w->catalog->target[t].id;
    r.period = period_code(p);
    im->result->added++;
    return importing_act(im, ACT_IMPORT_TARGETS, "schedules") &&
           w->ops->target_schedule_put(w->store, &r, w->act.no, im->err);
}

static bool import_schedules(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, schedule_columns, P_COUNT, schedule_row, ret, err);
}

enum { E_SET, E_TARGET, E_DAY, E_EXPECTATION, E_REASON, E_COUNT };
static const struct csv_column expectation_columns[E_COUNT] = {{"set", true, NULL},
    {"target", true, NULL}, {"day", true, NULL}, {"expectation", true, NULL},
    {"reason", false, NULL}};

static bool expectation_line(struct importing *im)
{
    struct write *w = im->w;
    struct expectation_row r = {0};
    struct str word;
    int t;

    if (!cell_target(im, E_SET, E_TARGET, &t) || !cell_day(im, E_DAY, im->w->today, &r.day) ||
        !cell_needed(im, E_EXPECTATION, &word) || !cell_text(im, E_REASON, &r.reason))
        return false;
    if (!expectation_parse(word, &r.expectation))
        return cell_word_err(im, E_EXPECTATION, "will_meet, hard_to_meet, will_not_meet");
    r.target = w->catalog->target[t].id;
    im->result->added++;
    return importing_act(im, ACT_IMPORT_EXPECTATIONS, "expectations") &&
           w->ops->expectation_put(w->store, &r, w->act.no, im->err);
}

static bool import_expectations(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, expectation_columns, E_COUNT, expectation_line, ret, err);
}

enum { DONE_SET, DONE_TARGET, DONE_DAY, DONE_EVIDENCE, DONE_COUNT };
static const struct csv_column done_columns[DONE_COUNT] = {
    {"set", true, NULL}, {"target", true, NULL}, {"day", true, NULL}, {"evidence", false, NULL}};

static bool done_row(struct importing *im)
{
    struct write *w = im->w;
    struct str evidence;
    int t;

    if (!cell_target(im, DONE_SET, DONE_TARGET, &t) || !cell_text(im, DONE_EVIDENCE, &evidence))
        return false;
    struct target_row r = target_row_of(w->arena, w->catalog, &w->catalog->target[t]);
    r.position = t;
    if (evidence.n)
        r.source_line = evidence;
    im->result->changed++;
    return cell_day(im, DONE_DAY, im->w->today, &r.done_day) &&
           importing_act(im, ACT_IMPORT_TARGETS, "done") &&
           w->ops->target_put(w->store, &r, w->act.no, im->err);
}

static bool import_done(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, done_columns, DONE_COUNT, done_row, ret, err);
}

/* ---- accounts ---- */

enum { U_ACCOUNT, U_NAME, U_POST, U_UNIT, U_LANG, U_COUNT };
static const struct csv_column account_columns[U_COUNT] = {{"account", true, NULL},
    {"name", true, NULL}, {"post", false, NULL}, {"unit", false, NULL}, {"lang", false, NULL}};

/* The unit of an account: of the code's last bearer, since accounts outlive a merger. */
static bool account_unit(struct importing *im, struct account_row *r)
{
    const struct units *us = &im->w->catalog->units;
    struct str code;

    if (!cell_text(im, U_UNIT, &code))
        return false;
    if (!code.n)
        return true;
    int u = units_find_last(us, code, im->w->today, im->err);
    if (u < 0)
        return cell_err(im, U_UNIT);
    r->unit = us->p[u].id;
    return true;
}

static bool account_line(struct importing *im)
{
    struct write *w = im->w;
    struct account_row r = {.password_hash = STR("")};
    struct str lang;

    if (!cell_needed(im, U_ACCOUNT, &r.login) || !cell_needed(im, U_NAME, &r.name) ||
        !cell_text(im, U_POST, &r.post) || !cell_text(im, U_LANG, &lang) || !account_unit(im, &r))
        return false;
    if (lang.n && !lang_parse(lang, &r.lang))
        return cell_word_err(im, U_LANG, "vi, en");
    int i = catalog_account(w->catalog, r.login);
    if (i >= 0) {
        const struct account *old = &w->catalog->account[i];
        r.id = old->id;
        r.uid = old->uid;
        r.password_hash = old->password_hash;
        r.disabled = old->disabled;
        r.demonstration = old->demonstration;
    }
    if (!importing_act(im, ACT_IMPORT_ACCOUNTS, "accounts"))
        return false;
    if (i < 0) {
        r.uid = write_uid(w);
        if (!w->ops->new_id(w->store, "account", &r.id.v, im->err))
            return false;
    }
    im->result->added += i < 0;
    im->result->changed += i >= 0;
    return w->ops->account_put(w->store, &r, w->act.no, im->err);
}

static bool import_accounts(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, account_columns, U_COUNT, account_line, ret, err);
}

enum { G_ACCOUNT, G_ROLE, G_UNIT, G_LINE, G_OWNER, G_FORMS, G_FROM, G_TO, G_DECISION, G_COUNT };
static const struct csv_column grant_columns[G_COUNT] = {{"account", true, NULL},
    {"role", true, NULL}, {"unit", true, NULL}, {"line", false, NULL}, {"owner", false, NULL},
    {"forms", false, NULL}, {"from", false, NULL}, {"to", false, NULL}, {"decision", false, NULL}};

static bool read_grant(struct importing *im, struct grant_row *r)
{
    struct str role, unit, line;
    int u;

    if (!cell_needed(im, G_ROLE, &role) || !cell_needed(im, G_UNIT, &unit) ||
        !cell_text(im, G_LINE, &line) || !cell_text(im, G_OWNER, &r->owner) ||
        !cell_text(im, G_FORMS, &r->forms) || !cell_day(im, G_FROM, im->w->today, &r->from) ||
        !cell_day(im, G_TO, DAY_MAX, &r->to) || !cell_text(im, G_DECISION, &r->decision))
        return false;
    if (!role_parse(role, &r->role))
        return cell_word_err(im, G_ROLE,
            "viewer, reporter, checker, signer, approver, compiler, leader, inspector, registrar, "
            "publisher, administrator");
    if (line.n && !line_parse(line, &r->line))
        return cell_word_err(im, G_LINE, "state, party, front, council");
    if (str_is(unit, "*"))
        return true;
    if (!cell_unit(im, G_UNIT, r->from, &u))
        return false;
    r->unit = im->w->catalog->units.p[u].id;
    return true;
}

/* A code names different units at different times: where the account was put under the bearer of
 * today and its grant speaks of an earlier one, the person sits where the grant says. */
static bool seat_account(struct importing *im, const struct account *x, struct unit_id unit)
{
    struct write *w = im->w;
    const struct units *us = &w->catalog->units;
    int granted = units_find_id(us, unit);

    if (x->unit < 0 || granted < 0 || granted == x->unit)
        return true;
    const struct unit_version *a = unit_name_on(us, x->unit, w->today);
    const struct unit_version *b = unit_name_on(us, granted, w->today);
    if (!a || !b || !a->code.n || !str_eq(a->code, b->code))
        return true;
    struct account_row r = account_row_of(w->catalog, x);
    r.unit = unit;
    return w->ops->account_put(w->store, &r, w->act.no, im->err);
}

/* The file's rows replace all grants of the accounts that it names. */
static bool grant_line(struct importing *im)
{
    struct write *w = im->w;
    struct grant_row r = {0};
    struct str login;

    if (!cell_needed(im, G_ACCOUNT, &login))
        return false;
    int i = catalog_account(w->catalog, login);
    if (i < 0) {
        err_set(im->err, ERR_NOT_FOUND, MSG_err_accounts_unknown, login);
        return cell_err(im, G_ACCOUNT);
    }
    r.account = w->catalog->account[i].id;
    if (!read_grant(im, &r) || !importing_act(im, ACT_IMPORT_ACCOUNTS, "grants"))
        return false;
    if (!smap_has(&im->seen, login) &&
        (!w->ops->grants_close(w->store, r.account, w->act.no, im->err) ||
            !(smap_put(&im->seen, login, 1) || err_memory(im->err)) ||
            !seat_account(im, &w->catalog->account[i], r.unit)))
        return false;
    im->result->added++;
    return w->ops->grant_put(w->store, &r, w->act.no, im->err);
}

static bool import_grants(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, grant_columns, G_COUNT, grant_line, ret, err);
}

/* The kinds of points are a closed list: the file may only say so. */
enum { I_FORM, I_ITEM, I_VI, I_EN, I_COUNT };
static const struct csv_column item_columns[I_COUNT] = {
    {"form", true, NULL}, {"item", true, NULL}, {"name_vi", false, NULL}, {"name_en", false, NULL}};

static bool item_row(struct importing *im)
{
    enum narrative_kind kind;
    struct str item;
    int form;

    if (!cell_form(im, I_FORM, &form) || !cell_needed(im, I_ITEM, &item))
        return false;
    if (!narrative_kind_parse(item, &kind))
        return cell_word_err(im, I_ITEM, "results, shortcomings, causes, proposals, next");
    im->result->unchanged++;
    return true;
}

static bool import_narrative_items(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, item_columns, I_COUNT, item_row, ret, err);
}

const struct import_kind import_kinds[] = {{"places", import_places},
    {"succession", import_succession}, {"narrative-items", import_narrative_items},
    {"indicators", import_indicators}, {"sets", import_sets}, {"targets", import_targets},
    {"breakdowns", import_breakdowns}, {"aliases", import_aliases},
    {"indicator-details", import_indicator_details}, {"owners", import_owners},
    {"forms", import_forms}, {"form-sections", import_form_sections},
    {"form-lines", import_form_lines}, {"form-rules", import_form_rules},
    {"not-applicable", import_not_applicable}, {"target-details", import_target_details},
    {"target-versions", import_target_versions}, {"schedules", import_schedules},
    {"expectations", import_expectations}, {"done", import_done}, {"accounts", import_accounts},
    {"grants", import_grants}, {"reports", import_reports}, {"narratives", import_narratives},
    {"settings", import_settings}};
const size_t import_kind_count = sizeof import_kinds / sizeof *import_kinds;
