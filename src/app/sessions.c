/* sessions: signing in and out; see accounts.h. Sessions are no acts: they are not part of the
 * record of figures, and their rows go when they end. */
#include "app/accounts.h"

#include "app/app_private.h"
#include "app/settings.h"
#include "base/ticks.h"

#define MINUTE_MS 60000LL

/* By the clock of the system, also where the data lives on another day. */
static int64_t real_now(struct app *a)
{
    const struct sys *sys = app_sys(a);

    return sys->now_ms(sys->ctx);
}

/* A failure counts for the name and for the address it came from. */
struct failing {
    struct str key[2];
    bool clear;
};

static bool failure_job(struct write *w, void *ctx, struct err *err)
{
    struct failing *f = ctx;
    int64_t now = real_now(w->app);

    for (int i = 0; i < 2; i++) {
        struct login_failure x;
        if (!w->ops->login_failures(w->store, f->key[i], &x, err))
            return false;
        bool stale = now - x.last_ms > 24 * 60 * MINUTE_MS;
        x.count = f->clear ? 0 : (stale ? 0 : x.count) + 1;
        x.last_ms = now;
        if (!w->ops->login_failure_put(w->store, f->key[i], &x, err))
            return false;
    }
    return true;
}

/* Five failures for a name, thirty for an address, then each further one waits. */
static bool must_wait(struct app *a, const struct failing *f, struct arena *arena, struct err *err)
{
    struct store *s = app_store(a);
    int64_t limit[2] = {setting_number(s, SETTING_login_failures),
        setting_number(s, SETTING_login_failures_address)};
    int64_t wait = setting_number(s, SETTING_login_wait_minutes) * MINUTE_MS;
    int64_t now = real_now(a);

    for (int i = 0; i < 2; i++) {
        struct login_failure x;
        if (!s->ops->login_failures(s, f->key[i], &x, err))
            return true;
        if (x.count >= limit[i] && now - x.last_ms < wait) {
            struct sbuf b;
            sbuf_init(&b, arena, 24);
            sbuf_i64(&b, (wait - (now - x.last_ms)) / MINUTE_MS + 1);
            err_set(err, ERR_BUSY, MSG_err_login_wait, sbuf_view(&b));
            return true;
        }
    }
    return false;
}

static void base64url(const unsigned char in[32], char out[SECRET_TEXT + 1])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t bits = 0;
    int n = 0, have = 0;

    for (int i = 0; i < 32; i++) {
        bits = bits << 8 | in[i];
        for (have += 8; have >= 6; have -= 6)
            out[n++] = letters[bits >> (have - 6) & 63];
    }
    out[n++] = letters[bits << (6 - have) & 63];
    out[n] = '\0';
}

struct beginning {
    struct session_row row;
};

static bool begin_job(struct write *w, void *ctx, struct err *err)
{
    struct beginning *b = ctx;

    return w->ops->sessions_expire(w->store, real_now(w->app), err) &&
           w->ops->session_put(w->store, &b->row, err);
}

/* A hash to check against where the name is unknown, so that both take the same time. */
static const char no_account_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static bool find_account(struct app *a, struct str login, struct arena *arena,
    struct account_id *ret, struct str *ret_hash, struct err *err)
{
    struct view v;

    if (!app_read(a, ACT_MAX, &v, err))
        return false;
    int i = catalog_account(v.catalog, login);
    const struct account *x = i < 0 ? NULL : &v.catalog->account[i];
    bool usable = x && !x->disabled && x->password_hash.n;
    *ret = usable ? x->id : (struct account_id){0};
    *ret_hash = usable ? str_dup(arena, x->password_hash) : str_of(no_account_hash);
    app_read_end(a, &v);
    return true;
}

bool sign_in_check(struct app *a, const struct sign_in *q, struct arena *arena,
    struct account_id *ret, struct err *err)
{
    const struct sys *sys = app_sys(a);
    struct actor nobody = {{0}, STR("sign-in")};
    struct failing f = {.key = {STR(""), STR("")}};
    struct sbuf name, address;
    struct str hash;

    sbuf_init(&name, arena, 300);
    sbuf_printf(&name, "name %.*s", STR_ARG(str_slice(q->login, 0, 64)));
    sbuf_init(&address, arena, 300);
    sbuf_printf(&address, "address %.*s", STR_ARG(str_slice(q->address, 0, 64)));
    f.key[0] = sbuf_view(&name);
    f.key[1] = sbuf_view(&address);
    if (must_wait(a, &f, arena, err) || !find_account(a, q->login, arena, ret, &hash, err))
        return false;
    bool ok = q->password.n <= PASSWORD_MAX && sys->password_verify(sys->ctx, hash, q->password) &&
              ret->v != 0;
    f.clear = ok;
    if (!app_write(a, nobody, (struct write_options){0}, failure_job, &f, NULL, err))
        return false;
    return ok || err_set(err, ERR_DENIED, MSG_err_login_wrong);
}

bool session_begin(struct app *a, const struct sign_in *q, struct arena *arena,
    struct str *ret_secret, struct account_id *ret_account, struct err *err)
{
    const struct sys *sys = app_sys(a);
    unsigned char secret[32];
    char text[SECRET_TEXT + 1];
    struct account_id account;

    if (!sign_in_check(a, q, arena, &account, err))
        return false;
    sys->random(sys->ctx, secret, sizeof secret);
    base64url(secret, text);
    int64_t now = real_now(a);
    struct beginning b = {
        .row = {.account = account,
            .created_ms = now,
            .seen_ms = now,
            .expires_ms =
                now + setting_number(app_store(a), SETTING_session_hours) * 60 * MINUTE_MS,
            .address = str_slice(q->address, 0, 64),
            .agent = str_slice(q->agent, 0, 200)}};
    sys->hash(text, SECRET_TEXT, b.row.id_hash);
    struct actor self = {account, STR("sign-in")};
    if (!app_write(a, self, (struct write_options){0}, begin_job, &b, NULL, err))
        return false;
    *ret_secret = str_dup(arena, str_of(text));
    *ret_account = account;
    return ret_secret->p || err_memory(err);
}

/* The row in the store, with when it was seen last. */
static bool touch_job(struct write *w, void *ctx, struct err *err)
{
    const struct session_entry *e = ctx;
    struct session_row row;
    bool found;

    if (!w->ops->session(w->store, e->id_hash, w->arena, &row, &found, err))
        return false;
    row.seen_ms = e->seen_ms;
    return !found || w->ops->session_put(w->store, &row, err);
}

/* From memory, else from the store. */
static bool find_session(struct app *a, const unsigned char hash[32], struct session_entry *ret,
    bool *ret_found, struct err *err)
{
    ARENA_AUTO arena;
    struct store *s = app_store(a);
    struct session_row row;
    uint64_t ended = __atomic_load_n(&s->sessions_ended, __ATOMIC_ACQUIRE);
    int64_t clock = ticks_ms();

    arena_init(&arena, 1 << 20);
    *ret_found = session_table_find(a->sessions, hash, ended, clock, ret);
    if (*ret_found)
        return true;
    if (!s->ops->session(s, hash, &arena, &row, ret_found, err))
        return false;
    if (!*ret_found)
        return true;
    *ret = (struct session_entry){.account = row.account,
        .expires_ms = row.expires_ms,
        .seen_ms = row.seen_ms,
        .stored_ms = row.seen_ms,
        .ended = ended,
        .read_ms = clock};
    memcpy(ret->id_hash, hash, 32);
    ret->seen_ms = session_table_put(a->sessions, ret);
    return true;
}

/* Is it time to tell the store? Once a minute, but never behind a large import. */
static bool is_due(struct app *a, const struct session_entry *e, int64_t now)
{
    struct app_importing large;

    return now - e->stored_ms > MINUTE_MS && !app_importing(a, &large);
}

/* In memory; `stored`: and soon in the store. */
static void note_seen(struct app *a, struct session_entry *e, int64_t now, bool stored)
{
    if (now - e->seen_ms < MINUTE_MS / 60 && !stored)
        return;
    e->seen_ms = now;
    session_table_seen(a->sessions, e->id_hash, now, stored ? now : 0);
}

/* Has it not run out, by its end or by lying idle? */
static bool holds(struct app *a, int64_t expires_ms, int64_t seen_ms, int64_t now)
{
    int64_t idle = setting_of(a, SETTING_session_idle_minutes) * MINUTE_MS;

    return now < expires_ms && now - seen_ms <= idle;
}

bool session_check(
    struct app *a, struct str secret, struct account_id *ret, bool *ret_found, struct err *err)
{
    const struct sys *sys = app_sys(a);
    unsigned char hash[32];
    struct session_entry e;
    bool found;

    *ret_found = false;
    if (secret.n != SECRET_TEXT)
        return true;
    sys->hash(secret.p, secret.n, hash);
    if (!find_session(a, hash, &e, &found, err))
        return false;
    int64_t now = real_now(a);
    if (!found || !holds(a, e.expires_ms, e.seen_ms, now))
        return true;
    bool due = is_due(a, &e, now);
    struct actor self = {e.account, STR("session")};
    note_seen(a, &e, now, due);
    if (due && !app_write(a, self, (struct write_options){0}, touch_job, &e, NULL, err))
        return false;
    *ret = e.account;
    *ret_found = true;
    return true;
}

bool session_check_at_once(
    struct app *a, struct str secret, struct account_id *ret, bool *ret_found)
{
    const struct sys *sys = app_sys(a);
    uint64_t ended = __atomic_load_n(&app_store(a)->sessions_ended, __ATOMIC_ACQUIRE);
    unsigned char hash[32];
    struct session_entry e;

    *ret_found = false;
    if (secret.n != SECRET_TEXT)
        return true;
    sys->hash(secret.p, secret.n, hash);
    if (!session_table_find(a->sessions, hash, ended, ticks_ms(), &e))
        return false;
    int64_t now = real_now(a);
    if (!holds(a, e.expires_ms, e.seen_ms, now))
        return true;
    if (is_due(a, &e, now))
        return false;
    note_seen(a, &e, now, false);
    *ret = e.account;
    *ret_found = true;
    return true;
}

static bool end_job(struct write *w, void *ctx, struct err *err)
{
    return w->ops->session_delete(w->store, ctx, err);
}

bool session_end(struct app *a, struct str secret, struct err *err)
{
    unsigned char hash[32];

    app_sys(a)->hash(secret.p, secret.n, hash);
    struct actor nobody = {{0}, STR("sign-out")};
    return app_write(a, nobody, (struct write_options){0}, end_job, hash, NULL, err);
}

static bool end_all_job(struct write *w, void *ctx, struct err *err)
{
    return w->ops->sessions_delete_of(w->store, *(const struct account_id *)ctx, err);
}

bool session_end_all(struct app *a, struct account_id account, struct err *err)
{
    struct actor self = {account, STR("sign-out")};

    return app_write(a, self, (struct write_options){0}, end_all_job, &account, NULL, err);
}

/* Enough of the hash to tell one from another; it opens nothing. */
static void id_of(const struct session_row *r, char ret[SESSION_ID + 1])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < SESSION_ID / 2; i++) {
        ret[2 * i] = digits[r->id_hash[i] >> 4];
        ret[2 * i + 1] = digits[r->id_hash[i] & 15];
    }
    ret[SESSION_ID] = '\0';
}

bool sessions_of(struct app *a, struct account_id account, struct str secret, struct arena *arena,
    struct session_seen **ret, size_t *ret_n, struct err *err)
{
    struct store *s = app_store(a);
    unsigned char hash[32];
    struct session_row *row;
    size_t n;

    app_sys(a)->hash(secret.p, secret.n, hash);
    if (!s->ops->sessions(s, account, arena, &row, &n, err))
        return false;
    *ret = arena_array(arena, n + 1, sizeof **ret);
    *ret_n = 0;
    if (!*ret)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        struct session_seen *one = &(*ret)[*ret_n];
        if (!holds(a, row[i].expires_ms, row[i].seen_ms, real_now(a)))
            continue;
        *one = (struct session_seen){.created_ms = row[i].created_ms,
            .seen_ms = row[i].seen_ms,
            .address = row[i].address,
            .agent = row[i].agent,
            .this_one = memcmp(hash, row[i].id_hash, sizeof hash) == 0};
        id_of(&row[i], one->id);
        (*ret_n)++;
    }
    return true;
}

struct ending {
    struct account_id account;
    struct str id;
};

static bool end_one_job(struct write *w, void *ctx, struct err *err)
{
    const struct ending *e = ctx;
    struct session_row *row;
    size_t n;

    if (!w->ops->sessions(w->store, e->account, w->arena, &row, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        char id[SESSION_ID + 1];
        id_of(&row[i], id);
        if (str_eq(e->id, str_of(id)))
            return w->ops->session_delete(w->store, row[i].id_hash, err);
    }
    return err_set(err, ERR_NOT_FOUND, MSG_err_session_gone);
}

bool session_end_one(struct app *a, struct account_id account, struct str id, struct err *err)
{
    struct actor self = {account, STR("sign-out")};
    struct ending e = {account, id};

    return app_write(a, self, (struct write_options){0}, end_one_job, &e, NULL, err);
}
