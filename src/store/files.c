/* files: what attached files hold, under the SHA-256 of the content, in pieces.
 *
 * A content is kept once, however many files have it, and is written in the transaction that names
 * it. The acts cover it through the rows that bear its name.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "store/room.h"

#define PIECE (256u << 10)
#define SHA256_TEXT (2 * crypto_hash_sha256_BYTES)

/* Fills the buffer as far as the file goes. */
static bool read_at(int fd, int64_t at, char *to, size_t *ret_n, struct err *err)
{
    size_t n = 0;

    while (n < PIECE) {
        ssize_t got = pread(fd, to + n, PIECE - n, (off_t)(at + (int64_t)n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, errno, STR("upload"));
        if (got == 0)
            break;
        n += (size_t)got;
    }
    *ret_n = n;
    return true;
}

static void name_of(crypto_hash_sha256_state *h, char ret[SHA256_TEXT + 1])
{
    unsigned char sum[crypto_hash_sha256_BYTES];

    crypto_hash_sha256_final(h, sum);
    sodium_bin2hex(ret, SHA256_TEXT + 1, sum, sizeof sum);
}

typedef bool each_piece(void *ctx, int64_t seq, const char *p, size_t n, struct err *err);

static bool walk(int fd, each_piece *each, void *ctx, int64_t *ret_size, struct err *err)
{
    char *piece = malloc(PIECE);
    size_t n = PIECE;
    bool ok = true;

    if (!piece)
        return err_memory(err);
    *ret_size = 0;
    for (int64_t seq = 0; ok && n == PIECE; seq++) {
        ok = read_at(fd, *ret_size, piece, &n, err) && (n == 0 || each(ctx, seq, piece, n, err));
        if (ok)
            *ret_size += (int64_t)n;
    }
    free(piece);
    return ok;
}

static bool hash_piece(void *ctx, int64_t seq, const char *p, size_t n, struct err *err)
{
    (void)seq;
    (void)err;
    crypto_hash_sha256_update(ctx, (const unsigned char *)p, n);
    return true;
}

bool store_file_name(int fd, char ret_sha256[65], int64_t *ret_size, struct err *err)
{
    crypto_hash_sha256_state h;

    crypto_hash_sha256_init(&h);
    if (!walk(fd, hash_piece, &h, ret_size, err))
        return false;
    name_of(&h, ret_sha256);
    return true;
}

struct putting {
    struct db *d;
    struct str sha256;
};

static bool put_piece(void *ctx, int64_t seq, const char *p, size_t n, struct err *err)
{
    struct putting *x = ctx;

    return db_run(x->d, SQL_file_piece_put, err, T(x->sha256), I(seq), B(p, n));
}

bool store_file_put(struct store *base, struct str sha256, int fd, int64_t size, struct err *err)
{
    struct putting x = {store_sql(base)->writer, sha256};
    int64_t n;

    if (!walk(fd, put_piece, &x, &n, err))
        return false;
    return n == size || err_errno(err, EIO, STR("upload"));
}

bool store_file_read(struct store *s, struct str sha256,
    bool (*sink)(void *ctx, const void *p, size_t n, struct err *err), void *ctx, struct err *err)
{
    LEASE l = lease_take(s, err);
    enum db_step step;
    size_t pieces = 0;

    if (!l.db)
        return false;
    DB_AUTO *q = db_query(l.db, SQL_file_pieces, err, T(sha256));
    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW) {
        struct str p = db_str(q, 0);
        if (!sink(ctx, p.p, p.n, err))
            return false;
        pieces++;
    }
    if (step == DB_ERROR)
        return false;
    return pieces > 0 || err_set(err, ERR_CORRUPT, MSG_err_verify_file, sha256);
}

/* --- verification --- */

struct content {
    char name[SHA256_TEXT + 1];
    crypto_hash_sha256_state h;
    int64_t pieces;
};

static bool end_content(struct content *c, struct err *err)
{
    char is[SHA256_TEXT + 1];

    if (!c->pieces)
        return true;
    name_of(&c->h, is);
    return strcmp(is, c->name) == 0 ||
           err_set(err, ERR_CORRUPT, MSG_err_verify_file, str_of(c->name));
}

static bool check_piece(
    struct content *c, struct str name, int64_t seq, struct str p, struct err *err)
{
    if (!c->pieces || !str_is(name, c->name)) {
        if (!end_content(c, err))
            return false;
        c->pieces = 0;
        crypto_hash_sha256_init(&c->h);
        snprintf(c->name, sizeof c->name, "%.*s", (int)(name.n < 64 ? name.n : 64), name.p);
    }
    if (seq != c->pieces++)
        return err_set(err, ERR_CORRUPT, MSG_err_verify_file, str_of(c->name));
    crypto_hash_sha256_update(&c->h, (const unsigned char *)p.p, p.n);
    return true;
}

static bool check_contents(struct db *d, struct err *err)
{
    DB_AUTO *q = db_query(d, SQL_file_pieces_all, err);
    struct content c = {.pieces = 0};
    enum db_step step;

    if (!q)
        return false;
    while ((step = db_step(q, err)) == DB_ROW)
        if (!check_piece(&c, db_str(q, 0), db_i64(q, 1), db_str(q, 2), err))
            return false;
    return step == DB_DONE && end_content(&c, err);
}

bool files_verify(struct db *d, struct err *err)
{
    char text[24];

    if (!check_contents(d, err))
        return false;
    DB_AUTO *q = db_query(d, SQL_files_lacking, err);
    enum db_step step = q ? db_step(q, err) : DB_ERROR;
    if (step != DB_ROW)
        return step == DB_DONE;
    snprintf(text, sizeof text, "%lld", (long long)db_i64(q, 0));
    return err_set(err, ERR_CORRUPT, MSG_err_verify_file_lacking, str_of(text));
}
