/* Any bytes as text, period or day: what is let in is composed and stays so, keys do not depend on
 * how often they are made, ids read back. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/text.h"
#include "domain/period.h"
#include "fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_keys(struct arena *a, struct str s)
{
    struct str again, fold = text_fold(a, s), same = text_same(a, s);

    must(text_clean(a, s, SIZE_MAX, &again, NULL) &&
         again.p == s.p); /* composed: not changed again */
    must(fold.p && same.p && utf8_valid(fold) && utf8_valid(same));
    must(str_eq(text_fold(a, fold), fold));
    must(str_eq(text_same(a, same), same));
    must(text_contains(a, s, fold));
    struct str old = text_place_tones(a, s, TONE_OLD), new = text_place_tones(a, s, TONE_NEW);
    must(str_eq(text_place_tones(a, new, TONE_OLD), old));
    must(str_eq(text_place_tones(a, old, TONE_NEW), new));
    must(str_eq(text_same(a, old), text_same(a, new)));
    struct str key = text_sort_key(a, s);
    must(key.p && str_eq(key, text_sort_key(a, s)));
    for (size_t i = 0; i < key.n; i++)
        must(key.p[i] != 0);
    must(text_lower(a, s).p && text_upper(a, s).p);
}

static void check_period(struct arena *a, struct str s)
{
    struct period p, back;
    struct day d;
    struct sbuf b;

    sbuf_init(&b, a, 300);
    if (day_parse(s, &d, NULL)) {
        day_put(&b, d);
        must(day_parse(sbuf_view(&b), &d, NULL));
        sbuf_reset(&b);
    }
    bool is = period_parse(s, &p, NULL) || period_parse_dhis2(s, &p, NULL) ||
              period_parse_sdmx(s, &p, NULL);
    if (!is)
        return;
    must(period_valid(p));
    period_put(&b, p);
    must(period_parse(sbuf_view(&b), &back, NULL) && period_eq(p, back));
    must(period_from_code(period_code(p), &back) && period_eq(p, back));
    sbuf_reset(&b);
    period_put_label(&b, LANG_VI, PERIOD_LABEL, p);
    must(!b.failed && period_contains(p, p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str s = {(const char *)data, size}, clean;
    struct err e = ERR_INIT;

    arena_init(&a, 256u << 20);
    if (text_clean(&a, s, SIZE_MAX, &clean, &e))
        check_keys(&a, clean);
    else
        must(e.code == ERR_INVALID);
    check_period(&a, s);
    arena_free(&a);
    return 0;
}
