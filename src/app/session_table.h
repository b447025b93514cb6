/* session_table: sessions that were looked up lately, so that a request need not ask the store.
 *
 * Layer app, inside the room; sessions.c decides what a row means. A row is as the store has it,
 * except `seen_ms`, which moves with every request here and now and then in the store. It is
 * believed while no session has been taken away since it was read (store.sessions_ended), and for
 * SESSION_BELIEVED_MS at most, should another program have done so. Holds a few thousand; a set of
 * four makes room for a fifth by forgetting the one seen longest ago. Safe from several threads.
 */
#ifndef GB_APP_SESSION_TABLE_H
#define GB_APP_SESSION_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/id.h"

#define SESSION_BELIEVED_MS 5000

struct session_entry {
    unsigned char id_hash[32];
    struct account_id account;
    int64_t expires_ms, seen_ms;
    int64_t stored_ms; /* seen_ms as the store has it */
    uint64_t ended;    /* sessions_ended before it was read */
    int64_t read_ms;   /* when it was read, on the clock of ticks.h */
    bool used;
};

struct session_table;

struct session_table *session_table_new(void);
void session_table_free(struct session_table *t);
/* Gives the row where it is believed. */
bool session_table_find(struct session_table *t, const unsigned char id_hash[32], uint64_t ended,
    int64_t read_now_ms, struct session_entry *ret);
/* Gives when it was seen last: what is known here may be newer than the row. */
int64_t session_table_put(struct session_table *t, const struct session_entry *e);
/* seen_ms and stored_ms of a row that is still there. */
void session_table_seen(
    struct session_table *t, const unsigned char id_hash[32], int64_t seen_ms, int64_t stored_ms);

#endif
