/* sqlc: turns the named statements of src/store/sql and the migrations of schema into C.
 *
 *     sqlc header FILE.sql ... > sql_ids.h
 *     sqlc source FILE.sql ... > sql_texts.c
 *
 * A file whose name begins with digits is a migration and is taken whole; every other file holds
 * lines that begin with `--:` and what follows them up to the next such line:
 *
 *     --: table NAME GROUP COLUMN:TYPE[*] ...   a table; * marks the columns of its primary key
 *     --: NAME(TYPES) [stream]                  a statement; `stream`: its rows may be many
 *     --: each GROUP[,GROUP] NAME(TYPES)        the same for every table of the groups: NAME_TABLE
 *
 * TYPE is i (integer), t (text) or b (bytes); TYPES are those of the parameters $1, $2 ... In an
 * `each` the following words are replaced, also within TYPES:
 *
 *     @table  @columns (all)  @params ($1, $2 ... for all columns)  @types
 *     @key    the primary key           @key_types     @key_params  ($1, $2 ... for it)
 *     @key_down  `a DESC, b DESC`
 *     @ident  the key without `act`     @ident_is:N  `a = $N AND b = $N+1`     @ident_types
 *     @first  the first column of the key
 *     @body   all columns but `act` and `until_act`
 *     @set    `c = excluded.c` for all columns outside the key
 *
 * The text is written for PostgreSQL and translated for SQLite: $1 becomes ?1. In migrations types
 * are INTEGER, TEXT and BLOB, tables end in STRICT or WITHOUT ROWID, STRICT; for PostgreSQL they
 * become BIGINT, TEXT COLLATE "C" and BYTEA, and the endings are dropped. A line that begins with
 * `--pg ` or `--sqlite ` belongs to that engine alone. OPEN is the largest int64. Comments are
 * dropped. It fails, naming file and line, on what it cannot read and on a name given twice.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 48
#define TABLES_MAX 64
#define STATEMENTS_MAX 1024
#define EACHES_MAX 32

struct column {
    char *name;
    char type;
    bool key;
};
struct table {
    char *name, *group;
    struct column c[COLUMNS_MAX];
    int n;
};
struct statement {
    char *name, *types, *sql;
    bool stream;
    const char *file;
    int line;
};
struct each {
    char *name;
    int at[TABLES_MAX]; /* statement of each table, -1 none */
};
struct migration {
    char *name, *sql;
};

static struct table tables[TABLES_MAX];
static int ntables;
static struct statement statements[STATEMENTS_MAX];
static int nstatements;
static struct each eaches[EACHES_MAX];
static int neaches;
static struct migration migrations[99];
static int nmigrations;

static const char *file_now;
static int line_now;

static _Noreturn void fail(const char *what, const char *which)
{
    fprintf(stderr, "%s:%d: %s: %s\n", file_now, line_now, what, which);
    exit(1);
}

/* Text that grows. */
struct text {
    char *p;
    size_t n, cap;
};

static void put(struct text *t, const char *s, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        t->cap = (t->n + n + 1) * 2;
        t->p = realloc(t->p, t->cap);
        if (!t->p)
            exit(1);
    }
    memcpy(t->p + t->n, s, n);
    t->n += n;
    t->p[t->n] = '\0';
}

static void putz(struct text *t, const char *s)
{
    put(t, s, strlen(s));
}

static char *trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* --- reading --- */

static void read_table(char *s)
{
    if (ntables == TABLES_MAX)
        fail("too many tables", s);
    struct table *t = &tables[ntables++];
    char *save = NULL;
    t->name = strtok_r(s, " ", &save);
    t->group = strtok_r(NULL, " ", &save);
    if (!t->name || !t->group)
        fail("expected `table NAME GROUP COLUMN:TYPE ...`", s);
    for (char *w; (w = strtok_r(NULL, " ", &save));) {
        char *colon = strchr(w, ':');
        if (!colon || !strchr("itb", colon[1]) || t->n == COLUMNS_MAX)
            fail("expected COLUMN:TYPE", w);
        *colon = '\0';
        t->c[t->n++] = (struct column){w, colon[1], colon[2] == '*'};
    }
}

enum which { ALL, KEY, IDENT, BODY, NOT_KEY };

static bool column_is(const struct column *c, enum which which)
{
    switch (which) {
    case ALL:
        return true;
    case KEY:
        return c->key;
    case IDENT:
        return c->key && strcmp(c->name, "act") != 0;
    case BODY:
        return strcmp(c->name, "act") != 0 && strcmp(c->name, "until_act") != 0;
    case NOT_KEY:
        return !c->key;
    }
    return false;
}

static void put_names(struct text *out, const struct table *t, enum which which)
{
    const char *comma = "";

    for (int i = 0; i < t->n; i++)
        if (column_is(&t->c[i], which)) {
            putz(out, comma);
            putz(out, t->c[i].name);
            comma = ", ";
        }
}

static void put_types(struct text *out, const struct table *t, enum which which)
{
    for (int i = 0; i < t->n; i++)
        if (column_is(&t->c[i], which))
            put(out, &t->c[i].type, 1);
}

static void put_params(struct text *out, const struct table *t, enum which which)
{
    int n = 0;
    char b[16];

    for (int i = 0; i < t->n; i++)
        if (column_is(&t->c[i], which)) {
            snprintf(b, sizeof b, "%s$%d", n ? ", " : "", n + 1);
            putz(out, b);
            n++;
        }
}

static void put_set(struct text *out, const struct table *t)
{
    const char *comma = "";

    for (int i = 0; i < t->n; i++)
        if (column_is(&t->c[i], NOT_KEY)) {
            putz(out, comma);
            putz(out, t->c[i].name);
            putz(out, " = excluded.");
            putz(out, t->c[i].name);
            comma = ", ";
        }
}

static void put_key_down(struct text *out, const struct table *t)
{
    const char *comma = "";

    for (int i = 0; i < t->n; i++)
        if (t->c[i].key) {
            putz(out, comma);
            putz(out, t->c[i].name);
            putz(out, " DESC");
            comma = ", ";
        }
}

static void put_ident_is(struct text *out, const struct table *t, int from)
{
    const char *and = "";
    char b[16];

    for (int i = 0; i < t->n; i++)
        if (column_is(&t->c[i], IDENT)) {
            putz(out, and);
            putz(out, t->c[i].name);
            snprintf(b, sizeof b, " = $%d", from++);
            putz(out, b);
            and = " AND ";
        }
}

/* Replaces the @words of one template. */
static char *expand(const char *s, const struct table *t)
{
    struct text out = {0};

    putz(&out, "");
    while (*s) {
        if (*s != '@') {
            put(&out, s++, 1);
            continue;
        }
        size_t n = 1;
        while (word_char(s[n]))
            n++;
#define IS(word) (n == sizeof(word) - 1 && memcmp(s, word, n) == 0)
        if (IS("@table"))
            putz(&out, t->name);
        else if (IS("@columns"))
            put_names(&out, t, ALL);
        else if (IS("@types"))
            put_types(&out, t, ALL);
        else if (IS("@params"))
            put_params(&out, t, ALL);
        else if (IS("@key_params"))
            put_params(&out, t, KEY);
        else if (IS("@key"))
            put_names(&out, t, KEY);
        else if (IS("@key_types"))
            put_types(&out, t, KEY);
        else if (IS("@key_down"))
            put_key_down(&out, t);
        else if (IS("@ident"))
            put_names(&out, t, IDENT);
        else if (IS("@ident_types"))
            put_types(&out, t, IDENT);
        else if (IS("@body"))
            put_names(&out, t, BODY);
        else if (IS("@set"))
            put_set(&out, t);
        else if (IS("@first"))
            putz(&out, t->c[0].name);
        else if (IS("@first_type"))
            put(&out, &t->c[0].type, 1);
        else if (IS("@ident_is") && s[n] == ':' && isdigit((unsigned char)s[n + 1])) {
            put_ident_is(&out, t, atoi(s + n + 1));
            n += 2;
        } else
            fail("unknown @word", s);
        s += n;
#undef IS
    }
    return out.p;
}

static void add_statement(char *name, char *types, char *sql, bool stream, int line)
{
    for (int i = 0; i < nstatements; i++)
        if (strcmp(statements[i].name, name) == 0)
            fail("statement named twice", name);
    if (nstatements == STATEMENTS_MAX)
        fail("too many statements", name);
    statements[nstatements++] = (struct statement){name, types, sql, stream, file_now, line};
}

static bool in_groups(const char *groups, const char *group)
{
    size_t n = strlen(group);

    for (const char *at = groups; (at = strstr(at, group)); at += n)
        if ((at == groups || at[-1] == ',') && (at[n] == '\0' || at[n] == ','))
            return true;
    return false;
}

static void add_each(
    const char *groups, const char *name, const char *types, const char *sql, bool stream, int line)
{
    if (neaches == EACHES_MAX)
        fail("too many `each`", name);
    struct each *e = &eaches[neaches++];
    e->name = strdup(name);
    for (int i = 0; i < ntables; i++) {
        e->at[i] = -1;
        if (!in_groups(groups, tables[i].group))
            continue;
        char full[128];
        snprintf(full, sizeof full, "%s_%s", name, tables[i].name);
        e->at[i] = nstatements;
        add_statement(
            strdup(full), expand(types, &tables[i]), expand(sql, &tables[i]), stream, line);
    }
}

/* `head` is what stands behind "--:"; `sql` what follows it. */
static void take(char *head, char *sql, int line)
{
    char *groups = NULL;

    head = trim(head);
    line_now = line;
    if (strncmp(head, "table ", 6) == 0) {
        read_table(strdup(head + 6));
        return;
    }
    if (strncmp(head, "each ", 5) == 0) {
        groups = trim(head + 5);
        head = strchr(groups, ' ');
        if (!head)
            fail("expected `each GROUPS NAME(TYPES)`", groups);
        *head++ = '\0';
    }
    char *open = strchr(head, '('), *close = strchr(head, ')');
    if (!open || !close || close < open)
        fail("expected `NAME(TYPES)`", head);
    *open = *close = '\0';
    bool stream = strcmp(trim(close + 1), "stream") == 0;
    if (!stream && *trim(close + 1))
        fail("expected `stream` or nothing", close + 1);
    sql = trim(sql);
    size_t n = strlen(sql);
    if (n && sql[n - 1] == ';')
        sql[n - 1] = '\0';
    if (!*sql)
        fail("no statement under the name", head);
    if (groups)
        add_each(groups, head, open + 1, sql, stream, line);
    else
        add_statement(strdup(head), strdup(open + 1), strdup(sql), stream, line);
}

static char *slurp(const char *name)
{
    struct text t = {0};
    char b[65536];
    FILE *f = fopen(name, "r");

    file_now = name;
    if (!f)
        fail("cannot open", name);
    putz(&t, "");
    for (size_t n; (n = fread(b, 1, sizeof b, f)) > 0;)
        put(&t, b, n);
    fclose(f);
    return t.p;
}

static void read_statements(const char *name)
{
    char *all = slurp(name), *save = all, *line;
    char *head = NULL;
    struct text sql = {0};
    int number = 0, began = 0;

    while ((line = strsep(&save, "\n"))) {
        number++;
        line_now = number;
        if (strncmp(line, "--:", 3) == 0) {
            if (head)
                take(head, sql.p, began);
            head = line + 3;
            began = number;
            sql = (struct text){0};
            putz(&sql, "");
        } else if (strncmp(line, "--pg ", 5) == 0 || strncmp(line, "--sqlite ", 9) == 0 ||
                   strncmp(line, "--", 2) != 0) {
            if (!head && *trim(line))
                fail("a statement without a name", line);
            if (!head)
                continue;
            putz(&sql, line);
            putz(&sql, "\n");
        }
    }
    if (head)
        take(head, sql.p, began);
}

static void read_migration(const char *path, const char *base)
{
    char *dot = strchr(base, '.');

    file_now = path;
    line_now = 1;
    if (atoi(base) != nmigrations + 1 || !dot)
        fail("migrations are numbered from 0001 without gaps and given in order", base);
    migrations[nmigrations++] =
        (struct migration){strndup(base, (size_t)(dot - base)), slurp(path)};
}

/* --- translating --- */

static bool at_word(const char *all, const char *s, const char *word)
{
    size_t n = strlen(word);

    return strncmp(s, word, n) == 0 && !word_char(s[n]) && (s == all || !word_char(s[-1]));
}

/* Copies a literal or quoted name whole; the number of bytes. */
static size_t quoted(const char *s)
{
    char q = *s;
    size_t n = 1;

    while (s[n] && s[n] != q)
        n++;
    if (!s[n])
        fail("quote without an end", s);
    return n + 1;
}

static size_t translate_pg(struct text *out, const char *all, const char *s, bool schema)
{
    static const struct {
        const char *from, *to;
    } words[] = {{"INTEGER", "BIGINT"}, {"BLOB", "BYTEA"}, {"TEXT", "TEXT COLLATE \"C\""},
        {"WITHOUT ROWID, STRICT", ""}, {"STRICT", ""}};

    for (size_t i = 0; schema && i < sizeof words / sizeof *words; i++)
        if (at_word(all, s, words[i].from)) {
            putz(out, words[i].to);
            return strlen(words[i].from);
        }
    if (at_word(all, s, "OPEN")) {
        putz(out, "9223372036854775807");
        return 4;
    }
    put(out, s, 1);
    return 1;
}

static size_t translate_sqlite(struct text *out, const char *all, const char *s)
{
    if (*s == '$' && isdigit((unsigned char)s[1])) {
        putz(out, "?");
        return 1;
    }
    if (at_word(all, s, "OPEN")) {
        putz(out, "9223372036854775807");
        return 4;
    }
    put(out, s, 1);
    return 1;
}

/* Lines of the other engine and comments go; what is left is translated word by word. */
static char *translate(const char *sql, bool pg, bool schema)
{
    char *copy = strdup(sql), *save = copy, *line;
    const char *own = pg ? "--pg " : "--sqlite ";
    struct text lines = {0}, out = {0};

    putz(&lines, "");
    putz(&out, "");
    while ((line = strsep(&save, "\n"))) {
        if (strncmp(line, own, strlen(own)) == 0)
            line += strlen(own);
        else if (strncmp(trim(line), "--", 2) == 0)
            continue;
        if (!*trim(line))
            continue;
        putz(&lines, line);
        putz(&lines, "\n");
    }
    for (const char *s = lines.p; *s;) {
        if (*s == '\'' || *s == '"') {
            size_t n = quoted(s);
            put(&out, s, n);
            s += n;
        } else {
            s += pg ? translate_pg(&out, lines.p, s, schema) : translate_sqlite(&out, lines.p, s);
        }
    }
    return trim(out.p);
}

/* --- writing --- */

static void put_c_text(const char *s)
{
    printf("\"");
    for (; *s; s++) {
        if (*s == '\n')
            printf(s[1] ? "\\n\"\n        \"" : "\\n");
        else if (*s == '"' || *s == '\\')
            printf("\\%c", *s);
        else
            putchar(*s);
    }
    printf("\"");
}

static void write_header(void)
{
    printf("/* Made from src/store/sql and schema by tools/sqlc.c. */\n"
           "#ifndef GB_SQL_IDS_H\n#define GB_SQL_IDS_H\n\nenum sql_id {\n");
    for (int i = 0; i < nstatements; i++)
        printf("    SQL_%s,\n", statements[i].name);
    printf("    SQL_COUNT\n};\n\nenum sql_table_id {\n");
    for (int i = 0; i < ntables; i++)
        printf("    TABLE_%s,\n", tables[i].name);
    printf("    TABLE_COUNT\n};\n\n/* Statement of each table, -1 where it has none. */\n");
    for (int i = 0; i < neaches; i++)
        printf("extern const short sql_each_%s[TABLE_COUNT];\n", eaches[i].name);
    printf("\n#define SCHEMA_NEWEST %d\n\n#endif\n", nmigrations);
}

static void write_table(const struct table *t)
{
    int keys = 0;

    printf("    {\"%s\", \"%s\", %d, {", t->name, t->group, t->n);
    for (int i = 0; i < t->n; i++)
        printf("\"%s\", ", t->c[i].name);
    printf("}, \"");
    for (int i = 0; i < t->n; i++)
        putchar(t->c[i].type);
    for (int i = 0; i < t->n; i++)
        keys += t->c[i].key;
    printf("\", %d},\n", keys);
}

static void write_source(void)
{
    printf("/* Made from src/store/sql and schema by tools/sqlc.c. */\n"
           "#include \"store/sql.h\"\n\nconst struct sql_text sql_texts[SQL_COUNT] = {\n");
    for (int i = 0; i < nstatements; i++) {
        struct statement *s = &statements[i];
        file_now = s->file;
        line_now = s->line;
        printf(
            "    {\"%s\", \"%s\", %s,\n        ", s->name, s->types, s->stream ? "true" : "false");
        put_c_text(translate(s->sql, false, false));
        printf(",\n        ");
        put_c_text(translate(s->sql, true, false));
        printf("},\n");
    }
    printf("};\n\nconst struct sql_table sql_tables[TABLE_COUNT] = {\n");
    for (int i = 0; i < ntables; i++)
        write_table(&tables[i]);
    printf("};\n\n");
    for (int i = 0; i < neaches; i++) {
        printf("const short sql_each_%s[TABLE_COUNT] = {", eaches[i].name);
        for (int j = 0; j < ntables; j++)
            printf("%d, ", eaches[i].at[j]);
        printf("};\n");
    }
    printf("\nconst struct sql_migration sql_migrations[] = {\n");
    for (int i = 0; i < nmigrations; i++) {
        printf("    {\"%s\",\n        ", migrations[i].name);
        put_c_text(translate(migrations[i].sql, false, true));
        printf(",\n        ");
        put_c_text(translate(migrations[i].sql, true, true));
        printf("},\n");
    }
    printf("};\n");
}

int main(int argc, char **argv)
{
    if (argc < 3 || (strcmp(argv[1], "header") != 0 && strcmp(argv[1], "source") != 0)) {
        fprintf(stderr, "usage: sqlc header|source FILE.sql ...\n");
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        const char *base = strrchr(argv[i], '/');
        base = base ? base + 1 : argv[i];
        if (isdigit((unsigned char)*base))
            read_migration(argv[i], base);
        else
            read_statements(argv[i]);
    }
    if (strcmp(argv[1], "header") == 0)
        write_header();
    else
        write_source();
    return 0;
}
