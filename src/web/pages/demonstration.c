/* demonstration: its accounts, and the day on which it lives. Real data has no such page. */
#include "templates.h"
#include "web/handlers.h"
#include "web/show.h"
#include "web/site.h"

static const struct input day_inputs[] = {{.name = "day", .type = INPUT_DAY}, {NULL}};
const struct intake intake_demonstration = {.inputs = day_inputs, .body = BODY_FORM, .max = 4096};

static bool list(struct request *rq, const struct view *v, struct demonstration_view *ret)
{
    for (size_t i = 0; i < v->catalog->accounts; i++) {
        const struct account *x = &v->catalog->account[i];
        struct day day = v->today;
        if (!x->demonstration || x->disabled)
            continue;
        account_demonstration_day(site_app(rq), v->catalog, x, &day);
        struct demonstration_account row = {str_dup(rq->arena, x->login),
            str_dup(rq->arena, x->post),
            x->unit < 0 ? STR("") : show_unit_first(rq, v->catalog, x->unit, day),
            show_day(rq, day)};
        if (!vec_push(&ret->accounts, rq->arena, row))
            return false;
    }
    return true;
}

bool page_demonstration(struct request *rq, struct response *rs, struct err *err)
{
    struct demonstration_view page = {.page = site_page(rq, "")};
    struct view v;

    if (!site_demonstration(rq))
        return err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = list(rq, &v, &page);
    if (app_lives_elsewhere())
        page.today = show_day(rq, v.today);
    app_read_end(site_app(rq), &v);
    if (!ok)
        return err_memory(err);
    struct tmpl o = rs_page(rs, 200);
    tmpl_demonstration(&o, &page);
    return true;
}

bool page_demonstration_day(struct request *rq, struct response *rs, struct err *err)
{
    if (!site_demonstration(rq))
        return err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    struct sbuf b;
    sbuf_init(&b, rq->arena, 16);
    if (rq_has(rq, "day")) {
        day_put(&b, rq_day(rq, "day"));
        rs_cookie(rs, "day", sbuf_view(&b), -1);
    } else {
        rs_cookie_clear(rs, "day");
    }
    rs_redirect(rs, STR("/"));
    return true;
}
