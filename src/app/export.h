/* export: what is stored, as the files that the imports take.
 *
 * Layer app. `units`, `indicators`, `sets`, `targets`, `figures` in the columns of the contract, so
 * that an export of one folder is an import of another. Personal and sealed figures are left out.
 */
#ifndef GB_APP_EXPORT_H
#define GB_APP_EXPORT_H

#include "app/app.h"

bool export_csv(struct app *app, const struct view *v, struct actor who, struct str what,
    struct arena *a, struct sbuf *out, struct err *err);

#endif
