/* Any bytes as a CSV file: every record is read once, every error has a place inside the text, and
 * what is read and written again reads the same. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/csv.h"
#include "fuzz.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* Writes a record and reads it back. */
static void round_trip(struct arena *a, const struct csv_record *r)
{
    struct sbuf b;
    struct csv c;
    struct csv_record again;
    bool end;

    if (r->n == 1 && str_empty(r->cell[0]))
        return; /* an empty line is no record */
    sbuf_init(&b, a, 1 << 20);
    for (size_t i = 0; i < r->n; i++)
        csv_put(&b, r->cell[i], i == 0, false);
    csv_end(&b);
    must(!b.failed);
    struct str text = sbuf_view(&b);
    if (str_starts(text, STR("\xef\xbb\xbf")))
        return; /* a mark at the very beginning of a file is not part of its first cell */
    csv_open(&c, text, STR("again"));
    must(csv_next(&c, a, &again, &end, NULL) && again.n == r->n);
    for (size_t i = 0; i < r->n; i++)
        must(str_eq(again.cell[i], r->cell[i]));
    must(!csv_next(&c, a, &again, &end, NULL) && end);
}

static void read_all(struct arena *a, struct str text)
{
    struct csv c;
    struct csv_record r;
    struct err e = ERR_INIT;
    bool end = false;
    size_t lines = 1, before = 0;

    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n' || text.p[i] == '\r';
    csv_open(&c, text, STR("f.csv"));
    while (csv_next(&c, a, &r, &end, &e)) {
        must(c.at > before && r.n > 0 && r.line >= 1 && (size_t)r.line <= lines);
        before = c.at;
        for (size_t i = 0; i < r.n; i++)
            must(r.place[i].line >= r.line && r.place[i].column >= 1);
        struct arena_mark mark = arena_mark(a);
        round_trip(a, &r);
        arena_release(a, mark);
    }
    must(end || (e.code != ERR_NONE && e.line >= 1 && (size_t)e.line <= lines && e.column >= 1));
}

static void read_header(struct arena *a, struct str text)
{
    static const struct csv_column columns[] = {{"code", true, "Mã"}, {"name", true}, {"note"}};
    struct csv c;
    struct csv_header h;
    struct csv_record r;
    struct err e = ERR_INIT;
    bool end;

    csv_open(&c, text, STR("f.csv"));
    if (!csv_read_header(&c, a, columns, 3, &h, &e)) {
        must(e.code != ERR_NONE && e.line >= 1);
        return;
    }
    while (csv_next(&c, a, &r, &end, &e)) {
        csv_check(&c, &h, &r, &e);
        for (size_t i = 0; i < 3; i++) {
            must(csv_get(&h, &r, i).n <= text.n);
            csv_err(&c, &h, &r, i, &e);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;

    arena_init(&a, 256u << 20);
    read_all(&a, str_make((const char *)data, size));
    arena_reset(&a);
    read_header(&a, str_make((const char *)data, size));
    arena_free(&a);
    return 0;
}
