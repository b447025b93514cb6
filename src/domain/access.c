/* access: see access.h. */
#include "domain/access.h"

#include "domain/words.h"

static const char *const role_words[ROLE_COUNT] = {"viewer", "reporter", "checker", "signer",
    "approver", "compiler", "leader", "inspector", "registrar", "publisher", "administrator"};
static const enum msg_key role_labels[ROLE_COUNT] = {MSG_role_viewer, MSG_role_reporter,
    MSG_role_checker, MSG_role_signer, MSG_role_approver, MSG_role_compiler, MSG_role_leader,
    MSG_role_inspector, MSG_role_registrar, MSG_role_publisher, MSG_role_administrator};

const char *role_name(enum role r)
{
    return role_words[r];
}

bool role_parse(struct str s, enum role *ret)
{
    int i;

    if (!words_find(role_words, ROLE_COUNT, s, &i))
        return false;
    *ret = (enum role)i;
    return true;
}

enum msg_key role_label(enum role r)
{
    return role_labels[r];
}

/* Where a right reaches. */
enum reach {
    REACH_READ, /* under the grant's unit today, itself or its successor, or on the period's end */
    REACH_REPORT,  /* as REACH_WRITE, and where a closed unit's report was handed to */
    REACH_WRITE,   /* under it today; a closed unit through its sole successor or a compiler */
    REACH_BELOW,   /* as REACH_REPORT, and strictly below the grant's unit */
    REACH_PROGRAM, /* the system as a whole */
};

#define BIT(role) (1u << (role))
#define INSIDE (BIT(ROLE_REPORTER) | BIT(ROLE_CHECKER) | BIT(ROLE_SIGNER))
#define ABOVE (BIT(ROLE_APPROVER) | BIT(ROLE_COMPILER))

static const struct {
    unsigned roles;
    enum reach reach;
} rights[RIGHT_COUNT] = {
    [RIGHT_READ] = {~0u, REACH_READ},
    [RIGHT_READ_PERSONAL] = {INSIDE | ABOVE | BIT(ROLE_LEADER) | BIT(ROLE_INSPECTOR) |
                                 BIT(ROLE_REGISTRAR),
        REACH_READ},
    [RIGHT_READ_SEALED] = {BIT(ROLE_REGISTRAR), REACH_READ},
    [RIGHT_READ_HISTORY] = {BIT(ROLE_CHECKER) | BIT(ROLE_SIGNER) | ABOVE | BIT(ROLE_LEADER) |
                                BIT(ROLE_INSPECTOR) | BIT(ROLE_ADMINISTRATOR),
        REACH_READ},
    [RIGHT_ENTER] = {BIT(ROLE_REPORTER) | BIT(ROLE_CHECKER) | BIT(ROLE_COMPILER), REACH_REPORT},
    [RIGHT_CHECK] = {BIT(ROLE_CHECKER) | BIT(ROLE_SIGNER), REACH_REPORT},
    [RIGHT_SIGN] = {BIT(ROLE_SIGNER), REACH_REPORT},
    [RIGHT_APPROVE] = {ABOVE, REACH_BELOW},
    [RIGHT_REOPEN] = {ABOVE, REACH_BELOW},
    [RIGHT_COMMENT] = {INSIDE | ABOVE | BIT(ROLE_LEADER), REACH_READ},
    [RIGHT_ADMIN_UNITS] = {BIT(ROLE_ADMINISTRATOR), REACH_WRITE},
    [RIGHT_ADMIN_INDICATORS] = {BIT(ROLE_ADMINISTRATOR), REACH_WRITE},
    [RIGHT_ADMIN_ACCOUNTS] = {BIT(ROLE_ADMINISTRATOR), REACH_WRITE},
    [RIGHT_ADMIN_SYSTEM] = {BIT(ROLE_ADMINISTRATOR), REACH_PROGRAM},
};

/* ---- what became of a unit ---- */

enum { HEIRS = 64, NEXT = 16 };

/* The living units into which a closed one went, over all steps between. */
struct heirs {
    int unit[HEIRS];
    size_t n;
    bool cut; /* there are more than fit */
};

static bool contains(const int *p, size_t n, int unit)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] == unit)
            return true;
    return false;
}

static struct heirs heirs_of(const struct access *x, int unit)
{
    struct heirs h = {.n = 0};
    int seen[HEIRS] = {unit};
    size_t n = 1;

    for (size_t at = 0; x->successors && at < n; at++) {
        int next[NEXT];
        size_t k = x->successors(x->successors_ctx, seen[at], next, NEXT);
        h.cut = h.cut || k > NEXT;
        for (size_t i = 0; i < k && i < NEXT; i++) {
            if (contains(seen, n, next[i]))
                continue;
            if (n == HEIRS) {
                h.cut = true;
                return h;
            }
            if (unit_alive(x->units, next[i], x->today))
                h.unit[h.n++] = next[i];
            seen[n++] = next[i];
        }
    }
    return h;
}

/* ---- one grant ---- */

static bool in_force(const struct grant *g, struct day today)
{
    bool bounded = g->to.v != DAY_MAX.v && !str_empty(g->decision);

    return day_in(today, g->from, g->to) && (g->role != ROLE_INSPECTOR || bounded);
}

/* A restricted grant does not reach what has another form or owner. */
static bool covers(const struct grant *g, struct str form, struct str owner)
{
    if (!str_empty(g->owner) && !str_empty(owner) && !str_eq(g->owner, owner))
        return false;
    if (!g->forms || str_empty(form))
        return true;
    for (size_t i = 0; i < g->forms; i++)
        if (str_eq(g->form[i], form))
            return true;
    return false;
}

static bool under(const struct access *x, const struct grant *g, int unit, struct day day)
{
    return g->unit < 0 || unit_under(x->units, unit, g->unit, g->line, day);
}

static bool was_under(
    const struct access *x, const struct grant *g, int unit, struct day period_end)
{
    return unit_alive(x->units, unit, period_end) && under(x, g, unit, period_end);
}

static bool reads(const struct access *x, const struct grant *g, int unit, struct day period_end)
{
    if (under(x, g, unit, x->today) || was_under(x, g, unit, period_end))
        return true;
    if (unit_alive(x->units, unit, x->today))
        return false;
    struct heirs h = heirs_of(x, unit);
    for (size_t i = 0; i < h.n; i++)
        if (under(x, g, h.unit[i], x->today))
            return true;
    return false;
}

static bool writes_one(const struct access *x, const struct grant *g, int unit, bool below)
{
    return under(x, g, unit, x->today) && (!below || g->unit != unit);
}

static int sole_heir(const struct access *x, int unit)
{
    struct heirs h = heirs_of(x, unit);

    return h.n == 1 && !h.cut ? h.unit[0] : -1;
}

/* The people of the unit to which it was handed, or of what became of that one. */
static int receiver(const struct access *x, const struct handover *h)
{
    if (h->kind != HANDOVER_CARRIED)
        return -1;
    return unit_alive(x->units, h->to, x->today) ? h->to : sole_heir(x, h->to);
}

/* Does the report that stands on that day have this form and unit? */
static bool is_about(
    const struct access *x, const struct handover *h, struct day period_end, struct str form)
{
    return handover_holds(h, x->units) && str_eq(h->form_code, form) &&
           (period_last_day(h->period).v == period_end.v ||
               unit_last_in(x->units, h->unit, h->period).v == period_end.v);
}

int access_writer(const struct access *x, int unit, struct day period_end, struct str form)
{
    size_t from, to;

    if (unit_alive(x->units, unit, x->today))
        return unit;
    handover_of_unit(x->handover, x->handovers, unit, &from, &to);
    for (size_t i = from; i < to; i++)
        if (is_about(x, &x->handover[i], period_end, form))
            return receiver(x, &x->handover[i]);
    return sole_heir(x, unit);
}

/* Without a form: was any report of the closed unit handed to where the grant reaches? */
static bool has_any(const struct access *x, const struct grant *g, int unit, bool below)
{
    size_t from, to;

    handover_of_unit(x->handover, x->handovers, unit, &from, &to);
    for (size_t i = from; i < to; i++) {
        int writer = handover_holds(&x->handover[i], x->units) ? receiver(x, &x->handover[i]) : -1;
        if (writer >= 0 && writes_one(x, g, writer, below))
            return true;
    }
    return false;
}

static bool writes_as_compiler(
    const struct access *x, const struct grant *g, int unit, struct day period_end, bool below)
{
    struct heirs h = heirs_of(x, unit);

    if (g->role != ROLE_COMPILER)
        return false;
    if (was_under(x, g, unit, period_end) && (!below || g->unit != unit))
        return true;
    for (size_t i = 0; i < h.n; i++)
        if (writes_one(x, g, h.unit[i], below))
            return true;
    return false;
}

static bool writes(const struct access *x, const struct grant *g, enum reach reach, int unit,
    struct day period_end, struct str form)
{
    bool below = reach == REACH_BELOW;

    if (unit_alive(x->units, unit, x->today))
        return writes_one(x, g, unit, below);
    int writer =
        reach == REACH_WRITE ? sole_heir(x, unit) : access_writer(x, unit, period_end, form);
    if (writer >= 0 && writes_one(x, g, writer, below))
        return true;
    return (reach != REACH_WRITE && str_empty(form) && has_any(x, g, unit, below)) ||
           writes_as_compiler(x, g, unit, period_end, below);
}

static bool reaches(const struct access *x, const struct grant *g, enum reach reach, int unit,
    struct day period_end, struct str form)
{
    if (unit < 0 || reach == REACH_PROGRAM)
        return g->unit < 0 && unit < 0;
    if (reach == REACH_READ)
        return reads(x, g, unit, period_end);
    return writes(x, g, reach, unit, period_end, form);
}

static bool bears(const struct access *x, const struct grant *g, enum right right, struct str form,
    struct str owner)
{
    return (rights[right].roles & BIT(g->role)) && in_force(g, x->today) && covers(g, form, owner);
}

bool access_for_another(const struct access *x, const struct account *who, int unit,
    struct day period_end, struct str form, struct str owner)
{
    int writer = access_writer(x, unit, period_end, form);

    for (size_t i = 0; i < who->grants; i++)
        if (writer >= 0 && who->grant[i].unit == writer &&
            bears(x, &who->grant[i], RIGHT_ENTER, form, owner))
            return false;
    return access_may(x, who, RIGHT_ENTER, unit, period_end, form, owner);
}

bool access_may(const struct access *x, const struct account *who, enum right right, int unit,
    struct day period_end, struct str form, struct str owner)
{
    if (who->disabled)
        return false;
    for (size_t i = 0; i < who->grants; i++) {
        const struct grant *g = &who->grant[i];
        if (!bears(x, g, right, form, owner))
            continue;
        if (right == RIGHT_READ_SEALED && g->unit < 0)
            continue; /* named for a unit, never for everything */
        if (reaches(x, g, rights[right].reach, unit, period_end, form))
            return true;
    }
    return false;
}

/* Does another grant in force reach all that this one reaches today? Of two alike the first stays.
 */
static bool is_top(const struct access *x, const struct account *who, size_t at)
{
    const struct grant *g = &who->grant[at];

    for (size_t i = 0; i < who->grants; i++) {
        const struct grant *o = &who->grant[i];
        if (i == at || !in_force(o, x->today) || (o->unit == g->unit && i > at))
            continue;
        if (o->unit == g->unit ||
            (o->line == g->line && unit_under(x->units, g->unit, o->unit, o->line, x->today)))
            return false;
    }
    return true;
}

size_t access_tops(const struct access *x, const struct account *who, int *ret, size_t max)
{
    size_t n = 0;

    if (who->disabled)
        return 0;
    for (size_t i = 0; i < who->grants; i++)
        if (who->grant[i].unit < 0 && in_force(&who->grant[i], x->today)) {
            if (max)
                ret[0] = -1;
            return 1;
        }
    for (size_t i = 0; i < who->grants; i++) {
        if (!in_force(&who->grant[i], x->today) || !is_top(x, who, i))
            continue;
        if (n < max)
            ret[n] = who->grant[i].unit;
        n++;
    }
    return n;
}
