/* settle: how a question is answered.
 *
 * Layer engine, inside the room: evaluate under the read lock, bring in what was missing, repeat.
 */
#ifndef GB_ENGINE_SETTLE_H
#define GB_ENGINE_SETTLE_H

#include "engine/internal.h"

typedef bool evaluation(struct eval *v, void *ctx);
/* Runs `f` until every column it wants is there. */
bool engine_settle(struct engine *e, evaluation *f, void *ctx, struct err *err);
/* Checks the question against the catalogue in force. */
bool ask_of(const struct eval *v, const struct engine_query *q, struct ask *ret);

#endif
