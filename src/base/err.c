/* err: see err.h. */
#include "base/err.h"

#include <errno.h>
#include <string.h>

/* Copies at most size - 1 bytes and never half a character. */
static void copy_cut(char *to, size_t size, struct str s)
{
    size_t n = s.n < size ? s.n : size - 1;

    if (n < s.n)
        while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
            n--;
    if (n)
        memmove(to, s.p, n); /* an argument may be one of the error's own */
    to[n] = '\0';
}

bool err_set_(
    struct err *e, enum err_code code, enum msg_key key, int nargs, const struct str *args)
{
    if (!e)
        return false;
    e->code = code;
    e->key = key;
    e->nargs = nargs < ERR_ARGS ? nargs : ERR_ARGS;
    e->place[0] = '\0';
    e->line = e->column = 0;
    for (int i = 0; i < e->nargs; i++)
        copy_cut(e->arg[i], sizeof e->arg[i], args[i]);
    return false;
}

bool err_at(struct err *e, struct str place, int line, int column)
{
    if (!e)
        return false;
    copy_cut(e->place, sizeof e->place, place);
    e->line = line;
    e->column = column;
    return false;
}

bool err_memory(struct err *e)
{
    return err_set(e, ERR_MEMORY, MSG_err_memory);
}

bool err_errno(struct err *e, int number, struct str what)
{
    if (number == ENOSPC || number == EDQUOT)
        return err_set(e, ERR_FULL, MSG_err_full, what);
    if (number == ENOMEM)
        return err_memory(e);
    if (number == ENOENT)
        return err_set(e, ERR_NOT_FOUND, MSG_err_file_missing, what);
    return err_set(e, ERR_IO, MSG_err_io, what, str_of(strerrordesc_np(number)));
}

const char *err_code_name(enum err_code code)
{
    static const char *const names[] = {"none", "invalid", "not_found", "conflict", "denied",
        "limit", "overflow", "memory", "io", "full", "busy", "corrupt", "internal"};

    return (size_t)code < sizeof names / sizeof *names ? names[code] : "internal";
}

void err_text(const struct err *e, enum lang lang, struct sbuf *out)
{
    struct str args[ERR_ARGS];

    for (int i = 0; i < e->nargs; i++)
        args[i] = str_of(e->arg[i]);
    if (e->place[0])
        sbuf_z(out, e->place);
    if (e->line)
        sbuf_printf(out, "%s%d", e->place[0] ? ":" : "", e->line);
    if (e->line && e->column)
        sbuf_printf(out, ":%d", e->column);
    if (e->place[0] || e->line)
        sbuf_z(out, ": ");
    msg_format(out, lang, e->key, args, e->nargs);
}
