/* unit: what stands behind a number (see quantity.h): per cent, money with its multipliers,
 * measures, counted nouns alone or side by side ("xã, phường"), and what they are taken per
 * ("tấn/ha"). */
#include "base/text.h"
#include "reading/quantity.h"

static const enum lex noun_groups[] = {LEX_NOUN_PLACE, LEX_NOUN_BODY, LEX_NOUN_HOUSEHOLD,
    LEX_NOUN_PERSON, LEX_NOUN_ACT, LEX_NOUN_PAPER, LEX_NOUN_THING};

size_t noun_at(const struct page *p, size_t i, enum lex *ret_group, struct str *ret_name)
{
    size_t best = 0;

    for (size_t k = 0; k < sizeof noun_groups / sizeof noun_groups[0]; k++) {
        struct str name;
        size_t n = lex_at(p, i, noun_groups[k], &name);
        if (n <= best)
            continue;
        best = n;
        *ret_group = noun_groups[k];
        *ret_name = name;
    }
    return best;
}

static struct str append(struct page *p, struct str a, const char *sep, struct str b)
{
    return str_of(arena_printf(p->a, "%.*s%s%.*s", STR_ARG(a), sep, STR_ARG(b)));
}

/* As the unit is written: the standard form; abbreviations keep their capitals. */
static struct str noun_name(struct page *p, size_t i, size_t n, struct str value)
{
    return n == 1 && p->toks.p[i].upper && p->toks.p[i].end - p->toks.p[i].at > 2 &&
                   str_eq(text_lower(p->a, tok_text(p, i)), value)
               ? tok_text(p, i)
               : value;
}

static bool may_join(const struct page *p, enum lex a, enum lex b, bool glued)
{
    (void)p;
    bool lists =
        a == LEX_NOUN_PLACE || a == LEX_NOUN_PERSON || a == LEX_NOUN_BODY || a == LEX_NOUN_PAPER;
    return glued || (a == b && lists);
}

/* "xã, phường", "thôn/buôn", "xã phường", "đoàn viên, hội viên": further nouns beside the first. */
static size_t more_nouns(struct page *p, size_t j, size_t hi, struct unit *u)
{
    for (int k = 0; k < 4 && j < hi; k++) {
        bool mark = tok_is(p, j, ',') || tok_is(p, j, '/') || tok_is(p, j, '-');
        size_t next = j + mark;
        enum lex group;
        struct str name;
        size_t n = next < hi ? noun_at(p, next, &group, &name) : 0;
        bool glued = mark && n && p->toks.p[next].glued && !tok_is(p, j, '/');
        bool pair = mark || (u->group == LEX_NOUN_PLACE && n == 1);
        if (!n || !pair || !may_join(p, u->group, group, glued) || str_eq(name, u->name))
            break;
        size_t end = next + n;
        enum lex other;
        struct str word;
        size_t more = end < hi ? noun_at(p, end, &other, &word) : 0;
        if (end < hi && ((p->toks.p[end].cap && u->group == LEX_NOUN_PLACE) || tok_num(p, end) ||
                            (more && end + more < hi && tok_num(p, end + more))))
            break; /* "3 xã, huyện Ia Pa", "9 đồng chí, đoàn viên thanh niên 25 đồng chí" */
        bool slash = tok_is(p, j, '/');
        u->name = append(p, u->name, slash ? "/" : ", ", noun_name(p, next, n, name));
        j = end;
    }
    return j;
}

/* What the unit is taken per: "/ha", "/người/năm", "/10.000 dân". */
static size_t per_parts(struct page *p, size_t j, size_t hi, struct unit *u)
{
    while (j + 1 < hi && tok_is(p, j, '/')) {
        size_t k = j + 1, n;
        struct str name = STR_NULL;
        enum lex group;
        bool year = tok_word(p, k, "năm");
        if ((u->sort == UNIT_PERCENT && lex_at(p, k, LEX_PLAN, NULL)) ||
            (u->sort == UNIT_MONEY && tok_num(p, k) && k + 1 < hi &&
                lex_at(p, k + 1, LEX_CURRENCY, NULL)))
            break; /* "99,1%/KH", "1.142.000 đồng/1.950.000 đồng" */
        if (year && u->sort != UNIT_MEASURE && u->sort != UNIT_MONEY) {
            u->per_year = true;
            j = k + 1;
            continue;
        }
        if (tok_num(p, k) || lex_at(p, k, LEX_MULTIPLIER, NULL))
            k++;
        k += k > j + 1 && lex_at(p, k, LEX_MULTIPLIER, NULL);
        if (k >= hi || p->toks.p[k].kind != TOK_WORD)
            break;
        n = noun_at(p, k, &group, &name);
        n = n ? n : lex_at(p, k, LEX_MEASURE, &name);
        n = n ? n : lex_at(p, k, LEX_DURATION, &name);
        n = n ? n : 1;
        u->name = append(p, u->name, "/", text_lower(p->a, toks_text(p, j + 1, k + n)));
        u->per = true;
        j = k + n;
    }
    return j;
}

static size_t percent_at(const struct page *p, size_t i, size_t hi, struct unit *u)
{
    size_t j = i;

    if (i >= hi)
        return 0;
    struct str s = tok_text(p, i);
    u->sort = UNIT_PERCENT;
    u->name = STR("%");
    if (tok_is(p, i, '%')) {
        j++;
    } else if (str_is(s, "phần") && i + 1 < hi && tok_word(p, i + 1, "trăm")) {
        return 2;
    } else if (str_is(s, "‰")) {
        u->sort = UNIT_PERMILLE;
        u->name = STR("‰");
        return 1;
    } else {
        return 0;
    }
    struct str o = j < hi && p->toks.p[j].glued ? tok_text(p, j) : STR_NULL;
    if (str_is(o, "0") || str_is(o, "o") || str_is(o, "o/oo")) {
        u->sort = UNIT_PERMILLE;
        u->name = STR("‰");
        j++;
    }
    return j - i;
}

/* The currency behind multipliers; the last triệu or tỷ stays with it. */
static void money(struct page *p, struct unit *u, struct str currency, struct str last)
{
    struct dec big;

    u->sort = UNIT_MONEY;
    u->name = currency;
    if (!str_is(last, "1000000") && !str_is(last, "1000000000"))
        return;
    big = str_is(last, "1000000") ? (struct dec){1000000, 0} : (struct dec){1000000000, 0};
    u->times.m /= big.m;
    u->name = append(p, str_is(last, "1000000") ? STR("triệu") : STR("tỷ"), " ", currency);
}

static bool multiply(struct unit *u, struct str value)
{
    int64_t v;
    return str_to_i64(value, &v) && !__builtin_mul_overflow(u->times.m, v, &u->times.m);
}

static size_t measure_at(struct page *p, size_t j, size_t hi, struct unit *u)
{
    struct str name, noun;
    enum lex group;
    size_t n = lex_at(p, j, LEX_MEASURE, &name), m = noun_at(p, j, &group, &noun);

    if (!n || n < m || j + n > hi)
        return 0;
    u->sort = str_is(name, "điểm %") ? UNIT_POINTS : UNIT_MEASURE;
    u->name = name;
    return n;
}

static size_t noun_unit(struct page *p, size_t j, size_t hi, struct unit *u)
{
    struct str name;
    size_t n = noun_at(p, j, &u->group, &name);

    if (!n || j + n > hi || lex_at(p, j, LEX_DURATION, NULL) >= n)
        return 0;
    u->sort = UNIT_NOUN;
    u->name = noun_name(p, j, n, name);
    return more_nouns(p, j + n, hi, u) - j;
}

/* A noun that no list has: a word in small letters that is no word of grammar. */
static size_t unknown_at(struct page *p, size_t j, size_t hi, struct unit *u)
{
    size_t n = 0;

    while (n < 2 && j + n < hi) {
        const struct tok *t = &p->toks.p[j + n];
        if (t->kind != TOK_WORD || t->cap || t->mark != MARK_NONE ||
            lex_at(p, j + n, LEX_STOP, NULL) || lex_at(p, j + n, LEX_DURATION, NULL) ||
            lex_at(p, j + n, LEX_FILLER, NULL) || lex_at(p, j + n, LEX_MEETS, NULL) ||
            lex_at(p, j + n, LEX_LINK, NULL) || lex_at(p, j + n, LEX_NUMBER_WORD, NULL))
            break;
        n++;
    }
    if (!n)
        return 0;
    u->sort = UNIT_NOUN;
    u->group = LEX_NOUN_THING;
    u->unknown = true;
    u->name = text_lower(p->a, toks_text(p, j, j + n));
    return n;
}

/* Multipliers, then currency, measure or noun. */
static size_t scaled_at(struct page *p, size_t i, size_t hi, struct unit *u)
{
    size_t j = i, n;
    struct str value, last = STR_NULL, currency;

    while (j < hi && (n = lex_at(p, j, LEX_MULTIPLIER, &value)) == 1 &&
           !lex_at(p, j, LEX_NUMBER_WORD, NULL)) {
        if (!multiply(u, value))
            return 0;
        last = value;
        j++;
    }
    n = j < hi ? lex_at(p, j, LEX_CURRENCY, &currency) : 0;
    if (n && lex_at(p, j, LEX_NOUN_PERSON, NULL) <= n && lex_at(p, j, LEX_SET_PHRASE, NULL) <= n) {
        money(p, u, currency, last);
        return j + n - i;
    }
    n = measure_at(p, j, hi, u);
    n = n ? n : noun_unit(p, j, hi, u);
    if (n)
        return j + n - i;
    if (str_is(last, "1000000") || str_is(last, "1000000000")) {
        money(p, u, STR("đồng"), last);
        return j - i;
    }
    return 0;
}

bool unit_at(struct page *p, size_t i, size_t hi, struct unit *ret)
{
    struct unit u = {.times = {1, 0}, .from = (uint32_t)i};
    size_t n = percent_at(p, i, hi, &u);

    if (!n && i < hi && lex_at(p, i, LEX_TIMES, NULL)) {
        u.sort = UNIT_TIMES;
        u.name = STR("lần");
        n = 1;
    }
    if (!n)
        n = scaled_at(p, i, hi, &u);
    if (!n && i < hi)
        n = unknown_at(p, i, hi, &u);
    if (!n)
        return false;
    u.to = (uint32_t)per_parts(p, i + n, hi, &u);
    *ret = u;
    return true;
}
