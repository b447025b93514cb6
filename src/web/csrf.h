/* csrf: tokens that prove that a form came from a page of ours.
 *
 * Layer web; libsodium beneath. A token is a random number and its HMAC (SHA-512/256) over the
 * number and what it is bound to, the session. Each page gets a fresh one, so no page repeats a
 * secret beside text that a stranger chose (compression would leak it). Tokens of a session live as
 * long as the session and the key.
 */
#ifndef GB_WEB_CSRF_H
#define GB_WEB_CSRF_H

#include <stdint.h>

#include "base/str.h"

#define CSRF_KEY_SIZE 32

struct arena;

/* A token bound to `session`; empty without memory. The key is CSRF_KEY_SIZE bytes. */
struct str csrf_token(struct arena *a, const uint8_t *key, struct str session);
/* Was it made by csrf_token() with this key for this session? Takes the same time for all wrong
 * ones. */
bool csrf_check(const uint8_t *key, struct str session, struct str token);

#endif
