/* role: what has been done, what is estimated, what is aimed at (see reader.h).
 *
 * A heading gives its section a role ("Phương hướng, nhiệm vụ"); within a sentence words of aim
 * hold to its end unless a word of fact takes over, words of estimate hold for the figure behind
 * them and what is said more about it; words such as "phải" hold for their clause.
 */
#include "reading/reader.h"

static bool is_bullet(const struct page *p, const struct line *l)
{
    return l->from < l->to &&
           (tok_is(p, l->from, '-') || tok_is(p, l->from, '+') || tok_is(p, l->from, '*') ||
               str_eq(tok_text(p, l->from), STR("•")));
}

static bool is_heading(const struct page *p, const struct line *l)
{
    size_t n = l->to - l->from;

    if (!n || n > 34 || l->table)
        return false;
    if (tok_is(p, l->to - 1, ':'))
        return true;
    if (tok_is(p, l->to - 1, '.') || tok_is(p, l->to - 1, ';') || is_bullet(p, l))
        return false;
    return true;
}

/* The role a heading gives: by the first word that says one; 0 none, 1 actual, 2 target. */
static int heading_role(const struct page *p, const struct line *l)
{
    for (size_t i = l->from; i < l->to; i++) {
        size_t a = lex_at(p, i, LEX_ACTUAL_HEADING, NULL);
        size_t t = lex_at(p, i, LEX_TARGET_HEADING, NULL);
        size_t g = lex_at(p, i, LEX_TARGET, NULL);
        t = t > g ? t : g;
        if (a && a >= t)
            return 1;
        if (t)
            return 2;
    }
    return 0;
}

static bool has_number(const struct page *p, const struct line *l)
{
    for (size_t i = l->from; i < l->to; i++)
        if (tok_num(p, i) && p->toks.p[i].mark == MARK_NONE && i > l->from + 1)
            return true;
    return false;
}

/* "I.", "II.", "A.": the highest headings end what went before. */
static bool is_part(const struct page *p, const struct line *l)
{
    return l->to - l->from > 1 && p->toks.p[l->from].upper && p->toks.p[l->from].kind == TOK_WORD &&
           (tok_is(p, l->from + 1, '.') || tok_is(p, l->from + 1, '-')) &&
           p->toks.p[l->from].end - p->toks.p[l->from].at <= 4;
}

void lines_judge(struct page *p, const struct times *t)
{
    int section = 0;
    bool list = false; /* the role came from a line ending in ':' and holds for its bullets */

    (void)t;
    for (size_t k = 0; k < p->lines.n; k++) {
        struct line *l = &p->lines.p[k];
        if (l->from == l->to)
            continue;
        bool bullet = is_bullet(p, l), colon = tok_is(p, l->to - 1, ':');
        l->heading = is_heading(p, l);
        l->item = bullet || (tok_num(p, l->from) && !l->heading);
        if (list && !bullet && !l->table) {
            list = false;
            section = 0;
        }
        int role =
            l->heading && k > 0 && (!has_number(p, l) || is_part(p, l)) ? heading_role(p, l) : 0;
        if (!role && colon && l->to - l->from > 34 &&
            lex_within(p, l->to - 12, l->to, LEX_TARGET, NULL))
            role = 2;
        if (role) {
            list = colon && role == 2 && !is_part(p, l) && k + 1 < p->lines.n &&
                   is_bullet(p, &p->lines.p[k + 1]) && section != 2;
            section = role;
        } else if (is_part(p, l) && l->heading) {
            section = 0;
        }
        l->role = section == 2 ? READING_TARGET : READING_ACTUAL;
        l->role_given = section != 0;
    }
}

static bool starts_line(const struct reader *r, const struct sentence *s)
{
    return r->p.lines.p[s->line].s0 < r->p.sents.n &&
           r->p.sents.p[r->p.lines.p[s->line].s0].from == s->from;
}

void role_begin(struct reader *r, const struct sentence *s, struct role_state *state)
{
    const struct page *p = &r->p;
    const struct line *l = &p->lines.p[s->line];
    size_t i = s->from;

    *state = (struct role_state){.base = l->role};
    while (i < s->to && (p->toks.p[i].kind == TOK_PUNCT || tok_num(p, i)))
        i++;
    if (starts_line(r, s) && !is_bullet(p, l))
        r->parts_estimated = false;
    if (r->parts_estimated && is_bullet(p, l) && l->role != READING_TARGET)
        state->base = READING_ESTIMATE;
    if (r->carried == READING_TARGET && l->role != READING_TARGET) {
        bool follows = !starts_line(r, s) || lex_at(p, i, LEX_IMPERATIVE, NULL);
        if (follows)
            state->base = READING_TARGET;
    }
}

/* Does a clause begin shortly before token i? */
static bool clause_begins(const struct page *p, const struct sentence *s, size_t i)
{
    for (size_t k = 0; k < 4 && i - k > s->from; k++)
        if (tok_is(p, i - k - 1, ',') || tok_is(p, i - k - 1, ';') || tok_is(p, i - k - 1, ':'))
            return true;
    return i <= s->from + 3;
}

static bool aims(const struct page *p, const struct sentence *s, size_t i)
{
    size_t n = lex_at(p, i, LEX_TARGET, NULL);

    if (!n)
        return false;
    for (size_t k = i; k > s->from && i - k < 6; k--) /* "so với mục tiêu nghị quyết đề ra" */
        if (p->toks.p[k].kind == TOK_PUNCT)
            break;
        else if (tok_word(p, k, "với") && tok_word(p, k - 1, "so"))
            return false;
    bool weak_noun = tok_word(p, i, "mục") || tok_word(p, i, "chỉ");
    return !weak_noun || !lex_before(p, s->from, i, LEX_TARGET_REACHED, NULL);
}

static bool states_fact(const struct page *p, const struct sentence *s, size_t i)
{
    size_t n = lex_at(p, i, LEX_ACTUAL, NULL);

    if (!n || lex_at(p, i, LEX_NOT_NOW, NULL) > n ||
        lex_before(p, s->from, i + 1, LEX_NOT_NOW, NULL) >= 2)
        return false;
    for (size_t k = i; k < s->to && k < i + 14 && !tok_is(p, k, ';'); k++)
        if (tok_word(p, k, "sẽ") || (tok_word(p, k, "tiếp") && tok_word(p, k + 1, "tục")))
            return false; /* "các xã đã đạt chuẩn sẽ tiếp tục ..." */
    return clause_begins(p, s, i) || lex_at(p, i, LEX_NOW, NULL) > 1;
}

void role_scan(const struct reader *r, const struct sentence *s, size_t lo, size_t hi,
    struct role_state *state)
{
    const struct page *p = &r->p;

    for (size_t i = lo; i < hi; i++) {
        size_t e = lex_at(p, i, LEX_ESTIMATE, NULL);
        if (tok_is(p, i, ';') || tok_is(p, i, '.')) {
            state->estimate = state->weak = false;
        } else if (aims(p, s, i)) {
            state->target = true;
            state->estimate = false;
        } else if (e &&
                   !(e == 1 && tok_word(p, i, "ước") && i > s->from && tok_word(p, i - 1, "quy"))) {
            state->estimate = true;
            state->estimate_all =
                state->estimate_all || tok_word(p, i + e, "cả") || tok_word(p, i + e - 1, "năm") ||
                (i <= s->from + 2 &&
                    (r->t.at[i + e] || tok_word(p, i + e, "đến") || tok_word(p, i + e, "cả")));
        } else if (states_fact(p, s, i)) {
            state->target = state->estimate_all = false;
            state->actual = true;
            state->base = READING_ACTUAL;
        } else if (lex_at(p, i, LEX_TARGET_WEAK, NULL)) {
            state->weak = true;
        }
    }
}

enum reading_role role_of(const struct role_state *state)
{
    if (state->estimate || state->estimate_all)
        return READING_ESTIMATE;
    return state->target || state->weak ? READING_TARGET : state->base;
}
