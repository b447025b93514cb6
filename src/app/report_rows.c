/* report_rows: the rows of a report's page. See report_page.h.
 *
 * Own figures come from the store, through the sheet; where a unit has none of its own for another
 * period (a unit that came to be by a merger, or one whose figures lie below it), the roll-up is
 * asked, read on the units of the report's last day.
 */
#include "app/report_page_private.h"

/* A value that the roll-up may know where the sheet does not. */
struct asked {
    struct shown *into;
    struct engine_query q;
};
struct rows {
    struct page_build *b;
    size_t max;
    VEC(struct asked) ask;
};

static bool ask(
    struct rows *r, struct report_row *row, struct period p, struct shown *into, struct err *err)
{
    struct page_build *b = r->b;
    struct asked x = {into, {.catalog = b->c,
                                .indicator = row->indicator,
                                .series = row->item ? row->series : -1,
                                .unit = b->page->unit,
                                .period = p,
                                .state = TOTAL_PROVISIONAL,
                                .reading = {READ_AS_OF, b->page->last_day},
                                .line = -1}};

    return vec_push(&r->ask, b->a, x) || err_memory(err);
}

static bool answer(struct rows *r, struct err *err)
{
    size_t n = r->ask.n;
    struct engine_query *q = arena_array(r->b->a, n ? n : 1, sizeof *q);
    struct total *t = arena_array(r->b->a, n ? n : 1, sizeof *t);

    if (!q || !t)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        q[i] = r->ask.p[i].q;
    if (n && !engine_totals(r->b->v->engine, q, n, t, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *r->ask.p[i].into = shown_of_total(&t[i]);
    return true;
}

/* ---- one row ---- */

static int depth_of(const struct page_build *b, const struct form_line *l)
{
    int depth = 0;

    for (int up = l->parent_line; up >= 0 && depth < 8; up = b->c->form_line[up].parent_line)
        depth++;
    return depth;
}

/* While approved, only what is an estimate may be typed, on its way to final. */
static bool may_type(const struct page_build *b, const struct report_row *row)
{
    if (row->kind != ROW_TYPED || b->v->known.v != INT64_MAX ||
        !page_may(b, RIGHT_ENTER, row->owner))
        return false;
    if (report_editable(b->page->report.state))
        return true;
    return b->page->report.state == REPORT_APPROVED && row->figure.has &&
           row->figure.status == STATUS_ESTIMATE;
}

static void take_figure(struct page_build *b, struct report_row *row, const struct sheet_cell *cell)
{
    const struct indicator *x = &b->c->indicator[row->indicator];
    const struct figure_record *f = cell->figure;

    row->now = cell->now;
    row->wrong = cell->wrong;
    if (f) {
        row->figure = shown_of_version(&f->version, x->decimals);
        row->note = f->note;
        row->flags = f->version.flags & (FIGURE_STATUS | FIGURE_NIL | FIGURE_ON_BEHALF);
    }
    if (!cell->draft)
        return;
    row->drafted = true;
    row->typed = cell->draft->typed;
    row->note = cell->draft->note;
    row->flags = cell->draft->flags;
    row->seq = cell->draft->seq;
    row->typed_ms = cell->draft->at_ms;
    if (row->typed_ms > b->page->saved_ms)
        b->page->saved_ms = row->typed_ms;
}

static void take_mark(struct page_build *b, struct report_row *row)
{
    int64_t id;

    for (size_t i = 0; i < b->sheet.marks; i++) {
        const struct draft_mark *m = &b->sheet.mark[i];
        if (str_is(m->kind, "returned") && str_to_i64(m->key, &id) && id == row->series_id.v &&
            id != 0) {
            row->returned = true;
            row->returned_reason = m->note;
        }
    }
}

/* Last period's value, and the estimate that it replaced. */
static bool previous(struct rows *r, struct report_row *row, struct err *err)
{
    struct page_build *b = r->b;
    const struct indicator *x = &b->c->indicator[row->indicator];
    const struct sheet_records *h;

    if (!b->page->has_previous)
        return true;
    if (row->kind == ROW_COMPUTED || row->series < 0) {
        if (!sheet_value(
                &b->sheet, row->indicator, -1, b->page->previous, false, &row->previous, err))
            return false;
        return row->previous.has || ask(r, row, b->page->previous, &row->previous, err);
    }
    if (!sheet_records(&b->sheet, row->series, b->page->previous, &h, err))
        return false;
    if (!h->n)
        return ask(r, row, b->page->previous, &row->previous, err);
    const struct figure_version *last = &h->p[h->n - 1].version;
    row->previous = shown_of_version(last, x->decimals);
    for (size_t i = h->n - 1; i-- > 0 && row->previous.has && row->previous.status == STATUS_FINAL;)
        if ((h->p[i].version.flags & FIGURE_STATUS) == STATUS_ESTIMATE) {
            row->previous_estimate = shown_of_version(&h->p[i].version, x->decimals);
            break;
        }
    return true;
}

static bool last_year(struct rows *r, struct report_row *row, struct err *err)
{
    struct page_build *b = r->b;

    if (!b->page->has_last_year)
        return true;
    if (!sheet_value(&b->sheet, row->indicator, row->item ? row->series : -1, b->page->last_year,
            false, &row->last_year, err))
        return false;
    return row->last_year.has || ask(r, row, b->page->last_year, &row->last_year, err);
}

static bool has_cumulative(const struct indicator *x)
{
    return x->over_time == TIME_SUM || x->over_time == TIME_RATIO || x->over_time == TIME_LAST;
}

static bool since_january(struct rows *r, struct report_row *row, struct err *err)
{
    struct page_build *b = r->b;
    const struct indicator *x = &b->c->indicator[row->indicator];
    struct period all;

    if (!has_cumulative(x) || !period_to_date(b->page->key.period, &all))
        return true;
    if (!sheet_value(&b->sheet, row->indicator, row->item ? row->series : -1, b->page->key.period,
            true, &row->cumulative, err))
        return false;
    bool asks = row->kind == ROW_COMPUTED && !row->cumulative.has;
    return !asks || ask(r, row, all, &row->cumulative, err);
}

/* Beside the cell: what was, what is planned, how far. */
static bool beside(struct rows *r, struct report_row *row, struct err *err)
{
    struct page_build *b = r->b;

    if (row->kind == ROW_COMPUTED) {
        if (!sheet_value(&b->sheet, row->indicator, -1, b->page->key.period, false, &row->now, err))
            return false;
        if (!row->now.has && !ask(r, row, b->page->key.period, &row->now, err))
            return false;
    }
    if (!previous(r, row, err) || !last_year(r, row, err) || !since_january(r, row, err))
        return false;
    row->has_plan = !row->item && catalog_plan(b->c, row->indicator, b->page->unit,
                                      b->page->key.period, STR(""), &row->plan);
    return true;
}

static void percent(struct page_build *b, struct report_row *row)
{
    const struct indicator *x = &b->c->indicator[row->indicator];
    const struct shown *part = x->over_time == TIME_SUM ? &row->cumulative : &row->now;

    if (row->has_plan && x->direction != DIRECTION_LESS)
        row->has_percent = shown_percent(part, rat_of_dec(row->plan), &row->percent);
}

static struct str owner_name(const struct page_build *b, const struct form_line *l)
{
    bool english = b->lang == LANG_EN && l->owner_name_en.n;

    return english ? l->owner_name_en : l->owner_name_vi.n ? l->owner_name_vi : l->owner;
}

static bool add_row(struct rows *r, int line, int series, struct err *err)
{
    struct page_build *b = r->b;
    const struct form_line *l = &b->c->form_line[line];
    const struct indicator *x = &b->c->indicator[l->indicator];
    struct report_row *row = &b->page->row[b->page->rows++];
    bool item = series >= 0 && b->c->series[series].key.n > 0;
    const struct sheet_cell *cell = sheet_cell_of(&b->sheet, series);

    *row = (struct report_row){.line = line,
        .indicator = l->indicator,
        .series = series,
        .number = item ? 0 : l->number,
        .depth = depth_of(b, l) + item,
        .item = item,
        .name = item ? b->c->series[series].label : x->name,
        .owner = l->owner,
        .owner_name = owner_name(b, l),
        .kind = sheet_row_kind(&b->sheet, l),
        .required = !item && l->required,
        .confirm_nil = !item && l->confirm_nil};
    bool types = row->kind == ROW_TYPED && page_may(b, RIGHT_ENTER, row->owner);
    row->hidden =
        !types && !must_read_indicator(b->v, b->who, x, b->page->unit, b->page->last_day, NULL);
    if (series >= 0 && row->kind == ROW_TYPED)
        row->series_id = b->c->series[series].id;
    take_mark(b, row);
    if (row->hidden || row->kind == ROW_NOT_APPLICABLE)
        return true;
    if (cell)
        take_figure(b, row, cell);
    row->may_type = may_type(b, row);
    return beside(r, row, err);
}

static bool add_line_rows(struct rows *r, int line, struct err *err)
{
    const struct catalog *c = r->b->c;
    const struct form_line *l = &c->form_line[line];
    const struct indicator *x = &c->indicator[l->indicator];

    if (!add_row(r, line, x->series, err))
        return false;
    if (sheet_row_kind(&r->b->sheet, l) == ROW_NOT_APPLICABLE)
        return true;
    for (int i = 0; i < x->parts; i++)
        if (!add_row(r, line, x->first_part + i, err))
            return false;
    return true;
}

/* ---- the whole ---- */

static void begin_section(struct page_build *b, int line)
{
    struct report_page *p = b->page;
    int section = b->c->form_line[line].section;
    struct report_section *last = p->sections ? &p->section[p->sections - 1] : NULL;
    struct str key = section >= 0 ? b->c->form_section[section].key : STR("");

    if (last && str_eq(last->key, key))
        return;
    struct str title = STR("");
    if (section >= 0) {
        const struct form_section *s = &b->c->form_section[section];
        title = b->lang == LANG_EN && s->title_en.n ? s->title_en : s->title_vi;
    }
    p->section[p->sections++] = (struct report_section){key, title, (int)p->rows, 0};
}

static void count(struct report_page *p)
{
    for (size_t i = 0; i < p->rows; i++) {
        const struct report_row *row = &p->row[i];
        if (row->kind == ROW_TYPED && !row->item) {
            p->to_fill++;
            p->filled += row->now.has;
        }
        p->estimates +=
            row->kind == ROW_TYPED && row->figure.has && row->figure.status == STATUS_ESTIMATE;
        p->made_up = p->made_up || row->now.made_up || row->previous.made_up ||
                     row->last_year.made_up || row->cumulative.made_up;
    }
}

bool page_rows(struct page_build *b, struct err *err)
{
    struct report_page *p = b->page;
    struct rows r = {.b = b};

    for (int i = 0; i < b->f->lines; i++)
        r.max += 1 + (size_t)b->c->indicator[b->c->form_line[b->f->first_line + i].indicator].parts;
    p->row = arena_array(b->a, r.max ? r.max : 1, sizeof *p->row);
    p->section = arena_array(b->a, (size_t)b->f->lines + 1, sizeof *p->section);
    if (!p->row || !p->section)
        return err_memory(err);
    for (int i = 0; i < b->f->lines; i++) {
        int line = b->f->first_line + i;
        begin_section(b, line);
        if (!add_line_rows(&r, line, err))
            return false;
        struct report_section *s = &p->section[p->sections - 1];
        s->rows = (int)p->rows - s->first_row;
    }
    if (!answer(&r, err))
        return false;
    for (size_t i = 0; i < p->rows; i++)
        percent(b, &p->row[i]);
    count(p);
    return true;
}

static struct report_owner *owner_of(struct page_build *b, const struct report_row *row)
{
    struct report_page *p = b->page;

    for (size_t i = 0; i < p->owners; i++)
        if (str_eq(p->owner[i].key, row->owner))
            return &p->owner[i];
    struct report_owner *o = &p->owner[p->owners++];
    *o = (struct report_owner){.key = row->owner,
        .name = row->owner_name,
        .mine = page_may(b, RIGHT_ENTER, row->owner),
        .done_by = -1};
    for (size_t i = 0; i < b->sheet.marks; i++) {
        const struct draft_mark *m = &b->sheet.mark[i];
        if (!str_is(m->kind, "done") || !str_eq(m->key, row->owner))
            continue;
        o->done = true;
        o->done_by = catalog_account_id(b->c, m->account);
        o->done_ms = m->at_ms;
    }
    return o;
}

bool page_owners(struct page_build *b, struct err *err)
{
    struct report_page *p = b->page;

    p->owner = arena_array(b->a, p->rows + 1, sizeof *p->owner);
    if (!p->owner)
        return err_memory(err);
    for (size_t i = 0; i < p->rows; i++) {
        const struct report_row *row = &p->row[i];
        if (row->kind != ROW_TYPED || row->item)
            continue;
        struct report_owner *o = owner_of(b, row);
        o->lines++;
        o->filled += row->now.has;
    }
    return true;
}
