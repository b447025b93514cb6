/* Every route, for every role, inside and outside its units: who sees and changes what.
 *
 * The routes come from routes.def. For each of them and each person the path is filled in with a
 * unit the person has and with one the person has not. Whatever the route is: who may not read a
 * unit finds none of the words, names and numbers planted in its report in the answer, be it a
 * page, a list, a search or an error; who may not write changes nothing that is stored. What is
 * expected stands here in words of its own, not in those of the program.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "app/accounts.h"
#include "app/attachments.h"
#include "served.h"

/* ---- the places ---- */

enum { OWN, NEIGHBOUR, ELSEWHERE, PLACES };
static struct place {
    const char *code, *period;
    const char *word;   /* planted in what it says and in the name and content of its file */
    const char *number; /* typed into its report, */
    const char *shown;  /* as people write it */
    struct report_key key;
    char uid[12];
    int64_t file;
    struct series_id series;
} places[PLACES] = {
    {"MH001", "2026-Q4", "canhbaomot", "9182736", "9.182.736", .file = 0},
    {"MH002", "2026-Q4", "canhbaohai", "8273645", "8.273.645", .file = 0},
    {"12103", "2024-Q1", "canhbaoba", "7364518", "7.364.518", .file = 0},
};

/* ---- the people ---- */

enum where { ON_OWN, ON_PROVINCE };
struct person {
    char login[40];
    enum role role;
    enum where where;
    bool granted; /* false: an account without a right */
    char secret[80], csrf[200];
};
static struct person people[2 * ROLE_COUNT + 2];
static size_t persons;

static const struct actor owner = {{0}, STR("test")};
static int port;
static struct answer a;

static void sign_in(struct person *p)
{
    struct sign_in q = {str_of(p->login), STR("mat-khau-rat-dai-1"), STR("127.0.0.1"), STR("test")};
    struct account_id account;
    struct str secret;

    OK(session_begin(demo->app, &q, &demo->a, &secret, &account, &demo->err));
    snprintf(p->secret, sizeof p->secret, "%.*s", STR_ARG(secret));
    struct str token = csrf_token(&demo->a, served_config.csrf_key, str_of(p->secret));
    snprintf(p->csrf, sizeof p->csrf, "%.*s", STR_ARG(token));
}

static void add_person(enum role role, enum where where, bool granted)
{
    struct person *p = &people[persons++];
    const char *unit = where == ON_OWN ? "MH001" : "MH";

    *p = (struct person){.role = role, .where = where, .granted = granted};
    snprintf(p->login, sizeof p->login, "%s.%s", granted ? role_name(role) : "nobody", unit);
    for (char *c = p->login; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    struct account_request q = {.login = str_of(p->login),
        .name = str_of(p->login),
        .post = STR("Kiểm thử"),
        .unit = str_of(unit),
        .password = STR("mat-khau-rat-dai-1")};
    OK(account_add(demo->app, owner, &q, &demo->err));
    struct grant_request g = {.login = q.login, .unit = q.unit, .role = role, .line = LINE_STATE};
    if (granted)
        OK(account_grant(demo->app, owner, &g, &demo->err));
    sign_in(p);
}

/* ---- what is planted ---- */

static void plant(struct place *x)
{
    struct narrative_point point = {.kind = NARRATIVE_RESULTS};
    char text[80];

    x->key = demo_key("DU-Q", x->code, x->period);
    int kt = demo_indicator("KT03"), unit = demo_unit(x->code, x->period);
    demo_look();
    snprintf(x->uid, sizeof x->uid, "%s", demo->v.catalog->units.p[unit].uid.z);
    x->series = demo->v.catalog->series[demo->v.catalog->indicator[kt].series].id;
    demo_done();
    struct typed_cell cell = {x->series, str_of(x->number), 0, STR(""), -1};
    struct save_result saved;
    OK(reporting_save(demo->app, owner, x->key, &cell, 1, &demo->a, &saved, &demo->err));
    point.text = str_of(x->word);
    OK(reporting_point(demo->app, owner, x->key, &point, NULL, &demo->err));
    int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
    snprintf(text, sizeof text, "%%PDF-1.7 %s", x->word);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    snprintf(text, sizeof text, "%s.pdf", x->word);
    struct attachment_in in = {str_of(text), fd, {0}};
    OK(attachments_add(demo->app, owner, x->key, &in, 1, &demo->err));
    close(fd);
    struct store *s = app_store(demo->app);
    struct attachment *at;
    struct report r;
    size_t n;
    bool found;
    OK(s->ops->report(s, x->key.form, x->key.unit, period_code(x->key.period), ACT_MAX, &demo->a,
        &r, &found, &demo->err));
    OK(s->ops->attachments(s, r.id, &demo->a, &at, &n, &demo->err));
    x->file = at[n - 1].id;
}

/* All that is stored of the reports, as one text, and the head of the acts. */
static struct str stored(struct arena *arena)
{
    struct store *s = app_store(demo->app);
    unsigned char hash[32];
    struct act_no head;
    struct sbuf b;

    sbuf_init(&b, arena, 1u << 20);
    OK(s->ops->head(s, &head, hash, &demo->err));
    sbuf_i64(&b, head.v);
    for (int i = 0; i < PLACES; i++) {
        struct draft_cell *d;
        struct draft_mark *m;
        struct narrative_point *p;
        struct attachment *at;
        struct report r;
        size_t n;
        bool found;
        OK(s->ops->report(s, places[i].key.form, places[i].key.unit,
            period_code(places[i].key.period), ACT_MAX, arena, &r, &found, &demo->err));
        OK(s->ops->draft(s, r.id, arena, &d, &n, &demo->err));
        for (size_t k = 0; k < n; k++)
            sbuf_printf(&b, "|%lld=%.*s/%u/%.*s", (long long)d[k].series.v, STR_ARG(d[k].typed),
                d[k].flags, STR_ARG(d[k].note));
        OK(s->ops->draft_marks(s, r.id, arena, &m, &n, &demo->err));
        sbuf_printf(&b, "|marks %zu", n);
        OK(s->ops->narrative(s, r.id, arena, &p, &n, &demo->err));
        for (size_t k = 0; k < n; k++)
            sbuf_printf(&b, "|%.*s", STR_ARG(p[k].text));
        OK(s->ops->attachments(s, r.id, arena, &at, &n, &demo->err));
        for (size_t k = 0; k < n; k++)
            sbuf_printf(&b, "|%.*s%d", STR_ARG(at[k].name), at[k].removed);
    }
    assert_false(b.failed);
    return sbuf_view(&b);
}

/* ---- what is to be expected (model.md, "Who may do what") ---- */

static bool lies_under(const struct person *p, int place)
{
    return p->where == ON_OWN ? place == OWN : place != ELSEWHERE;
}

/* An inspector without a decision number has no right at all. */
static bool has_grant(const struct person *p)
{
    return p->granted && p->role != ROLE_INSPECTOR;
}

static bool reads(const struct person *p, int place)
{
    return has_grant(p) && lies_under(p, place);
}

static bool types(const struct person *p, int place)
{
    bool role = p->role == ROLE_REPORTER || p->role == ROLE_CHECKER || p->role == ROLE_COMPILER;

    return role && reads(p, place);
}

/* Who approves stands above the unit. */
static bool approves(const struct person *p, int place)
{
    return (p->role == ROLE_APPROVER || p->role == ROLE_COMPILER) && reads(p, place) &&
           p->where == ON_PROVINCE;
}

static bool takes(const struct person *p, enum report_step step, int place)
{
    bool checks = p->role == ROLE_CHECKER || p->role == ROLE_SIGNER;

    switch (step) {
    case STEP_CHECK:
        return types(p, place);
    case STEP_TO_SIGN:
    case STEP_PUSH_BACK:
        return checks && reads(p, place);
    case STEP_SUBMIT:
    case STEP_FINAL:
        return p->role == ROLE_SIGNER && reads(p, place);
    default:
        return approves(p, place);
    }
}

/* ---- asking ---- */

static void put_value(struct sbuf *b, struct str name, const struct place *x)
{
    static const char *const values[][2] = {{"form", "DU-Q"}, {"indicator", "KT03"}, {"lang", "vi"},
        {"theme", "dark"}, {"step", "check"}, {"hash", "a"}, {"name", "a"}};

    if (str_is(name, "unit"))
        sbuf_z(b, x->uid);
    else if (str_is(name, "period"))
        sbuf_z(b, x->period);
    else if (str_is(name, "file"))
        sbuf_i64(b, x->file);
    else {
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            if (str_is(name, values[i][0])) {
                sbuf_z(b, values[i][1]);
                return;
            }
        sbuf_z(b, "1"); /* of a route that is newer than this test */
    }
}

static const char *path_of(const struct route *r, const struct place *x, const char *step)
{
    static char path[600];
    struct sbuf b;

    sbuf_init(&b, &demo->a, sizeof path);
    for (const char *p = r->pattern; *p; p++) {
        if (*p != '{') {
            sbuf_char(&b, *p);
            continue;
        }
        const char *colon = strchr(p, ':');
        struct str name = str_make(p + 1, (size_t)(colon - p - 1));
        if (step && str_is(name, "step"))
            sbuf_z(&b, step);
        else
            put_value(&b, name, x);
        p = strchr(p, '}');
    }
    if (r->method == HTTP_GET && r->may != MAY_ANYONE)
        sbuf_printf(&b, "?unit=%s&period=%s&q=%s", x->uid, x->period, x->word);
    struct str s = sbuf_view(&b);
    snprintf(path, sizeof path, "%.*s", STR_ARG(s));
    return path;
}

static void request(
    const struct person *p, const struct route *r, const char *path, const char *body)
{
    char text[4096];
    bool posts = r->method != HTTP_GET;

    snprintf(text, sizeof text,
        "%s %s HTTP/1.1\r\nHost: localhost\r\nCookie: gb_session=%s\r\n%s%s%s"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
        http_method_name(r->method), path, p->secret, posts ? "X-CSRF-Token: " : "",
        posts ? p->csrf : "", posts ? "\r\n" : "", posts ? strlen(body) : 0, posts ? body : "");
    ask(port, text, &a);
}

static bool says_planted(const struct place *x)
{
    return strstr(a.body, x->number) || strstr(a.body, x->shown) || strstr(a.text, x->word) != NULL;
}

static void failed(const struct person *p, const struct route *r, const char *path, const char *why)
{
    fail_msg("%s: %s %s (%s) answers %d: %s\n%.600s", p->login, http_method_name(r->method), path,
        r->pattern, a.status, why, a.body);
}

static bool about_a_unit(const struct route *r)
{
    return strstr(r->pattern, "{unit:") != NULL;
}

/* ---- reading ---- */

/* The search word itself stands in the answer to a search. */
static void echoes_nothing(const struct person *p, const struct route *r, const struct place *x)
{
    char path[600];

    snprintf(path, sizeof path, "%s", path_of(r, x, NULL));
    char *q = strstr(path, "&q=");
    if (q)
        *q = '\0';
    request(p, r, path, "");
    if (says_planted(x))
        failed(p, r, path, "shows what this person may not read");
    if (a.status >= 500)
        failed(p, r, path, "fails");
}

static void nobody_reads_what_is_not_theirs(void **state)
{
    int asked = 0, shown = 0;

    (void)state;
    for (size_t i = 0; i < web_routes_n; i++) {
        const struct route *r = &web_routes[i];
        if (r->method != HTTP_GET)
            continue;
        for (size_t k = 0; k < persons; k++)
            for (int at = 0; at < PLACES; at++) {
                const struct person *p = &people[k];
                if (reads(p, at)) {
                    request(p, r, path_of(r, &places[at], NULL), "");
                    if (about_a_unit(r) && a.status != 200)
                        failed(p, r, path_of(r, &places[at], NULL), "refuses who may read");
                    shown += says_planted(&places[at]);
                    if (a.status >= 500)
                        failed(p, r, path_of(r, &places[at], NULL), "fails");
                } else {
                    echoes_nothing(p, r, &places[at]);
                    if (about_a_unit(r) && a.status != 403 && a.status != 404)
                        failed(p, r, path_of(r, &places[at], NULL), "is not refused");
                }
                asked++;
            }
    }
    assert_true(asked > 500);
    assert_true(shown > 20); /* what is planted is there to be found */
}

/* A search for the very words finds nothing of theirs either. */
static void search_finds_nothing_of_others(void **state)
{
    const struct route search = {.method = HTTP_GET, .pattern = "/search"};
    char path[200];

    (void)state;
    for (size_t k = 0; k < persons; k++)
        for (int at = 0; at < PLACES; at++) {
            if (reads(&people[k], at))
                continue;
            snprintf(path, sizeof path, "/search?q=%s", places[at].number);
            request(&people[k], &search, path, "");
            if (a.status != 200 && a.status != 403)
                failed(&people[k], &search, path, "fails");
            snprintf(path, sizeof path, "/reports/DU-Q/%s", places[at].uid);
            if (strstr(a.body, path))
                failed(&people[k], &search, path, "leads to a report of others");
        }
}

/* ---- writing ---- */

static void body_of(const struct route *r, const struct place *x, char *to, size_t n)
{
    const char *last = strrchr(r->pattern, '/');

    if (strcmp(last, "/cell") == 0)
        snprintf(to, n, "series=%lld&typed=%d&seq=%d", (long long)x->series.v, 1, 0);
    else if (strcmp(last, "/point") == 0)
        snprintf(to, n, "id=new.1&text=ghi+de");
    else if (strcmp(last, "/paste") == 0)
        snprintf(to, n, "row=0&block=1%%092");
    else if (strstr(r->pattern, "/board/"))
        snprintf(to, n, "unit=%s&period=%s&pick.%s=0", x->uid, x->period, x->uid);
    else if (strstr(r->pattern, "{period:text}") && !strstr(r->pattern, "{step"))
        snprintf(to, n, "cell.%lld=5&was.%lld=&seq.%lld=0&point.new.0=ghi+de&then=remove.%lld",
            (long long)x->series.v, (long long)x->series.v, (long long)x->series.v,
            (long long)x->file);
    else
        snprintf(to, n, "reason=x");
}

static bool ends_the_session(const struct route *r)
{
    return strncmp(r->pattern, "/sign-", 6) == 0;
}

static bool is_step(const struct route *r)
{
    return strstr(r->pattern, "{step:") != NULL;
}

static void nobody_changes_what_is_not_theirs(void **state)
{
    int refused = 0;
    char body[600];

    (void)state;
    for (size_t i = 0; i < web_routes_n; i++) {
        const struct route *r = &web_routes[i];
        if (r->method == HTTP_GET || ends_the_session(r))
            continue;
        for (size_t k = 0; k < persons; k++)
            for (int at = 0; at < PLACES; at++) {
                const struct person *p = &people[k];
                struct arena scratch;
                bool writes = types(p, at) || approves(p, at) || is_step(r);
                if (writes && reads(p, at))
                    continue;
                arena_init(&scratch, 8u << 20);
                struct str before = stored(&scratch);
                const char *path = path_of(r, &places[at], NULL);
                body_of(r, &places[at], body, sizeof body);
                request(p, r, path, body);
                if (!str_eq(before, stored(&scratch)))
                    failed(p, r, path, "changed something");
                if (a.status >= 500)
                    failed(p, r, path, "fails");
                if (!reads(p, at) && says_planted(&places[at]))
                    failed(p, r, path, "shows what this person may not read");
                if (!reads(p, at) && about_a_unit(r) && a.status != 403 && a.status != 404)
                    failed(p, r, path, "is not refused");
                arena_free(&scratch);
                refused++;
            }
    }
    assert_true(refused > 200);
}

static void who_types_may_type(void **state)
{
    static const struct route cell = {.method = HTTP_POST, .pattern = "/x/cell"};
    char path[300], body[300];

    (void)state;
    for (size_t k = 0; k < persons; k++)
        for (int at = 0; at < PLACES; at++) {
            const struct person *p = &people[k];
            snprintf(
                path, sizeof path, "/reports/DU-Q/%s/%s/cell", places[at].uid, places[at].period);
            snprintf(body, sizeof body, "series=%lld&typed=%s&seq=1",
                (long long)places[at].series.v, places[at].number);
            request(p, &cell, path, body);
            if ((a.status == 200) != types(p, at) || (a.status != 200 && a.status != 403))
                failed(p, &cell, path, "is not what the role may do");
        }
}

/* ---- steps ---- */

/* Brings a report into the state by the shortest way, as the system. */
static void bring(struct report_key key, enum report_state to)
{
    enum { NONE = -1 };
    struct store *s = app_store(demo->app);
    int from[REPORT_STATES], by[REPORT_STATES], queue[REPORT_STATES], n = 0;
    struct report r;
    bool found;

    OK(s->ops->report(
        s, key.form, key.unit, period_code(key.period), ACT_MAX, &demo->a, &r, &found, &demo->err));
    for (int i = 0; i < REPORT_STATES; i++)
        from[i] = NONE;
    queue[n++] = (int)r.state;
    from[r.state] = (int)r.state;
    for (int i = 0; i < n; i++)
        for (int step = STEP_CHECK; step < REPORT_STEPS; step++) {
            enum report_state next;
            if (!report_next(
                    (enum report_state)queue[i], (enum report_step)step, true, true, &next, NULL) ||
                from[next] != NONE)
                continue;
            from[next] = queue[i];
            by[next] = step;
            queue[n++] = (int)next;
        }
    enum report_step way[REPORT_STATES];
    int steps = 0;
    for (int x = (int)to; x != (int)r.state; x = from[x]) {
        assert_int_not_equal(from[x], NONE);
        way[steps++] = (enum report_step)by[x];
    }
    while (steps-- > 0) {
        struct step_request q = {
            .key = key, .step = way[steps], .reason = STR("kiểm thử"), .unchecked = true};
        OK(reporting_step(demo->app, owner, &q, NULL, &demo->err));
    }
}

/* Each step, from a state in which it can be taken, by everybody: exactly those may who should. */
static void each_step_is_taken_by_those_who_may(void **state)
{
    static const struct {
        enum report_step step;
        enum report_state from;
    } steps[] = {{STEP_CHECK, REPORT_DRAFT}, {STEP_TO_SIGN, REPORT_CHECKING},
        {STEP_PUSH_BACK, REPORT_CHECKING}, {STEP_SUBMIT, REPORT_TO_SIGN},
        {STEP_RECEIVE, REPORT_SUBMITTED}, {STEP_RETURN, REPORT_SUBMITTED},
        {STEP_APPROVE, REPORT_SUBMITTED}, {STEP_REVOKE, REPORT_APPROVED},
        {STEP_LOCK, REPORT_APPROVED}, {STEP_REOPEN, REPORT_APPROVED},
        {STEP_FINAL, REPORT_APPROVED}};
    static const struct route post = {.method = HTTP_POST, .pattern = "step"};
    int taken = 0;
    char path[300];

    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        for (int at = OWN; at <= NEIGHBOUR; at++)
            for (size_t k = 0; k < persons; k++) {
                const struct person *p = &people[k];
                struct arena scratch;
                if (steps[i].from == REPORT_DRAFT && at == OWN && k == 0)
                    bring(places[at].key, REPORT_DRAFT);
                bring(places[at].key, steps[i].from);
                arena_init(&scratch, 8u << 20);
                struct str before = stored(&scratch);
                snprintf(path, sizeof path, "/reports/DU-Q/%s/%s/%s", places[at].uid,
                    places[at].period, report_step_name(steps[i].step));
                request(p, &post, path, "reason=kiem+thu&number=1-BC%2F%C4%90U&day=01/10/2026");
                bool may = takes(p, steps[i].step, at);
                /* not 403: done, or stopped by what the report lacks */
                if ((a.status == 403) == may || a.status >= 500)
                    failed(p, &post, path, may ? "refuses who may" : "lets through who may not");
                if (!may && !str_eq(before, stored(&scratch)))
                    failed(p, &post, path, "changed something");
                taken += a.status == 303;
                arena_free(&scratch);
            }
    assert_true(taken > 20);
}

/* ---- the frame ---- */

static int open_all(void **state)
{
    int rc = served_open(state);

    if (rc != 0)
        return rc;
    port = http_port(served);
    for (int r = 0; r < ROLE_COUNT; r++) {
        add_person((enum role)r, ON_OWN, true);
        add_person((enum role)r, ON_PROVINCE, true);
    }
    add_person(ROLE_VIEWER, ON_OWN, false);
    bring(demo_key("DU-Q", "12103", "2024-Q1"), REPORT_REOPENED);
    for (int i = 0; i < PLACES; i++)
        plant(&places[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_reads_what_is_not_theirs),
        cmocka_unit_test(search_finds_nothing_of_others),
        cmocka_unit_test(nobody_changes_what_is_not_theirs),
        cmocka_unit_test(who_types_may_type),
        cmocka_unit_test(each_step_is_taken_by_those_who_may),
    };
    return cmocka_run_group_tests(tests, open_all, served_close);
}
