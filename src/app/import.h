/* import: files of definitions and figures come in.
 *
 * Layer app. The columns are the contract for programs (docs/contract.md): unknown columns are
 * refused, empty cells mean the default, every import is all or nothing, one act, and can be undone
 * by import_undo. `valid_to` and `--to` are the first day on which a thing no longer holds. Equal
 * rows change nothing; an import that changes nothing opens no act.
 */
#ifndef GB_APP_IMPORT_H
#define GB_APP_IMPORT_H

#include "app/app.h"

/* A file that says the same in other columns and words is taken through these, each a list of pairs
 * parted by commas. A row with a word that maps to nothing ("unchanged=") is left out. */
struct import_mapping {
    struct str columns;  /* ours=theirs */
    struct str ignore;   /* their columns that say nothing here */
    struct str defaults; /* ours=value, where the column or the cell is missing */
    struct str words;    /* column:theirs=ours */
};

struct import_file {
    struct str name; /* for messages */
    struct str text; /* UTF-8, see csv.h */
    bool dry_run;
    struct import_mapping map;
};

struct import_result {
    struct act_no act; /* 0: nothing changed, or a dry run */
    int64_t rows, added, changed, unchanged;
};

struct import_units_options {
    struct day from, to; /* defaults for rows without valid_from, valid_to */
    struct str root;     /* code of the parent of rows without one; empty: they are roots */
};
/* `code,name,kind,parent_code[,valid_from,valid_to,line]`; see import_units.c. */
bool import_units(struct app *a, struct actor who, const struct import_file *f,
    const struct import_units_options *o, struct import_result *ret, struct err *err);
/* `indicator,aliases...`:
 * code,name,unit_of_measure,decimals,direction,frequency,over_units,over_time,
 * formula[,weight,value_type,entered,reported_by,line,family,basis,class,...] */
bool import_indicators(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err);
/* `indicator,unit,period,value[,status,approx,note]` */
bool import_figures(struct app *a, struct actor who, const struct import_file *f, bool provisional,
    struct import_result *ret, struct err *err);
/* `set,name,unit,giver,start,end` */
bool import_sets(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err);
/* `set,code,indicator,unit,comparator,value,basis,start,deadline[,value_to,baseline,compensating,weight]`
 */
bool import_targets(struct app *a, struct actor who, const struct import_file *f,
    struct import_result *ret, struct err *err);
/* Reverses the act of an import: definitions and figures. ERR_CONFLICT where later acts built on
 * it. */
bool import_undo(struct app *a, struct actor who, struct act_no undone, bool dry_run,
    struct import_result *ret, struct err *err);

#endif
