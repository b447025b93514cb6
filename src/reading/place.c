/* place: see place.h. Here: finding, naming, resolving. */
#include "reading/place.h"

#include <stdlib.h>

#include "base/text.h"

#define NAME_TOKENS_MAX 5

static bool is_cap(const struct page *p, size_t i)
{
    return i < p->toks.n && p->toks.p[i].kind == TOK_WORD && p->toks.p[i].cap;
}

/* "HƯƠNG TRÀ" -> "Hương Trà"; other names stay as they are. */
static struct str name_case(struct page *p, size_t i, size_t n)
{
    struct sbuf b;
    bool upper = true;

    for (size_t k = i; k < i + n; k++)
        upper = upper && (p->toks.p[k].kind != TOK_WORD || p->toks.p[k].upper);
    if (!upper || (n == 1 && p->toks.p[i].end - p->toks.p[i].at < 4))
        return toks_text(p, i, i + n);
    sbuf_init(&b, p->a, 256);
    for (size_t k = i; k < i + n; k++) {
        struct str s = tok_text(p, k), low = text_lower(p->a, s);
        size_t first = 0;
        utf8_next(s, &first);
        if (k > i && !p->toks.p[k].glued)
            sbuf_char(&b, ' ');
        sbuf_str(&b, str_slice(s, 0, first));
        sbuf_str(&b, str_slice(low, first, low.n));
    }
    return sbuf_view(&b);
}

/* Do the two columns of a letterhead meet before token i? */
static bool far_apart(const struct page *p, size_t i)
{
    return p->toks.p[i].at >= p->toks.p[i - 1].end + 2u;
}

static bool ends_column(const struct page *p, size_t i)
{
    return i >= p->toks.n || p->toks.p[i].kind >= TOK_TAB || far_apart(p, i);
}

/* Tokens of a proper name from i on. A run of many capitals is a place followed by a person: a
 * known province's length, else two syllables. */
static size_t name_length(const struct page *p, size_t i)
{
    size_t n = 0;

    while (n < NAME_TOKENS_MAX && is_cap(p, i + n) && !(n && far_apart(p, i + n))) {
        n++;
        /* "H'Drai", "Kon - Tum": a mark inside a name */
        if (i + n + 1 < p->toks.n && p->toks.p[i + n].glued && p->toks.p[i + n + 1].glued &&
            p->toks.p[i + n].kind == TOK_PUNCT && p->toks.p[i + n].ch != ',' &&
            p->toks.p[i + n].ch != '.' && p->toks.p[i + n].ch != '/' && is_cap(p, i + n + 1))
            n++;
    }
    size_t known = lex_at(p, i, LEX_PROVINCE, NULL);
    if (known && known <= n)
        return known;
    bool upper = n > 2 && p->toks.p[i].upper && p->toks.p[i + n - 1].upper;
    if (n >= 4 || (upper && !ends_column(p, i + n)))
        return 2;
    return n;
}

static struct str join(struct page *p, struct str type, struct str name)
{
    struct sbuf b;
    sbuf_init(&b, p->a, 400);
    sbuf_str(&b, type);
    sbuf_char(&b, ' ');
    sbuf_str(&b, name);
    return sbuf_view(&b);
}

static bool add(struct page *p, struct places *ps, size_t from, size_t to, struct str type,
    struct str name, bool body)
{
    struct place q = {
        .from = (uint32_t)from, .to = (uint32_t)to, .type = type, .name = name, .body = body};

    q.full = str_empty(name) ? STR_NULL : str_empty(type) ? name : join(p, type, name);
    return vec_push(&ps->p, p->a, q);
}

/* "Chủ tịch UBND xã Lê Thị Hạnh": behind a post and its office stands a person, unless the name is
 * long enough to hold a place and a person. */
static bool is_person(const struct page *p, size_t i, size_t j, size_t n)
{
    size_t caps = 0;

    while (is_cap(p, j + caps) && caps < 6)
        caps++;
    if (n >= 2 && (tok_word(p, j + 1, "thị") || tok_word(p, j + 1, "văn")))
        return lex_at(p, j, LEX_FAMILY_NAME, NULL) == 1;
    if (caps > 3 || caps < 2 || lex_at(p, j, LEX_FAMILY_NAME, NULL) != 1 ||
        lex_at(p, j, LEX_PROVINCE, NULL))
        return false;
    for (size_t back = 1; back <= 5 && back <= i; back++) {
        if (p->toks.p[i - back].kind >= TOK_PUNCT)
            return false;
        if (lex_at(p, i - back, LEX_POST, NULL))
            return true;
    }
    return false;
}

/* Type word or committee with a name behind; tokens used, 0 if none. */
static size_t typed_at(struct page *p, struct places *ps, size_t i, bool *ok)
{
    struct str type;
    size_t k = lex_at(p, i, LEX_COMMITTEE, &type), n;
    bool body = k > 0;

    if (!k)
        k = lex_at(p, i, LEX_PLACE_TYPE, &type);
    if (!k)
        return 0;
    size_t j = i + k;
    if (tok_is(p, j, '.') && p->toks.p[j].glued && p->toks.p[i].upper)
        j++;
    if (i && tok_word(p, i, "thôn") && tok_word(p, i - 1, "nông"))
        return 0;
    n = name_length(p, j);
    if (!n && !body && tok_num(p, j) && tok_int(p, j) > 0 && tok_int(p, j) < 100 &&
        (str_is(type, "phường") || str_is(type, "quận")) &&
        (p->toks.p[i].cap || (i && p->toks.p[i - 1].kind == TOK_WORD)) &&
        p->toks.p[j].mark == MARK_NONE && p->text.p[p->toks.p[j].at] != '0')
        n = 1;
    if (!n || lex_at(p, j, LEX_PLACE_TYPE, NULL) == 1 || lex_at(p, j, LEX_COMMITTEE, NULL))
        return 0;
    if (p->toks.p[i].upper && !p->toks.p[j].upper && k == 1 &&
        p->toks.p[i].end - p->toks.p[i].at == 1 && !tok_is(p, i + k, '.'))
        return 0; /* "P", "Q", "H" alone are initials */
    if (is_person(p, i, j, n)) {
        *ok = add(p, ps, i, i + k, type, STR_NULL, body);
        return k;
    }
    *ok = add(p, ps, i, j + n, type, name_case(p, j, n), body);
    return j + n - i;
}

static size_t province_at(struct page *p, struct places *ps, size_t i, bool *ok)
{
    struct str value;
    size_t n = is_cap(p, i) ? lex_at(p, i, LEX_PROVINCE, &value) : 0;

    for (size_t k = 1; k < n; k++)
        if (p->toks.p[i + k].kind == TOK_WORD && !p->toks.p[i + k].cap)
            return 0;
    if (!n || is_cap(p, i + n) || (i && is_cap(p, i - 1)))
        return 0;
    struct str type = STR("tỉnh"), city = STR("thành phố ");
    if (str_starts(value, city))
        type = STR("thành phố");
    *ok = add(p, ps, i, i + n, type,
        str_starts(value, city) ? str_slice(value, city.n, value.n) : name_case(p, i, n), false);
    ps->p.p[ps->p.n - 1].by_name = true;
    return n;
}

/* "đứng thứ 21 cả nước", "cao hơn bình quân chung cả nước": measured against, not spoken of. */
static bool is_yardstick(const struct page *p, size_t i)
{
    if (!i)
        return false;
    if (tok_num(p, i - 1) || tok_word(p, i - 1, "đầu"))
        return true;
    for (size_t k = 1; k <= 6 && k <= i && p->toks.p[i - k].kind == TOK_WORD; k++)
        if (tok_word(p, i - k, "hơn") || tok_word(p, i - k, "với") || tok_word(p, i - k, "thứ"))
            return true;
    return false;
}

/* "toàn huyện", "cả nước", "Xã" at the start of a clause. */
static size_t whole_at(struct page *p, struct places *ps, size_t i, bool *ok)
{
    struct str type;
    size_t n = lex_at(p, i, LEX_COUNTRY, &type);

    if (n && is_yardstick(p, i))
        return n;
    if (n) {
        *ok = add(p, ps, i, i + n, STR_NULL, STR("cả nước"), false);
        return n;
    }
    n = lex_at(p, i, LEX_EACH, &type);
    if (n) {
        *ok = str_starts(type, STR("mỗi")) && !(i && tok_word(p, i - 1, "quân"))
                  ? add(p, ps, i, i + n, STR_NULL, type, false)
                  : true;
        return n;
    }
    n = lex_at(p, i, LEX_WHOLE, &type);
    if (n && !is_cap(p, i + n)) {
        *ok = add(p, ps, i, i + n, type, STR_NULL, false);
        return n;
    }
    n = lex_at(p, i, LEX_PLACE_TYPE, &type);
    bool start = i == 0 || p->toks.p[i - 1].kind >= TOK_PUNCT;
    bool own = i > 0 && (tok_word(p, i - 1, "của") || tok_word(p, i - 1, "riêng"));
    if (!n || !(start || own) || (i && tok_is(p, i - 1, '/')) || tok_is(p, i + n, '/') ||
        tok_is(p, i + n, ',') || is_cap(p, i + n) || tok_num(p, i + n))
        return 0;
    if (i && tok_is(p, i - 1, ',') && i > 1 && lex_before(p, 0, i - 1, LEX_NOUN_PLACE, NULL))
        return 0; /* "xã, phường" */
    *ok = add(p, ps, i, i + n, type, STR_NULL, false);
    return n;
}

/* Bare names that stand elsewhere with their type. */
static size_t bare_at(
    struct page *p, struct places *ps, const struct smap *known, size_t i, bool *ok)
{
    if (!is_cap(p, i) || (i && is_cap(p, i - 1) && p->toks.p[i - 1].kind == TOK_WORD))
        return 0;
    for (size_t n = 4; n >= 1; n--) {
        uint64_t index;
        bool caps = i + n <= p->toks.n;
        for (size_t k = 0; caps && k < n; k++)
            caps = p->toks.p[i + k].kind != TOK_LINE && p->toks.p[i + k].kind != TOK_TAB;
        if (!caps || !smap_get(known, toks_text(p, i, i + n), &index))
            continue;
        struct place of = ps->p.p[index];
        *ok = add(p, ps, i, i + n, of.type, of.name, false);
        ps->p.p[ps->p.n - 1].by_name = true;
        return n;
    }
    return 0;
}

static int by_from(const void *x, const void *y)
{
    const struct place *a = x, *b = y;
    return (a->from > b->from) - (a->from < b->from);
}

static bool find_typed(struct page *p, struct places *ps)
{
    bool ok = true;

    for (size_t i = 0; ok && i < p->toks.n;) {
        size_t n = 0;
        if (p->toks.p[i].kind == TOK_WORD) {
            n = typed_at(p, ps, i, &ok);
            n = n || !ok ? n : whole_at(p, ps, i, &ok);
            n = n || !ok ? n : province_at(p, ps, i, &ok);
        }
        i += n ? n : 1;
    }
    return ok;
}

static bool find_bare(struct page *p, struct places *ps)
{
    struct smap known;
    bool ok = true;
    size_t typed = ps->p.n, next = 0;

    smap_init(&known, p->a);
    for (size_t k = 0; k < typed; k++)
        if (!str_empty(ps->p.p[k].name) && !str_empty(ps->p.p[k].type) &&
            !smap_has(&known, ps->p.p[k].name) && !smap_put(&known, ps->p.p[k].name, k))
            return false;
    for (size_t i = 0; ok && known.n && i < p->toks.n;) {
        while (next < typed && ps->p.p[next].to <= i)
            next++;
        if (next < typed && ps->p.p[next].from <= i) {
            i = ps->p.p[next].to;
            continue;
        }
        size_t n = bare_at(p, ps, &known, i, &ok);
        i += n ? n : 1;
    }
    if (ps->p.n)
        qsort(ps->p.p, ps->p.n, sizeof ps->p.p[0], by_from);
    return ok;
}

/* Brackets, later links of a chain, and committees that gave rather than did. */
static void judge(const struct page *p, struct places *ps)
{
    for (size_t k = 0; k < ps->p.n; k++) {
        struct place *q = &ps->p.p[k];
        const struct place *before = k ? &ps->p.p[k - 1] : NULL;
        bool bracket = q->from && tok_is(p, q->from - 1, '(');
        bool chain = before && !str_empty(before->name) && !str_empty(q->name) &&
                     ((before->to + 1 == q->from &&
                          (tok_is(p, before->to, ',') || tok_is(p, before->to, '-'))) ||
                         before->to == q->from || (before->locates && before->to + 1 == q->from)) &&
                     !str_eq(before->type, q->type);
        q->locates = bracket || chain;
        if (q->from && q->body && !str_empty(q->name)) {
            struct str w = tok_text(p, q->from - 1);
            q->giver = str_is(w, "của") || str_is(w, "do");
        }
    }
}

struct score {
    struct str full, type;
    int points;
};

/* How much a mention says that this is the text's own unit. */
static int mention_points(const struct page *p, const struct place *q)
{
    size_t line = 0;

    while (line < 8 && line < p->lines.n && p->lines.p[line].to <= q->from)
        line++;
    int points = q->locates ? 0 : q->by_name ? 2 : q->giver ? 1 : 3;
    if (points && line < 4)
        points += 3 + (line > 0 && q->body); /* the issuer stands below what it belongs to */
    if (points && q->body && !q->giver)
        points += 2;
    if (str_is(q->type, "thôn") || str_is(q->type, "bản") || str_is(q->type, "ấp") ||
        str_is(q->type, "buôn") || str_is(q->type, "làng") || str_is(q->type, "khu phố") ||
        str_is(q->type, "tổ dân phố") || str_is(q->type, "xóm"))
        points = points > 1;
    return points;
}

static bool find_main(struct page *p, struct places *ps)
{
    struct smap index;
    VEC(struct score) scores = {0};
    size_t best = 0;

    smap_init(&index, p->a);
    for (size_t k = 0; k < ps->p.n; k++) {
        const struct place *q = &ps->p.p[k];
        uint64_t at;
        if (str_empty(q->name))
            continue;
        if (!smap_get(&index, q->full, &at)) {
            at = scores.n;
            if (!vec_push(&scores, p->a, (struct score){q->full, q->type, 0}) ||
                !smap_put(&index, q->full, at))
                return false;
        }
        scores.p[at].points += mention_points(p, q);
        if (scores.p[at].points > scores.p[best].points)
            best = at;
    }
    if (scores.n && scores.p[best].points) {
        ps->main = scores.p[best].full;
        ps->main_type = scores.p[best].type;
    }
    if (!str_empty(p->options->subject)) {
        ps->main = p->options->subject;
        ps->main_type = STR_NULL;
    }
    return true;
}

/* A text that never names its unit with its type ("Xã có ...", "Dur Kmăl"): the capitalised pair
 * that stands there most often, with the type word that stands alone. */
static bool guess_main(struct page *p, struct places *ps)
{
    struct smap count;
    struct str best = STR_NULL, type = STR_NULL;
    uint64_t most = 2, n;

    for (size_t k = 0; k < ps->p.n && str_empty(type); k++)
        if (str_empty(ps->p.p[k].name))
            type = ps->p.p[k].type;
    if (str_empty(type))
        return true;
    smap_init(&count, p->a);
    for (size_t i = 0; i + 1 < p->toks.n; i++) {
        if (!is_cap(p, i) || !is_cap(p, i + 1) || is_cap(p, i + 2) || (i && is_cap(p, i - 1)) ||
            p->toks.p[i].upper)
            continue;
        struct str pair = toks_text(p, i, i + 2);
        n = smap_get(&count, pair, &n) ? n + 1 : 1;
        if (!smap_put(&count, pair, n))
            return false;
        if (n > most) {
            most = n;
            best = pair;
        }
    }
    if (!str_empty(best)) {
        ps->main = join(p, type, best);
        ps->main_type = type;
    }
    return true;
}

/* "toàn huyện": the text's own unit where it is a huyện, else the first huyện that the text names.
 */
static void resolve(struct places *ps)
{
    struct place first[32]; /* of each type */
    size_t n = 0, j;

    for (size_t k = 0; k < ps->p.n && n < 32; k++) {
        for (j = 0; j < n && !str_eq(first[j].type, ps->p.p[k].type); j++)
            ;
        if (j == n && !str_empty(ps->p.p[k].name))
            first[n++] = ps->p.p[k];
    }
    for (size_t k = 0; k < ps->p.n; k++) {
        struct place *q = &ps->p.p[k];
        if (!str_empty(q->name))
            continue;
        if (str_eq(q->type, ps->main_type)) {
            q->full = ps->main;
            continue;
        }
        for (j = 0; j < n; j++)
            if (str_eq(first[j].type, q->type))
                q->full = first[j].full;
        if (str_empty(q->full) && !str_empty(ps->main) && str_empty(ps->main_type))
            q->full = ps->main;
    }
}

bool places_find(struct page *p, struct places *ps)
{
    if (!find_typed(p, ps) || !find_bare(p, ps))
        return false;
    judge(p, ps);
    if (!find_main(p, ps) || (str_empty(ps->main) && !guess_main(p, ps)))
        return false;
    resolve(ps);
    for (size_t k = 0; k < ps->p.n; k++) { /* "là xã vùng sâu của huyện ..." */
        struct place *q = &ps->p.p[k];
        bool of = q->from && (tok_word(p, q->from - 1, "của") || tok_word(p, q->from - 1, "thuộc"));
        q->locates = q->locates || (of && !str_empty(q->name) && !str_eq(q->full, ps->main));
    }
    return true;
}

/* Index of the first mention that ends after token i. */
static size_t lower(const struct places *ps, size_t i)
{
    size_t lo = 0, hi = ps->p.n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (ps->p.p[mid].to <= i)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct str places_subject(const struct places *ps, size_t lo, size_t hi)
{
    struct str found = STR_NULL;

    for (size_t k = lower(ps, lo); k < ps->p.n && ps->p.p[k].to <= hi; k++) {
        const struct place *q = &ps->p.p[k];
        if (!q->locates && !q->giver && !str_empty(q->full))
            found = q->full;
    }
    return found;
}

struct str places_first(const struct places *ps, size_t lo, size_t hi)
{
    for (size_t k = lower(ps, lo); k < ps->p.n && ps->p.p[k].to <= hi; k++) {
        const struct place *q = &ps->p.p[k];
        if (!q->locates && !q->giver && !str_empty(q->full))
            return q->full;
    }
    return STR_NULL;
}

const struct place *place_over(const struct places *ps, size_t i)
{
    size_t k = lower(ps, i);
    return k < ps->p.n && ps->p.p[k].from <= i ? &ps->p.p[k] : NULL;
}
