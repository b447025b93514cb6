/* embedc: turns files into C, so that the program carries them.
 *
 *     embedc SYMBOL FILE|NAME=FILE... > out.c
 *
 * The source defines `const struct embedded SYMBOL[]` (see base/embed.h): one entry per file with
 * its name (that given, else the file's without folders), its bytes and their number, ended by an entry whose name is NULL. The
 * bytes are followed by a NUL that does not count, so that text can also be read as a C string.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *path_of(const char *arg)
{
    const char *eq = strchr(arg, '=');

    return eq ? eq + 1 : arg;
}

/* Writes the entry's name. */
static void put_name(const char *arg)
{
    const char *eq = strchr(arg, '='), *slash = strrchr(arg, '/');

    if (eq)
        printf("%.*s", (int)(eq - arg), arg);
    else
        printf("%s", slash ? slash + 1 : arg);
}

static size_t put_bytes(const char *path, int number)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(1);
    }
    printf("static const unsigned char file_%d[] = {", number);
    size_t n = 0;
    for (int c; (c = getc(f)) != EOF; n++)
        printf("%s%d,", n % 20 ? "" : "\n    ", c);
    printf("\n    0};\n\n");
    if (ferror(f)) {
        perror(path);
        exit(1);
    }
    fclose(f);
    return n;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: embedc SYMBOL FILE... > out.c\n");
        return 1;
    }
    size_t *size = calloc((size_t)argc, sizeof *size);
    if (!size) {
        fprintf(stderr, "embedc: out of memory\n");
        return 1;
    }
    printf("/* Written by embedc; the files named below are the source. */\n"
           "#include \"base/embed.h\"\n\nextern const struct embedded %s[];\n\n",
        argv[1]);
    for (int i = 2; i < argc; i++)
        size[i] = put_bytes(path_of(argv[i]), i);
    printf("const struct embedded %s[] = {\n", argv[1]);
    for (int i = 2; i < argc; i++) {
        printf("    {\"");
        put_name(argv[i]);
        printf("\", file_%d, %zu},\n", i, size[i]);
    }
    printf("    {NULL, NULL, 0},\n};\n");
    free(size);
    return fflush(stdout) ? 1 : 0;
}
