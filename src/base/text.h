/* text: UTF-8 and Vietnamese.
 *
 * Layer base; utf8proc beneath. Text is checked and brought to NFC once, at each entrance
 * (text_clean); inside it is valid and composed. A person's own spelling is never rewritten: search
 * and comparison use folded keys beside it. Vietnamese places the tone of oa, oe, uy in two ways
 * (hòa/hoà, thủy/thuỷ); folding unifies them, printing follows a setting.
 */
#ifndef GB_BASE_TEXT_H
#define GB_BASE_TEXT_H

#include "base/err.h"
#include "base/str.h"

/* Valid UTF-8 (no surrogates, no overlong forms, no NUL). */
bool utf8_valid(struct str s);
/* Next code point at byte *at, which moves on; -1 at the end. The text must be valid. */
int32_t utf8_next(struct str s, size_t *at);
/* Number of code points. */
size_t utf8_count(struct str s);
void utf8_put(struct sbuf *out, int32_t code_point);

/* Checks, composes to NFC and refuses control characters other than tab and line end. At most `max`
 * code points. Borrowed from `s` when nothing had to change.
 * Errors: err.text.utf8, err.text.control, err.text.too_long. */
bool text_clean(struct arena *a, struct str s, size_t max, struct str *ret, struct err *err);

/* The keys below take text that text_clean let in; their pointer is NULL only where the arena is
 * exhausted, never for an empty text. */

/* The key for searching: lower case, no diacritics, d for đ, blanks (also no-break) folded to one,
 * none at the ends; dashes, quotation marks and compatibility forms (km²) become the plain ones.
 * "Đảng bộ  XÃ Hòa Phong" -> "dang bo xa hoa phong". */
struct str text_fold(struct arena *a, struct str s);
/* The key for equality of names: like text_fold but diacritics stay and the tone mark is moved to
 * one place in every syllable: "xã Hoà Phong" and "Xã Hòa Phong" agree, "Qúy" and "Quý" too, "Hoa"
 * does not. i and y (kỉ, kỷ) stay apart. */
struct str text_same(struct arena *a, struct str s);
/* Does `haystack`, folded, contain `needle`, folded? For filters as one types. Leaves the arena as
 * it was; false where the arena is exhausted. */
bool text_contains(struct arena *a, struct str haystack, struct str needle);
/* Bytes whose memcmp order is the order of a Vietnamese dictionary: letters a ă â b c d đ e ê ...,
 * then tones (none, huyền, hỏi, ngã, sắc, nặng), then lower case first; digits before letters;
 * blanks first; numbers by their value, so that "Phường 2" stands before "Phường 10". Agrees with
 * CLDR's Vietnamese collation with numeric ordering (tests compare with ICU). Different texts may
 * have one key ("1", "01"): order those by something else. */
struct str text_sort_key(struct arena *a, struct str s);
/* Upper and lower case of a whole text. */
struct str text_lower(struct arena *a, struct str s);
struct str text_upper(struct arena *a, struct str s);

enum tone { TONE_NONE, TONE_HUYEN, TONE_HOI, TONE_NGA, TONE_SAC, TONE_NANG, TONE_COUNT };
/* Lower-case vowels by row: a ă â e ê i o ô ơ u ư y, each with its six tones. */
#define VOWEL_COUNT 12
extern const uint16_t vowel_with_tone[VOWEL_COUNT][TONE_COUNT];
/* Where the tone of oa, oe, uy stands: TONE_OLD hòa, thủy (the usual one), TONE_NEW hoà, thuỷ. */
enum tone_place { TONE_OLD, TONE_NEW };
/* Rewrites the syllables concerned; everything else stays. For papers, never for stored text. */
struct str text_place_tones(struct arena *a, struct str s, enum tone_place place);

#endif
