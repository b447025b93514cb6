/* embed: files that the program carries in itself.
 *
 * Layer base. tools/embedc.c writes arrays of `struct embedded` at build time, ended by an entry
 * whose name is NULL; the bytes live as long as the program and are followed by a NUL that does not
 * count.
 */
#ifndef GB_BASE_EMBED_H
#define GB_BASE_EMBED_H

#include "base/str.h"

struct embedded {
    const char *name; /* without folders */
    const unsigned char *data;
    size_t size;
};

static inline struct str embedded_text(const struct embedded *e)
{
    return str_make((const char *)e->data, e->size);
}
/* The file called `name`, or NULL. */
static inline const struct embedded *embedded_find(const struct embedded *list, struct str name)
{
    for (; list->name; list++)
        if (str_is(name, list->name))
            return list;
    return NULL;
}

#endif
