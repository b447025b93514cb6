/* reader: what the parts that turn quantities into figures share.
 *
 * Internal to the room. A sentence is read from left to right. Each quantity gets its left side
 * (verb of change, comparison, what remains as the name of an indicator) and its right side; a
 * quantity without a name of its own says something more about the indicator before it and takes
 * over its name, role, period and unit.
 */
#ifndef GB_READING_READER_H
#define GB_READING_READER_H

#include "reading/screen.h"

enum verb { VERB_NONE, VERB_REACHED, VERB_UP, VERB_DOWN, VERB_OVER, VERB_SHORT, VERB_FOLD };

/* What something is measured against: "so với cùng kỳ", "dự toán tỉnh giao". */
struct against {
    uint32_t from, to;
    bool plan, same; /* a plan; an earlier period */
    bool explicit_;  /* "so với" is said */
};

/* The surroundings of one quantity. */
struct side {
    size_t lo, hi; /* behind the last quantity; where the next begins */
    size_t clause; /* where the clause begins */
    size_t np_hi;  /* end of what remains on the left for a name */
    enum verb verb;
    size_t verb_at;
    bool mean, each_year, estimate, far_verb;
    bool threshold; /* "chỉ tiêu 60% số hộ" */
    bool own;       /* has a name of its own on the left */
    struct against against;
    bool has_against;
    size_t right;                /* end of the noun phrase on the right */
    size_t label_from, label_to; /* \"cơ cấu kinh tế:\" before the clause; label_to 0: none */
};

struct role_state {
    bool target, estimate, estimate_all, weak, actual;
    enum reading_role base;
};

struct draft {
    struct reading_figure f;
    size_t q; /* index of the quantity */
    bool secondary;
    size_t parent; /* draft whose name it takes, if secondary */
    const struct when *when;
    bool point;      /* its period is the end of `when` */
    struct str head; /* "tỷ trọng", "giá trị sản xuất" */
    bool rate;
    bool alike; /* takes kind and period from the draft before */
};

struct reader {
    struct page p;
    struct times t;
    struct places ps;
    struct quantities qs;               /* of the sentence at hand */
    VEC(struct against) comparisons;    /* of the sentence at hand */
    VEC(struct draft) drafts;           /* of the sentence at hand */
    VEC(struct reading_figure) figures; /* of the text */
    VEC(struct reading_contradiction) clashes;
    const struct when *period;  /* named by a sentence of the same line */
    const struct when *section; /* named by a heading or an earlier paragraph */
    bool section_heads;         /* a heading names it */
    const struct when *headed;  /* named by the last heading that names one */
    const struct when *span;    /* last span of years */
    int pair_from, pair_to;     /* years that the last from-to with two years compared */
    const struct when *past;    /* the span that a heading of results reviews */
    size_t right;               /* end of the noun phrase behind the last quantity */
    struct str subject;         /* of the paragraph */
    enum reading_role carried;  /* from the sentence before */
    uint32_t line;
    bool parts_estimated; /* an estimated sum ended in ':', its parts follow as bullets */
    bool estimated;       /* the text estimates ("ước"): its year is not over */
    uint32_t *alike_before, *alike_behind; /* token -> 1 + the next number written alike, or 0 */
    size_t max;
    bool cut;
};

/* side.c */
bool comparisons_find(struct reader *r, const struct sentence *s);
void side_find(struct reader *r, const struct sentence *s, size_t k, struct side *ret);
/* "mỗi năm" at token i, but not "cây hàng năm". */
size_t each_year_at(const struct page *p, size_t i);
bool range_has_content(const struct reader *r, size_t lo, size_t hi);

/* kind.c: kind, base kind, value with its sign, unit, comparator. False: no figure after all. */
bool kind_decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side);

/* role.c */
void lines_judge(struct page *p, const struct times *t);
void role_begin(struct reader *r, const struct sentence *s, struct role_state *state);
void role_scan(const struct reader *r, const struct sentence *s, size_t lo, size_t hi,
    struct role_state *state);
enum reading_role role_of(const struct role_state *state);

/* phrase.c */
struct str phrase_left(struct reader *r, const struct sentence *s, const struct side *side);
struct str phrase_range(struct reader *r, size_t lo, size_t hi);
bool phrase_decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side);

/* period.c */
void period_decide(
    struct reader *r, const struct sentence *s, struct draft *d, const struct side *side);
const struct when *period_carried(const struct reader *r, enum reading_role role, size_t at);
/* Said behind token `lo` in its clause. */
const struct when *period_behind(const struct reader *r, size_t lo, size_t hi, bool target);
/* The first and the last time that counts in [lo, hi). */
const struct when *period_first(const struct reader *r, size_t lo, size_t hi);
const struct when *period_in(const struct reader *r, size_t lo, size_t hi, bool spans);

/* figure.c */
bool figures_of_sentence(struct reader *r, const struct sentence *s);
bool figure_push(
    struct reader *r, const struct sentence *s, size_t from, size_t to, struct reading_figure *f);
struct str subject_of(struct reader *r, const struct sentence *s, size_t i);

/* zero.c: zeros in words and dates of milestones of a sentence; called after its figures. */
bool words_of_sentence(struct reader *r, const struct sentence *s);

/* table.c: the rows of a table from a line on; *ret_next: the line behind it. */
bool figures_of_table(struct reader *r, size_t line, size_t *ret_next);

/* clash.c */
bool clashes_find(struct reader *r);

#endif
