/* tmplc_html: follows the markup byte by byte, see tmplc.h.
 *
 * It accepts a strict part of HTML: attributes in quotes, every element closed, no scripts or
 * styles in the page, no attribute that runs something. What it refuses is an error of the build,
 * so that a page cannot go out unbalanced or past the content security policy.
 */
#include "tmplc.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const void_elements[] = {
    "area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr", NULL};
static const char *const banned_elements[] = {"style", "base", "object", "embed", "iframe", "frame",
    "frameset", "applet", "noscript", "template", "math", "plaintext", "xmp", "noembed", NULL};
static const char *const url_attributes[] = {"href", "src", "action", "formaction", "cite",
    "poster", "data", "xlink:href", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete",
    "hx-push-url", "hx-replace-url", "manifest", "background", NULL};
static const char *const banned_attributes[] = {"style", "srcdoc", "srcset", "ping", "http-equiv",
    "hx-vars", "hx-disable-csp", "data-hx-on", NULL};
/* Their values are a small language to the browser or htmx: nothing but literal text. */
static const char *const static_attributes[] = {"method", "type", "hx-vals", "hx-headers",
    "hx-request", "hx-trigger", "hx-swap", "hx-ext", "hx-sync", "rel", "integrity", "http-equiv",
    NULL};

static bool in_list(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (strcasecmp(*list, name) == 0)
            return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == ':' || c == '_' || c == '@' || c == '.';
}

static bool inside(const struct markup *m, const char *name)
{
    for (int i = 0; i < m->depth; i++)
        if (strcmp(m->stack[i].name, name) == 0)
            return true;
    return false;
}

static void name_add(const struct file *f, struct pos at, char *name, char c)
{
    size_t n = strlen(name);

    if (n + 1 >= NAME_MAX_)
        fail_at(f->path, at, "the name <%s... is too long", name);
    name[n] = c;
    name[n + 1] = '\0';
}

/* --- attributes */

static enum attr_kind kind_of(const char *attr)
{
    if (in_list(url_attributes, attr))
        return A_URL;
    return in_list(static_attributes, attr) ? A_STATIC : A_PLAIN;
}

static void attr_named(const struct file *f, struct markup *m, struct pos at)
{
    if (strncasecmp(m->attr, "on", 2) == 0 || strncasecmp(m->attr, "hx-on", 5) == 0 ||
        in_list(banned_attributes, m->attr))
        fail_at(f->path, at, "the attribute %s is not allowed: no styles or scripts in a page",
            m->attr);
    for (int i = 0; i < m->nseen; i++)
        if (strcasecmp(m->seen[i], m->attr) == 0)
            fail_at(f->path, at, "the attribute %s stands twice in <%s>", m->attr, m->tag);
    if (m->nseen == ATTRS_MAX)
        fail_at(f->path, at, "<%s> has too many attributes", m->tag);
    strcpy(m->seen[m->nseen++], m->attr);
    m->kind = kind_of(m->attr);
    m->begun = false;
    m->value = (struct text){0};
}

static bool has_scheme(const char *url, const char *scheme)
{
    return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

static void attr_done(const struct file *f, struct markup *m, struct pos at)
{
    const char *v = text_z(&m->value);

    if (m->kind == A_URL && strchr("/#?", *v ? *v : '/') == NULL && !has_scheme(v, "https://") &&
        !has_scheme(v, "http://") && !has_scheme(v, "mailto:") && !has_scheme(v, "tel:"))
        fail_at(f->path, at,
            "the address \"%s\" must begin with /, #, ?, http:, https:, mailto: or tel:", v);
    if (m->kind == A_STATIC && (strstr(v, "js:") || strstr(v, "javascript:")))
        fail_at(f->path, at, "%s must not run scripts", m->attr);
    if (strcmp(m->attr, "hx-trigger") == 0 && strchr(v, '['))
        fail_at(
            f->path, at, "hx-trigger must not have a filter in []: it would be run as a script");
    if (strcmp(m->attr, "src") == 0)
        m->has_src = true;
    if (strcmp(m->tag, "form") == 0 && strcmp(m->attr, "method") == 0)
        m->posts = strcasecmp(v, "post") == 0;
}

/* --- elements */

static void element_open(const struct file *f, struct markup *m, struct pos at, bool self)
{
    bool svg = inside(m, "svg");

    if (self && !svg && !in_list(void_elements, m->tag))
        fail_at(f->path, at, "<%s/> does not close the element; write <%s></%s>", m->tag, m->tag,
            m->tag);
    m->place = P_TEXT;
    if (strcmp(m->tag, "script") == 0 && !m->has_src)
        fail_at(f->path, m->tag_at, "a script must come from a file: <script src=...></script>");
    if (self || (!svg && in_list(void_elements, m->tag)))
        return;
    if (m->depth == STACK_MAX)
        fail_at(f->path, at, "elements are nested too deep");
    struct element *e = &m->stack[m->depth++];
    *e = (struct element){.at = m->tag_at, .posts = m->posts};
    strcpy(e->name, m->tag);
    if (strcmp(m->tag, "script") == 0)
        m->place = P_SCRIPT;
    else if (strcmp(m->tag, "textarea") == 0 || (strcmp(m->tag, "title") == 0 && !svg))
        m->place = P_RCDATA;
}

static void element_close(const struct file *f, struct markup *m, struct pos at)
{
    if (m->depth == 0)
        fail_at(f->path, at, "</%s> closes nothing", m->tag);
    struct element *e = &m->stack[m->depth - 1];
    if (strcmp(e->name, m->tag) != 0)
        fail_at(f->path, at, "</%s> closes <%s>, which was opened on line %d", m->tag, e->name,
            e->at.line);
    if (e->posts && !e->csrf)
        fail_at(f->path, e->at, "a form with method=\"post\" needs {csrf} in it");
    m->depth--;
    m->place = P_TEXT;
}

static void tag_named(const struct file *f, struct markup *m)
{
    if (in_list(banned_elements, m->tag))
        fail_at(f->path, m->tag_at, "<%s> is not allowed in a page", m->tag);
    m->nseen = 0;
    m->has_src = m->posts = false;
}

/* --- the machine */

/* Of a run of blanks between tags or between attributes only the first is written. */
static bool squeeze(const struct markup *m, char c)
{
    bool here = m->place == P_TAG || (m->place == P_TEXT && !inside(m, "pre"));

    return here && is_blank(c) && is_blank(m->last);
}

static void in_text(const struct file *f, struct markup *m, struct pos at, char c)
{
    if (m->place == P_SCRIPT && c != '<' && !is_blank(c))
        fail_at(f->path, at, "no script may stand in a page; put it into a file");
    if (c != '<')
        return;
    m->place = P_OPEN;
    m->tag[0] = '\0';
    m->tag_at = at;
}

static void after_open(const struct file *f, struct markup *m, struct pos at, char c)
{
    const char *top = m->depth ? m->stack[m->depth - 1].name : "";
    bool raw = strcmp(top, "script") == 0 || strcmp(top, "textarea") == 0 ||
               (strcmp(top, "title") == 0 && !inside(m, "svg"));

    if (c == '/') {
        m->place = P_CLOSE;
    } else if (raw) {
        fail_at(f->path, at, "no tag may stand in <%s>", top);
    } else if (c == '!') {
        m->place = P_BANG;
    } else if (isalpha((unsigned char)c)) {
        m->place = P_NAME;
        name_add(f, at, m->tag, c);
    } else {
        fail_at(f->path, at, "write &lt; for a < that opens no tag");
    }
}

static void in_close(const struct file *f, struct markup *m, struct pos at, char c)
{
    if (c == '>')
        element_close(f, m, at);
    else if (is_name_byte(c))
        name_add(f, at, m->tag, c);
    else
        fail_at(f->path, at, "an end tag has only a name: </%s>", m->tag);
}

static void in_tag(const struct file *f, struct markup *m, struct pos at, char c)
{
    if (c == '>') {
        element_open(f, m, at, false);
    } else if (c == '/') {
        m->place = P_SLASH;
    } else if (is_name_byte(c)) {
        m->place = P_ATTR;
        m->attr[0] = '\0';
        name_add(f, at, m->attr, c);
    } else if (!is_blank(c)) {
        fail_at(f->path, at, "'%c' cannot stand here in <%s>", c, m->tag);
    }
}

static void in_attr(const struct file *f, struct markup *m, struct pos at, char c)
{
    if (is_name_byte(c)) {
        name_add(f, at, m->attr, c);
        return;
    }
    attr_named(f, m, at);
    m->place = P_TAG;
    if (c == '=')
        m->place = P_EQUALS;
    else
        in_tag(f, m, at, c);
}

static void in_value(const struct file *f, struct markup *m, struct pos at, char c)
{
    if (c == m->quote) {
        attr_done(f, m, at);
        m->place = P_TAG;
        return;
    }
    m->begun = true;
    text_put(&m->value, &c, 1);
}

/* The declaration and comments: <!doctype html> stays, comments are left out. */
static void in_bang(const struct file *f, struct markup *m, struct pos at, char c)
{
    if (c == '-') {
        m->place = P_COMMENT;
        m->dashes = 0;
    } else if (c == '>') {
        if (strcasecmp(m->tag, "doctype html") != 0)
            fail_at(f->path, at, "only <!doctype html> and comments begin with <!");
        m->place = P_TEXT;
    } else {
        name_add(f, at, m->tag, c);
    }
}

static void in_comment(struct markup *m, char c)
{
    if (c == '-')
        m->dashes++;
    else if (c == '>' && m->dashes >= 2)
        m->place = P_TEXT;
    else
        m->dashes = 0;
}

static void step(const struct file *f, struct markup *m, struct pos at, char c)
{
    switch (m->place) {
    case P_TEXT:
    case P_RCDATA:
    case P_SCRIPT:
        in_text(f, m, at, c);
        break;
    case P_OPEN:
        after_open(f, m, at, c);
        break;
    case P_NAME:
        if (is_name_byte(c)) {
            name_add(f, at, m->tag, c);
            break;
        }
        tag_named(f, m);
        m->place = P_TAG;
        in_tag(f, m, at, c);
        break;
    case P_CLOSE:
        in_close(f, m, at, c);
        break;
    case P_TAG:
        in_tag(f, m, at, c);
        break;
    case P_ATTR:
        in_attr(f, m, at, c);
        break;
    case P_EQUALS:
        if (c != '"' && c != '\'')
            fail_at(f->path, at, "the value of %s must stand in quotes", m->attr);
        m->quote = c;
        m->place = P_VALUE;
        break;
    case P_VALUE:
        in_value(f, m, at, c);
        break;
    case P_SLASH:
        if (c != '>')
            fail_at(f->path, at, "expected > after / in <%s", m->tag);
        element_open(f, m, at, true);
        break;
    case P_BANG:
        in_bang(f, m, at, c);
        break;
    case P_COMMENT:
        in_comment(m, c);
        break;
    }
}

void html_byte(const struct file *f, struct markup *m, struct pos at, char c, struct text *out)
{
    if (squeeze(m, c))
        return;
    bool was_comment = m->place == P_COMMENT;
    step(f, m, at, c);
    if (was_comment)
        return;
    m->last = c;
    text_put(out, &c, 1);
    if (m->place == P_COMMENT && out->n >= 3)
        out->n -= 3; /* the <!- that turned out to be a comment */
}

void html_pause(const struct file *f, struct markup *m, struct pos at)
{
    if (m->place == P_ATTR) {
        attr_named(f, m, at);
        m->place = P_TAG;
    } else if (m->place == P_NAME || m->place == P_OPEN || m->place == P_CLOSE) {
        fail_at(f->path, at, "the name of a tag must be literal");
    } else if (m->place == P_EQUALS) {
        fail_at(f->path, at, "the value of %s must stand in quotes", m->attr);
    } else if (m->place == P_SLASH || m->place == P_BANG) {
        fail_at(f->path, at, "no tag in braces can stand here");
    }
}

void html_same(const struct file *f, const struct markup *a, const struct markup *b, struct pos at,
    const char *what)
{
    bool same = a->place == b->place && a->depth == b->depth;

    for (int i = 0; same && i < a->depth; i++)
        same = strcmp(a->stack[i].name, b->stack[i].name) == 0;
    if (same && a->place == P_VALUE)
        same = strcmp(a->attr, b->attr) == 0 && a->quote == b->quote &&
               (a->kind != A_URL || a->begun == b->begun);
    if (same && a->place == P_TAG)
        same = strcmp(a->tag, b->tag) == 0;
    if (!same)
        fail_at(f->path, at,
            "%s does not leave the markup as it was: every branch must open and "
            "close the same elements and quotes",
            what);
}

void html_closed(const struct file *f, const struct markup *m, int depth, struct pos at)
{
    if (m->place != P_TEXT)
        fail_at(f->path, at, "a tag or an attribute is not finished");
    if (m->depth > depth)
        fail_at(
            f->path, m->stack[m->depth - 1].at, "<%s> is not closed", m->stack[m->depth - 1].name);
    if (m->depth < depth)
        fail_at(f->path, at, "more elements are closed here than were opened");
}

void html_join(struct markup *m, const struct markup *other)
{
    if (!is_blank(other->last))
        m->last = '\0';
}

bool html_csrf(struct markup *m)
{
    for (int i = m->depth; i-- > 0;)
        if (strcmp(m->stack[i].name, "form") == 0) {
            m->stack[i].csrf = true;
            return true;
        }
    return false;
}
