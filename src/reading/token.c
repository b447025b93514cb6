/* token: see token.h. Here: tokens, entries, lines, sentences, and looking entries up. */
#include "reading/token.h"

#include <utf8proc.h>

#include "base/map.h"
#include "base/text.h"

static bool is_letter(int32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c < 0xc0)
        return false;
    utf8proc_category_t k = utf8proc_category(c);
    return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_ME;
}

static bool is_upper(int32_t c)
{
    return c < 0x80 ? c >= 'A' && c <= 'Z' : utf8proc_category(c) == UTF8PROC_CATEGORY_LU;
}

static bool is_digit(int32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(int32_t c)
{
    return c == ' ' || c == 0xa0 || c == 0x3000 || c == 0xfeff || (c >= 0x2000 && c <= 0x200f) ||
           c == 0x202f || c == 0x2060;
}

/* The mark as ASCII, every dash as '-', round quotes as '"'. */
static char plain_mark(int32_t c)
{
    if (c < 0x80)
        return (char)c;
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
        return '-';
    return c == 0x201c || c == 0x201d || c == 0xab || c == 0xbb ? '"' : 0;
}

static size_t scan_word(struct str s, size_t at, struct tok *t)
{
    bool upper = true;

    for (size_t next = at; next < s.n; at = next) {
        int32_t c = utf8_next(s, &next);
        if (!is_letter(c) && !is_digit(c) && c != 0xb2 && c != 0xb3)
            break;
        upper = upper && (is_upper(c) || !is_letter(c));
    }
    t->upper = upper;
    t->kind = TOK_WORD;
    return at;
}

static size_t scan_number(struct str s, size_t at, struct tok *t)
{
    while (at < s.n) {
        char c = s.p[at];
        bool inner = (c == '.' || c == ',') && at + 1 < s.n && is_digit(s.p[at + 1]);
        if (!is_digit(c) && !inner)
            break;
        at++;
    }
    t->kind = TOK_NUM;
    return at;
}

/* The token at byte `at`, which is no blank; gives the byte behind it. */
static size_t scan(struct str s, size_t at, struct tok *t)
{
    size_t next = at;
    int32_t c = utf8_next(s, &next);

    if (is_digit(c))
        return scan_number(s, at, t);
    if (is_letter(c)) {
        t->cap = is_upper(c);
        return scan_word(s, at, t);
    }
    t->kind = c == '\n' ? TOK_LINE : c == '\t' ? TOK_TAB : TOK_PUNCT;
    t->ch = plain_mark(c);
    return next;
}

struct spelling {
    struct str low;
    uint32_t id;
};

struct ids {
    struct smap seen; /* raw spelling -> index in `all` */
    VEC(struct spelling) all;
    struct arena *a;
};

static bool identify(struct ids *ids, const struct reading_words *w, struct str raw, struct tok *t)
{
    uint64_t k;

    if (!smap_get(&ids->seen, raw, &k)) {
        struct spelling one = {.low = words_fold(ids->a, raw)};
        if (!one.low.p)
            return false;
        one.id = words_id(w, one.low);
        k = ids->all.n;
        if (!vec_push(&ids->all, ids->a, one) || !smap_put(&ids->seen, raw, k))
            return false;
    }
    t->low = ids->all.p[k].low;
    t->word = ids->all.p[k].id;
    return true;
}

static bool tokenise(struct page *p)
{
    struct ids ids = {.a = p->a};
    size_t at = 0, cp = 0;
    bool glued = false;

    smap_init(&ids.seen, p->a);
    while (at < p->text.n) {
        size_t next = at;
        int32_t c = utf8_next(p->text, &next);
        if (is_blank(c) || c == '\r') {
            at = next;
            cp++;
            glued = false;
            continue;
        }
        struct tok t = {.at = (uint32_t)at, .cp = (uint32_t)cp, .glued = glued};
        next = scan(p->text, at, &t);
        t.end = (uint32_t)next;
        struct str raw = str_slice(p->text, at, next);
        if (t.kind != TOK_LINE && t.kind != TOK_TAB && raw.n < 64)
            if (!identify(&ids, p->w, raw, &t))
                return false;
        if (!vec_push(&p->toks, p->a, t))
            return false;
        cp += utf8_count(raw);
        at = next;
        glued = t.kind != TOK_LINE;
    }
    return true;
}

/* Classes whose entries are names of things and stay things inside longer words. */
static bool is_whole_word(uint16_t lex)
{
    return lex == LEX_VERB || lex == LEX_HEAD_OF_RATE || lex == LEX_RATE || lex == LEX_AMOUNT ||
           lex == LEX_MILESTONE || lex == LEX_PROVINCE || lex == LEX_FAMILY_NAME ||
           lex == LEX_GROWTH_NOUN || lex == LEX_ACTOR || lex == LEX_MILESTONE_VERB ||
           lex == LEX_MEETS || lex == LEX_NOT_NOW || lex == LEX_NOT_CHANGE;
}

/* Entries that lie inside a compound word and are shorter than it mean nothing there. */
static void drop_inside_compounds(struct page *p)
{
    size_t end = 0, begin = 0;

    for (size_t i = 0; i < p->toks.n; i++) {
        struct tok *t = &p->toks.p[i];
        size_t n = lex_at(p, i, LEX_COMPOUND, NULL), keep = 0;
        if (n && i + n > end) {
            begin = i;
            end = i + n;
        }
        if (i >= end)
            continue;
        for (size_t k = 0; k < t->nhits; k++) {
            struct hit h = p->hits.p[t->hits + k];
            bool inside = i + h.len <= end && h.len < end - begin && h.lex != LEX_COMPOUND;
            if (!inside || is_whole_word(h.lex))
                p->hits.p[t->hits + keep++] = h;
        }
        t->nhits = (uint16_t)keep;
    }
}

static bool find_hits(struct page *p)
{
    for (size_t i = 0; i < p->toks.n; i++) {
        uint32_t node = 1, from = (uint32_t)p->hits.n;
        for (size_t j = i; j < p->toks.n && p->toks.p[j].word; j++) {
            node = words_follow(p->w, node, p->toks.p[j].word);
            if (!node)
                break;
            for (uint32_t e = p->w->first[node]; e; e = p->w->entries[e].next) {
                struct hit h = {p->w->entries[e].lex, (uint16_t)(j - i + 1), e};
                if (!vec_push(&p->hits, p->a, h))
                    return false;
            }
        }
        p->toks.p[i].hits = from;
        p->toks.p[i].nhits = (uint16_t)(p->hits.n - from);
    }
    drop_inside_compounds(p);
    return true;
}

/* "lần thứ I.", "khóa V.": a Roman number, no initial of a name. */
static bool is_ordinal(const struct page *p, size_t from, size_t i)
{
    return i > from && (tok_word(p, i - 1, "thứ") || tok_word(p, i - 1, "khóa") ||
                           tok_word(p, i - 1, "quý") || tok_word(p, i - 1, "loại"));
}

/* Does the point or ellipsis at token i end a sentence of the line that ends at `end`? */
static bool ends_sentence(const struct page *p, size_t from, size_t i, size_t end)
{
    const struct tok *t = &p->toks.p[i];
    bool dots = str_eq(tok_text(p, i), STR("…"));

    if (!dots && !(t->ch && strchr(".!?", t->ch)))
        return false;
    size_t j = i + 1;
    while (j < end && p->toks.p[j].glued && p->toks.p[j].ch && strchr(".\")!?", p->toks.p[j].ch))
        j++;
    if (j < end && tok_is(p, j, '.') && p->toks.p[j].glued)
        return false;
    if (j >= end)
        return true;
    const struct tok *n = &p->toks.p[j];
    if (n->glued && n->kind != TOK_TAB)
        return false;
    if (i > from && t->ch == '.' && t->glued) {
        const struct tok *b = &p->toks.p[i - 1];
        if (lex_before(p, from, i, LEX_ABBREVIATION, NULL) ||
            (b->upper && b->end - b->at == 1 && !is_ordinal(p, from, i - 1)))
            return false;
        if (i == from + 1) /* "1. ", "a. " at the start of a line */
            return false;
    }
    return n->cap || n->kind == TOK_NUM || n->kind == TOK_PUNCT;
}

static bool add_sentence(struct page *p, size_t from, size_t to, uint32_t line)
{
    struct sentence s = {(uint32_t)from, (uint32_t)to, line};
    return from == to || vec_push(&p->sents, p->a, s);
}

static bool split_line(struct page *p, struct line *l, uint32_t number)
{
    size_t from = l->from;

    l->s0 = (uint32_t)p->sents.n;
    for (size_t i = l->from; i < l->to; i++) {
        bool full = i + 1 - from >= SENTENCE_TOKENS_MAX;
        if (!full && (l->table || !ends_sentence(p, from, i, l->to)))
            continue;
        size_t next = i + 1;
        while (next < l->to && p->toks.p[next].kind == TOK_PUNCT && p->toks.p[next].glued &&
               p->toks.p[next].ch && strchr(".\")!?", p->toks.p[next].ch))
            next++;
        if (!add_sentence(p, from, next, number))
            return false;
        from = next;
        i = next - 1;
    }
    if (!add_sentence(p, from, l->to, number))
        return false;
    l->s1 = (uint32_t)p->sents.n;
    return true;
}

static bool split_lines(struct page *p)
{
    size_t from = 0;

    for (size_t i = 0; i <= p->toks.n; i++) {
        if (i < p->toks.n && p->toks.p[i].kind != TOK_LINE)
            continue;
        struct line l = {.from = (uint32_t)from, .to = (uint32_t)i};
        for (size_t k = from; k < i; k++)
            l.table = l.table || p->toks.p[k].kind == TOK_TAB;
        if (!split_line(p, &l, (uint32_t)p->lines.n) || !vec_push(&p->lines, p->a, l))
            return false;
        from = i + 1;
    }
    return true;
}

bool page_init(struct page *p, struct arena *a, struct str text, const struct reading_words *w,
    const struct reading_options *o)
{
    *p = (struct page){.a = a, .text = text, .w = w, .options = o};
    return tokenise(p) && find_hits(p) && split_lines(p);
}

size_t lex_at(const struct page *p, size_t i, enum lex c, struct str *ret_value)
{
    size_t best = 0;

    if (i >= p->toks.n)
        return 0;
    const struct tok *t = &p->toks.p[i];
    for (size_t k = 0; k < t->nhits; k++) {
        const struct hit *h = &p->hits.p[t->hits + k];
        if (h->lex != c || h->len <= best)
            continue;
        best = h->len;
        if (ret_value)
            *ret_value = p->w->entries[h->entry].value;
    }
    return best;
}

size_t lex_before(const struct page *p, size_t lo, size_t i, enum lex c, struct str *ret_value)
{
    size_t best = 0;

    for (size_t n = 1; n <= 8 && n <= i && i - n >= lo; n++) {
        const struct tok *t = &p->toks.p[i - n];
        for (size_t k = 0; k < t->nhits; k++) {
            const struct hit *h = &p->hits.p[t->hits + k];
            if (h->lex != c || h->len != n)
                continue;
            best = n;
            if (ret_value)
                *ret_value = p->w->entries[h->entry].value;
        }
    }
    return best;
}

bool lex_within(const struct page *p, size_t lo, size_t hi, enum lex c, size_t *ret_at)
{
    for (size_t i = lo; i < hi; i++) {
        const struct tok *t = &p->toks.p[i];
        for (size_t k = 0; k < t->nhits; k++) {
            const struct hit *h = &p->hits.p[t->hits + k];
            if (h->lex == c && i + h->len <= hi) {
                if (ret_at)
                    *ret_at = i;
                return true;
            }
        }
    }
    return false;
}

size_t lex_last(const struct page *p, size_t lo, size_t hi, enum lex c, size_t *ret_at)
{
    for (size_t i = hi; i-- > lo;) {
        size_t n = lex_at(p, i, c, NULL);
        if (n && i + n <= hi) {
            *ret_at = i;
            return n;
        }
    }
    return 0;
}

struct str tok_text(const struct page *p, size_t i)
{
    return str_slice(p->text, p->toks.p[i].at, p->toks.p[i].end);
}

struct str toks_text(const struct page *p, size_t i, size_t j)
{
    return i < j ? str_slice(p->text, p->toks.p[i].at, p->toks.p[j - 1].end) : STR_NULL;
}

bool tok_is(const struct page *p, size_t i, char ch)
{
    return i < p->toks.n && p->toks.p[i].kind == TOK_PUNCT && p->toks.p[i].ch == ch;
}

bool tok_num(const struct page *p, size_t i)
{
    return i < p->toks.n && p->toks.p[i].kind == TOK_NUM;
}

int tok_int(const struct page *p, size_t i)
{
    int v = 0;

    if (!tok_num(p, i) || p->toks.p[i].end - p->toks.p[i].at > 6)
        return -1;
    for (size_t k = p->toks.p[i].at; k < p->toks.p[i].end; k++) {
        if (!is_digit(p->text.p[k]))
            return -1;
        v = v * 10 + (p->text.p[k] - '0');
    }
    return v;
}

bool tok_year(const struct page *p, size_t i)
{
    int v = tok_int(p, i);
    return v >= 1930 && v <= 2099 && p->toks.p[i].end - p->toks.p[i].at == 4;
}

bool tok_word(const struct page *p, size_t i, const char *z)
{
    return i < p->toks.n && str_is(p->toks.p[i].low, z);
}
