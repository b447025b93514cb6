/* What the template compiler refuses, and what it says: file, line, column, and the mistake.
 *
 *     test_tmplc TMPLC SOURCE_ROOT BUILD_ROOT CC
 */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *tmplc, *source_root, *build_root, *cc;
static char dir[] = "/tmp/tmplc-test-XXXXXX";
static char said[8192];

static void put_file(const char *name, const char *text)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* Runs a command in the folder; gives its status, its error output is in `said`. */
static int run(const char *command)
{
    char all[2048];

    snprintf(all, sizeof all, "cd %s && %s 2>&1", dir, command);
    FILE *p = popen(all, "r");
    assert_non_null(p);
    said[fread(said, 1, sizeof said - 1, p)] = '\0';
    return pclose(p);
}

static int compile(const char *files)
{
    char command[1024];

    snprintf(command, sizeof command, "%s out --messages m.msg --assets a.list %s", tmplc, files);
    return run(command);
}

static int setup(void **state)
{
    char sub[64];

    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(sub, sizeof sub, "%s/out", dir);
    mkdir(sub, 0700);
    put_file("m.msg", "plain = text\ntwo = {0} of {1}\n");
    put_file("a.list", "giaoban.css styles/giaoban.css\n");
    put_file("part.html", "{view part_view}\n<b>{v.name}</b>\n");
    put_file("bare.html", "<hr>\n");
    put_file("frame.html", "{view frame_view}\n<main>{slot main}</main>{slot side?}\n");
    return 0;
}

static int teardown(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command);
}

/* A template with this content is refused, with these words at this place. */
static void refused(const char *text, const char *where, const char *words)
{
    char begins[64];

    put_file("bad.html", text);
    int status = compile("bad.html part.html bare.html frame.html");
    snprintf(begins, sizeof begins, "bad.html:%s: error: ", where);
    if (status == 0 || strncmp(said, begins, strlen(begins)) != 0 || !strstr(said, words))
        fail_msg("for: %s\nexpected %s...%s...\nsaid (%d): %s", text, begins, words, status, said);
}

#define V "{view x_view}\n"

static void a_value_stands_only_where_it_can_be_escaped(void **state)
{
    (void)state;
    refused(V "<b class={v.x}>a</b>", "2:11", "must stand in quotes");
    refused(V "<b class=x>a</b>", "2:10", "must stand in quotes");
    refused(V "<b {v.x}>a</b>", "2:5", "only between tags or in a quoted attribute");
    refused(V "<{v.x}>a</b>", "2:3", "the name of a tag must be literal");
    refused(V "<b data-{v.x}=\"\">a</b>", "2:10", "only between tags");
    refused(V "<script>{v.x}</script>", "2:1", "must come from a file");
    refused(V "<script src=\"/a\">{v.x}</script>", "2:19", "nothing may stand in <script>");
    refused(V "<!-- {v.x} -->", "2:6", "{# #}");
    refused(V "<a href=\"{t:plain}\">a</a>", "2:12", "a message cannot stand in an address");
    refused(V "<input type=\"{v.x}\">", "2:15", "must be literal");
    refused(V "<a href=\"/{asset:giaoban.css}\">a</a>", "2:18", "at the beginning of an address");
}

static void scripts_and_styles_stay_out_of_pages(void **state)
{
    (void)state;
    refused(V "<b onclick=\"x\">a</b>", "2:11", "onclick is not allowed");
    refused(V "<b ONCLICK=\"x\">a</b>", "2:11", "not allowed");
    refused(V "<b hx-on:click=\"x\">a</b>", "2:15", "not allowed");
    refused(V "<b style=\"x\">a</b>", "2:9", "style is not allowed");
    refused(V "<style>a</style>", "2:1", "<style> is not allowed");
    refused(V "<script>alert(1)</script>", "2:1", "must come from a file");
    refused(V "<script src=\"/a\">x</script>", "2:18", "no script may stand in a page");
    refused(V "<iframe src=\"/a\"></iframe>", "2:1", "not allowed");
    refused(V "<a href=\"javascript:x\">a</a>", "2:22", "must begin with");
    refused(V "<a href=\"java{v.x}\">a</a>", "2:19", "must begin with");
    refused(V "<b hx-vals=\"js:x\">a</b>", "2:17", "must not run scripts");
    refused(V "<b hx-trigger=\"keyup[x]\">a</b>", "2:24", "run as a script");
    refused(V "<img srcset=\"x\">", "2:12", "not allowed");
    refused(V "<meta http-equiv=\"refresh\">", "2:17", "not allowed");
}

static void the_markup_is_balanced(void **state)
{
    (void)state;
    refused(V "<b><i>a</b></i>", "2:11", "</b> closes <i>, which was opened on line 2");
    refused(V "<b>a", "2:1", "<b> is not closed");
    refused(V "a</b>", "2:5", "closes nothing");
    refused(V "<b/>", "2:4", "does not close the element");
    refused(V "a < b", "2:4", "write &lt;");
    refused(V "<b class=\"x\" class=\"y\">a</b>", "2:19", "stands twice");
    refused(V "{if v.x}<b>{/if}</b>", "2:4", "does not leave the markup as it was");
    refused(V "{if v.x}<b>{else}<i>{/if}", "2:4", "does not leave the markup as it was");
    refused(V "{for r in v.x}<b>{/for}", "2:5", "does not leave the markup as it was");
    refused(V "<a href=\"{if v.x}/y{/if}{v.z}\">a</a>", "2:13", "does not leave the markup");
    refused(V "<b title=\"{if v.x}\">a{/if}</b>", "2:14", "does not leave the markup");
    refused(V "<title>a<b></b></title>", "2:10", "no tag may stand in <title>");
}

static void a_form_that_changes_something_is_protected(void **state)
{
    (void)state;
    refused(V "<form method=\"post\" action=\"/x\"></form>", "2:1", "needs {csrf}");
    refused(V "<p>{csrf}</p>", "2:9", "between the tags of a <form>");
    put_file("bad.html", "<form method=\"post\" action=\"/x\">{csrf}</form>"
                         "<form method=\"get\" action=\"/x\"></form>\n");
    assert_int_equal(compile("bad.html"), 0);
}

static void names_are_known(void **state)
{
    (void)state;
    refused("<b>{v.x}</b>", "1:5", "this template has no view");
    refused(V "<b>{row.x}</b>", "2:5", "\"row\" is neither v nor");
    refused(V "{for row in v.rows}a{/for}{row.x}", "2:28", "\"row\" is neither v nor");
    refused(V "{for v in v.rows}a{/for}", "2:7", "taken already");
    refused(V "{t:no.such}", "2:4", "no message \"no.such\"");
    refused(V "{t:pla}", "2:4", "no message \"pla\"");
    refused(V "{t:two v.x}", "2:3", "takes 2 arguments, 1 are given");
    refused(V "{t:plain v.x}", "2:3", "takes 0 arguments, 1 are given");
    refused(V "<link href=\"{asset:no.css}\">", "2:20", "no asset \"no.css\"");
    refused(V "{include nothing}", "2:9", "no template nothing");
    refused(V "{include part}", "2:9", "part needs a view");
    refused(V "{include bare v.x}", "2:9", "bare takes no view");
    refused(V "{include frame v.x}", "2:9", "frame is a layout");
    refused(V "{layout nothing}", "2:8", "no layout nothing");
    refused(V "{layout frame v.x}", "2:8", "needs a block main");
    refused(
        V "{layout frame v.x}{block other}{/block}{block main}{/block}", "2:25", "no slot other");
    refused(V "{layout frame v.x}x", "2:19", "stands in a {block}");
}

static void the_tags_are_well_formed(void **state)
{
    (void)state;
    refused(V "{v.x", "2:1", "no closing }");
    refused(V "{v.x y}", "2:6", "something stands here");
    refused(V "{if v.x}a", "2:9", "{/if} is missing");
    refused(V "{/if}", "2:2", "closes nothing");
    refused(V "{if v.x and v.y or v.z}a{/if}", "2:19", "( )");
    refused(V "{if v.x == }a{/if}", "2:12", "expected a value");
    refused(V "{if \"a\"}a{/if}", "2:8", "a text can only be compared");
    refused(V "{for v.rows}a{/for}", "2:7", "the name is taken already");
    refused(V "{for r v.rows}a{/for}", "2:8", "expected `in`");
    refused(V "{for r in v.rows}{r:nth}{/for}", "2:21", "one of index, number, first, last");
    refused(V "{# open", "2:1", "no closing #}");
    refused(V "ư{v.}", "2:5", "name of a member");
}

/* The C compiler checks types; it names the template, not the generated file. */
static void a_value_of_a_wrong_type_is_an_error_at_its_place_in_the_template(void **state)
{
    static const char *const wrong[][2] = {
        {"<b>{v.flag}</b>", "a truth value is no text"},
        {"<b title=\"{v.markup}\"></b>", "markup in an attribute"},
        {"<a href=\"{v.number}\">a</a>", "a number as a whole address"},
        {"<b>{v.nothing}</b>", "an unknown member"},
        {"{for r in v.text}{r.x}{/for}", "a loop over a text"},
    };
    char command[2048];

    (void)state;
    put_file("w_view.h",
        "#include \"base/html.h\"\nstruct w_view { struct str text; struct html markup;"
        " long number; _Bool flag; };\n");
    snprintf(command, sizeof command,
        "%s -std=gnu17 -D_GNU_SOURCE -fsyntax-only -I. -Iout -I%s/src -I%s/ui out/tmpl_wrong.c", cc,
        source_root, build_root);
    put_file(
        "wrong.html", "{use \"w_view.h\"}\n{view w_view}\n<b title=\"{v.text}\">{v.markup}</b>\n");
    assert_int_equal(compile("wrong.html"), 0);
    if (run(command) != 0)
        fail_msg("a right template does not compile: %s", said);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[256];
        snprintf(text, sizeof text, "{use \"w_view.h\"}\n{view w_view}\n\n%s\n", wrong[i][0]);
        put_file("wrong.html", text);
        assert_int_equal(compile("wrong.html"), 0);
        if (run(command) == 0 || !strstr(said, "wrong.html:4:"))
            fail_msg("%s: %s", wrong[i][1], said);
    }
}

static void unchanged_output_is_left_alone(void **state)
{
    struct stat before, after;
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/out/tmpl_bare.c", dir);
    assert_int_equal(compile("bare.html"), 0);
    assert_int_equal(stat(path, &before), 0);
    usleep(20000);
    assert_int_equal(compile("bare.html"), 0);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_stands_only_where_it_can_be_escaped),
        cmocka_unit_test(scripts_and_styles_stay_out_of_pages),
        cmocka_unit_test(the_markup_is_balanced),
        cmocka_unit_test(a_form_that_changes_something_is_protected),
        cmocka_unit_test(names_are_known),
        cmocka_unit_test(the_tags_are_well_formed),
        cmocka_unit_test(a_value_of_a_wrong_type_is_an_error_at_its_place_in_the_template),
        cmocka_unit_test(unchanged_output_is_left_alone),
    };

    if (argc != 5)
        return 2;
    tmplc = realpath(argv[1], NULL);
    source_root = argv[2];
    build_root = argv[3];
    cc = argv[4];
    return cmocka_run_group_tests(tests, setup, teardown);
}
