/* form: see form.h. */
#include "web/form.h"

#include <ctype.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "web/gate.h"

bool fields_parse(struct arena *a, struct str s, struct fields *ret, struct err *err)
{
    struct fields form = {0};
    struct str rest = s, piece;

    while (rest.n && str_cut(&rest, '&', &piece)) {
        struct form_field f = {0};
        if (piece.n == 0)
            continue;
        ptrdiff_t eq = str_find_char(piece, '=', 0);
        size_t split = eq < 0 ? piece.n : (size_t)eq;
        if (form.v.n == FORM_FIELDS_MAX)
            return err_set(err, ERR_LIMIT, MSG_err_web_fields_many);
        if (!url_decode(a, str_slice(piece, 0, split), true, false, &f.name, err) ||
            !url_decode(a, str_slice(piece, split + 1, piece.n), true, true, &f.raw, err))
            return false;
        if (!vec_push(&form.v, a, f))
            return err_memory(err);
    }
    *ret = form;
    return true;
}

const struct input *input_for(const struct input *inputs, struct str name)
{
    for (const struct input *i = inputs; i && i->name; i++) {
        struct str n = str_of(i->name);
        if (n.n && n.p[n.n - 1] == '*' ? str_starts(name, str_slice(n, 0, n.n - 1))
                                       : str_eq(n, name))
            return i;
    }
    return NULL;
}

const struct value *values_find(const struct values *v, struct str name)
{
    for (size_t i = 0; i < v->v.n; i++)
        if (str_eq(v->v.p[i].name, name))
            return &v->v.p[i];
    return NULL;
}

/* --- one value */

static bool choice(const char *words, struct str s, int64_t *ret)
{
    struct str rest = str_of(words), word;

    for (int64_t i = 0; rest.n && str_cut(&rest, '|', &word); i++)
        if (str_eq(word, s)) {
            *ret = i;
            return true;
        }
    return false;
}

static bool uid_ok(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]))
            return false;
    return s.n == 11 && isalpha((unsigned char)s.p[0]);
}

static bool clean(struct arena *a, const struct input *in, struct value *v, struct err *err)
{
    size_t max = in->max > 0 ? (size_t)in->max : 200;

    if (in->type == INPUT_LINE)
        for (size_t i = 0; i < v->raw.n; i++)
            if (v->raw.p[i] == '\n' || v->raw.p[i] == '\t')
                return err_set(err, ERR_INVALID, MSG_err_web_one_line);
    return text_clean(a, in->type == INPUT_LINE ? str_trim(v->raw) : v->raw, max, &v->s, err);
}

static bool whole(const struct input *in, struct value *v, struct err *err)
{
    if (!str_to_i64(str_trim(v->raw), &v->i))
        return err_set(err, ERR_INVALID, MSG_err_web_whole, v->raw);
    if ((in->min || in->max) && (v->i < in->min || v->i > in->max)) {
        char from[24], to[24];
        snprintf(from, sizeof from, "%lld", (long long)in->min);
        snprintf(to, sizeof to, "%lld", (long long)in->max);
        return err_set(err, ERR_INVALID, MSG_err_web_range, v->raw, str_of(from), str_of(to));
    }
    return true;
}

static bool convert(struct arena *a, const struct input *in, struct value *v, struct err *err)
{
    switch (in->type) {
    case INPUT_LINE:
    case INPUT_TEXT:
        return clean(a, in, v, err);
    case INPUT_INT:
        return whole(in, v, err);
    case INPUT_NUMBER:
        return dec_parse_typed(str_trim(v->raw), &v->d, err);
    case INPUT_DAY:
        return day_parse(str_trim(v->raw), &v->day, err);
    case INPUT_FLAG:
        v->i = 1;
        return true;
    case INPUT_CHOICE:
        v->s = v->raw;
        return choice(in->words, v->raw, &v->i) ||
               err_set(err, ERR_INVALID, MSG_err_web_choice, v->raw);
    case INPUT_UID:
        v->s = v->raw;
        return uid_ok(v->raw) || err_set(err, ERR_INVALID, MSG_err_web_choice, v->raw);
    case INPUT_SECRET:
        v->s = v->raw;
        return v->raw.n <= (size_t)in->max || err_set(err, ERR_LIMIT, MSG_err_web_secret_long);
    case INPUT_FILE:
        return v->file != NULL || err_set(err, ERR_INVALID, MSG_err_web_file);
    }
    return true;
}

static bool is_empty(const struct value *v)
{
    if (v->input->type == INPUT_SECRET)
        return v->raw.n == 0;
    return v->file ? v->file->size == 0 && v->file->filename.n == 0 : str_trim(v->raw).n == 0;
}

/* Converts and keeps the error with the value; false only without memory. */
static bool take(struct arena *a, struct value *v, struct values *ret, struct err *err)
{
    struct err why = ERR_INIT;
    bool empty = is_empty(v), ok = true;

    if (empty && v->input->required)
        ok = err_set(&why, ERR_INVALID, MSG_err_web_required);
    else if (!empty || v->input->type == INPUT_FLAG)
        ok = convert(a, v->input, v, &why);
    if (!ok) {
        err_at(&why, v->name, 0, 0);
        struct err *kept = arena_alloc(a, sizeof *kept);
        if (!kept)
            return err_memory(err);
        *kept = why;
        v->err = kept;
        ret->bad++;
    }
    return vec_push(&ret->v, a, *v) || err_memory(err);
}

/* Whoever must be there and is not gets a value of its own, with the error. */
static bool add_missing(
    struct arena *a, const struct input *inputs, struct values *ret, struct err *err)
{
    for (const struct input *i = inputs; i && i->name; i++) {
        struct value v = {.input = i, .name = str_of(i->name)};
        if (i->required && !strchr(i->name, '*') && !values_find(ret, v.name) &&
            !take(a, &v, ret, err))
            return false;
    }
    return true;
}

bool fields_type(struct arena *a, const struct input *inputs, const struct fields *form,
    bool strict, struct values *ret, struct err *err)
{
    struct values vs = {0};
    struct smap seen;

    smap_init(&seen, a);
    for (size_t i = 0; i < form->v.n; i++) {
        const struct form_field *f = &form->v.p[i];
        const struct input *in = input_for(inputs, f->name);
        struct value v = {.input = in, .name = f->name, .raw = f->raw, .file = f->file};
        if (!in && strict)
            return err_set(err, ERR_INVALID, MSG_err_web_field_unknown, f->name);
        if (!in)
            continue;
        if (!in->many && smap_has(&seen, f->name))
            return err_set(err, ERR_INVALID, MSG_err_web_field_twice, f->name);
        if ((f->file != NULL) != (in->type == INPUT_FILE))
            return err_set(err, ERR_INVALID, MSG_err_web_file, f->name);
        if (!smap_put(&seen, f->name, 1))
            return err_memory(err);
        if (!take(a, &v, &vs, err))
            return false;
    }
    if (!add_missing(a, inputs, &vs, err))
        return false;
    *ret = vs;
    return true;
}
