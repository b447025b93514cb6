/* typists: who typed the figures that the sending of a report wrote.
 *
 * Layer app. A draft has no history, and the act that makes figures of it is that of whoever sends:
 * so the act's body names those who typed, each with the time of the last cell and the cells. The
 * chain of acts covers the body; a figure is traced through its act to the person at the keys.
 */
#ifndef GB_APP_TYPISTS_H
#define GB_APP_TYPISTS_H

#include "app/ports/store.h"
#include "base/json.h"
#include "base/vec.h"

struct typist {
    struct account_id account;
    int64_t at_ms; /* the last of the cells */
    VEC(struct series_id) cells;
};
typedef VEC(struct typist) typists;

/* A cell of the draft that was written; false only where memory ends. */
bool typists_add(typists *t, const struct draft_cell *d, struct arena *a);
/* The member "typed" of the act's body; nothing where nobody typed. */
void typists_json(const typists *t, struct json *j);
/* Who typed the cell that the act wrote; *ret_found false for acts that name nobody (imports, past
 * reports). */
bool typist_of(struct store *s, struct act_no act, struct series_id cell, struct arena *a,
    bool *ret_found, struct account_id *ret, int64_t *ret_ms, struct err *err);

#endif
