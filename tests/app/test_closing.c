/* A commune ends in the middle of a quarter: who writes its closing report, where it is seen, what
 * its figures are in, and what becomes of its bodies. */
#include "world.h"

#include "app/board.h"
#include "app/import_details.h"
#include "app/report_page.h"
#include "app/start_page.h"
#include "app/unit_event.h"

enum { F, G };

static struct actor lan, nam; /* of the successor that has it, and of the other */
static struct period q1;

static struct day the_day(void)
{
    return day_make(2026, 2, 16);
}

static void import_text(const char *kind, const char *text)
{
    struct import_file f = {.name = STR("x.csv"), .text = str_of(text)};
    struct import_units_options o = {day_make(2020, 1, 1), DAY_MAX, STR("")};
    struct import_result r;

    if (strcmp(kind, "units") == 0) {
        OK(import_units(world->app, world->who[WHO_SYSTEM], &f, &o, &r, &world->err));
        return;
    }
    for (size_t i = 0; i < import_kind_count; i++)
        if (strcmp(import_kinds[i].name, kind) == 0)
            OK(import_kinds[i].run(world->app, world->who[WHO_SYSTEM], &f, &r, &world->err));
}

static int unit_of(const struct catalog *c, const char *code, struct day day)
{
    return units_find(&c->units, str_of(code), day, NULL);
}

static struct report_key key_of(const char *code, int form)
{
    struct view v;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    int u = unit_of(v.catalog, code, code[1] == '1' ? day_add(the_day(), -1) : the_day());
    struct report_key k = {world->form[form], v.catalog->units.p[u].id, q1};
    app_read_end(world->app, &v);
    return k;
}

static bool type(struct actor who, struct report_key key, int series, const char *text)
{
    struct typed_cell cell = {world->series[series], str_of(text), 0, STR(""), -1};
    struct save_result saved;

    world->err = ERR_INIT;
    return reporting_save(world->app, who, key, &cell, 1, &world->a, &saved, &world->err);
}

static bool step(struct actor who, struct report_key key, enum report_step step)
{
    struct step_request q = {.key = key, .step = step, .signer = STR("Trần Thị Lan")};
    struct act_no act;

    world->err = ERR_INIT;
    return reporting_step(world->app, who, &q, &act, &world->err);
}

/* K1 is split into K8 and K9 on 16 February; both have people. */
static struct str old[] = {STR("K1")};
static struct event_new fresh[] = {
    {.name = STR("Xã K Tám"), .code = STR("K8"), .kind = STR("commune")},
    {.name = STR("Xã K Chín"), .code = STR("K9"), .kind = STR("commune")}};
static struct event_choice choice[8];
static struct event_request split = {.kind = EVENT_SPLIT,
    .decision = STR("7/NQ"),
    .old = old,
    .olds = 1,
    .fresh = fresh,
    .freshes = 2,
    .choice = choice};
static struct event_plan plan;

static bool plan_has(enum msg_key key)
{
    struct view v;
    bool found = false;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    OK(event_plan_make(world->app, v.catalog, v.today, world->who[WHO_SYSTEM], &split, &world->a,
        &plan, &world->err));
    app_read_end(world->app, &v);
    for (size_t i = 0; i < plan.checks; i++)
        found = found || plan.check[i].key == key;
    return found;
}

static const struct open_item *open_report(int form)
{
    for (size_t i = 0; i < plan.opens; i++)
        if (plan.open[i].sort == OPEN_REPORT && plan.open[i].form == form &&
            period_eq(plan.open[i].period, q1))
            return &plan.open[i];
    return NULL;
}

static const struct open_item *open_body(const char *name)
{
    struct view v;
    const struct open_item *found = NULL;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    for (size_t i = 0; i < plan.opens; i++)
        if (plan.open[i].sort == OPEN_BODY &&
            str_is(unit_name_on(&v.catalog->units, plan.open[i].body, the_day())->name, name))
            found = &plan.open[i];
    app_read_end(world->app, &v);
    return found;
}

static struct actor actor_of(const struct catalog *c, const char *login)
{
    return (struct actor){c->account[catalog_account(c, str_of(login))].id, STR("test")};
}

/* ---- the event ---- */

static void the_closing_report_and_the_bodies_are_proposed(void **state)
{
    (void)state;
    OK(period_parse(STR("2026-Q1"), &q1, &world->err));
    split.day = the_day();
    import_text("units", "code,name,kind,parent_code\nK1,Xã K Một,commune,D1\n");
    import_text("units", "code,name,kind,parent_code\nDUK,Đảng ủy xã K,party_committee,\n"
                         "VPK,Văn phòng xã K,party_office,\n");
    import_text("places", "unit,place\nDUK,K1\nVPK,K1\n");
    plan_has(MSG_event_bodies);
    const struct open_item *x = open_report(F);
    assert_non_null(x);
    assert_int_equal(x->state, REPORT_NOT_STARTED);
    assert_true(x->closes);
    assert_int_equal(x->from.v, day_make(2026, 1, 1).v);
    assert_int_equal(x->to.v, day_make(2026, 2, 15).v);
    assert_non_null(open_report(G));
    assert_non_null(open_body("Đảng ủy xã K"));
    assert_non_null(open_body("Văn phòng xã K"));
}

static void a_needless_report_wants_a_reason_and_only_a_report_is_needless(void **state)
{
    (void)state;
    plan_has(MSG_err_event_kind);
    choice[0] = (struct event_choice){open_report(G)->key, OPEN_NEEDLESS, -1, STR(" ")};
    split.choices = 1;
    assert_true(plan_has(MSG_err_open_reason));
    assert_false(plan.ok);
    choice[0].reason = STR("không phát sinh");
    assert_false(plan_has(MSG_err_open_reason));
    assert_true(plan.ok);
    choice[1] = (struct event_choice){open_body("Đảng ủy xã K")->key, OPEN_NEEDLESS, -1, STR("x")};
    split.choices = 2;
    assert_true(plan_has(MSG_err_open_choice));
    choice[1] = (struct event_choice){open_report(F)->key, OPEN_END, -1, STR("")};
    assert_true(plan_has(MSG_err_open_choice));
}

static void decisions_are_kept_with_the_event_and_known_from_its_act_on(void **state)
{
    struct act_no before = world_head(), act;
    int64_t event;
    struct view v;

    (void)state;
    plan_has(MSG_err_event_kind);
    choice[1] = (struct event_choice){open_report(F)->key, OPEN_CARRY, 1, STR("")};
    choice[2] = (struct event_choice){open_body("Đảng ủy xã K")->key, OPEN_CARRY, 1, STR("")};
    choice[3] = (struct event_choice){open_body("Văn phòng xã K")->key, OPEN_END, -1, STR("")};
    split.choices = 4;
    OK(event_save(world->app, world->who[WHO_SYSTEM], &split, &act, &event, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_int_equal(v.catalog->handovers, 2);
    app_read_end(world->app, &v);
    OK(app_read(world->app, before, &v, &world->err));
    assert_int_equal(v.catalog->handovers, 0);
    app_read_end(world->app, &v);

    OK(event_undo(world->app, world->who[WHO_SYSTEM], event, &act, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_int_equal(v.catalog->handovers, 0);
    assert_int_equal(v.catalog->removals, 0);
    app_read_end(world->app, &v);
    OK(event_save(world->app, world->who[WHO_SYSTEM], &split, &act, &event, &world->err));
    import_text("accounts", "account,name,post,unit\nlan,Lan,Văn phòng,K9\nnam,Nam,Văn phòng,K8\n");
    import_text("grants", "account,role,unit,line,from\nlan,reporter,K9,state,2026-02-16\n"
                          "lan,signer,K9,state,2026-02-16\nlan,checker,K9,state,2026-02-16\n"
                          "nam,reporter,K8,state,2026-02-16\nnam,signer,K8,state,2026-02-16\n");
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    lan = actor_of(v.catalog, "lan");
    nam = actor_of(v.catalog, "nam");
    app_read_end(world->app, &v);
}

static void before_the_day_the_old_unit_writes_and_nobody_else(void **state)
{
    (void)state; /* today is 15 January: the successors are not there yet */
    assert_false(type(lan, key_of("K1", F), 0, "7"));
    assert_int_equal(world->err.code, ERR_DENIED);
    assert_false(type(world->who[WHO_CLERK], key_of("K1", G), 2, "1")); /* needless is not asked */
    assert_int_equal(world->err.key, MSG_err_report_not_asked);
    world->now_ms = day_start_ms(day_make(2026, 3, 2)) + 9 * 3600000LL;
}

/* ---- after it ---- */

static void it_waits_on_the_start_page_of_those_who_have_it(void **state)
{
    struct start_page p;
    struct view v;
    int found[2] = {0};

    (void)state;
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    int k1 = unit_of(v.catalog, "K1", day_make(2026, 1, 1));
    struct actor who[2] = {lan, nam};
    for (int i = 0; i < 2; i++) {
        OK(start_page_make(world->app, &v, who[i], LANG_VI, &world->a, &p, &world->err));
        for (size_t k = 0; k < p.dues; k++)
            found[i] += p.due[k].unit == k1 && p.due[k].kind == DUE_ENTER;
    }
    app_read_end(world->app, &v);
    assert_int_equal(found[0], 1); /* form F; form G is not needed */
    assert_int_equal(found[1], 0);
}

static struct reports_board board_of(const char *form, struct view *v)
{
    struct board_request q = {.form = str_of(form), .unit = STR("P"), .to = q1, .periods = 2};
    struct reports_board b;

    OK(board_make(world->app, v, world->who[WHO_ONE], &q, LANG_VI, &world->a, &b, &world->err));
    return b;
}

static const struct board_cell *cell_of(
    const struct view *v, const struct reports_board *b, const char *code, struct day day)
{
    for (size_t i = 0; i < b->rows; i++)
        if (b->row[i].unit == unit_of(v->catalog, code, day))
            return &b->row[i].cell[b->periods - 1];
    return NULL;
}

static void the_board_shows_it_with_its_part_and_says_whom_to_call(void **state)
{
    struct day before = day_make(2026, 1, 1);
    struct view v;
    bool called = false;

    (void)state;
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct reports_board b = board_of("F", &v);
    const struct board_cell *c = cell_of(&v, &b, "K1", before);
    assert_non_null(c);
    assert_true(c->asked && c->closes);
    assert_int_equal(c->to.v, day_make(2026, 2, 15).v);
    for (size_t i = 0; i < b.calls; i++)
        if (b.call[i].unit == unit_of(v.catalog, "K1", before)) {
            called = b.call[i].accounts == 1 &&
                     v.catalog->account[b.call[i].account[0]].id.v == lan.account.v;
            assert_int_equal(b.call[i].writer, unit_of(v.catalog, "K9", the_day()));
        }
    assert_true(called);
    assert_true(str_find(b.remind, STR("xã K Chín làm"), 0) >= 0);
    const struct board_cell *first = cell_of(&v, &b, "K9", the_day());
    assert_true(first && first->begins && first->from.v == the_day().v);
    b = board_of("G", &v);
    c = cell_of(&v, &b, "K1", before);
    assert_true(c && !c->asked && c->handover);
    assert_true(str_is(c->handover->reason, "không phát sinh"));
    app_read_end(world->app, &v);
}

static void the_people_of_the_chosen_successor_write_check_and_sign_it(void **state)
{
    struct report_key key = key_of("K1", F);
    struct report_page page;
    struct view v;

    (void)state;
    assert_false(type(nam, key, 0, "7"));
    assert_int_equal(world->err.code, ERR_DENIED);
    OK(type(lan, key, 0, "7"));
    OK(type(lan, key, 1, "2,5"));
    OK(step(lan, key, STEP_CHECK));
    OK(step(lan, key, STEP_TO_SIGN));
    assert_false(step(nam, key, STEP_SUBMIT));
    OK(step(lan, key, STEP_SUBMIT));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    OK(report_page_make(
        world->app, &v, world->who[WHO_ONE], key, LANG_VI, &world->a, &page, &world->err));
    assert_true(page.closes && page.handover && page.handover->kind == HANDOVER_CARRIED);
    assert_int_equal(page.part_from.v, day_make(2026, 1, 1).v);
    assert_int_equal(page.part_to.v, day_make(2026, 2, 15).v);
    assert_true(str_is(page.report.signer, "Trần Thị Lan"));
    app_read_end(world->app, &v);
    OK(step(world->who[WHO_ONE], key, STEP_APPROVE));
}

static struct total read_total(
    const char *code, struct day day, const char *indicator, struct reading_of reading)
{
    struct view v;
    struct total t;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct engine_query q = {.indicator = catalog_indicator(v.catalog, str_of(indicator), NULL),
        .series = -1,
        .unit = unit_of(v.catalog, code, day),
        .period = q1,
        .reading = reading,
        .line = -1};
    OK(engine_total(v.engine, &q, &t, &world->err));
    app_read_end(world->app, &v);
    return t;
}

static void its_figures_are_a_part_and_stay_in_every_total_above(void **state)
{
    struct import_file f = {.name = STR("f.csv"),
        .text = STR("indicator,unit,period,value\nA,K8,2026-Q1,20\nA,K9,2026-Q1,30\n"
                    "B,K8,2026-Q1,1\nB,K9,2026-Q1,2\n")};
    struct reading_of now = {READ_AS_IS, day_make(2026, 3, 2)};
    struct import_result r;
    struct total t;

    (void)state;
    OK(import_figures(world->app, world->who[WHO_SYSTEM], &f, false, &r, &world->err));
    t = read_total("K1", day_make(2026, 1, 1), "A", (struct reading_of){READ_AS_WAS, {0}});
    assert_true(t.has && t.value.num == 7 && (t.marks & MARK_PARTIAL) && t.expected == 1);
    t = read_total("K9", the_day(), "A", (struct reading_of){READ_AS_WAS, {0}});
    assert_true(t.has && t.value.num == 30 && (t.marks & MARK_PARTIAL));
    struct total was = read_total("D1", the_day(), "A", (struct reading_of){READ_AS_WAS, {0}});
    struct total is = read_total("D1", the_day(), "A", now);
    assert_true(was.has && is.has);
    assert_int_equal(was.value.num, 57);
    assert_int_equal(is.value.num, 57);
    t = read_total("K9", the_day(), "A", now); /* nobody knows how much of the 7 went there */
    assert_true(t.has_bounds && t.low.num == 30 && t.high.num == 37);
    /* a stock on the last day is that of the units alive then */
    t = read_total("D1", the_day(), "B", (struct reading_of){READ_AS_WAS, {0}});
    assert_true(t.has && t.value.num == 3 && t.value.den == 1);
}

static void bodies_move_or_end_on_the_day(void **state)
{
    struct day before = day_make(2026, 2, 15);
    struct view v;

    (void)state;
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    const struct catalog *c = v.catalog;
    int body = unit_of(c, "DUK", before), office = unit_of(c, "VPK", before);
    assert_int_equal(catalog_place_on(c, body, before), unit_of(c, "K1", before));
    assert_int_equal(catalog_place_on(c, body, the_day()), unit_of(c, "K9", the_day()));
    assert_true(unit_alive(&c->units, body, the_day()));
    assert_int_equal(unit_end(&c->units, office).v, the_day().v);
    app_read_end(world->app, &v);
}

static void a_decision_can_come_later_and_its_own_act_be_taken_back(void **state)
{
    struct open_item *open;
    struct import_result r;
    struct act_no act;
    struct view v;
    size_t n;
    bool more;
    struct str which = STR("");

    (void)state;
    import_text("units", "code,name,kind,parent_code,valid_from,valid_to\n"
                         "L1,Xã L Một,commune,D1,,2026-02-16\nL8,Xã L Tám,commune,D1,2026-02-16,\n"
                         "L9,Xã L Chín,commune,D1,2026-02-16,\n");
    import_text("succession", "day,event,from_code,to_code,share\n2026-02-16,split,L1,L8,\n"
                              "2026-02-16,split,L1,L9,\n");
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    int l1 = unit_of(v.catalog, "L1", day_make(2026, 1, 1));
    OK(open_items_all(
        world->app, &v, world->who[WHO_SYSTEM], &world->a, &open, &n, &more, &world->err));
    for (size_t i = 0; i < n; i++)
        if (open[i].unit == l1 && open[i].sort == OPEN_REPORT && open[i].form == F)
            which = open[i].key;
    app_read_end(world->app, &v);
    assert_true(which.n > 0); /* an event that came by a file is on the list too */
    assert_false(open_item_choose(world->app, world->who[WHO_SYSTEM], which, OPEN_CARRY, STR("D2"),
        STR(""), &act, &world->err));
    assert_int_equal(world->err.key, MSG_err_open_successor);
    assert_false(open_item_choose(world->app, world->who[WHO_SYSTEM], which, OPEN_NEEDLESS, STR(""),
        STR(""), &act, &world->err));
    assert_int_equal(world->err.key, MSG_err_open_reason);
    OK(open_item_choose(world->app, world->who[WHO_SYSTEM], which, OPEN_CARRY, STR("L9"), STR(""),
        &act, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_int_equal(
        reporting_writer(v.catalog, v.today, F, l1, q1), unit_of(v.catalog, "L9", the_day()));
    app_read_end(world->app, &v);
    OK(import_undo(world->app, world->who[WHO_SYSTEM], act, false, &r, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_int_equal(reporting_writer(v.catalog, v.today, F, l1, q1), -1);
    app_read_end(world->app, &v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_closing_report_and_the_bodies_are_proposed),
        cmocka_unit_test(a_needless_report_wants_a_reason_and_only_a_report_is_needless),
        cmocka_unit_test(decisions_are_kept_with_the_event_and_known_from_its_act_on),
        cmocka_unit_test(before_the_day_the_old_unit_writes_and_nobody_else),
        cmocka_unit_test(it_waits_on_the_start_page_of_those_who_have_it),
        cmocka_unit_test(the_board_shows_it_with_its_part_and_says_whom_to_call),
        cmocka_unit_test(the_people_of_the_chosen_successor_write_check_and_sign_it),
        cmocka_unit_test(its_figures_are_a_part_and_stay_in_every_total_above),
        cmocka_unit_test(bodies_move_or_end_on_the_day),
        cmocka_unit_test(a_decision_can_come_later_and_its_own_act_be_taken_back),
    };

    return cmocka_run_group_tests(tests, world_open, world_close);
}
