/* encoding: see encoding.h. This file knows the schemes; recognise.c weighs which one a text is in.
 *
 * A legacy text is a run of units: bytes, or the Latin-1 characters that Unicode programs show for
 * them. Both come through unit_next(), so that one decoder serves files, pasted text and Word runs.
 */
#include "reading/encoding.h"

#include <strings.h>

#include "base/text.h"
#include "reading/encoding_tables.h"
#include "reading/encoding_units.h"
#include "reading/syllable.h"

/* Vowels by their place in vowel_with_tone. */
enum { A, A_BREVE, A_HAT, E, E_HAT, I, O, O_HAT, O_HORN, U, U_HORN, Y };

/* The marks of VNI that follow a letter, small, by tone; capitals lie 0x20 below. */
static const uint8_t vni_tone[TONE_COUNT] = {0, 0xf8, 0xfb, 0xf5, 0xf9, 0xef};
static const uint8_t vni_hat[TONE_COUNT] = {0xe2, 0xe0, 0xe5, 0xe3, 0xe1, 0xe4};
static const uint8_t vni_breve[TONE_COUNT] = {0xea, 0xe8, 0xfa, 0xfc, 0xe9, 0xeb};
static const uint8_t vni_i[TONE_COUNT] = {'i', 0xec, 0xe6, 0xf3, 0xed, 0xf2};
static const int32_t combining[TONE_COUNT] = {0, 0x300, 0x309, 0x303, 0x301, 0x323};

const char *encoding_name(enum encoding e)
{
    static const char *const names[ENC_COUNT] = {
        "utf-8", "utf-16", "tcvn3", "vni", "viscii", "cp1258"};

    return (unsigned)e < ENC_COUNT ? names[e] : "utf-8";
}

/* The byte that code page 1252 has for a character beyond Latin-1, or -1. */
static int32_t cp1252_byte(int32_t c)
{
    for (int i = 0; i < 32; i++)
        if (cp1252_high[i] == c)
            return 0x80 + i;
    return -1;
}

int32_t unit_next(struct units *u)
{
    if (u->at >= u->text.n)
        return -1;
    if (u->raw)
        return (unsigned char)u->text.p[u->at++];
    int32_t c = utf8_next(u->text, &u->at);
    if (c >= 0xf020 && c <= 0xf0ff) /* where Word puts the letters of symbol fonts */
        return c - 0xf000;
    int32_t byte = c >= 0x100 ? cp1252_byte(c) : -1;
    return byte >= 0 ? byte : c;
}

/* A unit that the scheme leaves to Windows: punctuation, and what it does not define. */
int32_t encoding_windows_char(int32_t u)
{
    int32_t c = u >= 0x80 && u < 0xa0 ? cp1252_high[u - 0x80] : u;

    return c ? c : 0xfffd;
}

static int32_t or_windows(int32_t c, int32_t u)
{
    return c ? c : encoding_windows_char(u);
}

static int32_t table_char(enum encoding e, int32_t u)
{
    if (e == ENC_VISCII && u < 0x20)
        return or_windows(viscii_low[u], u);
    if (u < 0x80 || u > 0xff)
        return u;
    if (e == ENC_TCVN3)
        return u < 0xa0 ? encoding_windows_char(u) : or_windows(tcvn3_high[u - 0xa0], u);
    return or_windows(e == ENC_VISCII ? viscii_high[u - 0x80] : cp1258_high[u - 0x80], u);
}

/* The vowel that a unit of VNI begins, in small letters; -1 for others. */
static int vni_base(int32_t u)
{
    switch (u) {
    case 'a':
        return A;
    case 'e':
        return E;
    case 'o':
        return O;
    case 'u':
        return U;
    case 'y':
        return Y;
    case 0xf4:
        return O_HORN;
    case 0xf6:
        return U_HORN;
    default:
        return -1;
    }
}

static int tone_in(const uint8_t marks[TONE_COUNT], int32_t u)
{
    for (int t = 0; t < TONE_COUNT; t++)
        if (marks[t] == u)
            return t;
    return -1;
}

/* What vowel `base` becomes with the mark `u` behind it; 0 where `u` is no mark for it. */
static int32_t vni_pair(int base, int32_t u)
{
    int hat = tone_in(vni_hat, u), breve = tone_in(vni_breve, u), tone = tone_in(vni_tone, u);

    if (hat >= 0 && (base == A || base == E || base == O))
        return vowel_with_tone[base == A ? A_HAT : base == E ? E_HAT : O_HAT][hat];
    if (breve >= 0 && base == A)
        return vowel_with_tone[A_BREVE][breve];
    return tone > 0 ? vowel_with_tone[base][tone] : 0;
}

/* A unit of VNI that stands for itself, small. */
static int32_t vni_single(int32_t u)
{
    int tone = tone_in(vni_i, u);

    if (tone >= 0)
        return vowel_with_tone[I][tone];
    switch (u) {
    case 0xf1:
        return 0x111;
    case 0xf4:
        return 0x1a1;
    case 0xf6:
        return 0x1b0;
    case 0xee:
        return 0x1ef5;
    default:
        return encoding_windows_char(u);
    }
}

static bool capital_unit(int32_t u)
{
    return (u >= 'A' && u <= 'Z') || (u >= 0xc0 && u <= 0xde);
}

static int32_t small_unit(int32_t u)
{
    return capital_unit(u) ? u + 0x20 : u;
}

static void put(struct sbuf *out, int32_t c, bool capital)
{
    utf8_put(out, capital ? vi_upper(c) : c);
}

static void vni_flush(struct sbuf *out, int32_t *base, bool capitals)
{
    if (*base)
        put(out, vni_single(small_unit(*base)), capitals || capital_unit(*base));
    *base = 0;
}

static void decode_vni(struct units *units, bool capitals, struct sbuf *out)
{
    int32_t base = 0, u;

    while ((u = unit_next(units)) >= 0) {
        int32_t small = small_unit(u);
        int32_t pair = base ? vni_pair(vni_base(small_unit(base)), small) : 0;
        if (pair) {
            put(out, pair, capitals || capital_unit(base));
            base = 0;
            continue;
        }
        vni_flush(out, &base, capitals);
        if (vni_base(small) >= 0)
            base = u;
        else if (u > 0xff)
            utf8_put(out, u);
        else
            put(out, u < 0x80 ? u : vni_single(small), u >= 0x80 && (capitals || capital_unit(u)));
    }
    vni_flush(out, &base, capitals);
}

void units_decode(struct units units, enum encoding e, bool capitals, struct sbuf *out)
{
    int32_t u;

    if (e == ENC_VNI) {
        decode_vni(&units, capitals, out);
        return;
    }
    while ((u = unit_next(&units)) >= 0)
        put(out, table_char(e, u), capitals);
}

void encoding_convert(struct str text, enum encoding e, bool capitals, struct sbuf *out)
{
    if (e == ENC_UTF8 || e == ENC_UTF16)
        sbuf_str(out, text);
    else
        units_decode((struct units){text, 0, false}, e, capitals, out);
}

static bool prefix_any_case(struct str s, const char *prefix)
{
    size_t n = strlen(prefix);

    return s.n >= n && strncasecmp(s.p, prefix, n) == 0;
}

bool encoding_of_font(struct str font, enum encoding *ret, bool *ret_capitals)
{
    if (prefix_any_case(font, ".Vn")) {
        *ret = ENC_TCVN3;
        *ret_capitals = font.n > 3 && font.p[font.n - 1] == 'H';
        return true;
    }
    if (prefix_any_case(font, "VNI-") || prefix_any_case(font, "VNI ")) {
        *ret = ENC_VNI;
        *ret_capitals = false;
        return true;
    }
    return false;
}

static bool write_from(const uint16_t *table, int n, int first, int32_t c, struct sbuf *out)
{
    for (int i = 0; i < n; i++)
        if (table[i] == c) {
            sbuf_char(out, (char)(first + i));
            return true;
        }
    return false;
}

static bool write_vni(int32_t c, struct sbuf *out)
{
    static const char letter[VOWEL_COUNT] = {
        'a', 'a', 'a', 'e', 'e', 'i', 'o', 'o', '\xf4', 'u', '\xf6', 'y'};
    int32_t small = vi_lower(c);
    int case_shift = small == c ? 0 : 0x20, vowel;
    enum tone tone;

    if (small == 0x111) {
        sbuf_char(out, (char)(0xf1 - case_shift));
        return true;
    }
    if (!vi_vowel(small, &vowel, &tone))
        return false;
    if (vowel == I || (vowel == Y && tone == TONE_NANG)) {
        sbuf_char(out, (char)((vowel == I ? vni_i[tone] : 0xee) - case_shift));
        return true;
    }
    const uint8_t *marks = vowel == A_BREVE                                     ? vni_breve
                           : vowel == A_HAT || vowel == E_HAT || vowel == O_HAT ? vni_hat
                                                                                : vni_tone;
    sbuf_char(out, (char)((unsigned char)letter[vowel] - case_shift));
    if (marks[tone])
        sbuf_char(out, (char)(marks[tone] - case_shift));
    return true;
}

static bool write_cp1258(int32_t c, struct sbuf *out)
{
    int32_t small = vi_lower(c);
    int vowel;
    enum tone tone;

    if (write_from(cp1258_high, 128, 0x80, c, out))
        return true;
    if (!vi_vowel(small, &vowel, &tone))
        return false;
    int32_t base = vowel_with_tone[vowel][TONE_NONE];
    base = small == c ? base : vi_upper(base);
    if (base < 0x80)
        sbuf_char(out, (char)base);
    else
        write_from(cp1258_high, 128, 0x80, base, out);
    return write_from(cp1258_high, 128, 0x80, combining[tone], out);
}

static bool write_one(int32_t c, enum encoding e, struct sbuf *out)
{
    switch (e) {
    case ENC_TCVN3:
        return write_from(tcvn3_high, 96, 0xa0, c, out) ||
               write_from(tcvn3_high, 96, 0xa0, vi_lower(c), out);
    case ENC_VNI:
        return write_vni(c, out);
    case ENC_VISCII:
        return write_from(viscii_high, 128, 0x80, c, out) || write_from(viscii_low, 32, 0, c, out);
    case ENC_CP1258:
        return write_cp1258(c, out);
    default:
        return false;
    }
}

bool encoding_write(struct str text, enum encoding e, struct sbuf *out)
{
    int32_t c;

    for (size_t at = 0; (c = utf8_next(text, &at)) >= 0;) {
        if (e == ENC_UTF8)
            utf8_put(out, c);
        else if (c < 0x80)
            sbuf_char(out, (char)c);
        else if (!write_one(c, e, out) &&
                 (e == ENC_VISCII || !write_from(cp1252_high, 32, 0x80, c, out)))
            return false;
    }
    return !out->failed;
}
