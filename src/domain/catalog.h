/* catalog: one immutable snapshot of everything that is not a figure.
 *
 * Layer domain, pure. Units, indicators, forms, targets, accounts as known at one act, built from
 * the store's rows and swapped as a whole when an act changes any of them; readers hold a reference
 * while they work. Indexes (`int`) are valid within one snapshot only; ids and codes across
 * snapshots; they are indexes into the whole arrays here, also those of a form's lines and
 * sections.
 *
 * Order: indicators by position, series of an indicator one after the other with its own first,
 * forms, sets and accounts as the rows came, lines and targets by position, events by day.
 *
 * Operands of compiled formulas: i < indicators is that indicator; indicators + s is series s of a
 * breakdown (catalog_operand). A computed indicator gives a number; only yes/no ones may give a
 * truth.
 */
#ifndef GB_DOMAIN_CATALOG_H
#define GB_DOMAIN_CATALOG_H

#include "domain/access.h"
#include "domain/form.h"
#include "domain/handover.h"
#include "domain/indicator.h"
#include "domain/succession.h"
#include "domain/target.h"
#include "domain/unit.h"

/* Rows of a table by the unit they are of: numbers in the table's order. Private. */
struct rows_of_units {
    int *first, *row; /* those of unit u: row[first[u]] ... row[first[u + 1]) */
};

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
    /* Private: heads and links of the targets of an indicator and unit. */
    struct map target_first;
    int *target_next;
    struct rows_of_units unit_targets, unit_edges; /* its targets; edges that leave it */
    struct smap form_by_code, set_by_code, account_by_login;
    struct map account_by_id;

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

    /* Whose accounts and grants decide who may read what is in here: NULL: its own. Set on a
     * catalogue of the past, which is read under the rights of today. */
    const struct catalog *const *rights;
    struct account *account;
    size_t accounts;
    struct grant *grant;
    size_t grants;
    struct handover *handover; /* by unit */
    size_t handovers;
    struct removal *removal;
    size_t removals;
};

/* Index by code, else by alias (exactly as written; the first that bears it); -1 where there is
 * none (err.indicator.unknown). */
int catalog_indicator(const struct catalog *c, struct str code, struct err *err);
/* `CODE` or `CODE:part`; index of the series, -1 where there is none (err.indicator.unknown,
 * .unknown_part, .computed). */
int catalog_series(const struct catalog *c, struct str name, struct err *err);
int catalog_series_id(const struct catalog *c, struct series_id id);
int catalog_indicator_id(const struct catalog *c, struct indicator_id id);
/* What an operand of a formula stands for: its indicator, and its series (the indicator's own may
 * be -1). */
void catalog_operand(const struct catalog *c, int operand, int *ret_indicator, int *ret_series);
/* The targets of a unit, indexes in their order. */
const int *catalog_targets_of(const struct catalog *c, int unit, size_t *ret_n);
/* Units into which it went or to which it gave, itself left out, one for each edge; an
 * access_successors of the catalogue. */
size_t catalog_successors(const void *catalog, int unit, int *ret, size_t max);
int catalog_form(const struct catalog *c, struct str code, struct err *err);
int catalog_set(const struct catalog *c, struct str code, struct err *err);
int catalog_account(const struct catalog *c, struct str login);
int catalog_account_id(const struct catalog *c, struct account_id id);
/* Where a body sits on the day: its place, or where it was moved when that ended; -1 for a place.
 */
int catalog_place_on(const struct catalog *c, int unit, struct day day);
bool catalog_applicable(const struct catalog *c, int indicator, int unit, struct day day);
/* Is the unit one that reports the indicator (kind, alive, applicable) on that day? For an
 * indicator without named kinds: a leaf of its line's tree (`tree` is that day's). */
bool catalog_expected(
    const struct catalog *c, int indicator, int unit, const struct tree *tree, struct day day);
/* The target's value that plan(x[, set]) means for a unit and period: that of the target whose span
 * holds the period's days, the shortest span first (year plans before term plans), then the order
 * of entry; under the version in force on the period's last day, else under the first decided one.
 * A target of every year asked for a term gives value x plan years where the indicator adds up over
 * time. Only targets of basis level, every and cumulative are plans. False where there is none. */
bool catalog_plan(const struct catalog *c, int indicator, int unit, struct period period,
    struct str set, struct dec *ret);
/* The same, where an amount of that period alone can be held against it: what adds up over time is
 * not measured by the plan of a longer span (a quarter by the year's, a year by the term's). */
bool catalog_plan_of_period(
    const struct catalog *c, int indicator, int unit, struct period period, struct dec *ret);

#endif
