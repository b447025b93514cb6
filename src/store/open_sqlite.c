/* open_sqlite: a store in a folder; see store_open.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/room.h"
#include "store/sqlite.h"

#define CHECKPOINT_PAGES 1000

static bool path_of(char *ret, size_t size, const char *dir, const char *name, struct err *err)
{
    int n = snprintf(ret, size, "%s/%s", dir, name);

    return (n > 0 && (size_t)n < size) || err_errno(err, ENAMETOOLONG, str_of(dir));
}

/* --- the lock --- */

/* Who holds it stands in the file, for the message to others. */
static bool write_holder(int fd, struct str path, struct err *err)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        return err_errno(err, errno, path);
    return true;
}

static bool held_by_other(int fd, const char *dir, struct err *err)
{
    char text[64];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    struct str who = str_trim(str_make(text, n > 0 ? (size_t)n : 0));

    return err_set(err, ERR_BUSY, MSG_err_store_held, str_of(dir), who.n ? who : STR("?"));
}

static bool take_lock(const char *dir, int *ret_fd, struct err *err)
{
    char path[4096];

    if (!path_of(path, sizeof path, dir, "giaoban.lock", err))
        return false;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, errno, str_of(path));
    bool ok =
        flock(fd, LOCK_EX | LOCK_NB) == 0 ||
        (errno == EWOULDBLOCK ? held_by_other(fd, dir, err) : err_errno(err, errno, str_of(path)));
    if (ok && write_holder(fd, str_of(path), err)) {
        *ret_fd = fd;
        return true;
    }
    close(fd);
    return false;
}

/* --- the engine --- */

static struct db *open_connection(const char *path, bool writer, const char *vfs, struct err *err)
{
    return sqlite_open_db(path, writer ? SQLITE_WRITER : SQLITE_READER, vfs, err);
}

static bool version(struct db *d, struct arena *a, struct str *ret, struct err *err)
{
    (void)d;
    *ret = str_dup(a, sqlite_version());
    return ret->p || err_memory(err);
}

static bool bytes(const char *path, struct db *d, int64_t *ret, struct err *err)
{
    struct stat st;

    (void)d;
    if (stat(path, &st) != 0)
        return err_errno(err, errno, str_of(path));
    *ret = st.st_size;
    return true;
}

static bool sync_path(const char *path, int flags, struct err *err)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd < 0)
        return err_errno(err, errno, str_of(path));
    int rc = fsync(fd), number = errno;
    close(fd);
    return rc == 0 || err_errno(err, number, str_of(path));
}

bool sync_folder_of(const char *path, struct err *err)
{
    char dir[4096];
    const char *slash = strrchr(path, '/');

    if (!slash)
        return sync_path(".", O_RDONLY | O_DIRECTORY, err);
    snprintf(dir, sizeof dir, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return sync_path(dir, O_RDONLY | O_DIRECTORY, err);
}

/* Under another name first, so that what bears the name is whole. */
static bool copy_to(struct db *d, const char *to, struct err *err)
{
    char part[4096];
    struct stat st;

    if (stat(to, &st) == 0)
        return err_set(err, ERR_CONFLICT, MSG_err_store_exists, str_of(to));
    if (snprintf(part, sizeof part, "%s.part", to) >= (int)sizeof part)
        return err_errno(err, ENAMETOOLONG, str_of(to));
    unlink(part);
    if (!db_run(d, SQL_vacuum_into, err, T(str_of(part))) || !sync_path(part, O_RDONLY, err)) {
        unlink(part);
        return false;
    }
    if (rename(part, to) != 0)
        return err_errno(err, errno, str_of(to));
    return sync_folder_of(to, err);
}

static const struct store_engine engine = {
    .name = "sqlite",
    .open = open_connection,
    .version = version,
    .bytes = bytes,
    .copy = copy_to,
};

/* --- creating and opening --- */

static void remove_database(const char *dir, const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char path[4096];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (path_of(path, sizeof path, dir, name, NULL) &&
            strlen(path) + strlen(ends[i]) < sizeof path) {
            strcat(path, ends[i]);
            unlink(path);
        }
}

/* Under another name first: whoever is killed meanwhile leaves no half a store behind. */
#define NEW_NAME "giaoban.db.new"

static bool fill_new(
    const char *dir, const char *path, struct store_options options, struct err *err)
{
    char part[4096];

    if (access(path, F_OK) == 0)
        return err_set(err, ERR_CONFLICT, MSG_err_store_exists, str_of(path));
    if (!path_of(part, sizeof part, dir, NEW_NAME, err))
        return false;
    remove_database(dir, NEW_NAME);
    struct db *d = sqlite_open_db(part, SQLITE_CREATE, options.vfs, err);
    bool ok = d && migrate(d, sql_migrations, SCHEMA_NEWEST, 0, false, err);
    if (d)
        d->ops->close(d);
    ok = ok && (rename(part, path) == 0 || err_errno(err, errno, str_of(path)));
    if (!ok)
        remove_database(dir, NEW_NAME);
    return ok && sync_folder_of(path, err);
}

bool store_create_sqlite(const char *dir, struct store_options options, struct err *err)
{
    char path[4096];
    int fd;

    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_errno(err, errno, str_of(dir));
    if (!path_of(path, sizeof path, dir, "giaoban.db", err) || !take_lock(dir, &fd, err))
        return false;
    bool ok = fill_new(dir, path, options, err);
    close(fd);
    return ok;
}

void store_remove_sqlite(const char *dir)
{
    remove_database(dir, "giaoban.db");
}

static bool upgrade(struct store_sql *s, const char *dir, struct err *err)
{
    char name[64], path[4096];
    int64_t from;

    if (!schema_number(s->writer, &from, err) ||
        !schema_fits(from, s->options.newest, false, str_of(s->where), err))
        return false;
    if (from == s->options.newest)
        return true;
    snprintf(name, sizeof name, "before-schema-%d.db", s->options.newest);
    return path_of(path, sizeof path, dir, name, err) && copy_to(s->writer, path, err) &&
           migrate(s->writer, s->options.migrations, s->options.newest, from, false, err);
}

static bool open_for_writing(struct store_sql *s, const char *dir, struct err *err)
{
    if (!take_lock(dir, &s->lock_fd, err))
        return false;
    s->writer = open_connection(s->where, true, s->options.vfs, err);
    return s->writer && upgrade(s, dir, err) &&
           is_finished(s->writer, s->options.unfinished, str_of(s->where), err) &&
           sqlite_checkpoint_every(s->writer,
               s->options.checkpoint_pages ? s->options.checkpoint_pages : CHECKPOINT_PAGES, err);
}

static bool open_for_reading(struct store_sql *s, struct err *err)
{
    LEASE l = lease_take(&s->base, err);
    int64_t schema;

    return l.db && schema_number(l.db, &schema, err) &&
           schema_fits(schema, s->options.newest, true, str_of(s->where), err) &&
           is_finished(l.db, s->options.unfinished, str_of(s->where), err);
}

struct store *store_open_sqlite(const char *dir, struct store_options options, struct err *err)
{
    char path[4096];

    if (!path_of(path, sizeof path, dir, "giaoban.db", err))
        return NULL;
    if (access(path, F_OK) != 0) {
        err_set(err, ERR_NOT_FOUND, MSG_err_store_missing, str_of(dir));
        return NULL;
    }
    struct store_sql *s = store_new(&engine, path, options, err);
    if (!s)
        return NULL;
    if (options.read_only ? open_for_reading(s, err) : open_for_writing(s, dir, err))
        return &s->base;
    s->base.ops->close(&s->base);
    return NULL;
}
