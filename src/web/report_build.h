/* report_build: the view of a report's page, shared by the page, its saving and its steps.
 *
 * Layer web, inside the pages. What is typed is shown back as it was typed; values that stand in
 * fields are always written the Vietnamese way, since that is how typed numbers are read, whatever
 * the language of the page.
 */
#ifndef GB_WEB_REPORT_BUILD_H
#define GB_WEB_REPORT_BUILD_H

#include "app/report_page.h"
#include "web/report_view.h"
#include "web/site.h"

/* What a person has in a field that is not saved: shown instead of what is stored. */
struct unsaved {
    struct series_id series;
    struct str typed, note;
    bool nil, stale, estimate;
    struct save_result other; /* of a stale one */
};
/* The same of a point; somebody else wrote it anew meanwhile. */
struct unsaved_point {
    int64_t id;
    struct str text, section, to;
};
struct unsaved_list {
    struct unsaved *p;
    size_t n;
    struct unsaved_point *point;
    size_t points;
    struct str basis; /* on what entering for the unit rests */
    struct str why;   /* nothing was saved, because; empty: see the stale ones */
};

/* The report that the path of the request names. */
bool report_of_path(
    struct request *rq, const struct view *v, struct report_key *ret, struct err *err);
bool report_fill(struct request *rq, const struct view *v, const struct report_page *p,
    const struct unsaved_list *unsaved, struct report_view *ret, struct err *err);
/* Builds and answers with the page. */
bool report_answer(struct request *rq, struct response *rs, const struct unsaved_list *unsaved,
    int status, struct err *err);
/* The points of the page and, for those who may write, places for more. In report_points.c. */
bool report_points_fill(struct request *rq, const struct view *v, const struct report_page *p,
    const struct unsaved_list *unsaved, struct report_view *ret, struct err *err);
/* Keeps what the form of the page says of points; stale ones come back in `ret`. */
bool report_points_save(struct request *rq, const struct report_page *p, struct report_key key,
    struct unsaved_list *ret, struct err *err);
/* The files, and the lines they can be evidence for. In report_files.c. */
bool report_files_fill(struct request *rq, const struct view *v, const struct report_page *p,
    struct report_view *ret, struct err *err);
/* Attaches what the form of the page brought along; *ret_n of them. */
bool report_files_save(struct request *rq, struct report_key key, size_t *ret_n, struct err *err);
/* "Not yet to be sent: 1 error, 2 empty cells". */
struct str report_trouble(struct request *rq, const struct report_page *p);
enum msg_key report_step_label(enum report_step s);

#endif
