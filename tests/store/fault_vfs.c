/* fault_vfs: see fault_vfs.h. */
#include "fault_vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

/* A write that is not yet on the disk: what stood there before. */
struct undo {
    struct undo *older;
    char *path;
    sqlite3_int64 at, size_before;
    int n; /* bytes that stood there */
    unsigned char bytes[];
};
struct file {
    sqlite3_file base;
    sqlite3_file *real;
    char *path;
};

static sqlite3_vfs vfs, *real_vfs;
static struct undo *undos;
static long countdown, cut_countdown;
static enum fault fault_kind;
static bool for_good, hit, dark;

static struct file *of(sqlite3_file *f)
{
    return (struct file *)f;
}

static int fails(int io_error)
{
    if (dark)
        return io_error;
    if (hit && for_good)
        return fault_kind == FAULT_FULL ? SQLITE_FULL : io_error;
    if (countdown == 0 || --countdown > 0)
        return SQLITE_OK;
    hit = true;
    return fault_kind == FAULT_FULL ? SQLITE_FULL : io_error;
}

static void count_to_cut(void)
{
    if (cut_countdown && --cut_countdown == 0)
        dark = true;
}

/* Remembers what stands where something is about to be written. */
static void remember(struct file *f, sqlite3_int64 at, int n)
{
    sqlite3_int64 size = 0;

    f->real->pMethods->xFileSize(f->real, &size);
    if (at + n > size)
        n = at < size ? (int)(size - at) : 0;
    struct undo *u = malloc(sizeof *u + (size_t)n);
    if (!u)
        abort();
    *u = (struct undo){
        .older = undos, .path = strdup(f->path), .at = at, .size_before = size, .n = n};
    if (n)
        f->real->pMethods->xRead(f->real, u->bytes, n, at);
    undos = u;
}

static void forget(const char *path)
{
    for (struct undo **p = &undos; *p;) {
        struct undo *u = *p;
        if (path && strcmp(u->path, path) != 0) {
            p = &u->older;
            continue;
        }
        *p = u->older;
        free(u->path);
        free(u);
    }
}

static int f_close(sqlite3_file *f)
{
    int rc = of(f)->real->pMethods ? of(f)->real->pMethods->xClose(of(f)->real) : SQLITE_OK;

    free(of(f)->real);
    free(of(f)->path);
    return rc;
}

static int f_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    int rc = fails(SQLITE_IOERR_READ);

    return rc ? rc : of(f)->real->pMethods->xRead(of(f)->real, p, n, at);
}

static int f_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    count_to_cut();
    int rc = fails(SQLITE_IOERR_WRITE);
    if (rc)
        return rc;
    remember(of(f), at, n);
    return of(f)->real->pMethods->xWrite(of(f)->real, p, n, at);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    sqlite3_int64 now = 0;

    count_to_cut();
    int rc = fails(SQLITE_IOERR_TRUNCATE);
    if (rc)
        return rc;
    of(f)->real->pMethods->xFileSize(of(f)->real, &now);
    if (now > size)
        remember(of(f), size, (int)(now - size));
    return of(f)->real->pMethods->xTruncate(of(f)->real, size);
}

static int f_sync(sqlite3_file *f, int flags)
{
    count_to_cut();
    int rc = fails(SQLITE_IOERR_FSYNC);
    if (rc)
        return rc;
    forget(of(f)->path);
    return of(f)->real->pMethods->xSync(of(f)->real, flags);
}

static int f_size(sqlite3_file *f, sqlite3_int64 *ret)
{
    int rc = fails(SQLITE_IOERR_FSTAT);

    return rc ? rc : of(f)->real->pMethods->xFileSize(of(f)->real, ret);
}

static int f_lock(sqlite3_file *f, int level)
{
    return of(f)->real->pMethods->xLock(of(f)->real, level);
}

static int f_unlock(sqlite3_file *f, int level)
{
    return of(f)->real->pMethods->xUnlock(of(f)->real, level);
}

static int f_reserved(sqlite3_file *f, int *ret)
{
    return of(f)->real->pMethods->xCheckReservedLock(of(f)->real, ret);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
    return of(f)->real->pMethods->xFileControl(of(f)->real, op, arg);
}

static int f_sector(sqlite3_file *f)
{
    (void)f;
    return SECTOR;
}

static int f_device(sqlite3_file *f)
{
    (void)f;
    return 0;
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    int rc = fails(SQLITE_IOERR_SHMMAP);

    return rc ? rc : of(f)->real->pMethods->xShmMap(of(f)->real, page, size, extend, ret);
}

static int f_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return of(f)->real->pMethods->xShmLock(of(f)->real, at, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
    of(f)->real->pMethods->xShmBarrier(of(f)->real);
}

static int f_shm_unmap(sqlite3_file *f, int remove)
{
    return of(f)->real->pMethods->xShmUnmap(of(f)->real, remove);
}

static const sqlite3_io_methods methods = {2, f_close, f_read, f_write, f_truncate, f_sync, f_size,
    f_lock, f_unlock, f_reserved, f_control, f_sector, f_device, f_shm_map, f_shm_lock,
    f_shm_barrier, f_shm_unmap, NULL, NULL};

static int v_open(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *ret_flags)
{
    struct file *file = of(f);
    int rc = fails(SQLITE_CANTOPEN);

    (void)v;
    f->pMethods = NULL;
    if (rc)
        return rc;
    file->real = calloc(1, (size_t)real_vfs->szOsFile);
    file->path = strdup(path ? path : "");
    if (!file->real || !file->path)
        abort();
    rc = real_vfs->xOpen(real_vfs, path, file->real, flags, ret_flags);
    if (rc == SQLITE_OK) {
        f->pMethods = &methods;
        return rc;
    }
    free(file->real);
    free(file->path);
    return rc;
}

static int v_delete(sqlite3_vfs *v, const char *path, int sync_folder)
{
    int rc = fails(SQLITE_IOERR_DELETE);

    (void)v;
    return rc ? rc : real_vfs->xDelete(real_vfs, path, sync_folder);
}

static int v_access(sqlite3_vfs *v, const char *path, int flags, int *ret)
{
    int rc = fails(SQLITE_IOERR_ACCESS);

    (void)v;
    return rc ? rc : real_vfs->xAccess(real_vfs, path, flags, ret);
}

void fault_vfs_register(void)
{
    sqlite3_initialize();
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.szOsFile = sizeof(struct file);
    vfs.zName = FAULT_VFS;
    vfs.pNext = NULL;
    vfs.xOpen = v_open;
    vfs.xDelete = v_delete;
    vfs.xAccess = v_access;
    sqlite3_vfs_register(&vfs, 0);
}

void fault_arm(long n, enum fault kind, bool good)
{
    forget(NULL);
    countdown = n;
    cut_countdown = 0;
    fault_kind = kind;
    for_good = good;
    hit = dark = false;
}

bool fault_hit(void)
{
    return hit || dark;
}

void fault_power_cut_after(long n)
{
    fault_arm(0, FAULT_IO, false);
    cut_countdown = n;
}

/* Newest first, so that what an older write found comes back in the end; a sector is taken back or
 * stays. */
static void take_back(const struct undo *u, unsigned *seed)
{
    int fd = open(u->path, O_RDWR);

    if (fd < 0)
        return;
    for (int at = 0; at < u->n; at += SECTOR) {
        size_t n = (size_t)(u->n - at < SECTOR ? u->n - at : SECTOR);
        if (rand_r(seed) % 4 != 0 && pwrite(fd, u->bytes + at, n, u->at + at) != (ssize_t)n)
            abort();
    }
    if (u->at + u->n >= u->size_before && rand_r(seed) % 2 && ftruncate(fd, u->size_before) != 0)
        abort();
    close(fd);
}

void fault_power_back(unsigned seed)
{
    for (struct undo *u = undos; u; u = u->older)
        take_back(u, &seed);
    fault_arm(0, FAULT_IO, false);
}
