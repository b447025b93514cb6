/* restore: a backup into an empty folder. The copy is opened and verified before it takes its
 * place, so that a damaged backup never becomes data. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/host.h"
#include "store/store_open.h"

static bool copy_file(const char *from, const char *to, struct err *err)
{
    char chunk[1 << 16];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ssize_t n = -1;
    int number = errno;

    while (out >= 0 && (n = read(in, chunk, sizeof chunk)) > 0)
        if (write(out, chunk, (size_t)n) != n) {
            n = -1;
            break;
        }
    if (n < 0 && out >= 0)
        number = errno;
    bool ok = n == 0 && fsync(out) == 0;
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return ok || err_errno(err, number, str_of(in < 0 ? from : to));
}

static bool verify(const char *dir, struct err *err)
{
    struct verify_report r;
    struct store *s = store_open_sqlite(dir, (struct store_options){0}, err);

    if (!s)
        return false;
    bool ok = s->ops->verify(s, &r, err);
    s->ops->close(s);
    return ok;
}

bool host_restore(struct str archive, struct str where, struct err *err)
{
    char from[4096], dir[4096], file[4200];
    struct stat st;

    int a = snprintf(from, sizeof from, "%.*s", STR_ARG(archive));
    int b = snprintf(dir, sizeof dir, "%.*s", STR_ARG(where));
    if (a < 0 || b < 0 || (size_t)a >= sizeof from || (size_t)b >= sizeof dir)
        return err_set(err, ERR_LIMIT, MSG_err_cli_folder_long, where);
    if (stat(from, &st) != 0)
        return err_errno(err, errno, archive);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return err_errno(err, errno, where);
    snprintf(file, sizeof file, "%s/giaoban.db", dir);
    if (access(file, F_OK) == 0)
        return err_set(err, ERR_CONFLICT, MSG_err_cli_exists, str_of(file));
    if (!copy_file(from, file, err))
        return false;
    if (verify(dir, err))
        return true;
    unlink(file);
    return false;
}
