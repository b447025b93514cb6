/* when: expressions of time, and which period a figure has.
 *
 * Internal to the room. Finds dates, months, quarters, halves, "9 tháng", years, spans and seasons,
 * and words as "đến nay"; says which of them belong to a comparison ("so với năm 2022"), to the
 * date of a paper ("ngày 25/10/2017 của Ban Chấp hành Trung ương") or to an event; and what the
 * text as a whole is about: its date, year, term and period.
 */
#ifndef GB_READING_WHEN_H
#define GB_READING_WHEN_H

#include "reading/token.h"

enum when_sort {
    WHEN_YEAR,
    WHEN_HALF,
    WHEN_QUARTER,
    WHEN_MONTHS, /* n months from January */
    WHEN_MONTH,
    WHEN_DAY,
    WHEN_SPAN,
    WHEN_NOW,
    WHEN_SINCE_YEAR,
    WHEN_SINCE_TERM,
    WHEN_TERM,
    WHEN_THIS_YEAR,
    WHEN_THIS_MONTH,
    WHEN_THIS_QUARTER,
    WHEN_NEXT_YEAR,
    WHEN_LAST_YEAR,
    WHEN_START_OF_TERM, /* a year once the term is known */
};

struct when {
    uint32_t from, to; /* tokens */
    enum when_sort sort;
    int y, y2, n, d; /* year, last year of a span, number of month, quarter, half; day */
    bool end;        /* the end of the year */
    bool compared;   /* what something is measured against */
    bool paper;      /* date of a document */
    bool event;      /* a day on which something happened */
    bool upto;       /* "đến ...": a level reached by then */
    bool term;       /* a term of office */
    bool local; /* a school year, a season over the turn of the year: of its own sentence only */
    bool cumulative; /* "lũy kế 9 tháng" inside a sentence: of the figures behind it only */
    uint32_t shut;   /* the end of the bracket that it does not speak beyond, 0: none */
    bool inner;   /* "quý III và 9 tháng": lies within the one behind it, which a title means */
    bool planned; /* "kế hoạch năm 2025": of the plan, where the report is of less than a year */
    bool deadline; /* "trước ngày 30/9": by when a target is to be reached */
};

struct times {
    VEC(struct when) w;           /* in the order of the text */
    uint32_t *at;                 /* token -> 1 + index of the expression that covers it, or 0 */
    int year, month;              /* of the text, 0 if unknown */
    int term, term_end;           /* the term it speaks of, 0 if none */
    const struct when *event;     /* the first day that is told, NULL if none */
    const struct when *term_when; /* where the term is named */
    struct when main;             /* the period it reports on */
    bool has_main;
};

/* Finds all; marks their tokens MARK_TIME. */
bool times_find(struct page *p, struct times *t);
/* Internal to times_find (bind.c): how they lean on each other. */
void times_bind(struct times *t, const struct page *p);
/* Internal to times_find (learn.c): date, year, term and period of the text. */
void times_learn(struct times *t, const struct page *p);
/* The expression that ends before token i, or NULL. */
const struct when *when_before(const struct times *t, size_t i);
/* The expression that begins at token i, or NULL. */
const struct when *when_from(const struct times *t, size_t i);
/* "2024-Q1", "2021-9M", "2020-2025", "2023-12"; empty where the text does not say. */
struct str when_text(struct page *p, const struct times *t, const struct when *w);
/* The last year it reaches, 0 if unknown. */
int when_year(const struct times *t, const struct when *w);

#endif
