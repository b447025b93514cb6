/* how: see how.h. */
#include "web/how.h"

#include "app/shown.h"
#include "web/show.h"
#include "web/site.h"

/* ---- from the address ---- */

static bool read_reading(struct request *rq, struct how *h, struct err *err)
{
    struct str s = rq_str(rq, "reading");

    if (!s.n || str_is(s, "as-was"))
        return true;
    if (str_is(s, "as-is")) {
        h->reading.kind = READ_AS_IS;
        return true;
    }
    h->reading.kind = READ_AS_OF;
    return day_parse(s, &h->reading.day, NULL) || err_set(err, ERR_INVALID, MSG_err_how_reading, s);
}

/* The day of the first or the last act; v 0 where there is none. */
static bool act_day(struct request *rq, bool last, struct day *ret, struct err *err)
{
    struct store *store = app_store(site_app(rq));
    struct act_filter f = {.kind = -1, .newest_first = last, .limit = 1};
    struct act *acts;
    size_t n;

    *ret = (struct day){0};
    if (!store->ops->acts(store, &f, rq->arena, &acts, &n, err))
        return false;
    if (n)
        *ret = day_of_ms(acts[0].at_ms);
    return true;
}

/* A demonstration may live on a day before its own acts: then the last of these is the limit. */
static bool known_act(
    struct request *rq, struct how *h, struct day today, struct act_no *ret, struct err *err)
{
    struct day first, last;

    if (!act_day(rq, false, &first, err) || !act_day(rq, true, &last, err) ||
        !app_known_on(site_app(rq), h->known_day, ret, err))
        return false;
    last = last.v > today.v ? last : today;
    if (h->known_day.v > last.v)
        return err_set(
            err, ERR_INVALID, MSG_err_how_future, show_day(rq, h->known_day), show_day(rq, last));
    if (h->known_day.v < first.v || ret->v <= 0)
        return err_set(
            err, ERR_INVALID, MSG_err_how_before, show_day(rq, h->known_day), show_day(rq, first));
    return true;
}

static struct day today_of(struct request *rq)
{
    return day_of_ms(app_now(site_app(rq)));
}

bool how_open(struct request *rq, struct how *ret, struct view *ret_view, struct err *err)
{
    struct how h = {.state = rq_int(rq, "state") == 1 ? TOTAL_PROVISIONAL : TOTAL_APPROVED};
    struct str known = rq_str(rq, "known");
    struct day today = today_of(rq);
    struct act_no act = ACT_MAX;

    h.forecast = rq_int(rq, "forecast") == 0   ? HOW_FORECAST_ON
                 : rq_int(rq, "forecast") == 1 ? HOW_FORECAST_OFF
                                               : HOW_FORECAST_AS_SET;
    h.reading = (struct reading_of){READ_AS_WAS, today};
    h.has_known = known.n > 0;
    if (!read_reading(rq, &h, err))
        return false;
    if (h.has_known && rq->at_once)
        return rq_set_aside(rq); /* the store knows which act that is */
    if (h.has_known && !day_parse(known, &h.known_day, NULL))
        return err_set(err, ERR_INVALID, MSG_err_how_known, known);
    if (h.has_known && !known_act(rq, &h, today, &act, err))
        return false;
    *ret = h;
    if (rq->at_once)
        return app_read_at_once(site_app(rq), ret_view) || rq_set_aside(rq);
    return app_read(site_app(rq), act, ret_view, err);
}

bool how_answer(struct request *rq, struct response *rs, how_answering *answering, struct err *err)
{
    struct how how;
    struct view v;

    if (!how_open(rq, &how, &v, err))
        return false;
    bool ok = answering(rq, rs, &v, &how, err);
    app_read_end(site_app(rq), &v);
    return ok;
}

int how_unit(
    struct request *rq, const struct view *v, const struct how *h, struct str uid, struct err *err)
{
    int unit = units_find_uid(&v->catalog->units, uid);
    const struct catalog *now = v->catalog->rights ? *v->catalog->rights : v->catalog;

    if (unit >= 0)
        return unit;
    if (h->has_known && units_find_uid(&now->units, uid) >= 0) {
        err_set(err, ERR_NOT_FOUND, MSG_err_how_unit,
            show_unit_first(rq, now, units_find_uid(&now->units, uid), v->today),
            show_day(rq, h->known_day));
        return -1;
    }
    err_set(err, ERR_NOT_FOUND, MSG_err_web_not_found);
    return -1;
}

struct day how_day(const struct how *h, struct period p)
{
    return h->reading.kind == READ_AS_WAS ? period_last_day(p) : h->reading.day;
}

bool how_is_default(const struct how *h)
{
    return h->state == TOTAL_APPROVED && h->reading.kind == READ_AS_WAS && !h->has_known;
}

/* ---- to addresses ---- */

struct str how_url(struct request *rq, struct str url, const struct how *h)
{
    struct sbuf b;
    char sign = str_find_char(url, '?', 0) < 0 ? '?' : '&';

    if (!url.n || (how_is_default(h) && h->forecast == HOW_FORECAST_AS_SET))
        return url;
    sbuf_init(&b, rq->arena, url.n + 120);
    sbuf_str(&b, url);
    if (h->state == TOTAL_PROVISIONAL) {
        sbuf_printf(&b, "%cstate=provisional", sign);
        sign = '&';
    }
    if (h->reading.kind != READ_AS_WAS) {
        sbuf_printf(&b, "%creading=", sign);
        if (h->reading.kind == READ_AS_IS)
            sbuf_z(&b, "as-is");
        else
            day_put(&b, h->reading.day);
        sign = '&';
    }
    if (h->has_known) {
        sbuf_printf(&b, "%cknown=", sign);
        day_put(&b, h->known_day);
        sign = '&';
    }
    if (h->forecast != HOW_FORECAST_AS_SET)
        sbuf_printf(&b, "%cforecast=%s", sign, h->forecast == HOW_FORECAST_ON ? "on" : "off");
    return sbuf_view(&b);
}

/* ---- the line under the headline ---- */

static struct str reading_words(struct request *rq, const struct how *h)
{
    switch (h->reading.kind) {
    case READ_AS_WAS:
        return msg_text(rq->lang, MSG_how_as_was);
    case READ_AS_IS:
        return msg_text(rq->lang, MSG_how_as_is);
    case READ_AS_OF:
        return show_msg(rq, MSG_how_as_of, show_day(rq, h->reading.day));
    }
    return STR("");
}

static struct str known_words(struct request *rq, const struct how *h)
{
    return h->has_known ? show_msg(rq, MSG_how_known_on, show_day(rq, h->known_day))
                        : msg_text(rq->lang, MSG_how_known_now);
}

static struct str state_words(struct request *rq, enum total_state s)
{
    return msg_text(rq->lang, s == TOTAL_APPROVED ? MSG_score_approved : MSG_score_provisional);
}

static bool add(struct request *rq, struct choice_view *c, struct str url, struct str text,
    bool current, struct err *err)
{
    struct link_view l = {url, text, current};

    if (current)
        c->chosen = text;
    return vec_push(&c->options, rq->arena, l) || err_memory(err);
}

/* A day can be typed: a small form that carries the rest of the address in hidden fields. */
static bool typed_day(struct request *rq, struct choice_view *c, struct str url, const char *name,
    enum msg_key label, bool has, struct day day, struct err *err)
{
    ptrdiff_t at = str_find_char(url, '?', 0);
    struct fields f = {0};
    struct sbuf b;

    sbuf_init(&b, rq->arena, 24);
    if (has)
        day_put(&b, day);
    c->day_url = at < 0 ? url : str_slice(url, 0, (size_t)at);
    c->day_name = str_of(name);
    c->day_label = msg_text(rq->lang, label);
    c->day_value = sbuf_view(&b);
    if (at >= 0 && !fields_parse(rq->arena, str_slice(url, (size_t)at + 1, url.n), &f, err))
        return false;
    for (size_t i = 0; i < f.v.n; i++) {
        struct hidden_view h = {f.v.p[i].name, f.v.p[i].raw};
        if (!str_is(h.name, name) && !vec_push(&c->hidden, rq->arena, h))
            return err_memory(err);
    }
    return true;
}

static bool choose_state(struct request *rq, const struct how *h, how_address *address, void *ctx,
    struct choice_list *ret, struct err *err)
{
    struct choice_view c = {.before = msg_text(rq->lang, MSG_score_figures), .after = STR(",")};

    for (int s = TOTAL_APPROVED; s <= TOTAL_PROVISIONAL; s++) {
        struct how x = *h;
        x.state = (enum total_state)s;
        if (!add(rq, &c, address(ctx, &x), state_words(rq, x.state), x.state == h->state, err))
            return false;
    }
    return vec_push(&ret->v, rq->arena, c) || err_memory(err);
}

static bool choose_reading(struct request *rq, const struct how *h, how_address *address, void *ctx,
    struct choice_list *ret, struct err *err)
{
    struct choice_view c = {.before = msg_text(rq->lang, MSG_how_units), .after = STR(",")};
    struct how x = *h;

    for (int k = READ_AS_WAS; k <= READ_AS_IS; k++) {
        x.reading.kind = (enum as_read)k;
        if (!add(rq, &c, address(ctx, &x), reading_words(rq, &x), h->reading.kind == x.reading.kind,
                err))
            return false;
    }
    if (h->reading.kind == READ_AS_OF &&
        !add(rq, &c, address(ctx, h), reading_words(rq, h), true, err))
        return false;
    x.reading.kind = READ_AS_WAS; /* leaves it out of the address */
    return typed_day(rq, &c, address(ctx, &x), "reading", MSG_how_as_of_day,
               h->reading.kind == READ_AS_OF, h->reading.day, err) &&
           (vec_push(&ret->v, rq->arena, c) || err_memory(err));
}

bool how_choose_known(struct request *rq, const struct how *h, how_address *address, void *ctx,
    struct choice_list *ret, struct err *err)
{
    struct choice_view c = {.before = msg_text(rq->lang, MSG_how_known), .after = STR(".")};
    struct how x = *h;

    x.has_known = false;
    if (!add(rq, &c, address(ctx, &x), known_words(rq, &x), !h->has_known, err))
        return false;
    if (h->has_known && !add(rq, &c, address(ctx, h), known_words(rq, h), true, err))
        return false;
    return typed_day(rq, &c, address(ctx, &x), "known", MSG_how_known_day, h->has_known,
               h->known_day, err) &&
           (vec_push(&ret->v, rq->arena, c) || err_memory(err));
}

bool how_choices(struct request *rq, const struct how *h, how_address *address, void *ctx,
    struct choice_list *ret, struct err *err)
{
    return choose_state(rq, h, address, ctx, ret, err) &&
           choose_reading(rq, h, address, ctx, ret, err) &&
           how_choose_known(rq, h, address, ctx, ret, err);
}

static void say(struct sbuf *b, struct str s)
{
    sbuf_z(b, b->n ? " " : "");
    sbuf_str(b, s);
}

struct how_note_view how_note(
    struct request *rq, const struct how *h, how_address *address, void *ctx)
{
    struct how plain = {.reading = {READ_AS_WAS, h->reading.day}, .forecast = h->forecast};
    struct sbuf b;

    if (how_is_default(h))
        return (struct how_note_view){0};
    sbuf_init(&b, rq->arena, 1000);
    if (h->reading.kind == READ_AS_IS)
        say(&b, msg_text(rq->lang, MSG_how_note_as_is));
    if (h->reading.kind == READ_AS_OF)
        say(&b, show_msg(rq, MSG_how_note_as_of, show_day(rq, h->reading.day)));
    if (h->has_known)
        say(&b, show_msg(rq, MSG_how_note_known, show_day(rq, h->known_day)));
    if (h->state == TOTAL_PROVISIONAL)
        say(&b, msg_text(rq->lang, MSG_how_note_provisional));
    return (struct how_note_view){sbuf_view(&b), address(ctx, &plain)};
}

struct str how_paper(struct request *rq, const struct view *v, const struct how *h)
{
    struct act_no act = v->known.v == ACT_MAX.v ? app_head(site_app(rq)) : v->known;

    return h->has_known
               ? show_msg(rq, MSG_how_paper_known, show_day(rq, h->known_day),
                     show_count(rq, act.v), show_time(rq, v->now_ms))
               : show_msg(rq, MSG_how_paper, show_count(rq, act.v), show_time(rq, v->now_ms));
}

/* ---- a unit that did not exist on the day ---- */

#define INSTEAD_MAX 12

static bool among(const int *unit, int n, int x)
{
    for (int i = 0; i < n; i++)
        if (unit[i] == x)
            return true;
    return false;
}

/* Those that events lead to, alive on the day; nearest first. */
static int relatives_on(const struct catalog *c, int unit, struct day day, int ret[INSTEAD_MAX])
{
    int seen[8 * INSTEAD_MAX] = {unit}, seens = 1, n = 0;
    const int most = (int)(sizeof seen / sizeof *seen);

    for (int at = 0; at < seens; at++)
        for (size_t i = 0; i < c->edges; i++) {
            const struct edge *e = &c->edge[i];
            int next = e->from == seen[at] ? e->to : e->to == seen[at] ? e->from : -1;
            if (next < 0 || seens == most || among(seen, seens, next))
                continue;
            bool alive = unit_alive(&c->units, next, day);
            if (alive && n < INSTEAD_MAX)
                ret[n++] = next;
            seen[seens++] = next;
        }
    return n;
}

bool how_note_unit(struct request *rq, const struct view *v, const struct how *h, int unit,
    struct how_note_view *note, struct err *err)
{
    const struct catalog *c = v->catalog;
    int near[INSTEAD_MAX];

    if (h->reading.kind == READ_AS_WAS || unit_alive(&c->units, unit, h->reading.day))
        return true;
    int n = relatives_on(c, unit, h->reading.day, near);
    note->gone = show_msg(rq, n ? MSG_how_gone : MSG_how_gone_without,
        show_unit_first(rq, c, unit, h->reading.day), show_day(rq, h->reading.day));
    for (int i = 0; i < n; i++) {
        struct link_view l = {
            how_url(rq, show_url(rq, "/units/%", show_uid(rq, c->units.p[near[i]].uid)), h),
            show_unit(rq, c, near[i], h->reading.day), false};
        if (!vec_push(&note->instead, rq->arena, l))
            return err_memory(err);
    }
    return true;
}
