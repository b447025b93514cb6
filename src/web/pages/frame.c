/* frame: what every page shares: its frame's view, the choice of language and theme, About. */
#include "templates.h"
#include "web/assets.h"
#include "web/handlers.h"
#include "web/views.h"

#define YEAR_SECONDS (365 * 86400LL)

void page_fill(struct request *rq, struct page_view *ret)
{
    struct str theme = rq_cookie(rq, "theme");
    bool known = str_is(theme, "light") || str_is(theme, "dark");

    ret->lang = rq->lang == LANG_EN ? STR("en") : STR("vi");
    ret->theme = known ? theme : STR_NULL;
    ret->here = path_is_local(rq->target) ? rq->target : STR("/");
}

static const struct input back_inputs[] = {
    {.name = "to", .type = INPUT_LINE, .max = GATE_TARGET_MAX},
    {NULL},
};
const struct intake intake_back = {.inputs = back_inputs};

bool page_language(struct request *rq, struct response *rs, struct err *err)
{
    enum lang lang;

    if (!lang_parse(rq_path(rq, "lang"), &lang))
        return err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    rs_redirect(rs, rq_str(rq, "to"));
    rs_cookie(rs, "lang", lang == LANG_EN ? STR("en") : STR("vi"), YEAR_SECONDS);
    return true;
}

bool page_theme(struct request *rq, struct response *rs, struct err *err)
{
    struct str theme = rq_path(rq, "theme");

    if (!str_is(theme, "light") && !str_is(theme, "dark") && !str_is(theme, "system"))
        return err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    rs_redirect(rs, rq_str(rq, "to"));
    if (str_is(theme, "system"))
        rs_cookie_clear(rs, "theme");
    else
        rs_cookie(rs, "theme", theme, YEAR_SECONDS);
    return true;
}

bool page_about(struct request *rq, struct response *rs, struct err *err)
{
    static const struct {
        const char *name;
        enum msg_key what;
        enum asset_id text;
    } parts[] = {{"Be Vietnam Pro", MSG_about_head_font, ASSET_licence_be_vietnam_pro_txt},
        {"Source Sans 3", MSG_about_text_font, ASSET_licence_source_sans_3_txt},
        {"htmx", MSG_about_htmx, ASSET_licence_htmx_txt}};
    struct about_view v = {.version = STR(GIAOBAN_VERSION)};

    page_fill(rq, &v.page);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct licence l = {str_of(parts[i].name), msg_text(rq->lang, parts[i].what),
            asset_get(parts[i].text)->body};
        if (!vec_push(&v.licences, rq->arena, l))
            return err_memory(err);
    }
    struct tmpl o = rs_page(rs, 200);
    tmpl_about(&o, &v);
    return true;
}
