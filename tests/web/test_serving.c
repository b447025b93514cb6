/* Few threads serve many: what waits holds up nobody, is tried without effect and then done once,
 * is lost with nobody's memory when its client goes, and is finished or refused when the server
 * stops. Handlers here wait at a gate that the test opens; nothing is timed. */
#include "../test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server.h"
#include "web/workers.h"

#define HOST "Host: a.example\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define POST(path) "POST " path " HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"

static struct served demo;
static struct http_server *server;
static int port;
static struct answer a;

/* --- a gate: handlers wait in front of it until it is opened */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int inside, passed;
    bool open;
} gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, false};

static void close_gate(void)
{
    gate.inside = gate.passed = 0;
    gate.open = false;
}

static void open_gate(void)
{
    pthread_mutex_lock(&gate.lock);
    gate.open = true;
    pthread_cond_broadcast(&gate.moved);
    pthread_mutex_unlock(&gate.lock);
}

static void wait_until_inside(int n)
{
    pthread_mutex_lock(&gate.lock);
    while (gate.inside < n)
        pthread_cond_wait(&gate.moved, &gate.lock);
    pthread_mutex_unlock(&gate.lock);
}

static bool waits(struct request *rq, struct response *rs, struct err *err)
{
    (void)rq, (void)err;
    pthread_mutex_lock(&gate.lock);
    gate.inside++;
    pthread_cond_broadcast(&gate.moved);
    while (!gate.open)
        pthread_cond_wait(&gate.moved, &gate.lock);
    gate.passed++;
    pthread_mutex_unlock(&gate.lock);
    rs_text(rs, 200, STR("waited\n"));
    return true;
}

/* --- other routes */

static bool quick(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    rs_text(rs, 200, rq->at_once ? STR("at once\n") : STR("by a worker\n"));
    return true;
}

static bool plain(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    rs_text(rs, 200, rq->at_once ? STR("at once\n") : STR("by a worker\n"));
    return true;
}

/* Begins an answer before it finds that it cannot be given at once. */
static bool changes_its_mind(struct request *rq, struct response *rs, struct err *err)
{
    struct served *d = rq->ctx;

    (void)err;
    rs_text(rs, 201, STR("half an answer, and not the one that goes out\n"));
    rs_header(rs, "X-Times", STR("1"));
    if (rq->at_once)
        return rq_set_aside(rq);
    d->calls++;
    rs_begin(rs, 200, TYPE_TEXT);
    sbuf_printf(&rs->body, "n=%lld headers=%zu\n", (long long)rq_int(rq, "n"), rs->headers.n);
    return true;
}

/* The guard tells the thread whom it works for, as site.c does with the day that somebody lives on.
 */
static _Thread_local char whom[32];

static bool introduce(struct request *rq, struct response *rs, bool *ret_answered, struct err *err)
{
    (void)rs, (void)ret_answered, (void)err;
    snprintf(whom, sizeof whom, "%.*s", STR_ARG(rq_cookie(rq, "session")));
    return true;
}

static bool for_whom(struct request *rq, struct response *rs, struct err *err)
{
    (void)err;
    if (rq->at_once && rq_int(rq, "n") == 1)
        return rq_set_aside(rq);
    rs_text(rs, 200, str_of(whom));
    return true;
}

static const struct input n_inputs[] = {{.name = "n", .type = INPUT_INT, .max = 100}, {NULL}};
static const struct intake n_intake = {.inputs = n_inputs};
static const struct route routes[] = {
    {HTTP_GET, "/quick", quick, MAY_ANYONE, &intake_nothing, MSG_help_healthz, true},
    {HTTP_GET, "/plain", plain, MAY_ANYONE, &intake_nothing, MSG_help_healthz, false},
    {HTTP_GET, "/mind", changes_its_mind, MAY_ANYONE, &n_intake, MSG_help_healthz, true},
    {HTTP_GET, "/whom", for_whom, MAY_ANYONE, &n_intake, MSG_help_healthz, true},
    {HTTP_POST, "/whom", for_whom, MAY_ANYONE, &n_intake, MSG_help_healthz, false},
    {HTTP_GET, "/wait", waits, MAY_ANYONE, &intake_nothing, MSG_help_healthz, false},
    {HTTP_POST, "/wait", waits, MAY_ANYONE, &intake_nothing, MSG_help_healthz, false},
    {HTTP_POST, "/plain", plain, MAY_ANYONE, &intake_nothing, MSG_help_healthz, false},
};

/* One thread for all connections, and two workers of each kind. */
static void few(struct http_config *c)
{
    c->routes = routes;
    c->nroutes = sizeof routes / sizeof *routes;
    c->guard = introduce;
    c->limits.threads = 1;
    c->limits.workers = 2;
    c->limits.per_address = 1000;
    c->limits.head_ms = 2000;
}

static int setup(void **state)
{
    (void)state;
    demo = (struct served){0};
    close_gate();
    server = demo_start(&demo, few);
    port = http_port(server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    open_gate();
    http_stop(server, 2000);
    return 0;
}

static int begin(const char *request)
{
    int fd = dial(port);

    send_all(fd, request, strlen(request));
    return fd;
}

static void expect_body(int fd, const char *body)
{
    receive(fd, &a);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, body);
}

static void end(int fd, const char *body)
{
    expect_body(fd, body);
    close(fd);
}

static void ask_for(const char *request, const char *body)
{
    end(begin(request), body);
}

/* --- tests */

static void what_is_in_memory_is_answered_where_it_came_in(void **state)
{
    (void)state;
    ask_for(GET("/quick"), "at once\n");
    ask_for(GET("/plain"), "by a worker\n");
    ask_for(POST("/plain"), "by a worker\n");
}

static void a_request_that_waits_holds_up_nobody(void **state)
{
    int fd[2];

    (void)state;
    fd[0] = begin(GET("/wait"));
    fd[1] = begin(POST("/wait"));
    wait_until_inside(2);
    ask_for(GET("/quick"), "at once\n");
    ask_for(GET("/plain"), "by a worker\n");
    open_gate();
    for (int i = 0; i < 2; i++)
        end(fd[i], "waited\n");
}

static void those_who_write_leave_room_for_those_who_read(void **state)
{
    int fd[5];

    (void)state;
    for (int i = 0; i < 5; i++)
        fd[i] = begin(POST("/wait"));
    wait_until_inside(2); /* no more workers than that */
    ask_for(GET("/plain"), "by a worker\n");
    open_gate();
    for (int i = 0; i < 5; i++)
        end(fd[i], "waited\n");
    assert_int_equal(gate.passed, 5);
}

static void what_is_tried_at_once_leaves_no_trace(void **state)
{
    (void)state;
    ask_for(GET("/mind?n=7"), "n=7 headers=1\n");
    assert_int_equal(demo.calls, 1);
    assert_string_equal(answer_header(&a, "X-Times"), "1");
    ask_for(GET("/mind"), "n=0 headers=1\n");
    assert_int_equal(demo.calls, 2);
}

/* Answers come in the order of the requests, whoever makes them. */
static void requests_sent_together_are_answered_in_turn(void **state)
{
    static const char together[] = GET("/quick") GET("/plain") POST("/plain") GET("/mind?n=3")
        GET("/quick") GET("/wait") GET("/quick");
    static const char *const bodies[] = {"at once\n", "by a worker\n", "by a worker\n",
        "n=3 headers=1\n", "at once\n", "waited\n", "at once\n"};
    static char all[1 << 14];
    size_t n = 0;
    int fd = begin(together);

    (void)state;
    wait_until_inside(1);
    open_gate();
    for (int seen = 0; seen < 7; n += a.n) {
        receive(fd, &a); /* may be several at once */
        assert_true(a.n > 0 && n + a.n < sizeof all);
        memcpy(all + n, a.text, a.n + 1);
        for (const char *p = a.text; (p = strstr(p, "HTTP/1.1 200")); p++)
            seen++;
    }
    const char *at = all;
    for (int i = 0; i < 7; i++) {
        at = strstr(at, "\r\n\r\n");
        assert_non_null(at);
        at += 4;
        assert_memory_equal(at, bodies[i], strlen(bodies[i]));
    }
    close(fd);
}

static void a_thread_knows_whom_it_works_for(void **state)
{
#define AS(who) HOST "Cookie: gb_session=" who "\r\n"
    int fd = begin(
        "POST /whom HTTP/1.1\r\n" AS("mai") "Content-Type: application/x-www-form-urlencoded\r\n"
                                            "X-CSRF-Token: none\r\nContent-Length: 3\r\n\r\nn=");

    (void)state;
    for (int i = 0; i < 20; i++) { /* by the thread and by workers, in turn */
        ask_for("GET /whom?n=2 HTTP/1.1\r\n" AS("lan") "\r\n", "lan");
        ask_for("GET /whom?n=1 HTTP/1.1\r\n" AS("tuan") "\r\n", "tuan");
        ask_for("GET /whom?n=2 HTTP/1.1\r\n" AS("binh") "\r\n", "binh");
    }
    send_all(fd, "2", 1);
    end(fd, "mai");
}

static int threads_of_this_process(void)
{
    char line[200];
    int n = 0;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof line, f))
        sscanf(line, "Threads: %d", &n);
    if (f)
        fclose(f);
    return n;
}

static void many_connections_need_few_threads(void **state)
{
    enum { MANY = 300 };
    static int fd[MANY];

    (void)state;
    for (int i = 0; i < MANY; i++)
        fd[i] = begin(i % 2 ? GET("/plain") : GET("/quick"));
    for (int i = 0; i < MANY; i++)
        expect_body(fd[i], i % 2 ? "by a worker\n" : "at once\n");
    assert_true(threads_of_this_process() <= 8);
    for (int i = 0; i < MANY; i++) { /* all are still there */
        send_all(fd[i], GET("/quick"), strlen(GET("/quick")));
        end(fd[i], "at once\n");
    }
}

static void slow_clients_hold_up_nobody_and_are_cut_off(void **state)
{
    enum { SLOW = 100 };
    int fd[SLOW];

    (void)state;
    for (int i = 0; i < SLOW; i++)
        fd[i] = begin("GET /quick HTT");
    ask_for(GET("/quick"), "at once\n");
    ask_for(GET("/plain"), "by a worker\n");
    for (int i = 0; i < SLOW; i++) {
        receive(fd[i], &a);
        assert_true(a.closed);
        close(fd[i]);
    }
}

static void a_client_that_goes_away_is_forgotten(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        close(begin(i % 2 ? GET("/wait") : POST("/wait")));
    wait_until_inside(4);
    ask_for(GET("/quick"), "at once\n");
    open_gate();
    ask_for(GET("/plain"), "by a worker\n");
    assert_int_equal(gate.passed, 4);
}

static void *stop(void *arg)
{
    (void)arg;
    http_stop(server, 100);
    return NULL;
}

static void stopping_finishes_what_is_begun_and_refuses_the_rest(void **state)
{
    int fd[4];
    pthread_t t;

    setup(state);
    for (int i = 0; i < 4; i++) {
        fd[i] = begin(GET("/wait"));
        if (i < 2)
            wait_until_inside(i + 1);
    }
    ask_for(GET("/quick"), "at once\n"); /* so the last two have come in, too */
    pthread_create(&t, NULL, stop, NULL);
    for (int i = 2; i < 4; i++) {
        receive(fd[i], &a);
        assert_int_equal(a.status, 503);
        close(fd[i]);
    }
    open_gate();
    for (int i = 0; i < 2; i++)
        end(fd[i], "waited\n");
    pthread_join(t, NULL);
    assert_int_equal(gate.passed, 2);
}

/* More inputs than the library has room for: it answers itself, and forgets to say so. */
static void what_the_library_refuses_is_over_when_the_server_stops(void **state)
{
    char request[3000] = "GET /quick?a", *at = request + strlen(request);
    struct timespec from, to;

    setup(state);
    for (int i = 0; i < 1000; i++)
        at = stpcpy(at, "&a");
    strcpy(at, " HTTP/1.1\r\n" HOST "\r\n");
    int fd = begin(request);
    receive(fd, &a);
    assert_int_not_equal(a.status, 200);
    close(fd);
    clock_gettime(CLOCK_MONOTONIC, &from);
    http_stop(server, 30000);
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec < 15);
}

/* --- workers by themselves */

struct task {
    struct job job;
    int done, refused;
};

static void do_task(struct job *j, bool refused)
{
    struct task *t = (struct task *)j;

    __atomic_add_fetch(refused ? &t->refused : &t->done, 1, __ATOMIC_RELAXED);
}

enum { TASKS = 2000 };

struct giving {
    struct workers *w;
    struct task *task;
};

static void *give_all(void *arg)
{
    struct giving *g = arg;

    for (int i = 0; i < TASKS; i++)
        workers_give(g->w, &g->task[i].job);
    return NULL;
}

static void each_job_is_done_once_or_refused_once(void **state)
{
    static struct task task[4][TASKS];
    struct giving giving[4];
    pthread_t t[4];
    struct workers *w = workers_new(3, 5, do_task);

    (void)state;
    for (int i = 0; i < 4; i++) {
        giving[i] = (struct giving){w, task[i]};
        pthread_create(&t[i], NULL, give_all, &giving[i]);
    }
    pthread_join(t[0], NULL);
    workers_stop(w);
    for (int i = 1; i < 4; i++)
        pthread_join(t[i], NULL);
    workers_free(w);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < TASKS; k++)
            assert_int_equal(task[i][k].done + task[i][k].refused, 1);
}

static void idle_workers_end(void **state)
{
    struct task task = {0};
    struct workers *w = workers_new(3, 20, do_task);

    (void)state;
    for (int i = 0; i < 20; i++) {
        workers_give(w, &task.job);
        while (__atomic_load_n(&task.done, __ATOMIC_RELAXED) <= i)
            nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    for (int i = 0; workers_threads(w) && i < 5000; i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    assert_int_equal(workers_threads(w), 0);
    workers_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define SERVED(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
        SERVED(what_is_in_memory_is_answered_where_it_came_in),
        SERVED(a_request_that_waits_holds_up_nobody),
        SERVED(those_who_write_leave_room_for_those_who_read),
        SERVED(what_is_tried_at_once_leaves_no_trace),
        SERVED(requests_sent_together_are_answered_in_turn),
        SERVED(a_thread_knows_whom_it_works_for),
        SERVED(many_connections_need_few_threads),
        SERVED(slow_clients_hold_up_nobody_and_are_cut_off),
        SERVED(a_client_that_goes_away_is_forgotten),
        cmocka_unit_test(stopping_finishes_what_is_begun_and_refuses_the_rest),
        cmocka_unit_test(what_the_library_refuses_is_over_when_the_server_stops),
        cmocka_unit_test(each_job_is_done_once_or_refused_once),
        cmocka_unit_test(idle_workers_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
