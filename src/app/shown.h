/* shown: one value as a page shows it, wherever it comes from.
 *
 * Layer app. Pages take values from drafts, from single figures and from totals; a template wants
 * one struct for all of them. Nothing is rounded or put into words here. A figure that the reader
 * may not see is never in a `shown`: it is `hidden`, with has false.
 */
#ifndef GB_APP_SHOWN_H
#define GB_APP_SHOWN_H

#include "app/app.h"
#include "base/json.h"

struct shown {
    bool has;
    struct rat value;          /* unrounded */
    enum figure_status status; /* the weakest of what is in it */
    bool nil;                  /* a zero said as "không phát sinh" */
    bool approx, made_up;
    bool behalf;   /* a single figure that another entered for the unit */
    bool stated;   /* the unit's own word, where parts were expected or nothing else is there */
    bool boundary; /* compared across a change of boundaries */
    bool restated; /* read on units of another day, */
    bool estimated, bounded; /* by shares; within low and high */
    struct rat low, high;
    bool partial; /* alive in a part of the period only */
    bool carried; /* cannot be split: read whole where it reaches further */
    int64_t reported, expected;
    int64_t k, n; /* of share_of_units; else 0 */
};

struct shown shown_of_total(const struct total *t);
/* A stored version at the indicator's decimals; a cleared one has nothing. NULL: nothing. */
struct shown shown_of_version(const struct figure_version *v, int decimals);
struct shown shown_of_dec(struct dec d);
/* 100 * part / whole; false where one of them is missing or the whole is not positive. */
bool shown_percent(const struct shown *part, struct rat whole, struct rat *ret);

/* Members of an object: {"value":"12.5","status":"estimate",...}, null where there is nothing; the
 * id of a period; a unit by code (else uid) and name on the day; days and instants, null for 0. */
void json_kshown(struct json *j, const char *key, const struct shown *x, int decimals);
void json_kperiod(struct json *j, const char *key, struct period p);
void json_kunit(struct json *j, const struct catalog *c, int unit, struct day day);
void json_kday(struct json *j, const char *key, struct day d);
void json_kms(struct json *j, const char *key, int64_t ms);

/* The day's name of a unit ("phường Hương Xuân" as it was then); "?" where it never had one. */
struct str unit_name_of(const struct catalog *c, int unit, struct day day);
/* The same inside a sentence: "phường Hương Xuân", the word of its kind with a small initial. */
struct str unit_in_sentence(const struct catalog *c, int unit, struct day day, struct arena *a);
/* People appear as holders of a duty: the post, else the name, of an account; empty for -1. */
struct str post_of(const struct catalog *c, int account);

#endif
