/* rule_files: the rule packs as the program carries them; see README.md for their columns.
 *
 * No room below app reads this list: the domain is given texts and does not know where they come from.
 */
#ifndef GB_RULES_RULE_FILES_H
#define GB_RULES_RULE_FILES_H

#include "base/embed.h"

/* By file name ("calendar_days.csv"), ended by an entry without a name. */
extern const struct embedded rule_files[];

#endif
