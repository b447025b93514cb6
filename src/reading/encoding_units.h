/* encoding_units: what encoding.c and recognise.c share; private to them. */
#ifndef GB_READING_ENCODING_UNITS_H
#define GB_READING_ENCODING_UNITS_H

#include "reading/encoding.h"

struct units {
    struct str text;
    size_t at;
    bool raw; /* the text is bytes; else UTF-8 whose Latin-1 characters are the bytes */
};

/* The next byte (below 0x100), a character that no legacy encoding has, or -1 at the end. */
int32_t unit_next(struct units *u);
void units_decode(struct units units, enum encoding e, bool capitals, struct sbuf *out);

#endif
