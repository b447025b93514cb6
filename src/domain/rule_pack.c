/* rule_pack: see rule_pack.h. */
#include "domain/rule_pack.h"

enum { FROM, TO };

static bool read_days(struct rule_row *row, size_t *ret_column, struct err *err)
{
    struct str from = csv_get(row->header, row->record, FROM);
    struct str to = csv_get(row->header, row->record, TO);

    row->from = DAY_MIN;
    row->to = DAY_MAX;
    *ret_column = FROM;
    if (!str_empty(from) && !day_parse(from, &row->from, err))
        return false;
    *ret_column = TO;
    if (str_empty(to))
        return true;
    if (!day_parse(to, &row->to, err))
        return false;
    row->to = day_add(row->to, 1);
    return true;
}

bool rule_pack_read(struct arena *a, struct str csv, struct str name,
    const struct csv_column *columns, size_t n, rule_reader *read, void *ctx, struct err *err)
{
    struct csv c;
    struct csv_header h;
    struct csv_record r;
    bool end = false;

    csv_open(&c, csv, name);
    if (!csv_read_header(&c, a, columns, n, &h, err))
        return false;
    while (csv_next(&c, a, &r, &end, err)) {
        struct rule_row row = {&h, &r, DAY_MIN, DAY_MAX};
        size_t column;
        if (!csv_check(&c, &h, &r, err))
            return false;
        if (!read_days(&row, &column, err) || !read(ctx, &row, &column, err))
            return csv_err(&c, &h, &r, column, err);
    }
    return end;
}
