/* Any bytes as a request: its target on the first line, its headers on the lines behind. What the
 * gate lets through holds what gate.h promises, and is found by the router without surprise. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz.h"
#include "web/route.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check_path(const struct web_path *p)
{
    must(p->n <= GATE_SEGMENTS_MAX && p->path.n <= GATE_TARGET_MAX && p->path.p[0] == '/');
    for (size_t i = 0; i < p->n; i++) {
        struct str s = p->segment[i];
        must(s.n > 0 && utf8_valid(s) && !str_is(s, ".") && !str_is(s, ".."));
        for (size_t k = 0; k < s.n; k++)
            must(
                (unsigned char)s.p[k] >= 0x20 && s.p[k] != 0x7f && s.p[k] != '/' && s.p[k] != '\\');
    }
}

static void check_head(enum http_method m, const struct http_header *h, size_t n)
{
    struct head_facts f;
    struct err e = ERR_INIT;
    int status = 0;

    if (!gate_head(m, true, h, n, &f, &status, &e)) {
        must(status >= 400 && status < 500 && e.code != ERR_NONE);
        return;
    }
    must(f.host.n > 0 && f.length >= 0);
    must(header_find(h, n, "Transfer-Encoding").p == NULL);
    must(f.length == 0 || m == HTTP_POST || m == HTTP_PUT || m == HTTP_PATCH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str rest = {(const char *)data, size}, line, name;
    struct http_header h[GATE_HEADERS_MAX + 8];
    struct router *r = router_new(web_routes, web_routes_n, NULL);
    struct route_params params;
    struct web_path path;
    struct arena a;
    unsigned allowed;
    int status = 0;
    size_t n = 0;

    must(r != NULL);
    arena_init(&a, 1 << 22);
    if (str_cut(&rest, '\n', &line) && gate_path(&a, line, &path, &status, NULL)) {
        check_path(&path);
        const struct route *row = router_match(r, HTTP_GET, &path, &params, &allowed);
        must(!row || params.n <= ROUTE_PARAMS_MAX);
    }
    while (n < sizeof h / sizeof *h && rest.n && str_cut(&rest, '\n', &line)) {
        struct str value = line;
        must(str_cut(&value, ':', &name));
        h[n++] = (struct http_header){name, str_trim(value)};
    }
    for (int m = HTTP_GET; m <= HTTP_DELETE; m++)
        check_head((enum http_method)m, h, n);
    arena_free(&a);
    router_free(r);
    return 0;
}
