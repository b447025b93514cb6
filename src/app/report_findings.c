/* report_findings: what is wrong, missing or worth a look on a report's page. See report_page.h. */
#include "app/report_page_private.h"

static int row_of(const struct report_page *p, int line, int series)
{
    int first = -1;

    for (size_t i = 0; i < p->rows; i++) {
        if (p->row[i].line != line)
            continue;
        if (series >= 0 && p->row[i].series == series)
            return (int)i;
        if (first < 0)
            first = (int)i;
    }
    return first;
}

/* Rows of the other lines that it speaks of. */
static bool others_of(
    struct page_build *b, const struct finding *f, struct report_finding *out, struct err *err)
{
    int *v = arena_array(b->a, f->relateds + 1, sizeof *v);

    if (!v)
        return err_memory(err);
    for (size_t i = 0; i < f->relateds; i++) {
        int row = row_of(b->page, f->related[i], -1);
        if (row >= 0 && row != out->row)
            v[out->others++] = row;
    }
    out->other = v;
    return true;
}

/* A sentence with figures that the reader may not see is cut to its kind. */
static bool is_sealed(const struct report_page *p, const struct report_finding *out)
{
    bool sealed = out->row >= 0 && p->row[out->row].hidden;

    for (size_t i = 0; i < out->others && !sealed; i++)
        sealed = p->row[out->other[i]].hidden;
    return sealed;
}

static struct str message_of(struct page_build *b, const struct sheet_finding *f, bool sealed)
{
    struct sbuf out;

    if (sealed && f->f)
        return msg_text(b->lang, finding_kind_label(f->f->kind));

    sbuf_init(&out, b->a, 8000);
    if (f->f)
        finding_put(&out, b->lang, b->c, f->f);
    else if (f->wrong)
        err_text(f->wrong, b->lang, &out);
    else
        sbuf_str(&out, msg_text(b->lang, f->key));
    return sbuf_view(&out);
}

static bool add(struct page_build *b, const struct sheet_finding *f, struct err *err)
{
    struct report_page *p = b->page;
    int row = f->line < 0 ? -1 : row_of(p, f->line, f->series);

    struct report_finding *out = &p->finding[p->findings++];
    *out = (struct report_finding){.level = f->level, .row = row, .explained = f->explained};
    if (f->f && !others_of(b, f->f, out, err))
        return false;
    out->message = message_of(b, f, is_sealed(p, out));
    p->errors += f->level == REPORT_FINDING_ERROR;
    p->missing += f->level == REPORT_FINDING_MISSING;
    p->warnings += f->level == REPORT_FINDING_WARNING && !f->explained;
    return true;
}

bool page_findings(struct page_build *b, struct err *err)
{
    struct sheet_finding *f;
    size_t n;

    if (!sheet_findings(&b->sheet, app_finding_limits(b->app, b->page->last_day), &f, &n, err))
        return false;
    b->page->finding = arena_array(b->a, n + 1, sizeof *b->page->finding);
    if (!b->page->finding)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        if (!add(b, &f[i], err))
            return false;
    return true;
}
