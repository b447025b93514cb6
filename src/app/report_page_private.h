/* report_page_private: a report's page while it is put together. */
#ifndef GB_APP_REPORT_PAGE_PRIVATE_H
#define GB_APP_REPORT_PAGE_PRIVATE_H

#include "app/report_sheet.h"

struct page_build {
    struct app *app;
    const struct view *v;
    const struct catalog *c;
    const struct form *f;
    struct actor who;
    enum lang lang;
    struct arena *a;
    struct report_page *page;
    struct sheet sheet;
};

/* Rows, sections and owners. In report_rows.c. */
bool page_rows(struct page_build *b, struct err *err);
bool page_owners(struct page_build *b, struct err *err);
/* Findings and how many there are. In report_findings.c. */
bool page_findings(struct page_build *b, struct err *err);

/* May the account act on the report's unit with this right? */
bool page_may(const struct page_build *b, enum right right, struct str owner);

#endif
