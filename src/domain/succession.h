/* succession: what became of a unit.
 *
 * Layer domain, pure. model.md, "Units, places and lines". An event has a day, a kind, a decision
 * and edges from predecessors to successors; shares are exact fractions per basis, of one
 * predecessor adding up to 1, or unknown. An edge from a unit to itself is legal.
 */
#ifndef GB_DOMAIN_SUCCESSION_H
#define GB_DOMAIN_SUCCESSION_H

#include "base/dec.h"
#include "base/day.h"
#include "domain/id.h"
#include "domain/indicator.h"

enum event_kind {
    EVENT_FOUND,
    EVENT_MERGE,
    EVENT_SPLIT,
    EVENT_TRANSFER,
    EVENT_RENAME,
    EVENT_CHANGE_KIND,
    EVENT_DISSOLVE,
};
const char *event_kind_name(
    enum event_kind k); /* found merge split transfer rename change-kind dissolve */
bool event_kind_parse(struct str s, enum event_kind *ret);
enum msg_key event_kind_label(enum event_kind k);

struct edge {
    int event;
    int from, to; /* unit indexes; from -1: founded, to -1: dissolved */
    struct rat share[BASIS_COUNT];
    bool known[BASIS_COUNT];
};
struct event {
    int64_t id;
    struct day day;
    enum event_kind kind;
    struct str decision, note;
    int first_edge, edges;
};

#endif
