/* reporting_private: one report in hand inside a job. */
#ifndef GB_APP_REPORTING_PRIVATE_H
#define GB_APP_REPORTING_PRIVATE_H

#include "app/app_private.h"
#include "app/reporting.h"

struct rep {
    struct write *w;
    struct report_key key;
    int form, unit;
    const struct form *f;
    struct day last; /* of the period */
    struct report report;
    bool is_new;
};

bool rep_open(struct rep *r, struct write *w, struct report_key key, struct err *err);
/* A report not started is a draft from here on, in memory; */
bool rep_to_draft(struct rep *r, struct err *err);
/* and in the store, with an act of its own where it is new. */
bool rep_begin_draft(struct rep *r, struct err *err);
struct str rep_unit_name(const struct rep *r);
/* "report DU-Q 12103 2024-Q1" */
struct str rep_object(const struct rep *r);
/* Index of the form's line that holds the series; -1. */
int rep_line_of(const struct rep *r, struct series_id series);

/* May it be sent: no error of the form's checks, nothing needed left empty, every warning
 * explained? err.report.incomplete names the first lines. In reporting_check.c. */
bool reporting_complete(struct rep *r, struct err *err);

#endif
