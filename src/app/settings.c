/* settings: see settings.h. */
#include "app/settings.h"

#include <stdlib.h>

#include "app/app_private.h"
#include "app/import_forms.h"

#define VALUE_MAX 64

enum setting_kind { NUMBER, DAY };

static const struct definition {
    const char *key;
    enum setting_kind kind;
    int64_t least, most, otherwise;
} definitions[SETTING_COUNT] = {
#define SETTING(name, key, kind, least, most, otherwise) {key, kind, least, most, otherwise},
#include "app/settings.def"
#undef SETTING
};

/* Reads the value kept for a setting; its text lives in the arena. */
static bool kept(struct store *s, enum setting x, struct arena *a, struct str *ret)
{
    bool found;

    return s->ops->setting(s, str_of(definitions[x].key), a, ret, &found, NULL) && found;
}

static bool number_of(const struct definition *d, struct str text, int64_t *ret)
{
    return str_to_i64(text, ret) && *ret >= d->least && *ret <= d->most;
}

int64_t setting_number(struct store *s, enum setting x)
{
    ARENA_AUTO arena;
    struct str text;
    int64_t n;

    arena_init(&arena, 1 << 16);
    return kept(s, x, &arena, &text) && number_of(&definitions[x], text, &n)
               ? n
               : definitions[x].otherwise;
}

bool setting_day(struct store *s, enum setting x, struct day *ret)
{
    ARENA_AUTO arena;
    struct str text;

    arena_init(&arena, 1 << 16);
    return kept(s, x, &arena, &text) && day_parse(text, ret, NULL);
}

/* ---- from memory ---- */

/* A word holds the catalogue's number plus one above, the value below, so that no reader sees the
 * one without the other. All numbers and days fit; a day that is not set is NO_DAY. */
#define VALUE_BITS 40
#define VALUE_MASK (((uint64_t)1 << VALUE_BITS) - 1)
#define VALUE_HALF ((int64_t)1 << (VALUE_BITS - 1))
#define NO_DAY (-VALUE_HALF)

uint64_t *settings_new(void)
{
    return calloc(SETTING_COUNT, sizeof(uint64_t));
}

static int64_t read_value(struct app *a, enum setting x)
{
    struct day day;

    if (definitions[x].kind == NUMBER)
        return setting_number(app_store(a), x);
    return setting_day(app_store(a), x, &day) ? day.v : NO_DAY;
}

static uint64_t mark_now(const struct app *a)
{
    return (__atomic_load_n(&a->epoch, __ATOMIC_ACQUIRE) + 1) << VALUE_BITS;
}

bool setting_ready(struct app *a, enum setting x)
{
    return (__atomic_load_n(&a->setting[x], __ATOMIC_ACQUIRE) & ~VALUE_MASK) == mark_now(a);
}

static int64_t value_of(struct app *a, enum setting x)
{
    uint64_t mark = mark_now(a), word = __atomic_load_n(&a->setting[x], __ATOMIC_ACQUIRE);

    if ((word & ~VALUE_MASK) != mark) {
        word = mark | ((uint64_t)(read_value(a, x) + VALUE_HALF) & VALUE_MASK);
        __atomic_store_n(&a->setting[x], word, __ATOMIC_RELEASE);
    }
    return (int64_t)(word & VALUE_MASK) - VALUE_HALF;
}

int64_t setting_of(struct app *a, enum setting x)
{
    return value_of(a, x);
}

bool setting_day_of(struct app *a, enum setting x, struct day *ret)
{
    int64_t v = value_of(a, x);

    if (v == NO_DAY)
        return false;
    ret->v = (int32_t)v;
    return true;
}

/* ---- import settings FILE ---- */

enum { S_KEY, S_VALUE, S_COUNT };
static const struct csv_column columns[S_COUNT] = {{"key", true, NULL}, {"value", true, NULL}};

static bool unknown_key(struct importing *im)
{
    struct sbuf b;

    sbuf_init(&b, im->w->arena, 1000);
    for (int i = 0; i < SETTING_COUNT; i++)
        sbuf_printf(&b, "%s%s", i ? ", " : "", definitions[i].key);
    return cell_word_err(im, S_KEY, sbuf_cstr(&b));
}

static bool check_value(struct importing *im, const struct definition *d, struct str value)
{
    struct day day;
    int64_t n;

    if (d->kind == DAY)
        return day_parse(value, &day, im->err) || cell_err(im, S_VALUE);
    if (number_of(d, value, &n))
        return true;
    struct sbuf b;
    sbuf_init(&b, im->w->arena, VALUE_MAX);
    sbuf_printf(&b, "%lld-%lld", (long long)d->least, (long long)d->most);
    return cell_word_err(im, S_VALUE, sbuf_cstr(&b));
}

static bool setting_row(struct importing *im)
{
    struct write *w = im->w;
    struct str key, value, old;
    bool found;
    int i = 0;

    if (!cell_needed(im, S_KEY, &key) || !cell_needed(im, S_VALUE, &value))
        return false;
    while (i < SETTING_COUNT && !str_is(key, definitions[i].key))
        i++;
    if (i == SETTING_COUNT)
        return unknown_key(im);
    if (!check_value(im, &definitions[i], value) ||
        !w->ops->setting(w->store, key, w->arena, &old, &found, im->err))
        return false;
    if (found && str_eq(old, value)) {
        im->result->unchanged++;
        return true;
    }
    if (!importing_act(im, ACT_IMPORT_OTHER, "settings") ||
        !w->ops->setting_put(w->store, key, value, w->act.no, im->err))
        return false;
    found ? im->result->changed++ : im->result->added++;
    return true;
}

bool import_settings(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err)
{
    return import_definitions(a, who, f, columns, S_COUNT, setting_row, ret, err);
}
