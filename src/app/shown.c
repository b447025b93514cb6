/* shown: see shown.h. */
#include "app/shown.h"

#include "base/text.h"

static enum figure_status status_of_marks(uint32_t marks)
{
    return marks & MARK_ESTIMATE      ? STATUS_ESTIMATE
           : marks & MARK_PRELIMINARY ? STATUS_PRELIMINARY
                                      : STATUS_FINAL;
}

struct shown shown_of_total(const struct total *t)
{
    return (struct shown){.has = t->has,
        .value = t->has ? t->value : rat_of_i64(0),
        .status = status_of_marks(t->marks),
        .approx = (t->marks & MARK_APPROX) != 0,
        .made_up = (t->marks & MARK_MADE_UP) != 0,
        .stated = (t->marks & MARK_STATED) != 0,
        .boundary = (t->marks & MARK_BOUNDARY) != 0,
        .restated = (t->marks & MARK_RESTATED) != 0,
        .estimated = (t->marks & MARK_ESTIMATED) != 0,
        .bounded = (t->marks & MARK_BOUNDED) != 0,
        .partial = (t->marks & MARK_PARTIAL) != 0,
        .carried = (t->marks & MARK_CARRIED) != 0,
        .low = t->low,
        .high = t->high,
        .reported = t->reported,
        .expected = t->expected,
        .k = t->k,
        .n = t->n};
}

struct shown shown_of_version(const struct figure_version *v, int decimals)
{
    struct shown s = {.value = rat_of_i64(0)};

    if (!v || (v->flags & FIGURE_CLEARED))
        return s;
    s.has = true;
    s.value = rat_of_dec((struct dec){v->value, (uint8_t)decimals});
    s.status = (enum figure_status)(v->flags & FIGURE_STATUS);
    s.nil = (v->flags & FIGURE_NIL) != 0;
    s.approx = (v->flags & FIGURE_APPROX) != 0;
    s.made_up = (v->flags & FIGURE_MADE_UP) != 0;
    s.behalf = (v->flags & FIGURE_ON_BEHALF) != 0;
    return s;
}

struct shown shown_of_dec(struct dec d)
{
    return (struct shown){.has = true, .value = rat_of_dec(d)};
}

bool shown_percent(const struct shown *part, struct rat whole, struct rat *ret)
{
    struct rat q;

    return part->has && rat_sign(whole) > 0 && rat_div(part->value, whole, &q) &&
           rat_mul(q, rat_of_i64(100), ret);
}

struct str unit_name_of(const struct catalog *c, int unit, struct day day)
{
    const struct unit_version *v = unit < 0 ? NULL : unit_name_on(&c->units, unit, day);

    return v ? v->name : STR("?");
}

struct str unit_in_sentence(const struct catalog *c, int unit, struct day day, struct arena *a)
{
    const struct unit_version *v = unit < 0 ? NULL : unit_name_on(&c->units, unit, day);
    struct sbuf b;

    if (!v)
        return STR("?");
    struct str word = v->kind >= 0 ? c->units.kinds.p[v->kind].word_vi : STR("");
    if (!word.n || !str_starts(v->name, word))
        return v->name;
    sbuf_init(&b, a, v->name.n + 16);
    sbuf_str(&b, text_lower(a, word));
    sbuf_str(&b, str_slice(v->name, word.n, v->name.n));
    return b.failed ? v->name : sbuf_view(&b);
}

struct str post_of(const struct catalog *c, int account)
{
    if (account < 0)
        return STR("");
    const struct account *a = &c->account[account];
    return a->post.n ? a->post : a->name;
}

void json_kshown(struct json *j, const char *key, const struct shown *x, int decimals)
{
    struct dec d;

    struct dec low, high;
    bool bounded = !x->has && x->bounded && rat_round(x->low, decimals, &low) &&
                   rat_round(x->high, decimals, &high);

    if (!bounded && (!x->has || !rat_round(x->value, decimals, &d))) {
        json_knull(j, key);
        return;
    }
    json_key(j, key);
    json_object(j);
    if (bounded) {
        json_knull(j, "value");
        json_kdec(j, "low", low);
        json_kdec(j, "high", high);
    } else {
        json_kdec(j, "value", d);
    }
    json_kstr(j, "status", str_of(figure_status_name(x->status)));
    if (x->nil)
        json_kbool(j, "nil", true);
    if (x->approx)
        json_kbool(j, "approx", true);
    if (x->made_up)
        json_kbool(j, "made_up", true);
    if (x->behalf)
        json_kbool(j, "on_behalf", true);
    if (x->stated)
        json_kbool(j, "stated", true);
    if (x->restated)
        json_kbool(j, "restated", true);
    if (x->estimated)
        json_kbool(j, "estimated", true);
    if (x->carried)
        json_kbool(j, "carried", true);
    if (x->partial)
        json_kbool(j, "partial", true);
    if (x->boundary)
        json_kbool(j, "boundary_changed", true);
    if (x->expected) {
        json_ki64(j, "reported", x->reported);
        json_ki64(j, "expected", x->expected);
    }
    if (x->n) {
        json_ki64(j, "k", x->k);
        json_ki64(j, "n", x->n);
    }
    json_object_end(j);
}

void json_kperiod(struct json *j, const char *key, struct period p)
{
    char bytes[40];
    struct sbuf b;

    sbuf_init_fixed(&b, bytes, sizeof bytes);
    period_put(&b, p);
    json_kstr(j, key, sbuf_view(&b));
}

void json_kunit(struct json *j, const struct catalog *c, int unit, struct day day)
{
    const struct unit_version *v = unit_name_on(&c->units, unit, day);

    json_kstr(j, "unit", v && v->code.n ? v->code : str_of(c->units.p[unit].uid.z));
    json_kstr(j, "unit_name", v ? v->name : STR(""));
    json_kstr(j, "unit_uid", str_of(c->units.p[unit].uid.z));
}

void json_kday(struct json *j, const char *key, struct day d)
{
    char bytes[24];
    struct sbuf b;

    sbuf_init_fixed(&b, bytes, sizeof bytes);
    day_put(&b, d);
    if (d.v)
        json_kstr(j, key, sbuf_view(&b));
    else
        json_knull(j, key);
}

void json_kms(struct json *j, const char *key, int64_t ms)
{
    char bytes[48];
    struct sbuf b;

    sbuf_init_fixed(&b, bytes, sizeof bytes);
    ms_put(&b, ms);
    if (ms > 0)
        json_kstr(j, key, sbuf_view(&b));
    else
        json_knull(j, key);
}
