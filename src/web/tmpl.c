/* tmpl: see tmpl.h. */
#include "web/tmpl.h"

#include "base/dec.h"

struct html tmpl_html(const struct tmpl *o)
{
    return (struct html){sbuf_view(o->out)};
}

void tmpl_fill(struct tmpl *o, const struct tmpl_slot *slot)
{
    if (slot->fill)
        slot->fill(o, slot->view);
}

void tmpl_csrf(struct tmpl *o)
{
    sbuf_z(o->out, "<input type=\"hidden\" name=\"csrf\" value=\"");
    html_text(o->out, o->csrf);
    sbuf_z(o->out, "\">");
}

void tmpl_text_str(struct tmpl *o, struct str s)
{
    html_text(o->out, s);
}

void tmpl_text_html(struct tmpl *o, struct html h)
{
    sbuf_str(o->out, h.s);
}

void tmpl_text_i64(struct tmpl *o, int64_t v)
{
    dec_put_people(o->out, o->lang, (struct dec){v, 0});
}

void tmpl_text_u64(struct tmpl *o, uint64_t v)
{
    dec_put_people(o->out, o->lang, (struct dec){v > INT64_MAX ? INT64_MAX : (int64_t)v, 0});
}

void tmpl_attr_i64(struct tmpl *o, int64_t v)
{
    sbuf_i64(o->out, v);
}

void tmpl_attr_u64(struct tmpl *o, uint64_t v)
{
    sbuf_printf(o->out, "%llu", (unsigned long long)v);
}

void tmpl_url_str(struct tmpl *o, struct str s)
{
    html_url(o->out, s);
}

void tmpl_part_str(struct tmpl *o, struct str s)
{
    html_part(o->out, s);
}

struct tmpl_arg tmpl_arg_str(struct str s)
{
    return (struct tmpl_arg){.s = s, .kind = TMPL_ARG_STR};
}

struct tmpl_arg tmpl_arg_html(struct html h)
{
    return (struct tmpl_arg){.s = h.s, .kind = TMPL_ARG_HTML};
}

struct tmpl_arg tmpl_arg_i64(int64_t v)
{
    return (struct tmpl_arg){.number = v, .kind = TMPL_ARG_NUMBER};
}

static void put_arg(struct tmpl *o, const struct tmpl_arg *a, bool markup)
{
    if (a->kind == TMPL_ARG_NUMBER)
        tmpl_text_i64(o, a->number);
    else if (a->kind == TMPL_ARG_HTML && markup)
        sbuf_str(o->out, a->s);
    else
        html_text(o->out, a->s);
}

void tmpl_msg(struct tmpl *o, enum msg_key key, const struct tmpl_arg *args, int nargs, bool markup)
{
    struct str t = msg_text(o->lang, key);
    size_t from = 0;

    for (size_t i = 0; i + 2 < t.n; i++) {
        if (t.p[i] != '{' || t.p[i + 1] < '0' || t.p[i + 1] > '9' || t.p[i + 2] != '}')
            continue;
        html_text(o->out, str_slice(t, from, i));
        if (t.p[i + 1] - '0' < nargs)
            put_arg(o, &args[t.p[i + 1] - '0'], markup);
        i += 2;
        from = i + 1;
    }
    html_text(o->out, str_slice(t, from, t.n));
}
