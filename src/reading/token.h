/* token: text as tokens, lines and sentences, with every word-list entry that begins at a token.
 *
 * Internal to the room. Tokens are words (letters, with digits where they follow letters), numbers
 * (digits with points and commas inside), single punctuation marks, tabs and line ends. A page is
 * the whole text so prepared; all later parts work on token numbers.
 */
#ifndef GB_READING_TOKEN_H
#define GB_READING_TOKEN_H

#include "base/vec.h"
#include "reading/words.h"

enum tok_kind { TOK_WORD, TOK_NUM, TOK_PUNCT, TOK_TAB, TOK_LINE };

/* Why a number is no figure, and what has been read already. */
enum tok_mark { MARK_NONE, MARK_TIME, MARK_NAME, MARK_FIGURE };

struct tok {
    uint32_t at, end; /* bytes */
    uint32_t cp;      /* code points before it */
    uint32_t word;    /* id in the word lists, 0 for a word that no list has */
    struct str low;   /* folded: small letters, one tone placement */
    uint32_t hits;    /* first of its entries in page.hits */
    uint16_t nhits;
    uint8_t kind;
    uint8_t mark;
    char ch;         /* the mark itself where it is ASCII; '-' for every dash; else 0 */
    bool cap, upper; /* first letter, all letters are capitals */
    bool glued;      /* no blank before it */
};

struct hit {
    uint16_t lex, len;
    uint32_t entry;
};

struct line {
    uint32_t from, to; /* tokens, without the line end */
    uint32_t s0, s1;   /* sentences */
    bool table, heading;
    bool item;              /* a bullet or a numbered line of a list */
    enum reading_role role; /* what its section speaks of */
    bool role_given;
};

struct sentence {
    uint32_t from, to, line;
};

struct page {
    struct arena *a;
    struct str text;
    const struct reading_words *w;
    const struct reading_options *options;
    VEC(struct tok) toks;
    VEC(struct hit) hits;
    VEC(struct line) lines;
    VEC(struct sentence) sents;
};

#define SENTENCE_TOKENS_MAX 600

bool page_init(struct page *p, struct arena *a, struct str text, const struct reading_words *w,
    const struct reading_options *o);

/* Length of the longest entry of a class that begins at token i, 0 for none. */
size_t lex_at(const struct page *p, size_t i, enum lex c, struct str *ret_value);
/* Length of the longest entry of a class that ends before token i, 0 for none; `lo` is the first
 * token it may use. */
size_t lex_before(const struct page *p, size_t lo, size_t i, enum lex c, struct str *ret_value);
/* Does an entry of the class lie within [lo, hi)? ret_at: the first one's token. */
bool lex_within(const struct page *p, size_t lo, size_t hi, enum lex c, size_t *ret_at);
/* The last entry within [lo, hi); its length, 0 for none. */
size_t lex_last(const struct page *p, size_t lo, size_t hi, enum lex c, size_t *ret_at);

/* Is it the word `z` (folded), whatever its case? */
bool tok_word(const struct page *p, size_t i, const char *z);
struct str tok_text(const struct page *p, size_t i);
/* The text from token i to token j (exclusive). */
struct str toks_text(const struct page *p, size_t i, size_t j);
bool tok_is(const struct page *p, size_t i, char ch);
bool tok_num(const struct page *p, size_t i);
/* The whole number of a token of at most 6 digits without points, or -1. */
int tok_int(const struct page *p, size_t i);
/* A year from 1930 to 2099 in four digits. */
bool tok_year(const struct page *p, size_t i);

#endif
