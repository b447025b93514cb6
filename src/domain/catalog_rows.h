/* catalog_rows: the catalogue as the store keeps it, row by row.
 *
 * Layer domain, pure. One struct per table of definitions. Every such table is bitemporal by acts:
 * a row is known from `act` until `until_act`; changing a definition closes the row and writes a
 * new one, so that the catalogue of any past act can be loaded and any act be undone. The rows
 * given to catalog_build are those of one act already; texts are borrowed. References are by id; 0
 * is none.
 */
#ifndef GB_DOMAIN_CATALOG_ROWS_H
#define GB_DOMAIN_CATALOG_ROWS_H

#include "domain/catalog.h"

struct event_row {
    int64_t id;
    struct day day;
    enum event_kind kind;
    struct str decision, note;
};
struct edge_row {
    int64_t event;
    struct unit_id from, to;
    /* "3/20", "" unknown; per basis */
    struct str share[BASIS_COUNT];
};

struct indicator_row {
    struct indicator_id id;
    struct uid uid;
    struct str code, name, unit_of_measure, definition;
    struct str aliases; /* parted by '|' */
    int decimals;
    enum direction direction;
    enum value_type value_type;
    enum frequency frequency;
    enum over_units over_units;
    enum over_time over_time;
    enum entered entered;
    enum line line;
    struct str family;
    enum share_basis basis;
    enum privacy privacy;
    enum source source;
    struct str formula;
    struct str weight;      /* code of an indicator */
    struct str reported_by; /* keys of kinds parted by '|' */
    struct str note;
    bool followed;
    int position;
    struct form_id form; /* owning form */
    struct str owner;
};
struct series_row {
    struct series_id id;
    struct indicator_id indicator;
    struct str key, label; /* empty key: the indicator's own series */
    int position;
};
struct not_applicable_row {
    struct indicator_id indicator;
    struct unit_id unit;
    struct day from, to;
};

struct form_row {
    struct form_id id;
    struct uid uid;
    struct str code, name_vi, name_en;
    enum frequency frequency;
    enum line line;
    struct str asked_of; /* keys of kinds parted by '|' */
    struct str asked_by; /* unit ids parted by '|'; empty: everywhere */
    int cutoff_day, due_day, close_day;
    struct day from, to;
    bool needs_check, needs_sign;
};
struct form_section_row {
    struct form_id form;
    int position;
    struct str key, title_vi, title_en;
};
struct form_line_row {
    struct form_id form;
    int position, number;
    struct str section; /* key */
    struct indicator_id indicator;
    struct str owner, owner_name_vi, owner_name_en;
    int part_of; /* number of the line it is a part of, 0 none */
    bool confirm_nil, required;
};
struct form_rule_row {
    struct form_id form;
    int position;
    enum rule_level level;
    struct str text, message_vi, message_en;
    int line; /* number of the line it is shown at, 0: the first one named in it */
};

struct target_set_row {
    struct set_id id;
    struct uid uid;
    struct str code, name, giver, source;
    struct unit_id unit;
    struct day start, end; /* end exclusive */
};
struct target_row {
    struct target_id id;
    struct set_id set;
    struct str code, name, source_line, responsible, person;
    struct indicator_id indicator;
    struct unit_id unit;
    enum comparator comparator;
    enum target_basis basis;
    bool compensating;
    struct day start, deadline; /* deadline inclusive */
    struct str baseline;        /* decimal, "" none */
    struct str weight;
    bool made_up;
    int axis, position;
    struct day done_day;
};
struct target_version_row {
    struct target_id target;
    struct day in_force;
    bool decided;
    struct str value; /* "100", "3@>=60" */
    struct str value_to, decision;
};
/* What a yearly plan means for a part of its span: to be reached by the end of the period. */
struct target_schedule_row {
    struct target_id target;
    int64_t period;   /* period_code() */
    struct str value; /* in that period alone */
};
struct expectation_row {
    struct target_id target;
    struct day day;
    enum expectation expectation;
    struct str reason;
};

/* Not part of the catalogue: read where a map is drawn (domain/boundary.h). */
struct boundary_row {
    struct unit_id unit;
    struct day from;
    struct str shape, drawn; /* packed: whole, and simplified */
};

struct account_row {
    struct account_id id;
    struct uid uid;
    struct str login, name, post, password_hash;
    struct unit_id unit;
    bool disabled, demonstration;
    enum lang lang;
};
struct grant_row {
    struct account_id account;
    enum role role;
    struct unit_id unit; /* 0: everything */
    enum line line;
    struct str owner;
    struct str forms; /* codes parted by '|' */
    struct day from, to;
    struct str decision;
};

/* Of settings the catalogue has what was decided about units that end (domain/handover.h). */
struct setting_row {
    struct str key, value;
};

/* One array per table: p and n. */
#define ROWS(type)                                                                                 \
    struct {                                                                                       \
        struct type *p;                                                                            \
        size_t n;                                                                                  \
    }
struct catalog_rows {
    struct act_no act;
    struct unit_rows units;
    ROWS(event_row) event;
    ROWS(edge_row) edge;
    ROWS(indicator_row) indicator;
    ROWS(series_row) series;
    ROWS(not_applicable_row) not_applicable;
    ROWS(form_row) form;
    ROWS(form_section_row) form_section;
    ROWS(form_line_row) form_line;
    ROWS(form_rule_row) form_rule;
    ROWS(target_set_row) set;
    ROWS(target_row) target;
    ROWS(target_version_row) target_version;
    ROWS(target_schedule_row) target_schedule;
    ROWS(expectation_row) expectation;
    ROWS(account_row) account;
    ROWS(grant_row) grant;
    ROWS(setting_row) setting;
};

/* Builds the snapshot in the arena: resolves references, compiles and orders formulas, links forms,
 * targets, grants. Errors name the object (err.formula.*, err.catalog.*). */
bool catalog_build(struct arena *a, struct kinds kinds, const struct catalog_rows *rows,
    struct catalog *ret, struct err *err);

#endif
