/* docx_lists: the numbers of list paragraphs. See docx_styles.h. */
#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "office/docx_styles.h"

#define LABEL_MAX 200

struct lists_state {
    struct docx_lists *l;
    struct ooxml *x;
    int kind_depth, use_depth, override_depth, override_level;
    int level; /* of the open w:lvl, -1 where none */
    int level_depth;
    bool failed;
};

static int number(const char *s, int otherwise)
{
    int64_t v;

    return s && str_to_i64(str_of(s), &v) && v >= 0 && v <= 1000000000 ? (int)v : otherwise;
}

static enum list_format format_of(const char *name)
{
    static const char *const names[] = {"decimal", "decimalZero", "upperLetter", "lowerLetter",
        "upperRoman", "lowerRoman", "bullet", "none"};

    for (int i = 0; name && i <= LIST_NONE; i++)
        if (strcmp(name, names[i]) == 0)
            return (enum list_format)i;
    return LIST_DECIMAL;
}

static bool begin_kind(struct lists_state *st, const struct ooxml_element *e)
{
    struct list_kind k = {.id = number(ooxml_attribute(e, "abstractNumId"), -1)};

    for (int i = 0; i < LIST_LEVELS; i++)
        k.level[i] = (struct list_level){.format = LIST_NONE, .start = 1, .restart = -1};
    st->kind_depth = e->depth;
    if (st->l->kinds.n >= LISTS_MAX)
        return err_set(st->x->err, ERR_LIMIT, MSG_err_document_hostile);
    return (vec_push(&st->l->kinds, st->l->arena, k) &&
               map_put(&st->l->kind_by_id, (uint64_t)(int64_t)k.id, st->l->kinds.n - 1)) ||
           err_memory(st->x->err);
}

static bool begin_use(struct lists_state *st, const struct ooxml_element *e)
{
    struct list_use u = {.id = number(ooxml_attribute(e, "numId"), -1), .kind = -1};

    for (int i = 0; i < LIST_LEVELS; i++)
        u.start[i] = INT_MIN;
    st->use_depth = e->depth;
    if (st->l->uses.n >= LISTS_MAX)
        return err_set(st->x->err, ERR_LIMIT, MSG_err_document_hostile);
    return (vec_push(&st->l->uses, st->l->arena, u) &&
               map_put(&st->l->use_by_id, (uint64_t)(int64_t)u.id, st->l->uses.n - 1)) ||
           err_memory(st->x->err);
}

static struct str keep(struct lists_state *st, const char *z)
{
    struct str s = str_of(z ? z : "");

    s = str_dup(st->l->arena, str_slice(s, 0, LABEL_MAX));
    st->failed = st->failed || !s.p;
    return s.p ? s : STR("");
}

static void level_property(
    struct lists_state *st, const struct ooxml_element *e, struct list_level *l)
{
    const char *val = ooxml_attribute(e, "val");

    if (strcmp(e->name, "start") == 0)
        l->start = number(val, 1);
    else if (strcmp(e->name, "numFmt") == 0)
        l->format = format_of(val);
    else if (strcmp(e->name, "lvlText") == 0)
        l->text = keep(st, val);
    else if (strcmp(e->name, "lvlRestart") == 0)
        l->restart = number(val, -1);
    else if (strcmp(e->name, "pStyle") == 0)
        l->style = keep(st, val);
    else if (strcmp(e->name, "rFonts") == 0)
        l->font = keep(st, ooxml_attribute(e, "hAnsi"));
}

static void use_property(struct lists_state *st, const struct ooxml_element *e)
{
    struct list_use *u = &st->l->uses.p[st->l->uses.n - 1];
    uint64_t kind;

    if (strcmp(e->name, "abstractNumId") == 0) {
        int id = number(ooxml_attribute(e, "val"), -1);
        if (map_get(&st->l->kind_by_id, (uint64_t)(int64_t)id, &kind))
            u->kind = (int)kind;
    } else if (strcmp(e->name, "lvlOverride") == 0) {
        st->override_level = number(ooxml_attribute(e, "ilvl"), 0);
    } else if (strcmp(e->name, "startOverride") == 0 && st->override_level < LIST_LEVELS) {
        u->start[st->override_level] = number(ooxml_attribute(e, "val"), 1);
    }
}

static bool list_start(void *ctx, const struct ooxml_element *e)
{
    struct lists_state *st = ctx;

    if (e->ns != NS_WORD)
        return true;
    if (strcmp(e->name, "abstractNum") == 0)
        return begin_kind(st, e);
    if (strcmp(e->name, "num") == 0)
        return begin_use(st, e);
    if (st->use_depth) {
        use_property(st, e);
    } else if (st->kind_depth && strcmp(e->name, "lvl") == 0) {
        int level = number(ooxml_attribute(e, "ilvl"), 0);
        st->level = level < LIST_LEVELS ? level : -1;
        st->level_depth = e->depth;
    } else if (st->kind_depth && st->level >= 0) {
        level_property(st, e, &st->l->kinds.p[st->l->kinds.n - 1].level[st->level]);
    }
    return !st->failed || err_memory(st->x->err);
}

static bool list_end(void *ctx, int depth)
{
    struct lists_state *st = ctx;

    if (depth == st->level_depth) {
        st->level = -1;
        st->level_depth = 0;
    }
    if (depth == st->kind_depth)
        st->kind_depth = 0;
    if (depth == st->use_depth)
        st->use_depth = 0;
    return true;
}

bool docx_lists_read(struct docx_lists *l, struct ooxml *x, struct str part)
{
    struct lists_state st = {.l = l, .x = x, .level = -1};
    struct ooxml_handler h = {&st, list_start, list_end, NULL};

    *l = (struct docx_lists){.arena = x->arena};
    map_init(&l->kind_by_id, x->arena);
    map_init(&l->use_by_id, x->arena);
    return !part.n || !ooxml_has(x, part) || ooxml_read(x, part, &h);
}

static void put_roman(struct sbuf *out, int n, bool upper)
{
    static const struct {
        int value;
        const char *upper, *lower;
    } digits[] = {{1000, "M", "m"}, {900, "CM", "cm"}, {500, "D", "d"}, {400, "CD", "cd"},
        {100, "C", "c"}, {90, "XC", "xc"}, {50, "L", "l"}, {40, "XL", "xl"}, {10, "X", "x"},
        {9, "IX", "ix"}, {5, "V", "v"}, {4, "IV", "iv"}, {1, "I", "i"}};

    if (n > 3999) {
        sbuf_i64(out, n);
        return;
    }
    for (size_t i = 0; n > 0; i++)
        for (; n >= digits[i].value; n -= digits[i].value)
            sbuf_z(out, upper ? digits[i].upper : digits[i].lower);
}

/* a, b, ..., z, aa, bb, ... as Word counts. */
static void put_letter(struct sbuf *out, int n, char first)
{
    int times = (n - 1) / 26 + 1;

    if (n < 1 || times > 10)
        sbuf_i64(out, n);
    else
        sbuf_fill(out, (char)(first + (n - 1) % 26), (size_t)times);
}

static void put_number(struct sbuf *out, enum list_format f, int n)
{
    switch (f) {
    case LIST_DECIMAL_ZERO:
        sbuf_printf(out, "%02d", n);
        break;
    case LIST_UPPER_LETTER:
        put_letter(out, n, 'A');
        break;
    case LIST_LOWER_LETTER:
        put_letter(out, n, 'a');
        break;
    case LIST_UPPER_ROMAN:
    case LIST_LOWER_ROMAN:
        put_roman(out, n, f == LIST_UPPER_ROMAN);
        break;
    case LIST_NONE:
    case LIST_BULLET:
        break;
    case LIST_DECIMAL:
        sbuf_i64(out, n);
    }
}

/* A bullet as text: a dash or a plus says something to readers of reports, all else is a bullet. */
static void put_bullet(struct sbuf *out, struct str text)
{
    size_t at = 0;
    int32_t c = utf8_next(text, &at);

    if (c == '-' || c == '+' || c == '*')
        sbuf_char(out, (char)c);
    else if (c == 0x2013 || c == 0x2014)
        sbuf_char(out, '-');
    else
        sbuf_z(out, "•");
    sbuf_char(out, ' ');
}

static void count_up(struct list_kind *k, struct list_use *u, int level)
{
    for (int i = 0; i < LIST_LEVELS && !u->used; i++)
        if (u->start[i] != INT_MIN) {
            k->count[i] = u->start[i] - 1;
            k->begun[i] = true;
        }
    u->used = true;
    for (int i = 0; i <= level; i++) /* levels above that were never counted show their start */
        if (!k->begun[i]) {
            k->count[i] = k->level[i].start - (i == level);
            k->begun[i] = true;
        }
    k->count[level]++;
    for (int i = level + 1; i < LIST_LEVELS; i++)
        if (k->level[i].restart < 0 || k->level[i].restart == level + 1)
            k->begun[i] = false;
}

static int level_of_style(const struct list_kind *k, struct str style)
{
    for (int i = 0; i < LIST_LEVELS; i++)
        if (style.n && str_eq(k->level[i].style, style))
            return i;
    return 0;
}

void docx_list_label(struct docx_lists *l, int id, int level, struct str style, struct sbuf *out)
{
    uint64_t index;

    if (id <= 0 || !map_get(&l->use_by_id, (uint64_t)(int64_t)id, &index))
        return;
    struct list_use *u = &l->uses.p[index];
    if (u->kind < 0)
        return;
    struct list_kind *k = &l->kinds.p[u->kind];
    level = level < 0 ? level_of_style(k, style) : level;
    if (level >= LIST_LEVELS)
        return;
    struct list_level *v = &k->level[level];
    if (v->format == LIST_BULLET) {
        put_bullet(out, v->text);
        return;
    }
    count_up(k, u, level);
    size_t before = out->n;
    for (size_t i = 0; i < v->text.n; i++) {
        int which = v->text.p[i] == '%' && i + 1 < v->text.n ? v->text.p[i + 1] - '1' : -1;
        if (which >= 0 && which < LIST_LEVELS) {
            put_number(out, k->level[which].format, k->count[which]);
            i++;
        } else {
            sbuf_char(out, v->text.p[i]);
        }
    }
    if (out->n > before)
        sbuf_char(out, ' ');
}
