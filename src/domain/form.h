/* form: what is asked for, by whom, in which periods, with which checks.
 *
 * Layer domain, pure. A form is versioned by its periods; sections hold lines; a line is a series
 * and the body that enters it. A form owns the indicators that name it as their owning form: there
 * they are entered, in other forms they are shown read-only. Checks are formulas over the entered
 * cells.
 */
#ifndef GB_DOMAIN_FORM_H
#define GB_DOMAIN_FORM_H

#include "base/str.h"
#include "domain/id.h"
#include "domain/indicator.h"

struct formula;

struct form_line {
    int number;    /* as printed, from 1 */
    int section;   /* index into catalog.form_section, -1 */
    int indicator; /* index */
    struct str
        owner; /* key of the body that enters it: "UBND", "VPDU"; empty: anybody of the unit */
    struct str owner_name_vi, owner_name_en;
    bool required;     /* a report without it is not complete */
    int parent_line;  /* index into catalog.form_line of the line it is a part of, -1 */
    bool confirm_nil; /* a zero must be said as "không phát sinh", an empty cell is not zero */
};

enum rule_level { RULE_ERROR, RULE_WARNING };

struct form_rule {
    enum rule_level level;
    struct str text; /* the condition that must hold */
    const struct formula *formula;
    struct str message_vi, message_en;
    int line; /* index into catalog.form_line of the line it is shown at, -1 */
};

struct form_section {
    struct str key, title_vi, title_en;
};

struct form {
    struct form_id id;
    struct uid uid;
    struct str code, name_vi, name_en;
    enum frequency frequency;
    enum line line;       /* who asks whom */
    struct str *asked_of; /* keys of kinds that answer it */
    size_t kinds;
    int *asked_by;       /* indexes of the units that ask: those below answer; none: everywhere */
    size_t askers;
    int cutoff_day;      /* of the last month of the period; 0: the period's end */
    int due_day;         /* of the last month of the period, or of the month after where negative */
    int close_day;       /* when the superior closes, in the same writing */
    struct day from, to; /* days on which it is in force */
    int first_line, lines; /* indexes into catalog.form_line */
    int first_section, sections;
    int first_rule, rules;
    bool needs_check, needs_sign; /* steps inside the unit before sending */
};

#endif
