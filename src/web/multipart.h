/* multipart: reads multipart/form-data as it arrives.
 *
 * Layer web. Files go straight to temporary files without a name (they vanish with the descriptor),
 * texts to the arena; nothing is kept twice. The strict part of RFC 7578: a body begins with its
 * boundary, each part has one Content-Disposition with a name; nested parts, transfer encodings and
 * names in other character sets are refused. A file is taken only where the route declares one, and
 * no longer than declared there.
 */
#ifndef GB_WEB_MULTIPART_H
#define GB_WEB_MULTIPART_H

#include "web/form.h"

struct multipart;

/* The boundary of a Content-Type; false where it is not multipart/form-data with a valid boundary.
 */
bool multipart_boundary(struct str content_type, struct str *ret);
/* `dir`: where temporary files are made. NULL without memory. */
struct multipart *multipart_new(
    struct arena *a, const struct input *inputs, struct str boundary, const char *dir);
/* Takes the next bytes. After an error nothing more may be fed. Errors: err.web.multipart,
 * err.web.fields_many, err.web.file_large, err.web.field_unknown, and those of writing a file. */
bool multipart_feed(struct multipart *m, const char *p, size_t n, struct err *err);
/* After the last byte: false where the body ended early. The fields live in the arena. */
bool multipart_end(struct multipart *m, struct fields *ret, struct err *err);
/* A new temporary file without a name; -1 with an error. */
int temp_file(const char *dir, struct err *err);
/* Closes the files that nobody took (fd >= 0). */
void fields_close_files(struct fields *form);
/* The same for what has been read so far; to be called when multipart_end() was not. */
void multipart_drop(struct multipart *m);

#endif
