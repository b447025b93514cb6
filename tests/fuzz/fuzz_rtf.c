/* Any bytes as an RTF file: refused, or paragraphs of clean text. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz.h"
#include "office/rtf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct paragraphs p = {0};
    struct err e = ERR_INIT;
    ARENA_AUTO a;

    arena_init(&a, 256u << 20);
    if (!rtf_read(&a, str_make((const char *)data, size), &p, &e)) {
        if (e.code == ERR_NONE)
            abort();
        return 0;
    }
    for (size_t i = 0; i < p.list.n; i++)
        if (!utf8_valid(p.list.p[i].text))
            abort();
    return 0;
}
