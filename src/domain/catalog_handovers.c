/* catalog_handovers: what was decided about units that end, out of the settings; see handover.h and
 * catalog_build.h. A setting that speaks of what is not there (any more) says nothing. */
#include <stdlib.h>

#include "domain/catalog_build.h"

enum { WORDS = 6 };

/* "report 3 12 55 20270": the words of a key behind "open."; how many. */
static size_t words_of(struct str s, struct str *ret)
{
    size_t n = 0;

    while (n < WORDS && str_cut(&s, ' ', &ret[n]))
        n++;
    return n;
}

static bool number_at(const struct str *word, size_t i, int64_t *ret)
{
    return str_to_i64(word[i], ret);
}

static int unit_by_uid(const struct catalog *c, struct str s)
{
    return units_find_uid(&c->units, str_trim(s));
}

/* keep | carry UNIT | needless REASON */
static bool read_value(const struct catalog *c, struct str s, struct handover *h)
{
    struct str first, rest = s;

    h->to = -1;
    h->reason = STR("");
    if (!str_cut(&rest, ' ', &first))
        return false;
    if (str_is(first, "keep"))
        h->kind = HANDOVER_KEPT;
    else if (str_is(first, "carry") && (h->to = unit_by_uid(c, rest)) >= 0)
        h->kind = HANDOVER_CARRIED;
    else if (str_is(first, "needless"))
        h->kind = HANDOVER_NEEDLESS;
    else
        return false;
    if (h->kind == HANDOVER_NEEDLESS)
        h->reason = str_trim(rest);
    return true;
}

/* report FORM UNIT PERIOD END */
static void read_report(struct build *b, const struct str *word, struct str value)
{
    struct handover h = {.form = -1};
    struct catalog *c = b->c;
    int64_t form, unit, period, end;
    uint64_t at;

    if (!number_at(word, 1, &form) || !number_at(word, 2, &unit) || !number_at(word, 3, &period) ||
        !number_at(word, 4, &end) || !map_get(&b->form_by_id, (uint64_t)form, &at) ||
        !period_from_code(period, &h.period) || !read_value(c, value, &h))
        return;
    h.form = (int)at;
    h.form_code = c->form[h.form].code;
    h.unit = units_find_id(&c->units, (struct unit_id){unit});
    h.end.v = (int)end;
    if (h.unit >= 0)
        c->handover[c->handovers++] = h;
}

/* body UNIT PLACE END: carry UNIT | end */
static void read_body(struct catalog *c, const struct str *word, struct str value)
{
    int64_t body, place, end;
    struct handover h;

    if (!number_at(word, 1, &body) || !number_at(word, 2, &place) || !number_at(word, 3, &end) ||
        !read_value(c, value, &h) || h.kind != HANDOVER_CARRIED)
        return;
    struct removal r = {units_find_id(&c->units, (struct unit_id){body}),
        units_find_id(&c->units, (struct unit_id){place}), h.to, {(int)end}};
    if (r.body >= 0 && r.place >= 0)
        c->removal[c->removals++] = r;
}

static int by_unit(const void *va, const void *vb)
{
    const struct handover *a = va, *b = vb;

    return a->unit != b->unit ? a->unit - b->unit : a->form - b->form;
}

bool build_handovers(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->setting.n;

    c->handover = build_array(b, n, sizeof *c->handover);
    c->removal = build_array(b, n, sizeof *c->removal);
    if (!c->handover || !c->removal)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct str key = b->rows->setting.p[i].key, word[WORDS];
        if (!str_starts(key, STR("open.")))
            continue;
        size_t words = words_of(str_slice(key, 5, key.n), word);
        if (words == 5 && str_is(word[0], "report"))
            read_report(b, word, b->rows->setting.p[i].value);
        if (words == 4 && str_is(word[0], "body"))
            read_body(c, word, b->rows->setting.p[i].value);
    }
    if (c->handovers)
        qsort(c->handover, c->handovers, sizeof *c->handover, by_unit);
    return true;
}

int catalog_place_on(const struct catalog *c, int unit, struct day day)
{
    int place = c->units.p[unit].place;

    for (size_t step = 0; place >= 0 && step <= c->removals; step++) {
        struct day end = unit_end(&c->units, place);
        int to = -1;
        for (size_t i = 0; i < c->removals && end.v <= day.v; i++)
            if (c->removal[i].body == unit && c->removal[i].place == place &&
                c->removal[i].end.v == end.v)
                to = c->removal[i].to;
        if (to < 0)
            break;
        place = to;
    }
    return place;
}
