/* import_reports: see import_reports.h. The whole file is read and checked before the first step is
 * taken; a step that the report's state does not allow ends the import there, and says where. */
#include "app/import_reports.h"

#include "app/import_common.h"
#include "app/reporting.h"
#include "app/resolve.h"

enum {
    R_FORM,
    R_UNIT,
    R_PERIOD,
    R_STEP,
    R_AT,
    R_ACCOUNT,
    R_REASON,
    R_CELLS,
    R_NUMBER,
    R_SIGNED,
    R_SIGNER,
    R_COUNT
};
static const struct csv_column step_columns[R_COUNT] = {{"form", true, NULL}, {"unit", true, NULL},
    {"period", true, NULL}, {"step", true, NULL}, {"at", false, NULL}, {"account", false, NULL},
    {"reason", false, NULL}, {"cells", false, NULL}, {"number", false, NULL},
    {"signed_day", false, NULL}, {"signer", false, NULL}};

enum { W_FORM, W_UNIT, W_PERIOD, W_SECTION, W_ITEM, W_FIELD, W_ADDRESSEE, W_TEXT, W_COUNT };
static const struct csv_column point_columns[W_COUNT] = {{"form", true, NULL}, {"unit", true, NULL},
    {"period", true, NULL}, {"section", true, NULL}, {"item", true, NULL}, {"field", false, NULL},
    {"addressee", false, NULL}, {"text", true, NULL}};

/* A file read outside a job, against a view. */
struct reading_file {
    struct csv csv;
    struct csv_header header;
    struct csv_record row;
    struct arena arena;
    struct view view;
    struct app *app;
    struct err *err;
};

static bool place(struct reading_file *r, size_t column)
{
    return csv_err(&r->csv, &r->header, &r->row, column, r->err);
}

static struct str get(struct reading_file *r, size_t column)
{
    return csv_get(&r->header, &r->row, column);
}

static bool report_of_row(struct reading_file *r, struct report_key *ret)
{
    const struct catalog *c = r->view.catalog;
    int form = catalog_form(c, get(r, R_FORM), r->err);

    if (form < 0)
        return place(r, R_FORM);
    if (!period_parse(get(r, R_PERIOD), &ret->period, r->err))
        return place(r, R_PERIOD);
    int unit = resolve_unit(c, get(r, R_UNIT), ret->period, r->err);
    if (unit < 0)
        return place(r, R_UNIT);
    ret->form = c->form[form].id;
    ret->unit = c->units.p[unit].id;
    return true;
}

/* "2024-03-22T09:10" at +07:00, or a day. */
static bool parse_time(struct str s, int64_t *ret, struct err *err)
{
    ptrdiff_t t = str_find_char(s, 'T', 0);
    int64_t hour = 0, minute = 0;
    struct day d;

    if (!day_parse(t < 0 ? s : str_slice(s, 0, (size_t)t), &d, err))
        return false;
    if (t >= 0) {
        struct str clock = str_slice(s, (size_t)t + 1, s.n), h, m;
        if (!str_cut(&clock, ':', &h) || !str_cut(&clock, ':', &m) || !str_to_i64(h, &hour) ||
            !str_to_i64(m, &minute) || hour < 0 || hour > 23 || minute < 0 || minute > 59)
            return err_set(err, ERR_INVALID, MSG_err_day_syntax, s);
    }
    *ret = day_start_ms(d) + hour * 3600000 + minute * 60000;
    return true;
}

static bool returned_cells(struct reading_file *r, struct step_request *q)
{
    struct str rest = get(r, R_CELLS), one;
    VEC(struct draft_mark) v = {0};

    while (rest.n && str_cut(&rest, '|', &one)) {
        int s = catalog_series(r->view.catalog, str_trim(one), r->err);
        struct sbuf key;
        if (s < 0)
            return place(r, R_CELLS);
        sbuf_init(&key, &r->arena, 24);
        sbuf_i64(&key, r->view.catalog->series[s].id.v);
        struct draft_mark m = {.key = sbuf_view(&key), .note = q->reason};
        if (!vec_push(&v, &r->arena, m))
            return err_memory(r->err);
    }
    q->returned = v.p;
    q->returneds = v.n;
    return true;
}

static bool read_step(struct reading_file *r, struct step_request *q)
{
    struct str at = get(r, R_AT), account = get(r, R_ACCOUNT), day = get(r, R_SIGNED);

    *q = (struct step_request){.unchecked = true,
        .reason = get(r, R_REASON),
        .number = get(r, R_NUMBER),
        .signer = get(r, R_SIGNER)};
    if (!report_of_row(r, &q->key))
        return false;
    if (!report_step_parse(get(r, R_STEP), &q->step)) {
        err_set(r->err, ERR_INVALID, MSG_err_import_word, get(r, R_STEP),
            STR("edit, check, to_sign, push_back, submit, receive, return, approve, revoke, lock, "
                "reopen, final"));
        return place(r, R_STEP);
    }
    if (at.n && !parse_time(at, &q->at_ms, r->err))
        return place(r, R_AT);
    if (day.n && !day_parse(day, &q->signed_day, r->err))
        return place(r, R_SIGNED);
    int i = account.n ? catalog_account(r->view.catalog, account) : -1;
    if (account.n && i < 0) {
        err_set(r->err, ERR_NOT_FOUND, MSG_err_accounts_unknown, account);
        return place(r, R_ACCOUNT);
    }
    if (i >= 0)
        q->recorded = r->view.catalog->account[i].id;
    return returned_cells(r, q);
}

static bool begin_file(struct reading_file *r, struct app *a, const struct import_file *f,
    const struct csv_column *columns, size_t n, struct err *err)
{
    *r = (struct reading_file){.app = a, .err = err};
    arena_init(&r->arena, (size_t)1 << 30);
    if (!utf8_valid(f->text)) {
        err_set(err, ERR_INVALID, MSG_err_text_utf8);
        return err_at(err, f->name, 0, 0);
    }
    csv_open(&r->csv, f->text, f->name);
    return csv_read_header(&r->csv, &r->arena, columns, n, &r->header, err) &&
           app_read(a, ACT_MAX, &r->view, err);
}

static void end_file(struct reading_file *r)
{
    app_read_end(r->app, &r->view);
    arena_free(&r->arena);
}

struct step_line {
    struct step_request q;
    int line;
};

bool import_reports(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    struct reading_file r;
    VEC(struct step_line) steps = {0};
    bool end = false, ok = begin_file(&r, a, f, step_columns, R_COUNT, err);

    *ret = (struct import_result){0};
    while (ok && csv_next(&r.csv, &r.arena, &r.row, &end, err)) {
        struct step_line s = {.line = r.row.line};
        ok = csv_check(&r.csv, &r.header, &r.row, err) && read_step(&r, &s.q) &&
             (vec_push(&steps, &r.arena, s) || err_memory(err));
    }
    ok = ok && end;
    app_read_end(a, &r.view);
    for (size_t i = 0; ok && i < steps.n; i++) {
        ret->rows++;
        if (f->dry_run)
            continue;
        ok = reporting_step(a, who, &steps.p[i].q, &ret->act, err);
        if (!ok)
            err_at(err, f->name, steps.p[i].line, 0);
        ret->added += ok;
    }
    end_file(&r);
    return ok;
}

bool narrative_kind_parse(struct str s, enum narrative_kind *ret)
{
    static const char *const names[] = {"results", "shortcomings", "causes", "proposals", "next"};

    for (int i = 0; i < NARRATIVE_KINDS; i++)
        if (str_is(s, names[i])) {
            *ret = (enum narrative_kind)i;
            return true;
        }
    return false;
}

struct point_line {
    struct report_key key;
    struct narrative_point point;
    int line;
};

static bool read_point(struct reading_file *r, struct point_line *p)
{
    p->line = r->row.line;
    p->point = (struct narrative_point){.section = get(r, W_SECTION),
        .position = r->row.line,
        .text = get(r, W_TEXT),
        .field = get(r, W_FIELD),
        .addressee = get(r, W_ADDRESSEE)};
    if (!report_of_row(r, &p->key))
        return false;
    if (narrative_kind_parse(get(r, W_ITEM), &p->point.kind))
        return true;
    err_set(r->err, ERR_INVALID, MSG_err_import_word, get(r, W_ITEM),
        STR("results, shortcomings, causes, proposals, next"));
    return place(r, W_ITEM);
}

bool import_narratives(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    struct reading_file r;
    VEC(struct point_line) points = {0};
    bool end = false, ok = begin_file(&r, a, f, point_columns, W_COUNT, err);

    *ret = (struct import_result){0};
    while (ok && csv_next(&r.csv, &r.arena, &r.row, &end, err)) {
        struct point_line p;
        ok = csv_check(&r.csv, &r.header, &r.row, err) && read_point(&r, &p) &&
             (vec_push(&points, &r.arena, p) || err_memory(err));
    }
    ok = ok && end;
    app_read_end(a, &r.view);
    for (size_t i = 0; ok && i < points.n; i++) {
        ret->rows++;
        if (f->dry_run)
            continue;
        ok = reporting_point(a, who, points.p[i].key, &points.p[i].point, NULL, err);
        if (!ok)
            err_at(err, f->name, points.p[i].line, 0);
        ret->added += ok;
    }
    end_file(&r);
    return ok;
}
