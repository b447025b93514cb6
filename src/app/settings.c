/* settings: see settings.h. */
#include "app/settings.h"

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
