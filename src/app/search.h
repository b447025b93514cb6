/* search: units, indicators, forms and accounts by what one types, without diacritics.
 *
 * Layer app, reading use case. Codes match whole or from their beginning, names anywhere; earlier
 * names of units count too. Only what the account may read is found; accounts only of units whose
 * accounts it administers, and by post alone for those it may merely read.
 */
#ifndef GB_APP_SEARCH_H
#define GB_APP_SEARCH_H

#include "app/shown.h"

#define SEARCH_HITS_MAX 20  /* of each sort */
#define SEARCH_TEXT_MAX 200 /* code points */

enum search_sort { SEARCH_UNIT, SEARCH_INDICATOR, SEARCH_FORM, SEARCH_ACCOUNT, SEARCH_SORTS };
struct search_hit {
    enum search_sort sort;
    int index;       /* into the catalogue */
    struct str name; /* that matched: an earlier name or an alias where that is what was found */
    bool former;     /* an earlier name, or a unit that has ended */
    int rank;        /* 0 the code itself, 1 name from its beginning, 2 a word's, 3 anywhere */
};
struct search_result {
    struct search_hit *hit; /* by sort, then rank, then dictionary order */
    size_t hits;
    bool more[SEARCH_SORTS]; /* left out */
};
void search_json(const struct view *v, const struct search_result *r, struct json *j);
bool search_find(const struct view *v, struct actor who, struct str text, struct arena *a,
    struct search_result *ret, struct err *err);

#endif
