/* import_succession: see import_succession.c. */
#ifndef GB_APP_IMPORT_SUCCESSION_H
#define GB_APP_IMPORT_SUCCESSION_H

#include "app/import_details.h"

import_function import_succession, import_places;

#endif
