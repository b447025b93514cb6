/* What the server hears and what it refuses, on plain sockets. */
#include "../test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

static struct served demo;
static struct http_server *server;
static int port;
static struct answer a;

static void short_limits(struct http_config *c)
{
    c->limits.head_ms = 700;
    c->limits.idle_ms = 900;
    c->limits.body_ms = 700;
}

static int setup(void **state)
{
    (void)state;
    server = demo_start(&demo, short_limits);
    port = http_port(server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    http_stop(server, 2000);
    return 0;
}

#define HEAD "Host: a.example\r\n"

static void expect(int status, const char *request)
{
    ask(port, request, &a);
    if (a.status != status)
        fail_msg("%d instead of %d for:\n%s\nanswer: %s", a.status, status, request, a.text);
}

/* A refusal may also be the library's own, or a closed connection; never a 2xx or 3xx, never a
 * call. */
static void refuse(const char *request)
{
    int calls = demo.calls;

    ask(port, request, &a);
    if ((a.status >= 200 && a.status < 400) || demo.calls != calls)
        fail_msg("heard with %d:\n%s", a.status, request);
}

static void an_ordinary_request_is_heard(void **state)
{
    (void)state;
    expect(200, "GET / HTTP/1.1\r\n" HEAD "\r\n");
    assert_string_equal(a.body, "xin chào\n");
    expect(200, "GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n");
    expect(200, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n");
    expect(200, "GET / HTTP/1.0\r\n\r\n");
    expect(200, "HEAD / HTTP/1.1\r\n" HEAD "\r\n");
}

static void a_path_has_one_spelling(void **state)
{
    (void)state;
    expect(200, "GET /find/a%20b HTTP/1.1\r\n" HEAD "\r\n");
    expect(200, "GET /find/h%C6%B0%C6%A1ng HTTP/1.1\r\n" HEAD "\r\n");
    static const char *const bad[] = {"/find/%", "/find/%2", "/find/%zz", "/find/%41", "/find/%7E",
        "/find/%00", "/find/%0A", "/find/%7F", "/find/a%2Fb", "/find/a%5Cb", "/find/%2E%2E",
        "/find/..", "/./find/a", "/find/../admin", "/find//a", "//find/a", "/find/a/", "/find/%C3",
        "/find/%C3%28", "/find/%ED%A0%80", "/find/%C0%AF", "/find/a\\b", "/find/a|b",
        "/find/\xc6\xb0", "/find/a#b", "find", "*", "http://a.example/", "/find/<b>", "/find/\"",
        "/find/a\x01", "/find/a\x7f", "/a?b=%", "/?a=\xc6\xb0", "/?a=<b>"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char request[256];
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HEAD "\r\n", bad[i]);
        refuse(request);
        assert_in_range(a.status, 400, 499);
    }
}

static void headers_that_carry_meaning_stand_once(void **state)
{
    (void)state;
    refuse("GET / HTTP/1.1\r\n" HEAD "Host: b.example\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "hOST: a.example\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length: 3\r\nContent-Length: 4\r\n\r\na=bc");
    refuse("GET / HTTP/1.1\r\n" HEAD "Cookie: a=b\r\nCookie: c=d\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "Authorization: a\r\nAuthorization: b\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Origin: http://a.example\r\nOrigin: http://b\r\n"
           "Content-Length: 0\r\n\r\n");
}

static void the_length_of_a_body_is_never_in_doubt(void **state)
{
    (void)state;
    refuse("POST /entry HTTP/1.1\r\n" HEAD
           "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG");
    refuse(
        "POST /entry HTTP/1.1\r\n" HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Transfer-Encoding: xchunked\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length: +3\r\n\r\na=b");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length: 0x3\r\n\r\na=b");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length: -1\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length: 3, 3\r\n\r\na=b");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length:\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Length: 99999999999999999999\r\n\r\n");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "Content-Length: 3\r\n\r\na=b");
    refuse("POST /entry HTTP/1.1\r\n" HEAD "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n");
}

/* Two requests in one write: what follows a refused one is never taken for a request of its own. */
static void nothing_is_smuggled_behind_a_refusal(void **state)
{
    static const char *const first[] = {
        "POST /entry HTTP/1.1\r\n" HEAD "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /entry HTTP/1.1\r\n" HEAD "Content-Length: 0\r\nContent-Length: 60\r\n\r\n",
        "GET /find/%zz HTTP/1.1\r\n" HEAD "\r\n",
        "POST /api HTTP/1.1\r\n" HEAD "Content-Length: 5\r\nContent-Type: text/x\r\n\r\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        char request[1024];
        snprintf(request, sizeof request, "%sGET /big HTTP/1.1\r\n" HEAD "\r\n", first[i]);
        int fd = dial(port);
        send_all(fd, request, strlen(request));
        receive(fd, &a);
        assert_in_range(a.status, 400, 499);
        receive(fd, &a); /* nothing more comes but the end */
        assert_int_equal(a.status, 0);
        assert_true(a.closed);
        close(fd);
    }
}

static void header_fields_are_well_formed(void **state)
{
    (void)state;
    refuse("GET / HTTP/1.1\r\n" HEAD "Bad Name: x\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "X-Y : x\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "X-Y: a\x01z\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "X-Y: a\rz\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "X-Y: \xff\xfe\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n\r\n");
    refuse("GET / HTTP/1.1\r\nHost:\r\n\r\n");
    refuse("GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
    refuse("GET / HTTP/1.1\r\nHost: user@a.example\r\n\r\n");
    refuse("GET / HTTP/1.1\r\nHost: a.example:99999\r\n\r\n");
    refuse("GET / HTTP/1.1\r\nHost: a.example/x\r\n\r\n");
    refuse("GET / HTTP/1.1\r\n" HEAD "Expect: a-miracle\r\n\r\n");
}

/* The library takes these before the gate can see them. They may be heard, but never as more than
 * they are: whoever has no session gets none by them (the answer to a visitor is 303, the way to
 * sign in). */
static void what_the_library_forgives_gives_nothing_away(void **state)
{
#define ADMIN "Cookie: gb_session=" SESSION_ADMIN
    static const struct {
        const char *p;
        size_t n;
    } odd[] = {
#define ODD(z) {"GET /admin HTTP/1.1\r\n" HEAD z, sizeof("GET /admin HTTP/1.1\r\n" HEAD z) - 1}
        ODD("X-Y: a\r\n " ADMIN "\r\n\r\n"),
        ODD("X-Y: a\0" ADMIN "\r\n\r\n"),
        ODD("X-Y: a\0\r\n\r\n" ADMIN "\r\n\r\n"),
        ODD("Cookie: gb_session=\0" SESSION_ADMIN "\r\n\r\n"),
        ODD("Cookie: gb_session=admin\r\n -1\r\n\r\n"),
        ODD("X-Y: a\r" ADMIN "\r\n\r\n"),
        ODD(": " ADMIN "\r\n\r\n"),
        ODD(" " ADMIN "\r\n\r\n"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        int fd = dial(port);
        send_all(fd, odd[i].p, odd[i].n);
        receive(fd, &a);
        if (a.status >= 200 && a.status != 303 && a.status < 400)
            fail_msg("case %zu was heard with %d", i, a.status);
        close(fd);
    }
}

static void unknown_methods_and_versions_are_refused(void **state)
{
    (void)state;
    expect(501, "BREW / HTTP/1.1\r\n" HEAD "\r\n");
    expect(501, "get / HTTP/1.1\r\n" HEAD "\r\n");
    expect(501, "TRACE / HTTP/1.1\r\n" HEAD "\r\n");
    expect(501, "OPTIONS / HTTP/1.1\r\n" HEAD "\r\n");
    refuse("CONNECT a.example:80 HTTP/1.1\r\n" HEAD "\r\n");
    refuse("GET / HTTP/2.0\r\n" HEAD "\r\n");
    refuse("GET / HTTP/1.9\r\n" HEAD "\r\n");
    refuse("GET / HTTQ/1.1\r\n" HEAD "\r\n");
    refuse("GET /\r\n\r\n");
    refuse("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n");
    expect(405, "POST /big HTTP/1.1\r\n" HEAD "Content-Length: 0\r\n\r\n");
    assert_string_equal(answer_header(&a, "Allow"), "GET, HEAD");
    expect(405, "DELETE /entry HTTP/1.1\r\n" HEAD "\r\n");
    assert_string_equal(answer_header(&a, "Allow"), "GET, HEAD, POST");
}

static void too_much_is_refused(void **state)
{
    static char big[200000];
    size_t n;

    (void)state;
    n = (size_t)snprintf(big, sizeof big, "GET /find/");
    memset(big + n, 'a', 3000);
    strcpy(big + n + 3000, " HTTP/1.1\r\n" HEAD "\r\n");
    expect(414, big);

    n = (size_t)snprintf(big, sizeof big, "GET / HTTP/1.1\r\n" HEAD "X-Y: ");
    memset(big + n, 'a', 20000);
    strcpy(big + n + 20000, "\r\n\r\n");
    expect(431, big);

    n = (size_t)snprintf(big, sizeof big, "GET / HTTP/1.1\r\n" HEAD "X-Y: ");
    memset(big + n, 'a', 150000);
    strcpy(big + n + 150000, "\r\n\r\n");
    refuse(big);

    n = (size_t)snprintf(big, sizeof big, "GET / HTTP/1.1\r\n" HEAD);
    for (int i = 0; i < 80; i++)
        n += (size_t)snprintf(big + n, sizeof big - n, "X-%d: y\r\n", i);
    strcpy(big + n, "\r\n");
    expect(431, big);

    expect(413, "POST /api HTTP/1.1\r\n" HEAD
                "Content-Type: application/json\r\nContent-Length: 1001\r\n\r\n");
}

/* A byte now and then keeps no thread busy for long. */
static void a_slow_head_is_cut_off(void **state)
{
    struct timespec pause = {0, 100000000};
    int fd = dial(port);
    bool closed = false;

    (void)state;
    send_all(fd, "GET / HTTP/1.1\r\nHost: a", 23);
    for (int i = 0; i < 20 && !closed; i++) {
        struct pollfd p = {fd, POLLIN, 0};
        char c;
        nanosleep(&pause, NULL);
        send_all(fd, "a", 1);
        closed = poll(&p, 1, 0) > 0 && recv(fd, &c, 1, 0) <= 0;
    }
    assert_true(closed);
    close(fd);
}

static void a_slow_body_is_cut_off(void **state)
{
    struct timespec pause = {0, 100000000};
    int fd = dial(port), calls = demo.calls;
    bool closed = false;

    (void)state;
    const char *head = "POST /api HTTP/1.1\r\n" HEAD
                       "Content-Type: application/json\r\nContent-Length: 900\r\n\r\n";
    send_all(fd, head, strlen(head));
    for (int i = 0; i < 20 && !closed; i++) {
        struct pollfd p = {fd, POLLIN, 0};
        char c;
        nanosleep(&pause, NULL);
        send_all(fd, "1", 1);
        closed = poll(&p, 1, 0) > 0 && recv(fd, &c, 1, 0) <= 0;
    }
    assert_true(closed);
    assert_int_equal(demo.calls, calls);
    close(fd);
}

static void an_idle_connection_is_closed(void **state)
{
    int fd = dial(port);

    (void)state;
    send_all(fd, "GET / HTTP/1.1\r\n" HEAD "\r\n", 35);
    receive(fd, &a);
    assert_int_equal(a.status, 200);
    receive(fd, &a);
    assert_true(a.closed);
    assert_in_range(a.ms, 500, 3000);
    close(fd);
}

static void one_connection_carries_several_requests(void **state)
{
    int fd = dial(port);

    (void)state;
    for (int i = 0; i < 3; i++) {
        send_all(fd, "GET /nowhere HTTP/1.1\r\n" HEAD "\r\n", 42);
        receive(fd, &a);
        assert_int_equal(a.status, 404);
        send_all(fd, "GET / HTTP/1.1\r\n" HEAD "\r\n", 35);
        receive(fd, &a);
        assert_int_equal(a.status, 200);
    }
    close(fd);
}

/* Whatever else arrives: random bytes and random damage to a good request never crash the server.
 */
static void noise_is_survived(void **state)
{
    static const char good[] =
        "POST /entry?a=b%20c HTTP/1.1\r\n" HEAD
        "Cookie: gb_session=clerk-1\r\nContent-Length: 11\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\nname=a&x=%41";
    unsigned seed = 20240325;

    (void)state;
    for (int i = 0; i < 300; i++) {
        char noise[sizeof good];
        memcpy(noise, good, sizeof good);
        for (int k = 0; k < 1 + i % 8; k++) {
            seed = seed * 1664525 + 1013904223;
            noise[(seed >> 8) % (sizeof good - 1)] = (char)(seed >> 24);
        }
        int fd = dial(port);
        send_all(fd, noise, sizeof good - 1);
        shutdown(fd, SHUT_WR);
        receive(fd, &a);
        close(fd);
    }
    expect(200, "GET / HTTP/1.1\r\n" HEAD "\r\n");
}

/* A page of a name that its owner points here (DNS rebinding) comes with that name. */
static void only_hosts_of_ours_are_served(void **state)
{
    static const char *const ours[] = {"a.example", "A.EXAMPLE", "a.example.", "a.example:8080",
        "localhost", "localhost:8080", "127.0.0.1", "127.9.9.9:80", "[::1]", "192.168.1.5:8080"};
    static const char *const others[] = {"evil.example", "a.example.evil.example",
        "localhost.evil.example", "127.0.0.1.evil.example", "xa.example", "a.example.com", "0x7f.1",
        "1.2.3", "1.2.3.4.5", "256.1.1.1", "127.0.0.1..", "b"};
    char request[300];

    (void)state;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", ours[i]);
        expect(200, request);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", others[i]);
        expect(421, request);
    }
    expect(421, "POST /entries HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n");
    expect(421, "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_request_is_heard),
        cmocka_unit_test(a_path_has_one_spelling),
        cmocka_unit_test(headers_that_carry_meaning_stand_once),
        cmocka_unit_test(the_length_of_a_body_is_never_in_doubt),
        cmocka_unit_test(nothing_is_smuggled_behind_a_refusal),
        cmocka_unit_test(header_fields_are_well_formed),
        cmocka_unit_test(what_the_library_forgives_gives_nothing_away),
        cmocka_unit_test(only_hosts_of_ours_are_served),
        cmocka_unit_test(unknown_methods_and_versions_are_refused),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(a_slow_head_is_cut_off),
        cmocka_unit_test(a_slow_body_is_cut_off),
        cmocka_unit_test(an_idle_connection_is_closed),
        cmocka_unit_test(one_connection_carries_several_requests),
        cmocka_unit_test(noise_is_survived),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
