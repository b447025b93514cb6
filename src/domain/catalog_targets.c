/* catalog_targets: target sets, targets with versions and expectations, accounts with their grants;
 * see catalog_build.h. */
#include "domain/catalog_build.h"

static bool take_sets(struct build *b)
{
    struct catalog *c = b->c;

    c->set = build_array(b, b->rows->set.n, sizeof *c->set);
    if (!c->set)
        return false;
    for (size_t i = 0; i < b->rows->set.n; i++) {
        const struct target_set_row *r = &b->rows->set.p[i];
        struct target_set s = {.id = r->id,
            .uid = r->uid,
            .code = r->code,
            .name = r->name,
            .giver = r->giver,
            .start = r->start,
            .end = r->end,
            .source = r->source};
        if (!build_unit(b, r->code, r->unit, &s.unit))
            return false;
        if (smap_has(&c->set_by_code, r->code))
            return err_set(b->err, ERR_CONFLICT, MSG_err_catalog_code_twice, r->code);
        if (!smap_put(&c->set_by_code, r->code, i) || !map_put(&b->set_by_id, (uint64_t)r->id.v, i))
            return err_memory(b->err);
        c->set[i] = s;
    }
    c->sets = b->rows->set.n;
    return true;
}

static bool optional_dec(struct build *b, struct str s, bool *ret_has, struct dec *ret)
{
    *ret_has = !str_empty(s);
    *ret = (struct dec){0, 0};
    return !*ret_has || dec_parse(s, ret, b->err);
}

static bool take_target(struct build *b, const struct target_row *r, int set, struct target *ret)
{
    bool weighted;
    struct target t = {.id = r->id,
        .set = set,
        .code = r->code,
        .name = r->name,
        .source_line = r->source_line,
        .responsible = r->responsible,
        .person = r->person,
        .comparator = r->comparator,
        .basis = r->basis,
        .compensating = r->compensating,
        .start = r->start,
        .deadline = r->deadline,
        .made_up = r->made_up,
        .axis = r->axis,
        .done_day = r->done_day};

    if (!build_indicator(b, r->code, r->indicator, &t.indicator) ||
        !build_unit(b, r->code, r->unit, &t.unit) ||
        !optional_dec(b, r->baseline, &t.has_baseline, &t.baseline) ||
        !optional_dec(b, r->weight, &weighted, &t.weight))
        return false;
    if (!weighted)
        t.weight = (struct dec){1, 0};
    if (t.indicator < 0 && t.basis != TARGET_DONE)
        return build_dangling(b, r->code, "indicator", 0);
    if (t.unit < 0)
        return build_dangling(b, r->code, "unit", 0);
    *ret = t;
    return true;
}

static uint64_t target_key(int indicator, int unit)
{
    return (uint64_t)(uint32_t)indicator << 32 | (uint32_t)unit;
}

/* Backwards, so that each chain runs in the order of the targets. */
static bool link_targets(struct build *b)
{
    struct catalog *c = b->c;

    int *unit = build_array(b, c->targets, sizeof *unit);
    c->target_next = build_array(b, c->targets, sizeof *c->target_next);
    if (!unit || !c->target_next)
        return false;
    for (size_t i = c->targets; i-- > 0;) {
        uint64_t key = target_key(c->target[i].indicator, c->target[i].unit), first;
        c->target_next[i] = map_get(&c->target_first, key, &first) ? (int)first : -1;
        if (c->target[i].indicator >= 0 && !map_put(&c->target_first, key, i))
            return err_memory(b->err);
        unit[i] = c->target[i].unit;
    }
    return build_rows_of_units(b, unit, c->targets, &c->unit_targets);
}

static bool take_targets(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->target.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->target = build_array(b, n, sizeof *c->target);
    if (!keys || !c->target)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct target_row *r = &b->rows->target.p[i];
        uint64_t set;
        if (!map_get(&b->set_by_id, (uint64_t)r->set.v, &set))
            return build_dangling(b, r->code, "set", r->set.v);
        keys[i] = (struct sort_key){{(int64_t)set, r->position, r->id.v}, (int)i};
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct target_row *r = &b->rows->target.p[keys[i].row];
        if (!take_target(b, r, (int)keys[i].k[0], &c->target[i]))
            return false;
        if (!map_put(&b->target_by_id, (uint64_t)r->id.v, i))
            return err_memory(b->err);
    }
    c->targets = n;
    return link_targets(b);
}

/* Index of the target that a row of versions or expectations belongs to. */
static bool target_of(struct build *b, struct target_id id, const char *what, int64_t *ret)
{
    uint64_t i;

    if (!map_get(&b->target_by_id, (uint64_t)id.v, &i))
        return build_dangling(b, str_of(what), "target", id.v);
    *ret = (int64_t)i;
    return true;
}

static bool take_versions(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->target_version.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);
    struct target_version *all = build_array(b, n, sizeof *all);

    if (!keys || !all)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct target_version_row *r = &b->rows->target_version.p[i];
        keys[i] = (struct sort_key){{0, r->in_force.v, 0}, (int)i};
        if (!target_of(b, r->target, "target_version", &keys[i].k[0]))
            return false;
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct target_version_row *r = &b->rows->target_version.p[keys[i].row];
        struct target *t = &c->target[keys[i].k[0]];
        all[i] = (struct target_version){
            .in_force = r->in_force, .decided = r->decided, .decision = r->decision};
        if (!target_value_parse(r->value, r->value_to, t->comparator, t->basis, &all[i], b->err)) {
            err_at(b->err, t->code, 0, 0);
            return false;
        }
        if (t->versions++ == 0)
            t->version = &all[i];
    }
    return true;
}

static bool take_expectations(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->expectation.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);
    struct own_expectation *all = build_array(b, n, sizeof *all);

    if (!keys || !all)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct expectation_row *r = &b->rows->expectation.p[i];
        keys[i] = (struct sort_key){{0, r->day.v, 0}, (int)i};
        if (!target_of(b, r->target, "expectation", &keys[i].k[0]))
            return false;
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct expectation_row *r = &b->rows->expectation.p[keys[i].row];
        struct target *t = &c->target[keys[i].k[0]];
        all[i] = (struct own_expectation){r->day, r->expectation, r->reason};
        if (t->expectations++ == 0)
            t->expectation = &all[i];
    }
    return true;
}

static bool take_schedules(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->target_schedule.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);
    struct target_step *all = build_array(b, n, sizeof *all);

    if (!keys || !all)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct target_schedule_row *r = &b->rows->target_schedule.p[i];
        keys[i] = (struct sort_key){{0, r->period, 0}, (int)i};
        if (!target_of(b, r->target, "target_schedule", &keys[i].k[0]))
            return false;
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        const struct target_schedule_row *r = &b->rows->target_schedule.p[keys[i].row];
        struct target *t = &c->target[keys[i].k[0]];
        if (!period_from_code(r->period, &all[i].period))
            return build_dangling(b, t->code, "period", r->period);
        if (!dec_parse(r->value, &all[i].value, b->err)) {
            err_at(b->err, t->code, 0, 0);
            return false;
        }
        if (t->steps++ == 0)
            t->schedule = &all[i];
    }
    return true;
}

bool build_targets(struct build *b)
{
    return take_sets(b) && take_targets(b) && take_versions(b) && take_schedules(b) &&
           take_expectations(b);
}

/* ---- accounts ---- */

static bool take_accounts(struct build *b)
{
    struct catalog *c = b->c;

    c->account = build_array(b, b->rows->account.n, sizeof *c->account);
    if (!c->account)
        return false;
    for (size_t i = 0; i < b->rows->account.n; i++) {
        const struct account_row *r = &b->rows->account.p[i];
        struct account x = {.id = r->id,
            .uid = r->uid,
            .login = r->login,
            .name = r->name,
            .post = r->post,
            .password_hash = r->password_hash,
            .disabled = r->disabled,
            .demonstration = r->demonstration,
            .lang = r->lang};
        if (!build_unit(b, r->login, r->unit, &x.unit))
            return false;
        if (smap_has(&c->account_by_login, r->login))
            return err_set(b->err, ERR_CONFLICT, MSG_err_catalog_code_twice, r->login);
        if (!smap_put(&c->account_by_login, r->login, i) ||
            !map_put(&c->account_by_id, (uint64_t)r->id.v, i))
            return err_memory(b->err);
        c->account[i] = x;
    }
    c->accounts = b->rows->account.n;
    return true;
}

static bool take_grant(struct build *b, const struct grant_row *r, struct grant *ret)
{
    struct grant g = {.account = r->account,
        .role = r->role,
        .line = r->line,
        .owner = r->owner,
        .from = r->from,
        .to = r->to,
        .decision = r->decision};

    if (!build_unit(b, STR("grant"), r->unit, &g.unit) ||
        !build_split(b, r->forms, &g.form, &g.forms))
        return false;
    *ret = g;
    return true;
}

bool build_accounts(struct build *b)
{
    struct catalog *c = b->c;
    size_t n = b->rows->grant.n;
    struct sort_key *keys = build_array(b, n, sizeof *keys);

    c->grant = build_array(b, n, sizeof *c->grant);
    if (!keys || !c->grant || !take_accounts(b))
        return false;
    for (size_t i = 0; i < n; i++) {
        int account = catalog_account_id(c, b->rows->grant.p[i].account);
        if (account < 0)
            return build_dangling(b, STR("grant"), "account", b->rows->grant.p[i].account.v);
        keys[i] = (struct sort_key){{account, 0, 0}, (int)i};
    }
    sort_keys(keys, n);
    for (size_t i = 0; i < n; i++) {
        struct account *x = &c->account[keys[i].k[0]];
        if (!take_grant(b, &b->rows->grant.p[keys[i].row], &c->grant[i]))
            return false;
        if (x->grants++ == 0)
            x->grant = &c->grant[i];
    }
    c->grants = n;
    return true;
}
