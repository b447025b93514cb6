/* watch: closes connections that are slow.
 *
 * Private to web. Each connection has a deadline for what the client must do next; a thread looks
 * at all of them a few times a second and shuts down the sockets of those that are past it. The
 * thread of the connection then sees the end of its stream and cleans up. A deadline of 0 means
 * that the server itself is at work.
 */
#ifndef GB_WEB_WATCH_H
#define GB_WEB_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct watch;

struct watched {
    struct watched *prev, *next;
    int fd;
    int64_t deadline_ms; /* atomic; on the clock of watch_now() */
};

int64_t watch_now(void);
struct watch *watch_new(void);
/* Ends the thread; nothing may be watched any more. */
void watch_free(struct watch *w);
void watch_add(struct watch *w, struct watched *c);
void watch_remove(struct watch *w, struct watched *c);
/* `ms` from now; 0: no deadline. */
void watch_set(struct watched *c, int64_t ms);
/* Shuts down all that wait for their client at once. */
void watch_expire_waiting(struct watch *w);

#endif
