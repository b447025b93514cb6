/* indicator: what is counted, how it adds up, and its series.
 *
 * Layer domain, pure. model.md, "Indicators and figures". An indicator has one series of its own
 * and one for every item of its breakdown; a figure belongs to a series. Decimals are frozen after
 * the first figure, so that every mantissa of a series has one scale.
 */
#ifndef GB_DOMAIN_INDICATOR_H
#define GB_DOMAIN_INDICATOR_H

#include "base/err.h"
#include "base/str.h"
#include "domain/id.h"
#include "domain/period.h"
#include "domain/unit.h"

struct formula;

enum direction { DIRECTION_MORE, DIRECTION_LESS, DIRECTION_NEITHER };
enum value_type { VALUE_NUMBER, VALUE_YES_NO };
enum over_units { UNITS_SUM, UNITS_MEAN, UNITS_RATIO, UNITS_MIN, UNITS_MAX, UNITS_NONE };
enum over_time { TIME_SUM, TIME_LAST, TIME_MEAN, TIME_RATIO, TIME_MIN, TIME_MAX, TIME_NONE };
enum entered { ENTERED_IN_PERIOD, ENTERED_YEAR_TO_DATE };
enum share_basis { BASIS_PEOPLE, BASIS_AREA, BASIS_HOUSEHOLDS, BASIS_COUNT };
enum privacy { PRIVACY_PUBLIC, PRIVACY_INTERNAL, PRIVACY_PERSONAL, PRIVACY_SEALED };
enum source { SOURCE_REPORTED, SOURCE_FORMULA, SOURCE_REGISTER };

/* The words of the import contract, each both ways; parse gives false for an unknown word. */
bool direction_parse(struct str s, enum direction *ret);     /* more less neither */
bool value_type_parse(struct str s, enum value_type *ret);   /* number yes_no */
bool over_units_parse(struct str s, enum over_units *ret);   /* sum mean ratio min max none */
bool over_time_parse(struct str s, enum over_time *ret);     /* sum last mean ratio min max none */
bool entered_parse(struct str s, enum entered *ret);         /* in-period year-to-date */
bool share_basis_parse(struct str s, enum share_basis *ret); /* people area households */
bool privacy_parse(struct str s, enum privacy *ret);         /* public internal personal sealed */
bool source_parse(struct str s, enum source *ret);           /* reported formula register */
const char *direction_name(enum direction v);
const char *value_type_name(enum value_type v);
const char *over_units_name(enum over_units v);
const char *over_time_name(enum over_time v);
const char *entered_name(enum entered v);
const char *share_basis_name(enum share_basis v);
const char *privacy_name(enum privacy v);
const char *source_name(enum source v);

struct indicator {
    struct indicator_id id;
    struct uid uid;
    struct str code, name, unit_of_measure, definition;
    struct str *alias;
    size_t aliases;
    int decimals;
    enum direction direction;
    enum value_type value_type;
    enum frequency frequency; /* base frequency */
    enum over_units over_units;
    enum over_time over_time;
    enum entered entered;
    enum line line;
    struct str family; /* calendar family of its windows: "calendar", "report", ... */
    enum share_basis basis;
    enum privacy privacy;
    enum source source;
    struct str formula_text;       /* empty for reported ones */
    const struct formula *formula; /* compiled, NULL for reported ones */
    struct str weight_code;
    int weight;              /* index of the weight's indicator, -1: unweighted */
    struct str *reported_by; /* keys of kinds; none: the leaves of the tree report */
    size_t reporting_kinds;
    struct str note;       /* source and origin, shown with the definition */
    bool followed;         /* shown on scoreboards also without a target */
    int position;          /* order in lists */
    int series;            /* index of its own series, -1 for computed ones without one */
    int first_part, parts; /* indexes of the breakdown's series */
    int form;              /* index of the owning form, -1 for none */
    struct str owner;      /* key of the body that enters it, empty for any */
};

struct series {
    struct series_id id;
    int indicator;
    struct str key; /* of the breakdown's item; empty for the indicator's own */
    struct str label;
};

/* Not applicable: the unit does not report the indicator in that time; it leaves `expected`. */
struct not_applicable {
    int unit, indicator;
    struct day from, to;
};

#endif
