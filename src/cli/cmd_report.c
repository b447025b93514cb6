/* cmd_report: reports from the command line: `report enter FILE`, `report
 * submit|approve|return|...`, `report show`. Entered from CSV `indicator,value[,status,note]`,
 * numbers as files write them. */
#include "cli/commands.h"

#include "app/reporting.h"
#include "app/resolve.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/text.h"

enum { C_INDICATOR, C_VALUE, C_STATUS, C_NOTE, C_COUNT };
static const struct csv_column columns[C_COUNT] = {{"indicator", true, NULL}, {"value", true, NULL},
    {"status", false, NULL}, {"note", false, NULL}};

static bool find_report(struct command *c, struct report_key *ret, struct err *err)
{
    struct str form, unit, period;
    struct view v;

    if (!option_needed(c, "form", &form, err) || !option_needed(c, "unit", &unit, err) ||
        !option_needed(c, "period", &period, err) || !period_parse(period, &ret->period, err) ||
        !app_read(c->app, ACT_MAX, &v, err))
        return false;
    int f = catalog_form(v.catalog, form, err);
    int u = f < 0 ? -1 : resolve_unit(v.catalog, unit, ret->period, err);
    if (u >= 0) {
        ret->form = v.catalog->form[f].id;
        ret->unit = v.catalog->units.p[u].id;
    }
    app_read_end(c->app, &v);
    return u >= 0;
}

/* --as LOGIN: in the name of an account, with its rights; else as system. */
static bool report_actor(struct command *c, struct actor *ret, struct err *err)
{
    struct str login = option_value(c, "as");
    struct view v;

    *ret = command_actor(c);
    if (!login.n)
        return true;
    if (!app_read(c->app, ACT_MAX, &v, err))
        return false;
    int i = catalog_account(v.catalog, login);
    if (i >= 0)
        ret->account = v.catalog->account[i].id;
    app_read_end(c->app, &v);
    return i >= 0 || err_set(err, ERR_NOT_FOUND, MSG_err_accounts_unknown, login);
}

/* File form (point) to what a person types (comma), since drafts keep what was typed. */
static struct str as_typed(struct command *c, struct dec d)
{
    struct sbuf b;

    sbuf_init(&b, c->arena, 64);
    dec_put(&b, d);
    for (size_t i = 0; i < b.n; i++)
        if (b.p[i] == '.')
            b.p[i] = ',';
    return sbuf_view(&b);
}

static bool read_cell(struct command *c, const struct catalog *k, const struct csv *csv,
    const struct csv_header *h, const struct csv_record *r, struct typed_cell *ret, struct err *err)
{
    struct str value = csv_get(h, r, C_VALUE), status = csv_get(h, r, C_STATUS);
    enum figure_status st = STATUS_FINAL;
    struct dec d;
    int s = catalog_series(k, csv_get(h, r, C_INDICATOR), err);

    if (s < 0)
        return csv_err(csv, h, r, C_INDICATOR, err);
    *ret = (struct typed_cell){
        .series = k->series[s].id, .typed = value, .seq = -1, .note = csv_get(h, r, C_NOTE)};
    if (value.n && !dec_parse(value, &d, err))
        return csv_err(csv, h, r, C_VALUE, err);
    if (value.n)
        ret->typed = as_typed(c, d);
    if (status.n && !str_is(status, "nil") && !figure_status_parse(status, &st)) {
        err_set(err, ERR_INVALID, MSG_err_import_word, status,
            STR("final, preliminary, estimate, nil"));
        return csv_err(csv, h, r, C_STATUS, err);
    }
    ret->flags = str_is(status, "nil") ? FIGURE_NIL : (uint32_t)st;
    return true;
}

static bool enter(struct command *c, struct report_key key, struct actor who, struct err *err)
{
    VEC(struct typed_cell) cells = {0};
    struct csv csv;
    struct csv_header h;
    struct csv_record r;
    struct str name, text;
    struct view v;
    bool end = false;

    if (!word_needed(c, 1, "FILE", &name, err) ||
        !command_read(c, name, (size_t)64 << 20, &text, err))
        return false;
    if (!utf8_valid(text)) {
        err_set(err, ERR_INVALID, MSG_err_text_utf8);
        return err_at(err, name, 0, 0);
    }
    csv_open(&csv, text, name);
    if (!csv_read_header(&csv, c->arena, columns, C_COUNT, &h, err) ||
        !app_read(c->app, ACT_MAX, &v, err))
        return false;
    bool ok = true;
    while (ok && csv_next(&csv, c->arena, &r, &end, err)) {
        struct typed_cell cell;
        ok = csv_check(&csv, &h, &r, err) && read_cell(c, v.catalog, &csv, &h, &r, &cell, err) &&
             (vec_push(&cells, c->arena, cell) || err_memory(err));
    }
    app_read_end(c->app, &v);
    struct save_result *saved = arena_array(c->arena, cells.n + 1, sizeof *saved);
    if (!ok || !end)
        return false;
    if (!saved)
        return err_memory(err);
    struct sbuf n;
    sbuf_init(&n, c->arena, 24);
    sbuf_i64(&n, (int64_t)cells.n);
    return reporting_save(c->app, who, key, cells.p, cells.n, c->arena, saved, err) &&
           command_say_args(c, err, MSG_cli_report_entered, sbuf_view(&n));
}

static bool returned_cells(struct command *c, struct step_request *q, struct err *err)
{
    VEC(struct draft_mark) v = {0};
    struct str rest = option_value(c, "cell"), one;
    struct view view;
    bool ok = true;

    if (!rest.n)
        return true;
    if (!app_read(c->app, ACT_MAX, &view, err))
        return false;
    while (ok && str_cut(&rest, ',', &one)) {
        int s = catalog_series(view.catalog, str_trim(one), err);
        struct sbuf key;
        sbuf_init(&key, c->arena, 24);
        if (s >= 0)
            sbuf_i64(&key, view.catalog->series[s].id.v);
        struct draft_mark m = {.key = sbuf_view(&key), .note = q->reason};
        ok = s >= 0 && (vec_push(&v, c->arena, m) || err_memory(err));
    }
    app_read_end(c->app, &view);
    q->returned = v.p;
    q->returneds = v.n;
    return ok;
}

static bool show(struct command *c, struct report_key key, struct err *err)
{
    struct store *s = app_store(c->app);
    struct report r;
    bool found;
    int format;

    if (!option_word(c, "format", "text json", &format, err) ||
        !s->ops->report(
            s, key.form, key.unit, period_code(key.period), ACT_MAX, c->arena, &r, &found, err))
        return false;
    if (!found)
        r = (struct report){.state = REPORT_NOT_STARTED};
    if (format == 0)
        return command_say(c, err, report_state_label(r.state), NULL, 0);
    struct sbuf b;
    struct json j;
    sbuf_init(&b, c->arena, 2000);
    json_init(&j, &b, 0);
    json_object(&j);
    json_kstr(&j, "form", option_value(c, "form"));
    json_kstr(&j, "unit", option_value(c, "unit"));
    json_kstr(&j, "period", option_value(c, "period"));
    json_kstr(&j, "state", str_of(report_state_name(r.state)));
    json_ki64(&j, "sent_ms", r.sent_ms);
    json_ki64(&j, "approved_ms", r.approved_ms);
    json_ki64(&j, "due_ms", r.due_ms);
    json_kstr(&j, "number", r.number);
    json_object_end(&j);
    sbuf_char(&b, '\n');
    return command_print(c, sbuf_view(&b), err);
}

bool command_report(struct command *c, struct err *err)
{
    struct step_request q = {.reason = option_value(c, "reason"),
        .number = option_value(c, "number"),
        .signer = option_value(c, "signer")};
    struct str verb;
    struct actor who;
    struct act_no act = {0};

    if (!word_needed(c, 0, "enter|submit|approve|return|...", &verb, err) ||
        !find_report(c, &q.key, err) || !report_actor(c, &who, err))
        return false;
    if (str_is(verb, "show"))
        return show(c, q.key, err);
    if (str_is(verb, "enter"))
        return enter(c, q.key, who, err);
    if (!report_step_parse(verb, &q.step))
        return err_set(err, ERR_INVALID, MSG_err_cli_word, verb,
            STR("show enter check to_sign push_back submit receive return approve revoke lock "
                "reopen final"));
    if (!option_day(c, "day", (struct day){0}, &q.signed_day, err) || !returned_cells(c, &q, err) ||
        !reporting_step(c->app, who, &q, &act, err))
        return false;
    struct sbuf n;
    sbuf_init(&n, c->arena, 24);
    sbuf_i64(&n, act.v);
    return command_say_args(
        c, err, MSG_cli_report_step, str_of(report_step_name(q.step)), sbuf_view(&n));
}
