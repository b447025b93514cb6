/* Who may do what: role x right as a table, then where and when a right reaches. */
#include "../test.h"

#include "domain/access.h"
#include "fixture.h"

static struct arena arena;
static struct catalog c;
static struct day today, closing; /* after and before the merger of July 2025 */

static const char world[] = "@units\n"
                            "id,kind,parent,from,to\n"
                            "P,province,,,\n"
                            "Q,province,,,\n"
                            "T,town,P,,2025-07-01\n"
                            "A,ward,T,,2025-07-01\n"    /* went into N whole, over M for one day */
                            "B,commune,T,,2025-07-01\n" /* was split between N and O */
                            "M,ward,P,2025-07-01,2025-07-02\n"
                            "N,ward,P,2025-07-02,\n"
                            "O,ward,Q,2025-07-01,\n"
                            "G,commune,P,,\n" /* lives on, but gave a part to O */
                            "H,hamlet,G,,\n"
                            "@events\n"
                            "id,day\n"
                            "1,2025-07-01\n"
                            "2,2025-07-02\n"
                            "@edges\n"
                            "event,from,to\n"
                            "1,A,M\n"
                            "2,M,N\n"
                            "1,B,N\n"
                            "1,B,O\n"
                            "1,G,G\n"
                            "1,G,O\n"
                            "1,T,\n";

static size_t successors(const void *ctx, int unit, int *ret, size_t max)
{
    const struct catalog *k = ctx;
    size_t n = 0;

    for (size_t i = 0; i < k->edges && n < max; i++)
        if (k->edge[i].from == unit && k->edge[i].to >= 0 && k->edge[i].to != unit)
            ret[n++] = k->edge[i].to;
    return n;
}

static struct access world_access(void)
{
    return (struct access){&c.units, today, successors, &c, c.handover, c.handovers};
}

static int unit(const char *id)
{
    return *id ? fixture_unit(&c, id) : -1;
}

static struct grant grant(enum role role, const char *top)
{
    return (struct grant){.role = role,
        .unit = unit(top),
        .line = LINE_STATE,
        .from = DAY_MIN,
        .to = role == ROLE_INSPECTOR ? fixture_day("2030-01-01") : DAY_MAX,
        .decision = role == ROLE_INSPECTOR ? STR("30-QĐ/UBKTTU") : STR("")};
}

static bool may_with(struct grant g, enum right right, const char *id, struct day period_end)
{
    struct account who = {.grant = &g, .grants = 1};
    struct access x = world_access();

    return access_may(&x, &who, right, unit(id), period_end, STR(""), STR(""));
}

static bool may(enum role role, const char *top, enum right right, const char *id)
{
    return may_with(grant(role, top), right, id, today);
}

/* One column per right in the order of enum right: may, on a unit below the grant's. */
static const char *const matrix[ROLE_COUNT] = {
    /*                       read        inside    above  leader  admin
                             R P S H     E C S     A R    C       U I A S */
    [ROLE_VIEWER] = /*     */ "y - - -   - - -     - -    -       - - - -",
    [ROLE_REPORTER] = /*   */ "y y - -   y - -     - -    y       - - - -",
    [ROLE_CHECKER] = /*    */ "y y - y   y y -     - -    y       - - - -",
    [ROLE_SIGNER] = /*     */ "y y - y   - y y     - -    y       - - - -",
    [ROLE_APPROVER] = /*   */ "y y - y   - - -     y y    y       - - - -",
    [ROLE_COMPILER] = /*   */ "y y - y   y - -     y y    y       - - - -",
    [ROLE_LEADER] = /*     */ "y y - y   - - -     - -    y       - - - -",
    [ROLE_INSPECTOR] = /*  */ "y y - y   - - -     - -    -       - - - -",
    [ROLE_REGISTRAR] = /*  */ "y y y -   - - -     - -    -       - - - -",
    [ROLE_PUBLISHER] = /*  */ "y - - -   - - -     - -    -       - - - -",
    [ROLE_ADMINISTRATOR] = /**/ "y - - y   - - -     - -    -       y y y -",
};

static void test_each_role_has_its_rights_and_no_other(void **state)
{
    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        const char *p = matrix[role];
        for (int right = 0; right < RIGHT_COUNT; right++, p++) {
            p += strspn(p, " ");
            bool expected = *p == 'y';
            if (may((enum role)role, "P", (enum right)right, "G") != expected)
                fail_msg("%s, right %d", role_name((enum role)role), right);
            if (may((enum role)role, "Q", (enum right)right, "G"))
                fail_msg("%s of another province, right %d", role_name((enum role)role), right);
        }
        assert_int_equal(*p, '\0');
    }
}

static void test_the_system_as_a_whole_needs_a_grant_for_everything(void **state)
{
    (void)state;
    for (int right = RIGHT_ADMIN_UNITS; right <= RIGHT_ADMIN_SYSTEM; right++) {
        assert_true(may(ROLE_ADMINISTRATOR, "", (enum right)right, ""));
        assert_false(may(ROLE_ADMINISTRATOR, "P", (enum right)right, ""));
        assert_false(may(ROLE_LEADER, "", (enum right)right, ""));
    }
    assert_true(may(ROLE_ADMINISTRATOR, "", RIGHT_ADMIN_UNITS, "H"));
    assert_true(may(ROLE_VIEWER, "", RIGHT_READ, "H"));
    assert_true(may(ROLE_APPROVER, "", RIGHT_APPROVE, "P"));
    assert_false(may(ROLE_ADMINISTRATOR, "", RIGHT_APPROVE, "G"));
    assert_false(may(ROLE_ADMINISTRATOR, "", RIGHT_READ_SEALED, "G"));
    assert_false(may(ROLE_ADMINISTRATOR, "", RIGHT_READ_PERSONAL, "G"));
}

static void test_sealed_values_need_a_registrar_named_for_a_unit(void **state)
{
    (void)state;
    assert_true(may(ROLE_REGISTRAR, "G", RIGHT_READ_SEALED, "G"));
    assert_false(may(ROLE_REGISTRAR, "", RIGHT_READ_SEALED, "G"));
    assert_true(may(ROLE_REGISTRAR, "", RIGHT_READ_PERSONAL, "G"));
}

static void test_approval_reaches_strictly_below(void **state)
{
    (void)state;
    assert_true(may(ROLE_APPROVER, "G", RIGHT_APPROVE, "H"));
    assert_false(may(ROLE_APPROVER, "G", RIGHT_APPROVE, "G"));
    assert_false(may(ROLE_COMPILER, "G", RIGHT_APPROVE, "G"));
    assert_false(may(ROLE_APPROVER, "G", RIGHT_REOPEN, "G"));
    assert_true(may(ROLE_COMPILER, "G", RIGHT_ENTER, "G"));
    assert_true(may(ROLE_APPROVER, "G", RIGHT_READ, "G"));
    assert_false(may(ROLE_APPROVER, "H", RIGHT_APPROVE, "G"));
    assert_true(may(ROLE_SIGNER, "G", RIGHT_SIGN, "G"));
}

/* Where a right on a closed unit reaches: reader, writer, approver and compiler by the unit of
 * their grant. Columns: read, enter as reporter, approve as approver, enter and approve as
 * compiler. */
static void test_closed_units(void **state)
{
    static const struct {
        const char *closed, *top, *expected;
    } rows[] = {
        {"A", "P", "y y y y y"}, /* above its sole successor */
        {"A", "N", "y y - y -"}, /* the successor itself: approves nothing of its own */
        {"A", "T", "y - - y y"}, /* above it then: reads; only a compiler writes */
        {"A", "A", "y - - y -"}, /* its own people of then */
        {"A", "Q", "- - - - -"},
        {"A", "O", "- - - - -"},
        {"B", "P", "y - - y y"}, /* two successors: only compilers */
        {"B", "Q", "y - - y y"}, /* the other successor lies there today */
        {"B", "N", "y - - y -"},
        {"T", "P", "y - - y y"}, /* dissolved: no successor at all */
        {"T", "Q", "- - - - -"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *id = rows[i].closed, *top = rows[i].top, *e = rows[i].expected;
        bool got[5] = {may_with(grant(ROLE_VIEWER, top), RIGHT_READ, id, closing),
            may_with(grant(ROLE_REPORTER, top), RIGHT_ENTER, id, closing),
            may_with(grant(ROLE_APPROVER, top), RIGHT_APPROVE, id, closing),
            may_with(grant(ROLE_COMPILER, top), RIGHT_ENTER, id, closing),
            may_with(grant(ROLE_COMPILER, top), RIGHT_APPROVE, id, closing)};
        for (int k = 0; k < 5; k++)
            if (got[k] != (e[2 * k] == 'y'))
                fail_msg("%s from %s, column %d", id, top, k);
    }
}

static void test_the_period_decides_who_read_it_then(void **state)
{
    (void)state;
    struct grant g = grant(ROLE_VIEWER, "T");

    assert_true(may_with(g, RIGHT_READ, "B", closing));
    assert_false(may_with(g, RIGHT_READ, "B", today)); /* T is gone by then */
    assert_false(may_with(g, RIGHT_READ, "N", closing));
    assert_true(may_with(grant(ROLE_VIEWER, "P"), RIGHT_READ, "N", closing));
}

static void test_a_living_unit_has_no_successor(void **state)
{
    (void)state;
    assert_false(may(ROLE_VIEWER, "O", RIGHT_READ, "G"));
    assert_false(may(ROLE_REPORTER, "Q", RIGHT_ENTER, "G"));
    assert_true(may(ROLE_REPORTER, "P", RIGHT_ENTER, "G"));
}

static void test_grants_have_a_beginning_and_an_end(void **state)
{
    (void)state;
    struct grant g = grant(ROLE_VIEWER, "G");

    g.to = today;
    assert_false(may_with(g, RIGHT_READ, "G", today)); /* the end is exclusive */
    g.to = day_add(today, 1);
    assert_true(may_with(g, RIGHT_READ, "G", today));
    g.from = day_add(today, 1);
    assert_false(may_with(g, RIGHT_READ, "G", today));
}

static void test_an_inspector_needs_a_decision_and_an_end(void **state)
{
    (void)state;
    struct grant g = grant(ROLE_INSPECTOR, "G");

    assert_true(may_with(g, RIGHT_READ_HISTORY, "H", today));
    g.to = DAY_MAX;
    assert_false(may_with(g, RIGHT_READ_HISTORY, "H", today));
    g = grant(ROLE_INSPECTOR, "G");
    g.decision = STR("");
    assert_false(may_with(g, RIGHT_READ, "H", today));
}

static void test_a_grant_for_forms_or_an_owner_reaches_no_other(void **state)
{
    (void)state;
    struct str forms[] = {STR("DU-Q"), STR("NN-T")};
    struct grant g = grant(ROLE_REPORTER, "P");
    struct account who = {.grant = &g, .grants = 1};
    struct access x = world_access();

    g.form = forms;
    g.forms = 2;
    g.owner = STR("UBND");
#define MAY(right, form, owner)                                                                    \
    access_may(&x, &who, (right), unit("G"), today, STR(form), STR(owner))
    assert_true(MAY(RIGHT_ENTER, "NN-T", "UBND"));
    assert_false(MAY(RIGHT_ENTER, "YT-T", "UBND"));
    assert_false(MAY(RIGHT_ENTER, "DU-Q", "VPDU"));
    assert_true(MAY(RIGHT_ENTER, "DU-Q", "")); /* a line of nobody in particular */
    assert_true(MAY(RIGHT_READ, "", ""));
    assert_false(MAY(RIGHT_READ, "YT-T", ""));
#undef MAY
}

static void test_who_enters_from_above_enters_for_another(void **state)
{
    (void)state;
    struct grant both[] = {grant(ROLE_COMPILER, "P"), grant(ROLE_REPORTER, "N")};
    struct account compiler = {.grant = both, .grants = 1},
                   clerk = {.grant = both + 1, .grants = 1}, two = {.grant = both, .grants = 2};
    struct access x = world_access();

#define FOR(who, id) access_for_another(&x, &(who), unit(id), today, STR("DU-Q"), STR("UBND"))
    assert_true(FOR(compiler, "G"));
    assert_false(FOR(clerk, "N")); /* the unit's own */
    assert_false(FOR(clerk, "G")); /* may not enter there at all */
    assert_false(FOR(clerk, "A")); /* a closed unit, whose reports are now theirs to write */
    assert_true(FOR(compiler, "A"));
    assert_false(FOR(two, "N")); /* has a duty in the unit itself, */
    both[1].owner = STR("VPDU");
    assert_true(FOR(two, "N")); /* but not for this body's lines */
#undef FOR
}

/* B went into N and O; what was decided about its report of 2025 lets one of them write. */
static void test_a_report_of_a_closed_unit_is_written_where_it_was_handed(void **state)
{
    (void)state;
    struct grant g[] = {grant(ROLE_REPORTER, "N"), grant(ROLE_REPORTER, "O"),
        grant(ROLE_COMPILER, "P"), grant(ROLE_APPROVER, "Q"), grant(ROLE_SIGNER, "O")};
    struct handover h = {.unit = unit("B"),
        .form_code = STR("DU-Q"),
        .period = fixture_period("2025"),
        .end = fixture_day("2025-07-01"),
        .kind = HANDOVER_CARRIED,
        .to = unit("O")};
    struct access x = world_access();
    struct day last = fixture_day("2025-06-30"); /* B's own last day in 2025 */

    x.handover = &h;
    x.handovers = 1;
#define MAY(who, right, form)                                                                      \
    access_may(&x, &(struct account){.grant = &g[who], .grants = 1}, (right), unit("B"), last,     \
        STR(form), STR(""))
    assert_false(MAY(0, RIGHT_ENTER, "DU-Q"));
    assert_true(MAY(1, RIGHT_ENTER, "DU-Q"));
    assert_true(MAY(4, RIGHT_SIGN, "DU-Q"));
    assert_true(MAY(1, RIGHT_ENTER, ""));       /* there is something to enter */
    assert_false(MAY(1, RIGHT_ENTER, "NN-T"));  /* nobody decided about this one */
    assert_true(MAY(2, RIGHT_ENTER, "NN-T"));   /* so only a compiler above, */
    assert_true(MAY(2, RIGHT_ENTER, "DU-Q"));   /* who may always */
    assert_true(MAY(3, RIGHT_APPROVE, "DU-Q")); /* above the unit that writes */
    assert_false(MAY(3, RIGHT_APPROVE, "NN-T"));
    assert_int_equal(access_writer(&x, unit("B"), last, STR("DU-Q")), unit("O"));
    assert_int_equal(access_writer(&x, unit("B"), last, STR("NN-T")), -1);
    assert_int_equal(access_writer(&x, unit("N"), last, STR("DU-Q")), unit("N"));
    x.today = fixture_day("2025-06-30"); /* before the day it says nothing */
    g[1].to = g[0].to = DAY_MAX;
    assert_int_equal(access_writer(&x, unit("B"), last, STR("DU-Q")), unit("B"));
    x.today = today;
    h.kind = HANDOVER_KEPT;
    assert_false(MAY(1, RIGHT_ENTER, "DU-Q"));
    assert_true(MAY(2, RIGHT_ENTER, "DU-Q"));
    h.kind = HANDOVER_CARRIED;
    h.end = fixture_day("2025-08-01"); /* made for another end, which was taken back */
    assert_false(MAY(1, RIGHT_ENTER, "DU-Q"));
    /* a sole successor gives way to the one that was chosen */
    h = (struct handover){unit("A"), 0, STR("DU-Q"), fixture_period("2025"),
        fixture_day("2025-07-01"), HANDOVER_CARRIED, unit("O"), STR("")};
    assert_int_equal(access_writer(&x, unit("A"), last, STR("DU-Q")), unit("O"));
    h.to = unit("M"); /* which went on into N itself */
    assert_int_equal(access_writer(&x, unit("A"), last, STR("DU-Q")), unit("N"));
#undef MAY
}

static void test_a_disabled_account_may_nothing(void **state)
{
    (void)state;
    struct grant g = grant(ROLE_LEADER, "");
    struct account who = {.grant = &g, .grants = 1, .disabled = true};
    struct access x = world_access();
    int tops[4];

    assert_false(access_may(&x, &who, RIGHT_READ, unit("G"), today, STR(""), STR("")));
    assert_int_equal(access_tops(&x, &who, tops, 4), 0);
}

static void test_one_grant_of_several_is_enough(void **state)
{
    (void)state;
    struct grant g[] = {grant(ROLE_VIEWER, "P"), grant(ROLE_REPORTER, "G")};
    struct account who = {.grant = g, .grants = 2};
    struct access x = world_access();

    assert_true(access_may(&x, &who, RIGHT_ENTER, unit("H"), today, STR(""), STR("")));
    assert_false(access_may(&x, &who, RIGHT_ENTER, unit("N"), today, STR(""), STR("")));
    assert_true(access_may(&x, &who, RIGHT_READ, unit("N"), today, STR(""), STR("")));
}

static void test_the_tops_of_what_one_reads(void **state)
{
    (void)state;
    struct grant g[] = {grant(ROLE_VIEWER, "H"), grant(ROLE_REPORTER, "G"),
        grant(ROLE_CHECKER, "G"), grant(ROLE_VIEWER, "Q"), grant(ROLE_VIEWER, "N"),
        grant(ROLE_VIEWER, "")};
    struct account who = {.grant = g, .grants = 5};
    struct access x = world_access();
    int tops[8];

    g[4].to = today; /* over */
    assert_int_equal(access_tops(&x, &who, tops, 8), 2);
    assert_int_equal(tops[0], unit("G"));
    assert_int_equal(tops[1], unit("Q"));
    who.grants = 6;
    assert_int_equal(access_tops(&x, &who, tops, 8), 1);
    assert_int_equal(tops[0], -1);
}

static uint64_t seed = 20250701;

static int pick(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

enum { COMMUNES = 14 };

/* Communes of two provinces, half of which end in a merger with random ways out of them. */
static struct catalog random_world(struct arena *a)
{
    struct sbuf b;

    sbuf_init(&b, a, 8000);
    sbuf_z(&b, "@units\nid,kind,parent,from,to\nP,province,,,\nQ,province,,,\n");
    for (int i = 0; i < COMMUNES; i++)
        sbuf_printf(&b, "u%d,commune,%c,,%s\n", i, pick(2) ? 'P' : 'Q',
            i % 2 ? i % 4 == 1 ? "2025-07-01" : "2025-09-01" : "");
    sbuf_z(&b, "@events\nid,day\n1,2025-07-01\n2,2025-09-01\n@edges\nevent,from,to\n");
    for (int i = 0; i < 24; i++)
        sbuf_printf(
            &b, "%d,u%d,u%d\n", 1 + i / 12, pick(COMMUNES) | (pick(3) != 0), pick(COMMUNES));
    return fixture(a, sbuf_cstr(&b));
}

static struct grant random_grant(const struct catalog *k)
{
    struct grant g = {.role = (enum role)pick(ROLE_COUNT),
        .unit = pick((int)k->units.n + 1) - 1,
        .line = LINE_STATE,
        .from = DAY_MIN,
        .to = fixture_day(pick(4) ? "2030-01-01" : "2025-12-31"),
        .decision = pick(2) ? STR("1/QĐ") : STR("")};

    return g;
}

/* The catalogue's list of what became of each unit says what a look at every edge says. */
static void test_successors_listed_by_unit_give_the_same_rights(void **state)
{
    ARENA_AUTO a;
    int allowed = 0;

    (void)state;
    arena_init(&a, 64u << 20);
    for (int round = 0; round < 40; round++, arena_reset(&a)) {
        struct catalog k = random_world(&a);
        struct access plain = {&k.units, today, successors, &k, k.handover, k.handovers};
        struct access quick = plain;
        quick.successors = catalog_successors;
        for (int i = 0; i < 12; i++) {
            struct grant g[2] = {random_grant(&k), random_grant(&k)};
            struct account who = {.grant = g, .grants = 2};
            for (int ask = 0; ask < RIGHT_COUNT * (int)k.units.n; ask++) {
                enum right right = (enum right)(ask % RIGHT_COUNT);
                int u = ask / RIGHT_COUNT;
                bool may = access_may(&plain, &who, right, u, closing, STR(""), STR(""));
                allowed += may;
                assert_int_equal(
                    access_may(&quick, &who, right, u, closing, STR(""), STR("")), may);
                assert_int_equal(access_writer(&quick, u, closing, STR("")),
                    access_writer(&plain, u, closing, STR("")));
            }
        }
    }
    assert_true(allowed > 10000);
}

static void test_words_of_roles(void **state)
{
    enum role r;

    (void)state;
    for (int i = 0; i < ROLE_COUNT; i++)
        assert_true(role_parse(str_of(role_name((enum role)i)), &r) && (int)r == i);
    assert_false(role_parse(STR("boss"), &r));
    assert_str(msg_text(LANG_VI, role_label(ROLE_COMPILER)), "Cán bộ tổng hợp");
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 16u << 20);
    c = fixture(&arena, world);
    today = fixture_day("2026-09-15");
    closing = fixture_day("2025-03-31");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_role_has_its_rights_and_no_other),
        cmocka_unit_test(test_the_system_as_a_whole_needs_a_grant_for_everything),
        cmocka_unit_test(test_sealed_values_need_a_registrar_named_for_a_unit),
        cmocka_unit_test(test_approval_reaches_strictly_below),
        cmocka_unit_test(test_closed_units),
        cmocka_unit_test(test_the_period_decides_who_read_it_then),
        cmocka_unit_test(test_a_living_unit_has_no_successor),
        cmocka_unit_test(test_grants_have_a_beginning_and_an_end),
        cmocka_unit_test(test_an_inspector_needs_a_decision_and_an_end),
        cmocka_unit_test(test_a_grant_for_forms_or_an_owner_reaches_no_other),
        cmocka_unit_test(test_who_enters_from_above_enters_for_another),
        cmocka_unit_test(test_a_report_of_a_closed_unit_is_written_where_it_was_handed),
        cmocka_unit_test(test_a_disabled_account_may_nothing),
        cmocka_unit_test(test_one_grant_of_several_is_enough),
        cmocka_unit_test(test_the_tops_of_what_one_reads),
        cmocka_unit_test(test_successors_listed_by_unit_give_the_same_rights),
        cmocka_unit_test(test_words_of_roles),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
