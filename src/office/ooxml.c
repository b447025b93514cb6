/* ooxml: see ooxml.h. */
#include "office/ooxml.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "office/docx.h"

#define CHUNK 65536
#define PREFIX_MAX 31
#define BINDINGS_MAX 64
#define PATH_MAX_PART 512

struct namespace_name {
    const char *name;
    enum ooxml_ns ns;
};

static const struct namespace_name namespaces[] = {
    {"http://schemas.openxmlformats.org/wordprocessingml/2006/main", NS_WORD},
    {"http://purl.oclc.org/ooxml/wordprocessingml/main", NS_WORD},
    {"http://schemas.openxmlformats.org/officeDocument/2006/math", NS_MATH},
    {"http://purl.oclc.org/ooxml/officeDocument/math", NS_MATH},
    {"http://schemas.openxmlformats.org/markup-compatibility/2006", NS_COMPAT},
    {"http://schemas.openxmlformats.org/package/2006/relationships", NS_RELS},
    {"http://schemas.openxmlformats.org/package/2006/content-types", NS_TYPES},
};

static bool damaged(struct ooxml *x)
{
    return err_set(x->err, ERR_INVALID, MSG_err_document_damaged);
}

static bool hostile(struct ooxml *x)
{
    return err_set(x->err, ERR_LIMIT, MSG_err_document_hostile);
}

bool ooxml_open(struct ooxml *x, struct arena *a, struct str bytes, struct err *err)
{
    zip_error_t why;
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, NULL);

    *x = (struct ooxml){.arena = a, .left = DOCX_UNPACKED_MAX, .err = err};
    if (!source)
        return err_memory(err);
    zip_error_init(&why);
    x->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
    zip_error_fini(&why);
    if (!x->zip) {
        zip_source_free(source);
        return damaged(x);
    }
    if (zip_get_num_entries(x->zip, 0) > DOCX_ENTRIES_MAX) {
        ooxml_close(x);
        return hostile(x);
    }
    return true;
}

void ooxml_close(struct ooxml *x)
{
    if (x->zip)
        zip_discard(x->zip);
    x->zip = NULL;
}

static zip_int64_t find(const struct ooxml *x, struct str part)
{
    char name[PATH_MAX_PART];

    if (part.n >= sizeof name || memchr(part.p, '\0', part.n))
        return -1;
    memcpy(name, part.p, part.n);
    name[part.n] = '\0';
    return zip_name_locate(x->zip, name, ZIP_FL_NOCASE); /* part names ignore case */
}

bool ooxml_has(const struct ooxml *x, struct str part)
{
    return find(x, part) >= 0;
}

const char *ooxml_attribute(const struct ooxml_element *e, const char *name)
{
    for (const char **p = e->atts; *p; p += 2) {
        const char *bar = strchr(*p, ':');
        if (strcmp(bar ? bar + 1 : *p, name) == 0)
            return p[1];
    }
    return NULL;
}

/* A prefix that stands for one of our namespaces, or hides such a one, from an element of that
 * depth on. Done here since expat's own handling of namespaces takes twice the time of all the
 * rest. */
struct binding {
    char prefix[PREFIX_MAX + 1];
    size_t n;
    enum ooxml_ns ns;
    int depth;
};

/* One part being parsed. */
struct parse {
    struct ooxml *x;
    const struct ooxml_handler *h;
    XML_Parser parser;
    int depth;
    bool stopped, refused;
    struct binding binding[BINDINGS_MAX];
    int bindings;
};

static enum ooxml_ns namespace_of(const char *uri)
{
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
        if (strcmp(uri, namespaces[i].name) == 0)
            return namespaces[i].ns;
    return NS_OTHER;
}

static enum ooxml_ns look_up(const struct parse *p, const char *prefix, size_t n)
{
    for (int i = p->bindings; i-- > 0;)
        if (p->binding[i].n == n && memcmp(p->binding[i].prefix, prefix, n) == 0)
            return p->binding[i].ns;
    return NS_OTHER;
}

static void stop(struct parse *p)
{
    p->stopped = true;
    XML_StopParser(p->parser, XML_FALSE);
}

static void refuse(struct parse *p)
{
    p->refused = true;
    hostile(p->x);
    stop(p);
}

/* Notes what the attributes xmlns and xmlns:prefix declare; foreign namespaces only where they hide
 * one of ours. False where a file plays with more of them than any program writes. */
static bool bind(struct parse *p, const char **atts)
{
    for (const char **at = atts; *at; at += 2) {
        if (strncmp(*at, "xmlns", 5) != 0 || ((*at)[5] != ':' && (*at)[5] != '\0'))
            continue;
        const char *prefix = (*at)[5] ? *at + 6 : *at + 5;
        size_t n = strlen(prefix);
        enum ooxml_ns ns = namespace_of(at[1]);
        if (n > PREFIX_MAX || (ns == NS_OTHER && look_up(p, prefix, n) == NS_OTHER))
            continue;
        if (p->bindings == BINDINGS_MAX)
            return false;
        struct binding *b = &p->binding[p->bindings++];
        *b = (struct binding){.n = n, .ns = ns, .depth = p->depth};
        memcpy(b->prefix, prefix, n);
    }
    return true;
}

static void on_start(void *data, const char *name, const char **atts)
{
    struct parse *p = data;
    struct ooxml_element e = {NS_OTHER, name, atts, ++p->depth};
    const char *colon = strchr(name, ':');

    if (p->stopped)
        return;
    if (p->depth > DOCX_DEPTH_MAX || !bind(p, atts)) {
        refuse(p);
        return;
    }
    e.ns = look_up(p, name, colon ? (size_t)(colon - name) : 0);
    e.name = colon ? colon + 1 : name;
    if (p->h->start && !p->h->start(p->h->ctx, &e))
        stop(p);
}

static void on_end(void *data, const char *name)
{
    struct parse *p = data;

    (void)name;
    if (!p->stopped && p->h->end && !p->h->end(p->h->ctx, p->depth))
        stop(p);
    while (p->bindings && p->binding[p->bindings - 1].depth >= p->depth)
        p->bindings--;
    p->depth--;
}

static void on_text(void *data, const char *s, int n)
{
    struct parse *p = data;

    if (!p->stopped && p->h->text && !p->h->text(p->h->ctx, str_make(s, (size_t)n)))
        stop(p);
}

/* Word writes no document type; whoever does wants entities. */
static void on_doctype(
    void *data, const char *name, const char *system, const char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    refuse(data);
}

static bool feed(struct parse *p, zip_file_t *file)
{
    char *chunk = arena_alloc(p->x->arena, CHUNK);

    if (!chunk)
        return err_memory(p->x->err);
    for (;;) {
        zip_int64_t n = zip_fread(file, chunk, CHUNK);
        if (n < 0)
            return damaged(p->x);
        if ((size_t)n > p->x->left)
            return hostile(p->x);
        p->x->left -= (size_t)n;
        enum XML_Status ok = XML_Parse(p->parser, chunk, (int)n, n == 0);
        if (p->stopped)
            return false;
        if (ok != XML_STATUS_OK)
            return damaged(p->x);
        if (n == 0)
            return true;
    }
}

bool ooxml_read(struct ooxml *x, struct str part, const struct ooxml_handler *h)
{
    zip_int64_t index = find(x, part);
    zip_file_t *file = index < 0 ? NULL : zip_fopen_index(x->zip, (zip_uint64_t)index, 0);
    struct parse p = {.x = x, .h = h};
    bool ok;

    if (!file) {
        if (index >= 0 && zip_error_code_zip(zip_get_error(x->zip)) == ZIP_ER_NOPASSWD)
            return err_set(x->err, ERR_INVALID, MSG_err_document_encrypted);
        return damaged(x);
    }
    p.parser = XML_ParserCreate(NULL);
    if (!p.parser) {
        zip_fclose(file);
        return err_memory(x->err);
    }
    XML_SetUserData(p.parser, &p);
    XML_SetElementHandler(p.parser, on_start, on_end);
    XML_SetCharacterDataHandler(p.parser, on_text);
    XML_SetStartDoctypeDeclHandler(p.parser, on_doctype);
    ok = feed(&p, file);
    XML_ParserFree(p.parser);
    zip_fclose(file);
    return ok;
}

struct related {
    struct ooxml *x;
    const char *type;
    struct str target;
    bool failed;
};

static bool ends_in(const char *s, const char *end)
{
    return str_ends(str_of(s), str_of(end));
}

static bool relation(void *ctx, const struct ooxml_element *e)
{
    struct related *r = ctx;
    const char *type, *target, *mode;

    if (e->ns != NS_RELS || strcmp(e->name, "Relationship") != 0 || r->target.n)
        return true;
    type = ooxml_attribute(e, "Type");
    target = ooxml_attribute(e, "Target");
    mode = ooxml_attribute(e, "TargetMode");
    if (!type || !target || (mode && strcmp(mode, "External") == 0) || !ends_in(type, r->type))
        return true;
    r->target = str_dup(r->x->arena, str_of(target));
    r->failed = !r->target.p;
    return !r->failed;
}

/* "word/" of "word/document.xml". */
static struct str folder_of(struct str part)
{
    while (part.n && part.p[part.n - 1] != '/')
        part.n--;
    return part;
}

/* The name inside the archive: targets are relative to the folder of `from` unless they begin with
 * a slash; "." and ".." are worked off inside the archive and cannot leave it. NULL: no memory. */
static struct str resolve(struct arena *a, struct str from, struct str target)
{
    struct str rest, piece, folder = folder_of(from);
    struct sbuf out;

    sbuf_init(&out, a, from.n + target.n + 16);
    if (str_starts(target, STR("/")))
        target = str_slice(target, 1, target.n);
    else
        sbuf_str(&out, folder);
    for (rest = target; str_cut(&rest, '/', &piece);) {
        if (str_is(piece, ".."))
            out.n = out.n ? folder_of(str_make(out.p, out.n - 1)).n : 0;
        else if (!str_is(piece, ".") && piece.n) {
            if (out.n && out.p[out.n - 1] != '/')
                sbuf_char(&out, '/');
            sbuf_str(&out, piece);
        }
    }
    return out.failed ? STR_NULL : out.n ? sbuf_view(&out) : STR("");
}

bool ooxml_related(struct ooxml *x, struct str from, const char *type, struct str *ret)
{
    struct related r = {x, type, STR_NULL, false};
    struct ooxml_handler h = {&r, relation, NULL, NULL};
    struct str folder = folder_of(from);
    struct str name = str_slice(from, folder.n, from.n);
    char *rels = arena_printf(x->arena, "%.*s_rels/%.*s.rels", STR_ARG(folder), STR_ARG(name));

    *ret = STR("");
    if (!rels)
        return err_memory(x->err);
    if (!ooxml_has(x, str_of(rels)))
        return true;
    if (!ooxml_read(x, str_of(rels), &h))
        return r.failed ? err_memory(x->err) : false;
    if (r.target.n)
        *ret = resolve(x->arena, from, r.target);
    return !r.target.n || ret->p || err_memory(x->err);
}
