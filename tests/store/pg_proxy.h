/* pg_proxy: stands between a client and the tests' PostgreSQL and breaks what a commit travels on.
 *
 * One thread; listens in the folder of the server's socket under another port.
 */
#ifndef GB_TESTS_STORE_PG_PROXY_H
#define GB_TESTS_STORE_PG_PROXY_H

#include <stdbool.h>

enum pg_proxy_mode {
    PROXY_PASS,
    PROXY_COMMIT_LOST,  /* the next COMMIT does not arrive; the connection breaks */
    PROXY_ANSWER_LOST,  /* the next COMMIT arrives, its answer does not; the connection breaks */
    PROXY_COMMIT_ALONE, /* the next COMMIT arrives, and from then on nobody is let in */
    PROXY_REFUSE        /* nobody is let in */
};

void pg_proxy_start(void);
void pg_proxy_stop(void);
void pg_proxy_set(enum pg_proxy_mode mode);
/* Address of a database through it. */
void pg_proxy_url(char ret[160], const char *database);

#endif
