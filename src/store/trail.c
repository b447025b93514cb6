/* trail: see trail.h. */
#include "store/trail.h"

#include <stdlib.h>

#include "base/vec.h"

/* --- collecting --- */

static bool room(void **p, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t want = *cap ? *cap * 2 : 64;
    void *q = reallocarray(*p, want, size);
    if (!q)
        return false;
    *p = q;
    *cap = want;
    return true;
}
#define ROOM(p, n, cap) room((void **)&(p), (n), &(cap), sizeof *(p))

void trail_begin(struct trail *t, struct act_no act)
{
    trail_reset(t);
    t->open = true;
    t->act = act;
}

#define PACKED_KEPT ((size_t)1 << 20)

void trail_reset(struct trail *t)
{
    if (t->packed_cap > PACKED_KEPT) {
        free(t->packed);
        t->packed = NULL;
        t->packed_cap = 0;
    }
    t->open = false;
    t->act = (struct act_no){0};
    memset(t->touched, 0, sizeof t->touched);
    t->packed_n = t->runs = t->plain = t->columns = 0;
    t->figures = t->seals = t->eraseds = t->reports = t->secrets = 0;
}

void trail_free(struct trail *t)
{
    free(t->packed);
    free(t->run);
    free(t->column);
    free(t->sealed);
    free(t->erased);
    free(t->report);
    free(t->secret);
    *t = (struct trail){0};
}

static bool same_column(const struct figure_key *a, const struct figure_key *b)
{
    return a->series.v == b->series.v && a->period == b->period;
}

/* Counts the column; one more than TRAIL_COLUMNS_MAX is as many as matter. */
static bool note_column(struct trail *t, struct figure_key key)
{
    if (t->columns > TRAIL_COLUMNS_MAX)
        return true;
    if (!ROOM(t->column, t->columns, t->column_cap))
        return false;
    key.unit.v = 0;
    t->column[t->columns++] = key;
    return true;
}

/* Behind the last one; a key that does not rise begins another run. */
static bool pack_figure(struct trail *t, const struct figure_change *c)
{
    if ((!t->plain || !same_column(&t->last, &c->key)) && !note_column(t, c->key))
        return false;
    if (!t->runs || figure_key_cmp(t->last, c->key) >= 0) {
        if (!ROOM(t->run, t->runs, t->run_cap))
            return false;
        t->run[t->runs++] = t->packed_n;
        t->last = (struct figure_key){0};
    }
    if (!ROOM(t->packed, t->packed_n + ACT_PACK_MAX, t->packed_cap))
        return false;
    t->packed_n += act_figure_pack(&t->last, c, t->packed + t->packed_n);
    t->plain++;
    return true;
}

bool trail_figure(
    struct trail *t, const struct figure_change *c, const struct seal *seal, struct err *err)
{
    if (seal) {
        if (!ROOM(t->sealed, t->seals, t->sealed_cap))
            return err_memory(err);
        t->sealed[t->seals] = (struct trail_sealed){*c, t->seals, *seal};
        t->seals++;
    } else if (!pack_figure(t, c)) {
        return err_memory(err);
    }
    t->figures++;
    return true;
}

bool trail_erased(struct trail *t, struct figure_key key, struct err *err)
{
    if (!ROOM(t->erased, t->eraseds, t->erased_cap))
        return err_memory(err);
    t->erased[t->eraseds++] = key;
    return true;
}

static bool has(const int64_t *p, size_t n, int64_t v)
{
    for (size_t i = n; i-- > 0;)
        if (p[i] == v)
            return true;
    return false;
}

bool trail_report(struct trail *t, int64_t report, struct err *err)
{
    if (has(t->report, t->reports, report))
        return true;
    if (!ROOM(t->report, t->reports, t->report_cap))
        return err_memory(err);
    t->report[t->reports++] = report;
    return true;
}

bool trail_secret(struct trail *t, int64_t account, struct err *err)
{
    if (has(t->secret, t->secrets, account))
        return true;
    if (!ROOM(t->secret, t->secrets, t->secret_cap))
        return err_memory(err);
    t->secret[t->secrets++] = account;
    return true;
}

/* --- hashing rows --- */

struct trail_stream trail_stream(int i)
{
    int table = i / 2;

    if (table < DEFINITIONS && i % 2 == 0)
        return (struct trail_stream){(enum sql_table_id)table, (enum sql_id)sql_each_opened[table],
            (enum sql_id)sql_each_all_opened[table]};
    if (table < DEFINITIONS)
        return (struct trail_stream){(enum sql_table_id)table, (enum sql_id)sql_each_closed[table],
            (enum sql_id)sql_each_all_closed[table]};
    if (i % 2 == 0)
        return (struct trail_stream){TABLE_report_event, SQL_events_of_act, SQL_events_all};
    return (struct trail_stream){TABLE_figure_note, SQL_notes_of_act, SQL_notes_all};
}

void trail_hash_row(struct hasher *h, const char *name, struct db_stmt *row)
{
    int n = row->db->ops->columns(row);

    hash_str(h, str_of(name));
    for (int i = 0; i < n; i++) {
        struct db_value v = db_column(row, i);
        if (v.type == DB_I64 ? v.i == 0 : v.s.n == 0)
            continue;
        hash_str(h, str_of(row->db->ops->name(row, i)));
        if (v.type == DB_I64)
            hash_i64(h, v.i);
        else
            hash_str(h, v.s);
    }
}

void trail_row_hash(const char *name, struct db_stmt *row, unsigned char ret[HASH_BYTES])
{
    struct hasher h;

    hash_begin(&h, "giaoban row 1");
    trail_hash_row(&h, name, row);
    hash_end(&h, ret);
}

struct seal seal_of(const unsigned char *salt, size_t salt_n, const struct figure_change *c,
    struct str note, struct str approx, struct str origin)
{
    struct hasher h;
    struct seal s;

    hash_begin(&h, "giaoban seal 1");
    hash_str(&h, str_make((const char *)salt, salt_n));
    hash_i64(&h, c->key.series.v);
    hash_i64(&h, c->key.period);
    hash_i64(&h, c->key.unit.v);
    hash_i64(&h, c->value);
    hash_i64(&h, (int64_t)c->flags);
    hash_str(&h, note);
    hash_str(&h, approx);
    hash_str(&h, origin);
    hash_end(&h, s.b);
    return s;
}

/* --- building --- */

static int by_key_and_order(const void *a, const void *b)
{
    const struct trail_sealed *x = a, *y = b;
    int c = figure_key_cmp(x->change.key, y->change.key);

    return c ? c : (x->order > y->order) - (x->order < y->order);
}

/* Into key order, the last version of each cell. */
static void sort_sealed(struct trail *t)
{
    size_t n = 0;

    if (t->seals)
        qsort(t->sealed, t->seals, sizeof *t->sealed, by_key_and_order);
    for (size_t i = 0; i < t->seals; i++) {
        if (n && figure_key_cmp(t->sealed[n - 1].change.key, t->sealed[i].change.key) == 0)
            n--;
        t->sealed[n++] = t->sealed[i];
    }
    t->seals = n;
}

/* --- merging the runs --- */

/* The next figure of one run: its bytes are from..at-1, the key before it is `before`. */
struct run_at {
    struct figure_change c;
    struct figure_key before;
    size_t from, at, end, run;
};

static bool run_next(const struct trail *t, struct run_at *r)
{
    struct str bytes = str_make((const char *)t->packed, r->end);
    struct figure_key key = r->c.key;

    r->before = key;
    r->from = r->at;
    return r->at < r->end && act_figure_unpack(bytes, &r->at, &key, &r->c);
}

/* Of one cell the version of the later run comes first: it is the one that counts. */
static bool goes_first(const struct run_at *a, const struct run_at *b)
{
    int c = figure_key_cmp(a->c.key, b->c.key);

    return c < 0 || (c == 0 && a->run > b->run);
}

/* The heap below `i` in order again. */
static void sink(struct run_at *heap, size_t n, size_t i)
{
    struct run_at x = heap[i];

    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && goes_first(&heap[child + 1], &heap[child]))
            child++;
        if (!goes_first(&heap[child], &x))
            break;
        heap[i] = heap[child];
    }
    heap[i] = x;
}

static size_t heap_of_runs(const struct trail *t, struct run_at *heap)
{
    for (size_t i = 0; i < t->runs; i++) {
        heap[i] = (struct run_at){
            .at = t->run[i], .end = i + 1 < t->runs ? t->run[i + 1] : t->packed_n, .run = i};
        run_next(t, &heap[i]);
    }
    for (size_t i = t->runs / 2; i-- > 0;)
        sink(heap, t->runs, i);
    return t->runs;
}

/* The figure of `r`, as its own run has it where the one before is the same there. */
static bool take_figure(const struct trail *t, const struct run_at *r, struct trail *into)
{
    size_t n = r->at - r->from;

    if (!into->plain || figure_key_cmp(into->last, r->before) != 0 ||
        !same_column(&r->before, &r->c.key))
        return pack_figure(into, &r->c);
    if (!ROOM(into->packed, into->packed_n + ACT_PACK_MAX, into->packed_cap))
        return false;
    memcpy(into->packed + into->packed_n, t->packed + r->from, n);
    into->packed_n += n;
    into->last = r->c.key;
    into->plain++;
    return true;
}

static bool merge_heap(const struct trail *t, struct run_at *heap, size_t n, struct trail *into)
{
    while (n) {
        bool again = into->runs && figure_key_cmp(into->last, heap[0].c.key) == 0;
        if (!again && !take_figure(t, &heap[0], into))
            return false;
        if (!run_next(t, &heap[0]))
            heap[0] = heap[--n];
        if (n)
            sink(heap, n, 0);
    }
    return true;
}

/* One run of rising keys, the last version of each cell: its bytes are the packing itself. */
static bool merge_runs(struct trail *t)
{
    struct trail into = {0};

    if (t->runs < 2)
        return true;
    struct run_at *heap = reallocarray(NULL, t->runs, sizeof *heap);
    bool ok = heap && merge_heap(t, heap, heap_of_runs(t, heap), &into);
    free(heap);
    if (ok) {
        struct trail old = *t;
        t->packed = into.packed;
        t->packed_n = into.packed_n;
        t->packed_cap = into.packed_cap;
        t->column = into.column;
        t->columns = into.columns;
        t->column_cap = into.column_cap;
        t->plain = into.plain;
        t->runs = 1;
        into.packed = old.packed;
        into.column = old.column;
    }
    trail_free(&into);
    return ok;
}

static struct str packed(const struct trail *t)
{
    return str_make((const char *)t->packed, t->packed_n);
}

static void put_varint(struct sbuf *b, uint64_t v)
{
    for (; v >= 0x80; v >>= 7)
        sbuf_char(b, (char)(v | 0x80));
    sbuf_char(b, (char)v);
}

static void put_section(struct sbuf *b, char tag, const struct sbuf *inside)
{
    struct str s = sbuf_view(inside);

    b->failed = b->failed || inside->failed;
    sbuf_char(b, tag);
    put_varint(b, s.n);
    sbuf_str(b, s);
}

static void put_packed(struct sbuf *b, struct figure_key *prev, const struct figure_change *c)
{
    unsigned char one[ACT_PACK_MAX];

    sbuf_put(b, one, act_figure_pack(prev, c, one));
}

static void build_packed(struct trail *t, struct arena *a, struct sbuf *out)
{
    struct sbuf b;

    sbuf_init(&b, a, SIZE_MAX / 4);
    sbuf_str(&b, packed(t));
    put_section(out, 'F', &b);
}

static void build_sealed(struct trail *t, struct arena *a, struct sbuf *out)
{
    struct figure_key prev = {0};
    struct sbuf keys, b;

    sbuf_init(&keys, a, SIZE_MAX / 4);
    sbuf_init(&b, a, SIZE_MAX / 4);
    put_varint(&b, t->seals);
    for (size_t i = 0; i < t->seals; i++) {
        struct figure_change c = t->sealed[i].change;
        c.value = 0;
        put_packed(&keys, &prev, &c);
        sbuf_put(&b, t->sealed[i].seal.b, HASH_BYTES);
    }
    sbuf_str(&b, sbuf_view(&keys));
    b.failed = b.failed || keys.failed;
    put_section(out, 'S', &b);
}

/* The columns of the batch as packed keys; none where there are too many. */
static void put_columns(const struct trail *t, struct sbuf *b)
{
    struct figure_key prev = {0};

    for (size_t i = 0; t->columns <= TRAIL_COLUMNS_MAX && i < t->columns; i++)
        put_packed(b, &prev, &(struct figure_change){.key = t->column[i]});
}

static void build_batch(struct trail *t, struct arena *a, struct sbuf *out)
{
    unsigned char hash[HASH_BYTES];
    struct hasher h;
    struct sbuf b;

    hash_begin(&h, TRAIL_BATCH);
    hash_bytes(&h, t->packed, t->packed_n);
    hash_end(&h, hash);
    sbuf_init(&b, a, SIZE_MAX / 4);
    put_varint(&b, t->plain);
    sbuf_put(&b, hash, sizeof hash);
    put_columns(t, &b);
    put_section(out, 'B', &b);
}

static bool build_figures(struct trail *t, struct arena *a, struct sbuf *out)
{
    if (!merge_runs(t))
        return false;
    sort_sealed(t);
    if (t->plain > TRAIL_PACK_MAX)
        build_batch(t, a, out);
    else if (t->plain)
        build_packed(t, a, out);
    if (t->seals)
        build_sealed(t, a, out);
    return true;
}

static void build_erased(struct trail *t, struct arena *a, struct sbuf *out)
{
    struct figure_key prev = {0};
    struct sbuf b;

    if (!t->eraseds)
        return;
    sbuf_init(&b, a, SIZE_MAX / 4);
    for (size_t i = 0; i < t->eraseds; i++)
        put_packed(&b, &prev, &(struct figure_change){.key = t->erased[i]});
    put_section(out, 'E', &b);
}

/* Hash of the rows of one stream; false in *ret_any where there is none. */
static bool hash_stream(struct db *d, enum sql_id query, struct act_no act, bool *ret_any,
    unsigned char ret[HASH_BYTES], struct err *err)
{
    DB_AUTO *q = db_query(d, query, err, I(act.v));
    struct hasher h;
    enum db_step step;

    if (!q)
        return false;
    *ret_any = false;
    hash_begin(&h, TRAIL_ROWS);
    while ((step = db_step(q, err)) == DB_ROW) {
        trail_hash_row(&h, sql_texts[query].name, q);
        *ret_any = true;
    }
    hash_end(&h, ret);
    return step == DB_DONE;
}

static bool build_rows(
    struct trail *t, struct db *d, struct arena *a, struct sbuf *out, struct err *err)
{
    struct sbuf b;

    sbuf_init(&b, a, SIZE_MAX / 4);
    for (int i = 0; i < TRAIL_STREAMS; i++) {
        struct trail_stream s = trail_stream(i);
        unsigned char hash[HASH_BYTES];
        bool any = false;
        if (t->touched[s.table] && !hash_stream(d, s.of_act, t->act, &any, hash, err))
            return false;
        if (!any)
            continue;
        struct str name = str_of(sql_texts[s.of_act].name);
        put_varint(&b, name.n);
        sbuf_str(&b, name);
        sbuf_put(&b, hash, sizeof hash);
    }
    if (b.n || b.failed)
        put_section(out, 'R', &b);
    return true;
}

static bool build_latest(struct db *d, char tag, const char *table, enum sql_id query,
    const int64_t *id, size_t n, struct arena *a, struct sbuf *out, struct err *err)
{
    struct sbuf b;

    if (!n)
        return true;
    sbuf_init(&b, a, SIZE_MAX / 4);
    for (size_t i = 0; i < n; i++) {
        unsigned char hash[HASH_BYTES];
        DB_AUTO *q = db_query(d, query, err, I(id[i]));
        if (!q || db_step(q, err) != DB_ROW)
            return err && err->code
                       ? false
                       : err_set(err, ERR_INTERNAL, MSG_err_store_engine, str_of(table));
        trail_row_hash(table, q, hash);
        put_varint(&b, (uint64_t)id[i]);
        sbuf_put(&b, hash, sizeof hash);
    }
    put_section(out, tag, &b);
    return true;
}

bool trail_build(struct trail *t, struct db *d, struct arena *a, struct str *ret, struct err *err)
{
    struct sbuf out;

    sbuf_init(&out, a, SIZE_MAX / 4);
    if (!build_figures(t, a, &out))
        return err_memory(err);
    build_erased(t, a, &out);
    if (!build_rows(t, d, a, &out, err) ||
        !build_latest(d, 'P', "report", SQL_report_by_id, t->report, t->reports, a, &out, err) ||
        !build_latest(d, 'K', "account_secret", SQL_secret, t->secret, t->secrets, a, &out, err))
        return false;
    *ret = sbuf_view(&out);
    return !out.failed || err_memory(err);
}

/* --- reading --- */

static bool get_varint(struct str *s, uint64_t *ret)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 63 && s->n; shift += 7) {
        unsigned char b = (unsigned char)*s->p;
        *s = str_slice(*s, 1, s->n);
        v |= (uint64_t)(b & 0x7f) << shift;
        if (b < 0x80) {
            *ret = v;
            return true;
        }
    }
    return false;
}

static bool get_hash(struct str *s, unsigned char ret[HASH_BYTES])
{
    if (s->n < HASH_BYTES)
        return false;
    memcpy(ret, s->p, HASH_BYTES);
    *s = str_slice(*s, HASH_BYTES, s->n);
    return true;
}

static bool damaged(struct err *err)
{
    return err_set(err, ERR_CORRUPT, MSG_err_act_packed);
}

static bool read_sealed(struct arena *a, struct str s, struct trail_view *v, struct err *err)
{
    uint64_t n;

    if (!get_varint(&s, &n) || n > s.n / HASH_BYTES)
        return damaged(err);
    struct seal *seal = arena_array(a, n, sizeof *seal);
    if (!seal)
        return err_memory(err);
    for (uint64_t i = 0; i < n; i++)
        get_hash(&s, seal[i].b);
    v->seal = seal;
    if (!act_figures_unpack(a, s, &v->sealed, &v->seals, err))
        return false;
    return v->seals == n || damaged(err);
}

static bool read_batch(struct arena *a, struct str s, struct trail_view *v, struct err *err)
{
    struct figure_change *c;
    uint64_t n;

    if (!get_varint(&s, &n) || !get_hash(&s, v->batch_hash))
        return damaged(err);
    v->has_batch = true;
    v->batch = (int64_t)n;
    if (!act_figures_unpack(a, s, &c, &v->columns, err))
        return false;
    v->column = arena_array(a, v->columns, sizeof *v->column);
    if (!v->column)
        return err_memory(err);
    for (size_t i = 0; i < v->columns; i++)
        v->column[i] = c[i].key;
    return true;
}

static bool read_latest(
    struct arena *a, struct str s, struct trail_row_hash **ret, size_t *ret_n, struct err *err)
{
    VEC(struct trail_row_hash) all = {0};

    while (s.n) {
        struct trail_row_hash one;
        uint64_t id;
        if (!get_varint(&s, &id) || !get_hash(&s, one.hash))
            return damaged(err);
        one.id = (int64_t)id;
        if (!vec_push(&all, a, one))
            return err_memory(err);
    }
    *ret = all.p;
    *ret_n = all.n;
    return true;
}

static bool read_rows(struct arena *a, struct str s, struct trail_view *v, struct err *err)
{
    VEC(struct trail_stream_hash) all = {0};

    while (s.n) {
        struct trail_stream_hash one;
        uint64_t n;
        if (!get_varint(&s, &n) || n > s.n)
            return damaged(err);
        one.name = str_slice(s, 0, n);
        s = str_slice(s, n, s.n);
        if (!get_hash(&s, one.hash))
            return damaged(err);
        if (!vec_push(&all, a, one))
            return err_memory(err);
    }
    v->rows = all.p;
    v->streams = all.n;
    return true;
}

static bool read_section(
    struct arena *a, char tag, struct str s, struct trail_view *v, struct err *err)
{
    switch (tag) {
    case 'F':
        return act_figures_unpack(a, s, &v->figure, &v->figures, err);
    case 'B':
        return read_batch(a, s, v, err);
    case 'S':
        return read_sealed(a, s, v, err);
    case 'E':
        return act_figures_unpack(a, s, &v->erased, &v->eraseds, err);
    case 'R':
        return read_rows(a, s, v, err);
    case 'P':
        return read_latest(a, s, &v->report, &v->reports, err);
    case 'K':
        return read_latest(a, s, &v->secret, &v->secrets, err);
    default:
        return damaged(err);
    }
}

bool trail_read(struct arena *a, struct str bytes, struct trail_view *ret, struct err *err)
{
    *ret = (struct trail_view){0};
    while (bytes.n) {
        char tag = *bytes.p;
        uint64_t n;
        bytes = str_slice(bytes, 1, bytes.n);
        if (!get_varint(&bytes, &n) || n > bytes.n)
            return damaged(err);
        if (!read_section(a, tag, str_slice(bytes, 0, n), ret, err))
            return false;
        bytes = str_slice(bytes, n, bytes.n);
    }
    return true;
}
