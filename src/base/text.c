/* text: see text.h. */
#include "base/text.h"

#include <utf8proc.h>

#include "base/arena.h"

int32_t utf8_next(struct str s, size_t *at)
{
    if (*at >= s.n)
        return -1;
    const unsigned char *p = (const unsigned char *)s.p + *at;
    if (p[0] < 0x80) {
        (*at)++;
        return p[0];
    }
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate(p, (utf8proc_ssize_t)(s.n - *at), &c);
    if (n < 1) { /* only on text that was not checked: one replacement per byte */
        (*at)++;
        return 0xfffd;
    }
    *at += (size_t)n;
    return c;
}

bool utf8_valid(struct str s)
{
    for (size_t at = 0; at < s.n;) {
        utf8proc_int32_t c;
        if ((unsigned char)s.p[at] < 0x80) {
            if (s.p[at++] == '\0')
                return false;
            continue;
        }
        utf8proc_ssize_t n = utf8proc_iterate(
            (const unsigned char *)s.p + at, (utf8proc_ssize_t)(s.n - at), &c);
        if (n < 1)
            return false;
        at += (size_t)n;
    }
    return true;
}

size_t utf8_count(struct str s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

void utf8_put(struct sbuf *out, int32_t code_point)
{
    unsigned char bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(code_point, bytes);

    if (n > 0)
        sbuf_put(out, bytes, (size_t)n);
}
