/* import_forms: see import_forms.c; shared by the imports of details. */
#ifndef GB_APP_IMPORT_FORMS_H
#define GB_APP_IMPORT_FORMS_H

#include "app/import_common.h"
#include "app/import_details.h"

import_function import_forms, import_form_sections, import_form_lines, import_form_rules,
    import_owners;

/* Imports a file of definitions: `row` on every row, as one act. */
typedef bool import_row(struct importing *im);
bool import_definitions(struct app *a, struct actor who, const struct import_file *f,
    const struct csv_column *columns, size_t n, import_row *row, struct import_result *ret,
    struct err *err);
/* Cell with the code of a form, an indicator; false with the place set. */
bool cell_form(struct importing *im, size_t i, int *ret);
bool cell_indicator(struct importing *im, size_t i, int *ret);

#endif
