/* accounts: who may come in.
 *
 * Layer app. Passwords are Argon2id hashes; a session is a random secret in a cookie whose hash is
 * stored. After repeated failures an account, and the address they came from, wait (settings
 * login.*). Messages never tell whether the name or the password was wrong.
 */
#ifndef GB_APP_ACCOUNTS_H
#define GB_APP_ACCOUNTS_H

#include "app/app.h"

#define PASSWORD_MIN 14 /* characters, without a second factor */
#define PASSWORD_MAX 256
#define SECRET_TEXT 43 /* 32 bytes in base64url */

struct sign_in {
    struct str login, password, address, agent;
};

/* The stored account as a row, to change and put back. */
struct account_row account_row_of(const struct catalog *c, const struct account *x);
/* What an administrator may set; grants are added to those there are. */
struct account_request {
    struct str login, name, post, unit; /* unit: code, may be empty */
    struct str password;                /* empty: cannot sign in until one is set */
    bool demonstration;
};
bool account_add(struct app *a, struct actor who, const struct account_request *q, struct err *err);
struct grant_request {
    struct str login, unit; /* unit: code, or `*` for everything */
    enum role role;
    enum line line;
    struct str owner, forms;
};
bool account_grant(struct app *a, struct actor who, const struct grant_request *q, struct err *err);
bool account_revoke(struct app *a, struct actor who, struct str login, struct err *err);
/* Sets a password and ends all sessions of the account. */
bool account_password(
    struct app *a, struct actor who, struct str login, struct str password, struct err *err);
/* A person's own password: `now` proves who it is (and counts as a sign-in that may fail). Ends all
 * sessions of the account. */
bool account_own_password(struct app *a, struct actor who, const struct sign_in *now,
    struct str password, struct err *err);
bool account_disable(
    struct app *a, struct actor who, struct str login, bool disabled, struct err *err);
/* Gives every account without a password this one and marks it as a demonstration account. */
bool accounts_make_demonstration(
    struct app *a, struct actor who, struct str password, struct err *err);
/* Is there a demonstration account? Then only loopback addresses may be served. */
bool accounts_any_demonstration(const struct catalog *c);
/* The day on which a demonstration account lives: the setting demonstration.day, or
 * demonstration.later_day where its unit did not exist yet. False for other accounts. */
bool account_demonstration_day(
    struct app *a, const struct catalog *c, const struct account *x, struct day *ret);
/* Four groups of four letters and digits without those that look alike. */
struct str password_random(struct app *a, struct arena *arena);

/* Checks and begins a session; *ret_secret is for the cookie. Errors: err.login.wrong,
 * err.login.wait. */
bool session_begin(struct app *a, const struct sign_in *q, struct arena *arena,
    struct str *ret_secret, struct account_id *ret_account, struct err *err);
/* The account behind a cookie's secret; *ret_found false where there is none any more. */
bool session_check(
    struct app *a, struct str secret, struct account_id *ret, bool *ret_found, struct err *err);
/* The same from memory alone; false where the store must be asked or told. setting_ready() of the
 * idle time comes first, under a view. */
bool session_check_at_once(
    struct app *a, struct str secret, struct account_id *ret, bool *ret_found);
bool session_end(struct app *a, struct str secret, struct err *err);
bool session_end_all(struct app *a, struct account_id account, struct err *err);
/* The sessions of an account that still hold, the last used first. */
#define SESSION_ID 16
struct session_seen {
    char id[SESSION_ID + 1]; /* to end it; not what its cookie has */
    int64_t created_ms, seen_ms;
    struct str address, agent;
    bool this_one; /* the one of `secret` */
};
bool sessions_of(struct app *a, struct account_id account, struct str secret, struct arena *arena,
    struct session_seen **ret, size_t *ret_n, struct err *err);
/* Ends one session of the account. Errors: err.session.gone. */
bool session_end_one(struct app *a, struct account_id account, struct str id, struct err *err);
/* Only checks name and password, with the waiting after failures. */
bool sign_in_check(struct app *a, const struct sign_in *q, struct arena *arena,
    struct account_id *ret, struct err *err);

#endif
