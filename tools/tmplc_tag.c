/* tmplc_tag: see tmplc_tag.h.
 *
 * Names resolve to the view `v` or to the variable of an enclosing {for}; both are pointers in C.
 * An expression is passed through as C after its names and its shape have been checked; its type is
 * checked by the C compiler, which the #line before each statement lets point at the template.
 */
#include "tmplc_tag.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void tag_advance(struct tag *t, size_t n)
{
    for (; n; n--, t->p++)
        if (((unsigned char)t->p[1] & 0xc0) != 0x80)
            t->at.column++;
}

void tag_blanks(struct tag *t)
{
    while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
        tag_advance(t, 1);
}

bool tag_ended(struct tag *t)
{
    tag_blanks(t);
    return t->p == t->end;
}

_Noreturn void tag_fail(const struct tag *t, const char *what)
{
    fail_at(t->ps->f->path, t->at, "%s", what);
}

/* Length of the identifier at p. */
static size_t ident_length(const char *p, const char *end)
{
    size_t n = 0;

    if (p < end && (isalpha((unsigned char)*p) || *p == '_'))
        while (p + n < end && (isalnum((unsigned char)p[n]) || p[n] == '_'))
            n++;
    return n;
}

bool tag_word(struct tag *t, const char *word)
{
    tag_blanks(t);
    size_t n = ident_length(t->p, t->end);
    if (n != strlen(word) || strncmp(t->p, word, n) != 0)
        return false;
    tag_advance(t, n);
    return true;
}

bool tag_sign(struct tag *t, const char *sign)
{
    tag_blanks(t);
    size_t n = strlen(sign);
    if ((size_t)(t->end - t->p) < n || strncmp(t->p, sign, n) != 0)
        return false;
    tag_advance(t, n);
    return true;
}

void tag_name(struct tag *t, char *ret, const char *what)
{
    tag_blanks(t);
    size_t n = ident_length(t->p, t->end);
    if (n == 0)
        tag_fail(t, what);
    name_copy(t->ps->f->path, t->at, ret, t->p, n);
    tag_advance(t, n);
}

void tag_end(struct tag *t)
{
    if (!tag_ended(t))
        tag_fail(t, "something stands here that the tag does not take");
}

void put_literal(struct text *out, const char *p, size_t n)
{
    text_printf(out, "\"");
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n')
            text_printf(out, "\\n");
        else if (p[i] == '"' || p[i] == '\\')
            text_printf(out, "\\%c", p[i]);
        else if (p[i] == '?')
            text_printf(out, "\\?");
        else if ((unsigned char)p[i] < 0x20)
            text_printf(out, "\\%03o", (unsigned)p[i]);
        else
            text_put(out, &p[i], 1);
    }
    text_printf(out, "\"");
}

/* --- expressions */

static bool is_constant(const char *p, size_t n)
{
    bool letter = false;

    for (size_t i = 0; i < n; i++) {
        if (islower((unsigned char)p[i]))
            return false;
        letter |= isupper((unsigned char)p[i]) != 0;
    }
    return letter && n > 1;
}

bool in_scope(const struct parser *ps, const char *p, size_t n)
{
    for (int i = 0; i < ps->nscope; i++)
        if (strlen(ps->scope[i]) == n && strncmp(ps->scope[i], p, n) == 0)
            return true;
    return false;
}

/* row:first, row:last, row:index (from 0), row:number (from 1) */
static void loop_word(struct tag *t, const char *var, size_t n, struct text *ret)
{
    if (tag_word(t, "index"))
        text_printf(ret, "i_%.*s", (int)n, var);
    else if (tag_word(t, "number"))
        text_printf(ret, "(i_%.*s + 1)", (int)n, var);
    else if (tag_word(t, "first"))
        text_printf(ret, "(i_%.*s == 0)", (int)n, var);
    else if (tag_word(t, "last"))
        text_printf(ret, "(i_%.*s + 1 == n_%.*s)", (int)n, var, (int)n, var);
    else
        tag_fail(t, "after : one of index, number, first, last is expected");
}

static void path_steps(struct tag *t, struct text *ret, bool first)
{
    while (t->p < t->end) {
        bool arrow = t->p[0] == '-' && t->end - t->p > 1 && t->p[1] == '>';
        if (*t->p == '[') {
            size_t n = strspn(t->p + 1, "0123456789");
            if (n == 0 || t->p + 1 + n >= t->end || t->p[1 + n] != ']')
                tag_fail(t, "expected a number in []");
            text_put(ret, t->p, n + 2);
            tag_advance(t, n + 2);
        } else if (*t->p == '.' || arrow) {
            tag_advance(t, arrow ? 2 : 1);
            char name[NAME_MAX_];
            tag_name(t, name, "expected the name of a member");
            text_printf(ret, "%s%s", first || arrow ? "->" : ".", name);
        } else {
            break;
        }
        first = false;
    }
}

void tag_path(struct tag *t, struct text *ret)
{
    tag_blanks(t);
    size_t n = ident_length(t->p, t->end);
    const char *name = t->p;
    bool is_view = n == 1 && *name == 'v';

    if (n == 0)
        tag_fail(t, "expected a value such as v.name");
    if (is_view && !*t->ps->f->view)
        tag_fail(t, "this template has no view; declare it with {view NAME}");
    if (!is_view && !in_scope(t->ps, name, n))
        fail_at(t->ps->f->path, t->at,
            "\"%.*s\" is neither v nor the variable of a {for} around this", (int)n, name);
    tag_advance(t, n);
    if (t->p < t->end && *t->p == ':' && !is_view) {
        tag_advance(t, 1);
        loop_word(t, name, n, ret);
        return;
    }
    bool steps = t->p < t->end && (*t->p == '.' || *t->p == '-');
    if (steps) {
        text_printf(ret, is_view ? "v" : "l_%.*s", (int)n, name);
        path_steps(t, ret, true);
    } else {
        text_printf(ret, is_view ? "(*v)" : "(*l_%.*s)", (int)n, name);
        path_steps(t, ret, false);
    }
}

struct operand tag_operand(struct tag *t)
{
    struct operand o = {0};

    tag_blanks(t);
    size_t digits = strspn(t->p, "0123456789"), n = ident_length(t->p, t->end);
    if (t->p < t->end && *t->p == '"') {
        const char *close = memchr(t->p + 1, '"', (size_t)(t->end - t->p - 1));
        if (!close)
            tag_fail(t, "the text has no closing \"");
        put_literal(&o.c, t->p + 1, (size_t)(close - t->p - 1));
        o.is_text = true;
        tag_advance(t, (size_t)(close + 1 - t->p));
    } else if (digits) {
        text_put(&o.c, t->p, digits);
        tag_advance(t, digits);
    } else if (is_constant(t->p, n)) {
        text_put(&o.c, t->p, n);
        tag_advance(t, n);
    } else {
        tag_path(t, &o.c);
        o.is_path = true;
    }
    return o;
}

static void comparison(struct tag *t, struct text *ret)
{
    static const char *const signs[] = {"==", "!=", "<=", ">=", "<", ">", NULL};
    struct operand a = tag_operand(t);
    const char *const *s = signs;

    while (*s && !tag_sign(t, *s))
        s++;
    if (!*s) {
        if (a.is_text)
            tag_fail(t, "a text can only be compared");
        text_printf(ret, a.is_path ? "TMPL_TRUE(%s)" : "(%s)", text_z(&a.c));
        return;
    }
    struct operand b = tag_operand(t);
    if (!a.is_text && !b.is_text) {
        text_printf(ret, "(%s %s %s)", text_z(&a.c), *s, text_z(&b.c));
        return;
    }
    if (!b.is_text || a.is_text || (strcmp(*s, "==") != 0 && strcmp(*s, "!=") != 0))
        tag_fail(t, "a text in quotes stands at the right of == or !=");
    text_printf(ret, "(%sstr_is(%s, %s))", **s == '!' ? "!" : "", text_z(&a.c), text_z(&b.c));
}

static void negation(struct tag *t, struct text *ret)
{
    if (tag_word(t, "not")) {
        text_printf(ret, "!");
        negation(t, ret);
    } else if (tag_sign(t, "(")) {
        text_printf(ret, "(");
        tag_condition(t, ret);
        if (!tag_sign(t, ")"))
            tag_fail(t, "expected )");
        text_printf(ret, ")");
    } else {
        comparison(t, ret);
    }
}

void tag_condition(struct tag *t, struct text *ret)
{
    bool any_and = false, any_or = false;

    negation(t, ret);
    for (;;) {
        if (tag_word(t, "and"))
            any_and = true, text_printf(ret, " && ");
        else if (tag_word(t, "or"))
            any_or = true, text_printf(ret, " || ");
        else
            break;
        if (any_and && any_or)
            tag_fail(t, "put ( ) around the parts when `and` and `or` stand together");
        negation(t, ret);
    }
}
