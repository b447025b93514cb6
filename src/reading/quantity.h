/* quantity: numbers with what they count or measure.
 *
 * Internal to the room. A quantity is one number, a range, k of n, or "từ ... lên ..." with its
 * unit and the words glued to it: hedge ("hơn"), bound ("từ ... trở lên"), rate per year. Numbers
 * that name, order, date or time something are marked and left out.
 */
#ifndef GB_READING_QUANTITY_H
#define GB_READING_QUANTITY_H

#include "reading/place.h"
#include "reading/when.h"

enum unit_sort {
    UNIT_NONE,
    UNIT_NOUN,
    UNIT_MEASURE,
    UNIT_MONEY,
    UNIT_PERCENT,
    UNIT_PERMILLE,
    UNIT_POINTS, /* "điểm %" */
    UNIT_TIMES,
};

enum quantity_shape { SHAPE_ONE, SHAPE_RANGE, SHAPE_RATIO, SHAPE_FROM_TO };

enum bound { BOUND_NONE, BOUND_LEAST_WEAK, BOUND_LEAST, BOUND_MOST_WEAK, BOUND_MOST };

struct unit {
    enum unit_sort sort;
    enum lex group;    /* class of the noun */
    struct str name;   /* normalised */
    struct dec times;  /* multiplier */
    uint32_t from, to; /* its tokens */
    bool per;          /* "tấn/ha" */
    bool per_year;     /* "%/năm", "đảng viên/năm" */
    bool unknown;      /* a noun that no list has */
};

struct quantity {
    uint32_t from, num,
        to;       /* from: with hedge and "từ"; num: the first number; to: behind the unit */
    uint32_t end; /* behind "trở lên" */
    enum quantity_shape shape;
    struct dec a, b; /* value; upper end, n, or the second of two */
    struct unit unit;
    struct str approx; /* the hedge as written */
    enum bound bound;
    bool in_words; /* the number is written in letters */
    bool bracket;  /* it opens a bracket: "(43,02%)" */
    bool minus;
    uint32_t line, sentence;
};

struct quantities {
    VEC(struct quantity) q;
};

/* Finds the quantities of one sentence in order. */
bool quantities_find(struct page *p, const struct times *t, const struct places *ps,
    const struct sentence *s, struct quantities *ret);

/* unit.c: the unit behind a number, from token i on, below `hi`. `decimal`: the number has a
 * fraction. */
bool unit_at(struct page *p, size_t i, size_t hi, struct unit *ret);

/* unit.c: the longest counted noun at token i; tokens, 0 for none. */
size_t noun_at(const struct page *p, size_t i, enum lex *ret_group, struct str *ret_name);

/* number.c: the number at token i, digits or words; tokens used, 0 for none. */
size_t number_at(const struct page *p, size_t i, size_t hi, struct dec *ret, bool *ret_words);
/* Is it written with exactly three digits behind a comma, so that it may group thousands? */
bool number_comma_groups(const struct page *p, size_t i, struct dec *ret);
bool dec_times(struct dec d, struct dec by, struct dec *ret);

#endif
