/* settings: what differs from place to place and is neither a unit nor a rule.
 *
 * Layer app. One table (settings.def) names every setting with its limits and its default; the
 * store keeps only those that were set, by `import settings FILE` (`key,value`), each under an act.
 */
#ifndef GB_APP_SETTINGS_H
#define GB_APP_SETTINGS_H

#include "app/app.h"
#include "app/import_details.h"

enum setting {
#define SETTING(name, key, kind, least, most, otherwise) SETTING_##name,
#include "app/settings.def"
#undef SETTING
    SETTING_COUNT
};

/* What is set now, or the default; also where the store cannot say. Asks the store. */
int64_t setting_number(struct store *s, enum setting x);
/* The day; false where none is set. */
bool setting_day(struct store *s, enum setting x, struct day *ret);
/* The same from memory, for what every request asks; read again when a definition has changed. */
int64_t setting_of(struct app *a, enum setting x);
bool setting_day_of(struct app *a, enum setting x, struct day *ret);
/* Would these two answer without asking the store? Stays so while a view of now is held. */
bool setting_ready(struct app *a, enum setting x);
/* For app.c: the memory. */
uint64_t *settings_new(void);

import_function import_settings;

#endif
