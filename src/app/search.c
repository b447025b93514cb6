/* search: see search.h. */
#include "app/search.h"

#include <stdlib.h>

#include "app/open_items.h"
#include "base/text.h"

struct candidate {
    struct search_hit hit;
    struct str key; /* dictionary order */
};
struct searching {
    const struct view *v;
    const struct catalog *c;
    const struct account *me; /* NULL: system */
    struct actor who;
    struct arena *a;
    struct arena scratch;    /* of one name */
    struct str text, needle; /* cleaned, and folded */
    VEC(struct candidate) found;
    bool failed;
};

/* ---- matching ---- */

static bool begins_word(struct str text, struct str needle)
{
    for (ptrdiff_t at = 0; (at = str_find(text, needle, (size_t)at)) >= 0; at++)
        if (at == 0 || text.p[at - 1] == ' ')
            return true;
    return false;
}

/* 0 to 3 as search.h says, -1: it does not match. */
static int rank_of(struct searching *s, struct str name, bool is_code)
{
    struct arena_mark mark = arena_mark(&s->scratch);
    struct str folded = text_fold(&s->scratch, name);
    int rank = -1;

    if (!folded.p)
        s->failed = true;
    else if (is_code && str_eq(folded, s->needle))
        rank = 0;
    else if (str_starts(folded, s->needle))
        rank = 1;
    else if (!is_code && begins_word(folded, s->needle))
        rank = 2;
    else if (!is_code && str_find(folded, s->needle, 0) >= 0)
        rank = 3;
    arena_release(&s->scratch, mark);
    return rank;
}

struct best {
    int rank;
    struct str name;
    bool former;
};

static void better(struct searching *s, struct best *b, struct str text, bool is_code,
    struct str shown, bool former)
{
    int rank = text.n ? rank_of(s, text, is_code) : -1;

    if (rank < 0 || (b->rank >= 0 && (b->rank < rank || (b->rank == rank && former >= b->former))))
        return;
    *b = (struct best){rank, shown, former};
}

static bool add(
    struct searching *s, enum search_sort sort, int index, const struct best *b, struct err *err)
{
    struct candidate c = {{sort, index, b->name, b->former, b->rank}, STR("")};

    if (b->rank < 0)
        return true;
    c.key = text_sort_key(s->a, b->name);
    return (c.key.p && vec_push(&s->found, s->a, c)) || err_memory(err);
}

/* ---- units ---- */

static bool may_read_unit(struct searching *s, int unit)
{
    struct day end = unit_end(&s->c->units, unit);
    struct day day = end.v <= s->v->today.v ? day_add(end, -1) : s->v->today;

    return may(s->c, s->v->today, s->who, RIGHT_READ, unit, day, STR(""), STR(""));
}

/* `code@day`, or `kind:code@day`: one unit. */
static int unit_on_day(const struct searching *s)
{
    return str_find_char(s->text, '@', 0) > 0 ? units_find(&s->c->units, s->text, s->v->today, NULL)
                                              : -1;
}

static bool find_units(struct searching *s, struct err *err)
{
    int meant = unit_on_day(s);

    for (size_t u = 0; u < s->c->units.n; u++) {
        const struct unit *x = &s->c->units.p[u];
        struct best b = {.rank = -1};
        bool ended = unit_end(&s->c->units, (int)u).v <= s->v->today.v;
        for (size_t i = 0; i < x->versions; i++) {
            const struct unit_version *v = &x->version[i];
            bool former = ended || !day_in(s->v->today, v->from, v->to);
            better(s, &b, v->code, true, v->name, former);
            better(s, &b, v->name, false, v->name, former);
        }
        if ((int)u == meant)
            b = (struct best){0, unit_name_on(&s->c->units, meant, s->v->today)->name, ended};
        if (b.rank >= 0 && may_read_unit(s, (int)u) && !add(s, SEARCH_UNIT, (int)u, &b, err))
            return false;
    }
    return true;
}

/* ---- indicators, forms, accounts ---- */

/* Definitions are open to whoever works here, but for those of personal and sealed registers. */
static bool may_read_indicator(struct searching *s, const struct indicator *x)
{
    if (!s->me || x->privacy == PRIVACY_PUBLIC || x->privacy == PRIVACY_INTERNAL)
        return true;
    for (size_t i = 0; i < s->me->grants; i++) {
        int unit = s->me->grant[i].unit;
        if (unit >= 0 && must_read_indicator(s->v, s->who, x, unit, s->v->today, NULL))
            return true;
    }
    return false;
}

static bool find_indicators(struct searching *s, struct err *err)
{
    for (size_t i = 0; i < s->c->indicators; i++) {
        const struct indicator *x = &s->c->indicator[i];
        struct best b = {.rank = -1};
        better(s, &b, x->code, true, x->name, false);
        better(s, &b, x->name, false, x->name, false);
        for (size_t k = 0; k < x->aliases; k++)
            better(s, &b, x->alias[k], false, x->alias[k], false);
        if (b.rank >= 0 && may_read_indicator(s, x) && !add(s, SEARCH_INDICATOR, (int)i, &b, err))
            return false;
    }
    return true;
}

static bool may_read_form(struct searching *s, const struct form *f)
{
    if (!s->me)
        return true;
    for (size_t i = 0; i < s->me->grants; i++) {
        const struct grant *g = &s->me->grant[i];
        bool covers = g->forms == 0;
        for (size_t k = 0; k < g->forms && !covers; k++)
            covers = str_eq(g->form[k], f->code);
        if (covers && day_in(s->v->today, g->from, g->to))
            return true;
    }
    return false;
}

static bool find_forms(struct searching *s, struct err *err)
{
    for (size_t i = 0; i < s->c->forms; i++) {
        const struct form *f = &s->c->form[i];
        struct best b = {.rank = -1};
        better(s, &b, f->code, true, f->name_vi, false);
        better(s, &b, f->name_vi, false, f->name_vi, false);
        better(s, &b, f->name_en, false, f->name_en, false);
        if (b.rank >= 0 && may_read_form(s, f) && !add(s, SEARCH_FORM, (int)i, &b, err))
            return false;
    }
    return true;
}

static bool find_accounts(struct searching *s, struct err *err)
{
    for (size_t i = 0; i < s->c->accounts; i++) {
        const struct account *x = &s->c->account[i];
        struct best b = {.rank = -1};
        bool reads = x->unit >= 0 ? may_read_unit(s, x->unit) : !s->me;
        if (!reads || x->disabled)
            continue;
        bool administers =
            may(s->c, s->v->today, s->who, RIGHT_ADMIN_ACCOUNTS, x->unit, s->v->today, STR(""),
                STR("")) ||
            may(s->c, s->v->today, s->who, RIGHT_ADMIN_ACCOUNTS, -1, s->v->today, STR(""), STR(""));
        better(s, &b, x->post, false, x->post, false);
        if (administers) {
            better(s, &b, x->login, true, post_of(s->c, (int)i), false);
            better(s, &b, x->name, false, post_of(s->c, (int)i), false);
        }
        if (!add(s, SEARCH_ACCOUNT, (int)i, &b, err))
            return false;
    }
    return true;
}

/* ---- the answer ---- */

static int by_order(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->hit.sort != y->hit.sort)
        return (int)x->hit.sort - (int)y->hit.sort;
    if (x->hit.rank != y->hit.rank)
        return x->hit.rank - y->hit.rank;
    if (x->hit.former != y->hit.former)
        return x->hit.former - y->hit.former;
    int order = str_cmp(x->key, y->key);
    return order ? order : x->hit.index - y->hit.index;
}

static bool answer(struct searching *s, struct search_result *ret, struct err *err)
{
    int kept[SEARCH_SORTS] = {0};

    ret->hit = arena_array(s->a, s->found.n + 1, sizeof *ret->hit);
    if (!ret->hit)
        return err_memory(err);
    if (s->found.n)
        qsort(s->found.p, s->found.n, sizeof *s->found.p, by_order);
    for (size_t i = 0; i < s->found.n; i++) {
        const struct search_hit *h = &s->found.p[i].hit;
        if (kept[h->sort] == SEARCH_HITS_MAX) {
            ret->more[h->sort] = true;
            continue;
        }
        kept[h->sort]++;
        ret->hit[ret->hits++] = *h;
    }
    return true;
}

bool search_find(const struct view *v, struct actor who, struct str text, struct arena *a,
    struct search_result *ret, struct err *err)
{
    struct searching s = {
        .v = v, .c = v->catalog, .me = actor_account(v->catalog, who), .who = who, .a = a};
    struct str clean;
    bool ok;

    *ret = (struct search_result){0};
    if (who.account.v && (!s.me || s.me->disabled))
        return err_set(err, ERR_DENIED, MSG_err_denied_system);
    if (!text_clean(a, text, SEARCH_TEXT_MAX, &clean, err))
        return false;
    s.text = str_trim(clean);
    s.needle = text_fold(a, clean);
    if (!s.needle.p)
        return err_memory(err);
    if (!s.needle.n)
        return true;
    arena_init(&s.scratch, 1u << 20);
    ok = find_units(&s, err) && find_indicators(&s, err) && find_forms(&s, err) &&
         find_accounts(&s, err);
    arena_free(&s.scratch);
    if (ok && s.failed)
        return err_memory(err);
    return ok && answer(&s, ret, err);
}

/* When a unit was, and what it went into: the same code and name are others' at other times. */
static void unit_days_json(const struct view *v, int unit, struct json *j)
{
    const struct units *us = &v->catalog->units;
    struct day first = unit_first(us, unit), end = unit_end(us, unit);
    int heir[SEARCH_HITS_MAX];
    size_t n;

    json_kday(j, "from", first.v == DAY_MIN.v ? (struct day){0} : first);
    json_kday(j, "to", end.v == DAY_MAX.v ? (struct day){0} : day_add(end, -1));
    if (end.v > v->today.v)
        return;
    n = living_successors(v->catalog, v->today, unit, heir, SEARCH_HITS_MAX);
    json_key(j, "now");
    json_array(j);
    for (size_t i = 0; i < n && i < SEARCH_HITS_MAX; i++)
        json_str(j, str_of(us->p[heir[i]].uid.z));
    json_array_end(j);
}

void search_json(const struct view *v, const struct search_result *r, struct json *j)
{
    static const char *const sorts[] = {"unit", "indicator", "form", "account"};

    json_object(j);
    json_key(j, "hits");
    json_array(j);
    for (size_t i = 0; i < r->hits; i++) {
        const struct search_hit *h = &r->hit[i];
        struct str code = h->sort == SEARCH_UNIT ? str_of(v->catalog->units.p[h->index].uid.z)
                          : h->sort == SEARCH_INDICATOR ? v->catalog->indicator[h->index].code
                          : h->sort == SEARCH_FORM      ? v->catalog->form[h->index].code
                                                   : str_of(v->catalog->account[h->index].uid.z);
        json_object(j);
        json_kstr(j, "sort", str_of(sorts[h->sort]));
        json_kstr(j, "id", code);
        json_kstr(j, "name", h->name);
        json_kbool(j, "former", h->former);
        if (h->sort == SEARCH_UNIT)
            unit_days_json(v, h->index, j);
        json_object_end(j);
    }
    json_array_end(j);
    json_object_end(j);
}
