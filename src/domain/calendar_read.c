/* calendar_read: rule packs from text. See calendar.h; the columns are explained in
 * rules/README.md. */
#include "base/arena.h"
#include "base/csv.h"
#include "domain/calendar.h"

static const char *const files[CALENDAR_PACKS] = {"calendar_windows.csv", "calendar_weeks.csv",
    "calendar_holidays.csv", "calendar_days.csv", "calendar_due.csv"};

const char *calendar_pack_file(enum calendar_pack pack)
{
    return files[pack];
}

/* Columns that every pack has come first. */
enum { FROM, TO, SOURCE, CONFIDENCE, NOTE, COMMON };
#define COMMON_COLUMNS                                                                             \
    {"valid_from", true}, {"valid_to", true}, {"source"}, {"confidence"},                          \
    {                                                                                              \
        "note"                                                                                     \
    }

enum { W_FAMILY = COMMON, W_KIND, W_INDEX, W_FROM_MONTH, W_FROM_DAY, W_TO_MONTH, W_TO_DAY, W_ALL };
static const struct csv_column window_columns[] = {COMMON_COLUMNS, {"family", true}, {"kind", true},
    {"index"}, {"from_month", true}, {"from_day", true}, {"to_month", true}, {"to_day", true}};

enum { K_DAYS_OFF = COMMON, K_ALL };
static const struct csv_column week_columns[] = {COMMON_COLUMNS, {"days_off", true}};

enum { H_RULE = COMMON, H_DAYS, H_NAME_VI, H_NAME_EN, H_ALL };
static const struct csv_column holiday_columns[] = {
    COMMON_COLUMNS, {"rule", true}, {"days", true}, {"name_vi", true}, {"name_en", true}};

enum { D_KIND = COMMON, D_NAME_VI, D_NAME_EN, D_ALL };
static const struct csv_column day_columns[] = {
    COMMON_COLUMNS, {"kind", true}, {"name_vi", true}, {"name_en", true}};

enum { U_LEVEL = COMMON, U_FAMILY, U_KIND, U_INDEX, U_WORKING, U_MONTH, U_DAY, U_ROLL, U_ALL };
static const struct csv_column due_columns[] = {COMMON_COLUMNS, {"level", true}, {"family", true},
    {"kind", true}, {"index"}, {"working_days", true}, {"month", true}, {"day", true},
    {"roll", true}};

/* One pack while it is read. */
struct reader {
    struct calendar *calendar;
    struct csv csv;
    struct csv_header header;
    struct csv_record record;
    struct err *err;
};

static struct str get(const struct reader *r, size_t column)
{
    return csv_get(&r->header, &r->record, column);
}

/* Puts the place of the cell to an error already filled. */
static bool at(const struct reader *r, size_t column)
{
    return csv_err(&r->csv, &r->header, &r->record, column, r->err);
}

static bool get_word(
    const struct reader *r, size_t column, const char *const *words, int n, int *ret)
{
    char bytes[200];
    struct sbuf list;

    sbuf_init_fixed(&list, bytes, sizeof bytes);
    for (int i = 0; i < n; i++) {
        if (str_is(get(r, column), words[i])) {
            *ret = i;
            return true;
        }
        sbuf_printf(&list, "%s%s", i ? ", " : "", words[i]);
    }
    err_set(r->err, ERR_INVALID, MSG_err_calendar_word, get(r, column),
        str_of(r->header.columns[column].name), sbuf_view(&list));
    return at(r, column);
}

static bool get_number(const struct reader *r, size_t column, int min, int max, int *ret)
{
    char low[16], high[16];
    struct sbuf a, b;
    int64_t v;

    if (str_to_i64(get(r, column), &v) && v >= min && v <= max) {
        *ret = (int)v;
        return true;
    }
    sbuf_init_fixed(&a, low, sizeof low);
    sbuf_init_fixed(&b, high, sizeof high);
    sbuf_i64(&a, min);
    sbuf_i64(&b, max);
    err_set(r->err, ERR_INVALID, MSG_err_calendar_number, get(r, column),
        str_of(r->header.columns[column].name), sbuf_view(&a), sbuf_view(&b));
    return at(r, column);
}

static bool get_day(const struct reader *r, size_t column, struct day open, struct day *ret)
{
    if (str_empty(get(r, column))) {
        *ret = open;
        return true;
    }
    return day_parse(get(r, column), ret, r->err) || at(r, column);
}

static bool get_origin(const struct reader *r, struct rule_origin *ret)
{
    static const char *const marks[] = {"", "A", "B", "C"};
    struct rule_origin o = {.source = get(r, SOURCE), .note = get(r, NOTE)};
    struct day last;
    int mark;

    if (!get_day(r, FROM, DAY_MIN, &o.from) || !get_day(r, TO, DAY_MAX, &last) ||
        !get_word(r, CONFIDENCE, marks, 4, &mark))
        return false;
    o.to = last.v == DAY_MAX.v ? DAY_MAX : day_add(last, 1);
    if (!day_before(o.from, o.to)) {
        err_set(r->err, ERR_INVALID, MSG_err_calendar_range, get(r, TO), get(r, FROM));
        return at(r, TO);
    }
    o.confidence = mark ? marks[mark][0] : 'C';
    *ret = o;
    return true;
}

static bool get_scope(const struct reader *r, size_t kind, size_t index, struct rule_scope *ret)
{
    static const char *const words[] = {
        "week", "month", "quarter", "half", "months", "year", "term", "any"};
    static const int last[] = {53, 12, 4, 2, 11, 0, 0, 0};
    int k, i = 0;

    if (!get_word(r, kind, words, 8, &k))
        return false;
    if (!str_empty(get(r, index)) && !get_number(r, index, 0, last[k], &i))
        return false;
    *ret = (struct rule_scope){k == 7 ? -1 : k, i};
    return true;
}

static bool read_window(const struct reader *r)
{
    struct window_rule w = {.family = get(r, W_FAMILY)};

    if (!get_scope(r, W_KIND, W_INDEX, &w.scope) || !get_origin(r, &w.origin))
        return false;
    if (w.scope.kind == PERIOD_WEEK) {
        if (!get_number(r, W_FROM_DAY, -31, 31, &w.from_day) ||
            !get_number(r, W_TO_DAY, -31, 31, &w.to_day))
            return false;
    } else if (!get_number(r, W_FROM_MONTH, -24, 24, &w.from_month) ||
               !get_number(r, W_FROM_DAY, 1, 31, &w.from_day) ||
               !get_number(r, W_TO_MONTH, -24, 24, &w.to_month) ||
               !get_number(r, W_TO_DAY, 1, 31, &w.to_day)) {
        return false;
    }
    return vec_push(&r->calendar->windows, r->calendar->arena, w) || err_memory(r->err);
}

static bool read_week(const struct reader *r)
{
    struct week_rule w = {0};
    struct str rest = get(r, K_DAYS_OFF), piece;

    if (!get_origin(r, &w.origin))
        return false;
    while (str_cut(&rest, ' ', &piece)) {
        int64_t d;
        if (str_empty(piece))
            continue;
        if (!str_to_i64(piece, &d) || d < 1 || d > 7) {
            err_set(r->err, ERR_INVALID, MSG_err_calendar_number, piece, STR("days_off"), STR("1"),
                STR("7"));
            return at(r, K_DAYS_OFF);
        }
        w.off[d] = true;
    }
    return vec_push(&r->calendar->weeks, r->calendar->arena, w) || err_memory(r->err);
}

/* `MM-DD`, or `announced`, which leaves month and day at 0. */
static bool get_yearly_day(const struct reader *r, int *ret_month, int *ret_day)
{
    struct str s = get(r, H_RULE);
    int64_t month = 0, day = 0;

    if (str_is(s, "announced")) {
        *ret_month = *ret_day = 0;
        return true;
    }
    bool ok = s.n == 5 && s.p[2] == '-' && str_to_i64(str_slice(s, 0, 2), &month) &&
              str_to_i64(str_slice(s, 3, 5), &day) && month >= 1 && month <= 12 && day >= 1 &&
              day <= days_in_month(2000, (int)month);
    if (!ok) {
        err_set(
            r->err, ERR_INVALID, MSG_err_calendar_word, s, STR("rule"), STR("MM-DD, announced"));
        return at(r, H_RULE);
    }
    *ret_month = (int)month;
    *ret_day = (int)day;
    return true;
}

static bool read_holiday(const struct reader *r)
{
    struct holiday_rule h = {.name_vi = get(r, H_NAME_VI), .name_en = get(r, H_NAME_EN)};

    if (!get_yearly_day(r, &h.month, &h.day) || !get_number(r, H_DAYS, 0, 30, &h.days) ||
        !get_origin(r, &h.origin))
        return false;
    return vec_push(&r->calendar->holidays, r->calendar->arena, h) || err_memory(r->err);
}

static bool read_day(const struct reader *r)
{
    static const char *const kinds[] = {
        "ordinary", "weekly_off", "holiday", "tet", "substitute", "swap_off", "swap_work"};
    struct day_rule d = {.name_vi = get(r, D_NAME_VI), .name_en = get(r, D_NAME_EN)};
    int kind;

    if (!get_word(r, D_KIND, kinds, 7, &kind) || !get_origin(r, &d.origin))
        return false;
    d.kind = (enum day_kind)kind;
    if (d.origin.from.v == DAY_MIN.v || d.origin.to.v == DAY_MAX.v) {
        size_t column = d.origin.from.v == DAY_MIN.v ? FROM : TO;
        err_set(r->err, ERR_INVALID, MSG_err_day_syntax, STR(""));
        return at(r, column);
    }
    return vec_push(&r->calendar->days, r->calendar->arena, d) || err_memory(r->err);
}

static bool read_due(const struct reader *r)
{
    static const char *const rolls[] = {"next", "previous"};
    struct due_rule d = {.level = get(r, U_LEVEL), .family = get(r, U_FAMILY)};
    int how = ROLL_NEXT;

    d.by_date = str_empty(get(r, U_WORKING));
    if (!get_scope(r, U_KIND, U_INDEX, &d.scope) || !get_origin(r, &d.origin))
        return false;
    if (!d.by_date) {
        if (!get_number(r, U_WORKING, 0, 250, &d.working_days))
            return false;
    } else if (!get_number(r, U_MONTH, -24, 24, &d.month) || !get_number(r, U_DAY, 1, 31, &d.day) ||
               !get_word(r, U_ROLL, rolls, 2, &how)) {
        return false;
    }
    d.roll = (enum due_roll)how;
    return vec_push(&r->calendar->dues, r->calendar->arena, d) || err_memory(r->err);
}

struct pack {
    const struct csv_column *columns;
    size_t n;
    bool (*read)(const struct reader *r);
};
static const struct pack packs[CALENDAR_PACKS] = {
    [PACK_WINDOWS] = {window_columns, W_ALL, read_window},
    [PACK_WEEKS] = {week_columns, K_ALL, read_week},
    [PACK_HOLIDAYS] = {holiday_columns, H_ALL, read_holiday},
    [PACK_DAYS] = {day_columns, D_ALL, read_day},
    [PACK_DUE] = {due_columns, U_ALL, read_due},
};

static bool full(const struct calendar *c)
{
    return c->windows.n > CALENDAR_ROWS_MAX || c->weeks.n > CALENDAR_ROWS_MAX ||
           c->holidays.n > CALENDAR_ROWS_MAX || c->days.n > CALENDAR_ROWS_MAX ||
           c->dues.n > CALENDAR_ROWS_MAX;
}

static bool read_rows(struct reader *r, const struct pack *pack)
{
    bool end;

    if (!csv_read_header(&r->csv, r->calendar->arena, pack->columns, pack->n, &r->header, r->err))
        return false;
    while (csv_next(&r->csv, r->calendar->arena, &r->record, &end, r->err)) {
        if (!csv_check(&r->csv, &r->header, &r->record, r->err) || !pack->read(r))
            return false;
        if (full(r->calendar)) {
            err_set(r->err, ERR_LIMIT, MSG_err_calendar_too_many, STR("5000"));
            return at(r, FROM);
        }
    }
    return end;
}

bool calendar_add(
    struct calendar *c, enum calendar_pack pack, struct str file, struct str text, struct err *err)
{
    struct calendar next = *c;
    struct reader r = {.calendar = &next, .err = err};
    struct str copy = str_dup(c->arena, text);

    if (!copy.p)
        return err_memory(err);
    csv_open(&r.csv, copy, file);
    if (!read_rows(&r, &packs[pack]))
        return false;
    *c = next;
    return true;
}
