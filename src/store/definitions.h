/* definitions: the description of every table of definitions; see rows.h.
 *
 * Room store.
 */
#ifndef GB_STORE_DEFINITIONS_H
#define GB_STORE_DEFINITIONS_H

#include "store/rows.h"

extern const struct row_type row_unit, row_unit_at, row_parent_at, row_event, row_edge,
    row_indicator, row_series, row_not_applicable, row_form, row_form_section, row_form_line,
    row_form_rule, row_target_set, row_target, row_target_version, row_target_schedule,
    row_expectation, row_account, row_grant_to, row_setting, row_narrative, row_attachment, row_boundary;

/* The port has them inside their report. */
struct narrative_row {
    int64_t id, report;
    struct str section;
    int kind, position;
    struct str text, field, addressee;
};
struct attachment_row {
    int64_t id, report;
    struct str name, type, sha256;
    int64_t size, at_ms, account, series;
};

#endif
