/* collate: the order of a Vietnamese dictionary as bytes (text_sort_key; see text.h).
 *
 * A key has three levels, parted by a byte 1 that is lower than every weight: letters, then tones
 * and other marks, then case. Each later level counts only where the earlier ones are equal, over
 * the whole text. Lowest weights at the end of the second and third level are left out, which keeps
 * the order. Runs of digits are compared as numbers: a lead byte, the number of digits, the digits.
 */
#include <utf8proc.h>

#include "base/arena.h"
#include "base/text.h"

enum weight {
    LEVEL_END = 1,
    LOWEST = 2, /* on the later levels: no tone, lower case */
    SIGNS = 4,  /* first level: blanks, punctuation, symbols; then ... */
    NUMBER = 0x80,
    LETTER = 0x90,
    OTHER = 0xf0, /* ... everything else by code point */
};

struct key {
    struct sbuf letters, marks, cases;
};

/* Blanks, punctuation and symbols in order. */
static const uint16_t signs[] = {'\t', '\n', '\r', ' ', '_', '-', 0x2013, 0x2014, ',', ';', ':',
    '!', 0xa1, '?', 0xbf, '.', 0xb7, '\'', 0x2018, 0x2019, '"', 0x201c, 0x201d, 0x201e, 0xab, 0xbb,
    '(', ')', '[', ']', '{', '}', 0xa7, 0xb6, '@', '*', '/', '\\', '&', '#', '%', 0x2030, 0x2020,
    0x2021, 0x2022, 0x2032, 0x2033, '`', 0xb4, '^', 0xaf, 0xa8, 0xb0, 0xa9, 0xae, 0x2190, 0x2192,
    0x2191, 0x2193, '+', 0xb1, 0xf7, 0xd7, '<', '=', '>', 0xac, '|', 0xa6, '~', 0x2212, 0x2044,
    0x2248, 0x2264, 0x2265, 0xa4, 0xa2, '$', 0xa3, 0xa5, 0x20ab, 0x20ac};

/* Place among the signs, or -1. */
static int sign_rank(int32_t c)
{
    bool cannot_be = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0x100 && c < 0x2013);

    for (size_t i = 0; !cannot_be && i < sizeof signs / sizeof *signs; i++)
        if (signs[i] == c)
            return (int)i;
    return -1;
}

/* Place in a ă â b c d đ e ê f ... z, or -1. */
static int letter_rank(int32_t lower)
{
    static const uint8_t plain[] = {0, 3, 4, 5, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 22,
        23, 24, 25, 26, 28, 29, 30, 31, 32};

    if (lower >= 'a' && lower <= 'z')
        return plain[lower - 'a'];
    switch (lower) {
    case 0x103:
        return 1; /* ă */
    case 0xe2:
        return 2; /* â */
    case 0x111:
        return 6; /* đ */
    case 0xea:
        return 8; /* ê */
    case 0xf4:
        return 19; /* ô */
    case 0x1a1:
        return 20; /* ơ */
    case 0x1b0:
        return 27; /* ư */
    default:
        return -1;
    }
}

/* Tones first, in the order of the dictionary, then the marks of other languages. */
static int mark_rank(int32_t c)
{
    static const uint16_t marks[] = {0x300, 0x309, 0x303, 0x301, 0x323, 0x306, 0x302, 0x30c, 0x30a,
        0x308, 0x30b, 0x307, 0x327, 0x328, 0x304, 0x31b, 0x324};

    for (int i = 0; i < (int)(sizeof marks / sizeof *marks); i++)
        if (marks[i] == c)
            return i;
    return -1;
}

static void put_mark(struct key *k, int32_t c)
{
    int r = mark_rank(c);

    sbuf_char(&k->marks, (char)(r >= 0 ? LOWEST + 1 + r : 0x40));
    if (r < 0) {
        sbuf_char(&k->marks, (char)(0x80 | ((c >> 7) & 0x7f)));
        sbuf_char(&k->marks, (char)(0x80 | (c & 0x7f)));
    }
    sbuf_char(&k->cases, LOWEST);
}

static void put_plain(struct key *k, int weight, bool upper)
{
    sbuf_char(&k->letters, (char)weight);
    sbuf_char(&k->marks, LOWEST);
    sbuf_char(&k->cases, (char)(LOWEST + upper));
}

static void put_other(struct key *k, int32_t c)
{
    put_plain(k, OTHER, false);
    for (int shift = 14; shift >= 0; shift -= 7)
        sbuf_char(&k->letters, (char)(0x80 | ((c >> shift) & 0x7f)));
}

/* The letter that base and mark make in Vietnamese, or 0. */
static int32_t joined(int32_t base, int32_t mark)
{
    if (mark == 0x302)
        return base == 'a' ? 0xe2 : base == 'e' ? 0xea : base == 'o' ? 0xf4 : 0;
    if (mark == 0x306)
        return base == 'a' ? 0x103 : 0;
    return mark == 0x31b ? (base == 'o' ? 0x1a1 : base == 'u' ? 0x1b0 : 0) : 0;
}

static bool is_mark(int32_t c)
{
    utf8proc_category_t g = utf8proc_category(c);

    return g >= UTF8PROC_CATEGORY_MN && g <= UTF8PROC_CATEGORY_ME;
}

/* The letter at part[0] with the mark behind it that makes a Vietnamese letter of it; that mark is
 * taken out of the list. */
static int32_t take_letter(utf8proc_int32_t *part, utf8proc_ssize_t *n)
{
    int32_t low = utf8proc_tolower(part[0]);

    for (utf8proc_ssize_t m = 1; m < *n && is_mark(part[m]); m++) {
        int32_t made = joined(low, part[m]);
        if (made) {
            for (--*n; m < *n; m++)
                part[m] = part[m + 1];
            return made;
        }
    }
    return low;
}

static void put_char(struct key *k, int32_t c)
{
    utf8proc_int32_t part[32] = {c};
    utf8proc_ssize_t n = 1;
    int boundary = 0;
    int r = sign_rank(c);

    if (r >= 0) {
        put_plain(k, SIGNS + r, false);
        return;
    }
    if (c >= 0x80)
        n = utf8proc_decompose_char(
            c, part, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < 32; i++) {
        if (is_mark(part[i])) {
            put_mark(k, part[i]);
            continue;
        }
        utf8proc_ssize_t left = n - i;
        bool upper = utf8proc_tolower(part[i]) != part[i];
        int32_t low = take_letter(part + i, &left);
        n = i + left;
        if ((r = sign_rank(low)) >= 0)
            put_plain(k, SIGNS + r, true);
        else if ((r = letter_rank(low)) >= 0)
            put_plain(k, LETTER + r, upper);
        else if (utf8proc_category(low) != UTF8PROC_CATEGORY_CC)
            put_other(k, low);
    }
}

/* Zeros in front do not count; a number of more than 250 digits is cut into several. */
static void put_number(struct key *k, struct str digits)
{
    while (digits.n > 1 && digits.p[0] == '0')
        digits = str_slice(digits, 1, digits.n);
    while (digits.n) {
        struct str part = str_slice(digits, 0, 250);
        put_plain(k, NUMBER, false);
        sbuf_char(&k->letters, (char)(part.n + LEVEL_END));
        sbuf_str(&k->letters, part);
        digits = str_slice(digits, part.n, digits.n);
    }
}

static struct str without_lowest(struct str level)
{
    while (level.n && level.p[level.n - 1] == LOWEST)
        level.n--;
    return level;
}

struct str text_sort_key(struct arena *a, struct str s)
{
    struct key k;
    struct sbuf out;

    sbuf_init(&k.letters, a, SIZE_MAX / 4);
    sbuf_init(&k.marks, a, SIZE_MAX / 4);
    sbuf_init(&k.cases, a, SIZE_MAX / 4);
    sbuf_init(&out, a, SIZE_MAX / 4);
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
            at++;
        if (at > from)
            put_number(&k, str_slice(s, from, at));
        else
            put_char(&k, utf8_next(s, &at));
    }
    if (k.letters.failed || k.marks.failed || k.cases.failed)
        return STR_NULL;
    sbuf_str(&out, sbuf_view(&k.letters));
    sbuf_char(&out, LEVEL_END);
    sbuf_str(&out, without_lowest(sbuf_view(&k.marks)));
    sbuf_char(&out, LEVEL_END);
    sbuf_str(&out, without_lowest(sbuf_view(&k.cases)));
    return sbuf_view(&out);
}
