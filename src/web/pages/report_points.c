/* report_points: what a report says in words, point by point, shown and kept.
 *
 * Fields: point.ID the text, pointwas.ID what the page showed, section.ID the section of the form
 * it belongs to, to.ID whom a proposal is addressed to. ID is a number, or new.KIND for one that is
 * to be added. A point that somebody else wrote anew meanwhile is not overwritten.
 */
#include <stdio.h>

#include "base/json.h"
#include "web/handlers.h"
#include "web/report_build.h"
#include "web/show.h"

#define POINT_TEXT 4000

static const struct input point_inputs[] = {
    {.name = "id", .type = INPUT_LINE, .required = true, .max = 40},
    {.name = "text", .type = INPUT_TEXT, .max = POINT_TEXT},
    {.name = "was", .type = INPUT_TEXT, .max = POINT_TEXT},
    {.name = "section", .type = INPUT_LINE, .max = 40},
    {.name = "to", .type = INPUT_LINE, .max = 200},
    {0},
};
const struct intake intake_point = {.inputs = point_inputs, .body = BODY_FORM, .max = 65536};

/* ---- shown ---- */

struct filling {
    struct request *rq;
    const struct report_page *p;
    const struct unsaved_list *unsaved;
    struct report_view *view;
};

static bool add_options(
    struct filling *f, struct point_view *v, struct str section, struct err *err)
{
    struct option_view none = {STR(""), msg_text(f->rq->lang, MSG_narrative_whole), !section.n};
    bool ok = vec_push(&v->sections, f->rq->arena, none);

    for (size_t i = 0; ok && i < f->p->sections; i++) {
        const struct report_section *s = &f->p->section[i];
        struct option_view o = {
            s->key, show_msg(f->rq, MSG_report_section, s->key, s->title), str_eq(s->key, section)};
        if (!s->key.n || !s->title.n)
            continue;
        if (o.chosen)
            v->place = o.text;
        ok = vec_push(&v->sections, f->rq->arena, o);
    }
    return ok || err_memory(err);
}

static const struct unsaved_point *unsaved_of(const struct filling *f, int64_t id)
{
    for (size_t i = 0; f->unsaved && i < f->unsaved->points; i++)
        if (f->unsaved->point[i].id == id)
            return &f->unsaved->point[i];
    return NULL;
}

/* What last period wrote of that kind. */
static struct str before(struct filling *f, enum narrative_kind kind)
{
    struct sbuf b;

    sbuf_init(&b, f->rq->arena, 100000);
    for (size_t i = 0; i < f->p->previous_points; i++) {
        if (f->p->previous_point[i].kind != kind)
            continue;
        sbuf_z(&b, b.n ? " " : "");
        sbuf_str(&b, f->p->previous_point[i].text);
    }
    return sbuf_view(&b);
}

static bool add_point(struct filling *f, const struct narrative_point *n, enum narrative_kind kind,
    bool first, struct err *err)
{
    static const enum msg_key labels[] = {MSG_narrative_results, MSG_narrative_shortcomings,
        MSG_narrative_causes, MSG_narrative_proposals, MSG_narrative_next};
    struct request *rq = f->rq;
    const struct unsaved_point *u = n ? unsaved_of(f, n->id) : NULL;
    struct str label = msg_text(rq->lang, labels[kind]);
    struct point_view v = {.text = n ? n->text : STR(""),
        .to = n ? n->addressee : STR(""),
        .wants_to = kind == NARRATIVE_PROPOSALS};
    char *id = n ? arena_printf(rq->arena, "%lld", (long long)n->id)
                 : arena_printf(rq->arena, "new.%d", (int)kind);

    v.id = id ? str_of(id) : STR("");
    v.was = v.text;
    v.kind = show_msg(rq, MSG_narrative_field, label);
    if (first) {
        v.label = label;
        v.before = before(f, kind);
    }
    if (u) {
        v.other = show_msg(rq, MSG_narrative_other, n->text.n ? n->text : STR("…"));
        v.text = u->text;
        v.to = u->to;
    }
    return add_options(f, &v,
               u   ? u->section
               : n ? n->section
                   : STR(""),
               err) &&
           (vec_push(&f->view->points, rq->arena, v) || err_memory(err));
}

bool report_points_fill(struct request *rq, const struct view *v, const struct report_page *p,
    const struct unsaved_list *unsaved, struct report_view *ret, struct err *err)
{
    struct filling f = {rq, p, unsaved, ret};

    (void)v;
    ret->may_write = p->may_write;
    for (int kind = NARRATIVE_RESULTS; kind <= NARRATIVE_NEXT; kind++) {
        bool first = true;
        for (size_t i = 0; i < p->points; i++) {
            if ((int)p->point[i].kind != kind)
                continue;
            if (!add_point(&f, &p->point[i], (enum narrative_kind)kind, first, err))
                return false;
            first = false;
        }
        if (p->may_write && !add_point(&f, NULL, (enum narrative_kind)kind, first, err))
            return false;
    }
    return true;
}

/* ---- kept ---- */

struct said {
    struct str id, text, was, section, to;
};

static bool known_section(const struct report_page *p, struct str key)
{
    for (size_t i = 0; i < p->sections; i++)
        if (str_eq(p->section[i].key, key))
            return true;
    return key.n == 0;
}

static bool differs(const struct narrative_point *old, const struct narrative_point *now)
{
    return !str_eq(str_trim(old->text), now->text) || !str_eq(old->section, now->section) ||
           !str_eq(old->addressee, now->addressee);
}

/* Keeps one point. *ret_stale: what stands there now, where it is not what the page had shown. */
static bool keep(struct request *rq, const struct report_page *p, struct report_key key,
    const struct said *x, int64_t *ret_id, const struct narrative_point **ret_stale,
    struct err *err)
{
    struct narrative_point n = {
        .text = str_trim(x->text), .section = x->section, .addressee = str_trim(x->to)};
    int64_t number;

    *ret_id = 0;
    *ret_stale = NULL;
    if (!known_section(p, n.section))
        n.section = STR("");
    if (str_starts(x->id, STR("new."))) {
        if (!str_to_i64(str_slice(x->id, 4, x->id.n), &number) || number < 0 ||
            number >= NARRATIVE_KINDS || !n.text.n)
            return true;
        n.kind = (enum narrative_kind)number;
        n.position = (int)p->points;
        return reporting_point(site_app(rq), rq_actor(rq), key, &n, ret_id, err);
    }
    if (!str_to_i64(x->id, &number))
        return true;
    *ret_id = number;
    for (size_t i = 0; i < p->points; i++) {
        const struct narrative_point *old = &p->point[i];
        if (old->id != number || !differs(old, &n))
            continue;
        bool moved = !str_eq(str_trim(x->was), str_trim(old->text));
        bool mine = !str_eq(n.text, str_trim(x->was));
        if (moved && mine && !str_eq(n.text, str_trim(old->text))) {
            *ret_stale = old;
            return true;
        }
        if (moved && !mine)
            n.text = old->text; /* only its place was changed here */
        n.id = number;
        n.kind = old->kind;
        n.position = old->position;
        n.field = old->field;
        return reporting_point(site_app(rq), rq_actor(rq), key, &n, NULL, err);
    }
    return true;
}

static struct str named(struct request *rq, const char *prefix, struct str id)
{
    char name[64];

    snprintf(name, sizeof name, "%s.%.*s", prefix, STR_ARG(id));
    const struct value *v = values_find(&rq->values, str_of(name));
    return v && !v->err ? v->raw : STR("");
}

/* A text field of several lines comes with the line ends of the browser. */
static struct str one_line_ends(struct request *rq, struct str s)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            sbuf_char(&b, s.p[i]);
    return sbuf_view(&b);
}

bool report_points_save(struct request *rq, const struct report_page *p, struct report_key key,
    struct unsaved_list *ret, struct err *err)
{
    VEC(struct unsaved_point) stale = {0};
    size_t at = 0;
    const struct value *v;

    while ((v = rq_next(rq, "point.*", &at))) {
        struct str id = str_slice(v->name, 6, v->name.n);
        struct said x = {id, one_line_ends(rq, v->raw),
            one_line_ends(rq, named(rq, "pointwas", id)), named(rq, "section", id),
            named(rq, "to", id)};
        const struct narrative_point *other;
        int64_t number;
        if (!keep(rq, p, key, &x, &number, &other, err))
            return false;
        struct unsaved_point u = {number, x.text, x.section, x.to};
        if (other && !vec_push(&stale, rq->arena, u))
            return err_memory(err);
    }
    ret->point = stale.p;
    ret->points = stale.n;
    return true;
}

/* ---- one point, for the script ---- */

bool page_report_point(struct request *rq, struct response *rs, struct err *err)
{
    struct said x = {rq_str(rq, "id"), one_line_ends(rq, rq_str(rq, "text")),
        one_line_ends(rq, rq_str(rq, "was")), rq_str(rq, "section"), rq_str(rq, "to")};
    struct report_page *p = arena_zalloc(rq->arena, sizeof *p);
    const struct narrative_point *other = NULL;
    struct report_key key;
    struct view v;
    struct json j;
    int64_t id;

    if (!p)
        return err_memory(err);
    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok = report_of_path(rq, &v, &key, err) &&
              report_page_make(site_app(rq), &v, rq_actor(rq), key, rq->lang, rq->arena, p, err);
    struct day today = v.today;
    int64_t now_ms = v.now_ms;
    app_read_end(site_app(rq), &v);
    if (!ok || !keep(rq, p, key, &x, &id, &other, err))
        return false;
    rs_begin(rs, 200, TYPE_JSON);
    json_init(&j, &rs->body, 0);
    json_object(&j);
    json_kbool(&j, "stale", other != NULL);
    json_ki64(&j, "id", id);
    json_kstr(&j, "saved", show_msg(rq, MSG_save_done, show_clock(rq, now_ms, today)));
    if (other) {
        json_kstr(&j, "theirs", other->text);
        json_kstr(
            &j, "other", show_msg(rq, MSG_narrative_other, other->text.n ? other->text : STR("…")));
    }
    json_object_end(&j);
    return true;
}
