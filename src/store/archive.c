/* archive: a store as one file, the same from either engine.
 *
 *     "giaoban archive 1\n"  schema  n  at_ms  hash of the head
 *     for each table: 'T'  name  number of columns  names of the columns
 *                     for each row: 'R'  its values: a number, or a length and bytes
 *     'E'  checksum of all before
 *
 * Numbers are of variable length, seven bits a byte, signs folded in; texts have their length
 * before them. Columns are found by name: those that came later are filled with 0 or nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/transfer.h"

#define MAGIC "giaoban archive 1\n"
#define VALUE_MAX (1u << 30)

/* --- writing --- */

struct out {
    FILE *f;
    const char *path;
    struct hasher h;
    bool failed;
};

static void put(struct out *o, const void *p, size_t n)
{
    if (o->failed || !n)
        return;
    o->failed = fwrite(p, 1, n, o->f) != n;
    hash_bytes(&o->h, p, n);
}

static void put_i64(struct out *o, int64_t v)
{
    uint64_t u = ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0);
    unsigned char b[10];
    size_t n = 0;

    for (; u >= 0x80; u >>= 7)
        b[n++] = (unsigned char)(u | 0x80);
    b[n++] = (unsigned char)u;
    put(o, b, n);
}

static void put_str(struct out *o, struct str s)
{
    put_i64(o, (int64_t)s.n);
    put(o, s.p, s.n);
}

static bool write_table(
    struct out *o, struct db *d, enum sql_table_id t, int64_t *ret_rows, struct err *err)
{
    const struct sql_table *table = &sql_tables[t];
    DB_AUTO *q = db_query(d, (enum sql_id)sql_each_dump[t], err);
    enum db_step step;

    if (!q)
        return false;
    put(o, "T", 1);
    put_str(o, str_of(table->name));
    put_i64(o, table->columns);
    for (int i = 0; i < table->columns; i++)
        put_str(o, str_of(table->column[i]));
    *ret_rows = 0;
    while ((step = db_step(q, err)) == DB_ROW && !o->failed) {
        put(o, "R", 1);
        for (int i = 0; i < table->columns; i++) {
            if (table->types[i] == 'i')
                put_i64(o, db_i64(q, i));
            else
                put_str(o, db_str(q, i));
        }
        ++*ret_rows;
    }
    return step != DB_ERROR;
}

static bool write_head(struct out *o, struct db *d, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_head, err);

    if (!q || db_step(q, err) != DB_ROW)
        return false;
    put(o, MAGIC, sizeof MAGIC - 1);
    put_i64(o, SCHEMA_NEWEST);
    put_i64(o, db_i64(q, 0));
    put_i64(o, db_i64(q, 2));
    put_str(o, db_str(q, 1));
    return true;
}

static bool write_all(
    struct out *o, struct db *d, store_progress *progress, void *ctx, struct err *err)
{
    unsigned char sum[HASH_BYTES];

    if (!write_head(o, d, err))
        return false;
    for (int t = 0; t < TABLE_COUNT; t++) {
        int64_t rows;
        if (!goes_along((enum sql_table_id)t))
            continue;
        if (!write_table(o, d, (enum sql_table_id)t, &rows, err))
            return false;
        if (progress)
            progress(ctx, sql_tables[t].name, rows);
    }
    put(o, "E", 1);
    hash_end(&o->h, sum);
    o->failed = o->failed || fwrite(sum, 1, sizeof sum, o->f) != sizeof sum;
    return true;
}

static bool write_file(
    struct out *o, struct store *s, store_progress *progress, void *ctx, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    bool ok = l.db && write_all(o, l.db, progress, ctx, err);

    o->failed = fflush(o->f) != 0 || o->failed;
    o->failed = fsync(fileno(o->f)) != 0 || o->failed;
    int number = errno;
    if (ok && o->failed)
        ok = err_errno(err, number ? number : EIO, str_of(o->path));
    return ok;
}

bool store_archive(
    struct store *s, const char *file, store_progress *progress, void *ctx, struct err *err)
{
    struct out o = {.path = file};
    char part[4096];
    struct stat st;

    if (stat(file, &st) == 0)
        return err_set(err, ERR_CONFLICT, MSG_err_store_exists, str_of(file));
    if (snprintf(part, sizeof part, "%s.part", file) >= (int)sizeof part)
        return err_errno(err, ENAMETOOLONG, str_of(file));
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    o.f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (!o.f)
        return err_errno(err, errno, str_of(file));
    errno = 0;
    hash_begin(&o.h, MAGIC);
    bool ok = write_file(&o, s, progress, ctx, err);
    fclose(o.f);
    if (ok && rename(part, file) != 0)
        ok = err_errno(err, errno, str_of(file));
    if (!ok)
        unlink(part);
    return ok && sync_folder_of(file, err);
}

/* --- reading --- */

struct in {
    FILE *f;
    const char *path;
    struct hasher h;
    int tag; /* of what comes next */
    enum sql_table_id table;
    int columns, at[48]; /* column of the file -> of the table */
    struct {
        char *p;
        size_t cap;
    } text[48]; /* texts of the row in hand */
};

static bool bad_format(struct in *in, struct err *err)
{
    return err_set(err, ERR_INVALID, MSG_err_archive_format, str_of(in->path));
}

static bool get(struct in *in, void *p, size_t n, struct err *err)
{
    if (n && fread(p, 1, n, in->f) != n)
        return bad_format(in, err);
    hash_bytes(&in->h, p, n);
    return true;
}

static bool get_i64(struct in *in, int64_t *ret, struct err *err)
{
    uint64_t u = 0;
    unsigned char b = 0x80;

    for (unsigned shift = 0; b >= 0x80; shift += 7) {
        if (shift > 63 || !get(in, &b, 1, err))
            return bad_format(in, err);
        u |= (uint64_t)(b & 0x7f) << shift;
    }
    *ret = (int64_t)((u >> 1) ^ (u & 1 ? UINT64_MAX : 0));
    return true;
}

static bool get_text(struct in *in, int i, struct str *ret, struct err *err)
{
    int64_t n;

    if (!get_i64(in, &n, err))
        return false;
    if (n < 0 || n > VALUE_MAX)
        return bad_format(in, err);
    if ((size_t)n + 1 > in->text[i].cap) {
        char *more = realloc(in->text[i].p, (size_t)n + 1);
        if (!more)
            return err_memory(err);
        in->text[i].p = more;
        in->text[i].cap = (size_t)n + 1;
    }
    *ret = str_make(in->text[i].p, (size_t)n);
    return get(in, in->text[i].p, (size_t)n, err);
}

static bool get_tag(struct in *in, struct err *err)
{
    unsigned char b;

    if (!get(in, &b, 1, err))
        return false;
    in->tag = b;
    return true;
}

static int index_of(const struct sql_table *t, struct str name)
{
    for (int i = 0; i < t->columns; i++)
        if (str_is(name, t->column[i]))
            return i;
    return -1;
}

static bool get_table(struct in *in, struct err *err)
{
    struct str name;
    int64_t n;
    int t = 0;

    if (!get_text(in, 0, &name, err) || !get_i64(in, &n, err))
        return false;
    while (
        t < TABLE_COUNT && (!goes_along((enum sql_table_id)t) || !str_is(name, sql_tables[t].name)))
        t++;
    if (t == TABLE_COUNT || n < 1 || n > sql_tables[t].columns)
        return bad_format(in, err);
    in->table = (enum sql_table_id)t;
    in->columns = (int)n;
    for (int i = 0; i < in->columns; i++) {
        if (!get_text(in, 0, &name, err))
            return false;
        in->at[i] = index_of(&sql_tables[t], name);
        if (in->at[i] < 0)
            return bad_format(in, err);
    }
    return get_tag(in, err);
}

static bool next_row(void *ctx, struct db_value *row, bool *ret_end, struct err *err)
{
    struct in *in = ctx;
    const struct sql_table *t = &sql_tables[in->table];

    *ret_end = in->tag != 'R';
    if (*ret_end)
        return true;
    for (int i = 0; i < t->columns; i++)
        row[i] = t->types[i] == 'i' ? I(0) : t->types[i] == 't' ? T(STR("")) : B("", 0);
    for (int i = 0; i < in->columns; i++) {
        struct db_value *v = &row[in->at[i]];
        if (v->type == DB_I64 ? !get_i64(in, &v->i, err) : !get_text(in, i, &v->s, err))
            return false;
    }
    return get_tag(in, err);
}

static bool get_head(struct in *in, struct head *head, struct err *err)
{
    char magic[sizeof MAGIC - 1], text[24];
    int64_t schema;
    struct str hash;

    if (!get(in, magic, sizeof magic, err) || memcmp(magic, MAGIC, sizeof magic) != 0)
        return bad_format(in, err);
    if (!get_i64(in, &schema, err))
        return false;
    snprintf(text, sizeof text, "%lld", (long long)schema);
    if (schema > SCHEMA_NEWEST)
        return err_set(err, ERR_INVALID, MSG_err_archive_newer, str_of(in->path), str_of(text));
    if (!get_i64(in, &head->n, err) || !get_i64(in, &head->at_ms, err) ||
        !get_text(in, 0, &hash, err))
        return false;
    if (hash.n != HASH_BYTES)
        return bad_format(in, err);
    memcpy(head->hash, hash.p, HASH_BYTES);
    return get_tag(in, err);
}

static bool check_sum(struct in *in, struct err *err)
{
    unsigned char sum[HASH_BYTES], stored[HASH_BYTES];

    if (in->tag != 'E')
        return bad_format(in, err);
    hash_end(&in->h, sum);
    if (fread(stored, 1, sizeof stored, in->f) != sizeof stored)
        return bad_format(in, err);
    return memcmp(sum, stored, sizeof sum) == 0 ||
           err_set(err, ERR_CORRUPT, MSG_err_archive_damaged, str_of(in->path));
}

static bool read_all(
    struct in *in, struct store_sql *s, store_progress *progress, void *ctx, struct err *err)
{
    struct head head = {0};

    if (!get_head(in, &head, err) || !filling_begin(s, STR("archive"), err))
        return false;
    while (in->tag == 'T') {
        int64_t rows;
        if (!get_table(in, err) || !fill_table(s, in->table, next_row, in, &rows, err))
            return false;
        if (progress)
            progress(ctx, sql_tables[in->table].name, rows);
    }
    return check_sum(in, err) && filling_end(s, &head, err);
}

/* Reads the whole file once before anything is made of it. */
static bool check_file(struct in *in, struct err *err)
{
    struct head head;
    struct db_value row[48];
    bool end = false;

    hash_begin(&in->h, MAGIC);
    if (!get_head(in, &head, err))
        return false;
    while (in->tag == 'T') {
        if (!get_table(in, err))
            return false;
        for (end = false; !end;)
            if (!next_row(in, row, &end, err))
                return false;
    }
    bool ok = check_sum(in, err);
    rewind(in->f);
    hash_begin(&in->h, MAGIC);
    return ok;
}

static bool restore_into(
    struct in *in, const char *to, store_progress *progress, void *ctx, struct err *err)
{
    struct store_options o = {.unfinished = true};
    struct store *s = store_create(to, o, err) ? store_open(to, o, err) : NULL;

    if (!s)
        return false;
    bool ok = read_all(in, store_sql(s), progress, ctx, err);
    s->ops->close(s);
    if (!ok && !store_is_url(str_of(to)))
        store_remove_sqlite(to);
    return ok;
}

bool store_restore(
    const char *file, const char *to, store_progress *progress, void *ctx, struct err *err)
{
    struct in in = {.path = file, .f = fopen(file, "rbe")};
    bool ok;

    if (!in.f)
        return err_errno(err, errno, str_of(file));
    ok = check_file(&in, err) && restore_into(&in, to, progress, ctx, err);
    for (size_t i = 0; i < sizeof in.text / sizeof *in.text; i++)
        free(in.text[i].p);
    fclose(in.f);
    return ok;
}
