/* write: figures and contradictions as JSON lines (see read.h). */
#include "base/json.h"
#include "reading/read.h"

static const char *const kinds[READING_KINDS] = {"level", "count", "ratio_k_of_n", "percent",
    "percent_of_plan", "growth", "change_points", "from_to", "at_least", "at_most", "date_target"};
static const char *const roles[] = {"actual", "estimate", "target"};
static const char *const clashes[] = {"list", "parts", "share", "twice"};

const char *reading_kind_name(enum reading_kind k)
{
    return kinds[k];
}

const char *reading_role_name(enum reading_role r)
{
    return roles[r];
}

const char *reading_clash_name(enum reading_clash c)
{
    return clashes[c];
}

static void key(struct sbuf *out, const char *name)
{
    sbuf_printf(out, "%s\"%s\": ", out->n && out->p[out->n - 1] != '{' ? ", " : "", name);
}

static void text(struct sbuf *out, const char *name, struct str s)
{
    key(out, name);
    sbuf_char(out, '"');
    json_escape(out, s);
    sbuf_char(out, '"');
}

/* Trailing zeros are dropped: 8,50% is 8.5. */
static void number(struct sbuf *out, const char *name, struct dec d)
{
    while (d.scale && d.m % 10 == 0) {
        d.m /= 10;
        d.scale--;
    }
    key(out, name);
    dec_put(out, d);
}

static void value(struct sbuf *out, const struct reading_figure *f)
{
    bool pair = f->kind == READING_RATIO || f->kind == READING_FROM_TO;

    if (f->kind == READING_DATE)
        text(out, "value", f->date);
    else if (!pair)
        number(out, "value", f->value);
    if (pair) {
        key(out, "value");
        sbuf_z(out, "null");
        number(out, f->kind == READING_RATIO ? "k" : "from", f->a);
        number(out, f->kind == READING_RATIO ? "n" : "to", f->b);
    }
    if (f->has_max && !pair)
        number(out, "value_max", f->value_max);
}

void reading_figure_json(struct sbuf *out, struct str doc, const struct reading_figure *f)
{
    sbuf_char(out, '{');
    text(out, "doc", doc);
    text(out, "sentence", f->sentence);
    text(out, "quote", f->quote);
    key(out, "start");
    sbuf_i64(out, (int64_t)f->start);
    text(out, "indicator_phrase", f->indicator_phrase);
    value(out, f);
    text(out, "unit", f->unit);
    text(out, "kind", str_of(reading_kind_name(f->kind)));
    if (f->kind == READING_AT_LEAST || f->kind == READING_AT_MOST)
        text(out, "base_kind", str_of(reading_kind_name(f->base_kind)));
    text(out, "comparator", f->comparator);
    text(out, "period", f->period);
    text(out, "subject_unit", f->subject_unit);
    text(out, "role", str_of(reading_role_name(f->role)));
    text(out, "approx", f->approx);
    sbuf_z(out, "}\n");
}

void reading_contradiction_json(
    struct sbuf *out, struct str doc, const struct reading_contradiction *c)
{
    sbuf_char(out, '{');
    text(out, "doc", doc);
    text(out, "contradiction", str_of(reading_clash_name(c->clash)));
    text(out, "first", c->first);
    key(out, "first_start");
    sbuf_i64(out, (int64_t)c->first_start);
    text(out, "second", c->second);
    key(out, "second_start");
    sbuf_i64(out, (int64_t)c->second_start);
    number(out, "stated", c->stated);
    number(out, "found", c->found);
    text(out, "unit", c->unit);
    sbuf_z(out, "}\n");
}
