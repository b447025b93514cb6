/* start: what is due from the account, what is new, how its own targets stand. */
#include "app/headline.h"
#include "templates.h"
#include "web/event_words.h"
#include "web/handlers.h"
#include "web/marks.h"
#include "web/places_view.h"
#include "web/show.h"
#include "web/site.h"

#define NEWS_SHOWN 6

struct starting {
    struct request *rq;
    const struct view *v;
    const struct catalog *c;
    const struct start_page *p;
    struct start_view *view;
};

static struct str form_name(const struct starting *s, int form)
{
    const struct form *x = &s->c->form[form];

    return s->rq->lang == LANG_EN && x->name_en.n ? x->name_en : x->name_vi;
}

static struct str report_name(struct starting *s, int form, int unit, struct period p)
{
    return show_msg(s->rq, MSG_report_headline, form_name(s, form),
        show_period(s->rq, PERIOD_TEXT, p), show_unit(s->rq, s->c, unit, period_last_day(p)));
}

static const struct {
    enum msg_key button;
} kinds[] = {
    [DUE_MEND] = {MSG_start_do_mend},
    [DUE_ENTER] = {MSG_start_do_enter},
    [DUE_CHECK] = {MSG_start_do_check},
    [DUE_SIGN] = {MSG_start_do_sign},
    [DUE_FINAL] = {MSG_start_do_final},
    [DUE_APPROVE] = {MSG_start_do_approve},
    [DUE_REMIND] = {MSG_start_do_remind},
};

/* How far the work is, and until when. */
static struct str job_says(struct starting *s, const struct due_item *d)
{
    struct request *rq = s->rq;
    struct sbuf b;
    struct str what = STR("");

    switch (d->kind) {
    case DUE_MEND:
        what = show_msg(rq, MSG_start_says_mend, show_clause(d->reason));
        break;
    case DUE_ENTER:
        what = show_msg(
            rq, MSG_report_filled_cells, show_count(rq, d->filled), show_count(rq, d->to_fill));
        break;
    case DUE_FINAL:
        what = show_msg(rq, MSG_start_says_final, show_count(rq, d->estimates));
        break;
    case DUE_APPROVE:
        what =
            show_msg(rq, MSG_start_says_approve, show_count(rq, d->count), show_count(rq, d->of));
        break;
    case DUE_REMIND:
        what = show_msg(rq, MSG_start_says_remind, show_count(rq, d->count), show_count(rq, d->of));
        break;
    case DUE_CHECK:
    case DUE_SIGN:
        break;
    }
    sbuf_init(&b, rq->arena, 4000);
    sbuf_str(&b, what);
    if (d->due_ms >= 0) {
        sbuf_z(&b, b.n ? " " : "");
        sbuf_str(&b, show_msg(rq, d->kind == DUE_FINAL ? MSG_report_final_due : MSG_report_due,
                         show_time(rq, d->due_ms)));
    }
    return sbuf_view(&b);
}

static bool add_job(struct starting *s, const struct due_item *d, struct err *err)
{
    struct request *rq = s->rq;
    bool many = d->kind == DUE_APPROVE || d->kind == DUE_REMIND;
    bool now = d->timely == TIMELY_MISSING || d->timely == TIMELY_LATE || d->kind == DUE_MEND ||
               (d->due_ms >= 0 && day_of_ms(d->due_ms).v <= s->v->today.v);
    struct job_view j = {.name = report_name(s, d->form, d->unit, d->period),
        .says = job_says(s, d),
        .button = msg_text(rq->lang, kinds[d->kind].button)};

    j.url = many ? show_url(rq, "/board/%?unit=%&period=%", s->c->form[d->form].code,
                       show_uid(rq, s->c->units.p[d->unit].uid), show_period_id(rq, d->period))
                 : show_report_url(rq, s->c, d->form, d->unit, d->period);
    if (d->kind == DUE_MEND) {
        j.state = mark_of_report(REPORT_RETURNED);
        j.state.word = msg_text(rq->lang, MSG_report_returned);
    } else if (d->report.state == REPORT_REOPENED) {
        j.state = mark_of_report(REPORT_REOPENED);
        j.state.word = msg_text(rq->lang, MSG_report_reopened);
    } else {
        j.state = mark_of_timeliness(d->timely);
        j.state.word = show_msg(rq, timeliness_label(d->timely), show_count(rq, d->days));
    }
    j.main = s->view->now.n + s->view->later.n == 0;
    bool ok = now ? vec_push(&s->view->now, rq->arena, j) : vec_push(&s->view->later, rq->arena, j);
    return ok || err_memory(err);
}

static enum msg_key happened(enum report_step step)
{
    static const enum msg_key keys[REPORT_STEPS] = {
        [STEP_EDIT] = MSG_report_draft,
        [STEP_CHECK] = MSG_report_checking,
        [STEP_TO_SIGN] = MSG_report_to_sign,
        [STEP_PUSH_BACK] = MSG_act_push_back,
        [STEP_SUBMIT] = MSG_report_submitted,
        [STEP_RECEIVE] = MSG_report_received,
        [STEP_RETURN] = MSG_report_returned,
        [STEP_APPROVE] = MSG_report_approved,
        [STEP_REVOKE] = MSG_act_revoke,
        [STEP_LOCK] = MSG_report_locked,
        [STEP_REOPEN] = MSG_report_reopened,
        [STEP_FINAL] = MSG_act_official,
    };

    return keys[step];
}

static bool add_news(struct starting *s, const struct news_item *n, struct err *err)
{
    struct request *rq = s->rq;
    struct news_view v = {.when = show_time(rq, n->at_ms),
        .name = report_name(s, n->form, n->unit, n->period),
        .url = show_report_url(rq, s->c, n->form, n->unit, n->period)};
    struct sbuf b;

    sbuf_init(&b, rq->arena, 4000);
    sbuf_str(&b, msg_text(rq->lang, happened(n->step)));
    if (n->by >= 0) {
        sbuf_z(&b, ", ");
        sbuf_str(&b, post_of(s->c, n->by));
    }
    if (n->reason.n) {
        sbuf_z(&b, ": ");
        sbuf_str(&b, n->reason);
    }
    v.says = sbuf_view(&b);
    return vec_push(&s->view->news, rq->arena, v) || err_memory(err);
}

static bool add_target(struct starting *s, const struct scoreboard_target *st, struct err *err)
{
    struct request *rq = s->rq;
    const struct target *t = &s->c->target[st->target];
    const struct assessment *a = &st->assessment;
    struct mini_target_view v = {.name = t->name, .state = mark_of_target(a->status)};

    v.state.word = msg_text(rq->lang, target_status_label(a->status));
    v.url = st->indicator >= 0
                ? show_indicator_url(rq, s->c, st->indicator, t->unit, s->p->period, TOTAL_APPROVED)
                : s->view->targets_url;
    v.percent = a->has_percent
                    ? show_rat(rq, a->percent_of_plan,
                          decimals_that_agree(a->percent_of_plan, rat_of_i64(100), 1), false)
                    : show_dash();
    return vec_push(&s->view->targets, rq->arena, v) || err_memory(err);
}

static bool fill(struct starting *s, struct err *err)
{
    struct request *rq = s->rq;
    const struct start_page *p = s->p;
    struct start_view *v = s->view;
    const struct visitor *who = rq_visitor(rq);
    struct sbuf b;

    v->title = msg_text(rq->lang, MSG_nav_start);
    v->headline = headline_start(s->v, p, rq->lang, rq->arena);
    sbuf_init(&b, rq->arena, 1000);
    sbuf_str(&b, show_day(rq, s->v->today));
    if (who->post.n) {
        sbuf_z(&b, ". ");
        sbuf_str(&b, who->post);
    }
    v->crumb = sbuf_view(&b);
    for (size_t i = 0; i < p->dues; i++)
        if (!add_job(s, &p->due[i], err))
            return false;
    for (size_t i = 0; i < p->newses && i < NEWS_SHOWN; i++)
        if (!add_news(s, &p->news[i], err))
            return false;
    if (p->unit >= 0)
        v->targets_url = show_url(rq, "/units/%/scoreboard?period=%",
            show_uid(rq, s->c->units.p[p->unit].uid), show_period_id(rq, p->period));
    if (p->total)
        v->targets_says = show_msg(rq, MSG_start_met, show_period(rq, PERIOD_TEXT, p->period),
            show_count(rq, p->met), show_count(rq, p->total));
    for (size_t i = 0; i < p->targets; i++)
        if (!add_target(s, p->target[i], err))
            return false;
    return true;
}

static bool answer(struct request *rq, struct response *rs, const struct view *v, struct err *err)
{
    struct start_page *p = arena_zalloc(rq->arena, sizeof *p);
    struct start_view *view = arena_zalloc(rq->arena, sizeof *view);
    struct starting s = {rq, v, v->catalog, p, view};

    if (!p || !view)
        return err_memory(err);
    if (!start_page_make(site_app(rq), v, rq_actor(rq), rq->lang, rq->arena, p, err) ||
        !fill(&s, err))
        return false;
    if (!event_open_link(rq, v, &view->open_url, &view->open_says, err))
        return false;
    view->page = site_page(rq, "/");
    struct tmpl o = rs_page(rs, 200);
    tmpl_start(&o, view);
    return true;
}

bool page_start(struct request *rq, struct response *rs, struct err *err)
{
    return site_answer(rq, rs, answer, err);
}
