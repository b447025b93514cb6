/* chain: the hash of an act.
 *
 * Room store. Covers the hash of the act before (zeros for the first), every field of the act and
 * its trail.
 */
#ifndef GB_STORE_CHAIN_H
#define GB_STORE_CHAIN_H

#include "domain/act.h"
#include "store/hash.h"

void chain_hash(const unsigned char before[HASH_BYTES], const struct act *act, int64_t skew_ms,
    struct str trail, unsigned char ret[HASH_BYTES]);

#endif
