/* verify: the chain of acts, and every row against the trail of the act that wrote it.
 *
 * One pass over the acts in their order, beside streams of the rows that bear their numbers; one
 * pass over the cells in key order; then what stands once (reports, secrets, the head) and what
 * attached files hold. The first
 * difference is the answer: ERR_CORRUPT naming the act, table or cell. Memory grows with the number
 * of reports and of large batches, never with the number of figures.
 */
#include <stdio.h>

#include "base/vec.h"
#include "store/chain.h"
#include "store/room.h"

/* A large batch: its rows are hashed while the cells go by. */
struct batch {
    int64_t act, rows, expected;
    unsigned char hash[HASH_BYTES];
    struct hasher *h;
    struct figure_key prev;
};

struct verify {
    struct db *d;
    struct arena keep, scratch; /* for the whole run; for one act */
    int64_t acts, at_ms;
    unsigned char hash[HASH_BYTES];
    VEC(struct batch) batch;
    struct map batch_of;    /* act -> index */
    int64_t packed, sealed; /* figures in the trails */
    VEC(struct figure_key) erased_row;
    struct smap erased;        /* keys named by acts that erase */
    struct map report, secret; /* id -> pointer to the hash */
    struct db_stmt *stream[TRAIL_STREAMS];
    enum db_step step[TRAIL_STREAMS];
    int64_t plain_rows, sealed_rows, salts, sealed_notes;
    int64_t figures, past, reports;
};

static struct str number(char b[24], int64_t v)
{
    return str_make(b, (size_t)snprintf(b, 24, "%lld", (long long)v));
}

static bool bad_act(enum msg_key key, int64_t act, struct err *err)
{
    char b[24];

    return err_set(err, ERR_CORRUPT, key, number(b, act));
}

static bool bad_row(const char *table, int64_t which, struct err *err)
{
    char b[24];

    return err_set(err, ERR_CORRUPT, MSG_err_verify_row, str_of(table), number(b, which));
}

static bool bad_cell(enum msg_key key, struct figure_key k, int64_t act, struct err *err)
{
    char text[80], b[24];
    int n = snprintf(text, sizeof text, "%lld/%lld/%lld", (long long)k.series.v,
        (long long)k.period, (long long)k.unit.v);

    return err_set(err, ERR_CORRUPT, key, str_make(text, (size_t)n), number(b, act));
}

/* --- figures in the trail of one act --- */

struct found {
    bool any;
    int64_t value;
    uint32_t flags;
};

static bool find_version(
    struct verify *v, struct figure_key k, int64_t act, struct found *ret, struct err *err)
{
    DB_AUTO *q =
        db_query(v->d, SQL_version_of, err, I(k.series.v), I(k.period), I(k.unit.v), I(act));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    *ret = (struct found){.any = step == DB_ROW};
    if (step == DB_ROW) {
        ret->value = db_i64(q, 0);
        ret->flags = (uint32_t)db_i64(q, 1);
    }
    return step != DB_ERROR;
}

static bool check_packed(struct verify *v, const struct trail_view *t, int64_t act, struct err *err)
{
    for (size_t i = 0; i < t->figures; i++) {
        const struct figure_change *c = &t->figure[i];
        struct found f;
        if (!find_version(v, c->key, act, &f, err))
            return false;
        if (!f.any)
            return bad_cell(MSG_err_verify_figure_missing, c->key, act, err);
        if (f.value != c->value || f.flags != c->flags)
            return bad_cell(MSG_err_verify_figure, c->key, act, err);
    }
    v->packed += (int64_t)t->figures;
    return true;
}

/* Salt and notes of a sealed version, in the arena. */
struct sealed_texts {
    struct str salt, note, approx, origin;
};

static bool read_sealed(
    struct verify *v, struct figure_key k, int64_t act, struct sealed_texts *ret, struct err *err)
{
    struct db_value key[] = {I(k.series.v), I(k.period), I(k.unit.v), I(act)};
    DB_AUTO *salt = db_bind(v->d, SQL_salt_get, key, 4, err);
    enum db_step step = salt ? db_step(salt, err) : DB_ERROR;

    *ret = (struct sealed_texts){0};
    if (step == DB_ERROR)
        return false;
    if (step == DB_ROW)
        ret->salt = db_dup(salt, 0, &v->scratch);
    DB_AUTO *note = db_bind(v->d, SQL_note_get, key, 4, err);
    step = note ? db_step(note, err) : DB_ERROR;
    if (step == DB_ERROR)
        return false;
    if (step == DB_ROW) {
        ret->note = db_dup(note, 0, &v->scratch);
        ret->approx = db_dup(note, 1, &v->scratch);
        ret->origin = db_dup(note, 2, &v->scratch);
    }
    return true;
}

static bool check_seal(struct verify *v, const struct figure_change *c, const struct seal *seal,
    const struct found *f, int64_t act, struct err *err)
{
    struct figure_change now = {c->key, f->value, f->flags};
    struct sealed_texts t;

    if (!read_sealed(v, c->key, act, &t, err))
        return false;
    struct seal again =
        seal_of((const unsigned char *)t.salt.p, t.salt.n, &now, t.note, t.approx, t.origin);
    if (memcmp(again.b, seal->b, sizeof again.b) != 0)
        return bad_cell(MSG_err_verify_figure, c->key, act, err);
    return true;
}

static bool check_sealed(struct verify *v, const struct trail_view *t, int64_t act, struct err *err)
{
    for (size_t i = 0; i < t->seals; i++) {
        const struct figure_change *c = &t->sealed[i];
        struct found f;
        if (!find_version(v, c->key, act, &f, err))
            return false;
        if (!f.any)
            return bad_cell(MSG_err_verify_figure_missing, c->key, act, err);
        if (f.flags & FIGURE_ERASED) {
            uint32_t was = c->flags & ~(uint32_t)FIGURE_HAS_NOTE;
            if (f.value != 0 || f.flags != (was | FIGURE_ERASED))
                return bad_cell(MSG_err_verify_figure, c->key, act, err);
            if (!vec_push(&v->erased_row, &v->keep, c->key))
                return err_memory(err);
        } else if (f.flags != c->flags) {
            return bad_cell(MSG_err_verify_figure, c->key, act, err);
        } else if (!check_seal(v, c, &t->seal[i], &f, act, err)) {
            return false;
        }
    }
    v->sealed += (int64_t)t->seals;
    return true;
}

static struct str key_bytes(const struct figure_key *k)
{
    return str_make((const char *)k, sizeof *k);
}

static bool note_erasures(struct verify *v, const struct trail_view *t, struct err *err)
{
    for (size_t i = 0; i < t->eraseds; i++) {
        struct str key = str_dup(&v->keep, key_bytes(&t->erased[i].key));
        if (!key.p || !smap_put(&v->erased, key, 1))
            return err_memory(err);
    }
    return true;
}

/* A hasher wants more alignment than an arena gives. */
static struct hasher *new_hasher(struct arena *a)
{
    size_t align = _Alignof(struct hasher);
    unsigned char *p = arena_alloc(a, sizeof(struct hasher) + align);

    return p ? (struct hasher *)(void *)(p + (align - (uintptr_t)p % align) % align) : NULL;
}

static bool note_batch(struct verify *v, const struct trail_view *t, int64_t act, struct err *err)
{
    struct batch b = {.act = act, .expected = t->batch};

    if (!t->has_batch)
        return true;
    memcpy(b.hash, t->batch_hash, sizeof b.hash);
    b.h = new_hasher(&v->keep);
    if (!b.h)
        return err_memory(err);
    hash_begin(b.h, TRAIL_BATCH);
    if (!map_put(&v->batch_of, (uint64_t)act, v->batch.n) || !vec_push(&v->batch, &v->keep, b))
        return err_memory(err);
    return true;
}

static bool note_latest(
    struct verify *v, struct map *m, const struct trail_row_hash *rows, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t old;
        unsigned char *hash;
        if (map_get(m, (uint64_t)rows[i].id, &old))
            hash = (unsigned char *)(uintptr_t)old;
        else
            hash = arena_alloc(&v->keep, HASH_BYTES);
        if (!hash || !map_put(m, (uint64_t)rows[i].id, (uintptr_t)hash))
            return err_memory(err);
        memcpy(hash, rows[i].hash, HASH_BYTES);
    }
    return true;
}

/* --- rows of other tables, beside the acts --- */

static bool step_stream(struct verify *v, int i, struct err *err)
{
    v->step[i] = db_step(v->stream[i], err);
    return v->step[i] != DB_ERROR;
}

static bool open_streams(struct verify *v, struct err *err)
{
    for (int i = 0; i < TRAIL_STREAMS; i++) {
        v->stream[i] = db_query(v->d, trail_stream(i).all, err);
        if (!v->stream[i] || !step_stream(v, i, err))
            return false;
    }
    return true;
}

static void close_streams(struct verify *v)
{
    for (int i = 0; i < TRAIL_STREAMS; i++)
        db_end(v->stream[i]);
}

static const struct trail_stream_hash *listed(const struct trail_view *t, const char *name)
{
    for (size_t i = 0; i < t->streams; i++)
        if (str_is(t->rows[i].name, name))
            return &t->rows[i];
    return NULL;
}

/* The rows of one stream that bear the act's number. */
static bool check_stream(
    struct verify *v, int i, const struct trail_view *t, int64_t act, size_t *seen, struct err *err)
{
    struct trail_stream s = trail_stream(i);
    const char *table = sql_tables[s.table].name, *name = sql_texts[s.of_act].name;
    const struct trail_stream_hash *want = listed(t, name);
    unsigned char hash[HASH_BYTES];
    struct hasher h;

    if (v->step[i] == DB_ROW && db_i64(v->stream[i], 0) < act)
        return bad_row(table, db_i64(v->stream[i], 0), err);
    if (v->step[i] != DB_ROW || db_i64(v->stream[i], 0) > act)
        return !want || bad_row(table, act, err);
    hash_begin(&h, TRAIL_ROWS);
    while (v->step[i] == DB_ROW && db_i64(v->stream[i], 0) == act) {
        trail_hash_row(&h, name, v->stream[i]);
        if (!step_stream(v, i, err))
            return false;
    }
    hash_end(&h, hash);
    if (!want || memcmp(hash, want->hash, sizeof hash) != 0)
        return bad_row(table, act, err);
    (*seen)++;
    return true;
}

static bool check_streams(
    struct verify *v, const struct trail_view *t, int64_t act, struct err *err)
{
    size_t seen = 0;

    for (int i = 0; i < TRAIL_STREAMS; i++)
        if (!check_stream(v, i, t, act, &seen, err))
            return false;
    return seen == t->streams || bad_act(MSG_err_verify_act, act, err);
}

static bool check_no_more(struct verify *v, struct err *err)
{
    for (int i = 0; i < TRAIL_STREAMS; i++)
        if (v->step[i] == DB_ROW)
            return bad_row(sql_tables[trail_stream(i).table].name, db_i64(v->stream[i], 0), err);
    return true;
}

/* --- acts --- */

static bool check_act(struct verify *v, struct db_stmt *q, struct err *err)
{
    struct act act = {.no = {db_i64(q, 0)},
        .at_ms = db_i64(q, 1),
        .account = {db_i64(q, 3)},
        .via = db_str(q, 4),
        .object = db_str(q, 6),
        .reason = db_str(q, 7),
        .body = db_str(q, 8)};
    struct str trail = db_str(q, 9), stored = db_str(q, 10);
    unsigned char hash[HASH_BYTES];
    struct trail_view t;

    if (act.no.v != v->acts + 1)
        return bad_act(MSG_err_verify_gap, v->acts + 1, err);
    if (!act_kind_parse(db_str(q, 5), &act.kind) || act.at_ms < v->at_ms)
        return bad_act(MSG_err_verify_act, act.no.v, err);
    chain_hash(v->hash, &act, db_i64(q, 2), trail, hash);
    if (stored.n != HASH_BYTES || memcmp(stored.p, hash, HASH_BYTES) != 0)
        return bad_act(MSG_err_verify_act, act.no.v, err);
    memcpy(v->hash, hash, HASH_BYTES);
    v->acts = act.no.v;
    v->at_ms = act.at_ms;
    arena_reset(&v->scratch);
    return trail_read(&v->scratch, trail, &t, err) && check_packed(v, &t, act.no.v, err) &&
           check_sealed(v, &t, act.no.v, err) && note_batch(v, &t, act.no.v, err) &&
           note_erasures(v, &t, err) && check_streams(v, &t, act.no.v, err) &&
           note_latest(v, &v->report, t.report, t.reports, err) &&
           note_latest(v, &v->secret, t.secret, t.secrets, err);
}

static bool check_acts(struct verify *v, struct err *err)
{
    DB_AUTO *q = db_query(v->d, SQL_acts_all, err);
    enum db_step step;

    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW)
        if (!check_act(v, q, err))
            return false;
    return step == DB_DONE && check_no_more(v, err);
}

static bool check_head(struct verify *v, struct err *err)
{
    DB_AUTO *q = db_query(v->d, SQL_head, err);
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    if (step == DB_DONE)
        return v->acts == 0 || bad_act(MSG_err_verify_head, v->acts, err);
    struct str hash = db_str(q, 1);
    if (db_i64(q, 0) != v->acts || db_i64(q, 2) != v->at_ms || hash.n != HASH_BYTES ||
        memcmp(hash.p, v->hash, HASH_BYTES) != 0)
        return bad_act(MSG_err_verify_head, v->acts, err);
    return true;
}

/* --- cells --- */

struct cell_row {
    struct figure_key key;
    int64_t value, act, until;
    uint32_t flags;
    bool is_past;
};

static bool count_cell(struct verify *v, const struct cell_row *r, struct err *err)
{
    uint64_t at;

    if (r->act < 1 || r->act > v->acts)
        return bad_cell(MSG_err_verify_figure_extra, r->key, r->act, err);
    if (r->flags & FIGURE_SEALED) {
        bool erased = r->flags & FIGURE_ERASED;
        v->sealed_rows++;
        v->salts += !erased;
        v->sealed_notes += !erased && (r->flags & FIGURE_HAS_NOTE);
    } else if (map_get(&v->batch_of, (uint64_t)r->act, &at)) {
        struct batch *b = &v->batch.p[at];
        struct figure_change c = {r->key, r->value, r->flags};
        unsigned char one[ACT_PACK_MAX];
        hash_bytes(b->h, one, act_figure_pack(&b->prev, &c, one));
        b->rows++;
    } else {
        v->plain_rows++;
    }
    v->figures += !r->is_past;
    v->past += r->is_past;
    return true;
}

static bool next_row(
    struct db_stmt *q, struct cell_row *r, bool is_past, bool *ret_has, struct err *err)
{
    enum db_step step = db_step(q, err);

    *ret_has = step == DB_ROW;
    if (step == DB_ROW)
        *r = (struct cell_row){.key = {{db_i64(q, 0)}, db_i64(q, 1), {db_i64(q, 2)}},
            .value = db_i64(q, 3),
            .flags = (uint32_t)db_i64(q, 4),
            .act = db_i64(q, 5),
            .until = is_past ? db_i64(q, 6) : ACT_OPEN,
            .is_past = is_past};
    return step != DB_ERROR;
}

typedef bool each_cell(struct verify *v, const struct cell_row *r, struct err *err);

/* All versions in key order, superseded ones of a cell first; each must end where the next begins.
 */
static bool walk_cells(struct verify *v, each_cell *each, struct err *err)
{
    DB_AUTO *current = db_query(v->d, SQL_figures_all, err);
    DB_AUTO *past = current ? db_query(v->d, SQL_past_all, err) : NULL;
    struct cell_row now, old, last = {.until = ACT_OPEN};
    bool has_now, has_old;

    if (!past || !next_row(current, &now, false, &has_now, err) ||
        !next_row(past, &old, true, &has_old, err))
        return false;
    while (has_now || has_old) {
        bool take_old = has_old && (!has_now || figure_key_cmp(old.key, now.key) <= 0);
        struct cell_row r = take_old ? old : now;
        bool follows = figure_key_cmp(r.key, last.key) == 0;
        if (follows ? last.until != r.act : last.until != ACT_OPEN)
            return bad_cell(MSG_err_verify_past, last.key, last.act, err);
        if (!each(v, &r, err))
            return false;
        last = r;
        if (take_old ? !next_row(past, &old, true, &has_old, err)
                     : !next_row(current, &now, false, &has_now, err))
            return false;
    }
    return last.until == ACT_OPEN || bad_cell(MSG_err_verify_past, last.key, last.act, err);
}

static bool in_list(const struct figure_change *c, size_t n, struct figure_key key)
{
    for (size_t i = 0; i < n; i++)
        if (figure_key_cmp(c[i].key, key) == 0)
            return true;
    return false;
}

/* Names the row that no trail knows: the slow way, when the numbers differ. */
static bool check_listed(struct verify *v, const struct cell_row *r, struct err *err)
{
    struct trail_view t;
    DB_AUTO *q = db_query(v->d, SQL_act_trail, err, I(r->act));
    enum db_step step = q ? db_step(q, err) : DB_ERROR;

    if (step == DB_ERROR)
        return false;
    arena_reset(&v->scratch);
    if (step == DB_DONE)
        return bad_cell(MSG_err_verify_figure_extra, r->key, r->act, err);
    if (!trail_read(&v->scratch, db_str(q, 0), &t, err))
        return false;
    if (t.has_batch && !(r->flags & FIGURE_SEALED))
        return true;
    if (in_list(t.figure, t.figures, r->key) || in_list(t.sealed, t.seals, r->key))
        return true;
    return bad_cell(MSG_err_verify_figure_extra, r->key, r->act, err);
}

static bool check_batches(struct verify *v, struct err *err)
{
    for (size_t i = 0; i < v->batch.n; i++) {
        struct batch *b = &v->batch.p[i];
        unsigned char hash[HASH_BYTES];
        hash_end(b->h, hash);
        if (b->rows != b->expected || memcmp(hash, b->hash, sizeof hash) != 0)
            return bad_act(MSG_err_verify_batch, b->act, err);
    }
    return true;
}

static bool count_is(
    struct verify *v, enum sql_id query, int64_t expected, const char *table, struct err *err)
{
    int64_t n;

    return db_one_i64(v->d, query, NULL, 0, &n, err) && (n == expected || bad_row(table, n, err));
}

static bool check_cells(struct verify *v, struct err *err)
{
    if (!walk_cells(v, count_cell, err))
        return false;
    if ((v->plain_rows != v->packed || v->sealed_rows != v->sealed) &&
        !walk_cells(v, check_listed, err))
        return false;
    for (size_t i = 0; i < v->erased_row.n; i++)
        if (!smap_has(&v->erased, key_bytes(&v->erased_row.p[i])))
            return bad_cell(MSG_err_verify_figure, v->erased_row.p[i], 0, err);
    return check_batches(v, err) && count_is(v, SQL_salts_count, v->salts, "figure_salt", err) &&
           count_is(v, SQL_notes_sealed_count, v->sealed_notes, "figure_note", err);
}

/* --- what stands once --- */

static bool check_latest(struct verify *v, enum sql_id query, const char *table,
    const struct map *want, int64_t *ret_n, struct err *err)
{
    DB_AUTO *q = db_query(v->d, query, err);
    enum db_step step;

    if (!q)
        return false;
    *ret_n = 0;
    while ((step = db_step(q, err)) == DB_ROW) {
        unsigned char hash[HASH_BYTES];
        int64_t id = db_i64(q, 0);
        uint64_t expected;
        trail_row_hash(table, q, hash);
        if (!map_get(want, (uint64_t)id, &expected) ||
            memcmp((const void *)(uintptr_t)expected, hash, sizeof hash) != 0)
            return bad_row(table, id, err);
        ++*ret_n;
    }
    if (step == DB_ERROR)
        return false;
    return (size_t)*ret_n == want->n || bad_row(table, *ret_n, err);
}

static bool run(struct verify *v, struct err *err)
{
    int64_t secrets;

    return open_streams(v, err) && check_acts(v, err) && check_head(v, err) &&
           check_cells(v, err) &&
           check_latest(v, SQL_reports_all, "report", &v->report, &v->reports, err) &&
           check_latest(v, SQL_secrets, "account_secret", &v->secret, &secrets, err) &&
           files_verify(v->d, err);
}

bool store_verify(struct store *s, struct verify_report *ret, struct err *err)
{
    LEASE l = lease_snapshot(s, err);
    struct verify v = {.d = l.db};

    if (!l.db)
        return false;
    arena_init(&v.keep, SIZE_MAX / 4);
    arena_init(&v.scratch, SIZE_MAX / 4);
    map_init(&v.batch_of, &v.keep);
    smap_init(&v.erased, &v.keep);
    map_init(&v.report, &v.keep);
    map_init(&v.secret, &v.keep);
    bool ok = run(&v, err);
    close_streams(&v);
    arena_free(&v.keep);
    arena_free(&v.scratch);
    if (!ok)
        return false;
    *ret = (struct verify_report){.acts = v.acts,
        .figures = v.figures,
        .past = v.past,
        .reports = v.reports,
        .head = {v.acts}};
    memcpy(ret->hash, v.hash, sizeof ret->hash);
    return true;
}
