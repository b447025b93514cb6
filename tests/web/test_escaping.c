/* Templates: hostile values stay text wherever they stand, and what a template says is what comes
 * out. */
#include "../test.h"

#include <stdio.h>

#include "escaping_view.h"
#include "templates.h"

static struct arena arena;
static struct sbuf out;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1u << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct tmpl begin(enum lang lang)
{
    arena_reset(&arena);
    sbuf_init(&out, &arena, 1u << 16);
    return (struct tmpl){.out = &out, .lang = lang};
}

static const char *render(struct escaping_view v)
{
    struct tmpl o = begin(LANG_EN);

    tmpl_escaping(&o, &v);
    return sbuf_cstr(&out);
}

/* The line of the output that begins so. */
static const char *line(const char *all, const char *begins)
{
    static char text[2000];
    const char *p = strstr(all, begins);

    if (!p)
        fail_msg("no line begins with %s in:\n%s", begins, all);
    snprintf(text, sizeof text, "%.*s", (int)strcspn(p, "\n"), p);
    return text;
}

static const char hostile[] = "</p></title></textarea><script>alert(1)</script>\"'&lt;\x01";
#define HOSTILE_ESCAPED                                                                            \
    "&lt;/p&gt;&lt;/title&gt;&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;"    \
    "&amp;lt;\xef\xbf\xbd"

static void hostile_text_stays_text(void **state)
{
    const char *p = render((struct escaping_view){.s = str_of(hostile)});

    (void)state;
    assert_null(strstr(p, "<script"));
    assert_string_equal(line(p, "<p>"), "<p>" HOSTILE_ESCAPED "</p>");
    assert_string_equal(line(p, "<title>"), "<title>" HOSTILE_ESCAPED "</title>");
    assert_string_equal(
        line(p, "<textarea"), "<textarea name=\"t\">" HOSTILE_ESCAPED "</textarea>");
    assert_string_equal(
        line(p, "<input"), "<input value=\"" HOSTILE_ESCAPED "\" title='" HOSTILE_ESCAPED "'>");
    assert_string_equal(line(p, "<u title"),
        "<u title=\"Cannot read or write " HOSTILE_ESCAPED ": " HOSTILE_ESCAPED ".\"></u>");
}

static void an_address_cannot_run_anything(void **state)
{
    static const char *const bad[] = {"javascript:alert(1)", "JaVaScRiPt:alert(1)",
        " javascript:alert(1)", "java\nscript:alert(1)", "\tjavascript:x", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "//evil.example/x", "/\\evil.example", "\\\\evil",
        "\x01javascript:x", "blob:x", ":x"};
    static const char *const good[] = {"/units/a?b=c", "#top", "?page=2", "https://a.example/x:y",
        "HTTP://a.example", "mailto:a@b.example", "tel:+84123", "units/a:b", ""};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(line(render((struct escaping_view){.s = str_of(bad[i])}), "<a href"),
            "<a href=\"#blocked\">whole</a>");
    for (size_t i = 0; i < sizeof good / sizeof *good - 2; i++) {
        char want[200];
        snprintf(want, sizeof want, "<a href=\"%s\">whole</a>", good[i]);
        assert_string_equal(
            line(render((struct escaping_view){.s = str_of(good[i])}), "<a href"), want);
    }
}

static void a_piece_of_an_address_stays_a_piece(void **state)
{
    const char *p = render((struct escaping_view){.s = STR("../a b&c=d#e\"<ư")});

    (void)state;
#define PIECE "..%2Fa%20b%26c%3Dd%23e%22%3C%C6%B0"
    assert_string_equal(
        line(p, "<a href=\"/u/"), "<a href=\"/u/" PIECE "?q=" PIECE "#" PIECE "\">parts</a>");
}

static void only_finished_markup_is_written_as_it_is(void **state)
{
    const char *p = render((struct escaping_view){.s = STR("<b>"), .markup = {STR("<svg></svg>")}});

    (void)state;
    assert_string_equal(line(p, "<i>"), "<i><svg></svg></i>");
    assert_string_equal(line(p, "<u>"), "<u>Cannot read or write &lt;b&gt;: <svg></svg>.</u>");
}

static void counts_are_grouped_in_text_and_bare_in_attributes(void **state)
{
    struct escaping_view v = {.n = -1234567};
    struct tmpl o = begin(LANG_VI);

    (void)state;
    tmpl_escaping(&o, &v);
    assert_string_equal(line(sbuf_cstr(&out), "<b>"),
        "<b>\xe2\x88\x92"
        "1.234.567</b><b title=\"-1234567\"></b><a href=\"/n/-1234567\">n</a>");
}

static void conditions_loops_and_parts_work(void **state)
{
    struct child children[] = {{STR("x"), 1, true}, {STR("<y>"), 2, false}};
    struct str words[] = {STR("m"), STR("n")};
    struct flow_view v = {.kind = STR("b"),
        .level = 2,
        .label = MSG_page_skip,
        .children = {children, 2, 2},
        .words = {words, 2, 2},
        .one = {STR("z"), 0, false}};
    struct tmpl o = begin(LANG_EN);

    (void)state;
    tmpl_flow(&o, &v);
    assert_string_equal(sbuf_cstr(&out),
        "B|\n1/0F <b class=\"late\">x</b>\n;2/1L <b >&lt;y&gt;</b>\n;|\nm n |\n<b >z</b>\n"
        "|To the main content|{literal}\n");
    v.kind = STR("a");
    o = begin(LANG_EN);
    tmpl_flow(&o, &v);
    assert_int_equal(sbuf_cstr(&out)[0], 'A');
    v.kind = STR("");
    v.on = true;
    o = begin(LANG_EN);
    tmpl_flow(&o, &v);
    assert_int_equal(sbuf_cstr(&out)[0], 'C');
}

static void blocks_fill_the_slots_of_a_layout(void **state)
{
    struct str words[] = {STR("a"), STR("<b>")};
    struct flow_view v = {.kind = STR("K"), .words = {words, 2, 2}};
    struct tmpl o = begin(LANG_EN);

    (void)state;
    tmpl_framed(&o, &v);
    assert_string_equal(sbuf_cstr(&out),
        "<title>K</title><main><ul>\n<li>a</li>\n<li>&lt;b&gt;</li>\n</ul></main>\n");
}

static void a_page_that_outgrows_its_limit_is_given_up_whole(void **state)
{
    struct flow_view v = {.kind = STR("K")};
    struct tmpl o = begin(LANG_EN);

    (void)state;
    sbuf_init(&out, &arena, 20);
    tmpl_framed(&o, &v);
    assert_true(out.failed);
    assert_int_equal(sbuf_view(&out).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(an_address_cannot_run_anything),
        cmocka_unit_test(a_piece_of_an_address_stays_a_piece),
        cmocka_unit_test(only_finished_markup_is_written_as_it_is),
        cmocka_unit_test(counts_are_grouped_in_text_and_bare_in_attributes),
        cmocka_unit_test(conditions_loops_and_parts_work),
        cmocka_unit_test(blocks_fill_the_slots_of_a_layout),
        cmocka_unit_test(a_page_that_outgrows_its_limit_is_given_up_whole),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
