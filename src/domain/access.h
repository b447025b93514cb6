/* access: who may do what.
 *
 * Layer domain, pure. One function decides (access_may); pages, lists, exports, search and commands
 * use it and nothing else. model.md, "Who may do what". Reading: the unit or a successor lies under
 * mine today, or the unit lay under mine on the period's last day. Writing: today's tree; a closed
 * unit through its sole successor or a compiler.
 *
 *  - A closed unit's successors are the living ones it went into, over all steps between. A living
 *    unit has none here, whatever it gave away.
 *  - Where it was decided who finishes a report of a closed unit (domain/handover.h), the people of
 *    that unit enter, check and sign it, its superiors approve it, and no other successor; kept
 * with the old unit, only a compiler.
 *  - An approver or compiler approves and reopens what lies strictly below the grant's unit (below
 *    `everything` lies all). That the approver is not the sender is checked by the use case.
 *  - Compilers may also enter for the units below, recorded as such (access_for_another).
 *  - A grant restricted to forms or an owner does not reach what has another form or owner; what
 * has none it reaches. Asking without a form means: anything there at all?
 *  - An inspector's grant counts only with a decision number and an end. Sealed values are read
 * only by a registrar named for a unit. An administrator reads neither personal nor sealed values
 * and does not approve, by that role alone.
 */
#ifndef GB_DOMAIN_ACCESS_H
#define GB_DOMAIN_ACCESS_H

#include "base/day.h"
#include "domain/handover.h"
#include "domain/id.h"
#include "domain/unit.h"

enum role {
    ROLE_VIEWER,
    ROLE_REPORTER,
    ROLE_CHECKER,
    ROLE_SIGNER,
    ROLE_APPROVER,
    ROLE_COMPILER,
    ROLE_LEADER,
    ROLE_INSPECTOR,
    ROLE_REGISTRAR,
    ROLE_PUBLISHER,
    ROLE_ADMINISTRATOR,
    ROLE_COUNT
};
const char *role_name(enum role r);
bool role_parse(struct str s, enum role *ret);
enum msg_key role_label(enum role r);

/* What can be asked. Which role has which right is one declared table in access.c. */
enum right {
    RIGHT_READ,          /* figures, targets, reports of a unit (public and internal classes) */
    RIGHT_READ_PERSONAL, /* figures of class personal */
    RIGHT_READ_SEALED,
    RIGHT_READ_HISTORY, /* who changed what */
    RIGHT_ENTER,        /* type into drafts */
    RIGHT_CHECK,
    RIGHT_SIGN,    /* send upward */
    RIGHT_APPROVE, /* receive, return, approve, lock: for units strictly below the grant's unit */
    RIGHT_REOPEN,
    RIGHT_COMMENT,
    RIGHT_ADMIN_UNITS,
    RIGHT_ADMIN_INDICATORS, /* indicators, forms, target sets */
    RIGHT_ADMIN_ACCOUNTS,
    RIGHT_ADMIN_SYSTEM,
    RIGHT_COUNT
};

struct grant {
    struct account_id account;
    enum role role;
    int unit; /* index: this unit and what lies under it on `line`; -1: everything */
    enum line line;
    struct str owner; /* only lines of this owner body; empty: all */
    struct str *form; /* only these forms by code; none: all */
    size_t forms;
    struct day from, to;
    struct str decision; /* an inspector's decision number */
};

struct account {
    struct account_id id;
    struct uid uid;
    struct str login, name,
        post; /* post: shown beside the name; people appear as holders of a duty */
    int unit; /* where the person sits; -1 */
    struct str password_hash;
    bool disabled, demonstration;
    enum lang lang;
    const struct grant *grant;
    size_t grants;
};

/* Successors of a unit as known today: fills `ret` (capacity `max`) with indexes; the number of
 * them. */
typedef size_t access_successors(const void *ctx, int unit, int *ret, size_t max);

struct access {
    const struct units *units;
    struct day today;
    access_successors *successors; /* may be NULL: no unit has a successor */
    const void *successors_ctx;
    const struct handover *handover; /* by unit */
    size_t handovers;
};

/* May the account use `right` on `unit` (index, -1: on the system as a whole) for a period whose
 * last day is `period_end` (today for things without a period)? `form` and `owner`: of what is
 * touched, empty where it has none. */
bool access_may(const struct access *x, const struct account *who, enum right right, int unit,
    struct day period_end, struct str form, struct str owner);
/* Does the account, where it may enter, do so for another: a compiler for a unit below? Those who
 * enter for themselves have a grant to enter that names the unit, or the one whose people write for
 * it once it is closed (access_writer). "Entering for another is recorded as such" (model.md,
 * Reporting). */
bool access_for_another(const struct access *x, const struct account *who, int unit,
    struct day period_end, struct str form, struct str owner);
/* The unit whose people write what `unit` has to report of that day: itself while it lives; of a
 * closed one that to which the report was handed, else its only living successor; -1: none, only a
 * compiler above. */
int access_writer(const struct access *x, int unit, struct day period_end, struct str form);
/* Tops of what the account may read today: indexes of units, each once; -1 stands for everything.
 */
size_t access_tops(const struct access *x, const struct account *who, int *ret, size_t max);

#endif
