/* world: a small country in which everything changes, for the engine's random tests.
 *
 * It writes the catalogue's text, changes it (units move, open, close, split off), and keeps
 * figures with their versions and the marks of their reports, so that what counts follows from
 * figure.h alone. The model is fed with the same changes as the engine.
 */
#ifndef GB_TESTS_ENGINE_WORLD_H
#define GB_TESTS_ENGINE_WORLD_H

#include "model.h"

enum { WORLD_UNITS = 60, WORLD_STRETCHES = 6, WORLD_AWAY = 40, WORLD_EVENTS = 20, WORLD_EDGES = 4 };

struct stretch {
    int from, to; /* months since January 2023; -1 and 999: open */
    const char *kind;
    int parent; /* unit, -1 root */
    int party;  /* parent on the Party line, -1: not on it */
};
struct world_unit {
    struct stretch s[WORLD_STRETCHES];
    int n;
};
struct world_version {
    struct figure_key key;
    struct figure_version v;
};
struct world_marks {
    int64_t period;
    int unit; /* id */
    struct report_marks marks;
};

struct world {
    uint64_t seed;
    struct world_unit unit[WORLD_UNITS];
    int units;
    struct {
        int indicator, unit, from, to;
    } away[WORLD_AWAY];
    int aways;
    struct {
        int month, edges;
        struct {
            int from, to;   /* units, -1 nowhere */
            int seventh[2]; /* shares by people and by area, -1 unknown */
        } edge[WORLD_EDGES];
    } event[WORLD_EVENTS];
    int events;

    struct arena arena[2]; /* of this catalogue and the one before */
    int now;
    struct catalog catalog[2];
    const struct catalog *c; /* the one in force */
    struct model model;

    struct world_version *version; /* in order of acts */
    size_t versions, version_cap;
    struct world_marks *marks;
    size_t marks_n, marks_cap;
    int64_t act;
};

uint32_t world_random(struct world *w, uint32_t below);
void world_init(struct world *w, uint64_t seed);
void world_free(struct world *w);
/* Changes units and builds the next catalogue; the one before stays valid until the next call. */
void world_change_units(struct world *w);
/* One step of somebody: the changes it makes to what counts (at most `max`). */
size_t world_step(struct world *w, struct engine_change *ret, size_t max);
/* A period for an indicator: mostly its base, sometimes shorter or longer. */
struct period world_period(struct world *w, enum frequency f, int base_in_ten);
struct engine_query world_query(struct world *w);

#endif
