/* kept: what was worked out for one reader and is given to the next, for as long as it holds.
 *
 * Layer app. A page's matter, a file's body: texts that rest on the definitions, on the figures of
 * one unit with those under it (and what they came from or went into), and on what their key says,
 * and on nothing else. The key names everything besides unit and figures on which the text may
 * depend: what is shown, period, reading, state, language, the day, and the reader's grants
 * (kept_rights). So whoever gets a kept text has the very rights of the one for whom it was made;
 * whether he may read the unit at all is asked again by the caller each time. Nothing personal may
 * be in it: no names of the reader, no tokens.
 *
 * It is never stale. A text holds while the catalogue is the same, no column was changed behind the
 * engine's back, and no figure of the unit or under it has changed (touched.h). Take the moment
 * before reading anything, and keep the text under that moment. What was known on a past day is
 * not kept.
 *
 * Texts take at most the setting pages.keep_mb; those not asked for lately make room. Safe from
 * several threads; a text found stays as it is until kept_end.
 */
#ifndef GB_APP_KEPT_H
#define GB_APP_KEPT_H

#include "app/app.h"

struct kept;
struct keeping;

/* When, and of what, a text is. */
struct kept_moment {
    bool may; /* a view of now */
    int unit;
    uint64_t epoch, columns, figures;
};
struct kept_moment kept_moment(struct app *a, const struct view *v, int unit);

/* The text under the key if it still holds; NULL: none. Give it back with kept_end. */
const struct kept *kept_find(struct app *a, const struct kept_moment *m, struct str key);
/* Its parts: a short one (a title; may be empty), and the text. */
struct str kept_head(const struct kept *k);
struct str kept_text(const struct kept *k);
void kept_end(const struct kept *k);
/* Keeps copies and gives what is kept; NULL where it may not be, or there is no room or no memory.
 * Give it back with kept_end. */
const struct kept *kept_put(
    struct app *a, const struct kept_moment *m, struct str key, struct str head, struct str text);

/* Adds to a key what decides what the account may read. False: too much to be kept by. */
bool kept_rights(const struct view *v, struct actor who, struct sbuf *key);

struct kept_use {
    size_t bytes, texts;
    uint64_t found, missed; /* since the start */
};
void kept_use(struct app *a, struct kept_use *ret);

/* For app.c. */
struct keeping *keeping_new(void);
void keeping_free(struct keeping *k);

#endif
