/* files: what a page shows, as CSV or JSON: the same use case, read in the same way.
 *
 * The address of a file is the page's with a name behind it and the same query, so that whoever
 * changes the reading of a page takes the file of that reading. Names of files say unit, period and
 * what is not the default.
 */
#include "app/forecasts.h"
#include "app/page_csv.h"
#include "app/resolve.h"
#include "app/table.h"
#include "base/json.h"
#include "web/forecast_view.h"
#include "web/handlers.h"
#include "web/how.h"
#include "web/keep.h"
#include "web/show.h"
#include "web/site.h"

struct file {
    struct request *rq;
    struct response *rs;
    struct view v;
    struct how how;
    bool json;
};

static void begin(struct file *f)
{
    rs_begin(f->rs, 200, f->json ? TYPE_JSON : TYPE_CSV);
    if (!f->json)
        sbuf_z(&f->rs->body, "\xef\xbb\xbf"); /* spreadsheets read it as UTF-8 */
}

/* "scoreboard-328-2024-Q1-as-is.csv" */
static void name(struct file *f, const char *what, struct str of, struct period p)
{
    struct sbuf b;

    if (f->json)
        return;
    sbuf_init(&b, f->rq->arena, 300);
    sbuf_z(&b, what);
    sbuf_char(&b, '-');
    sbuf_str(&b, of);
    sbuf_char(&b, '-');
    period_put(&b, p);
    if (f->how.state == TOTAL_PROVISIONAL)
        sbuf_z(&b, "-provisional");
    if (f->how.reading.kind == READ_AS_IS)
        sbuf_z(&b, "-as-is");
    if (f->how.reading.kind == READ_AS_OF) {
        sbuf_z(&b, "-as-of-");
        day_put(&b, f->how.reading.day);
    }
    if (f->how.has_known) {
        sbuf_z(&b, "-known-");
        day_put(&b, f->how.known_day);
    }
    sbuf_z(&b, ".csv");
    rs_download(f->rs, sbuf_view(&b));
}

static bool asked_period(struct file *f, struct period *ret, struct err *err)
{
    struct str s = rq_str(f->rq, "period");

    if (s.n)
        return period_parse(s, ret, err);
    return period_of_day(FREQUENCY_QUARTER, f->v.today, ret) ||
           err_set(err, ERR_INVALID, MSG_err_period_syntax, s);
}

typedef bool filling(struct file *f, struct err *err);

static bool with_view(
    struct request *rq, struct response *rs, bool json, filling *fill, struct err *err)
{
    struct file f = {.rq = rq, .rs = rs, .json = json};

    if (!how_open(rq, &f.how, &f.v, err))
        return false;
    bool ok = fill(&f, err);
    app_read_end(site_app(rq), &f.v);
    return ok;
}

/* An answer made before for somebody with the same rights. Whether he may read the unit is asked
 * all the same; where not, or where nothing is kept, the use case says the rest. */
static bool made_before(
    struct file *f, int unit, struct period p, const char *what, struct keep *ret_keep)
{
    if (!f->json)
        return false;
    keep_begin(f->rs, &f->v, unit, what, ret_keep);
    if (unit < 0 ||
        !must(f->v.catalog, f->v.today, rq_actor(f->rq), RIGHT_READ, unit, period_last_day(p),
            STR(""), STR(""), NULL) ||
        !keep_find(ret_keep))
        return false;
    keep_file(ret_keep, TYPE_JSON);
    return true;
}

/* The body that was made is kept, and goes out as it is. */
static void keep_body(struct file *f, struct keep *keep)
{
    if (!f->rs->body.failed)
        kept_end(kept_put(site_app(f->rq), &keep->moment, sbuf_view(&keep->key), STR(""),
            sbuf_view(&f->rs->body)));
}

/* ---- scoreboard ---- */

static bool fill_scoreboard(struct file *f, struct err *err)
{
    struct request *rq = f->rq;
    struct scoreboard s;
    struct json j;
    struct keep keep;
    struct scoreboard_request q = {.unit = rq_path(rq, "unit"),
        .set = rq_str(rq, "set"),
        .state = f->how.state,
        .reading = f->how.reading,
        .original = rq_int(rq, "original") == 1};

    int unit = how_unit(rq, &f->v, &f->how, q.unit, err);
    if (unit < 0 || !asked_period(f, &q.period, err))
        return false;
    if (made_before(f, unit, q.period, "scoreboard.json", &keep))
        return true;
    if (rq->at_once)
        return rq_set_aside(rq);
    if (!scoreboard_make(site_app(rq), &f->v, rq_actor(rq), &q, rq->lang, rq->arena, &s, err))
        return false;
    if (forecast_is_on(rq, &f->how) &&
        !scoreboard_forecast(site_app(rq), &f->v, rq_actor(rq), &q, &s, rq->arena, err))
        return false;
    begin(f);
    if (f->json) {
        json_init(&j, &f->rs->body, 0);
        scoreboard_json(&f->v, &s, rq->arena, &j);
        keep_body(f, &keep);
    } else {
        name(f, "scoreboard", unit_label(f->v.catalog, s.unit, how_day(&f->how, q.period)),
            q.period);
        scoreboard_csv(&f->v, &s, rq->arena, &f->rs->body);
    }
    return true;
}

bool file_scoreboard_csv(struct request *rq, struct response *rs, struct err *err)
{
    return with_view(rq, rs, false, fill_scoreboard, err);
}

bool file_scoreboard_json(struct request *rq, struct response *rs, struct err *err)
{
    return with_view(rq, rs, true, fill_scoreboard, err);
}

/* ---- indicator ---- */

static const struct input figures_inputs[] = {
    {.name = "unit", .type = INPUT_LINE, .max = 40},
    {.name = "period", .type = INPUT_LINE, .max = 20},
    HOW_INPUTS,
    {.name = "kind", .type = INPUT_LINE, .max = 40},
    {.name = "periods", .type = INPUT_INT, .min = 1, .max = TREND_MAX},
    {0},
};
const struct intake intake_figures = {.inputs = figures_inputs};

static bool fill_indicator(struct file *f, struct err *err)
{
    struct request *rq = f->rq;
    struct indicator_page p;
    struct json j;
    struct keep keep;
    struct indicator_request q = {.indicator = rq_path(rq, "indicator"),
        .unit = rq_str(rq, "unit"),
        .state = f->how.state,
        .reading = f->how.reading,
        .kind = rq_str(rq, "kind"),
        .periods = (int)rq_int(rq, "periods")};

    if (!q.unit.n) {
        int own = units_find_id(&f->v.catalog->units, rq_visitor(rq)->unit);
        q.unit = own < 0 ? STR("") : show_uid(rq, f->v.catalog->units.p[own].uid);
    }
    if (!asked_period(f, &q.period, err))
        return false;
    int unit = resolve_unit_reading(f->v.catalog, q.unit, q.period, q.reading, NULL);
    if (made_before(f, unit, q.period, "indicator.json", &keep))
        return true;
    if (rq->at_once)
        return rq_set_aside(rq);
    if (!indicator_page_make(&f->v, rq_actor(rq), &q, rq->lang, rq->arena, &p, err))
        return false;
    if (f->json && forecast_is_on(rq, &f->how) &&
        !series_forecast(site_app(rq), &f->v, rq_actor(rq), p.indicator, p.series, p.unit, p.period,
            f->how.state, f->how.reading, rq->arena, &p.ahead, &p.aheads, err))
        return false;
    begin(f);
    if (f->json) {
        json_init(&j, &f->rs->body, 0);
        indicator_page_json(&f->v, &p, &j);
        keep_body(f, &keep);
        return true;
    }
    name(f, "indicator", f->v.catalog->indicator[p.indicator].code, q.period);
    return indicator_csv(&f->v, &q, &p, rq->arena, &f->rs->body, err);
}

bool file_indicator_csv(struct request *rq, struct response *rs, struct err *err)
{
    return with_view(rq, rs, false, fill_indicator, err);
}

bool file_indicator_json(struct request *rq, struct response *rs, struct err *err)
{
    return with_view(rq, rs, true, fill_indicator, err);
}

/* ---- board ---- */

static bool fill_board(struct file *f, struct err *err)
{
    struct request *rq = f->rq;
    struct reports_board b;
    struct json j;
    struct board_request q = {
        .form = rq_path(rq, "form"), .unit = rq_str(rq, "unit"), .kind = rq_str(rq, "kind")};

    if (!q.unit.n) {
        int own = units_find_id(&f->v.catalog->units, rq_visitor(rq)->unit);
        q.unit = own < 0 ? STR("") : show_uid(rq, f->v.catalog->units.p[own].uid);
    }
    if (!asked_period(f, &q.to, err) ||
        !board_make(site_app(rq), &f->v, rq_actor(rq), &q, rq->lang, rq->arena, &b, err))
        return false;
    begin(f);
    if (f->json) {
        json_init(&j, &f->rs->body, 0);
        board_json(&f->v, &b, &j);
    } else {
        name(f, "board", q.form, q.to);
        board_csv(&f->v, &b, rq->arena, &f->rs->body);
    }
    return true;
}

bool file_board_csv(struct request *rq, struct response *rs, struct err *err)
{
    return with_view(rq, rs, false, fill_board, err);
}

bool file_board_json(struct request *rq, struct response *rs, struct err *err)
{
    return with_view(rq, rs, true, fill_board, err);
}
