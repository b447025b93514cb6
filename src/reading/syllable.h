/* syllable: is this word a syllable that Vietnamese spelling allows?
 *
 * Layer reading; pure. A syllable is onset + rime + tone; the onsets and rimes of the standard
 * spelling are tables (facts of the language, as school grammars list them), and rimes that end in
 * c, ch, p or t bear only the tones sắc and nặng. Foreign names and names of minorities (Đắk,
 * Krông) are not syllables in this sense. Used to weigh evidence, never to refuse a person's text.
 */
#ifndef GB_READING_SYLLABLE_H
#define GB_READING_SYLLABLE_H

#include "base/text.h"

/* Case of ASCII and Vietnamese letters; other characters come back as they are. */
int32_t vi_lower(int32_t c);
int32_t vi_upper(int32_t c);
/* A letter of ASCII or of the Vietnamese alphabet, with or without tone, or a combining tone mark.
 */
bool vi_letter(int32_t c);
/* Which vowel and tone a lower-case letter is; false for all that is not a vowel. */
bool vi_vowel(int32_t c, int *ret_vowel, enum tone *ret_tone);
/* The tone of a combining mark U+0300, 0301, 0303, 0309, 0323; TONE_NONE for others. */
enum tone vi_mark(int32_t c);
/* `word`: n code points in any case, composed or with combining tone marks. */
bool syllable_valid(const int32_t *word, size_t n);

#endif
