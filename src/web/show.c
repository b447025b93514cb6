/* show: see show.h. */
#include "web/show.h"

#define TEXT_MAX 4000

struct str show_msg_(struct request *rq, enum msg_key key, int n, const struct str *args)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, TEXT_MAX);
    msg_format(&b, rq->lang, key, args, n);
    return sbuf_view(&b);
}

struct str show_count(struct request *rq, int64_t n)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 64);
    dec_put_people(&b, rq->lang, (struct dec){n, 0});
    return sbuf_view(&b);
}

struct str show_err(struct request *rq, const struct err *err)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, TEXT_MAX);
    err_text(err, rq->lang, &b);
    return sbuf_view(&b);
}

struct str show_day(struct request *rq, struct day d)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 64);
    day_put_people(&b, d);
    return sbuf_view(&b);
}

struct str show_time(struct request *rq, int64_t ms)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 64);
    ms_put_people(&b, ms);
    return sbuf_view(&b);
}

struct str show_clock(struct request *rq, int64_t ms, struct day today)
{
    struct str s = show_time(rq, ms);

    return day_of_ms(ms).v == today.v ? str_slice(s, 0, 5) : s;
}

struct str show_period(struct request *rq, enum period_style style, struct period p)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 200);
    period_put_label(&b, rq->lang, style, p);
    return style == PERIOD_SHORT ? sbuf_view(&b) : show_joined(rq, sbuf_view(&b));
}

struct str show_period_id(struct request *rq, struct period p)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 64);
    period_put(&b, p);
    return sbuf_view(&b);
}

struct str show_uid(struct request *rq, struct uid uid)
{
    return str_dup(rq->arena, str_of(uid.z));
}

struct str show_joined(struct request *rq, struct str s)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, TEXT_MAX);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ' ')
            sbuf_z(&b, "\xc2\xa0");
        else
            sbuf_char(&b, s.p[i]);
    return sbuf_view(&b);
}

struct str show_loose(struct request *rq, struct str s)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, TEXT_MAX);
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] == 0xa0) {
            sbuf_char(&b, ' ');
            i++;
        } else {
            sbuf_char(&b, s.p[i]);
        }
    return sbuf_view(&b);
}

struct str show_unit_first(struct request *rq, const struct catalog *c, int unit, struct day day)
{
    return show_joined(rq, unit_name_of(c, unit, day));
}

struct str show_unit(struct request *rq, const struct catalog *c, int unit, struct day day)
{
    const struct unit_version *u = unit < 0 ? NULL : unit_name_on(&c->units, unit, day);
    struct str name = show_unit_first(rq, c, unit, day);
    bool place = u && u->kind >= 0 && !c->units.kinds.p[u->kind].is_body;

    if (!place || !name.n || rq->lang == LANG_EN)
        return name;
    char *p = str_dupz(rq->arena, name);
    if (!p)
        return STR_NULL;
    if (p[0] >= 'A' && p[0] <= 'Z')
        p[0] = (char)(p[0] + 32);
    else if (name.n > 1 && (unsigned char)p[0] == 0xc4 && (unsigned char)p[1] == 0x90)
        p[1] = (char)0x91; /* Đ */
    return (struct str){p, name.n};
}

static struct figure_view split(struct request *rq, struct dec d, bool plus)
{
    struct sbuf b;
    struct figure_view f = {0};

    sbuf_init(&b, rq->arena, 80);
    if (plus && d.m > 0)
        sbuf_char(&b, '+');
    dec_put_people(&b, rq->lang, d);
    struct str s = sbuf_view(&b);
    ptrdiff_t at = d.scale ? str_find_char(s, rq->lang == LANG_EN ? '.' : ',', 0) : -1;
    f.whole = at < 0 ? s : str_slice(s, 0, (size_t)at);
    f.frac = at < 0 ? STR("") : str_slice(s, (size_t)at, s.n);
    return f;
}

struct figure_view show_rat(struct request *rq, struct rat r, int decimals, bool plus)
{
    struct dec d;

    if (!rat_round(r, decimals, &d))
        return show_dash();
    return split(rq, d, plus);
}

struct figure_view show_dec(struct request *rq, struct dec d, int decimals)
{
    struct dec at;

    return split(rq, dec_rescale(d, decimals, &at) ? at : d, false);
}

static struct figure_view bounds(struct request *rq, const struct shown *x, int decimals)
{
    struct str low = show_plain(rq, show_rat(rq, x->low, decimals, false)),
               high = show_plain(rq, show_rat(rq, x->high, decimals, false));
    struct sbuf b;

    sbuf_init(&b, rq->arena, 200);
    sbuf_str(&b, low);
    sbuf_z(&b, "\xc2\xa0-\xc2\xa0");
    sbuf_str(&b, high);
    return (struct figure_view){
        .whole = sbuf_view(&b), .full = show_msg(rq, MSG_mark_bounds, low, high)};
}

struct figure_view show_value(struct request *rq, const struct shown *x, int decimals)
{
    if (!x->has)
        return x->bounded ? bounds(rq, x, decimals) : show_dots();
    struct figure_view f = show_rat(rq, x->value, decimals, false);
    if (x->approx)
        f.cmp = msg_text(rq->lang, MSG_figure_about);
    return f;
}

struct figure_view show_dash(void)
{
    return (struct figure_view){.whole = STR("-")};
}

struct figure_view show_dots(void)
{
    return (struct figure_view){.whole = STR("…")};
}

struct str show_clause(struct str s)
{
    s = str_trim(s);
    while (str_ends(s, STR(".")))
        s = str_trim(str_slice(s, 0, s.n - 1));
    return s;
}

struct str show_marks(struct request *rq, const struct shown *x)
{
    const struct {
        bool on;
        enum msg_key key;
    } marks[] = {{x->status == STATUS_ESTIMATE, MSG_status_estimate_word},
        {x->estimated, MSG_mark_estimated}, {x->bounded, MSG_mark_bounded},
        {x->carried, MSG_mark_carried}, {x->partial, MSG_score_partial},
        {x->boundary, MSG_mark_boundary}, {x->behalf, MSG_entry_on_behalf},
        {x->made_up, MSG_score_made_up}};
    struct sbuf b;

    sbuf_init(&b, rq->arena, 400);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (!marks[i].on)
            continue;
        sbuf_z(&b, b.n ? ", " : "");
        sbuf_str(&b, msg_text(rq->lang, marks[i].key));
    }
    return sbuf_view(&b);
}

struct str show_comparator(enum comparator c)
{
    return c == CMP_GE ? STR("≥") : c == CMP_LE ? STR("≤") : STR("=");
}

struct str show_plain(struct request *rq, struct figure_view f)
{
    struct sbuf b;

    sbuf_init(&b, rq->arena, 200);
    sbuf_str(&b, f.whole);
    sbuf_str(&b, f.frac);
    return sbuf_view(&b);
}

struct str show_url_(struct request *rq, const char *pattern, int n, const struct str *args)
{
    struct sbuf b;
    int at = 0;

    sbuf_init(&b, rq->arena, TEXT_MAX);
    for (const char *p = pattern; *p; p++)
        if (*p == '%' && at < n)
            html_part(&b, args[at++]);
        else
            sbuf_char(&b, *p);
    return sbuf_view(&b);
}

struct str show_indicator_url(struct request *rq, const struct catalog *c, int indicator, int unit,
    struct period p, enum total_state state)
{
    return show_url(rq,
        state == TOTAL_PROVISIONAL ? "/indicators/%?unit=%&period=%&state=provisional"
                                   : "/indicators/%?unit=%&period=%",
        c->indicator[indicator].code, show_uid(rq, c->units.p[unit].uid), show_period_id(rq, p));
}

struct str show_report_url(
    struct request *rq, const struct catalog *c, int form, int unit, struct period p)
{
    return show_url(rq, "/reports/%/%/%", c->form[form].code, show_uid(rq, c->units.p[unit].uid),
        show_period_id(rq, p));
}
