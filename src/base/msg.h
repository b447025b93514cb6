/* msg: the words that people see, in their language.
 *
 * Layer base. The texts stand in ui/i18n/vi.msg and en.msg; the build turns them into
 * the enum `msg_key` and two tables, and fails when a key is missing in one of them or when its
 * placeholders `{0}` to `{9}` differ. A key `err.csv.no_column` is MSG_err_csv_no_column in C.
 */
#ifndef GB_BASE_MSG_H
#define GB_BASE_MSG_H

#include "base/str.h"
#include "msg_keys.h" /* generated: enum msg_key, MSG_COUNT */

enum lang { LANG_VI, LANG_EN };

/* The text as written in the file, placeholders included; never NULL. */
struct str msg_text(enum lang lang, enum msg_key key);
/* The key as written in the files: "err.csv.no_column". */
struct str msg_name(enum msg_key key);
/* The key of that name; false where there is none. */
bool msg_find(struct str name, enum msg_key *ret);
/* The text with `{i}` replaced by args[i]; a missing argument stays empty. */
void msg_format(
    struct sbuf *out, enum lang lang, enum msg_key key, const struct str *args, int nargs);
/* "vi" or "en" (also "vi-VN", "en-GB"); false for others. */
bool lang_parse(struct str s, enum lang *ret);

#endif
