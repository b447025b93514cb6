/* Any bytes as a report: clean text is read within its limits, and every place lies in the text. */
#include <stdlib.h>

#include "base/text.h"
#include "fuzz.h"
#include "reading/read.h"

static void check(struct arena *a, struct str text, const struct reading *r)
{
    struct sbuf out;

    sbuf_init(&out, a, (size_t)64 << 20);
    for (size_t i = 0; i < r->nfigures; i++) {
        const struct reading_figure *f = &r->figures[i];
        if (f->at > f->end || f->end > text.n || f->quote.p != text.p + f->at ||
            (i && r->figures[i - 1].at > f->at) ||
            utf8_count(str_slice(text, 0, f->at)) != f->start)
            abort();
        reading_figure_json(&out, STR("d"), f);
    }
    for (size_t i = 0; i < r->ncontradictions; i++) {
        if (r->contradictions[i].second_at > text.n)
            abort();
        reading_contradiction_json(&out, STR("d"), &r->contradictions[i]);
    }
    if (!utf8_valid(sbuf_view(&out)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena words_arena, a;
    static const struct reading_words *words;
    struct reading_options o = {.doc = STR("d"), .max_figures = 500, .max_bytes = 1 << 16};
    struct reading r;
    struct err e = ERR_INIT;
    struct str text;

    if (!words) {
        arena_init(&words_arena, (size_t)64 << 20);
        arena_init(&a, (size_t)96 << 20);
        if (!reading_words_builtin(&words_arena, &words, &e))
            abort();
    }
    arena_reset(&a);
    if (text_clean(&a, str_make((const char *)data, size), 1 << 16, &text, &e) &&
        reading_read(&a, text, words, &o, &r, &e))
        check(&a, text, &r);
    return 0;
}
