/* json: a writer.
 *
 * Layer base. Writes RFC 8259 text into a builder; commas are placed by the writer, nesting is
 * bounded. Figures are strings ("2556.9"), so that no reader makes a binary fraction of them.
 * Reading JSON is jansson's business, in the layers that do it.
 */
#ifndef GB_BASE_JSON_H
#define GB_BASE_JSON_H

#include "base/dec.h"
#include "base/str.h"

#define JSON_DEPTH 32

struct json {
    struct sbuf *out;
    int depth;
    bool comma[JSON_DEPTH]; /* has this level a member already? */
    int indent;             /* 0: one line; else blanks per level */
};

void json_init(struct json *j, struct sbuf *out, int indent);
void json_object(struct json *j);
void json_object_end(struct json *j);
void json_array(struct json *j);
void json_array_end(struct json *j);
/* Inside an object: the name of the next value. */
void json_key(struct json *j, const char *key);
void json_str(struct json *j, struct str s);
void json_i64(struct json *j, int64_t v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);
/* A decimal as a string at its scale. */
void json_dec(struct json *j, struct dec d);
/* key and value in one */
void json_kstr(struct json *j, const char *key, struct str s);
void json_ki64(struct json *j, const char *key, int64_t v);
void json_kbool(struct json *j, const char *key, bool v);
void json_knull(struct json *j, const char *key);
void json_kdec(struct json *j, const char *key, struct dec d);
/* Text with JSON's escapes, no quotes; also fit for <script type="application/json">: < > &
 * escaped. */
void json_escape(struct sbuf *out, struct str s);

#endif
