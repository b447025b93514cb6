/* site: giaoban's pages on the server: who is asking, and the frame around every page.
 *
 * Layer web; the one place where web meets app. A request's session cookie gives the account; `who`
 * of the request is then a `struct visitor`. Handlers take a view of now with site_read() and give
 * it back before they return; use cases check rights themselves.
 */
#ifndef GB_WEB_SITE_H
#define GB_WEB_SITE_H

#include "app/accounts.h"
#include "app/app.h"
#include "base/log.h"
#include "web/http.h"
#include "web/views.h"

struct site;

/* Who is signed in, as of this request; texts in the request's arena. */
struct visitor {
    struct account_id account;
    struct str login, name, post, unit_name;
    struct unit_id unit;
    unsigned roles; /* bit per enum role, of grants in force today */
};

struct site *site_new(struct app *app, const char *version, struct err *err);
void site_free(struct site *s);
/* Routes, guard, error page, health and key of the configuration. */
void site_configure(struct site *s, struct http_config *http);
struct app *site_app(const struct request *rq);
/* Sends demonstration accounts to one day; DAY_MIN: each lives on its own. */
void site_live_on(struct site *s, struct day day);
/* Is a demonstration served? False also where the server stands without data. */
bool site_demonstration(const struct request *rq);
const char *site_version(const struct request *rq);
/* A line of the log about an account: who came in by number, never by name; 0: who did not. */
void site_log(
    const struct request *rq, enum log_level level, const char *event, struct account_id who);
/* NULL for visitors who are not signed in. */
const struct visitor *rq_visitor(const struct request *rq);
struct actor rq_actor(const struct request *rq);
/* Answers under a view of now, which is given back whatever comes of it. */
typedef bool site_answering(
    struct request *rq, struct response *rs, const struct view *v, struct err *err);
bool site_answer(
    struct request *rq, struct response *rs, site_answering *answering, struct err *err);
/* The frame of a page: language, sections, person. `current`: the section's address, or "". */
struct page_view site_page(struct request *rq, const char *current);

#endif
