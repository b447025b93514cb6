/* tmplc: compiles ui/templates/NAME.html to C. docs/templates.md has the syntax.
 *
 *     tmplc OUTDIR --messages vi.msg --assets LIST TEMPLATE...
 *
 * writes OUTDIR/tmpl_NAME.c for each template and OUTDIR/templates.h for all; a file whose content
 * did not change is left alone, so that only what changed is compiled again. --assets names a file
 * with one asset per line (the first word counts). The escaping of each value follows from where it
 * stands; see tmplc_html.c for what markup is accepted.
 */
#include "tmplc.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text messages, assets; /* the two files as they are */

_Noreturn void fail_at(const char *path, struct pos at, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s:%d:%d: error: ", path, at.line, at.column);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void text_put(struct text *t, const char *p, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        size_t cap = (t->n + n + 1) * 2 + 64;
        char *q = malloc(cap); /* the old block stays: states of the markup share it */
        if (!q)
            exit(1);
        if (t->n)
            memcpy(q, t->p, t->n);
        t->p = q;
        t->cap = cap;
    }
    if (n)
        memcpy(t->p + t->n, p, n);
    t->n += n;
}

void text_printf(struct text *t, const char *format, ...)
{
    va_list args;
    char *z = NULL;

    va_start(args, format);
    int n = vasprintf(&z, format, args);
    va_end(args);
    if (n < 0)
        exit(1);
    text_put(t, z, (size_t)n);
    free(z);
}

const char *text_z(struct text *t)
{
    text_put(t, "", 0);
    t->p[t->n] = '\0';
    return t->p;
}

void name_copy(const char *path, struct pos at, char *to, const char *p, size_t n)
{
    if (n >= NAME_MAX_)
        fail_at(path, at, "the name is too long");
    memcpy(to, p, n);
    to[n] = '\0';
}

static struct text read_all(const char *path)
{
    struct text t = {0};
    char block[65536];
    size_t n;
    FILE *in = fopen(path, "rb");

    if (!in) {
        fprintf(stderr, "%s: error: %s\n", path, strerror(errno));
        exit(1);
    }
    while ((n = fread(block, 1, sizeof block, in)) > 0)
        text_put(&t, block, n);
    fclose(in);
    text_z(&t);
    return t;
}

static void write_changed(const char *dir, const char *name, struct text *t)
{
    char path[4096];

    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        exit(1);
    FILE *old = fopen(path, "rb");
    if (old) {
        fclose(old);
        struct text had = read_all(path);
        if (had.n == t->n && memcmp(had.p, t->p, t->n) == 0)
            return;
    }
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(t->p, 1, t->n, out) != t->n || fclose(out) != 0) {
        fprintf(stderr, "%s: error: %s\n", path, strerror(errno));
        exit(1);
    }
}

/* The line of `t` that begins with `key` and goes on with a byte of `after`; NULL where there is
 * none. */
static const char *find_line(const struct text *t, const char *key, size_t n, const char *after)
{
    for (const char *line = t->p; line && *line; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        while (*line == ' ' || *line == '\t')
            line++;
        if (strncmp(line, key, n) == 0 && line[n] && strchr(after, line[n]))
            return line + n;
    }
    return NULL;
}

int message_args(const char *key, size_t n)
{
    const char *text = n ? find_line(&messages, key, n, " \t=") : NULL;
    int most = 0;

    if (!text)
        return -1;
    for (; *text && *text != '\n'; text++)
        if (text[0] == '{' && isdigit((unsigned char)text[1]) && text[2] == '}' &&
            text[1] - '0' + 1 > most)
            most = text[1] - '0' + 1;
    return most;
}

bool asset_known(const char *name, size_t n)
{
    return n && assets.p && find_line(&assets, name, n, " \t\r\n");
}

void put_c_name(struct text *t, const char *p, size_t n)
{
    for (; n; n--, p++)
        text_put(t, isalnum((unsigned char)*p) ? p : "_", 1);
}

/* --- output */

static const struct file *find(const struct file *files, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    return NULL;
}

static bool has_block(const struct file *f, const char *name)
{
    for (int i = 0; i < f->nblocks; i++)
        if (strcmp(f->blocks[i].name, name) == 0)
            return true;
    return false;
}

static bool has_slot(const struct file *f, const char *name)
{
    for (int i = 0; i < f->nslots; i++)
        if (strcmp(f->slots[i].name, name) == 0)
            return true;
    return false;
}

static void check(const struct file *f, const struct file *files, int n)
{
    for (const struct include *i = f->includes; i; i = i->next) {
        const struct file *to = find(files, n, i->name);
        if (!to)
            fail_at(f->path, i->at, "there is no template %s", i->name);
        if (to->nslots)
            fail_at(f->path, i->at, "%s is a layout; it cannot be included", i->name);
        if (i->has_view != (*to->view != '\0'))
            fail_at(f->path, i->at, *to->view ? "%s needs a view" : "%s takes no view", i->name);
    }
    if (!*f->layout)
        return;
    const struct file *l = find(files, n, f->layout);
    if (!l || !l->nslots)
        fail_at(f->path, f->layout_at, "there is no layout %s", f->layout);
    if ((f->layout_view != NULL) != (*l->view != '\0'))
        fail_at(f->path, f->layout_at, *l->view ? "%s needs a view" : "%s takes no view", l->name);
    for (int i = 0; i < f->nblocks; i++)
        if (!has_slot(l, f->blocks[i].name))
            fail_at(f->path, f->blocks[i].at, "the layout %s has no slot %s", l->name,
                f->blocks[i].name);
    for (int i = 0; i < l->nslots; i++)
        if (!l->slots[i].optional && !has_block(f, l->slots[i].name))
            fail_at(
                f->path, f->layout_at, "the layout %s needs a block %s", l->name, l->slots[i].name);
}

static void put_signature(struct text *out, const struct file *f)
{
    text_printf(out, "void tmpl_%s(struct tmpl *o", f->name);
    if (*f->view)
        text_printf(out, ", const struct %s *v", f->view);
    if (f->nslots)
        text_printf(out, ", const struct tmpl_slot *slots");
    text_printf(out, ")");
}

static void put_layout_call(struct text *out, const struct file *f, const struct file *layout)
{
    text_printf(out, "#line %d \"%s\"\n%s_%s(o, ", f->layout_at.line, f->path,
        f->layout_view ? "TMPL_CALL" : "tmpl", f->layout);
    if (f->layout_view)
        text_printf(out, "%s, ", f->layout_view);
    text_printf(out, "(const struct tmpl_slot[%d]){", layout->nslots);
    for (int i = 0; i < f->nblocks; i++)
        text_printf(out, "[TMPL_%s_%s] = {block_%s, %s}, ", f->layout, f->blocks[i].name,
            f->blocks[i].name, *f->view ? "v" : "NULL");
    text_printf(out, "});\n");
}

static void put_source(const char *dir, struct file *f, const struct file *files, int n)
{
    struct text out = {0};
    char name[NAME_MAX_ + 16];

    text_printf(&out,
        "/* Made from %s by tools/tmplc.c. */\n#include \"templates.h\"\n"
        "#include \"web/assets.h\"\n",
        f->path);
    for (int i = 0; i < f->nuses; i++)
        text_printf(&out, "#include %s\n", f->uses[i]);
    for (int i = 0; i < f->nblocks; i++) {
        text_printf(&out, "static void block_%s(struct tmpl *o, const void *view_)\n{\n",
            f->blocks[i].name);
        if (*f->view)
            text_printf(&out, "const struct %s *v = view_;\n(void)v;\n", f->view);
        text_printf(&out, "(void)view_;\n(void)o;\n%s}\n", text_z(&f->blocks[i].body));
    }
    put_signature(&out, f);
    text_printf(&out, "\n{\n%s(void)o;\n%s", *f->view ? "(void)v;\n" : "", text_z(&f->body));
    if (*f->layout)
        put_layout_call(&out, f, find(files, n, f->layout));
    text_printf(&out, "}\n");
    snprintf(name, sizeof name, "tmpl_%s.c", f->name);
    write_changed(dir, name, &out);
}

static void put_header(const char *dir, const struct file *files, int n)
{
    struct text out = {0};

    text_printf(&out, "/* Made from ui/templates by tools/tmplc.c. */\n#ifndef GB_TEMPLATES_H\n"
                      "#define GB_TEMPLATES_H\n#include \"web/tmpl.h\"\n");
    for (int i = 0; i < n; i++) {
        const struct file *f = &files[i];
        if (*f->view)
            text_printf(&out, "struct %s;\n", f->view);
        if (f->nslots) {
            text_printf(&out, "enum {");
            for (int k = 0; k < f->nslots; k++)
                text_printf(&out, " TMPL_%s_%s,", f->name, f->slots[k].name);
            text_printf(&out, " };\n");
        }
        put_signature(&out, f);
        text_printf(&out, ";\n");
        if (*f->view)
            text_printf(&out,
                "#define TMPL_CALL_%s(o, x, ...) tmpl_%s((o), TMPL_VIEW(struct %s, x), "
                "##__VA_ARGS__)\n",
                f->name, f->name, f->view);
    }
    text_printf(&out, "#endif\n");
    write_changed(dir, "templates.h", &out);
}

static void name_of(struct file *f)
{
    const char *base = strrchr(f->path, '/');

    base = base ? base + 1 : f->path;
    size_t n = strcspn(base, ".");
    name_copy(f->path, (struct pos){1, 1}, f->name, base, n);
    if (n == 0 || strcmp(base + n, ".html") != 0 ||
        strspn(f->name, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
        fail_at(f->path, (struct pos){1, 1}, "a template is called NAME.html with a-z, 0-9 and _");
}

int main(int argc, char **argv)
{
    if (argc < 7 || strcmp(argv[2], "--messages") != 0 || strcmp(argv[4], "--assets") != 0) {
        fprintf(stderr, "usage: tmplc OUTDIR --messages FILE --assets FILE TEMPLATE...\n");
        return 2;
    }
    int n = argc - 6;
    struct file *files = calloc((size_t)n, sizeof *files);
    if (!files)
        return 1;
    messages = read_all(argv[3]);
    assets = read_all(argv[5]);
    for (int i = 0; i < n; i++) {
        files[i].path = argv[6 + i];
        name_of(&files[i]);
        files[i].src = read_all(files[i].path).p;
        parse_file(&files[i]);
    }
    for (int i = 0; i < n; i++)
        check(&files[i], files, n);
    for (int i = 0; i < n; i++)
        put_source(argv[1], &files[i], files, n);
    put_header(argv[1], files, n);
    return 0;
}
