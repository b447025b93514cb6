/* Any bytes as a text of unknown encoding, and its lines joined: refused, or clean text in NFC. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz.h"
#include "reading/encoding.h"
#include "reading/lines.h"

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* What is read once must be read again as it is. */
static void check_stable(struct arena *a, struct str text)
{
    struct str again;

    must(utf8_valid(text));
    must(text_clean(a, text, 1 << 22, &again, NULL));
    must(str_eq(text, again));
}

static void check_lines(struct arena *a, struct str text)
{
    struct str joined = lines_joined(a, text), pages;

    must(joined.p && joined.n == text.n);
    for (size_t i = 0; i < text.n; i++)
        must(joined.p[i] == text.p[i] || (text.p[i] == '\n' && joined.p[i] == ' '));
    pages = lines_of_pages(a, text);
    must(pages.p && utf8_valid(pages));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = str_make((const char *)data, size), text;
    struct err e = ERR_INIT;
    enum encoding encoding;
    ARENA_AUTO a;

    arena_init(&a, 256u << 20);
    if (encoding_read(&a, bytes, 1 << 22, &text, &encoding, &e)) {
        check_stable(&a, text);
        check_lines(&a, text);
    } else {
        must(e.code != ERR_NONE && e.code != ERR_MEMORY);
    }
    if (utf8_valid(bytes) && size) {
        struct sbuf out;
        struct arena_mark mark = arena_mark(&a);
        for (enum encoding i = ENC_TCVN3; i < ENC_COUNT; i++) {
            sbuf_init(&out, &a, size * 3 + 64);
            encoding_convert(bytes, i, size % 2, &out);
            must(!out.failed && (!out.n || utf8_valid(sbuf_view(&out)) || memchr(out.p, 0, out.n)));
            arena_release(&a, mark);
        }
        check_lines(&a, bytes);
    }
    return 0;
}
