/* fate: what became of a unit, by the definitions: event after event, with sets of units as masks.
 *
 * Part of the model; knows nothing of domain/succession.c. At most 63 units. */
#ifndef GB_TESTS_ENGINE_FATE_H
#define GB_TESTS_ENGINE_FATE_H

#include "domain/catalog.h"

enum { NOWHERE = 63, PIECES = 64 };

/* A share of a figure that lies somewhere among the units of the mask. */
struct piece {
    struct rat share;
    uint64_t among;
    i128 amount;
};
struct fate {
    struct piece p[PIECES];
    int n;
    bool moved;
};

struct fate fate_of(
    const struct catalog *c, enum share_basis basis, int unit, struct day from, struct day on);
/* By largest remainder. */
void fate_cut(struct fate *f, i128 whole);
bool fate_touches(const struct fate *f, uint64_t place);
bool fate_within(const struct fate *f, uint64_t place);

#endif
