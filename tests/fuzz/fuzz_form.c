/* Any bytes as a form, urlencoded and as multipart in pieces of any size: values are valid text,
 * wrong ones carry their reason, files are no larger than declared, and nothing is read twice. */
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz.h"
#include "web/multipart.h"

static const struct input inputs[] = {
    {.name = "name", .type = INPUT_LINE, .max = 20, .required = true},
    {.name = "text", .type = INPUT_TEXT, .max = 100},
    {.name = "n", .type = INPUT_INT, .min = -5, .max = 5},
    {.name = "value", .type = INPUT_NUMBER},
    {.name = "day", .type = INPUT_DAY},
    {.name = "state", .type = INPUT_CHOICE, .words = "a|b"},
    {.name = "file", .type = INPUT_FILE, .max = 64},
    {.name = "cell.*", .type = INPUT_NUMBER, .many = true},
    {NULL},
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_value(const struct value *v)
{
    must(v->input && utf8_valid(v->name) && utf8_valid(v->raw));
    if (v->err)
        must(v->err->code != ERR_NONE && v->err->place[0]);
    else if (v->input->type == INPUT_LINE)
        must(utf8_valid(v->s) && utf8_count(v->s) <= 20);
    else if (v->input->type == INPUT_INT)
        must(v->i >= -5 && v->i <= 5);
    if (v->file)
        must(v->file->size <= 64 && utf8_valid(v->file->filename));
}

static void check_form(struct arena *a, const struct fields *form)
{
    struct values vs;
    size_t bad = 0;

    for (int strict = 0; strict < 2; strict++) {
        if (!fields_type(a, inputs, form, strict != 0, &vs, NULL))
            continue;
        bad = 0;
        for (size_t i = 0; i < vs.v.n; i++) {
            check_value(&vs.v.p[i]);
            bad += vs.v.p[i].err != NULL;
        }
        must(bad == vs.bad);
    }
}

static void feed(struct arena *a, struct str s, size_t piece)
{
    struct multipart *m = multipart_new(a, inputs, STR("xyz"), "/tmp");
    struct fields form = {0};
    bool ok = true;

    must(m != NULL);
    for (size_t at = 0; ok && at < s.n; at += piece) {
        struct str part = str_slice(s, at, at + piece);
        ok = multipart_feed(m, part.p, part.n, NULL);
    }
    if (ok && multipart_end(m, &form, NULL))
        check_form(a, &form);
    fields_close_files(&form);
    multipart_drop(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    struct fields form;
    struct arena a;

    arena_init(&a, 16 << 20);
    if (fields_parse(&a, s, &form, NULL))
        check_form(&a, &form);
    feed(&a, s, size + 1);
    feed(&a, s, 1 + size % 7);
    arena_free(&a);
    return 0;
}
