/* kind: kinds of units as data (rules/kinds.csv); see unit.h. */
#include "domain/unit.h"

#include "base/csv.h"
#include "base/text.h"
#include "base/vec.h"

#define LEVEL_MAX 9

enum { KEY, LEVEL, WORD_VI, WORD_EN, GROUP, IS_BODY, COLUMNS };
static const struct csv_column columns[COLUMNS] = {{"key", true, NULL}, {"level", true, NULL},
    {"word_vi", true, NULL}, {"word_en", true, NULL}, {"group", false, NULL},
    {"is_body", false, NULL}};

static bool read_kind(const struct csv *c, const struct csv_header *h, const struct csv_record *r,
    struct kind *ret, struct err *err)
{
    struct kind k = {.key = csv_get(h, r, KEY),
        .word_vi = csv_get(h, r, WORD_VI),
        .word_en = csv_get(h, r, WORD_EN),
        .group = csv_get(h, r, GROUP)};
    struct str body = csv_get(h, r, IS_BODY);
    int64_t level;

    if (str_empty(k.key) || str_empty(k.word_vi)) {
        err_set(err, ERR_INVALID, MSG_err_unit_kind_empty);
        return csv_err(c, h, r, str_empty(k.key) ? KEY : WORD_VI, err);
    }
    if (!str_to_i64(csv_get(h, r, LEVEL), &level) || level < 1 || level > LEVEL_MAX) {
        err_set(err, ERR_INVALID, MSG_err_unit_kind_level, csv_get(h, r, LEVEL));
        return csv_err(c, h, r, LEVEL, err);
    }
    if (!str_empty(body) && !str_is(body, "yes")) {
        err_set(err, ERR_INVALID, MSG_err_unit_kind_body, body);
        return csv_err(c, h, r, IS_BODY, err);
    }
    k.level = (int)level;
    k.is_body = !str_empty(body);
    *ret = k;
    return true;
}

bool kinds_parse(struct arena *a, struct str csv, struct kinds *ret, struct err *err)
{
    struct csv c;
    struct csv_header h;
    VEC(struct kind) ks = {0};

    csv_open(&c, csv, STR("rules/kinds.csv"));
    if (!csv_read_header(&c, a, columns, COLUMNS, &h, err))
        return false;
    for (;;) {
        struct csv_record r;
        struct kind k;
        bool end = false;
        if (!csv_next(&c, a, &r, &end, err)) {
            if (!end)
                return false;
            break;
        }
        if (!csv_check(&c, &h, &r, err) || !read_kind(&c, &h, &r, &k, err))
            return false;
        for (size_t i = 0; i < ks.n; i++)
            if (str_eq(ks.p[i].key, k.key)) {
                err_set(err, ERR_INVALID, MSG_err_unit_kind_twice, k.key);
                return csv_err(&c, &h, &r, KEY, err);
            }
        if (!vec_push(&ks, a, k))
            return err_memory(err);
    }
    *ret = (struct kinds){ks.p, ks.n};
    return true;
}

int kinds_find(const struct kinds *k, struct arena *scratch, struct str s)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->p[i].key, s))
            return (int)i;
    struct str same = text_same(scratch, s);
    if (str_empty(same))
        return -1;
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(text_same(scratch, k->p[i].word_vi), same))
            return (int)i;
    return -1;
}

bool kind_answers(const struct kinds *ks, int k, int asked)
{
    if (k < 0 || asked < 0)
        return false;
    return k == asked || str_eq(ks->p[k].group, ks->p[asked].key);
}
