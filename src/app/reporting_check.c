/* reporting_check: may a report be sent? See reporting_private.h. */
#include "app/report_sheet.h"
#include "app/reporting_private.h"

#define LINES_NAMED 5

/* "13, 44, 46 …": the first lines, each once. */
static struct str lines_named(
    struct rep *r, const struct sheet_finding *f, size_t n, struct sbuf *b)
{
    int named[LINES_NAMED];
    int count = 0;

    for (size_t i = 0; i < n; i++) {
        bool again = false;
        for (int k = 0; k < count; k++)
            again = again || named[k] == f[i].line;
        if (!sheet_stops(&f[i]) || again || f[i].line < 0)
            continue;
        if (count == LINES_NAMED) {
            sbuf_z(b, " …");
            break;
        }
        named[count++] = f[i].line;
        sbuf_printf(b, "%s%d", b->n ? ", " : "", r->w->catalog->form_line[f[i].line].number);
    }
    return sbuf_view(b);
}

bool reporting_complete(struct rep *r, struct err *err)
{
    struct write *w = r->w;
    struct sheet s;
    struct sheet_finding *f;
    size_t n;
    int64_t stops = 0;
    struct sbuf count, lines;

    if (!sheet_load(&s, w->store, w->catalog, ACT_MAX, r->form, r->unit, r->key.period,
            r->report.id, w->arena, err) ||
        !sheet_findings(&s, app_finding_limits(w->app, r->last), &f, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        stops += sheet_stops(&f[i]);
    if (!stops)
        return true;
    sbuf_init(&count, w->arena, 24);
    sbuf_i64(&count, stops);
    sbuf_init(&lines, w->arena, 200);
    return err_set(err, ERR_INVALID, MSG_err_report_incomplete, rep_unit_name(r), sbuf_view(&count),
        lines_named(r, f, n, &lines));
}
