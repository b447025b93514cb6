/* Any bytes as a rule pack (the first byte says which): refused with a place, or a calendar that
 * answers. */
#include <stdlib.h>

#include "base/arena.h"
#include "domain/calendar.h"
#include "fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void ask(const struct calendar *c)
{
    static const char *const ids[] = {"2024-Q1", "2024-12", "2024", "2026-W01", "2020..2025"};
    struct period p;
    struct window w;
    struct day d;

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        must(period_parse(str_of(ids[i]), &p, NULL));
        for (size_t k = 0; k < c->windows.n && k < 20; k++)
            calendar_window(c, c->windows.p[k].family, p, &w, NULL);
        for (size_t k = 0; k < c->dues.n && k < 20; k++)
            if (calendar_due(c, c->dues.p[k].level, c->dues.p[k].family, p, &d, NULL))
                must(calendar_is_working(c, d));
    }
    must(calendar_working_days(c, day_make(2024, 1, 1), day_make(2024, 2, 1)) <= 31);
    calendar_paid_days(c, day_make(2024, 1, 1));
    calendar_year_known(c, 2024);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct calendar c;
    struct err e = ERR_INIT;

    if (size == 0)
        return 0;
    arena_init(&a, 64u << 20);
    calendar_init(&c, &a);
    if (calendar_add(&c, (enum calendar_pack)(data[0] % CALENDAR_PACKS), STR("f.csv"),
            str_make((const char *)data + 1, size - 1), &e))
        ask(&c);
    else
        must(e.code != ERR_NONE && e.line >= 1);
    arena_free(&a);
    return 0;
}
