/* syllable: see syllable.h. Inside, a letter is one byte: A ă, B â, E ê, O ô, P ơ, U ư, D đ. */
#include "reading/syllable.h"

#include <stdlib.h>
#include <string.h>

#define LETTERS_MAX 7 /* nghiêng */

static const char vowel_byte[VOWEL_COUNT] = {
    'a', 'A', 'B', 'e', 'E', 'i', 'o', 'O', 'P', 'u', 'U', 'y'};

/* Both lists in byte order: they are searched by halving. */
static const char *const onsets[] = {"", "D", "b", "c", "ch", "d", "g", "gh", "gi", "h", "k", "kh",
    "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "q", "qu", "r", "s", "t", "th", "tr", "v", "x"};

static const char *const rimes[] = {"Ac", "Am", "An", "Ang", "Ap", "At", "Bc", "Bm", "Bn", "Bng",
    "Bp", "Bt", "Bu", "By", "E", "Ec", "Ech", "Em", "En", "Enh", "Ep", "Et", "Eu", "O", "Oc", "Oi",
    "Om", "On", "Ong", "Op", "Ot", "P", "Pi", "Pm", "Pn", "Pp", "Pt", "U", "UPc", "UPi", "UPm",
    "UPn", "UPng", "UPp", "UPt", "UPu", "Ua", "Uc", "Ui", "Um", "Un", "Ung", "Ut", "Uu", "a", "ac",
    "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "ec", "em", "en",
    "eng", "eo", "ep", "et", "i", "iEc", "iEm", "iEn", "iEng", "iEp", "iEt", "iEu", "ia", "ich",
    "im", "in", "inh", "ip", "it", "iu", "o", "oAc", "oAm", "oAn", "oAng", "oAt", "oa", "oac",
    "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay", "oc", "oe", "oen",
    "oeo", "oet", "oi", "om", "on", "ong", "oo", "ooc", "oong", "op", "ot", "u", "uB", "uBn",
    "uBng", "uBt", "uBy", "uE", "uEch", "uEnh", "uO", "uOc", "uOi", "uOm", "uOn", "uOng", "uOt",
    "uP", "uPn", "ua", "uc", "ui", "um", "un", "ung", "up", "ut", "uy", "uyEn", "uyEt", "uya",
    "uych", "uyn", "uynh", "uyp", "uyt", "uyu", "y", "yEm", "yEn", "yEng", "yEt", "yEu", "ych",
    "yn", "ynh", "yp", "yt"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static int compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static bool is_rime(const char *s)
{
    return bsearch(s, rimes, COUNT(rimes), sizeof *rimes, compare) != NULL;
}

int32_t vi_lower(int32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c + 0x20;
    if (c >= 0xc0 && c <= 0xde && c != 0xd7)
        return c + 0x20;
    if (c == 0x102 || c == 0x110 || c == 0x128 || c == 0x168 || c == 0x1a0 || c == 0x1af)
        return c + 1;
    if (c >= 0x1ea0 && c <= 0x1ef9)
        return c | 1;
    return c;
}

int32_t vi_upper(int32_t c)
{
    if (c >= 'a' && c <= 'z')
        return c - 0x20;
    if (c >= 0xe0 && c <= 0xfe && c != 0xf7)
        return c - 0x20;
    if (c == 0x103 || c == 0x111 || c == 0x129 || c == 0x169 || c == 0x1a1 || c == 0x1b0)
        return c - 1;
    if (c >= 0x1ea0 && c <= 0x1ef9)
        return c & ~1;
    return c;
}

/* clang-format off */
/* vowel * TONE_COUNT + tone + 1 of the letters above, by character; 0 for no vowel. */
static const uint8_t place_ascii[0x20] = { /* from U+0060 */
    0, 1, 0, 0, 0, 19, 0, 0, 0, 31, 0, 0, 0, 0, 0, 37, 0, 0, 0, 0, 0, 55, 0, 0, 0, 67, 0, 0, 0, 0,
    0, 0,
};
static const uint8_t place_latin[0x20] = { /* from U+00E0 */
    2, 5, 13, 4, 0, 0, 0, 0, 20, 23, 25, 0, 32, 35, 0, 0, 0, 0, 38, 41, 43, 40, 0, 0, 0, 56, 59,
    0, 0, 71, 0, 0,
};
static const uint8_t place_high[0x5a] = { /* from U+1EA0 */
    0, 6, 0, 3, 0, 17, 0, 14, 0, 15, 0, 16, 0, 18, 0, 11, 0, 8, 0, 9, 0, 10, 0, 12, 0, 24, 0, 21,
    0, 22, 0, 29, 0, 26, 0, 27, 0, 28, 0, 30, 0, 33, 0, 36, 0, 42, 0, 39, 0, 47, 0, 44, 0, 45, 0,
    46, 0, 48, 0, 53, 0, 50, 0, 51, 0, 52, 0, 54, 0, 60, 0, 57, 0, 65, 0, 62, 0, 63, 0, 64, 0, 66,
    0, 68, 0, 72, 0, 69, 0, 70,
};
/* clang-format on */
static int place_of(int32_t c)
{
    if (c >= 0x60 && c < 0x80)
        return place_ascii[c - 0x60];
    if (c >= 0xe0 && c < 0x100)
        return place_latin[c - 0xe0];
    if (c >= 0x1ea0 && c < 0x1efa)
        return place_high[c - 0x1ea0];
    switch (c) {
    case 0x103:
        return 7;
    case 0x129:
        return 34;
    case 0x1a1:
        return 49;
    case 0x169:
        return 58;
    case 0x1b0:
        return 61;
    default:
        return 0;
    }
}

bool vi_vowel(int32_t c, int *ret_vowel, enum tone *ret_tone)
{
    int place = place_of(c);

    if (!place)
        return false;
    *ret_vowel = (place - 1) / TONE_COUNT;
    *ret_tone = (enum tone)((place - 1) % TONE_COUNT);
    return true;
}

enum tone vi_mark(int32_t c)
{
    switch (c) {
    case 0x300:
        return TONE_HUYEN;
    case 0x309:
        return TONE_HOI;
    case 0x303:
        return TONE_NGA;
    case 0x301:
        return TONE_SAC;
    case 0x323:
        return TONE_NANG;
    default:
        return TONE_NONE;
    }
}

bool vi_letter(int32_t c)
{
    int vowel;
    enum tone tone;

    c = vi_lower(c);
    return (c >= 'a' && c <= 'z') || c == 0x111 || vi_mark(c) || vi_vowel(c, &vowel, &tone);
}

/* One letter to its byte; false where it is no letter, or the second tone of the word. */
static bool spell(int32_t c, char *ret_byte, enum tone *tone)
{
    int vowel;
    enum tone own;

    c = vi_lower(c);
    if (c == 0x111) {
        *ret_byte = 'D';
        return true;
    }
    if (vi_vowel(c, &vowel, &own)) {
        if (own && *tone)
            return false;
        if (own)
            *tone = own;
        *ret_byte = vowel_byte[vowel];
        return true;
    }
    *ret_byte = (char)c;
    return c >= 'a' && c <= 'z';
}

static bool fits(const char *word, size_t onset, enum tone tone)
{
    char head[4];
    const char *rime = word + onset;
    size_t n = strlen(rime);

    if (onset >= sizeof head)
        return false;
    memcpy(head, word, onset);
    head[onset] = '\0';
    if (!bsearch(head, onsets, COUNT(onsets), sizeof *onsets, compare) || !is_rime(rime))
        return false;
    bool stopped = rime[n - 1] == 'c' || rime[n - 1] == 'p' || rime[n - 1] == 't' ||
                   (n > 1 && rime[n - 1] == 'h' && rime[n - 2] == 'c');
    return !stopped || tone == TONE_SAC || tone == TONE_NANG;
}

bool syllable_valid(const int32_t *word, size_t n)
{
    char bytes[LETTERS_MAX + 1];
    size_t at = 0;
    enum tone tone = TONE_NONE;

    for (size_t i = 0; i < n; i++) {
        enum tone mark = vi_mark(word[i]);
        if (mark && tone)
            return false;
        if (mark) {
            tone = mark;
            continue;
        }
        if (at == LETTERS_MAX || !spell(word[i], &bytes[at], &tone))
            return false;
        at++;
    }
    bytes[at] = '\0';
    for (size_t onset = 0; onset < at; onset++)
        if (fits(bytes, onset, tone))
            return true;
    return false;
}
