/* unit: places and bodies through time, and the trees they form.
 *
 * Layer domain, pure. A unit has giaoban's own identity for life; name, kind, official code and
 * parents are dated attributes over [from, to). The same code names different units at different
 * times, so a look-up by code needs a day. On each line (state, party, ...) a unit has at most one
 * parent per day. A `struct units` is built once from rows and never changed; indexes into it
 * (`int`, -1 for none) are the short name of a unit within one catalogue. Kinds are data
 * (rules/kinds.csv).
 */
#ifndef GB_DOMAIN_UNIT_H
#define GB_DOMAIN_UNIT_H

#include "base/day.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "domain/id.h"

enum line { LINE_STATE, LINE_PARTY, LINE_FRONT, LINE_COUNCIL, LINE_COUNT };

/* "state", "party", "front", "council"; false for others. */
bool line_parse(struct str s, enum line *ret);
const char *line_name(enum line line);

/* A kind of unit. `group` is the key under which it is found too: asking for `commune` finds wards
 * and special zones. Level: 1 country, 2 province, 3 district, 4 commune, 5 below. */
struct kind {
    struct str key, word_vi, word_en, group;
    int level;
    bool is_body; /* a committee, office, cell ...; else a place */
};
struct kinds {
    struct kind *p;
    size_t n;
};
/* Reads rules/kinds.csv: `key,level,word_vi,word_en,group,is_body` (is_body yes or empty). */
bool kinds_parse(struct arena *a, struct str csv, struct kinds *ret, struct err *err);
/* By key or by Vietnamese word (any case, tone placement): "ward", "Phường"; -1 where there is
 * none. */
int kinds_find(const struct kinds *k, struct arena *scratch, struct str s);
/* Does kind `k` answer to the key of `asked`: the same, or of its group? */
bool kind_answers(const struct kinds *ks, int k, int asked);

/* Attributes in one stretch of time. */
struct unit_version {
    struct day from, to;
    struct str name, code; /* code may be empty (bodies) */
    int kind;
};
struct unit_parent {
    enum line line;
    struct day from, to;
    int parent; /* index; -1 is a root on that line in that time */
};
struct unit {
    struct unit_id id;
    struct uid uid;
    int place;                    /* index of the body's place, -1 for a place */
    struct unit_version *version; /* by `from`, not overlapping */
    size_t versions;
    struct unit_parent *parent; /* by line, then `from` */
    size_t parents;
};

/* Rows as they come from the store; only those known at the wanted act. */
struct unit_row {
    struct unit_id id;
    struct uid uid;
    struct unit_id place;
};
struct unit_at_row {
    struct unit_id unit;
    struct day from, to;
    struct str name, code, kind; /* kind by key */
};
struct parent_at_row {
    struct unit_id unit, parent; /* parent 0: root */
    enum line line;
    struct day from, to;
};
struct unit_rows {
    struct unit_row *unit;
    size_t units;
    struct unit_at_row *at;
    size_t ats;
    struct parent_at_row *parent;
    size_t parents;
};

struct units {
    struct kinds kinds;
    struct unit *p;
    size_t n;
    struct map by_id;    /* id -> index */
    struct smap by_uid;  /* uid -> index */
    struct smap by_code; /* code -> first in `chain` */
    struct code_link {
        int unit;
        int next;
    } * chain;
};

/* Builds the directory; texts are borrowed from the rows. Errors: unknown kind, overlapping
 * attributes, parent of an unknown unit (err.unit.*): a damaged store. */
bool units_build(struct arena *a, struct kinds kinds, const struct unit_rows *rows,
    struct units *ret, struct err *err);
int units_find_id(const struct units *us, struct unit_id id);
int units_find_uid(const struct units *us, struct str uid);
/* The unit that bears the code on the day; where none does, -1 with err.unit.no_code (which names
 * the days on which one did) or, where none ever did, err.unit.unknown; where several do (different
 * kinds), -1 with err.unit.code_ambiguous. */
int units_find_code(const struct units *us, struct str code, struct day day, struct err *err);
/* By uid, code, or `kind:code`, each but the first also with the day on which it is meant,
 * `code@2025-06-30`, which then stands for `day`; as units_find_code. */
int units_find(const struct units *us, struct str s, struct day day, struct err *err);

/* Of all that ever bore the code (or as units_find says) the one that bore it last; where several
 * did at once, or it is nobody's, as units_find. */
int units_find_last(const struct units *us, struct str s, struct day day, struct err *err);

/* Attributes on a day, NULL where it does not exist then. */
const struct unit_version *unit_on(const struct units *us, int unit, struct day day);
/* Attributes on the day, else the last before it, else the first: a name to show for any day. */
const struct unit_version *unit_name_on(const struct units *us, int unit, struct day day);
bool unit_alive(const struct units *us, int unit, struct day day);
/* First day of existence and the first day after it. */
struct day unit_first(const struct units *us, int unit);
struct day unit_end(const struct units *us, int unit);
/* Parent on a line and day; -1 for a root, where it is not on that line, and where the parent is not
 * on that line that day (it stands as a root then). */
int unit_parent_on(const struct units *us, int unit, enum line line, struct day day);
/* Is it on the line's tree that day (has a row, root or not)? Places are always on the state line.
 */
bool unit_on_line(const struct units *us, int unit, enum line line, struct day day);
/* Is `unit` the same as or under `top`? */
bool unit_under(const struct units *us, int unit, int top, enum line line, struct day day);
int unit_kind_on(const struct units *us, int unit, struct day day);

/* One line's tree on one day, in preorder: the units under position p are p + 1 ... p + size[p]
 * - 1. */
struct tree {
    enum line line;
    struct day from, to; /* the stretch of days in which no unit of the line changes at all: also
                            names, codes and kinds are the same */
    size_t n;
    int *unit;   /* position -> unit index */
    int *parent; /* position -> position of the parent, -1 for roots */
    int *size;   /* position -> units in its subtree, itself included */
    int *depth;
    int *pos; /* unit index -> position, -1 where it is not in the tree */
};
/* Siblings stand by code, then by identity. Errors: err.unit.cycle, err.memory. */
bool tree_build(struct arena *a, const struct units *us, enum line line, struct day day,
    struct tree *ret, struct err *err);
static inline bool tree_is_leaf(const struct tree *t, int pos)
{
    return t->size[pos] == 1;
}

#endif
