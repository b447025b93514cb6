/* lines: see lines.h. */
#include "reading/lines.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/text.h"
#include "reading/syllable.h"

#define FULL_MIN 50  /* shorter lines are lists */
#define FULL_MAX 130 /* a text with longer lines was not broken by hand or by a mailer */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int32_t first_char(struct str s)
{
    size_t at = 0;

    return utf8_next(s, &at);
}

static int32_t last_char(struct str s)
{
    size_t at = s.n;

    while (at > 0 && ((unsigned char)s.p[--at] & 0xc0) == 0x80)
        ;
    return utf8_next(s, &at);
}

static bool small_letter(int32_t c)
{
    return vi_letter(c) && vi_upper(c) != c;
}

static bool capital_letter(int32_t c)
{
    return vi_letter(c) && vi_lower(c) != c;
}

/* "- ", "-Thu", "+ ", "• " */
static bool has_bullet(struct str s)
{
    size_t at = 0;
    int32_t c = utf8_next(s, &at), next = utf8_next(s, &at);

    if (c == '-' || c == '+' || c == '*' || c == 0x2013 || c == 0x2014)
        return next == ' ' || next == '\t' || next == 0xa0 || (c != '*' && vi_letter(next));
    return c == 0x2022 || c == 0x25cf || c == 0x25cb || c == 0x25aa || c == 0x2713 || c == 0xf0b7 ||
           c == 0xb7 || c == 0x25a0 || c == 0x25e6;
}

static bool blank_or_end(struct str s, size_t at)
{
    return at >= s.n || s.p[at] == ' ' || s.p[at] == '\t' ||
           str_starts(str_slice(s, at, s.n), STR("\u00a0"));
}

/* "1. ", "12) ", "1.2. ", "1.2 Thu": numbers of lists, not the grouped digits of a figure. */
static bool has_number(struct str s)
{
    size_t at = 0, groups = 0, digits;

    for (;;) {
        for (digits = 0; at < s.n && is_digit(s.p[at]) && digits < 3; at++)
            digits++;
        if (digits == 0 || digits > 2)
            return digits == 0 && groups > 0 && blank_or_end(s, at);
        groups++;
        if (at < s.n && s.p[at] == '-')
            return blank_or_end(s, at + 1) && at + 1 < s.n;
        if (at < s.n && (s.p[at] == ')' || s.p[at] == '/'))
            return s.p[at] == ')' && blank_or_end(s, at + 1);
        if (at >= s.n || s.p[at] != '.')
            return groups > 1 && blank_or_end(s, at) &&
                   capital_letter(first_char(str_trim(str_slice(s, at, s.n))));
        at++;
    }
}

/* "a) ", "A. ", "(1) ", "IV. " */
static bool has_letter_label(struct str s)
{
    size_t at = s.n && s.p[0] == '(';
    size_t from = at;

    while (at < s.n && at - from < 5 && (vi_letter((unsigned char)s.p[at]) || is_digit(s.p[at])))
        at++;
    if (str_starts(str_slice(s, from, s.n), STR("đ")))
        at = from + strlen("đ");
    size_t n = at - from;
    bool roman = n > 0;
    for (size_t i = from; i < at; i++)
        roman = roman && strchr("IVXL", s.p[i]) != NULL;
    bool one = n == 1 || (n == 2 && s.p[from] == '\xc4');
    if (at >= s.n || n == 0 || !(one || roman))
        return false;
    return (s.p[at] == ')' || (s.p[at] == '.' && from == 0 && !is_digit(s.p[0]))) &&
           blank_or_end(s, at + 1);
}

static bool starts_item(struct str s)
{
    return has_bullet(s) || has_number(s) || has_letter_label(s);
}

static bool all_capitals(struct str s)
{
    size_t at = 0;
    int letters = 0;

    for (int32_t c; (c = utf8_next(s, &at)) >= 0;) {
        if (small_letter(c))
            return false;
        letters += capital_letter(c);
    }
    return letters > 1;
}

static bool ends_sentence(struct str s)
{
    int32_t c = last_char(s);

    if (c == '"' || c == 0x201d || c == ')' || c == 0xbb) {
        while (s.n && ((unsigned char)s.p[s.n - 1] & 0xc0) == 0x80)
            s.n--;
        int32_t before = s.n ? last_char(str_slice(s, 0, s.n - 1)) : -1;
        return before == '.' || before == '!' || before == '?';
    }
    return c == '.' || c == '!' || c == '?' || c == ':' || c == 0x2026;
}

bool lines_go_on(struct str line, struct str next, size_t full)
{
    line = str_trim(line);
    next = str_trim(next);
    if (!line.n || !next.n || starts_item(next) || ends_sentence(line))
        return false;
    if (str_find_char(line, '\t', 0) >= 0 || str_find_char(next, '\t', 0) >= 0)
        return false;
    bool is_full = full && utf8_count(line) * 100 >= full * 85;
    if (all_capitals(line))
        return is_full && all_capitals(next);
    int32_t last = last_char(line);
    if (small_letter(first_char(next)))
        return last != ';' || is_full;
    if (last == ',' || last == '(')
        return true;
    return is_full && last != ';';
}

struct shape {
    size_t longest, lines;
    size_t count[FULL_MAX + 2]; /* of lines by length */
};

static void shape_line(struct shape *s, size_t length)
{
    if (length == 0)
        return;
    s->lines++;
    s->count[length <= FULL_MAX ? length : FULL_MAX + 1]++;
    if (length > s->longest)
        s->longest = length;
}

/* How long a full line is: the length near which at least three lines in ten end; 0 where none is.
 */
static size_t full_length(const struct shape *s)
{
    size_t near = 0;

    if (s->lines < 3 || s->longest < FULL_MIN || s->longest > FULL_MAX)
        return 0;
    for (size_t n = s->longest * 85 / 100; n <= s->longest; n++)
        near += s->count[n];
    return near * 10 >= s->lines * 3 && near > 1 ? s->longest : 0;
}

struct str lines_joined(struct arena *a, struct str text)
{
    struct shape shape = {0};
    struct str rest = text, line, before = STR_NULL;
    char *p = arena_alloc(a, text.n + 1);

    if (!p)
        return STR_NULL;
    memcpy(p, text.n ? text.p : "", text.n);
    p[text.n] = '\0';
    while (str_cut(&rest, '\n', &line))
        shape_line(&shape, utf8_count(str_trim(line)));
    size_t full = full_length(&shape);
    for (rest = text; str_cut(&rest, '\n', &line); before = line)
        if (before.p && line.p > text.p && lines_go_on(before, line, full))
            p[line.p - text.p - 1] = ' ';
    return (struct str){p, text.n};
}
