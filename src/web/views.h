/* views: what the frame of every page is told.
 *
 * Layer web. A page's own view has a `struct page_view page` in it and hands it to the layout
 * (ui/templates/page.html). Views are made by handlers and read by templates; a template gets a
 * view, never a row.
 */
#ifndef GB_WEB_VIEWS_H
#define GB_WEB_VIEWS_H

#include "base/html.h"
#include "base/msg.h"
#include "base/vec.h"

/* A section in the masthead. */
struct nav_item {
    struct str url;
    enum msg_key label;
    bool current; /* this page, or one under it */
};

struct page_view {
    struct str lang;  /* "vi" or "en" */
    struct str theme; /* "light", "dark"; empty: as the system says */
    VEC(struct nav_item) nav;
    struct str person; /* who is signed in; empty for visitors */
    struct str body;   /* where that person works, behind the name */
    struct str find;   /* what was searched for */
    struct str here;   /* path and query of this page, for the change of language */
};

struct failure_view {
    struct page_view page;
    struct str message;
    struct str request_id;
};

#endif
