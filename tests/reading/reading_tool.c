/* reading_tool: reads clean texts and writes the figures they state, for the scorer and by hand.
 *
 *     reading_tool [--words FOLDER] [--clashes] FILE...
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "reading/read.h"

#define FILE_MAX (8 << 20)

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

static bool words_of_folder(
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

static struct str slurp(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "rb");
    char *p = arena_alloc(a, FILE_MAX);
    size_t n = f && p ? fread(p, 1, FILE_MAX, f) : 0;

    if (!f || !p) {
        perror(path);
        exit(1);
    }
    fclose(f);
    return str_make(p, n);
}

static void fail(const struct err *e)
{
    ARENA_AUTO a;
    struct sbuf b;
    arena_init(&a, 1 << 16);
    sbuf_init(&b, &a, 1 << 14);
    err_text(e, LANG_EN, &b);
    fprintf(stderr, "%s\n", sbuf_cstr(&b));
    exit(1);
}

static void read_one(const struct reading_words *w, const char *path, bool clashes)
{
    ARENA_AUTO a;
    struct err e = ERR_INIT;
    struct reading got;
    struct str text;
    struct sbuf out;
    const char *slash = strrchr(path, '/');
    struct reading_options o = {.doc = str_of(slash ? slash + 1 : path)};

    arena_init(&a, (size_t)512 << 20);
    if (!text_clean(&a, slurp(&a, path), FILE_MAX, &text, &e) ||
        !reading_read(&a, text, w, &o, &got, &e))
        fail(&e);
    for (size_t i = 0; i < got.nfigures && !clashes; i++) {
        sbuf_init(&out, &a, 1 << 20);
        reading_figure_json(&out, o.doc, &got.figures[i]);
        fwrite(out.p, 1, out.n, stdout);
    }
    for (size_t i = 0; i < got.ncontradictions && clashes; i++) {
        sbuf_init(&out, &a, 1 << 20);
        reading_contradiction_json(&out, o.doc, &got.contradictions[i]);
        fwrite(out.p, 1, out.n, stdout);
    }
}

int main(int argc, char **argv)
{
    ARENA_AUTO a;
    const struct reading_words *w;
    struct err e = ERR_INIT;
    bool clashes = false;
    int i = 1;
    const char *folder = NULL;

    for (; i < argc && argv[i][0] == '-'; i++) {
        clashes = clashes || strcmp(argv[i], "--clashes") == 0;
        if (strcmp(argv[i], "--words") == 0 && i + 1 < argc)
            folder = argv[++i];
    }
    arena_init(&a, (size_t)64 << 20);
    if (!(folder ? words_of_folder(&a, folder, &w, &e) : reading_words_builtin(&a, &w, &e)))
        fail(&e);
    for (; i < argc; i++)
        read_one(w, argv[i], clashes);
    return 0;
}
