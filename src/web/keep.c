/* keep: see keep.h. */
#include "web/keep.h"

#include <stdio.h>

#include "templates.h"
#include "web/form.h"
#include "web/site.h"

#define KEY_MAX 1000
#define PACK_FROM 1024
#define PACK_LEVEL 6 /* once for many */

static void put(struct sbuf *b, struct str s)
{
    sbuf_i64(b, (int64_t)s.n);
    sbuf_char(b, ':');
    sbuf_str(b, s);
}

void keep_begin(
    struct response *rs, const struct view *v, int unit, const char *what, struct keep *ret)
{
    struct request *rq = rs->rq;

    *ret = (struct keep){.rq = rq, .rs = rs, .moment = kept_moment(site_app(rq), v, unit)};
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

static void hold(struct response *rs, int slot, const struct kept *k)
{
    rs->held[slot] = (void *)(uintptr_t)k;
    rs->release = release;
}

bool keep_find(struct keep *k)
{
    const struct kept *found = kept_find(site_app(k->rq), &k->moment, sbuf_view(&k->key));

    if (!found)
        return false;
    hold(k->rs, 0, found);
    k->head = kept_head(found);
    k->text = kept_text(found);
    return true;
}

void keep_put(struct keep *k, struct str head, struct str text)
{
    kept_end(kept_put(site_app(k->rq), &k->moment, sbuf_view(&k->key), head, text));
    k->head = head;
    k->text = text;
}

/* Packed and kept; its head is the plain text's checksum. */
static const struct kept *pack_now(struct keep *k, struct str key)
{
    struct packer *p = packer_new(PACK_LEVEL);
    struct piece_packed packed;
    const struct kept *made = NULL;

    if (p && pack_piece(p, k->rq->arena, k->text, &packed))
        made = kept_put(site_app(k->rq), &k->moment, key,
            str_make((const char *)&packed.crc, sizeof packed.crc), packed.text);
    packer_free(p);
    return made;
}

/* What is only here, and not kept, is packed with the whole answer. */
static void give_packed(struct keep *k)
{
    struct response *rs = k->rs;

    if (!rs->held[0] || k->text.n < PACK_FROM || !rq_takes_gzip(k->rq))
        return;
    sbuf_z(&k->key, "|gzip");
    const struct kept *packed = kept_find(site_app(k->rq), &k->moment, sbuf_view(&k->key));
    if (!packed && k->rq->at_once) {
        rq_set_aside(k->rq);
        return;
    }
    if (!packed)
        packed = pack_now(k, sbuf_view(&k->key));
    if (!packed)
        return;
    hold(rs, 1, packed);
    memcpy(&rs->insert_packed.crc, kept_head(packed).p, sizeof rs->insert_packed.crc);
    rs->insert_packed.text = kept_text(packed);
}

void keep_file(struct keep *k, const char *type)
{
    rs_begin(k->rs, 200, type);
    k->rs->insert = k->text;
    give_packed(k);
}

struct filling {
    struct keep *k;
    struct str title;
};

static void fill_title(struct tmpl *o, const void *view)
{
    const struct filling *f = view;

    tmpl_text_str(o, f->title);
}

static void fill_matter(struct tmpl *o, const void *view)
{
    const struct filling *f = view;

    f->k->rs->insert_at = o->out->n;
}

void keep_page(struct keep *k, const struct page_view *page, struct str title)
{
    struct filling f = {k, title};
    struct tmpl o = rs_page(k->rs, 200);

    tmpl_page(&o, page,
        (const struct tmpl_slot[2]){
            [TMPL_page_title] = {fill_title, &f}, [TMPL_page_main] = {fill_matter, &f}});
    k->rs->insert = k->text;
    give_packed(k);
}
