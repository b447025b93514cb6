/* id: identities as one-field structs, so that a swapped one does not compile.
 *
 * Layer domain. Inside, an identity is an int64 given by the store, never used twice; outside,
 * units, indicators and the like carry an 11-character `uid` (a letter, then letters and digits). 0
 * is "none".
 */
#ifndef GB_DOMAIN_ID_H
#define GB_DOMAIN_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define UID_LEN 11

struct uid {
    char z[UID_LEN + 1];
};

struct unit_id {
    int64_t v;
};
struct indicator_id {
    int64_t v;
};
struct series_id {
    int64_t v;
};
struct form_id {
    int64_t v;
};
struct report_id {
    int64_t v;
};
struct set_id {
    int64_t v;
};
struct target_id {
    int64_t v;
};
struct account_id {
    int64_t v;
};
/* Number of an act: dense and ordered from 1; the second time axis. 0 is "before everything". */
struct act_no {
    int64_t v;
};
#define ACT_MAX ((struct act_no){INT64_MAX})

/* A uid from 8 random bytes; the caller draws again where it is taken. */
struct uid uid_make(const unsigned char random[8]);
bool uid_valid(struct str s);

#endif
