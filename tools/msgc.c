/* msgc: turns ui/i18n/vi.msg and en.msg into C.
 *
 *     msgc keys vi.msg en.msg > msg_keys.h
 *     msgc tables vi.msg en.msg > msg_tables.c
 *
 * A line is `key = text`; `#` opens a comment line; blanks around key and text are dropped; in the text
 * `\n` is a line end and `\s` a blank (for texts that begin or end with one). It fails, naming file and
 * line, on a line it cannot read, a key given twice, a key that one language lacks, and placeholders
 * that differ between the languages.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char *key, *text;
    int line;
};
struct file {
    const char *name;
    struct entry *e;
    size_t n;
};

static _Noreturn void fail(const char *file, int line, const char *what, const char *key)
{
    fprintf(stderr, "%s:%d: %s: %s\n", file, line, what, key);
    exit(1);
}

static char *trim(char *s)
{
    while (*s == ' ' || *s == '\t')
        s++;
    size_t n = strlen(s);
    while (n && strchr(" \t\r\n", s[n - 1]))
        s[--n] = '\0';
    return s;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static void check_key(const char *file, int line, const char *key)
{
    if (!*key || strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.") != strlen(key))
        fail(file, line, "a key has only a-z, 0-9, '_' and '.'", key);
}

static struct file load(const char *name)
{
    struct file f = {.name = name};
    FILE *in = fopen(name, "r");
    char *line = NULL;
    size_t cap = 0;
    int number = 0;

    if (!in)
        fail(name, 0, "cannot open", name);
    while (getline(&line, &cap, in) >= 0) {
        number++;
        char *s = trim(line);
        if (!*s || *s == '#')
            continue;
        char *eq = strchr(s, '=');
        if (!eq)
            fail(name, number, "expected `key = text`", s);
        *eq = '\0';
        f.e = realloc(f.e, (f.n + 1) * sizeof *f.e);
        if (!f.e)
            exit(1);
        struct entry *e = &f.e[f.n++];
        *e = (struct entry){strdup(trim(s)), strdup(trim(eq + 1)), number};
        check_key(name, number, e->key);
    }
    free(line);
    fclose(in);
    qsort(f.e, f.n, sizeof *f.e, by_key);
    for (size_t i = 1; i < f.n; i++)
        if (strcmp(f.e[i - 1].key, f.e[i].key) == 0)
            fail(name, f.e[i].line, "key given twice", f.e[i].key);
    return f;
}

/* The set of placeholders {0}..{9} as bits. */
static unsigned placeholders(const char *s)
{
    unsigned set = 0;

    for (; *s; s++)
        if (s[0] == '{' && s[1] >= '0' && s[1] <= '9' && s[2] == '}')
            set |= 1u << (s[1] - '0');
    return set;
}

static void compare(const struct file *a, const struct file *b)
{
    for (size_t i = 0; i < a->n; i++) {
        const struct entry *hit = bsearch(&a->e[i], b->e, b->n, sizeof *b->e, by_key);
        if (!hit)
            fail(a->name, a->e[i].line, "key is missing in the other language", a->e[i].key);
        if (placeholders(a->e[i].text) != placeholders(hit->text))
            fail(b->name, hit->line, "placeholders differ between the languages", hit->key);
    }
}

static void put_c_name(const char *key)
{
    for (; *key; key++)
        putchar(*key == '.' ? '_' : *key);
}

static void put_text(const char *s)
{
    size_t n = 0;

    printf("{\"");
    for (; *s; s++, n++) {
        if (s[0] == '\\' && s[1] == 'n')
            printf("\\n"), s++;
        else if (s[0] == '\\' && s[1] == 's')
            putchar(' '), s++;
        else if (*s == '"' || *s == '\\')
            printf("\\%c", *s);
        else
            putchar(*s);
    }
    printf("\", %zu}", n);
}

static void put_table(const struct file *f)
{
    printf("    {\n");
    for (size_t i = 0; i < f->n; i++) {
        printf("        ");
        put_text(f->e[i].text);
        printf(",\n");
    }
    printf("    },\n");
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: msgc keys|tables VI EN\n");
        return 2;
    }
    struct file vi = load(argv[2]), en = load(argv[3]);
    compare(&vi, &en);
    compare(&en, &vi);
    if (strcmp(argv[1], "keys") == 0) {
        printf("/* Made from ui/i18n by tools/msgc.c. */\n#ifndef GB_MSG_KEYS_H\n#define "
               "GB_MSG_KEYS_H\nenum msg_key {\n");
        for (size_t i = 0; i < vi.n; i++) {
            printf("    MSG_");
            put_c_name(vi.e[i].key);
            printf(",\n");
        }
        printf("    MSG_COUNT\n};\n#endif\n");
        return 0;
    }
    printf("/* Made from ui/i18n by tools/msgc.c. */\n#include \"base/msg.h\"\n"
           "extern const struct str msg_table[2][MSG_COUNT];\n"
           "extern const struct str msg_names[MSG_COUNT];\n"
           "const struct str msg_names[MSG_COUNT] = {\n");
    for (size_t i = 0; i < vi.n; i++)
        printf("    {\"%s\", %zu},\n", vi.e[i].key, strlen(vi.e[i].key));
    printf("};\nconst struct str msg_table[2][MSG_COUNT] = {\n");
    put_table(&vi);
    put_table(&en);
    printf("};\n");
    return 0;
}
