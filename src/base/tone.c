/* tone: where a Vietnamese syllable carries its tone mark (text_same, text_place_tones; see
 * text.h).
 *
 * A syllable is read from a run of letters: consonants, one run of vowels, consonants. Its tone
 * stands on the vowel that bears a mark of its own (ă â ê ô ơ ư, the later one of ươ); else on the
 * last vowel before a final consonant; else on the middle one of three, on the only one of one, and
 * of two on the first: mía, của, hỏi. For oa, oe and uy there are two habits: hòa, khỏe, thủy and
 * hoà, khoẻ, thuỷ. The u of `qu` belongs to the consonant, and so does the i of `gi` where another
 * vowel follows: quý, già. Runs of letters that are no such syllable (foreign names) are left as
 * they are.
 */
#include <utf8proc.h>

#include "base/arena.h"
#include "base/text.h"

const uint16_t vowel_with_tone[VOWEL_COUNT][TONE_COUNT] = {
    {'a', 0x00e0, 0x1ea3, 0x00e3, 0x00e1, 0x1ea1},
    {0x0103, 0x1eb1, 0x1eb3, 0x1eb5, 0x1eaf, 0x1eb7},
    {0x00e2, 0x1ea7, 0x1ea9, 0x1eab, 0x1ea5, 0x1ead},
    {'e', 0x00e8, 0x1ebb, 0x1ebd, 0x00e9, 0x1eb9},
    {0x00ea, 0x1ec1, 0x1ec3, 0x1ec5, 0x1ebf, 0x1ec7},
    {'i', 0x00ec, 0x1ec9, 0x0129, 0x00ed, 0x1ecb},
    {'o', 0x00f2, 0x1ecf, 0x00f5, 0x00f3, 0x1ecd},
    {0x00f4, 0x1ed3, 0x1ed5, 0x1ed7, 0x1ed1, 0x1ed9},
    {0x01a1, 0x1edd, 0x1edf, 0x1ee1, 0x1edb, 0x1ee3},
    {'u', 0x00f9, 0x1ee7, 0x0169, 0x00fa, 0x1ee5},
    {0x01b0, 0x1eeb, 0x1eed, 0x1eef, 0x1ee9, 0x1ef1},
    {'y', 0x1ef3, 0x1ef7, 0x1ef9, 0x00fd, 0x1ef5},
};
enum { A, AW, AA, E, EE, I, O, OO, OW, U, UW, Y };

/* The vowel and tone of a lower-case letter; false for other characters. */
static bool split_vowel(int32_t c, int *ret_vowel, int *ret_tone)
{
    for (int v = 0; v < VOWEL_COUNT; v++)
        for (int t = 0; t < (c < 0x80 ? 1 : TONE_COUNT); t++)
            if (vowel_with_tone[v][t] == c) {
                *ret_vowel = v;
                *ret_tone = t;
                return true;
            }
    return false;
}

static bool has_quality(int v)
{
    return v == AW || v == AA || v == EE || v == OO || v == OW || v == UW;
}

/* The letters that nearly all texts are made of, told without the Unicode tables. */
static bool is_common_letter(int32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0x1ea0 && c <= 0x1ef9) ||
           (c >= 0xc0 && c <= 0x1b0 && c != 0xd7 && c != 0xf7);
}

static int32_t lower(int32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    return utf8proc_tolower(c);
}

/* Letters, their marks, and invisible signs inside a word (which text_same leaves out). */
static bool is_letter(int32_t c)
{
    if (c < 0x80 || is_common_letter(c))
        return is_common_letter(c);
    utf8proc_category_t k = utf8proc_category(c);

    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_ME) || k == UTF8PROC_CATEGORY_CF;
}

/* What is known of one syllable: its vowels are characters first to first + n - 1 of the run. */
struct syllable {
    size_t first, n;
    int tone;
    size_t tone_at; /* index of the character that bears it */
    bool closed;    /* a consonant follows */
    int v[3];
};

/* The vowels that can bear the tone, without the u of qu and the i of gi. False where the run is
 * not one syllable with one tone. */
static bool read_syllable(const int32_t *c, size_t n, struct syllable *ret)
{
    struct syllable s = {0};
    size_t i = 0;
    int v, t;

    while (i < n && !split_vowel(lower(c[i]), &v, &t))
        i++;
    int32_t before = i == 1 ? lower(c[0]) : 0;
    size_t start = i;
    int all[4], tones[4];
    while (i < n && split_vowel(lower(c[i]), &v, &t)) {
        if (i - start == 4)
            return false;
        all[i - start] = v;
        tones[i - start] = t;
        i++;
    }
    size_t count = i - start;
    s.closed = i < n;
    for (; i < n; i++)
        if (split_vowel(lower(c[i]), &v, &t))
            return false;
    for (size_t k = 0; k < count; k++) {
        if (tones[k] && s.tone)
            return false;
        if (tones[k]) {
            s.tone = tones[k];
            s.tone_at = start + k;
        }
    }
    size_t skip = count > 1 && ((before == 'q' && all[0] == U) || (before == 'g' && all[0] == I));
    if (!s.tone || count - skip > 3)
        return false;
    s.first = start + skip;
    s.n = count - skip;
    for (size_t k = 0; k < s.n; k++)
        s.v[k] = all[k + skip];
    *ret = s;
    return true;
}

/* oa, oe, uy at the end of a syllable: the pairs with two habits. */
static bool has_two_places(const struct syllable *s)
{
    return s->n == 2 && !s->closed &&
           ((s->v[0] == O && (s->v[1] == A || s->v[1] == E)) || (s->v[0] == U && s->v[1] == Y));
}

/* Index among the syllable's vowels. */
static size_t place_of_tone(const struct syllable *s, enum tone_place place)
{
    for (size_t k = s->n; k > 0; k--)
        if (has_quality(s->v[k - 1]))
            return k - 1;
    if (s->closed)
        return s->n - 1;
    if (has_two_places(s))
        return place == TONE_NEW;
    return s->n == 3;
}

static void put_tone(int32_t *c, int tone)
{
    int32_t low = lower(*c);
    int v, t;

    if (!split_vowel(low, &v, &t))
        return;
    int32_t made = vowel_with_tone[v][tone];
    *c = low == *c ? made : utf8proc_toupper(made);
}

/* Moves the tone of every syllable to its place; with `only_pairs` just where there are two habits
 * and the mark stands in one of the two places. */
static void place_all(int32_t *c, size_t n, enum tone_place place, bool only_pairs)
{
    for (size_t i = 0; i < n;) {
        size_t from = i;
        while (i < n && is_letter(c[i]))
            i++;
        struct syllable s;
        if (i == from)
            i++;
        else if (read_syllable(c + from, i - from, &s) && (!only_pairs || has_two_places(&s)) &&
                 (!only_pairs || s.tone_at >= s.first)) {
            put_tone(&c[from + s.tone_at], 0);
            put_tone(&c[from + s.first + place_of_tone(&s, place)], s.tone);
        }
    }
}

static int32_t *code_points(struct arena *a, struct str s, size_t *ret_n)
{
    size_t n = 0;
    int32_t *c = arena_alloc(a, (s.n + 1) * sizeof *c);

    for (size_t at = 0; c && at < s.n; n++)
        c[n] = utf8_next(s, &at);
    *ret_n = n;
    return c;
}

/* Bytes take the room of the integers: 4 for each character is enough. */
static struct str encode(int32_t *c, size_t n)
{
    unsigned char *p = (unsigned char *)c;
    size_t bytes = 0;

    for (size_t i = 0; i < n; i++) {
        utf8proc_int32_t one = c[i];
        bytes += (size_t)utf8proc_encode_char(one, p + bytes);
    }
    return (struct str){(const char *)c, bytes};
}

/* Lower case, plain quotes and dashes, runs of blanks to one, none at the ends; gives the new
 * length. */
static size_t simplify(int32_t *c, size_t n)
{
    size_t out = 0;
    bool blank = false;

    for (size_t i = 0; i < n; i++) {
        int32_t x = lower(c[i]);
        utf8proc_category_t k = is_common_letter(x) ? UTF8PROC_CATEGORY_LL : utf8proc_category(x);
        if (k == UTF8PROC_CATEGORY_ZS || (x >= '\t' && x <= '\r')) {
            blank = true;
            continue;
        }
        if (k == UTF8PROC_CATEGORY_CF || x == 0xad)
            continue;
        if (k == UTF8PROC_CATEGORY_PD || x == 0x2212)
            x = '-';
        else if (x == 0x2018 || x == 0x2019 || x == 0x2bc)
            x = '\'';
        else if (x == 0xab || x == 0xbb || (x >= 0x201c && x <= 0x201f))
            x = '"';
        else if (x == 0xf0)
            x = 0x111;
        if (blank && out > 0)
            c[out++] = ' ';
        blank = false;
        c[out++] = x;
    }
    return out;
}

struct str text_same(struct arena *a, struct str s)
{
    size_t n;
    int32_t *c = code_points(a, s, &n);

    if (!c)
        return STR_NULL;
    n = simplify(c, n);
    place_all(c, n, TONE_OLD, false);
    return encode(c, n);
}

struct str text_place_tones(struct arena *a, struct str s, enum tone_place place)
{
    size_t n;
    int32_t *c = code_points(a, s, &n);

    if (!c)
        return STR_NULL;
    place_all(c, n, place, true);
    return encode(c, n);
}
