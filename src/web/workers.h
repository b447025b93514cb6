/* workers: threads for what may take long or has to wait, so that few others can serve all clients.
 *
 * Private to web. Jobs are done in the order in which they came, each by one thread. A job that
 * finds nobody idle gets a thread of its own, up to `most`; beyond that it waits. Who was idle last
 * is asked first, and whoever had nothing to do for a while ends, so that a quiet server has
 * no more of them than it needs. Nobody spins: an idle thread sleeps until it is given a job.
 */
#ifndef GB_WEB_WORKERS_H
#define GB_WEB_WORKERS_H

#include <stdbool.h>

struct workers;

/* Stands in whatever is to be done; a job is given once, and again only after it was done. */
struct job {
    struct job *next;
};
/* Does a job, or, where `refused`, says that it will not be done: the workers are being stopped. */
typedef void do_job(struct job *j, bool refused);

/* Threads are made when there is something to do, and end after `idle_ms` without. NULL where there
 * is no memory. */
struct workers *workers_new(unsigned most, unsigned idle_ms, do_job *work);
/* From any thread, at once. It is refused on this thread where the workers are being stopped, or no
 * thread at all can be had. */
void workers_give(struct workers *w, struct job *j);
/* How many threads there are now. */
unsigned workers_threads(struct workers *w);
/* Refuses what nobody has begun, on this thread, and waits for what is at work. Jobs may still be
 * given; they are refused until workers_free(), after which none may be. */
void workers_stop(struct workers *w);
/* Stops them if need be. */
void workers_free(struct workers *w);

#endif
