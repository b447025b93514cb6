/* event_words: what the pages about events of units share.
 *
 * Layer web; see pages/events.c. */
#ifndef GB_WEB_EVENT_WORDS_H
#define GB_WEB_EVENT_WORDS_H

#include "app/open_items.h"
#include "web/event_view.h"
#include "web/request.h"

/* A name of a field or a piece of an address, made of numbers. */
struct str event_numbered(struct request *rq, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "Báo cáo quý, quý I/2025 (bản nháp)": the matter in words. */
struct str event_open_text(struct request *rq, const struct catalog *c, const struct open_item *x);
/* The way to what is not decided yet; both empty where all is. */
bool event_open_link(struct request *rq, const struct view *v, struct str *ret_url,
    struct str *ret_says, struct err *err);
/* "Báo cáo": the sort of matter. */
enum msg_key event_sort_words(enum open_sort s);
/* What it means to leave it with the unit that ends. */
enum msg_key event_keep_words(enum open_sort s);
/* What can be decided besides: a report needless, a body ended (only `with_event`). */
bool event_more_picks(struct request *rq, enum open_sort sort, enum open_choice chosen,
    bool with_event, pick_list *list);
/* May the account administer units at all, somewhere? err.denied.system. */
bool event_must_admin(struct request *rq, const struct view *v, struct err *err);

#endif
