/* assetc: packs what pages load into the program.
 *
 *     assetc OUTDIR LIST SEARCHDIR...
 *
 * LIST has a line per asset: its name, and the file it comes from, looked for in each SEARCHDIR in
 * turn;
 * `#` opens a comment. Written are OUTDIR/asset_ids.h (an enum), OUTDIR/asset_table.c (bytes and
 * what web/assets.h says about them) and, for the dependencies of the build, OUTDIR/assets.d.
 *
 * Each asset has the address /a/HASH/NAME with the beginning of the BLAKE2b hash of its content. In
 * styles, url(asset:NAME) becomes the address of that asset, which must stand above in the list;
 * comments and indentation of styles are left out. What gets smaller by a tenth is also kept
 * packed.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HASH_BYTES 16
#define ASSETS_MAX 64

struct bytes {
    unsigned char *p;
    size_t n;
};
struct asset {
    char name[80], path[1024], hash[HASH_BYTES * 2 + 1];
    const char *type;
    struct bytes body, gzip;
};

static struct asset assets[ASSETS_MAX];
static int n_assets;
static const char *list_name;

static _Noreturn void fail(int line, const char *what, const char *name)
{
    fprintf(stderr, "%s:%d: error: %s: %s\n", list_name, line, what, name);
    exit(1);
}

static void *get(size_t n)
{
    void *p = malloc(n + 1);
    if (!p)
        exit(1);
    return p;
}

static bool read_file(const char *path, struct bytes *ret)
{
    FILE *in = fopen(path, "rb");

    if (!in)
        return false;
    if (fseek(in, 0, SEEK_END) != 0)
        exit(1);
    long n = ftell(in);
    rewind(in);
    ret->p = get((size_t)n);
    ret->n = fread(ret->p, 1, (size_t)n, in);
    fclose(in);
    return ret->n == (size_t)n;
}

static const char *type_of(int line, const char *name)
{
    static const char *const types[][2] = {{".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"}, {".woff2", "font/woff2"},
        {".svg", "image/svg+xml; charset=utf-8"}, {".txt", "text/plain; charset=utf-8"},
        {".png", "image/png"}, {".ico", "image/x-icon"}};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    fail(line, "the ending names no known type", name);
}

/* --- styles */

static void put_url(int line, struct bytes *out, const char *name)
{
    for (int i = 0; i < n_assets; i++)
        if (strcmp(assets[i].name, name) == 0) {
            out->n += (size_t)sprintf((char *)out->p + out->n, "/a/%s/%s", assets[i].hash, name);
            return;
        }
    fail(line, "a style names an asset that does not stand above it", name);
}

/* Leaves out comments and indentation, puts addresses in. */
static struct bytes style(int line, struct bytes in)
{
    struct bytes out = {get(in.n * 4 + 4096), 0};
    const char *p = (const char *)in.p, *end = p + in.n;
    bool line_begins = true;

    while (p < end) {
        if (strncmp(p, "/*", 2) == 0) {
            const char *close = strstr(p + 2, "*/");
            if (!close)
                fail(line, "a comment is not closed", "*/");
            p = close + 2;
        } else if (strncmp(p, "asset:", 6) == 0) {
            char name[80] = "";
            size_t n = strcspn(p + 6, ")\"' \n");
            if (n < sizeof name)
                memcpy(name, p + 6, n);
            put_url(line, &out, name);
            p += 6 + n;
        } else if (line_begins && (isspace((unsigned char)*p))) {
            p++;
        } else {
            line_begins = *p == '\n';
            out.p[out.n++] = (unsigned char)*p++;
        }
    }
    return out;
}

/* --- packing */

static struct bytes pack(struct bytes in)
{
    z_stream z = {0};
    struct bytes out;

    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        exit(1);
    out.p = get(deflateBound(&z, in.n) + 64);
    z.next_in = in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = out.p;
    z.avail_out = (uInt)(deflateBound(&z, in.n) + 64);
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        exit(1);
    out.n = z.total_out;
    deflateEnd(&z);
    if (out.n > in.n - in.n / 10)
        out.n = 0;
    return out;
}

static void add(int line, const char *name, const char *from, char **dirs, int ndirs)
{
    struct asset *a = &assets[n_assets];
    unsigned char hash[HASH_BYTES];
    bool found = false;

    if (n_assets == ASSETS_MAX || strlen(name) >= sizeof a->name)
        fail(line, "too many assets or too long a name", name);
    if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != strlen(name))
        fail(line, "a name has only a-z, 0-9, - _ and .", name);
    for (int i = 0; i < ndirs && !found; i++) {
        if (snprintf(a->path, sizeof a->path, "%s/%s", dirs[i], from) >= (int)sizeof a->path)
            fail(line, "the path is too long", from);
        found = read_file(a->path, &a->body);
    }
    if (!found)
        fail(line, "the file was not found", from);
    strcpy(a->name, name);
    a->type = type_of(line, name);
    a->body.p[a->body.n] = '\0';
    if (strncmp(a->type, "text/css", 8) == 0)
        a->body = style(line, a->body);
    crypto_generichash(hash, sizeof hash, a->body.p, a->body.n, NULL, 0);
    sodium_bin2hex(a->hash, sizeof a->hash, hash, sizeof hash);
    a->gzip = pack(a->body);
    n_assets++;
}

static void read_list(char **dirs, int ndirs)
{
    FILE *in = fopen(list_name, "r");
    char line[2048], name[1024], from[1024];

    if (!in)
        fail(0, strerror(errno), list_name);
    for (int number = 1; fgets(line, sizeof line, in); number++) {
        int n = sscanf(line, "%1023s %1023s", name, from);
        if (n <= 0 || *name == '#')
            continue;
        if (n != 2)
            fail(number, "expected a name and a file", name);
        add(number, name, from, dirs, ndirs);
    }
    fclose(in);
}

/* --- output */

static FILE *create(const char *dir, const char *name)
{
    char path[2048];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "w");
    if (!out)
        fail(0, strerror(errno), path);
    return out;
}

static void put_id(FILE *out, const char *name)
{
    fprintf(out, "ASSET_");
    for (; *name; name++)
        fputc(isalnum((unsigned char)*name) ? *name : '_', out);
}

static void put_array(FILE *out, const char *what, int i, struct bytes b)
{
    if (b.n == 0)
        return;
    fprintf(out, "static const unsigned char %s_%d[] = {", what, i);
    for (size_t k = 0; k < b.n; k++)
        fprintf(out, "%s%d,", k % 24 ? "" : "\n", b.p[k]);
    fprintf(out, "};\n");
}

static void put_str(FILE *out, const char *what, int i, struct bytes b)
{
    if (b.n)
        fprintf(out, "{(const char *)%s_%d, %zu}", what, i, b.n);
    else
        fprintf(out, "{\"\", 0}");
}

static void put_ids(const char *dir)
{
    FILE *out = create(dir, "asset_ids.h");

    fprintf(out, "/* Made from ui/assets.list by tools/assetc.c. */\n#ifndef GB_ASSET_IDS_H\n"
                 "#define GB_ASSET_IDS_H\nenum asset_id {\n");
    for (int i = 0; i < n_assets; i++) {
        fprintf(out, "    ");
        put_id(out, assets[i].name);
        fprintf(out, ",\n");
    }
    fprintf(out, "    ASSET_COUNT\n};\n#endif\n");
    fclose(out);
}

static void put_table(const char *dir)
{
    FILE *out = create(dir, "asset_table.c");

    fprintf(out, "/* Made from ui/assets.list by tools/assetc.c. */\n#include \"web/assets.h\"\n"
                 "extern const struct asset asset_table[ASSET_COUNT];\n");
    for (int i = 0; i < n_assets; i++) {
        put_array(out, "body", i, assets[i].body);
        put_array(out, "gzip", i, assets[i].gzip);
    }
    fprintf(out, "const struct asset asset_table[ASSET_COUNT] = {\n");
    for (int i = 0; i < n_assets; i++) {
        const struct asset *a = &assets[i];
        fprintf(out,
            "    {{\"%s\", %zu}, {\"%s\", %zu}, {\"/a/%s/%s\", %zu}, {\"\\\"%s\\\"\", %zu},\n"
            "        \"%s\", ",
            a->name, strlen(a->name), a->hash, strlen(a->hash), a->hash, a->name,
            strlen(a->name) + strlen(a->hash) + 4, a->hash, strlen(a->hash) + 2, a->type);
        put_str(out, "body", i, a->body);
        fprintf(out, ", ");
        put_str(out, "gzip", i, a->gzip);
        fprintf(out, "},\n");
    }
    fprintf(out, "};\n");
    fclose(out);
}

static void put_depends(const char *dir)
{
    FILE *out = create(dir, "assets.d");

    fprintf(out, "%s/asset_ids.h:", dir);
    for (int i = 0; i < n_assets; i++)
        fprintf(out, " %s", assets[i].path);
    fprintf(out, "\n");
    fclose(out);
}

int main(int argc, char **argv)
{
    if (argc < 4 || sodium_init() < 0) {
        fprintf(stderr, "usage: assetc OUTDIR LIST SEARCHDIR...\n");
        return 2;
    }
    list_name = argv[2];
    read_list(argv + 3, argc - 3);
    put_ids(argv[1]);
    put_table(argv[1]);
    put_depends(argv[1]);
    return 0;
}
