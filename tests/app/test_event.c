/* Events of units as people enter them: what is refused and why, what follows a merger, and what
 * comes back when it is taken back. Each story works on units of its own. */
#include "world.h"

#include "app/import_details.h"
#include "app/unit_event.h"

static struct event_plan plan;

/* What is wrong with the request; nothing is written by looking. */
static bool is_wrong(const struct event_request *q, int who, enum msg_key key)
{
    struct act_no before = world_head();
    struct view v;
    bool found = false;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    OK(event_plan_make(
        world->app, v.catalog, v.today, world->who[who], q, &world->a, &plan, &world->err));
    app_read_end(world->app, &v);
    for (size_t i = 0; i < plan.checks; i++)
        found = found || plan.check[i].key == key;
    assert_int_equal(world_head().v, before.v);
    return found;
}

static bool save(const struct event_request *q, int who, int64_t *ret_event)
{
    struct act_no act;

    world->err = ERR_INIT;
    return event_save(world->app, world->who[who], q, &act, ret_event, &world->err);
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

static struct day new_year(void)
{
    return day_make(2026, 1, 1);
}

static void a_merger_ends_the_old_ones_on_the_day_before(void **state)
{
    struct str old[] = {STR("M1"), STR("M2")};
    struct event_new fresh[] = {{.name = STR("Xã Gộp"), .code = STR("M1"), .kind = STR("commune")}};
    struct event_request q = {.kind = EVENT_MERGE,
        .day = new_year(),
        .decision = STR("1/NQ"),
        .old = old,
        .olds = 2,
        .fresh = fresh,
        .freshes = 1};
    struct view v;
    int64_t event;

    (void)state;
    import_text("units",
        "code,name,kind,parent_code\nM1,Xã Cũ Một,commune,D1\nM2,Xã Cũ Hai,commune,D2\n"
        "M11,Thôn Một,hamlet,M1\n");
    assert_false(is_wrong(&q, WHO_SYSTEM, MSG_err_units_code_taken)); /* its old bearer ends */
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_event_code_again));
    assert_true(plan.ok);
    OK(save(&q, WHO_SYSTEM, &event));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    const struct catalog *c = v.catalog;
    int one = unit_of(c, "M1", day_make(2025, 12, 31)), whole = unit_of(c, "M1", new_year());
    assert_true(one >= 0 && whole >= 0 && one != whole);
    assert_int_equal(unit_end(&c->units, one).v, new_year().v);
    assert_int_equal(unit_first(&c->units, whole).v, new_year().v);
    assert_int_equal(unit_of(c, "M2", new_year()), -1);
    /* it stands where the first old one stood, and what lay below goes along */
    assert_int_equal(
        unit_parent_on(&c->units, whole, LINE_STATE, new_year()), unit_of(c, "D1", new_year()));
    int hamlet = unit_of(c, "M11", new_year());
    assert_int_equal(unit_parent_on(&c->units, hamlet, LINE_STATE, new_year()), whole);
    assert_int_equal(unit_parent_on(&c->units, hamlet, LINE_STATE, day_make(2025, 12, 31)), one);
    app_read_end(world->app, &v);

    struct act_no act;
    OK(event_undo(world->app, world->who[WHO_SYSTEM], event, &act, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    one = unit_of(v.catalog, "M1", new_year());
    assert_int_equal(unit_end(&v.catalog->units, one).v, DAY_MAX.v);
    hamlet = unit_of(v.catalog, "M11", new_year());
    assert_int_equal(unit_parent_on(&v.catalog->units, hamlet, LINE_STATE, new_year()), one);
    app_read_end(world->app, &v);
}

static void shares_of_one_unit_add_up_to_one_exactly(void **state)
{
    static const struct {
        const char *share[3];
        bool fits;
    } cases[] = {{{"1/3", "1/3", "1/3"}, true}, {{"0,15", "0.05", "4/5"}, true},
        {{"0.33", "0.33", "0.33"}, false}, {{"1/2", "1/2", "1/1000000"}, false},
        {{"1/2", "1/2", ""}, true}, {{"1/2", "", ""}, true}, {{"", "", ""}, true},
        {{"3/4", "1/2", ""}, false}, {{"1", "0", "0"}, true}};
    struct str old[] = {STR("S1")};
    struct event_new fresh[] = {{.unit = STR("S1")},
        {.name = STR("Xã Ba Phần"), .code = STR("S2"), .kind = STR("commune")},
        {.name = STR("Xã Bốn Phần"), .code = STR("S3"), .kind = STR("commune")}};
    struct event_share edge[3];
    struct event_request q = {.kind = EVENT_SPLIT,
        .day = new_year(),
        .old = old,
        .olds = 1,
        .fresh = fresh,
        .freshes = 3,
        .edge = edge,
        .edges = 3};
    int64_t event;

    (void)state;
    import_text("units", "code,name,kind,parent_code\nS1,Xã Chia,commune,D1\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int k = 0; k < 3; k++)
            edge[k] = (struct event_share){0, k, {str_of(cases[i].share[k])}};
        if (is_wrong(&q, WHO_SYSTEM, MSG_err_event_sum) == cases[i].fits)
            fail_msg("case %zu", i);
        assert_int_equal(plan.ok, cases[i].fits);
    }
    edge[0].share[0] = STR("4/3");
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_succession_share));
    edge[0].share[0] = STR("x");
    assert_false(is_wrong(&q, WHO_SYSTEM, MSG_err_event_sum) && plan.ok);
    struct act_no before = world_head();
    assert_false(save(&q, WHO_SYSTEM, &event));
    assert_int_equal(world_head().v, before.v);
}

static void no_unit_is_left_without_a_superior(void **state)
{
    struct str old[] = {STR("Q1"), STR("Q2")};
    struct event_new fresh[] = {
        {.name = STR("Huyện Ba"), .code = STR("Q3"), .kind = STR("district")},
        {.name = STR("Huyện Bốn"), .code = STR("Q4"), .kind = STR("district")}};
    struct event_request q = {.kind = EVENT_DISSOLVE, .day = new_year(), .old = old, .olds = 1};
    int64_t event;
    struct view v;

    (void)state;
    import_text("units",
        "code,name,kind,parent_code\nQ1,Huyện Q Một,district,P\nQ2,Huyện Q Hai,district,P\n"
        "Q11,Xã Q Một,commune,Q1\nQ21,Xã Q Hai,commune,Q2\n");
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_child));
    q.kind = EVENT_MERGE;
    q.olds = 2;
    q.fresh = fresh;
    q.freshes = 2; /* two successors: somebody must say which */
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_child));
    assert_int_equal(plan.children, 2);
    assert_false(save(&q, WHO_SYSTEM, &event));
    assert_int_equal(world->err.key, MSG_err_event_child);
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct event_move move[2];
    for (int i = 0; i < 2; i++)
        move[i] = (struct event_move){
            str_dup(&world->a, str_of(v.catalog->units.p[plan.child[i].unit].uid.z)), 1};
    app_read_end(world->app, &v);
    q.move = move;
    q.moves = 2;
    OK(save(&q, WHO_SYSTEM, &event));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_int_equal(unit_parent_on(&v.catalog->units, unit_of(v.catalog, "Q11", new_year()),
                         LINE_STATE, new_year()),
        unit_of(v.catalog, "Q4", new_year()));
    app_read_end(world->app, &v);
}

static void mistakes_are_said_before_anything_is_written(void **state)
{
    struct str old[] = {STR("W1"), STR("W2")};
    struct event_new fresh[] = {{.name = STR("Xã W"), .code = STR("C1"), .kind = STR("commune")}};
    struct event_request q = {.kind = EVENT_MERGE,
        .day = new_year(),
        .old = old,
        .olds = 2,
        .fresh = fresh,
        .freshes = 1};
    int64_t event;

    (void)state;
    import_text("units",
        "code,name,kind,parent_code\nW1,Xã W Một,commune,D1\nW2,Xã W Hai,commune,D1\n"
        "W3,Xã Trùng Tên,commune,D1\nW4,Xã Trùng Tên,commune,D2\n");
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_units_code_taken)); /* C1 lives on */
    fresh[0].code = STR("W9");
    fresh[0].kind = STR("lâu đài");
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_units_kind));
    fresh[0].kind = STR("commune");
    fresh[0].parent = STR("W2"); /* which ends */
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_parent_ends));
    fresh[0].parent = STR("");
    old[1] = STR("W1");
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_twice));
    old[1] = STR("xã trùng tên");
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_several));
    old[1] = STR("Xã  W hai"); /* a name of one unit alone does */
    assert_false(is_wrong(&q, WHO_SYSTEM, MSG_err_event_several));
    assert_true(plan.ok);
    old[1] = STR("C6"); /* closed since July 2025 */
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_unit_no_code));
    old[1] = STR("W2");
    q.kind = EVENT_SPLIT;
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_kind));
    q.kind = EVENT_MERGE;
    assert_true(is_wrong(&q, WHO_CLERK, MSG_err_denied_unit));
    assert_false(save(&q, WHO_CLERK, &event));
    assert_int_equal(world->err.key, MSG_err_denied_unit);
    OK(save(&q, WHO_SYSTEM, &event));
    old[0] = STR("W3"); /* what ends once cannot end before it */
    q.day = day_make(2025, 10, 1);
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_ends));
    assert_true(is_wrong(&q, WHO_SYSTEM, MSG_err_event_other));
}

/* ---- what is open ---- */

static size_t open_now(struct open_item **ret)
{
    struct view v;
    size_t n;
    bool more;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    OK(open_items_all(
        world->app, &v, world->who[WHO_SYSTEM], &world->a, ret, &n, &more, &world->err));
    size_t ours = 0; /* of the communes O1 and O2; other stories have left some too */
    for (size_t i = 0; i < n; i++)
        if (unit_on(&v.catalog->units, (*ret)[i].unit, day_make(2025, 12, 1)) &&
            str_starts(
                unit_on(&v.catalog->units, (*ret)[i].unit, day_make(2025, 12, 1))->code, STR("O")))
            (*ret)[ours++] = (*ret)[i];
    n = ours;
    app_read_end(world->app, &v);
    return n;
}

static const struct open_item *of_sort(const struct open_item *x, size_t n, enum open_sort s)
{
    for (size_t i = 0; i < n; i++)
        if (x[i].sort == s)
            return &x[i];
    return NULL;
}

static void what_is_open_waits_until_somebody_decides(void **state)
{
    struct str old[] = {STR("O1"), STR("O2")};
    struct event_new fresh[] = {{.name = STR("Xã O"), .code = STR("O9"), .kind = STR("commune")}};
    struct event_choice choice[1];
    struct event_request q = {.kind = EVENT_MERGE,
        .day = new_year(),
        .old = old,
        .olds = 2,
        .fresh = fresh,
        .freshes = 1};
    struct open_item *open;
    struct view v;
    struct act_no act;
    int64_t event;

    (void)state;
    import_text(
        "units", "code,name,kind,parent_code\nO1,Xã O Một,commune,D1\nO2,Xã O Hai,commune,D1\n");
    import_text("accounts", "account,name,post,unit\nmai,Mai,Văn phòng,O1\n");
    import_text("grants", "account,role,unit,line,from\nmai,reporter,O1,state,2024-01-01\n"
                          "mai,checker,O1,state,2024-01-01\n");
    import_text("sets", "set,name,unit,start,end\nOSET,Chỉ tiêu xã O,O1,2025-01-01,2026-12-31\n");
    import_text("targets", "set,code,indicator,unit,comparator,value,basis,start,deadline\n"
                           "OSET,1,A,O1,>=,100,level,2025-01-01,2026-12-31\n"
                           "OSET,2,A,O1,>=,100,level,2025-01-01,2025-06-30\n");
    struct typed_cell cell = {world->series[0], STR("5"), 0, STR(""), -1};
    struct save_result saved;
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct report_key key = {world->form[0],
        v.catalog->units.p[unit_of(v.catalog, "O1", day_make(2025, 12, 1))].id, world->period[4]};
    app_read_end(world->app, &v);
    OK(reporting_save(
        world->app, world->who[WHO_SYSTEM], key, &cell, 1, &world->a, &saved, &world->err));

    is_wrong(&q, WHO_SYSTEM, MSG_event_open_grants);
    /* a draft, three reports that nobody has begun, a target not yet due, two rights */
    assert_int_equal(plan.opens, 7);
    choice[0] =
        (struct event_choice){of_sort(plan.open, 7, OPEN_TARGET)->key, OPEN_CARRY, 0, STR("")};
    q.choice = choice;
    q.choices = 1;
    OK(save(&q, WHO_SYSTEM, &event));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    int whole = unit_of(v.catalog, "O9", new_year()), carried = -1, kept = 0;
    for (size_t i = 0; i < v.catalog->targets; i++) {
        const struct target *t = &v.catalog->target[i];
        kept += t->unit == unit_of(v.catalog, "O1", day_make(2025, 12, 1));
        carried = t->unit == whole ? (int)i : carried;
    }
    assert_int_equal(kept, 2); /* the old ones stand as they were */
    assert_true(carried >= 0);
    assert_int_equal(v.catalog->target[carried].start.v, new_year().v);
    assert_int_equal(v.catalog->target[carried].version[0].value.m, 100);
    app_read_end(world->app, &v);

    assert_int_equal(open_now(&open), 6);
    const struct open_item *grant = of_sort(open, 6, OPEN_GRANT);
    struct str which = str_dup(&world->a, grant->key);
    assert_false(open_item_choose(world->app, world->who[WHO_CLERK], which, OPEN_CARRY, STR("O9"),
        STR(""), &act, &world->err));
    assert_int_equal(world->err.code, ERR_DENIED);
    OK(open_item_choose(world->app, world->who[WHO_SYSTEM], which, OPEN_CARRY, STR("O9"), STR(""),
        &act, &world->err));
    assert_false(open_item_choose(world->app, world->who[WHO_SYSTEM], which, OPEN_CARRY, STR("O9"),
        STR(""), &act, &world->err));
    assert_int_equal(world->err.key, MSG_err_open_gone);
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    const struct account *mai = &v.catalog->account[catalog_account(v.catalog, STR("mai"))];
    whole = unit_of(v.catalog, "O9", new_year());
    int there = 0, ended = 0;
    for (size_t i = 0; i < mai->grants; i++) {
        there += mai->grant[i].unit == whole && mai->grant[i].from.v == new_year().v;
        ended += mai->grant[i].to.v == new_year().v;
    }
    assert_int_equal(there, 1);
    assert_int_equal(ended, 1);
    app_read_end(world->app, &v);
    assert_int_equal(open_now(&open), 5);
    for (int i = 5; i-- > 0;) { /* the rest stays as it is, by a decision */
        which = str_dup(&world->a, open[0].key);
        OK(open_item_choose(world->app, world->who[WHO_SYSTEM], which, OPEN_KEEP, STR(""), STR(""),
            &act, &world->err));
        assert_int_equal(open_now(&open), i);
    }
}

static int64_t event_on(struct day day, size_t *ret_edges)
{
    struct view v;
    int64_t id = 0;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    for (size_t i = 0; i < v.catalog->events; i++)
        if (v.catalog->event[i].day.v == day.v)
            id = v.catalog->event[i].id;
    *ret_edges = v.catalog->edges;
    app_read_end(world->app, &v);
    return id;
}

static void an_event_from_a_file_is_taken_back_alone_and_put_back(void **state)
{
    struct day day = day_make(2025, 10, 1);
    struct event_undone *undone;
    size_t edges, before, n;
    struct act_no act;
    struct view v;

    (void)state;
    import_text("units",
        "code,name,kind,parent_code,valid_from,valid_to\nF1,Xã F,commune,D1,,2025-10-01\n"
        "F2,Xã F Mới,commune,D1,2025-10-01,\nF3,Xã F Ba,commune,D1,,2025-10-02\n"
        "F4,Xã F Bốn,commune,D1,2025-10-02,\n");
    import_text("succession", "day,event,from_code,to_code,share\n2025-10-01,merge,F1,F2,1\n"
                              "2025-10-02,merge,F3,F4,1\n");
    int64_t id = event_on(day, &before), other = event_on(day_add(day, 1), &before);
    assert_true(id > 0 && other > 0 && other != id);
    assert_false(event_undo(world->app, world->who[WHO_CLERK], id, &act, &world->err));
    assert_int_equal(world->err.code, ERR_DENIED);
    OK(event_undo(world->app, world->who[WHO_SYSTEM], id, &act, &world->err));
    assert_int_equal(event_on(day, &edges), 0);
    assert_int_equal(edges, before - 1); /* the other one of the file stands */
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    int f1 = unit_of(v.catalog, "F1", day_make(2025, 9, 1));
    assert_int_equal(unit_end(&v.catalog->units, f1).v, day.v); /* its days came by another file */
    app_read_end(world->app, &v);

    OK(events_undone(world->app, &world->a, &undone, &n, &world->err));
    assert_true(n > 0 && undone[0].undo.v == act.v);
    OK(event_redo(world->app, world->who[WHO_SYSTEM], undone[0].undo, &act, &world->err));
    assert_int_equal(event_on(day, &edges), id);
    assert_int_equal(edges, before);
    assert_false(event_redo(world->app, world->who[WHO_SYSTEM], undone[0].undo, &act, &world->err));
    OK(event_undo(world->app, world->who[WHO_SYSTEM], id, &act, &world->err)); /* and so on */
    assert_int_equal(event_on(day, &edges), 0);
}

static void an_undoing_can_be_taken_back_unless_something_stands_in_its_way(void **state)
{
    struct str old[] = {STR("V1"), STR("V2")};
    struct event_new fresh[] = {{.name = STR("Xã V"), .code = STR("V9"), .kind = STR("commune")}};
    struct event_request q = {.kind = EVENT_MERGE,
        .day = new_year(),
        .decision = STR("9/NQ"),
        .old = old,
        .olds = 2,
        .fresh = fresh,
        .freshes = 1};
    struct act_no undo, again;
    int64_t event, next;
    struct view v;

    (void)state;
    import_text("units", "code,name,kind,parent_code\nV1,Xã V Một,commune,D1\n"
                         "V2,Xã V Hai,commune,D1\nV3,Xã V Ba,commune,D1\n");
    OK(save(&q, WHO_SYSTEM, &event));
    OK(event_undo(world->app, world->who[WHO_SYSTEM], event, &undo, &world->err));
    OK(event_redo(world->app, world->who[WHO_SYSTEM], undo, &again, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_true(unit_of(v.catalog, "V9", new_year()) >= 0);
    int v1 = unit_of(v.catalog, "V1", day_make(2025, 12, 31));
    assert_int_equal(unit_end(&v.catalog->units, v1).v, new_year().v);
    app_read_end(world->app, &v);
    OK(event_undo(world->app, world->who[WHO_SYSTEM], event, &undo, &world->err));
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    assert_int_equal(unit_of(v.catalog, "V9", new_year()), -1);
    app_read_end(world->app, &v);

    old[1] = STR("V3"); /* meanwhile it went another way */
    OK(save(&q, WHO_SYSTEM, &next));
    assert_false(event_redo(world->app, world->who[WHO_SYSTEM], undo, &again, &world->err));
    assert_int_equal(world->err.key, MSG_err_undo_changed_since);
}

/* The province's communes of 2026 with what came to them of a figure of 2025. */
static struct total read_at(const char *code)
{
    struct view v;
    struct total t;

    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    struct engine_query q = {.indicator = catalog_indicator(v.catalog, STR("A"), NULL),
        .series = -1,
        .unit = unit_of(v.catalog, code, new_year()),
        .period = world->period[3],
        .reading = {READ_AS_OF, new_year()},
        .line = -1};
    OK(engine_total(v.engine, &q, &t, &world->err));
    app_read_end(world->app, &v);
    return t;
}

static void a_share_known_later_is_put_on_the_event_that_is_there(void **state)
{
    struct view v;

    (void)state;
    import_text("units",
        "code,name,kind,parent_code,valid_from,valid_to\nL1,Xã L,commune,D1,,2026-01-01\n"
        "L2,Xã L Một,commune,D1,2026-01-01,\nL3,Xã L Hai,commune,D1,2026-01-01,\n");
    import_text("succession", "day,event,from_code,to_code,share\n2026-01-01,split,L1,L2,\n"
                              "2026-01-01,split,L1,L3,\n");
    struct import_file f = {
        .name = STR("f.csv"), .text = STR("indicator,unit,period,value\nA,L1,2025-Q3,100\n")};
    struct import_result r;
    OK(import_figures(world->app, world->who[WHO_SYSTEM], &f, false, &r, &world->err));
    assert_true(read_at("L2").has_bounds);
    import_text("succession",
        "day,event,from_code,to_code,share,basis\n"
        "2026-01-01,split,L1,L2,3/20,people\n2026-01-01,split,L1,L3,17/20,people\n");
    assert_int_equal(read_at("L2").value.num, 15);
    assert_int_equal(read_at("L3").value.num, 85);
    import_text("succession",
        "day,event,from_code,to_code,share\n2026-01-01,split,L1,L2,\n"
        "2026-01-01,split,L1,L3,\n"); /* what is not said takes nothing away */
    assert_int_equal(read_at("L2").value.num, 15);
    struct import_file half = {.name = STR("s.csv"), /* with what is stored it is more than all */
        .text =
            STR("day,event,from_code,to_code,share,basis\n2026-01-01,split,L1,L2,1/2,people\n")};
    assert_false(import_kinds[1].run(world->app, world->who[WHO_SYSTEM], &half, &r, &world->err));
    assert_int_equal(world->err.key, MSG_err_succession_sum);
    OK(app_read(world->app, ACT_MAX, &v, &world->err));
    int from = unit_of(v.catalog, "L1", day_make(2025, 12, 31)), edges = 0;
    for (size_t i = 0; i < v.catalog->edges; i++)
        edges += v.catalog->edge[i].from == from;
    assert_int_equal(edges, 2);
    app_read_end(world->app, &v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_merger_ends_the_old_ones_on_the_day_before),
        cmocka_unit_test(shares_of_one_unit_add_up_to_one_exactly),
        cmocka_unit_test(no_unit_is_left_without_a_superior),
        cmocka_unit_test(mistakes_are_said_before_anything_is_written),
        cmocka_unit_test(what_is_open_waits_until_somebody_decides),
        cmocka_unit_test(a_share_known_later_is_put_on_the_event_that_is_there),
        cmocka_unit_test(an_event_from_a_file_is_taken_back_alone_and_put_back),
        cmocka_unit_test(an_undoing_can_be_taken_back_unless_something_stands_in_its_way),
    };

    return cmocka_run_group_tests_name("app: events of units", tests, world_open, world_close);
}
