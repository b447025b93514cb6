/* read: the figures that the sentences of a Vietnamese local-government report state.
 *
 * Layer reading; knows only base. Pure: no files, no clock, no network, no model
 * files. The same text and word lists give the same figures. Input is clean text (text_clean):
 * UTF-8 in NFC, paragraphs separated by line ends, a table row as one line with tab-separated
 * cells.
 *
 * What a figure is, which kinds there are and what is left out is told in docs/reading.md.
 * Everything a `struct reading` points to lives in the arena given to reading_read() or in the text
 * itself.
 *
 * Rules are code, words are data: rules/reading holds the lists; a caller that finds a
 * folder of such lists reads the files and gives their texts to reading_words_parse(). A `struct
 * reading_words` is read-only once built and may be shared by threads.
 *
 * Time and memory grow linearly with the text; sentences, numbers per sentence and figures are
 * capped.
 */
#ifndef GB_READING_READ_H
#define GB_READING_READ_H

#include "base/arena.h"
#include "base/dec.h"
#include "base/err.h"
#include "base/str.h"

struct reading_words;

/* One word list: its name (for error messages) and its text. */
struct reading_list {
    const char *name;
    struct str text;
};

/* The lists that the program carries. Errors: memory. */
bool reading_words_builtin(struct arena *a, const struct reading_words **ret, struct err *err);
/* Lists given as texts. Errors: err.reading.section, err.reading.entry with file and line. */
bool reading_words_parse(struct arena *a, const struct reading_list *lists, size_t n,
    const struct reading_words **ret, struct err *err);

enum reading_kind {
    READING_LEVEL,
    READING_COUNT,
    READING_RATIO,
    READING_PERCENT,
    READING_PERCENT_OF_PLAN,
    READING_GROWTH,
    READING_CHANGE,
    READING_FROM_TO,
    READING_AT_LEAST,
    READING_AT_MOST,
    READING_DATE,
    READING_KINDS,
};
enum reading_role { READING_ACTUAL, READING_ESTIMATE, READING_TARGET };

/* "level", "count", "ratio_k_of_n", "percent", ... */
const char *reading_kind_name(enum reading_kind k);
const char *reading_role_name(enum reading_role r);

struct reading_figure {
    struct str sentence, quote;        /* slices of the text */
    size_t at, end;                    /* the quote's bytes in the text */
    size_t start;                      /* the quote's first code point */
    uint32_t line;                     /* line of the text, from 1 */
    struct str indicator_phrase;       /* in the words of the text */
    enum reading_kind kind, base_kind; /* base_kind only for at_least and at_most */
    enum reading_role role;
    struct dec value, value_max; /* value: all kinds but ratio, from_to and date */
    bool has_max;
    struct dec a, b; /* k and n of a ratio; from and to of from_to */
    struct str date; /* date_target: "2023-12-31" or "2030" */
    struct str unit, comparator, period, subject_unit, approx;
    bool table; /* read from a table cell */
};

enum reading_clash {
    READING_CLASH_LIST,  /* a number announces a list of another length */
    READING_CLASH_PARTS, /* parts add up to something else than their whole */
    READING_CLASH_SHARE, /* k of n is not the per cent beside it */
    READING_CLASH_TWICE, /* two values for one thing */
};
const char *reading_clash_name(enum reading_clash c);

/* A contradiction inside the text, with both places. */
struct reading_contradiction {
    enum reading_clash clash;
    struct str first, second;         /* slices of the text */
    size_t first_start, second_start; /* code points */
    size_t first_at, second_at;       /* bytes */
    struct dec stated, found;
    struct str unit;
};

struct reading_options {
    struct str doc;     /* name of the document, copied into the output */
    struct str subject; /* the reporting unit where the caller knows it, else empty */
    int year, month;    /* of the report where the caller knows them, else 0 */
    size_t max_figures; /* 0: READING_FIGURES_MAX */
    size_t max_bytes;   /* 0: READING_BYTES_MAX */
};
#define READING_FIGURES_MAX 20000
#define READING_BYTES_MAX ((size_t)4 << 20)

struct reading {
    struct reading_figure *figures; /* ordered by start */
    size_t nfigures;
    struct reading_contradiction *contradictions;
    size_t ncontradictions;
    bool cut; /* the limit of figures was reached; what follows was not read */
};

/* Errors: err.text.too_long, memory. */
bool reading_read(struct arena *a, struct str text, const struct reading_words *words,
    const struct reading_options *options, struct reading *ret, struct err *err);

/* One JSON object per line. Keys of figures: doc, sentence, quote, start, indicator_phrase, value,
 * unit, kind, comparator, period, subject_unit, role, approx; value_max only for ranges, k and n
 * only for ratio_k_of_n, from and to only for from_to (value is null for both), base_kind only for
 * bounds. Numbers are plain JSON numbers; a date is a string. */
void reading_figure_json(struct sbuf *out, struct str doc, const struct reading_figure *f);
/* Keys: doc, contradiction, first, first_start, second, second_start, stated, found, unit. */
void reading_contradiction_json(
    struct sbuf *out, struct str doc, const struct reading_contradiction *c);

#endif
