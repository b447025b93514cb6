/* act: one user action, the second time axis and the trail of everything.
 *
 * Layer domain, pure. Every change is one act: who, when, through what, which kind, on what, why,
 * and what it changed. The body tells it in words (JSON) as far as the use case has something to
 * tell; every row that an act writes enters the act's trail, which the store keeps beside the body
 * and which the hash covers with all the rest. Acts are chained by hash. Numbers are dense and
 * never go back.
 */
#ifndef GB_DOMAIN_ACT_H
#define GB_DOMAIN_ACT_H

#include "base/str.h"
#include "domain/figure.h"
#include "domain/id.h"

/* Kinds of acts: closed list, stored by key; labels are messages act.kind.<key>. */
enum act_kind {
    ACT_INIT,
    ACT_IMPORT_UNITS,
    ACT_IMPORT_INDICATORS,
    ACT_IMPORT_FORMS,
    ACT_IMPORT_SETS,
    ACT_IMPORT_TARGETS,
    ACT_IMPORT_FIGURES,
    ACT_IMPORT_SUCCESSION,
    ACT_IMPORT_NOT_APPLICABLE,
    ACT_IMPORT_ACCOUNTS,
    ACT_IMPORT_EXPECTATIONS,
    ACT_IMPORT_BOUNDARIES,
    ACT_IMPORT_OTHER,
    ACT_UNDO,
    ACT_ENTER,          /* figures entered without a report */
    ACT_REPORT_STEP,    /* object names the report, detail the step */
    ACT_REPORT_CORRECT, /* cells changed by somebody entitled to */
    ACT_ACCOUNT,
    ACT_SETTING,
    ACT_UNIT_EVENT,
    ACT_TARGET,
    ACT_RESTORE,
    ACT_KINDS
};
const char *act_kind_name(enum act_kind k); /* "import-units", ... */
bool act_kind_parse(struct str s, enum act_kind *ret);

struct act {
    struct act_no no;
    int64_t at_ms;
    struct account_id account; /* 0: system */
    struct str via;            /* "web 10.1.2.3", "cli root", "demo" */
    enum act_kind kind;
    struct str object; /* "report DU-Q 12103 2024-Q1", "units 14" */
    struct str reason;
    struct str body; /* text: JSON of what the use case has to tell, or empty */
    unsigned char hash[32];
};

/* Figures packed: series, period, unit, value, flags as variable-length integers, keys as
 * differences from the one before (wrapping), signs folded in. */
struct figure_change {
    struct figure_key key;
    int64_t value;
    uint32_t flags;
};
#define ACT_PACK_MAX 50 /* bytes of one figure at most */
/* One figure behind `*prev`, which becomes its key; the number of bytes. Begin with a zeroed one.
 */
size_t act_figure_pack(
    struct figure_key *prev, const struct figure_change *c, unsigned char ret[ACT_PACK_MAX]);
/* False when the arena is exhausted. */
bool act_figures_pack(struct arena *a, const struct figure_change *c, size_t n, struct str *ret);
/* The figure at byte *at, which moves behind it; *key is that of the one before, zeroed at first.
 * False where no packing gave such bytes. */
bool act_figure_unpack(
    struct str packed, size_t *at, struct figure_key *key, struct figure_change *ret);
/* Errors: err.act.packed (bytes that no packing gave). */
bool act_figures_unpack(
    struct arena *a, struct str packed, struct figure_change **ret, size_t *ret_n, struct err *err);

#endif
