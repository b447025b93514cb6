/* acts: opening, closing and reading them; the chain of hashes. */
#include "base/text.h"
#include "base/vec.h"
#include "store/chain.h"
#include "store/room.h"

#define TRAIL_ARENA_MAX (256u << 20)

bool store_head(
    struct store *base, struct act_no *ret_no, unsigned char ret_hash[32], struct err *err)
{
    LEASE l = lease_take(base, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_head, err) : NULL;
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    *ret_no = (struct act_no){0};
    memset(ret_hash, 0, HASH_BYTES);
    if (step == DB_DONE)
        return true;
    struct str hash = db_str(q, 1);
    if (hash.n != HASH_BYTES)
        return err_set(err, ERR_CORRUPT, MSG_err_verify_head, STR("0"));
    ret_no->v = db_i64(q, 0);
    memcpy(ret_hash, hash.p, HASH_BYTES);
    return true;
}

bool store_act_before(struct store *base, int64_t at_ms, struct act_no *ret, struct err *err)
{
    LEASE l = lease_take(base, err);

    return l.db && db_one_i64(l.db, SQL_act_before, &I(at_ms), 1, &ret->v, err);
}

static bool read_act(struct db_stmt *q, struct arena *a, struct act *ret, struct err *err)
{
    struct str hash = db_str(q, 8), kind = db_str(q, 4);

    *ret = (struct act){.no = {db_i64(q, 0)}, .at_ms = db_i64(q, 1), .account = {db_i64(q, 2)}};
    ret->via = db_dup(q, 3, a);
    ret->object = db_dup(q, 5, a);
    ret->reason = db_dup(q, 6, a);
    ret->body = db_dup(q, 7, a);
    if (!act_kind_parse(kind, &ret->kind) || hash.n != HASH_BYTES)
        return err_set(err, ERR_CORRUPT, MSG_err_store_word, STR("act"), kind);
    memcpy(ret->hash, hash.p, HASH_BYTES);
    return (ret->via.p && ret->object.p && ret->reason.p && ret->body.p) || err_memory(err);
}

bool store_acts(struct store *base, const struct act_filter *f, struct arena *a, struct act **ret,
    size_t *ret_n, struct err *err)
{
    LEASE l = lease_take(base, err);
    int64_t limit = f->limit && f->limit < INT64_MAX ? (int64_t)f->limit : INT64_MAX;
    struct str kind = f->kind < 0 ? STR("") : str_of(act_kind_name((enum act_kind)f->kind));
    VEC(struct act) all = {0};
    enum db_step step;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, f->newest_first ? SQL_acts_backward : SQL_acts_forward, err,
        I(f->from.v), I(f->to.v ? f->to.v : INT64_MAX), I(f->account.v), T(kind),
        T(f->object_prefix), I(limit));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct act one;
        if (!read_act(q, a, &one, err))
            return false;
        if (!vec_push(&all, a, one))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return step == DB_DONE;
}

bool store_trail(
    struct store *base, struct act_no act, struct arena *a, struct str *ret, struct err *err)
{
    LEASE l = lease_take(base, err);
    DB_AUTO *q = l.db ? db_query(l.db, SQL_act_trail, err, I(act.v)) : NULL;
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    *ret = STR("");
    if (step == DB_ROW)
        *ret = db_dup(q, 0, a);
    return step != DB_ERROR && (ret->p || err_memory(err));
}

bool store_act_open(struct store *base, struct act *act, struct err *err)
{
    struct store_sql *s = store_sql(base);

    if (s->trail.open)
        return err_set(err, ERR_INTERNAL, MSG_err_store_engine, STR("an act is still open"));
    act->no.v = s->head.n + 1;
    s->skew_ms = act->at_ms < s->head.at_ms ? s->head.at_ms - act->at_ms : 0;
    act->at_ms += s->skew_ms;
    trail_begin(&s->trail, act->no);
    return true;
}

void chain_hash(const unsigned char before[HASH_BYTES], const struct act *act, int64_t skew_ms,
    struct str trail, unsigned char ret[HASH_BYTES])
{
    struct hasher h;

    hash_begin(&h, "giaoban act 1");
    hash_bytes(&h, before, HASH_BYTES);
    hash_i64(&h, act->no.v);
    hash_i64(&h, act->at_ms);
    hash_i64(&h, skew_ms);
    hash_i64(&h, act->account.v);
    hash_str(&h, act->via);
    hash_str(&h, str_of(act_kind_name(act->kind)));
    hash_str(&h, act->object);
    hash_str(&h, act->reason);
    hash_str(&h, act->body);
    hash_str(&h, trail);
    hash_end(&h, ret);
}

/* A database takes no other; told here, since the answer to the row comes after the job. */
static bool are_texts(const struct act *act)
{
    const struct str s[] = {act->via, act->object, act->reason, act->body};

    for (size_t i = 0; i < sizeof s / sizeof *s; i++)
        if (!utf8_valid(s[i]) || (s[i].n && memchr(s[i].p, '\0', s[i].n)))
            return false;
    return true;
}

static bool close_act(struct store_sql *s, struct act *act, struct arena *a, struct err *err)
{
    struct str trail;

    if (!are_texts(act))
        return err_set(err, ERR_INTERNAL, MSG_err_store_engine, STR("act: UTF-8"));
    if (!trail_build(&s->trail, s->writer, a, &trail, err))
        return false;
    chain_hash(s->head.hash, act, s->skew_ms, trail, act->hash);
    if (!db_run(s->writer, SQL_act_put, err, I(act->no.v), I(act->at_ms), I(s->skew_ms),
            I(act->account.v), T(act->via), T(str_of(act_kind_name(act->kind))), T(act->object),
            T(act->reason), T(act->body), B(trail.p, trail.n), B(act->hash, HASH_BYTES)))
        return false;
    s->head.n = act->no.v;
    s->head.at_ms = act->at_ms;
    memcpy(s->head.hash, act->hash, HASH_BYTES);
    trail_reset(&s->trail);
    return true;
}

bool store_act_close(struct store *base, struct act *act, struct err *err)
{
    struct store_sql *s = store_sql(base);
    ARENA_AUTO a;

    arena_init(&a, TRAIL_ARENA_MAX);
    if (!act_is_open(s, act->no, err))
        return false;
    return close_act(s, act, &a, err);
}

bool store_act_changes_nothing(struct store *base, bool *ret, struct err *err)
{
    struct store_sql *s = store_sql(base);
    const struct trail *t = &s->trail;

    *ret = t->open && !t->figures && !t->eraseds && !t->reports;
    for (int i = 0; *ret && i < TABLE_COUNT; i++) {
        int64_t n = 1;
        if (!t->touched[i])
            continue;
        if (i < DEFINITIONS &&
            !db_one_i64(s->writer, (enum sql_id)sql_each_differs[i], &I(t->act.v), 1, &n, err))
            return false;
        *ret = n == 0;
    }
    return true;
}

bool act_is_open(const struct store_sql *s, struct act_no act, struct err *err)
{
    if (s->trail.open && s->trail.act.v == act.v)
        return true;
    return err_set(err, ERR_INTERNAL, MSG_err_store_engine, STR("the act is not open"));
}
