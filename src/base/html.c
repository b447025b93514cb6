/* html: see html.h. */
#include "base/html.h"

#include <ctype.h>

static const char *reference(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
    case '\r':
        return NULL;
    default:
        return c < 0x20 || c == 0x7f ? "\xef\xbf\xbd" : NULL;
    }
}

void html_text(struct sbuf *out, struct str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c > '>' && c != 0x7f)
            continue;
        const char *r = reference(c);
        if (!r)
            continue;
        sbuf_put(out, s.p + from, i - from);
        sbuf_z(out, r);
        from = i + 1;
    }
    if (s.n > from)
        sbuf_put(out, s.p + from, s.n - from);
}

/* The bytes before a colon that stands before any of / ? #; -1 where there is no scheme. */
static ptrdiff_t scheme_length(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ':')
            return (ptrdiff_t)i;
        if (s.p[i] == '/' || s.p[i] == '?' || s.p[i] == '#')
            return -1;
    }
    return -1;
}

static bool scheme_is(struct str s, size_t n, const char *z)
{
    return strlen(z) == n && strncasecmp(s.p, z, n) == 0;
}

bool html_url_safe(struct str s)
{
    /* Browsers drop tabs and line ends anywhere and controls and blanks at the beginning, so an
     * address that has any is not what it seems. A backslash is a slash to them. */
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f || s.p[i] == '\\')
            return false;
    if (s.n >= 2 && s.p[0] == '/' && s.p[1] == '/')
        return false;
    ptrdiff_t n = scheme_length(s);
    if (n < 0)
        return true;
    static const char *const known[] = {"http", "https", "mailto", "tel"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (scheme_is(s, (size_t)n, known[i]))
            return true;
    return false;
}

void html_url(struct sbuf *out, struct str s)
{
    html_text(out, html_url_safe(s) ? s : STR("#blocked"));
}

void html_part(struct sbuf *out, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80 && (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~')) {
            sbuf_char(out, (char)c);
        } else {
            char e[3] = {'%', hex[c >> 4], hex[c & 15]};
            sbuf_put(out, e, 3);
        }
    }
}
