/* accounts: see accounts.h. Accounts and grants; sessions are in sessions.c. */
#include "app/accounts.h"

#include "app/settings.h"
#include "base/text.h"

static bool may_administer(struct write *w, struct err *err)
{
    return must(
        w->catalog, w->today, w->actor, RIGHT_ADMIN_ACCOUNTS, -1, w->today, STR(""), STR(""), err);
}

struct account_row account_row_of(const struct catalog *c, const struct account *x)
{
    return (struct account_row){.id = x->id,
        .uid = x->uid,
        .login = x->login,
        .name = x->name,
        .post = x->post,
        .password_hash = x->password_hash,
        .unit = x->unit < 0 ? (struct unit_id){0} : c->units.p[x->unit].id,
        .disabled = x->disabled,
        .demonstration = x->demonstration,
        .lang = x->lang};
}

static bool login_valid(struct str s, struct err *err)
{
    bool ok = s.n >= 2 && s.n <= 64;

    for (size_t i = 0; i < s.n; i++)
        ok = ok && s.p[i] && strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", s.p[i]);
    return ok || err_set(err, ERR_INVALID, MSG_err_accounts_login, s);
}

static bool password_valid(struct str s, struct err *err)
{
    if (!utf8_valid(s) || utf8_count(s) < PASSWORD_MIN || s.n > PASSWORD_MAX)
        return err_set(err, ERR_INVALID, MSG_err_accounts_password, STR("14"));
    return true;
}

/* Argon2id takes long and is done before the job, not on the writer's thread. */
static bool hash_of(
    struct app *a, struct arena *arena, struct str password, struct str *ret, struct err *err)
{
    const struct sys *sys = app_sys(a);

    *ret = STR("");
    if (!password.n)
        return true;
    return password_valid(password, err) && sys->password_hash(sys->ctx, arena, password, ret, err);
}

struct adding {
    const struct account_request *q;
    struct str hash;
};

static bool account_act(struct write *w, const char *verb, struct str login, struct err *err)
{
    struct sbuf b;

    sbuf_init(&b, w->arena, 200);
    sbuf_printf(&b, "%s %.*s", verb, STR_ARG(login));
    return write_act(w, ACT_ACCOUNT, sbuf_view(&b), STR(""), err);
}

static bool add_job(struct write *w, void *ctx, struct err *err)
{
    struct adding *j = ctx;
    struct account_row r = {.login = j->q->login,
        .post = j->q->post,
        .password_hash = j->hash,
        .demonstration = j->q->demonstration};

    if (!may_administer(w, err))
        return false;
    r.name = j->q->name.n ? j->q->name : j->q->login;
    if (catalog_account(w->catalog, j->q->login) >= 0)
        return err_set(err, ERR_CONFLICT, MSG_err_accounts_taken, j->q->login);
    if (j->q->unit.n) {
        int u = units_find(&w->catalog->units, j->q->unit, w->today, err);
        if (u < 0)
            return false;
        r.unit = w->catalog->units.p[u].id;
    }
    r.uid = write_uid(w);
    return account_act(w, "add", j->q->login, err) &&
           w->ops->new_id(w->store, "account", &r.id.v, err) &&
           w->ops->account_put(w->store, &r, w->act.no, err);
}

bool account_add(struct app *a, struct actor who, const struct account_request *q, struct err *err)
{
    ARENA_AUTO arena;
    struct adding j = {.q = q};
    struct write_options o = {.changes_definitions = true};

    arena_init(&arena, 1 << 20);
    return login_valid(q->login, err) && hash_of(a, &arena, q->password, &j.hash, err) &&
           app_write(a, who, o, add_job, &j, NULL, err);
}

static int find(struct write *w, struct str login, struct err *err)
{
    int i = catalog_account(w->catalog, login);

    if (i < 0)
        err_set(err, ERR_NOT_FOUND, MSG_err_accounts_unknown, login);
    return i;
}

static bool grant_job(struct write *w, void *ctx, struct err *err)
{
    const struct grant_request *q = ctx;
    struct grant_row r = {.role = q->role,
        .line = q->line,
        .owner = q->owner,
        .forms = q->forms,
        .from = w->today,
        .to = DAY_MAX,
        .decision = STR("")};

    if (!may_administer(w, err))
        return false;
    int i = find(w, q->login, err);
    if (i < 0)
        return false;
    r.account = w->catalog->account[i].id;
    if (!str_is(q->unit, "*")) {
        int u = units_find(&w->catalog->units, q->unit, w->today, err);
        if (u < 0)
            return false;
        r.unit = w->catalog->units.p[u].id;
    }
    return account_act(w, "grant", q->login, err) &&
           w->ops->grant_put(w->store, &r, w->act.no, err);
}

bool account_grant(struct app *a, struct actor who, const struct grant_request *q, struct err *err)
{
    struct write_options o = {.changes_definitions = true};
    struct grant_request copy = *q;

    return app_write(a, who, o, grant_job, &copy, NULL, err);
}

static bool revoke_job(struct write *w, void *ctx, struct err *err)
{
    struct str login = *(struct str *)ctx;
    int i = find(w, login, err);

    return i >= 0 && may_administer(w, err) && account_act(w, "revoke", login, err) &&
           w->ops->grants_close(w->store, w->catalog->account[i].id, w->act.no, err);
}

bool account_revoke(struct app *a, struct actor who, struct str login, struct err *err)
{
    struct write_options o = {.changes_definitions = true};

    return app_write(a, who, o, revoke_job, &login, NULL, err);
}

struct changing {
    struct str login, hash;
    bool set_password, disabled;
    bool own; /* by the person whose account it is */
};

static bool change_job(struct write *w, void *ctx, struct err *err)
{
    struct changing *j = ctx;
    int i = find(w, j->login, err);

    if (i < 0)
        return false;
    bool own = j->own && w->catalog->account[i].id.v == w->actor.account.v;
    if (!own && !may_administer(w, err))
        return false;
    struct account_row r = account_row_of(w->catalog, &w->catalog->account[i]);
    if (j->set_password)
        r.password_hash = j->hash;
    else
        r.disabled = j->disabled;
    return account_act(w,
               j->set_password ? "password"
               : j->disabled   ? "disable"
                               : "enable",
               j->login, err) &&
           w->ops->account_put(w->store, &r, w->act.no, err) &&
           w->ops->sessions_delete_of(w->store, r.id, err);
}

bool account_password(
    struct app *a, struct actor who, struct str login, struct str password, struct err *err)
{
    ARENA_AUTO arena;
    struct changing j = {.login = login, .set_password = true};
    struct write_options o = {.changes_definitions = true};

    arena_init(&arena, 1 << 20);
    return password_valid(password, err) && hash_of(a, &arena, password, &j.hash, err) &&
           app_write(a, who, o, change_job, &j, NULL, err);
}

bool account_own_password(struct app *a, struct actor who, const struct sign_in *now,
    struct str password, struct err *err)
{
    ARENA_AUTO arena;
    struct changing j = {.login = now->login, .set_password = true, .own = true};
    struct write_options o = {.changes_definitions = true};
    struct account_id account;

    arena_init(&arena, 1 << 20);
    return password_valid(password, err) && sign_in_check(a, now, &arena, &account, err) &&
           hash_of(a, &arena, password, &j.hash, err) &&
           app_write(a, who, o, change_job, &j, NULL, err);
}

bool account_disable(
    struct app *a, struct actor who, struct str login, bool disabled, struct err *err)
{
    struct changing j = {.login = login, .disabled = disabled};
    struct write_options o = {.changes_definitions = true};

    return app_write(a, who, o, change_job, &j, NULL, err);
}

static bool demonstration_job(struct write *w, void *ctx, struct err *err)
{
    struct str hash = *(struct str *)ctx;

    if (!may_administer(w, err) || !account_act(w, "demonstration", STR("*"), err))
        return false;
    for (size_t i = 0; i < w->catalog->accounts; i++) {
        struct account_row r = account_row_of(w->catalog, &w->catalog->account[i]);
        if (r.password_hash.n)
            continue;
        r.password_hash = hash;
        r.demonstration = true;
        if (!w->ops->account_put(w->store, &r, w->act.no, err))
            return false;
    }
    return true;
}

bool accounts_make_demonstration(
    struct app *a, struct actor who, struct str password, struct err *err)
{
    ARENA_AUTO arena;
    struct str hash;
    struct write_options o = {.changes_definitions = true};

    arena_init(&arena, 1 << 20);
    return hash_of(a, &arena, password, &hash, err) &&
           app_write(a, who, o, demonstration_job, &hash, NULL, err);
}

bool accounts_any_demonstration(const struct catalog *c)
{
    for (size_t i = 0; i < c->accounts; i++)
        if (c->account[i].demonstration && !c->account[i].disabled)
            return true;
    return false;
}

bool account_demonstration_day(
    struct app *a, const struct catalog *c, const struct account *x, struct day *ret)
{
    struct day later;

    if (!x->demonstration)
        return false;
    bool has_later = setting_day_of(a, SETTING_demonstration_later_day, &later);
    if (!setting_day_of(a, SETTING_demonstration_day, ret))
        return false;
    if (has_later && x->unit >= 0 && !unit_alive(&c->units, x->unit, *ret))
        *ret = later;
    return true;
}

struct str password_random(struct app *a, struct arena *arena)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789"; /* 31 of them */
    const struct sys *sys = app_sys(a);
    struct sbuf b;

    sbuf_init(&b, arena, 40);
    for (int n = 0; n < 16;) {
        unsigned char r;
        sys->random(sys->ctx, &r, 1);
        if (r >= 248) /* 8 x 31: no letter more likely than another */
            continue;
        if (n && n % 4 == 0)
            sbuf_char(&b, '-');
        sbuf_char(&b, letters[r % 31]);
        n++;
    }
    return sbuf_view(&b);
}
