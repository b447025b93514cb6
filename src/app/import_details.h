/* import_details: the kinds of files beyond the public contract, by the word behind `giaoban
 * import`.
 *
 * Layer app. Forms, breakdowns, aliases, details of indicators and targets, own expectations, what
 * does not apply, accounts and grants, steps of reports, narrative points; docs/demo-files.md has
 * the columns.
 */
#ifndef GB_APP_IMPORT_DETAILS_H
#define GB_APP_IMPORT_DETAILS_H

#include "app/import.h"

typedef bool import_function(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err);

struct import_kind {
    const char *name;
    import_function *run;
};
extern const struct import_kind import_kinds[];
extern const size_t import_kind_count;

#endif
