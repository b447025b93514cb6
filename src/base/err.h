/* err: errors as values.
 *
 * Layer base. A fallible function takes `struct err *` last and returns false (or a negative
 * number, or NULL) after filling it; on success it leaves it alone. An error carries a code for
 * programs, a message key of ui/i18n with up to four arguments for people (what, and what to do, in
 * the reader's language) and a place (file, line, column, or the name of a field). Nothing below
 * main ends the process. The message texts name the cure; see ui/i18n/vi.msg, keys `err.*`.
 */
#ifndef GB_BASE_ERR_H
#define GB_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/msg.h"
#include "base/str.h"

enum err_code {
    ERR_NONE,
    ERR_INVALID,   /* the input is wrong: syntax, type, rule */
    ERR_NOT_FOUND, /* a thing named does not exist, or not for this account */
    ERR_CONFLICT,  /* the state has moved on: stale edit, wrong step, duplicate */
    ERR_DENIED,    /* the account may not */
    ERR_LIMIT,     /* a limit that protects the program was reached */
    ERR_OVERFLOW,  /* arithmetic left the range of exact numbers */
    ERR_MEMORY,
    ERR_IO,   /* file, network or child process failed */
    ERR_FULL, /* no space left on the device */
    ERR_BUSY, /* locked by somebody else, try again */
    ERR_CORRUPT,
    ERR_INTERNAL, /* a fault of giaoban itself */
};

#define ERR_ARGS 4
#define ERR_ARG_MAX 240

struct err {
    enum err_code code;
    enum msg_key key;
    int nargs;
    char arg[ERR_ARGS][ERR_ARG_MAX]; /* cut at a character boundary where longer */
    char place[ERR_ARG_MAX];         /* file or field; empty where it does not apply */
    int line, column;                /* from 1; 0 where it does not apply; columns in code points */
};

#define ERR_INIT ((struct err){0})

/* Fill `e` with a code, a message key (MSG_...) and its arguments (struct str each); give false, so
 * that `return err_set(...)` reads well. A NULL `e` is allowed: the caller does not want to know.
 */
bool err_set_(
    struct err *e, enum err_code code, enum msg_key key, int nargs, const struct str *args);
#define err_set(e, code, key, ...)                                                                 \
    err_set_((e), (code), (key),                                                                   \
        (int)(sizeof((struct str[]){STR_NULL, ##__VA_ARGS__}) / sizeof(struct str)) - 1,           \
        (const struct str[]){STR_NULL, ##__VA_ARGS__} + 1)
/* Adds the place to an error already filled; gives false. */
bool err_at(struct err *e, struct str place, int line, int column);
bool err_memory(struct err *e);
/* The operating system's `errno` for doing something with `what`; full disks become ERR_FULL. */
bool err_errno(struct err *e, int number, struct str what);
/* A short stable word for programs: "invalid", "not_found", ... */
const char *err_code_name(enum err_code code);
/* The whole sentence for people: `file:line:column: ` where known, then the message with arguments.
 */
void err_text(const struct err *e, enum lang lang, struct sbuf *out);

#endif
