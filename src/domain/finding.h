/* finding: what does not add up in a report, said while it is typed and before it is sent.
 *
 * Layer domain, pure. Works on the cells as typed, what the caller knows besides (last period, year
 * to date, plans, figures of other forms) and the form's own rules; gives a list of findings that a
 * person mends or explains, never changes anything. A condition that cannot be told, because an
 * operand is missing, is no finding.
 *
 *  rule     a rule of the form does not hold. Error, or warning that wants a reason
 *  part     a line is larger than the line it is a part of ("trong đó"). Error. A rule that says
 * the same of the same two lines is left out parts    the parts of a breakdown do not add up to the
 * line: all are there and differ, or some are and exceed it already. Error; left out where a rule
 * of that line fails already jump     against the last period, by the rule pack's per cent and
 * least change. Warning copied   so many flows (indicators that add up over time) are the same as
 * in the last period that it looks copied; zeros do not count. Warning, of the whole report nil a
 * zero that must be said as "không phát sinh" is only a zero. Error missing  required cells are
 * empty (before sending only). Error, of the whole report
 *
 * A warning at whose line the typist has left a note is `explained`.
 */
#ifndef GB_DOMAIN_FINDING_H
#define GB_DOMAIN_FINDING_H

#include "domain/catalog.h"
#include "domain/figure.h"
#include "domain/formula.h"

enum finding_kind {
    FINDING_RULE,
    FINDING_PART,
    FINDING_PARTS,
    FINDING_JUMP,
    FINDING_COPIED,
    FINDING_NIL,
    FINDING_MISSING,
    FINDING_KINDS
};
const char *finding_kind_name(enum finding_kind k); /* rule part parts jump copied nil missing */
enum msg_key finding_kind_label(enum finding_kind k);

struct finding {
    enum finding_kind kind;
    enum rule_level level;
    int line;           /* index into catalog.form_line; -1: the whole report */
    const int *related; /* other lines it speaks of, in the form's order */
    size_t relateds;
    const struct form_rule *rule; /* of FINDING_RULE */
    bool explained;
    /* Numbers of the sentence: the two sides (of a rule only where it is a comparison), the last
     * period's and this one's, the parts' sum and the whole. */
    bool has_sides;
    struct dec side[2];
    struct dec percent; /* of a jump; negative: down */
    int64_t count, of;  /* lines copied of lines compared; cells missing */
};

/* One cell as typed, read already; cells of the form that are not in the array are empty. */
struct checked_cell {
    int series; /* index */
    bool has;
    int64_t value;  /* at the indicator's decimals */
    uint32_t flags; /* FIGURE_NIL */
    struct str note;
};

/* What the cells cannot tell. `how` is F_NAME (a figure of another form in the same period),
 * F_PREV, F_LAST_YEAR, F_PLAN, or F_CUMULATIVE: the sum of this year *before* the period. A value
 * without `has` is unknown. */
typedef bool finding_value(void *ctx, int indicator, int series, enum formula_op how,
    struct str set, struct formula_value *ret, struct err *err);

struct finding_limits {
    bool has_up, has_down, has_copied;
    int up_percent, down_percent, copied_percent;
    struct dec up_least, down_least; /* the least change, in the indicator's unit of measure */
    int copied_least;                /* lines compared */
};

struct form_check {
    const struct catalog *c;
    int form, unit;
    struct period period;
    const struct checked_cell *cell;
    size_t cells;
    finding_value *value; /* may be NULL: nothing else is known */
    void *ctx;
    struct finding_limits limits;
    bool before_sending; /* also what is missing */
};

/* By line in the form's order, findings of the whole report last. Errors: err.number.overflow,
 * err.memory. */
bool findings_of(struct arena *a, const struct form_check *q, struct finding **ret, size_t *ret_n,
    struct err *err);
/* What a computed line gives over the typed cells, for showing beside them. */
bool finding_compute(const struct form_check *q, int indicator, struct arena *scratch,
    struct formula_value *ret, struct err *err);
/* The sentence: what, where, what to do. */
void finding_put(
    struct sbuf *out, enum lang lang, const struct catalog *c, const struct finding *f);

/* rules/findings.csv: `valid_from,valid_to,kind,percent,least[,source,confidence,note]` with kind
 * jump_up, jump_down, copied; days inclusive; the last row of a kind that holds on a day wins. */
struct finding_rules {
    struct finding_rule {
        struct day from, to; /* to exclusive */
        int kind;            /* 0 jump_up, 1 jump_down, 2 copied */
        int percent;
        struct dec least;
    } * p;
    size_t n;
};
bool finding_rules_parse(
    struct arena *a, struct str csv, struct finding_rules *ret, struct err *err);
struct finding_limits finding_limits_on(const struct finding_rules *r, struct day day);

#endif
