/* tmplc_parse: reads one template and writes C for its tags in braces, see tmplc.h. */
#include "tmplc_tag.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads to the end of the file, or to a tag that begins with one of `until`: gives which one, and
 * the rest of that tag in *ret_end. */
static int parse_nodes(struct parser *ps, const char *const until[], struct tag *ret_end);

static void advance(struct parser *ps)
{
    if (*ps->p == '\n') {
        ps->at.line++;
        ps->at.column = 1;
    } else if (((unsigned char)ps->p[1] & 0xc0) != 0x80) {
        ps->at.column++;
    }
    ps->p++;
}

/* --- writing */

static void put_line(struct parser *ps, struct pos at)
{
    text_printf(ps->out, "#line %d \"%s\"\n", at.line, ps->f->path);
}

static void flush(struct parser *ps)
{
    if (ps->lit.n == 0)
        return;
    put_line(ps, ps->lit_at);
    text_printf(ps->out, "sbuf_put(o->out, ");
    put_literal(ps->out, ps->lit.p, ps->lit.n);
    text_printf(ps->out, ", %zu);\n", ps->lit.n);
    ps->lit = (struct text){0};
}

/* --- tags */

static bool in_text(const struct markup *m)
{
    return m->place == P_TEXT || m->place == P_RCDATA;
}

static void need_place(struct tag *t, const char *what)
{
    const struct markup *m = &t->ps->m;

    if (m->place == P_SCRIPT)
        tag_fail(t, "nothing may stand in <script>");
    if (m->place == P_VALUE && m->kind == A_STATIC)
        fail_at(t->ps->f->path, t->at, "the value of %s must be literal", m->attr);
    if (!in_text(m) && m->place != P_VALUE)
        fail_at(
            t->ps->f->path, t->at, "%s may stand only between tags or in a quoted attribute", what);
}

static void tag_value(struct parser *ps, struct tag *t)
{
    struct text e = {0};
    struct pos at = t->at;

    need_place(t, "a value");
    tag_path(t, &e);
    tag_end(t);
    const char *macro = ps->m.place == P_TEXT || ps->m.place == P_RCDATA ? "TMPL_TEXT"
                        : ps->m.kind != A_URL                            ? "TMPL_ATTR"
                        : ps->m.begun                                    ? "TMPL_PART"
                                                                         : "TMPL_URL";
    if (ps->m.place == P_RCDATA)
        macro = "TMPL_ATTR";
    put_line(ps, at);
    text_printf(ps->out, "%s(o, %s);\n", macro, text_z(&e));
    ps->m.begun = true;
}

static void message_key(struct tag *t, struct text *ret, int *ret_args)
{
    *ret_args = -1;
    if (!tag_sign(t, ":")) {
        tag_path(t, ret);
        return;
    }
    size_t n = 0;
    while (
        t->p + n < t->end && (isalnum((unsigned char)t->p[n]) || t->p[n] == '_' || t->p[n] == '.'))
        n++;
    *ret_args = message_args(t->p, n);
    if (*ret_args < 0)
        fail_at(t->ps->f->path, t->at, "ui/i18n has no message \"%.*s\"", (int)n, t->p);
    text_printf(ret, "MSG_");
    put_c_name(ret, t->p, n);
    tag_advance(t, n);
}

/* {t:key a b}, {t v.key a b} */
static void tag_message(struct parser *ps, struct tag *t)
{
    struct text key = {0}, args = {0};
    struct pos at = t->at;
    int want, n = 0;

    need_place(t, "a message");
    if (ps->m.place == P_VALUE && ps->m.kind == A_URL)
        tag_fail(t, "a message cannot stand in an address");
    message_key(t, &key, &want);
    for (; !tag_ended(t); n++) {
        struct operand a = tag_operand(t);
        text_printf(&args, a.is_text ? "%sTMPL_ARG(STR(%s))" : "%sTMPL_ARG(%s)", n ? ", " : "",
            text_z(&a.c));
    }
    if (want >= 0 && n != want)
        fail_at(ps->f->path, at, "the message takes %d arguments, %d are given", want, n);
    put_line(ps, at);
    if (n == 0)
        text_printf(ps->out, "tmpl_msg(o, %s, NULL, 0, false);\n", text_z(&key));
    else
        text_printf(ps->out, "tmpl_msg(o, %s, (const struct tmpl_arg[]){%s}, %d, %s);\n",
            text_z(&key), text_z(&args), n, ps->m.place == P_TEXT ? "true" : "false");
    ps->m.begun = true;
}

/* One branch: its head is written, its nodes read; gives which tag ended it. */
static int branch(struct parser *ps, struct pos at, const char *head, struct text *test, bool last,
    struct tag *ret_end)
{
    put_line(ps, at);
    text_printf(ps->out, head, text_z(test));
    return parse_nodes(ps,
        last ? (const char *const[]){"/if", NULL}
             : (const char *const[]){"/if", "elif", "else", NULL},
        ret_end);
}

static void tag_if(struct parser *ps, struct tag *t)
{
    enum { END, ELIF, ELSE } next;
    struct pos at = t->at;
    struct text test = {0};
    bool complete = false;

    tag_condition(t, &test);
    tag_end(t);
    struct markup before = ps->m;
    next = (unsigned)branch(ps, at, "if (%s) {\n", &test, false, t);
    struct markup after = ps->m;
    while (next != END) {
        struct pos here = t->at;
        test = (struct text){0};
        complete = next == ELSE;
        if (!complete)
            tag_condition(t, &test);
        tag_end(t);
        ps->m = before;
        next = (unsigned)branch(
            ps, here, complete ? "} else {%s\n" : "} else if (%s) {\n", &test, complete, t);
        html_same(ps->f, &after, &ps->m, at, "this {if}");
        html_join(&ps->m, &after);
        after = ps->m;
    }
    tag_end(t);
    if (!complete) {
        html_same(ps->f, &before, &after, at, "this {if}");
        html_join(&ps->m, &before);
    }
    text_printf(ps->out, "}\n");
}

/* The body follows itself, so blanks at its beginning can be left out only where it also ends in
 * some: then it is read again, knowing that. */
static void for_body(struct parser *ps, struct tag *ret_end)
{
    static const char *const until[] = {"/for", NULL};
    struct parser begin = *ps;
    size_t written = ps->out->n;

    ps->m.last = '\0';
    parse_nodes(ps, until, ret_end);
    if (!isspace((unsigned char)ps->m.last) || !isspace((unsigned char)begin.m.last))
        return;
    *ps = begin;
    ps->out->n = written;
    parse_nodes(ps, until, ret_end);
}

static void tag_for(struct parser *ps, struct tag *t)
{
    struct pos at = t->at;
    struct text list = {0};
    struct tag end;
    char var[NAME_MAX_];

    tag_name(t, var, "expected {for NAME in LIST}");
    if (in_scope(ps, var, strlen(var)) || strcmp(var, "v") == 0)
        tag_fail(t, "the name is taken already");
    if (!tag_word(t, "in"))
        tag_fail(t, "expected `in`");
    tag_path(t, &list);
    tag_end(t);
    if (ps->nscope == SCOPES_MAX)
        tag_fail(t, "loops are nested too deep");
    struct markup before = ps->m;
    put_line(ps, at);
    text_printf(ps->out, "for (size_t i_%s = 0, n_%s = (%s).n; i_%s < n_%s; i_%s++) {\n", var, var,
        text_z(&list), var, var, var);
    put_line(ps, at);
    text_printf(ps->out, "const __auto_type l_%s = &(%s).p[i_%s]; (void)l_%s;\n", var,
        text_z(&list), var, var);
    strcpy(ps->scope[ps->nscope++], var);
    for_body(ps, &end);
    tag_end(&end);
    ps->nscope--;
    html_same(ps->f, &before, &ps->m, at, "this {for}");
    html_join(&ps->m, &before);
    text_printf(ps->out, "}\n");
}

static void tag_include(struct parser *ps, struct tag *t)
{
    struct include *inc = calloc(1, sizeof *inc);
    struct text view = {0};

    if (!inc)
        exit(1);
    inc->at = t->at;
    if (ps->m.place != P_TEXT)
        tag_fail(t, "a template can be included only between tags");
    tag_name(t, inc->name, "expected the name of a template");
    inc->has_view = !tag_ended(t);
    if (inc->has_view)
        tag_path(t, &view);
    tag_end(t);
    inc->next = ps->f->includes;
    ps->f->includes = inc;
    put_line(ps, inc->at);
    if (inc->has_view)
        text_printf(ps->out, "TMPL_CALL_%s(o, %s);\n", inc->name, text_z(&view));
    else
        text_printf(ps->out, "tmpl_%s(o);\n", inc->name);
}

static void tag_slot(struct parser *ps, struct tag *t)
{
    struct file *f = ps->f;

    if (!in_text(&ps->m))
        tag_fail(t, "a slot can stand only between tags");
    if (ps->nscope)
        tag_fail(t, "a slot cannot stand in a {for}");
    if (f->nslots == SLOTS_MAX)
        tag_fail(t, "too many slots");
    struct pos at = t->at;
    tag_name(t, f->slots[f->nslots].name, "expected the name of the slot");
    f->slots[f->nslots].optional = tag_sign(t, "?");
    tag_end(t);
    put_line(ps, at);
    text_printf(ps->out, "tmpl_fill(o, &slots[TMPL_%s_%s]);\n", f->name, f->slots[f->nslots].name);
    f->nslots++;
}

static void tag_block(struct parser *ps, struct tag *t)
{
    struct file *f = ps->f;
    struct tag end;

    if (!*f->layout)
        tag_fail(t, "{block} needs {layout} before it");
    if (ps->in_block || ps->nscope || ps->m.depth)
        tag_fail(t, "a block cannot stand inside something else");
    if (f->nblocks == SLOTS_MAX)
        tag_fail(t, "too many blocks");
    struct block *b = &f->blocks[f->nblocks++];
    b->at = t->at;
    tag_name(t, b->name, "expected the name of the block");
    tag_end(t);
    for (struct block *other = f->blocks; other < b; other++)
        if (strcmp(other->name, b->name) == 0)
            fail_at(f->path, b->at, "block %s stands there twice", b->name);
    struct text *out = ps->out;
    ps->out = &b->body;
    ps->in_block = true;
    ps->m = (struct markup){0};
    parse_nodes(ps, (const char *const[]){"/block", NULL}, &end);
    tag_end(&end);
    html_closed(f, &ps->m, 0, end.at);
    ps->in_block = false;
    ps->out = out;
}

static void tag_layout(struct parser *ps, struct tag *t)
{
    struct file *f = ps->f;

    if (*f->layout)
        tag_fail(t, "a template has one layout");
    f->layout_at = t->at;
    tag_name(t, f->layout, "expected the name of a template");
    if (!tag_ended(t)) {
        struct text e = {0};
        tag_path(t, &e);
        f->layout_view = strdup(text_z(&e));
    }
    tag_end(t);
}

static void tag_use(struct parser *ps, struct tag *t)
{
    struct file *f = ps->f;
    struct operand o = tag_operand(t);

    tag_end(t);
    if (!o.is_text)
        tag_fail(t, "expected {use \"room/header.h\"}");
    if (f->nuses == USES_MAX || o.c.n >= sizeof f->uses[0])
        tag_fail(t, "too many or too long names of headers");
    strcpy(f->uses[f->nuses++], text_z(&o.c)); /* with its quotes */
}

static void tag_asset(struct parser *ps, struct tag *t)
{
    const struct markup *m = &ps->m;

    if (m->place != P_VALUE || m->kind != A_URL || m->begun)
        tag_fail(t, "{asset:NAME} stands at the beginning of an address");
    size_t n = (size_t)(t->end - t->p);
    if (!asset_known(t->p, n))
        fail_at(ps->f->path, t->at, "there is no asset \"%.*s\"", (int)n, t->p);
    put_line(ps, t->at);
    text_printf(ps->out, "sbuf_str(o->out, asset_url(ASSET_");
    put_c_name(ps->out, t->p, n);
    text_printf(ps->out, "));\n");
    ps->m.begun = true;
}

static void tag_csrf(struct parser *ps, struct tag *t)
{
    tag_end(t);
    if (ps->m.place != P_TEXT || !html_csrf(&ps->m))
        tag_fail(t, "{csrf} stands between the tags of a <form>");
    put_line(ps, t->at);
    text_printf(ps->out, "tmpl_csrf(o);\n");
}

static void tag_view(struct parser *ps, struct tag *t)
{
    if (*ps->f->view)
        tag_fail(t, "a template has one view");
    tag_name(t, ps->f->view, "expected the name of a struct");
    tag_end(t);
}

/* Is the tag one of `until`? Gives which, and what stands behind its word; -1 where it is none. */
static int tag_until(const struct tag *t, const char *const until[], struct tag *ret_end)
{
    for (int i = 0; until && until[i]; i++) {
        struct tag probe = *t;
        bool slash = until[i][0] == '/';
        if ((!slash || tag_sign(&probe, "/")) && tag_word(&probe, until[i] + slash)) {
            *ret_end = probe;
            return i;
        }
    }
    return -1;
}

/* One tag that is not the end of something. */
static void parse_tag(struct parser *ps, struct tag *t)
{
    if (t->p < t->end && *t->p == '/')
        tag_fail(t, "this closes nothing that is open");
    if (tag_word(t, "if")) {
        tag_if(ps, t);
        return;
    }
    if (tag_word(t, "for")) {
        tag_for(ps, t);
        return;
    }
    ps->m.last = '\0';
    static const struct {
        const char *word;
        void (*run)(struct parser *ps, struct tag *t);
    } words[] = {{"include", tag_include}, {"slot", tag_slot}, {"block", tag_block},
        {"layout", tag_layout}, {"use", tag_use}, {"csrf", tag_csrf}, {"view", tag_view}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tag_word(t, words[i].word)) {
            words[i].run(ps, t);
            return;
        }
    struct tag probe = *t;
    if (tag_word(&probe, "asset") && tag_sign(&probe, ":"))
        tag_asset(ps, &probe);
    else if (!in_scope(ps, "t", 1) && tag_word(t, "t"))
        tag_message(ps, t);
    else
        tag_value(ps, t);
}

/* Finds the } of the tag at ps->p (which is behind the {), texts in quotes skipped. */
static struct tag read_tag(struct parser *ps, struct pos open)
{
    struct tag t = {ps, ps->p, NULL, ps->at};
    bool quoted = false;

    while (*ps->p && *ps->p != '\n' && (quoted || *ps->p != '}')) {
        if (*ps->p == '"')
            quoted = !quoted;
        advance(ps);
    }
    if (*ps->p != '}')
        fail_at(ps->f->path, open, "the tag has no closing } on its line; write {{ for a brace");
    t.end = ps->p;
    advance(ps);
    return t;
}

static void skip_comment(struct parser *ps, struct pos open)
{
    while (*ps->p && !(ps->p[0] == '#' && ps->p[1] == '}'))
        advance(ps);
    if (!*ps->p)
        fail_at(ps->f->path, open, "the comment has no closing #}");
    advance(ps);
    advance(ps);
}

static void literal(struct parser *ps, struct pos at, char c)
{
    struct file *f = ps->f;
    bool outside = *f->layout && !ps->in_block;

    if (outside && !isspace((unsigned char)c))
        fail_at(f->path, at, "in a template with a layout everything stands in a {block}");
    if (outside || (ps->lit.n == 0 && ps->out->n == 0 && isspace((unsigned char)c)))
        return;
    if (ps->lit.n == 0)
        ps->lit_at = at;
    html_byte(f, &ps->m, at, c, &ps->lit);
}

static int parse_nodes(struct parser *ps, const char *const until[], struct tag *ret_end)
{
    struct pos begin = ps->at;

    while (*ps->p) {
        struct pos at = ps->at;
        char c = *ps->p;
        advance(ps);
        if (c != '{') {
            literal(ps, at, c);
        } else if (*ps->p == '{') {
            advance(ps);
            literal(ps, at, c);
        } else if (*ps->p == '#') {
            skip_comment(ps, at);
        } else {
            if (ps->m.place == P_COMMENT)
                fail_at(ps->f->path, at, "no tag can stand in <!-- -->; use {# #} to leave it out");
            struct tag t = read_tag(ps, at);
            int end = tag_until(&t, until, ret_end);
            flush(ps);
            html_pause(ps->f, &ps->m, t.at);
            if (end >= 0)
                return end;
            parse_tag(ps, &t);
        }
    }
    if (until)
        fail_at(ps->f->path, begin, "{%s} is missing: the file ends before it", until[0]);
    flush(ps);
    return 0;
}

void parse_file(struct file *f)
{
    struct parser *ps = calloc(1, sizeof *ps);

    if (!ps)
        exit(1);
    ps->f = f;
    ps->p = f->src;
    ps->at = (struct pos){1, 1};
    ps->out = &f->body;
    parse_nodes(ps, NULL, NULL);
    html_closed(f, &ps->m, 0, ps->at);
    free(ps);
}
