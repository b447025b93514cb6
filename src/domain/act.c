/* act: see act.h. */
#include "domain/act.h"

#include "base/vec.h"

static const char *const kind_names[ACT_KINDS] = {
    [ACT_INIT] = "init",
    [ACT_IMPORT_UNITS] = "import-units",
    [ACT_IMPORT_INDICATORS] = "import-indicators",
    [ACT_IMPORT_FORMS] = "import-forms",
    [ACT_IMPORT_SETS] = "import-sets",
    [ACT_IMPORT_TARGETS] = "import-targets",
    [ACT_IMPORT_FIGURES] = "import-figures",
    [ACT_IMPORT_SUCCESSION] = "import-succession",
    [ACT_IMPORT_NOT_APPLICABLE] = "import-not-applicable",
    [ACT_IMPORT_ACCOUNTS] = "import-accounts",
    [ACT_IMPORT_EXPECTATIONS] = "import-expectations",
    [ACT_IMPORT_BOUNDARIES] = "import-boundaries",
    [ACT_IMPORT_OTHER] = "import-other",
    [ACT_UNDO] = "undo",
    [ACT_ENTER] = "enter",
    [ACT_REPORT_STEP] = "report-step",
    [ACT_REPORT_CORRECT] = "report-correct",
    [ACT_ACCOUNT] = "account",
    [ACT_SETTING] = "setting",
    [ACT_UNIT_EVENT] = "unit-event",
    [ACT_TARGET] = "target",
    [ACT_RESTORE] = "restore",
};

const char *act_kind_name(enum act_kind k)
{
    return kind_names[k];
}

bool act_kind_parse(struct str s, enum act_kind *ret)
{
    for (int i = 0; i < ACT_KINDS; i++)
        if (str_is(s, kind_names[i])) {
            *ret = (enum act_kind)i;
            return true;
        }
    return false;
}

/* Seven bits a byte, low ones first. */
static size_t put_u64(unsigned char *p, uint64_t v)
{
    size_t n = 0;

    for (; v >= 0x80; v >>= 7)
        p[n++] = (unsigned char)(v | 0x80);
    p[n++] = (unsigned char)v;
    return n;
}

/* Small numbers of either sign are short. */
static size_t put_i64(unsigned char *p, int64_t v)
{
    return put_u64(p, ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0));
}

static size_t put_step(unsigned char *p, int64_t v, int64_t before)
{
    return put_i64(p, (int64_t)((uint64_t)v - (uint64_t)before));
}

size_t act_figure_pack(
    struct figure_key *prev, const struct figure_change *c, unsigned char ret[ACT_PACK_MAX])
{
    unsigned char *p = ret;

    p += put_step(p, c->key.series.v, prev->series.v);
    p += put_step(p, c->key.period, prev->period);
    p += put_step(p, c->key.unit.v, prev->unit.v);
    p += put_i64(p, c->value);
    p += put_u64(p, c->flags);
    *prev = c->key;
    return (size_t)(p - ret);
}

bool act_figures_pack(struct arena *a, const struct figure_change *c, size_t n, struct str *ret)
{
    struct figure_key prev = {0};
    struct sbuf b;

    sbuf_init(&b, a, SIZE_MAX / 4);
    sbuf_put(&b, "", 0);
    for (size_t i = 0; i < n; i++) {
        unsigned char one[ACT_PACK_MAX];
        sbuf_put(&b, one, act_figure_pack(&prev, &c[i], one));
    }
    *ret = sbuf_view(&b);
    return !b.failed;
}

struct reader {
    struct str s;
    size_t at;
    bool failed;
};

static uint64_t get_u64(struct reader *r)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (r->at == r->s.n)
            break;
        unsigned char b = (unsigned char)r->s.p[r->at++];
        if (shift == 63 && b > 1)
            break;
        v |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80)
            return v;
    }
    r->failed = true;
    return 0;
}

static int64_t get_i64(struct reader *r)
{
    uint64_t v = get_u64(r);

    return (int64_t)((v >> 1) ^ (v & 1 ? UINT64_MAX : 0));
}

static void get_step(struct reader *r, int64_t *v)
{
    *v = (int64_t)((uint64_t)*v + (uint64_t)get_i64(r));
}

static bool get_figure(struct reader *r, struct figure_key *key, struct figure_change *ret)
{
    get_step(r, &key->series.v);
    get_step(r, &key->period);
    get_step(r, &key->unit.v);
    ret->value = get_i64(r);
    uint64_t flags = get_u64(r);
    ret->key = *key;
    ret->flags = (uint32_t)flags;
    return !r->failed && flags <= UINT32_MAX;
}

bool act_figure_unpack(
    struct str packed, size_t *at, struct figure_key *key, struct figure_change *ret)
{
    struct reader r = {.s = packed, .at = *at};
    bool ok = get_figure(&r, key, ret);

    *at = r.at;
    return ok;
}

bool act_figures_unpack(
    struct arena *a, struct str packed, struct figure_change **ret, size_t *ret_n, struct err *err)
{
    struct reader r = {.s = packed};
    struct figure_key key = {0};
    struct figure_change c = {0};
    VEC(struct figure_change) all = {0};

    while (r.at < packed.n) {
        if (!get_figure(&r, &key, &c))
            return err_set(err, ERR_CORRUPT, MSG_err_act_packed);
        if (!vec_push(&all, a, c))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return true;
}
