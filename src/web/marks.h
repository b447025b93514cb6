/* marks: which symbol and which colour a state has.
 *
 * Layer web. The words stand beside them and come from the domain (target_status_label() and the
 * like). One table each, so that a state looks the same on every page.
 */
#ifndef GB_WEB_MARKS_H
#define GB_WEB_MARKS_H

#include "domain/report.h"
#include "domain/target.h"
#include "web/views.h"

/* `word` is left empty. */
struct state_view mark_of_target(enum target_status s);
struct state_view mark_of_report(enum report_state s);
struct state_view mark_of_timeliness(enum timeliness t);

#endif
