/* words_folder: word lists from a folder, for offices that extend them (reading_words_folder). The
 * only file of the room that touches the file system. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "reading/read.h"

#define LISTS_MAX 64
#define LIST_BYTES_MAX (1 << 20)

static int by_name(const void *x, const void *y)
{
    return strcmp(((const struct reading_list *)x)->name, ((const struct reading_list *)y)->name);
}

static bool read_list(struct arena *a, const char *path, struct str *ret, struct err *err)
{
    FILE *f = fopen(path, "rb");
    char *bytes = arena_alloc(a, LIST_BYTES_MAX);
    size_t n = f && bytes ? fread(bytes, 1, LIST_BYTES_MAX, f) : 0;
    bool bad = !f || ferror(f);

    if (f)
        fclose(f);
    if (!bytes)
        return err_memory(err);
    if (bad)
        return err_errno(err, errno, str_of(path));
    return text_clean(a, str_make(bytes, n), LIST_BYTES_MAX, ret, err);
}

bool reading_words_folder(
    struct arena *a, const char *path, const struct reading_words **ret, struct err *err)
{
    struct reading_list lists[LISTS_MAX];
    size_t n = 0;
    bool ok = true;
    DIR *d = opendir(path);

    if (!d)
        return err_errno(err, errno, str_of(path));
    for (struct dirent *e; ok && n < LISTS_MAX && (e = readdir(d));) {
        struct str name = str_of(e->d_name);
        if (!str_ends(name, STR(".txt")))
            continue;
        char *full = arena_printf(a, "%s/%s", path, e->d_name);
        lists[n].name = str_dupz(a, name);
        ok = full && lists[n].name ? read_list(a, full, &lists[n].text, err) : err_memory(err);
        n++;
    }
    closedir(d);
    if (!ok)
        return false;
    qsort(lists, n, sizeof lists[0], by_name);
    return reading_words_parse(a, lists, n, ret, err);
}
