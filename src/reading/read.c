/* read: see read.h. Here: the order of the work. */
#include <stdio.h>
#include <stdlib.h>

#include "reading/reader.h"

/* For each number token the tokens before and behind it that are written alike. */
static bool link_numbers(struct reader *r)
{
    struct page *p = &r->p;
    struct smap last;

    smap_init(&last, p->a);
    r->alike_before = arena_array(p->a, p->toks.n + 1, sizeof *r->alike_before);
    r->alike_behind = arena_array(p->a, p->toks.n + 1, sizeof *r->alike_behind);
    if (!r->alike_before || !r->alike_behind)
        return false;
    for (size_t i = 0; i < p->toks.n; i++) {
        uint64_t at;
        if (p->toks.p[i].kind != TOK_NUM)
            continue;
        if (smap_get(&last, tok_text(p, i), &at)) {
            r->alike_before[i] = (uint32_t)at + 1;
            r->alike_behind[at] = (uint32_t)i + 1;
        }
        if (!smap_put(&last, tok_text(p, i), i))
            return false;
    }
    return true;
}

static int by_place(const void *x, const void *y)
{
    const struct reading_figure *a = x, *b = y;
    return (a->at > b->at) - (a->at < b->at);
}

static bool read_lines(struct reader *r)
{
    for (size_t k = 0; k < r->p.lines.n && !r->cut;) {
        const struct line *l = &r->p.lines.p[k];
        if (l->table) {
            if (!figures_of_table(r, k, &k))
                return false;
            continue;
        }
        for (uint32_t i = l->s0; i < l->s1; i++)
            if (!figures_of_sentence(r, &r->p.sents.p[i]))
                return false;
        k++;
    }
    return true;
}

bool reading_read(struct arena *a, struct str text, const struct reading_words *words,
    const struct reading_options *options, struct reading *ret, struct err *err)
{
    struct reader *r = arena_zalloc(a, sizeof *r);
    size_t most = options->max_bytes ? options->max_bytes : READING_BYTES_MAX;

    if (!r)
        return err_memory(err);
    if (text.n > most) {
        char limit[32];
        snprintf(limit, sizeof limit, "%zu", most);
        return err_set(err, ERR_LIMIT, MSG_err_text_too_long, str_of(limit));
    }
    r->max = options->max_figures ? options->max_figures : READING_FIGURES_MAX;
    r->line = UINT32_MAX;
    if (!page_init(&r->p, a, text, words, options) || !times_find(&r->p, &r->t) ||
        !places_find(&r->p, &r->ps) || !link_numbers(r))
        return err_memory(err);
    r->estimated = lex_within(&r->p, 0, r->p.toks.n, LEX_ESTIMATE, NULL);
    lines_judge(&r->p, &r->t);
    if (!read_lines(r))
        return err_memory(err);
    if (r->figures.n)
        qsort(r->figures.p, r->figures.n, sizeof r->figures.p[0], by_place);
    if (!clashes_find(r))
        return err_memory(err);
    *ret = (struct reading){r->figures.p, r->figures.n, r->clashes.p, r->clashes.n, r->cut};
    return true;
}
