/* demo_files: the demonstration as the program carries it; see README.md. */
#ifndef GB_DEMO_DEMO_FILES_H
#define GB_DEMO_DEMO_FILES_H

#include "base/embed.h"

/* By path within demo/ ("my-hao/units.csv"), ended by an entry without a name. */
extern const struct embedded demo_files[];

#endif
