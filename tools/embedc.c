/* embedc: turns files into C, so that the program carries them.
 *
 *     embedc SYMBOL FILE... > out.c
 *
 * The source defines `const struct embedded SYMBOL[]` (see base/embed.h): one entry per file with
 * its name (without folders), its bytes and their number, ended by an entry whose name is NULL. The
 * bytes are followed by a NUL that does not count, so that text can also be read as a C string.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
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
        size[i] = put_bytes(argv[i], i);
    printf("const struct embedded %s[] = {\n", argv[1]);
    for (int i = 2; i < argc; i++)
        printf("    {\"%s\", file_%d, %zu},\n", base_name(argv[i]), i, size[i]);
    printf("    {NULL, NULL, 0},\n};\n");
    free(size);
    return fflush(stdout) ? 1 : 0;
}
