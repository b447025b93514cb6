/* json_read: JSON read piece by piece, for files too large to hold as a tree.
 *
 * Layer base. The reader walks over a text in memory and gives one piece at a time; it keeps
 * nothing but the kinds of the open brackets, so that a file of any length costs its bytes alone.
 * Numbers are given as they are written: no floating point. Strict RFC 8259: one value, no
 * comments, no comma too many, valid UTF-8, depth at most JSON_DEPTH, texts at most `text_max`
 * bytes. Members given twice are the caller's to refuse. Errors have the place (line, column in
 * code points); after one every further call gives it again.
 */
#ifndef GB_BASE_JSON_READ_H
#define GB_BASE_JSON_READ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

enum json_piece {
    JSON_ERROR, /* err is set */
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY, /* `text` is the member's name; its value follows */
    JSON_TEXT,
    JSON_NUMBER, /* `text` as written */
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
    JSON_END,
};

struct json_reader {
    struct str in, name; /* name: of the file, for messages */
    size_t at, began;    /* began: where the piece begins */
    struct str text;     /* of the piece; in the arena where it had escapes */
    struct arena *a;
    size_t text_max;
    int depth;
    char open[JSON_DEPTH];
    bool comma, colon, done, failed; /* what must come next */
    struct err *err;
};

/* A mark of order of bytes at the beginning is left out. */
void json_read_init(struct json_reader *r, struct arena *a, struct str in, struct str name,
    size_t text_max, struct err *err);
enum json_piece json_read(struct json_reader *r);
/* The next piece must be `want`; else err.json.unexpected. */
bool json_read_is(struct json_reader *r, enum json_piece want);
/* Passes over one value, whatever it is. `first`: its first piece, already read. */
bool json_skip(struct json_reader *r, enum json_piece first);
/* Adds the place of the last piece to the error already set; gives false. */
bool json_at(struct json_reader *r);

#endif
