/* catalog_build: what the parts of building a catalogue share; for catalog_*.c only.
 *
 * Layer domain. Building goes in the order of reference: units, indicators, forms, targets,
 * accounts. Rows may come in any order; `sorted` gives them an order first, so that the groups of
 * one owner stand together.
 */
#ifndef GB_DOMAIN_CATALOG_BUILD_H
#define GB_DOMAIN_CATALOG_BUILD_H

#include "base/arena.h"
#include "domain/catalog.h"
#include "domain/catalog_rows.h"
#include "domain/formula.h"

struct build {
    struct arena *a;
    const struct catalog_rows *rows;
    struct catalog *c;
    struct map form_by_id, set_by_id, target_by_id;
    struct err *err;
};

/* Rows in their order: by k[0], then k[1], then k[2], then as they came. */
struct sort_key {
    int64_t k[3];
    int row;
};
void sort_keys(struct sort_key *keys, size_t n);
/* Room for n elements; NULL with err.memory. */
void *build_array(struct build *b, size_t n, size_t size);
/* A reference that leads nowhere: `what` has it, "unit 12" is missing. */
bool build_dangling(struct build *b, struct str what, const char *table, int64_t id);
/* Index of a unit; id 0 gives -1. False for an unknown one. */
bool build_unit(struct build *b, struct str what, struct unit_id id, int *ret);
bool build_indicator(struct build *b, struct str what, struct indicator_id id, int *ret);
/* Lists rows by their units (unit[i] of row i; -1: of none). */
bool build_rows_of_units(struct build *b, const int *unit, size_t rows, struct rows_of_units *ret);
/* Parts of a text between '|', trimmed, empty ones left out. */
bool build_split(struct build *b, struct str text, struct str **ret, size_t *ret_n);
/* Such a list, every part the key of a kind. */
bool build_kinds(
    struct build *b, struct str what, struct str text, struct str **ret, size_t *ret_n);
/* Compiles a formula over the catalogue's indicators and series. */
const struct formula *build_formula(struct build *b, struct str what, struct str text);

bool build_indicators(struct build *b);
bool build_forms(struct build *b);
bool build_targets(struct build *b);
bool build_accounts(struct build *b);
bool build_handovers(struct build *b);

#endif
