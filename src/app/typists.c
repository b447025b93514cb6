/* typists: see typists.h. {"typed":[{"account":17,"at_ms":1711330000000,"cells":[12,13]}]} */
#include "app/typists.h"

#include "base/json_read.h"

#define TEXT_MAX 10000 /* bytes of a text in an act's body */

bool typists_add(typists *t, const struct draft_cell *d, struct arena *a)
{
    size_t i = 0;

    while (i < t->n && t->p[i].account.v != d->account.v)
        i++;
    if (i == t->n && !vec_push(t, a, (struct typist){.account = d->account}))
        return false;
    if (d->at_ms > t->p[i].at_ms)
        t->p[i].at_ms = d->at_ms;
    return vec_push(&t->p[i].cells, a, d->series);
}

void typists_json(const typists *t, struct json *j)
{
    if (!t->n)
        return;
    json_key(j, "typed");
    json_array(j);
    for (size_t i = 0; i < t->n; i++) {
        json_object(j);
        json_ki64(j, "account", t->p[i].account.v);
        json_ki64(j, "at_ms", t->p[i].at_ms);
        json_key(j, "cells");
        json_array(j);
        for (size_t k = 0; k < t->p[i].cells.n; k++)
            json_i64(j, t->p[i].cells.p[k].v);
        json_array_end(j);
        json_object_end(j);
    }
    json_array_end(j);
}

/* Is the piece the one that ends here? Else the body is damaged. */
static bool ends(struct json_reader *r, enum json_piece got, enum json_piece want)
{
    return got == want || (got != JSON_ERROR && err_set(r->err, ERR_CORRUPT, MSG_err_act_packed));
}

static bool number(struct json_reader *r, int64_t *ret)
{
    return json_read_is(r, JSON_NUMBER) &&
           (str_to_i64(r->text, ret) || err_set(r->err, ERR_CORRUPT, MSG_err_act_packed));
}

static bool read_cells(struct json_reader *r, struct series_id cell, bool *ret_has)
{
    enum json_piece piece;
    int64_t id;

    if (!json_read_is(r, JSON_ARRAY))
        return false;
    while ((piece = json_read(r)) == JSON_NUMBER)
        *ret_has = *ret_has || (str_to_i64(r->text, &id) && id == cell.v);
    return ends(r, piece, JSON_ARRAY_END);
}

/* One of those who typed, behind its "{". */
static bool read_typist(
    struct json_reader *r, struct series_id cell, struct typist *ret, bool *ret_has)
{
    enum json_piece piece;

    while ((piece = json_read(r)) == JSON_KEY) {
        bool ok = str_is(r->text, "account") ? number(r, &ret->account.v)
                  : str_is(r->text, "at_ms") ? number(r, &ret->at_ms)
                  : str_is(r->text, "cells") ? read_cells(r, cell, ret_has)
                                             : json_skip(r, json_read(r));
        if (!ok)
            return false;
    }
    return ends(r, piece, JSON_OBJECT_END);
}

/* The list of those who typed, behind its "[". */
static bool read_typed(struct json_reader *r, struct series_id cell, bool *ret_found,
    struct account_id *ret, int64_t *ret_ms)
{
    enum json_piece piece;

    while ((piece = json_read(r)) == JSON_OBJECT) {
        struct typist t = {.at_ms = 0};
        bool has = false;
        if (!read_typist(r, cell, &t, &has))
            return false;
        if (!has)
            continue;
        *ret_found = true;
        *ret = t.account;
        *ret_ms = t.at_ms;
    }
    return ends(r, piece, JSON_ARRAY_END);
}

bool typist_of(struct store *s, struct act_no act, struct series_id cell, struct arena *a,
    bool *ret_found, struct account_id *ret, int64_t *ret_ms, struct err *err)
{
    struct act_filter f = {.from = act, .to = act, .kind = ACT_REPORT_STEP, .limit = 1};
    enum json_piece piece;
    struct json_reader r;
    struct act *acts;
    size_t n;

    *ret_found = false;
    if (!s->ops->acts(s, &f, a, &acts, &n, err))
        return false;
    if (!n || !acts[0].body.n)
        return true;
    json_read_init(&r, a, acts[0].body, STR("act"), TEXT_MAX, err);
    if (!json_read_is(&r, JSON_OBJECT))
        return false;
    while ((piece = json_read(&r)) == JSON_KEY) {
        bool typed = str_is(r.text, "typed");
        piece = json_read(&r);
        if (typed && piece == JSON_ARRAY ? !read_typed(&r, cell, ret_found, ret, ret_ms)
                                         : !json_skip(&r, piece))
            return false;
    }
    return ends(&r, piece, JSON_OBJECT_END);
}
