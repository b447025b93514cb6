/* place: administrative places named in a text, and the unit that a sentence speaks of.
 *
 * Internal to the room. A mention is a type word with a name ("TX. Hương Trà"), a committee ("Thị
 * ủy Hương Trà"), a province's bare name, a bare name that stands elsewhere with its type, a whole
 * ("toàn huyện"), or a type word alone as a subject ("Xã có ..."); the last two mean the text's own
 * unit of that type. Names in brackets and the later links of "xã A, huyện B" locate and are no
 * subjects.
 */
#ifndef GB_READING_PLACE_H
#define GB_READING_PLACE_H

#include "reading/token.h"

struct place {
    uint32_t from, to;
    struct str type, name; /* "xã", "Vĩnh Lộc"; name empty: to be resolved */
    struct str full;       /* "xã Vĩnh Lộc" */
    bool locates;          /* in brackets or a later link of a chain */
    bool by_name;          /* bare name */
    bool body;             /* a committee's name */
    bool giver;            /* "Nghị quyết của Tỉnh ủy ...": who gave, not who did */
};

struct places {
    VEC(struct place) p;
    struct str main, main_type; /* the text's own unit */
};

bool places_find(struct page *p, struct places *ps);
/* The unit that speaks in [lo, hi): the last mention there that can be a subject; empty if none. */
struct str places_subject(const struct places *ps, size_t lo, size_t hi);
/* The first one there. */
struct str places_first(const struct places *ps, size_t lo, size_t hi);
/* Does a mention cover token i? */
const struct place *place_over(const struct places *ps, size_t i);

#endif
