/* log: one structured line per event on standard error.
 *
 * Layer base. Only the outer rooms (main, web, cli, store's writer) log; domain and engine never
 * do. A line is `time level event key=value ...`; values are quoted where needed; no personal data.
 *
 * A server under load may gather its ordinary lines: they go out together, in order, when there are
 * many, when log_flush() is called, and before any line of a higher level. What is gathered is lost
 * with the process.
 */
#ifndef GB_BASE_LOG_H
#define GB_BASE_LOG_H

#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level level);
/* `event` is a short stable word; `format` gives `key=value` pairs. Thread-safe, one write per
 * line. */
void log_line(enum log_level level, const char *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Gathers lines below LOG_WARN from now on, or no more (then nothing is left waiting). */
void log_gather(bool on);
void log_flush(void);

#endif
