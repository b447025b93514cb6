/* catalog: one immutable snapshot of everything that is not a figure.
 *
 * Layer domain, pure. Units, indicators, forms, targets, accounts as known at one act, built from
 * the store's rows and swapped as a whole when an act changes any of them; readers hold a reference
 * while they work. Indexes (`int`) are valid within one snapshot only; ids and codes across
 * snapshots.
 */
#ifndef GB_DOMAIN_CATALOG_H
#define GB_DOMAIN_CATALOG_H

#include "domain/access.h"
#include "domain/form.h"
#include "domain/indicator.h"
#include "domain/succession.h"
#include "domain/target.h"
#include "domain/unit.h"

struct catalog {
    struct act_no act; /* the last act it knows */
    struct units units;

    struct event *event;
    size_t events;
    struct edge *edge;
    size_t edges;

    struct indicator *indicator;
    size_t indicators;
    struct smap indicator_by_code; /* codes and aliases -> index */
    struct map indicator_by_id;
    struct series *series;
    size_t serieses;
    struct map series_by_id;
    int *formula_order; /* computed indicators, operands first */
    size_t formulas;

    struct not_applicable *not_applicable; /* by indicator, then unit */
    size_t not_applicables;

    struct form *form;
    size_t forms;
    struct form_line *form_line;
    struct form_section *form_section;
    struct form_rule *form_rule;

    struct target_set *set;
    size_t sets;
    struct target *target; /* by set, then order of entry */
    size_t targets;

    struct account *account;
    size_t accounts;
    struct grant *grant;
    size_t grants;
};

/* Index by code or alias; -1 where there is none (err.indicator.unknown). */
int catalog_indicator(const struct catalog *c, struct str code, struct err *err);
/* `CODE` or `CODE:part`; index of the series, -1 where there is none. */
int catalog_series(const struct catalog *c, struct str name, struct err *err);
int catalog_series_id(const struct catalog *c, struct series_id id);
int catalog_form(const struct catalog *c, struct str code, struct err *err);
int catalog_set(const struct catalog *c, struct str code, struct err *err);
int catalog_account(const struct catalog *c, struct str login);
int catalog_account_id(const struct catalog *c, struct account_id id);
bool catalog_applicable(const struct catalog *c, int indicator, int unit, struct day day);
/* Is the unit one that reports the indicator (kind, alive, applicable) on that day? For an
 * indicator without named kinds: a leaf of its line's tree (`tree` is that day's). */
bool catalog_expected(
    const struct catalog *c, int indicator, int unit, const struct tree *tree, struct day day);
/* The target's value that plan(x[, set]) means for a unit and period: that of the target whose span
 * holds the period, year plans before term plans; false where there is none. */
bool catalog_plan(const struct catalog *c, int indicator, int unit, struct period period,
    struct str set, struct dec *ret);

#endif
