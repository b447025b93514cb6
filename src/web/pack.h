/* pack: answers packed with gzip, of pieces that may have been packed before.
 *
 * Layer web. A piece packed by itself (pack_piece) ends at a byte and refers to nothing before it,
 * so that it can stand between others in one stream: what many are given is packed once, and only
 * the frame around it for each. As a side effect nothing of a frame, where tokens are, is ever
 * packed together with what stands in such a piece.
 */
#ifndef GB_WEB_PACK_H
#define GB_WEB_PACK_H

#include "base/arena.h"
#include "base/str.h"

struct piece_packed {
    struct str text; /* deflated; empty: not packed before */
    uint32_t crc;    /* of the plain text */
};
struct piece {
    struct str plain;
    struct piece_packed packed;
};

struct packer;

/* `level` 1 to 9; NULL where there is no memory. One thread at a time. */
struct packer *packer_new(int level);
void packer_free(struct packer *p);
/* Packers are large: those at rest are kept here for whoever packs next, on any thread. */
struct packers;
struct packers *packers_new(int level);
/* All that were taken have been given back. */
void packers_free(struct packers *all);
struct packer *packers_take(struct packers *all);
void packers_give(struct packers *all, struct packer *p);
/* All pieces as one gzip text in the arena; false (send them as they are) where that fails or is
 * not shorter. */
bool pack(struct packer *p, struct arena *a, const struct piece *piece, size_t n, struct str *ret);
/* One piece by itself. */
bool pack_piece(struct packer *p, struct arena *a, struct str plain, struct piece_packed *ret);

#endif
