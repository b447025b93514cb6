/* keep: see keep.h. */
#include "web/keep.h"

#include "web/form.h"
#include "web/site.h"

#define KEY_MAX 1000

static void put(struct sbuf *b, struct str s)
{
    sbuf_i64(b, (int64_t)s.n);
    sbuf_char(b, ':');
    sbuf_str(b, s);
}

void keep_begin(
    struct request *rq, const struct view *v, int unit, const char *what, struct keep *ret)
{
    *ret = (struct keep){.moment = kept_moment(site_app(rq), v, unit)};
    if (!ret->moment.may)
        return;
    struct sbuf *b = &ret->key;
    sbuf_init(b, rq->arena, KEY_MAX);
    sbuf_z(b, what);
    sbuf_char(b, rq->lang == LANG_EN ? 'e' : 'v');
    sbuf_i64(b, v->today.v);
    for (size_t i = 0; i < rq->params.n; i++)
        put(b, rq->params.value[i]);
    for (size_t i = 0; i < rq->values.v.n; i++) {
        const struct value *x = &rq->values.v.p[i];
        if (x->file || x->err)
            ret->moment.may = false;
        put(b, str_of(x->input->name));
        put(b, x->raw);
    }
    if (!kept_rights(v, rq_actor(rq), b))
        ret->moment.may = false;
}

static void release(void *held)
{
    kept_end(held);
}

bool keep_answer(struct response *rs, struct keep *k, const char *type)
{
    const struct kept *found = kept_find(site_app(rs->rq), &k->moment, sbuf_view(&k->key));

    if (!found)
        return false;
    rs_begin(rs, 200, type);
    rs->fixed = kept_text(found);
    rs->held = (void *)(uintptr_t)found;
    rs->release = release;
    return true;
}

void keep_body(struct response *rs, struct keep *k)
{
    if (!rs->body.failed && !rs->failed)
        kept_put(site_app(rs->rq), &k->moment, sbuf_view(&k->key), STR(""), sbuf_view(&rs->body));
}

bool keep_find(struct request *rq, struct keep *k, struct str *ret_title, struct str *ret_matter)
{
    const struct kept *found = kept_find(site_app(rq), &k->moment, sbuf_view(&k->key));

    if (!found)
        return false;
    *ret_title = str_dup(rq->arena, kept_head(found));
    *ret_matter = str_dup(rq->arena, kept_text(found));
    kept_end(found);
    return ret_title->p && ret_matter->p;
}

void keep_matter(struct request *rq, struct keep *k, struct str title, struct str matter)
{
    kept_put(site_app(rq), &k->moment, sbuf_view(&k->key), title, matter);
}
