/* attachments: papers beside a report: the signed copy, minutes, lists that prove a figure.
 *
 * Layer app. Added and taken away by whoever types into the report, in the states in which it can
 * be typed into; what was taken away can be put back until the report is sent, and what was sent
 * once stays on record. Read by whoever reads the report; evidence for a figure that the account
 * may not read is not there for it. A file is one of the declared kinds, and its first bytes must
 * say the same as its name. Contents are kept under their SHA-256; the row that bears it enters the
 * chain of acts when the report is sent.
 */
#ifndef GB_APP_ATTACHMENTS_H
#define GB_APP_ATTACHMENTS_H

#include "app/report_page.h"

#define ATTACHMENT_MAX (10 << 20)        /* bytes of one file */
#define ATTACHMENTS_MAX 20               /* files of a report */
#define ATTACHMENTS_BYTES_MAX (50 << 20) /* of a report in all */
#define ATTACHMENT_NAME_MAX 200          /* characters */

/* What the kinds are called, for the person who chooses: ".pdf,.docx,..." */
extern const char attachment_kinds[];

/* The media type that a file of that name is served with, after a look at its content. Errors:
 * err.file.kind (the name's ending is none of ours), err.file.content (it is something else). */
bool attachment_type(struct str name, int fd, const char **ret_type, struct err *err);

struct attachment_in {
    struct str name; /* the last part of its path */
    int fd;
    struct series_id series; /* evidence for that line; 0: for the report */
};
/* All or none. Errors: those of attachment_type, err.file.empty, err.file.large, err.file.many,
 * err.file.total, err.file.twice, err.report.closed, err.report.cell, err.denied.unit. */
bool attachments_add(struct app *a, struct actor who, struct report_key key,
    const struct attachment_in *in, size_t n, struct err *err);
/* Takes one away, or puts it back. */
bool attachments_remove(
    struct app *a, struct actor who, struct report_key key, int64_t id, bool back, struct err *err);

/* May the account see it on this page? */
bool attachment_seen(const struct report_page *p, const struct attachment *at);
/* One of the report's files, for reading; what was taken away too, for those who may write.
 * Errors: err.file.unknown. */
bool attachment_find(struct app *a, const struct view *v, struct actor who, struct report_key key,
    int64_t id, struct arena *arena, struct attachment *ret, struct err *err);
/* Its content, whole, into a descriptor that stands at its beginning. */
bool attachment_copy(struct app *a, const struct attachment *at, int fd, struct err *err);

#endif
