/* report_step: one step of a report, confirmed with what it needs: reasons, number and day.
 *
 * Which steps may be taken is the use case's word; a step that may not be taken any more says so
 * here, with what was typed kept.
 */
#include <stdio.h>

#include "templates.h"
#include "web/handlers.h"
#include "web/report_build.h"
#include "web/show.h"

static const struct input step_inputs[] = {
    {.name = "reason", .type = INPUT_TEXT, .max = 2000},
    {.name = "number", .type = INPUT_LINE, .max = 100},
    {.name = "signer", .type = INPUT_LINE, .max = 200},
    {.name = "day", .type = INPUT_DAY},
    {.name = "seen", .type = INPUT_INT, .min = 0, .max = INT64_MAX},
    {.name = "mark.*", .type = INPUT_FLAG, .many = true},
    {.name = "why.*", .type = INPUT_LINE, .many = true, .max = 500},
    {0},
};
const struct intake intake_step = {
    .inputs = step_inputs, .body = BODY_FORM, .max = 1024 * 1024, .shows_errors = true};

static struct field_view field(struct request *rq, const char *name, enum msg_key label,
    enum msg_key note, enum field_type type)
{
    struct field_view f = {.name = str_of(name),
        .label = msg_text(rq->lang, label),
        .note = msg_text(rq->lang, note),
        .type = type};

    if (rq->method == HTTP_POST) {
        f.value = rq_raw(rq, name);
        if (rq_error(rq, name))
            f.wrong = show_err(rq, rq_error(rq, name));
    }
    return f;
}

static enum msg_key says_of(enum report_step s)
{
    static const enum msg_key says[REPORT_STEPS] = {
        [STEP_EDIT] = MSG_act_save,
        [STEP_CHECK] = MSG_step_says_check,
        [STEP_TO_SIGN] = MSG_step_says_to_sign,
        [STEP_PUSH_BACK] = MSG_step_says_push_back,
        [STEP_SUBMIT] = MSG_step_says_submit,
        [STEP_RECEIVE] = MSG_step_says_receive,
        [STEP_RETURN] = MSG_step_says_return,
        [STEP_APPROVE] = MSG_step_says_approve,
        [STEP_REVOKE] = MSG_step_says_revoke,
        [STEP_LOCK] = MSG_step_says_lock,
        [STEP_REOPEN] = MSG_step_says_reopen,
        [STEP_FINAL] = MSG_step_says_final,
    };

    return says[s];
}

static bool add_cells(struct request *rq, const struct view *v, const struct report_page *p,
    struct step_view *view, struct err *err)
{
    for (size_t i = 0; i < p->rows; i++) {
        const struct report_row *r = &p->row[i];
        char *series = arena_printf(rq->arena, "%lld", (long long)r->series_id.v);
        if (!r->series_id.v || r->kind != ROW_TYPED || r->hidden)
            continue;
        struct step_cell_view c = {.series = series ? str_of(series) : STR(""),
            .name = r->number ? show_msg(rq, MSG_step_line, show_count(rq, r->number), r->name)
                              : r->name,
            .value = show_plain(
                rq, show_value(rq, &r->now, v->catalog->indicator[r->indicator].decimals))};
        if (!vec_push(&view->cells, rq->arena, c))
            return err_memory(err);
    }
    return true;
}

static bool fill(struct request *rq, const struct view *v, const struct report_page *p,
    enum report_step step, struct step_view *view, struct err *err)
{
    const struct report_action *a = NULL;
    const struct form *form = &v->catalog->form[p->form];
    struct sbuf b;

    for (size_t i = 0; i < p->actions; i++)
        if (p->action[i].step == step)
            a = &p->action[i];
    view->back = show_report_url(rq, v->catalog, p->form, p->unit, p->key.period);
    sbuf_init(&b, rq->arena, 1000);
    sbuf_str(&b, view->back);
    sbuf_z(&b, "/");
    sbuf_z(&b, report_step_name(step));
    view->address = sbuf_view(&b);
    view->label = msg_text(rq->lang, report_step_label(step));
    view->title = show_msg(rq, MSG_report_headline,
        rq->lang == LANG_EN && form->name_en.n ? form->name_en : form->name_vi,
        show_period(rq, PERIOD_TEXT, p->key.period),
        show_unit(rq, v->catalog, p->unit, p->last_day));
    view->headline = show_msg(rq, MSG_step_headline, view->label,
        show_unit(rq, v->catalog, p->unit, p->last_day),
        show_period(rq, PERIOD_TEXT, p->key.period));
    view->says = msg_text(rq->lang, says_of(step));
    view->wants_reason = report_step_needs_reason(step) || (a && a->needs_reason);
    view->wants_number = step == STEP_SUBMIT;
    view->reason = field(rq, "reason", MSG_step_reason, MSG_step_reason_note, FIELD_LONG);
    view->reason.required = view->wants_reason;
    view->number = field(rq, "number", MSG_step_number, MSG_step_number_note, FIELD_TEXT);
    view->signer = field(rq, "signer", MSG_step_signer, MSG_step_signer_note, FIELD_TEXT);
    view->day = field(rq, "day", MSG_step_day, MSG_step_day_note, FIELD_TEXT);
    if (rq->method == HTTP_GET && view->wants_number) {
        const struct visitor *who = rq_visitor(rq);
        view->signer.value = who->post.n ? who->post : who->name;
        view->day.value = show_day(rq, v->today);
    }
    char *seen = arena_printf(rq->arena, "%lld", (long long)p->report.act.v);
    view->seen = seen ? str_of(seen) : STR("");
    if (a && step == STEP_SUBMIT && !a->ready)
        view->trouble = (struct message_view){.css = STR("wrong"),
            .symbol = STR("s-missed"),
            .title = report_trouble(rq, p),
            .text = msg_text(rq->lang, MSG_step_mend)};
    return step != STEP_RETURN || add_cells(rq, v, p, view, err);
}

static bool answer(struct request *rq, struct response *rs, const struct view *v, int status,
    struct str wrong, struct err *err)
{
    struct report_page *p = arena_zalloc(rq->arena, sizeof *p);
    struct step_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct report_key key;
    enum report_step step;

    if (!p || !view)
        return err_memory(err);
    if (!report_step_parse(rq_path(rq, "step"), &step) || step == STEP_EDIT)
        return err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    if (!report_of_path(rq, v, &key, err) ||
        !report_page_make(site_app(rq), v, rq_actor(rq), key, rq->lang, rq->arena, p, err) ||
        !fill(rq, v, p, step, view, err))
        return false;
    if (wrong.n)
        view->trouble = (struct message_view){.css = STR("wrong"),
            .symbol = STR("s-missed"),
            .title = msg_text(rq->lang, MSG_step_not_done),
            .text = wrong};
    view->page = site_page(rq, "/board");
    struct tmpl o = rs_page(rs, status);
    tmpl_step(&o, view);
    return true;
}

static bool show(
    struct request *rq, struct response *rs, int status, struct str wrong, struct err *err)
{
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = answer(rq, rs, &v, status, wrong, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_step(struct request *rq, struct response *rs, struct err *err)
{
    return show(rq, rs, 200, STR(""), err);
}

/* The lines that were ticked, each with its own reason. */
static bool marked(struct request *rq, struct step_request *q, struct err *err)
{
    VEC(struct draft_mark) marks = {0};
    size_t at = 0;
    const struct value *v;

    while ((v = rq_next(rq, "mark.*", &at))) {
        struct str series = str_slice(v->name, 5, v->name.n);
        char name[64];
        snprintf(name, sizeof name, "why.%.*s", STR_ARG(series));
        const struct value *why = values_find(&rq->values, str_of(name));
        struct draft_mark m = {.kind = STR("returned"),
            .key = series,
            .note = why && !why->err ? str_trim(why->raw) : STR("")};
        if (!vec_push(&marks, rq->arena, m))
            return err_memory(err);
    }
    q->returned = marks.p;
    q->returneds = marks.n;
    return true;
}

/* A return whose lines have their reasons needs no other. */
static struct str reason_of(struct request *rq, const struct step_request *q)
{
    struct str reason = str_trim(rq_str(rq, "reason"));
    struct sbuf b;

    if (reason.n)
        return reason;
    sbuf_init(&b, rq->arena, 4000);
    for (size_t i = 0; i < q->returneds; i++) {
        if (!q->returned[i].note.n)
            continue;
        sbuf_z(&b, b.n ? "; " : "");
        sbuf_str(&b, q->returned[i].note);
    }
    return sbuf_view(&b);
}

static bool key_of(struct request *rq, struct report_key *ret, struct err *err)
{
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = report_of_path(rq, &v, ret, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

bool page_step_post(struct request *rq, struct response *rs, struct err *err)
{
    struct step_request q = {.number = rq_str(rq, "number"),
        .signer = rq_str(rq, "signer"),
        .signed_day = rq_day(rq, "day")};
    struct act_no act;
    struct err why = ERR_INIT;

    if (!report_step_parse(rq_path(rq, "step"), &q.step) || q.step == STEP_EDIT)
        return err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    if (!key_of(rq, &q.key, err) || !marked(rq, &q, err))
        return false;
    if (rq->values.bad)
        return show(rq, rs, 400, msg_text(rq->lang, MSG_step_look), err);
    if (q.step == STEP_APPROVE || q.step == STEP_RETURN)
        q.seen.v = rq_int(rq, "seen");
    q.reason = reason_of(rq, &q);
    if (!reporting_step(site_app(rq), rq_actor(rq), &q, &act, &why))
        return show(rq, rs, status_of(&why), show_err(rq, &why), err);
    rs_redirect(rs, show_url(rq, "/reports/%/%/%", rq_path(rq, "form"), rq_path(rq, "unit"),
                        rq_path(rq, "period")));
    return true;
}
