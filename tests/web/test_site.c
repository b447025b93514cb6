/* What every giaoban serves: assets, About, the choice of language and theme, its health; what
 * every route owes; TLS. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server.h"
#include "web/assets.h"
#include "web/failure.h"

static struct served demo;
static struct http_server *server;
static int port;
static struct answer a;

static void real_routes(struct http_config *c)
{
    c->routes = web_routes;
    c->nroutes = web_routes_n;
    c->error_page = failure_page;
}

static int setup(void **state)
{
    (void)state;
    demo = (struct served){0};
    server = demo_start(&demo, real_routes);
    port = http_port(server);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    http_stop(server, 2000);
    return 0;
}

static void get(const char *path, const char *headers)
{
    char request[4096];

    snprintf(
        request, sizeof request, "GET %s HTTP/1.1\r\nHost: a.example\r\n%s\r\n", path, headers);
    ask(port, request, &a);
}

static void assets_are_kept_for_ever_under_the_hash_of_their_content(void **state)
{
    char url[200], none_match[200];

    (void)state;
    for (int i = 0; i < ASSET_COUNT; i++) {
        const struct asset *s = asset_get((enum asset_id)i);
        snprintf(url, sizeof url, "%.*s", STR_ARG(s->url));
        snprintf(none_match, sizeof none_match, "If-None-Match: %.*s\r\n", STR_ARG(s->etag));
        get(url, "Accept-Encoding: gzip\r\n");
        assert_int_equal(a.status, 200);
        assert_string_equal(
            answer_header(&a, "Cache-Control"), "public, max-age=31536000, immutable");
        assert_string_equal(answer_header(&a, "Content-Type"), s->type);
        assert_int_equal(answer_header(&a, "Content-Encoding") != NULL, s->gzip.n != 0);
        get(url, none_match);
        assert_int_equal(a.status, 304);
        url[4] = url[4] == 'a' ? 'b' : 'a';
        get(url, "");
        assert_int_equal(a.status, 404);
    }
}

static void a_style_names_only_what_is_there(void **state)
{
    struct str css = asset_get(ASSET_giaoban_css)->body;
    int found = 0;

    (void)state;
    assert_int_equal(str_find(css, STR("asset:"), 0), -1);
    assert_int_equal(str_find(css, STR("http"), 0), -1);
    for (ptrdiff_t at = 0; (at = str_find(css, STR("url("), (size_t)at)) >= 0; at++) {
        ptrdiff_t end = str_find_char(css, ')', (size_t)at);
        struct str url = str_slice(css, (size_t)at + 4, (size_t)end);
        bool known = false;
        for (int i = 0; i < ASSET_COUNT; i++)
            known = known || str_eq(asset_url((enum asset_id)i), url);
        if (!known)
            fail_msg("the style names %.*s", STR_ARG(url));
        found++;
    }
    assert_int_equal(found, 4);
}

/* First page over a weak line: what a browser must fetch before it can show a page. */
static void a_first_page_is_light(void **state)
{
    static const enum asset_id first[] = {ASSET_giaoban_css, ASSET_htmx_js,
        ASSET_be_vietnam_pro_600_latin_woff2, ASSET_be_vietnam_pro_600_vietnamese_woff2,
        ASSET_source_sans_3_latin_woff2, ASSET_source_sans_3_vietnamese_woff2};
    size_t bytes = 0;

    (void)state;
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        const struct asset *s = asset_get(first[i]);
        bytes += s->gzip.n ? s->gzip.n : s->body.n;
    }
    assert_in_range(bytes, 1, 120 * 1024); /* of 150 KB in all; the page itself has the rest */
}

static void about_shows_every_licence(void **state)
{
    (void)state;
    get("/about", "");
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "SIL OPEN FONT LICENSE"));
    assert_non_null(strstr(a.body, "Zero-Clause BSD"));
    assert_non_null(strstr(a.body, "<html lang=\"vi\">"));
}

static void language_and_theme_are_chosen_and_kept(void **state)
{
    (void)state;
    get("/language/en?to=%2Fabout%3Fx%3D1", "");
    assert_int_equal(a.status, 303);
    assert_string_equal(answer_header(&a, "Location"), "/about?x=1");
    assert_non_null(strstr(answer_header(&a, "Set-Cookie"), "gb_lang=en;"));
    get("/language/en?to=https%3A%2F%2Fevil.example", "");
    assert_string_equal(answer_header(&a, "Location"), "/");
    get("/language/fr", "");
    assert_int_equal(a.status, 404);
    get("/theme/dark", "");
    assert_non_null(strstr(answer_header(&a, "Set-Cookie"), "gb_theme=dark;"));
    get("/about", "Cookie: gb_lang=en; gb_theme=dark\r\n");
    assert_non_null(strstr(a.body, "<html lang=\"en\" data-theme=\"dark\">"));
    get("/about", "Cookie: gb_theme=\"><script>\r\n");
    assert_null(strstr(a.body, "<script>\""));
    assert_non_null(strstr(a.body, "<html lang=\"vi\">"));
}

static void a_failure_is_a_page_with_a_way_back(void **state)
{
    (void)state;
    get("/no/such/page", "Cookie: gb_lang=en\r\n");
    assert_int_equal(a.status, 404);
    assert_non_null(strstr(a.body, "There is no such page"));
    assert_non_null(strstr(a.body, answer_header(&a, "X-Request-Id")));
    get("/no/such/page", "Accept: application/json\r\n");
    assert_non_null(strstr(a.body, "\"code\":\"not_found\""));
}

static void health_tells_a_monitor(void **state)
{
    (void)state;
    get("/healthz", "");
    assert_int_equal(a.status, 200);
    assert_string_equal(a.body, "ok\n");
    demo.unhealthy = true;
    get("/healthz", "");
    assert_int_equal(a.status, 503);
    demo.unhealthy = false;
}

/* The path of a pattern with something that fits in place of each parameter. */
static void fill_pattern(const char *pattern, char *to, size_t n)
{
    static const char *const values[][2] = {
        {"uid}", "a1234567890"}, {"int}", "1"}, {"word}", "a"}, {"text}", "a"}};
    size_t k = 0;

    for (const char *p = pattern; *p && k + 12 < n; p++) {
        if (*p != '{') {
            to[k++] = *p;
            continue;
        }
        const char *type = strchr(p, ':') + 1;
        for (size_t i = 0; i < sizeof values / sizeof *values; i++)
            if (strncmp(type, values[i][0], strlen(values[i][0])) == 0)
                k += (size_t)sprintf(to + k, "%s", values[i][1]);
        p = strchr(p, '}');
    }
    to[k] = '\0';
}

/* Generated from the table: a visitor gets nothing from a route that needs an account. */
static void visitors_get_only_what_is_for_anyone(void **state)
{
    (void)state;
    for (size_t i = 0; i < web_routes_n; i++) {
        const struct route *r = &web_routes[i];
        char path[400], request[600];
        fill_pattern(r->pattern, path, sizeof path);
        snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: a.example\r\n%s\r\n",
            http_method_name(r->method), path,
            r->method == HTTP_GET ? "" : "Content-Length: 0\r\n");
        ask(port, request, &a);
        bool refused = a.status == 303 || a.status == 403 || a.status == 401;
        if (a.status >= 500 || (r->may != MAY_ANYONE && !refused))
            fail_msg(
                "%s %s answers a visitor with %d", http_method_name(r->method), path, a.status);
    }
}

/* --- TLS */

static char *read_text(const char *path)
{
    static char text[2][8192];
    static int which;
    char *to = text[which++ % 2];
    FILE *f = fopen(path, "r");

    if (!f)
        return NULL;
    to[fread(to, 1, sizeof text[0] - 1, f)] = '\0';
    fclose(f);
    return to;
}

static const char *cert, *key;

static void with_tls(struct http_config *c)
{
    real_routes(c);
    c->tls_cert = cert;
    c->tls_key = key;
}

static void it_speaks_tls_with_a_certificate_of_its_own(void **state)
{
    char dir[] = "/tmp/giaoban-tls-XXXXXX", command[600], said[8192];

    (void)state;
    assert_non_null(mkdtemp(dir));
    snprintf(command, sizeof command,
        "cd %s && command -v curl >/dev/null && openssl req -x509 -newkey ec -pkeyopt "
        "ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 2 -keyout key.pem -out "
        "cert.pem "
        "2>/dev/null",
        dir);
    if (system(command) != 0)
        skip();
    snprintf(command, sizeof command, "%s/cert.pem", dir);
    cert = read_text(command);
    snprintf(command, sizeof command, "%s/key.pem", dir);
    key = read_text(command);
    struct http_server *tls = demo_start(&demo, with_tls);
    snprintf(command, sizeof command,
        "curl -sik --max-time 5 'https://127.0.0.1:%d/language/en?to=/about'", http_port(tls));
    FILE *p = popen(command, "r");
    said[fread(said, 1, sizeof said - 1, p)] = '\0';
    pclose(p);
    assert_non_null(strstr(said, "303"));
    assert_non_null(strstr(said, "Strict-Transport-Security: max-age=31536000"));
    assert_non_null(strstr(said, "__Host-gb_lang=en; Path=/; HttpOnly; SameSite=Lax; Secure"));
    snprintf(command, sizeof command,
        "curl -sik --max-time 5 --tls-max 1.1 https://127.0.0.1:%d/about", http_port(tls));
    p = popen(command, "r");
    assert_int_equal(fread(said, 1, sizeof said - 1, p), 0);
    assert_int_not_equal(pclose(p), 0);
    http_stop(tls, 1000);
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

static void a_bad_address_or_certificate_is_an_error_with_a_cure(void **state)
{
    struct http_config c = {.address = "localhost", .routes = web_routes, .nroutes = web_routes_n};
    struct err err = ERR_INIT;

    (void)state;
    assert_null(http_start(&c, &err));
    assert_str(msg_name(err.key), "err.web.address");
    c.address = "127.0.0.1";
    c.port = port;
    assert_null(http_start(&c, &err));
    assert_str(msg_name(err.key), "err.web.listen");
    c.port = 0;
    c.tls_cert = c.tls_key = "no certificate";
    assert_null(http_start(&c, &err));
    assert_str(msg_name(err.key), "err.web.tls");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assets_are_kept_for_ever_under_the_hash_of_their_content),
        cmocka_unit_test(a_style_names_only_what_is_there),
        cmocka_unit_test(a_first_page_is_light),
        cmocka_unit_test(about_shows_every_licence),
        cmocka_unit_test(language_and_theme_are_chosen_and_kept),
        cmocka_unit_test(a_failure_is_a_page_with_a_way_back),
        cmocka_unit_test(health_tells_a_monitor),
        cmocka_unit_test(visitors_get_only_what_is_for_anyone),
        cmocka_unit_test(it_speaks_tls_with_a_certificate_of_its_own),
        cmocka_unit_test(a_bad_address_or_certificate_is_an_error_with_a_cure),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
