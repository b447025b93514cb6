/* warm: columns come into memory behind the first answers.
 *
 * Layer app. After a start every column comes in when first asked for. A thread of low urgency
 * brings in the rest, the newest periods first, one column at a time: it holds no view and no lock
 * between two of them, so that requests and catalogues pass. It ends when all are there, when the
 * setting engine.warm_mb (or engine.memory_mb) is reached, or when the app closes.
 */
#ifndef GB_APP_WARM_H
#define GB_APP_WARM_H

#include "app/app.h"

struct app_warmth {
    bool running;
    int64_t done, of; /* columns; `of` 0 while they are being counted */
};
/* Once per app; where there is no thread to be had, columns come in as asked for. */
void app_warm(struct app *a);
void app_warmth(struct app *a, struct app_warmth *ret);

#endif
