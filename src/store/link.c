/* link: the writer's connection and its right to write, kept up; see room.h.
 *
 * The right to write is a lock of the session, so it is lost with the connection and with nothing
 * else, and nothing can be written without it. Whoever gets it knows that the session before has
 * ended: what that one was committing is decided. A connection that broke is opened again before
 * the next transaction, and by `tend` while nothing is written; the head of the chain then tells
 * whether acts have come that this handle knows nothing of.
 */
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/ticks.h"
#include "store/room.h"

#define CLAIM_MS 3000   /* a session that is ending needs a moment */
#define SETTLE_MS 10000 /* how long a commit in doubt is waited for */
#define STEP_MS 100

/* --- what people and operators are told --- */

bool link_away(struct store_sql *s, const struct err *e, struct err *err)
{
    if (e->key != MSG_err_store_connect || !s->opened) {
        if (err)
            *err = *e;
        return false;
    }
    if (!atomic_exchange(&s->away, true))
        log_line(LOG_ERROR, "store.away", "says=\"%s\"", e->arg[0]);
    return err_set(err, ERR_BUSY, MSG_err_store_away);
}

void link_back(struct store_sql *s)
{
    if (atomic_load_explicit(&s->away, memory_order_relaxed) && atomic_exchange(&s->away, false))
        log_line(LOG_INFO, "store.back", "engine=%s", s->engine->name);
}

/* --- the right to write --- */

static bool claim_until(struct store_sql *s, struct db *d, int64_t until, struct err *err)
{
    struct err e;

    if (!s->engine->claim || s->options.beside_others)
        return true;
    for (;;) {
        e = ERR_INIT;
        if (s->engine->claim(d, &e))
            return true;
        if (e.key != MSG_err_store_held_database || ticks_ms() >= until)
            break;
        usleep(STEP_MS * 1000);
    }
    if (err)
        *err = e;
    return false;
}

bool link_claim(struct store_sql *s, struct db *d, struct err *err)
{
    return claim_until(s, d, ticks_ms() + CLAIM_MS, err);
}

/* A new connection with the right to write in the place of the one that broke. */
static bool renew(struct store_sql *s, int64_t until, struct err *err)
{
    struct err e = ERR_INIT;
    struct db *d = s->engine->open(s->where, true, s->options.vfs, &e);

    if (!d)
        return link_away(s, &e, err);
    link_back(s);
    if (!claim_until(s, d, until, &e)) {
        if (e.key == MSG_err_store_held_database && !s->lost_right)
            log_line(LOG_ERROR, "store.right_lost", "holder=\"%s\" from=\"%s\" since=\"%s\"",
                e.arg[1], e.arg[2], e.arg[3]);
        s->lost_right = s->lost_right || e.key == MSG_err_store_held_database;
        d->ops->close(d);
        if (err)
            *err = e;
        return false;
    }
    s->writer->ops->close(s->writer);
    s->writer = d;
    s->lost_right = false;
    s->unread = true;
    log_line(LOG_WARN, "store.renewed", "engine=%s", s->engine->name);
    return true;
}

bool link_up(struct store_sql *s, struct err *err)
{
    return db_alive(s->writer) || renew(s, ticks_ms() + CLAIM_MS, err);
}

/* --- the end of the chain, and who has moved it --- */

bool link_read_head(struct store_sql *s, struct db *d, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_head_lock, err);
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    struct head h;

    if (step == DB_ERROR)
        return false;
    struct str hash = step == DB_ROW ? db_str(q, 1) : STR("");
    if (hash.n != HASH_BYTES)
        return err_set(err, ERR_CORRUPT, MSG_err_verify_head, STR("0"));
    h.n = db_i64(q, 0);
    h.at_ms = db_i64(q, 2);
    memcpy(h.hash, hash.p, HASH_BYTES);
    if (h.n != s->head.n || memcmp(h.hash, s->head.hash, HASH_BYTES) != 0) {
        privacy_forget(s); /* another server may have changed a class */
        s->moved = s->moved || s->opened;
    }
    s->head = h;
    s->unread = false;
    return true;
}

/* --- a commit whose answer was lost --- */

bool link_settle(struct store_sql *s, struct err *err)
{
    const struct head ours = s->head, before = s->head_began;

    if (ours.n == before.n) /* drafts and sessions leave no trace in the chain */
        return err_set(err, ERR_BUSY, MSG_err_store_unsure);
    int64_t until = ticks_ms() + SETTLE_MS;
    bool moved = s->moved;
    while (!renew(s, until, NULL) || !link_read_head(s, s->writer, NULL)) {
        if (ticks_ms() >= until) {
            s->head = before;
            return err_set(err, ERR_BUSY, MSG_err_store_unsure);
        }
        usleep(STEP_MS * 1000);
    }
    bool done = s->head.n == ours.n && memcmp(s->head.hash, ours.hash, HASH_BYTES) == 0,
         not_done = s->head.n == before.n && memcmp(s->head.hash, before.hash, HASH_BYTES) == 0;
    log_line(LOG_WARN, "store.settled", "act=%lld committed=%s", (long long)ours.n,
        done       ? "yes"
        : not_done ? "no"
                   : "unknown");
    if (done || not_done)
        s->moved = moved; /* known to whoever waits for this commit */
    return done || err_set(err, ERR_BUSY, not_done ? MSG_err_store_away : MSG_err_store_unsure);
}

/* --- while nothing is written --- */

/* Without the right to write the store is followed by looking. */
static bool follow(struct store_sql *s, struct err *err)
{
    struct act_no n;
    unsigned char hash[HASH_BYTES];

    if (!store_head(&s->base, &n, hash, err))
        return false;
    if (n.v == s->head.n && memcmp(hash, s->head.hash, HASH_BYTES) == 0)
        return true;
    s->head.n = n.v;
    memcpy(s->head.hash, hash, HASH_BYTES);
    s->moved = true;
    return true;
}

bool store_tend(struct store *base, struct err *err)
{
    struct store_sql *s = store_sql(base);
    struct err e = ERR_INIT;

    if (s->writer && s->writer->ops->tend && !s->began)
        s->writer->ops->tend(s->writer);
    if (!s->writer || !s->engine->claim || s->began)
        return true;
    if (!db_alive(s->writer) && !renew(s, 0, &e)) {
        if (e.key == MSG_err_store_held_database)
            return follow(s, err);
        if (err)
            *err = e;
        return false;
    }
    return !s->unread || link_read_head(s, s->writer, err);
}

bool store_moved(struct store *base)
{
    struct store_sql *s = store_sql(base);
    bool moved = s->moved;

    s->moved = false;
    return moved;
}
