/* cmd_look: table, scoreboard, export: reading commands. */
#include "cli/commands.h"

#include <fcntl.h>
#include <errno.h>
#include <unistd.h>

#include "app/export.h"
#include "app/resolve.h"
#include "app/forecasts.h"
#include "app/scoreboard.h"
#include "app/table.h"
#include "base/csv.h"
#include "base/json.h"

/* --known, --reading, --state, --line: what every reading command takes. */
bool look_open(struct command *c, struct look *ret, struct err *err)
{
    struct str known = option_value(c, "known"), reading = option_value(c, "reading"),
               line = option_value(c, "line");
    struct act_no act = ACT_MAX;
    struct day day;
    int state;

    *ret = (struct look){.line = -1};
    if (!option_word(c, "state", "approved official provisional", &state, err))
        return false;
    ret->state = state == 2 ? TOTAL_PROVISIONAL : TOTAL_APPROVED;
    if (known.n && (!day_parse(known, &day, err) || !app_known_on(c->app, day, &act, err)))
        return false;
    enum line l;
    if (line.n && !line_parse(line, &l))
        return err_set(err, ERR_INVALID, MSG_err_cli_option_word, STR("line"), line,
            STR("state party front council"));
    if (line.n)
        ret->line = (int)l;
    if (!app_read(c->app, act, &ret->view, err))
        return false;
    ret->reading = (struct reading_of){READ_AS_WAS, ret->view.today};
    if (str_is(reading, "as-is")) {
        ret->reading.kind = READ_AS_IS;
    } else if (reading.n && !str_is(reading, "as-was")) {
        ret->reading.kind = READ_AS_OF;
        if (!day_parse(reading, &ret->reading.day, NULL)) {
            app_read_end(c->app, &ret->view);
            return err_set(err, ERR_INVALID, MSG_err_cli_option_word, STR("reading"), reading,
                STR("as-was as-is YYYY-MM-DD"));
        }
    }
    return true;
}

/* The cells of one row as text. */
static void row_cells(struct command *c, const struct view *v, const struct table_row *r,
    enum total_state state, struct str cell[TABLE_COLUMNS])
{
    struct engine_query q = {.indicator = v->catalog->series[r->series].indicator,
        .series = r->series,
        .unit = r->unit,
        .period = r->period,
        .state = state};

    table_cells(v, &q, &r->total, c->arena, cell);
}

static void table_json(struct sbuf *out, const struct str *cells, size_t rows)
{
    struct json j;

    json_init(&j, out, 0);
    json_array(&j);
    for (size_t r = 0; r < rows; r++) {
        const struct str *cell = &cells[r * TABLE_COLUMNS];
        json_object(&j);
        for (int i = 0; i < TABLE_COLUMNS; i++) {
            int64_t n;
            if (i == 4 && !cell[i].n)
                json_knull(&j, table_heads[i]);
            else if ((i == 5 || i == 6) && str_to_i64(cell[i], &n))
                json_ki64(&j, table_heads[i], n);
            else
                json_kstr(&j, table_heads[i], cell[i]);
        }
        json_object_end(&j);
    }
    json_array_end(&j);
    sbuf_char(out, '\n');
}

/* For people: names of units and indicators, figures as papers write them. */
static bool table_people(struct command *c, const struct view *v, const struct table_row *rows,
    size_t n, struct err *err)
{
    enum { COLUMNS = 6 };
    static const bool right[COLUMNS] = {false, false, false, true, true, false};
    struct str *cells = arena_array(c->arena, (n + 1) * COLUMNS, sizeof *cells);
    static const enum msg_key heads[COLUMNS] = {
        MSG_indicator, MSG_unit, MSG_period, MSG_actual, MSG_total_presence, MSG_note};

    if (!cells)
        return err_memory(err);
    for (int i = 0; i < COLUMNS; i++)
        cells[i] = msg_text(c->lang, heads[i]);
    for (size_t r = 0; r < n; r++) {
        struct str *cell = &cells[(r + 1) * COLUMNS];
        const struct table_row *row = &rows[r];
        const struct indicator *x =
            &v->catalog->indicator[v->catalog->series[row->series].indicator];
        const struct unit_version *u =
            unit_name_on(&v->catalog->units, row->unit, period_last_day(row->period));
        struct sbuf b[3];
        struct dec d;
        for (int i = 0; i < 3; i++)
            sbuf_init(&b[i], c->arena, 300);
        period_put_label(&b[0], c->lang, PERIOD_LABEL, row->period);
        if (!row->total.has)
            sbuf_z(&b[1], "…");
        else if (rat_round(row->total.value, x->decimals, &d))
            dec_put_people(&b[1], c->lang, d);
        sbuf_printf(
            &b[2], "%lld/%lld", (long long)row->total.reported, (long long)row->total.expected);
        cell[0] = x->code;
        cell[1] = u ? u->name : STR("");
        cell[2] = sbuf_view(&b[0]);
        cell[3] = sbuf_view(&b[1]);
        cell[4] = sbuf_view(&b[2]);
        cell[5] = total_mark(c->arena, &row->total, x->decimals);
    }
    return command_table(c, cells, COLUMNS, n + 1, right, err);
}

static bool table_print(
    struct command *c, struct look *k, const struct table_row *rows, size_t n, struct err *err)
{
    struct sbuf out;
    int format;

    if (!option_word(c, "format", "text json csv", &format, err))
        return false;
    if (format == 0)
        return table_people(c, &k->view, rows, n, err);
    struct str *cells = arena_array(c->arena, (n + 1) * TABLE_COLUMNS, sizeof *cells);
    if (!cells)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        row_cells(c, &k->view, &rows[i], k->state, &cells[i * TABLE_COLUMNS]);
    sbuf_init(&out, c->arena, (size_t)2 << 30);
    if (format == 1)
        table_json(&out, cells, n);
    else
        table_csv(&out, cells, n);
    return out.failed ? err_memory(err) : command_print(c, sbuf_view(&out), err);
}

bool command_look_table(struct command *c, struct err *err)
{
    struct table_request q = {0};
    struct look k;
    struct table_row *rows;
    size_t n;

    if (!option_needed(c, "indicator", &q.indicators, err) ||
        !option_needed(c, "unit", &q.unit, err) || !option_needed(c, "period", &q.periods, err) ||
        !look_open(c, &k, err))
        return false;
    q.kind = option_value(c, "descendants");
    q.scope = option_given(c, "children") ? TABLE_CHILDREN
              : q.kind.n                  ? TABLE_DESCENDANTS
                                          : TABLE_SELF;
    q.state = k.state;
    q.reading = k.reading;
    q.line = k.line;
    bool ok = table_make(&k.view, command_actor(c), &q, c->arena, &rows, &n, err) &&
              table_print(c, &k, rows, n, err);
    app_read_end(c->app, &k.view);
    return ok;
}

static bool scoreboard_people(
    struct command *c, const struct view *v, const struct scoreboard *s, struct err *err)
{
    const struct unit_version *u =
        unit_name_on(&v->catalog->units, s->unit, period_last_day(s->period));
    struct sbuf b;

    sbuf_init(&b, c->arena, 4 << 20);
    sbuf_str(&b, u ? u->name : STR(""));
    sbuf_z(&b, ", ");
    period_put_label(&b, c->lang, PERIOD_TEXT, s->period);
    sbuf_char(&b, '\n');
    for (size_t i = 0; i < s->sets; i++) {
        const struct scoreboard_set *ss = &s->set[i];
        sbuf_printf(
            &b, "\n%.*s: %d/%d", STR_ARG(v->catalog->set[ss->set].name), ss->met, ss->total);
        if (ss->expected)
            sbuf_printf(&b, " (%.*s %d/%d)", STR_ARG(msg_text(c->lang, MSG_own_expectation)),
                ss->expected, ss->total);
        sbuf_char(&b, '\n');
        for (size_t k = 0; k < ss->targets; k++) {
            const struct scoreboard_target *st = &ss->target[k];
            const struct target *t = &v->catalog->target[st->target];
            struct str name = t->name.n || st->indicator < 0
                                  ? t->name
                                  : v->catalog->indicator[st->indicator].name;
            sbuf_printf(&b, "  %.*s: %.*s. %.*s\n", STR_ARG(name),
                STR_ARG(msg_text(c->lang, target_status_label(st->assessment.status))),
                STR_ARG(st->explanation));
        }
    }
    if (s->indicators)
        sbuf_char(&b, '\n');
    for (size_t i = 0; i < s->indicators; i++) {
        const struct scoreboard_indicator *si = &s->indicator[i];
        const struct indicator *x = &v->catalog->indicator[si->indicator];
        struct dec d;
        sbuf_printf(&b, "  %.*s: ", STR_ARG(x->name));
        if (si->approx.n)
            sbuf_printf(&b, "%.*s ", STR_ARG(si->approx));
        if (si->total.has && rat_round(si->total.value, x->decimals, &d))
            dec_put_people(&b, c->lang, d);
        else
            sbuf_z(&b, "…");
        sbuf_printf(&b, "\u00a0%.*s (%lld/%lld)\n", STR_ARG(x->unit_of_measure),
            (long long)si->total.reported, (long long)si->total.expected);
    }
    return b.failed ? err_memory(err) : command_print(c, sbuf_view(&b), err);
}

bool command_look_scoreboard(struct command *c, struct err *err)
{
    struct scoreboard_request q = {0};
    struct scoreboard s;
    struct str period;
    struct look k;
    struct sbuf out;
    struct json j;
    int format;

    if (!option_needed(c, "unit", &q.unit, err) || !option_needed(c, "period", &period, err) ||
        !period_parse(period, &q.period, err) ||
        !option_word(c, "format", "text json", &format, err) || !look_open(c, &k, err))
        return false;
    q.set = option_value(c, "set");
    q.state = k.state;
    q.reading = k.reading;
    q.original = option_given(c, "original");
    bool ok = scoreboard_make(c->app, &k.view, command_actor(c), &q, c->lang, c->arena, &s, err);
    if (ok && option_given(c, "forecast"))
        ok = scoreboard_forecast(c->app, &k.view, command_actor(c), &q, &s, c->arena, err);
    if (ok && format == 1) {
        sbuf_init(&out, c->arena, 64 << 20);
        json_init(&j, &out, 0);
        scoreboard_json(&k.view, &s, c->arena, &j);
        sbuf_char(&out, '\n');
        ok = out.failed ? err_memory(err) : command_print(c, sbuf_view(&out), err);
    } else if (ok) {
        ok = scoreboard_people(c, &k.view, &s, err);
    }
    app_read_end(c->app, &k.view);
    return ok;
}

bool command_look_export(struct command *c, struct err *err)
{
    struct str what;
    struct view v;
    struct sbuf out;

    if (!word_needed(c, 0, "units|indicators|sets|targets|figures", &what, err) ||
        !app_read(c->app, ACT_MAX, &v, err))
        return false;
    sbuf_init(&out, c->arena, (size_t)4 << 30);
    bool ok = export_csv(c->app, &v, command_actor(c), what, c->arena, &out, err);
    app_read_end(c->app, &v);
    return ok && command_print(c, sbuf_view(&out), err);
}
