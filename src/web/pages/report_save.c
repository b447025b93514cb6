/* report_save: what is typed into a report is kept: the whole page without scripts, one cell with
 * them, a pasted block first read and then shown. Points and files are in files of their own.
 *
 * A cell is sent to the use case only where it differs from what its page showed, so that two
 * people who fill different lines of one report do not disturb each other.
 */
#include <stdio.h>

#include "app/attachments.h"
#include "base/json.h"
#include "templates.h"
#include "web/handlers.h"
#include "web/report_build.h"
#include "web/show.h"

#define CELL_TEXT 60
#define NOTE_TEXT 500
#define BASIS_TEXT 300
#define POINT_TEXT 4000
#define TEXT_BYTES (2 * 1024 * 1024) /* of the form without its files */

static const struct input save_inputs[] = {
    {.name = "cell.*", .type = INPUT_LINE, .many = true, .max = CELL_TEXT},
    {.name = "was.*", .type = INPUT_LINE, .many = true, .max = CELL_TEXT},
    {.name = "seq.*", .type = INPUT_INT, .many = true, .min = 0, .max = INT64_MAX},
    {.name = "nil.*", .type = INPUT_FLAG, .many = true},
    {.name = "nilwas.*", .type = INPUT_LINE, .many = true, .max = 1},
    {.name = "est.*", .type = INPUT_FLAG, .many = true},
    {.name = "estwas.*", .type = INPUT_LINE, .many = true, .max = 1},
    {.name = "note.*", .type = INPUT_LINE, .many = true, .max = NOTE_TEXT},
    {.name = "notewas.*", .type = INPUT_LINE, .many = true, .max = NOTE_TEXT},
    {.name = "point.*", .type = INPUT_TEXT, .many = true, .max = POINT_TEXT},
    {.name = "pointwas.*", .type = INPUT_TEXT, .many = true, .max = POINT_TEXT},
    {.name = "section.*", .type = INPUT_LINE, .many = true, .max = 40},
    {.name = "to.*", .type = INPUT_LINE, .many = true, .max = 200},
    {.name = "file", .type = INPUT_FILE, .many = true, .max = ATTACHMENT_MAX},
    {.name = "evidence", .type = INPUT_INT, .min = 0, .max = INT64_MAX},
    {.name = "basis", .type = INPUT_LINE, .max = BASIS_TEXT},
    {.name = "basiswas", .type = INPUT_LINE, .max = BASIS_TEXT},
    {.name = "then", .type = INPUT_LINE, .max = 60},
    {0},
};
const struct intake intake_report = {
    .inputs = save_inputs, .body = BODY_MULTIPART, .max = TEXT_BYTES + ATTACHMENTS_BYTES_MAX};

static const struct input cell_inputs[] = {
    {.name = "series", .type = INPUT_INT, .required = true, .min = 1, .max = INT64_MAX},
    {.name = "typed", .type = INPUT_LINE, .max = CELL_TEXT},
    {.name = "note", .type = INPUT_LINE, .max = NOTE_TEXT},
    {.name = "nil", .type = INPUT_FLAG},
    {.name = "status", .type = INPUT_CHOICE, .words = "final|estimate"},
    {.name = "seq", .type = INPUT_INT, .min = 0, .max = INT64_MAX},
    {0},
};
const struct intake intake_cell = {.inputs = cell_inputs, .body = BODY_FORM, .max = 16384};

static const struct input paste_inputs[] = {
    {.name = "row", .type = INPUT_INT, .required = true, .min = 0, .max = REPORT_ROWS_MAX},
    {.name = "block", .type = INPUT_TEXT, .required = true, .max = 100000},
    {0},
};
const struct intake intake_paste = {.inputs = paste_inputs, .body = BODY_FORM, .max = 600000};

/* What the page of the report shows now, as of this request. */
struct seen {
    struct view v;
    struct report_key key;
    struct report_page *page;
};

static bool see(struct request *rq, struct seen *s, struct err *err)
{
    s->page = arena_zalloc(rq->arena, sizeof *s->page);
    if (!s->page)
        return err_memory(err);
    if (!app_read(site_app(rq), ACT_MAX, &s->v, err))
        return false;
    if (report_of_path(rq, &s->v, &s->key, err) &&
        report_page_make(
            site_app(rq), &s->v, rq_actor(rq), s->key, rq->lang, rq->arena, s->page, err))
        return true;
    app_read_end(site_app(rq), &s->v);
    return false;
}

static void see_end(struct request *rq, struct seen *s)
{
    app_read_end(site_app(rq), &s->v);
}

/* ---- the whole page ---- */

static struct str named(struct request *rq, const char *prefix, struct str series)
{
    char name[64];

    snprintf(name, sizeof name, "%s.%.*s", prefix, STR_ARG(series));
    const struct value *v = values_find(&rq->values, str_of(name));
    return v && !v->err ? v->raw : STR_NULL;
}

enum said { SAID_NOTHING = -1, SAID_FINAL, SAID_ESTIMATE };

/* What stands there, but for what the page says of it. A preliminary figure stays so until somebody
 * says otherwise. */
static uint32_t flags_of(
    const struct report_page *p, struct series_id series, bool nil, enum said status)
{
    uint32_t flags = 0;

    for (size_t i = 0; i < p->rows; i++)
        if (p->row[i].series_id.v == series.v)
            flags = p->row[i].flags;
    if (status == SAID_ESTIMATE)
        flags = (flags & ~(uint32_t)FIGURE_STATUS) | STATUS_ESTIMATE;
    else if (status == SAID_FINAL && (flags & FIGURE_STATUS) == STATUS_ESTIMATE)
        flags = (flags & ~(uint32_t)FIGURE_STATUS) | STATUS_FINAL;
    return nil ? flags | FIGURE_NIL : flags & ~(uint32_t)FIGURE_NIL;
}

typedef VEC(struct typed_cell) typed_cells;

/* The cells that differ from what their page showed. */
static bool changed_cells(
    struct request *rq, const struct report_page *p, typed_cells *ret, struct err *err)
{
    size_t at = 0;
    const struct value *v;

    while ((v = rq_next(rq, "cell.*", &at))) {
        struct str series = str_slice(v->name, 5, v->name.n), seq = named(rq, "seq", series);
        struct str note = str_trim(named(rq, "note", series)), nilwas = named(rq, "nilwas", series);
        struct str estwas = named(rq, "estwas", series);
        bool estimate = named(rq, "est", series).n > 0;
        struct typed_cell cell = {.typed = str_trim(v->raw), .note = note};
        bool nil = named(rq, "nil", series).n > 0;
        int64_t id, n = 0;
        if (!str_to_i64(series, &id))
            continue;
        bool same = str_eq(cell.typed, str_trim(named(rq, "was", series))) &&
                    str_eq(note, str_trim(named(rq, "notewas", series))) &&
                    (!nilwas.n || nil == str_is(nilwas, "1")) &&
                    (!estwas.n || estimate == str_is(estwas, "1"));
        if (same)
            continue;
        if (nil && !cell.typed.n)
            cell.typed = STR("0");
        cell.series = (struct series_id){id};
        cell.seq = seq.n && str_to_i64(seq, &n) ? n : 0;
        cell.flags = flags_of(p, cell.series, nil,
            !estwas.n  ? SAID_NOTHING
            : estimate ? SAID_ESTIMATE
                       : SAID_FINAL);
        if (!vec_push(ret, rq->arena, cell))
            return err_memory(err);
    }
    return true;
}

static bool keep_unsaved(struct request *rq, const typed_cells *cells,
    const struct save_result *results, struct unsaved_list *ret, struct err *err)
{
    ret->p = arena_array(rq->arena, cells->n ? cells->n : 1, sizeof *ret->p);
    if (!ret->p)
        return err_memory(err);
    for (size_t i = 0; i < cells->n; i++) {
        struct unsaved u = {.series = cells->p[i].series,
            .typed = cells->p[i].typed,
            .note = cells->p[i].note,
            .nil = (cells->p[i].flags & FIGURE_NIL) != 0,
            .estimate = (cells->p[i].flags & FIGURE_STATUS) == STATUS_ESTIMATE};
        if (results) {
            if (!results[i].stale)
                continue;
            u.stale = true;
            u.other = results[i];
        }
        ret->p[ret->n++] = u;
    }
    return true;
}

/* After saving: a body's lines are declared done, a step is to be confirmed, or the page again. */
static bool go_on(struct request *rq, struct response *rs, const struct seen *s, struct err *err)
{
    struct str then = rq_str(rq, "then");
    struct str here = show_url(
        rq, "/reports/%/%/%", rq_path(rq, "form"), rq_path(rq, "unit"), rq_path(rq, "period"));
    enum report_step step;
    struct sbuf b;

    int64_t file;
    if ((str_starts(then, STR("remove.")) || str_starts(then, STR("putback."))) &&
        str_to_i64(str_slice(then, then.p[0] == 'r' ? 7 : 8, then.n), &file) &&
        !attachments_remove(site_app(rq), rq_actor(rq), s->key, file, then.p[0] == 'p', err))
        return false;
    if (str_starts(then, STR("done.")) || str_starts(then, STR("undone."))) {
        bool done = then.p[0] == 'd';
        if (!reporting_done(site_app(rq), rq_actor(rq), s->key,
                str_slice(then, done ? 5 : 7, then.n), done, err))
            return false;
    }
    sbuf_init(&b, rq->arena, 1000);
    sbuf_str(&b, here);
    if (report_step_parse(then, &step)) {
        sbuf_z(&b, "/");
        sbuf_str(&b, then);
    } else if (str_is(then, "attach") || str_starts(then, STR("remove.")) ||
               str_starts(then, STR("putback."))) {
        sbuf_z(&b, "#files");
    }
    rs_redirect(rs, sbuf_view(&b));
    return true;
}

/* Everything else of the form, after the cells. What fails here is told above the page, which is
 * shown again with what was typed. */
static bool save_rest(
    struct request *rq, const struct seen *s, struct unsaved_list *unsaved, struct err *err)
{
    struct str basis = str_trim(rq_str(rq, "basis"));
    size_t files = 0;

    if (basis.n && !str_eq(basis, str_trim(rq_str(rq, "basiswas"))) &&
        !reporting_basis(site_app(rq), rq_actor(rq), s->key, basis, err))
        return false;
    if (!report_points_save(rq, s->page, s->key, unsaved, err) ||
        !report_files_save(rq, s->key, &files, err))
        return false;
    return files || !str_is(rq_str(rq, "then"), "attach") ||
           err_set(err, ERR_INVALID, MSG_err_file_none);
}

bool page_report_save(struct request *rq, struct response *rs, struct err *err)
{
    struct unsaved_list unsaved = {.basis = rq_str(rq, "basis")};
    typed_cells cells = {0};
    struct err why = ERR_INIT;
    struct seen s;
    bool any_stale = false;

    if (!see(rq, &s, err))
        return false;
    bool ok = changed_cells(rq, s.page, &cells, err);
    see_end(rq, &s); /* texts of the page stay: they are in the request's arena or typed */
    struct save_result *results = arena_array(rq->arena, cells.n ? cells.n : 1, sizeof *results);
    if (!ok || !results)
        return ok ? err_memory(err) : false;
    if (cells.n && !reporting_save(site_app(rq), rq_actor(rq), s.key, cells.p, cells.n, rq->arena,
                       results, &why)) {
        unsaved.why = show_err(rq, &why);
        return keep_unsaved(rq, &cells, NULL, &unsaved, err) &&
               report_answer(rq, rs, &unsaved, status_of(&why), err);
    }
    for (size_t i = 0; i < cells.n; i++)
        any_stale = any_stale || results[i].stale;
    ok = save_rest(rq, &s, &unsaved, &why);
    if (!ok)
        unsaved.why = show_err(rq, &why);
    if (!ok || any_stale || unsaved.points)
        return keep_unsaved(rq, &cells, results, &unsaved, err) &&
               report_answer(rq, rs, &unsaved, ok ? 409 : status_of(&why), err);
    return go_on(rq, rs, &s, err);
}

/* ---- one cell, for the script ---- */

static void json_figure(struct json *j, const char *key, const struct figure_view *f)
{
    json_key(j, key);
    json_object(j);
    json_kstr(j, "whole", f->whole);
    json_kstr(j, "frac", f->frac);
    json_object_end(j);
}

static void json_row(struct json *j, const struct entry_row_view *r)
{
    json_object(j);
    json_kstr(j, "id", r->id);
    json_kstr(j, "css", r->css);
    json_kstr(j, "seq", r->seq);
    json_kstr(j, "value", r->value);
    json_kbool(j, "typed", r->typed);
    json_kbool(j, "estimate", r->estimate);
    json_kbool(j, "nil", r->nil);
    json_kbool(j, "reason", r->asks_reason);
    json_kstr(j, "says", r->says.word);
    json_kstr(j, "symbol", r->says.symbol);
    json_kstr(j, "look", r->says.css);
    json_figure(j, "made", &r->made);
    json_figure(j, "sum", &r->sum);
    json_figure(j, "percent", &r->percent);
    json_object_end(j);
}

/* What changed on the page: rows with their says and sums, the trouble above, the head. */
static bool tell(
    struct request *rq, struct response *rs, const struct save_result *result, struct err *err)
{
    struct report_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct seen s;
    struct json j;

    if (!view)
        return err_memory(err);
    if (!see(rq, &s, err))
        return false;
    bool ok = report_fill(rq, &s.v, s.page, NULL, view, err);
    if (ok) {
        rs_begin(rs, 200, TYPE_JSON);
        json_init(&j, &rs->body, 0);
        json_object(&j);
        json_kbool(&j, "stale", result->stale);
        json_ki64(&j, "seq", result->seq);
        if (result->stale)
            json_kstr(&j, "theirs", result->other_typed);
        if (result->stale)
            json_kstr(&j, "other",
                show_msg(rq, MSG_report_stale_here, result->other_by,
                    result->other_typed.n ? result->other_typed : STR("…"),
                    show_clock(rq, result->other_ms, s.v.today)));
        json_kstr(&j, "saved", show_msg(rq, MSG_save_done, show_clock(rq, s.v.now_ms, s.v.today)));
        json_kstr(&j, "filled", view->filled);
        json_key(&j, "parts");
        json_array(&j);
        for (size_t i = 0; i < view->sections.n; i++)
            json_str(&j, view->sections.p[i].filled);
        json_array_end(&j);
        json_kstr(&j, "trouble", view->trouble.title);
        json_kstr(&j, "look", view->trouble.css);
        json_key(&j, "links");
        json_array(&j);
        for (size_t i = 0; i < view->trouble.links.n; i++) {
            json_object(&j);
            json_kstr(&j, "url", view->trouble.links.p[i].url);
            json_kstr(&j, "text", view->trouble.links.p[i].text);
            json_object_end(&j);
        }
        json_array_end(&j);
        json_key(&j, "rows");
        json_array(&j);
        for (size_t i = 0; i < view->rows.n; i++)
            json_row(&j, &view->rows.p[i]);
        json_array_end(&j);
        json_object_end(&j);
    }
    see_end(rq, &s);
    return ok;
}

bool page_report_cell(struct request *rq, struct response *rs, struct err *err)
{
    struct typed_cell cell = {.series = {rq_int(rq, "series")},
        .typed = rq_str(rq, "typed"),
        .note = rq_str(rq, "note"),
        .seq = rq_int(rq, "seq")};
    struct save_result result;
    struct seen s;

    if (!see(rq, &s, err))
        return false;
    cell.flags = flags_of(s.page, cell.series, rq_flag(rq, "nil"),
        rq_has(rq, "status") ? (enum said)rq_int(rq, "status") : SAID_NOTHING);
    see_end(rq, &s);
    if (!reporting_save(site_app(rq), rq_actor(rq), s.key, &cell, 1, rq->arena, &result, err))
        return false;
    return tell(rq, rs, &result, err);
}

/* ---- a pasted block ---- */

static void json_paste(
    struct request *rq, struct json *j, const struct report_page *p, const struct paste_cell *c)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 80);
    json_object(j);
    json_ki64(j, "row", c->row);
    json_kstr(j, "name", c->row >= 0 ? p->row[c->row].name : STR(""));
    json_kstr(j, "text", c->text);
    bool reads = c->reading == PASTE_NUMBER || c->reading == PASTE_NIL;
    if (reads)
        dec_put_people(&b, LANG_VI, c->value);
    json_kstr(j, "value", sbuf_view(&b));
    json_kbool(j, "nil", c->reading == PASTE_NIL);
    json_kbool(j, "takes", c->changes && (reads || c->reading == PASTE_EMPTY));
    json_kstr(j, "says",
        c->error                        ? show_err(rq, c->error)
        : c->reading == PASTE_READ_ONLY ? msg_text(rq->lang, MSG_paste_read_only)
        : c->reading == PASTE_OUTSIDE   ? msg_text(rq->lang, MSG_paste_outside)
        : c->reading == PASTE_EMPTY     ? msg_text(rq->lang, MSG_paste_empty)
        : c->reading == PASTE_NIL       ? msg_text(rq->lang, MSG_cell_nil)
        : !c->changes                   ? msg_text(rq->lang, MSG_paste_same)
                                        : STR(""));
    json_object_end(j);
}

bool page_report_paste(struct request *rq, struct response *rs, struct err *err)
{
    struct paste paste;
    struct seen s;
    struct json j;

    if (!see(rq, &s, err))
        return false;
    bool ok = reporting_preview_paste(
        &s.v, s.page, (int)rq_int(rq, "row"), -1, rq_str(rq, "block"), rq->arena, &paste, err);
    if (ok) {
        rs_begin(rs, 200, TYPE_JSON);
        json_init(&j, &rs->body, 0);
        json_object(&j);
        json_kstr(&j, "says",
            show_msg(rq, MSG_paste_says, show_count(rq, paste.numbers),
                show_count(rq, paste.questions + paste.errors), show_count(rq, paste.read_only)));
        json_key(&j, "cells");
        json_array(&j);
        for (size_t i = 0; i < paste.cells; i++)
            json_paste(rq, &j, s.page, &paste.cell[i]);
        json_array_end(&j);
        json_object_end(&j);
    }
    see_end(rq, &s);
    return ok;
}
