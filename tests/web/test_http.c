/* How the server treats what it hears: rights, forms, origins, uploads, headers, proxies, its own
 * end. */
#include "../test.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/log.h"
#include "server.h"

static struct served demo;
static struct http_server *server;
static int port;
static struct answer a;

static int setup(void **state)
{
    (void)state;
    demo = (struct served){.slow_ms = 300};
    server = demo_start(&demo, NULL);
    port = http_port(server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    http_stop(server, 2000);
    return 0;
}

#define HOST "Host: a.example\r\n"
#define CLERK "Cookie: gb_session=" SESSION_CLERK "\r\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"

static void post(const char *path, const char *headers, const char *body)
{
    static char request[300000];

    snprintf(request, sizeof request, "POST %s HTTP/1.1\r\n" HOST "%sContent-Length: %zu\r\n\r\n%s",
        path, headers, strlen(body), body);
    ask(port, request, &a);
}

static void get(const char *path, const char *headers)
{
    char request[4096];

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\n" HOST "%s\r\n", path, headers);
    ask(port, request, &a);
}

/* --- routes */

static void parameters_and_queries_come_typed(void **state)
{
    (void)state;
    get("/units/a1234567890?n=7&q=h%C6%B0%C6%A1ng+tr%C3%A0&fbclid=x", "");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "unit=a1234567890 n=7 q=hương trà");
    get("/units/a1234567890?n=101", "");
    assert_int_equal(a.status, 400);
    get("/units/a1234567890?n=7&n=8", "");
    assert_int_equal(a.status, 400);
    get("/units/tooshort", "");
    assert_int_equal(a.status, 404);
    get("/units/list", "");
    assert_string_equal(a.body, "xin chào\n");
}

static void an_undeclared_name_is_a_fault_of_ours(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR + 1);
    get("/undeclared", "");
    log_set_level(LOG_ERROR);
    assert_int_equal(a.status, 500);
    assert_non_null(strstr(a.body, answer_header(&a, "X-Request-Id")));
}

static void rights_are_asked_before_the_body_is_read(void **state)
{
    (void)state;
    get("/entry", "");
    assert_int_equal(a.status, 303);
    assert_string_equal(answer_header(&a, "Location"), "/sign-in");
    get("/admin", CLERK);
    assert_int_equal(a.status, 403);
    ask(port, "POST /entry HTTP/1.1\r\n" HOST FORM "Content-Length: 4000\r\n\r\n", &a);
    assert_int_equal(a.status, 303); /* the 4000 bytes were not waited for */
    assert_true(a.ms < 1000);
}

static void languages_follow_the_cookie(void **state)
{
    (void)state;
    get("/", "Cookie: gb_lang=en\r\n");
    assert_string_equal(a.body, "hello\n");
    get("/", "Cookie: other=x; gb_lang=en; gb_lang=vi\r\n"); /* twice: neither */
    assert_string_equal(a.body, "xin chào\n");
}

/* --- forms */

static char token[512];

static void fetch_token(void)
{
    get("/entry", CLERK);
    assert_int_equal(a.status, 200);
    snprintf(token, sizeof token, "%s", a.body);
    assert_true(strlen(token) > 40);
}

static void a_form_needs_the_token_of_its_session(void **state)
{
    char body[1024];

    (void)state;
    fetch_token();
    snprintf(body, sizeof body, "csrf=%s&name=Mai&cell.1=1.234%%2C5&cell.2=x", token);
    post("/entry", CLERK FORM, body);
    assert_int_equal(a.status, 422);
    assert_string_equal(a.body, "name=Mai bad=1 cell.1=1234.5 cell.2=!x");
    post("/entry", CLERK FORM, "name=Mai");
    assert_int_equal(a.status, 403);
    post("/entry", "Cookie: gb_session=" SESSION_ADMIN "\r\n" FORM, body);
    assert_int_equal(a.status, 403);
    token[5] = token[5] == 'A' ? 'B' : 'A';
    snprintf(body, sizeof body, "csrf=%s&name=Mai", token);
    post("/entry", CLERK FORM, body);
    assert_int_equal(a.status, 403);
}

static void scripts_send_the_token_as_a_header(void **state)
{
    char headers[1024];

    (void)state;
    fetch_token();
    snprintf(headers, sizeof headers, CLERK FORM "X-CSRF-Token: %s\r\n", token);
    post("/entry", headers, "name=Mai");
    assert_int_equal(a.status, 200);
}

static void what_another_site_caused_is_refused(void **state)
{
    char headers[1024];

    (void)state;
    fetch_token();
#define WITH(h)                                                                                    \
    snprintf(headers, sizeof headers, CLERK FORM h "X-CSRF-Token: %s\r\n", token);                 \
    post("/entry", headers, "name=Mai")
    WITH("Origin: http://evil.example\r\n");
    assert_int_equal(a.status, 403);
    WITH("Origin: null\r\n");
    assert_int_equal(a.status, 403);
    WITH("Sec-Fetch-Site: cross-site\r\n");
    assert_int_equal(a.status, 403);
    WITH("Sec-Fetch-Site: same-site\r\n");
    assert_int_equal(a.status, 403);
    WITH("Origin: http://a.example\r\nSec-Fetch-Site: same-origin\r\n");
    assert_int_equal(a.status, 200);
}

static void unknown_and_doubled_fields_are_refused(void **state)
{
    char body[1024];

    (void)state;
    fetch_token();
    snprintf(body, sizeof body, "csrf=%s&name=Mai&role=admin", token);
    post("/entry", CLERK FORM, body);
    assert_int_equal(a.status, 400);
    snprintf(body, sizeof body, "csrf=%s&name=Mai&name=Lan", token);
    post("/entry", CLERK FORM, body);
    assert_int_equal(a.status, 400);
    snprintf(body, sizeof body, "csrf=%s&name=%%C3%%28", token);
    post("/entry", CLERK FORM, body);
    assert_int_equal(a.status, 400);
    snprintf(body, sizeof body, "csrf=%s&name=a%%00b", token);
    post("/entry", CLERK FORM, body);
    assert_int_equal(a.status, 400);
    post("/entry", CLERK "Content-Type: text/plain\r\n", "name=Mai");
    assert_int_equal(a.status, 415);
}

static void after_signing_in_one_comes_back_to_a_page_of_ours(void **state)
{
    (void)state;
    post("/sign-in", FORM, "to=%2Funits%2Flist%3Fa%3Db");
    assert_int_equal(a.status, 303);
    assert_string_equal(answer_header(&a, "Location"), "/units/list?a=b");
    assert_string_equal(
        answer_header(&a, "Set-Cookie"), "gb_session=clerk-1; Path=/; HttpOnly; SameSite=Lax");
    static const char *const elsewhere[] = {
        "https://evil.example/", "//evil.example", "/\\evil", "javascript:x", "", "/a%0D%0AX:y"};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        char body[200];
        snprintf(body, sizeof body, "to=%s", elsewhere[i]);
        post("/sign-in", FORM, body);
        if (a.status == 303)
            assert_string_equal(answer_header(&a, "Location"), "/");
        else
            assert_int_equal(a.status, 400);
    }
}

static void programs_get_their_errors_as_json(void **state)
{
    (void)state;
    post("/api", "Content-Type: application/json\r\n", "{\"a\":1}");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "{\"a\":1}");
    post("/api", "Content-Type: application/json\r\n", "conflict");
    assert_int_equal(a.status, 409);
    assert_string_equal(answer_header(&a, "Content-Type"), "application/json");
    assert_non_null(strstr(a.body, "\"code\":\"conflict\""));
    assert_non_null(strstr(a.body, "\"key\":\"err.web.required\""));
}

/* --- uploads */

#define PART(head, data) "--xyz\r\n" head "\r\n\r\n" data "\r\n"
#define FILE_HEAD                                                                                  \
    "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\bao cao.xlsx\"\r\n"             \
    "Content-Type: application/octet-stream"
#define NOTE "Content-Disposition: form-data; name=\"note\""
#define MULTI "Content-Type: multipart/form-data; boundary=xyz\r\n"

static void a_file_comes_with_its_note(void **state)
{
    (void)state;
    post("/attach", MULTI,
        PART(NOTE, "hai\r\ndòng") PART(FILE_HEAD, "PK data\r\n--xy") "--xyz--\r\n");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "note=hai\ndòng file=bao cao.xlsx size=13 begins=PK data\r\n--xy");
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    static char body[150000];
    size_t n;

    (void)state;
    n = (size_t)snprintf(body, sizeof body, "--xyz\r\n" FILE_HEAD "\r\n\r\n");
    memset(body + n, 'x', 100000);
    strcpy(body + n + 100000, "\r\n--xyz--\r\n");
    post("/attach", MULTI, body);
    assert_int_equal(a.status, 200);
    memset(body + n, 'x', 100001);
    strcpy(body + n + 100001, "\r\n--xyz--\r\n");
    post("/attach", MULTI, body);
    assert_int_equal(a.status, 413);
}

static void malformed_uploads_are_refused(void **state)
{
    static const char *const bad[] = {"", "--xyz--\r\n", "--xyz\r\n", "preamble\r\n--xyz--\r\n",
        PART(FILE_HEAD, "x") "--xyz-", PART(FILE_HEAD, "x") "--xyz--trailer",
        PART("Content-Disposition: form-data", "x") "--xyz--\r\n",
        PART("Content-Disposition: attachment; name=\"file\"; filename=\"a\"", "x") "--xyz--\r\n",
        PART(FILE_HEAD "\r\nContent-Transfer-Encoding: base64", "eA==") "--xyz--\r\n",
        PART(FILE_HEAD "\r\n" NOTE, "x") "--xyz--\r\n",
        PART("Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n"
             "Content-Type: multipart/mixed; boundary=abc",
            "x") "--xyz--\r\n",
        PART(FILE_HEAD, "x") PART(FILE_HEAD, "y") "--xyz--\r\n",
        PART("Content-Disposition: form-data; name=\"other\"", "x") "--xyz--\r\n",
        PART("Content-Disposition: form-data; name=\"note\"; filename=\"a\"", "x") "--xyz--\r\n",
        PART("Content-Disposition: form-data; name=\"file\"", "x") "--xyz--\r\n",
        PART(NOTE, "no file") "--xyz--\r\n", "--abc\r\n" FILE_HEAD "\r\n\r\nx\r\n--abc--\r\n"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        post("/attach", MULTI, bad[i]);
        if (a.status != 400)
            fail_msg("%d for upload %zu: %s", a.status, i, bad[i]);
    }
    post("/attach", "Content-Type: multipart/form-data\r\n", "--\r\n");
    assert_int_equal(a.status, 415);
    post("/attach", "Content-Type: multipart/form-data; boundary=\"a b\"\r\n", "--\r\n");
    assert_int_equal(a.status, 415);
}

/* --- answers */

static void every_answer_carries_the_security_headers(void **state)
{
    static const char *const paths[] = {"/", "/nowhere", "/admin", "/find/%zz", "/entry"};
    static const char *const names[] = {"Content-Security-Policy", "X-Content-Type-Options",
        "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy",
        "Cache-Control", "X-Request-Id"};

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        get(paths[i], "");
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (!answer_header(&a, names[k]))
                fail_msg("%s lacks %s", paths[i], names[k]);
        const char *csp = answer_header(&a, "Content-Security-Policy");
        assert_non_null(strstr(csp, "default-src 'none'"));
        assert_null(strstr(csp, "unsafe"));
        assert_null(answer_header(&a, "Strict-Transport-Security"));
    }
    get("/", "");
    assert_string_equal(answer_header(&a, "Cache-Control"), "no-store");
}

static void long_pages_are_packed_for_those_who_take_it(void **state)
{
    static unsigned char plain[200000];

    (void)state;
    get("/big", "Accept-Encoding: br, gzip;q=0.8\r\n");
    assert_string_equal(answer_header(&a, "Content-Encoding"), "gzip");
    assert_string_equal(answer_header(&a, "Vary"), "Accept-Encoding");
    z_stream z = {.next_in = (Bytef *)(uintptr_t)a.body,
        .avail_in = (uInt)(a.n - (size_t)(a.body - a.text)),
        .next_out = plain,
        .avail_out = sizeof plain};
    assert_int_equal(inflateInit2(&z, 31), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    inflateEnd(&z);
    assert_int_equal(memcmp(plain, "<p>line 0 of", 12), 0);
    get("/big", "Accept-Encoding: gzip;q=0\r\n");
    assert_null(answer_header(&a, "Content-Encoding"));
    get("/", "Accept-Encoding: gzip\r\n");
    assert_null(answer_header(&a, "Content-Encoding"));
}

static void forwarded_addresses_count_only_from_named_proxies(void **state)
{
    (void)state;
    get("/who", "X-Forwarded-For: 10.9.8.7\r\nX-Forwarded-Proto: https\r\n");
    assert_string_equal(a.body, "peer=127.0.0.1 tls=0");
}

static void name_proxies(struct http_config *c)
{
    static const char *const proxies[] = {"127.0.0.1", "10.0.0.2"};

    c->proxies = proxies;
    c->nproxies = 2;
}

static void behind_a_named_proxy_the_client_is_the_last_stranger(void **state)
{
    struct http_server *behind = demo_start(&demo, name_proxies);
    int own = port;

    (void)state;
    port = http_port(behind);
    get("/who", "X-Forwarded-For: 6.6.6.6, 10.9.8.7\r\nX-Forwarded-Proto: https\r\n");
    assert_string_equal(a.body, "peer=10.9.8.7 tls=1");
    assert_string_equal(answer_header(&a, "Strict-Transport-Security"), "max-age=31536000");
    get("/who", "X-Forwarded-For: 6.6.6.6, 10.9.8.7, 10.0.0.2\r\n");
    assert_string_equal(a.body, "peer=10.9.8.7 tls=0");
    get("/who", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 10.9.8.7\r\n");
    assert_string_equal(a.body, "peer=10.9.8.7 tls=0");
    get("/who", "X-Forwarded-For: <script>\r\n");
    assert_string_equal(a.body, "peer=127.0.0.1 tls=0");
    get("/entry", "X-Forwarded-Proto: https\r\nCookie: __Host-gb_session=" SESSION_CLERK "\r\n");
    assert_int_equal(a.status, 200);
    get("/entry", "X-Forwarded-Proto: https\r\n" CLERK); /* not the protected name */
    assert_int_equal(a.status, 303);
    port = own;
    http_stop(behind, 1000);
}

/* --- the end */

static void *ask_slow(void *arg)
{
    ask(*(int *)arg, "GET /slow HTTP/1.1\r\n" HOST "\r\n", &a);
    return NULL;
}

static void stopping_lets_a_request_at_work_finish(void **state)
{
    struct http_server *other = demo_start(&demo, NULL);
    int other_port = http_port(other);
    pthread_t t;

    (void)state;
    pthread_create(&t, NULL, ask_slow, &other_port);
    nanosleep(&(struct timespec){0, 100000000}, NULL);
    int idle = dial(other_port);
    http_stop(other, 3000);
    pthread_join(t, NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "done\n");
    close(idle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_and_queries_come_typed),
        cmocka_unit_test(an_undeclared_name_is_a_fault_of_ours),
        cmocka_unit_test(rights_are_asked_before_the_body_is_read),
        cmocka_unit_test(languages_follow_the_cookie),
        cmocka_unit_test(a_form_needs_the_token_of_its_session),
        cmocka_unit_test(scripts_send_the_token_as_a_header),
        cmocka_unit_test(what_another_site_caused_is_refused),
        cmocka_unit_test(unknown_and_doubled_fields_are_refused),
        cmocka_unit_test(after_signing_in_one_comes_back_to_a_page_of_ours),
        cmocka_unit_test(programs_get_their_errors_as_json),
        cmocka_unit_test(a_file_comes_with_its_note),
        cmocka_unit_test(a_file_that_is_too_large_is_refused),
        cmocka_unit_test(malformed_uploads_are_refused),
        cmocka_unit_test(every_answer_carries_the_security_headers),
        cmocka_unit_test(long_pages_are_packed_for_those_who_take_it),
        cmocka_unit_test(forwarded_addresses_count_only_from_named_proxies),
        cmocka_unit_test(behind_a_named_proxy_the_client_is_the_last_stranger),
        cmocka_unit_test(stopping_lets_a_request_at_work_finish),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
