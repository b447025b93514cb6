/* recognise: which encoding a text is in, by the syllables that each reading gives. See encoding.h.
 */
#include "base/arena.h"
#include "base/text.h"
#include "reading/encoding_units.h"
#include "reading/syllable.h"

#define WORD_MAX 24
#define WORDS_MIN 4 /* good words on which a change of valid UTF-8 must rest at least */

static const enum encoding legacy[] = {ENC_TCVN3, ENC_VNI, ENC_VISCII, ENC_CP1258};
#define LEGACY_COUNT (sizeof legacy / sizeof *legacy)

/* Words with Vietnamese letters: how many are syllables, how many are not. */
struct score {
    int good, bad;
};

/* Is it part of a word, be it Vietnamese or what a wrong reading makes of one? */
static bool wordish(int32_t c)
{
    if (c == 0xab || c == 0xbb || (c >= 0xb0 && c <= 0xb3) || c == 0xd7 || c == 0xf7)
        return false; /* « » ° ± ² ³ × ÷ */
    return vi_letter(c) || (c > 0xa0 && c < 0x370) || c == 0xfffd;
}

static void score_word(struct score *s, const int32_t *word, size_t n)
{
    bool foreign = false, letter = false;

    for (size_t i = 0; i < n && i < WORD_MAX; i++) {
        foreign = foreign || word[i] >= 0x80;
        letter = letter || vi_letter(word[i]);
    }
    if (!foreign || !letter)
        return;
    if (n <= WORD_MAX && syllable_valid(word, n))
        s->good++;
    else
        s->bad++;
}

static struct score score_text(struct str text)
{
    struct score s = {0};
    int32_t word[WORD_MAX], c;
    size_t n = 0;

    for (size_t at = 0; (c = utf8_next(text, &at)) >= 0;) {
        if (wordish(c)) {
            if (n < WORD_MAX)
                word[n] = c;
            n++;
        } else if (n) {
            score_word(&s, word, n);
            n = 0;
        }
    }
    score_word(&s, word, n);
    return s;
}

static size_t room_for(size_t n)
{
    return n * 3 + 64; /* one unit becomes at most three bytes of UTF-8 */
}

static bool decode(struct arena *a, struct units units, enum encoding e, struct str *ret)
{
    struct sbuf out;

    sbuf_init(&out, a, room_for(units.text.n));
    units_decode(units, e, false, &out);
    if (out.failed)
        return false;
    *ret = out.n ? sbuf_view(&out) : STR("");
    return true;
}

struct choice {
    enum encoding e;
    struct score score;
    bool alone; /* no other reading is as good and different */
};

static int merit(struct score s)
{
    return s.good - s.bad;
}

static bool best_legacy(struct arena *a, struct units sample, struct choice *ret)
{
    struct arena_mark mark = arena_mark(a);
    struct str best_text = STR("");

    *ret = (struct choice){legacy[0], {-1, WORDS_MIN}, true};
    for (size_t i = 0; i < LEGACY_COUNT; i++) {
        struct str text;
        if (!decode(a, sample, legacy[i], &text))
            return false;
        struct score s = score_text(text);
        if (i == 0 || merit(s) > merit(ret->score)) {
            *ret = (struct choice){legacy[i], s, true};
            best_text = text;
        } else if (merit(s) == merit(ret->score) && !str_eq(text, best_text)) {
            ret->alone = false;
        }
    }
    arena_release(a, mark);
    return true;
}

/* Is the legacy reading so much better than the text as it stands that it must be meant? */
static bool convincing(const struct choice *c, struct score as_is)
{
    return c->alone && c->score.good >= WORDS_MIN && c->score.good >= 4 * c->score.bad &&
           as_is.good <= as_is.bad && c->score.good >= as_is.good + WORDS_MIN;
}

/* From the line of the first letter beyond ASCII on. */
static struct str sample_of(struct str text)
{
    size_t from = 0;

    while (from < text.n && (unsigned char)text.p[from] < 0x80)
        from++;
    while (from > 0 && text.p[from - 1] != '\n')
        from--;
    struct str s = str_slice(text, from, from + ENCODING_SAMPLE);
    while (s.n && from + s.n < text.n && ((unsigned char)text.p[from + s.n] & 0xc0) == 0x80)
        s.n--;
    return s;
}

/* Capitals of TCVN3. */

enum word_case { CASE_NONE, CASE_SMALL, CASE_CAPITALS, CASE_MIXED_CAPITALS, CASE_OPEN };

struct word {
    size_t from, to;
    enum word_case kind;
    bool one_capital;
};

static enum word_case case_of(int capitals, int small, int toned)
{
    if (small)
        return CASE_SMALL;
    if (capitals >= 2)
        return toned ? CASE_MIXED_CAPITALS : CASE_CAPITALS;
    return toned ? CASE_OPEN : CASE_SMALL;
}

static bool bears_tone(int32_t c)
{
    int vowel;
    enum tone tone;

    return vi_vowel(c, &vowel, &tone) && tone != TONE_NONE;
}

/* The next word of the line from *at on; kind CASE_NONE at its end. */
static struct word next_word(struct str line, size_t *at)
{
    int capitals = 0, small = 0, toned = 0;
    struct word w = {*at, *at, CASE_NONE, false};
    bool inside = false;

    for (;;) {
        size_t here = *at;
        int32_t c = utf8_next(line, at);
        if (c < 0 || !vi_letter(c)) {
            if (inside || c < 0)
                break;
            continue;
        }
        if (!inside)
            w.from = here;
        inside = true;
        w.to = *at;
        capitals += vi_lower(c) != c;
        toned += vi_lower(c) == c && bears_tone(c);
        small += vi_lower(c) == c && !bears_tone(c);
    }
    if (inside)
        w.kind = case_of(capitals, small, toned);
    w.one_capital = capitals == 1;
    return w;
}

/* Capitals have as many bytes as small letters, so that this works in place. */
static void raise_word(char *p, struct word w)
{
    struct str s = {p + w.from, w.to - w.from};
    size_t to = w.from;
    int32_t c;

    for (size_t at = 0; (c = utf8_next(s, &at)) >= 0;) {
        c = vi_upper(c);
        if (c < 0x80) {
            p[to++] = (char)c;
        } else if (c < 0x800) {
            p[to++] = (char)(0xc0 | c >> 6);
            p[to++] = (char)(0x80 | (c & 0x3f));
        } else {
            p[to++] = (char)(0xe0 | c >> 12);
            p[to++] = (char)(0x80 | (c >> 6 & 0x3f));
            p[to++] = (char)(0x80 | (c & 0x3f));
        }
    }
}

static bool capitals(struct word w)
{
    return w.kind == CASE_CAPITALS || w.kind == CASE_MIXED_CAPITALS;
}

static bool in_capitals(struct word before, struct word w, struct word after)
{
    if (w.kind == CASE_MIXED_CAPITALS)
        return true;
    if (w.kind != CASE_OPEN)
        return false;
    return (capitals(before) && capitals(after)) ||
           (w.one_capital &&
               (before.kind == CASE_MIXED_CAPITALS || after.kind == CASE_MIXED_CAPITALS));
}

/* A heading: some words in capitals and none in small letters. */
static bool heading(struct str line)
{
    size_t at = 0;
    int n = 0;

    for (struct word w; (w = next_word(line, &at)).kind != CASE_NONE;) {
        if (w.kind == CASE_SMALL)
            return false;
        n += capitals(w);
    }
    return n > 0;
}

static void raise_line(char *p, size_t n)
{
    struct str line = {p, n};
    struct word before = {0};
    size_t at = 0;
    bool all = heading(line);

    for (struct word w = next_word(line, &at); w.kind != CASE_NONE;) {
        struct word after = next_word(line, &at);
        if (in_capitals(before, w, after) || (all && w.kind == CASE_OPEN))
            raise_word(p, w);
        before = w;
        w = after;
    }
}

static void raise_capitals(char *p, size_t n)
{
    while (n) {
        char *end = memchr(p, '\n', n);
        size_t line = end ? (size_t)(end - p) + 1 : n;
        raise_line(p, line);
        p += line;
        n -= line;
    }
}

/* Whole texts. */

static bool decode_whole(struct arena *a, struct units units, enum encoding e, struct str *ret)
{
    if (!decode(a, units, e, ret))
        return false;
    if (e == ENC_TCVN3 && ret->n)
        raise_capitals((char *)ret->p, ret->n); /* our own fresh copy */
    return true;
}

/* One line of a text that as a whole is what it seems: legacy all the same? */
static bool append_line(struct arena *a, struct str line, struct sbuf *out)
{
    struct score as_is = score_text(line);
    struct units units = {line, 0, false};
    struct choice best = {0};
    struct str text = line;

    if (as_is.bad >= WORDS_MIN && !best_legacy(a, units, &best))
        return false;
    if (as_is.bad >= WORDS_MIN && convincing(&best, as_is) &&
        !decode_whole(a, units, best.e, &text))
        return false;
    sbuf_str(out, text);
    return !out->failed;
}

static bool read_lines(struct arena *a, struct str text, struct str *ret)
{
    struct sbuf out;
    size_t at = 0;

    sbuf_init(&out, a, room_for(text.n));
    while (at < text.n) {
        ptrdiff_t end = str_find_char(text, '\n', at);
        size_t to = end < 0 ? text.n : (size_t)end + 1;
        if (!append_line(a, str_slice(text, at, to), &out))
            return false;
        at = to;
    }
    *ret = sbuf_view(&out);
    return true;
}

static bool read_utf8(
    struct arena *a, struct str text, struct str *ret, enum encoding *ret_encoding, struct err *err)
{
    struct str sample = sample_of(text);
    struct score as_is = score_text(sample);
    struct choice best;

    *ret = text;
    *ret_encoding = ENC_UTF8;
    if (as_is.bad < WORDS_MIN)
        return true;
    if (!best_legacy(a, (struct units){sample, 0, false}, &best))
        return err_memory(err);
    if (convincing(&best, as_is)) {
        *ret_encoding = best.e;
        return decode_whole(a, (struct units){text, 0, false}, best.e, ret) || err_memory(err);
    }
    return read_lines(a, text, ret) || err_memory(err);
}

static bool read_bytes(struct arena *a, struct str bytes, struct str *ret,
    enum encoding *ret_encoding, struct err *err)
{
    struct choice best;

    if (memchr(bytes.p, '\0', bytes.n))
        return err_set(err, ERR_INVALID, MSG_err_text_encoding);
    if (!best_legacy(a, (struct units){sample_of(bytes), 0, true}, &best))
        return err_memory(err);
    if (!best.alone || best.score.good < 1 || best.score.good * 2 < best.score.bad * 3)
        return err_set(err, ERR_INVALID, MSG_err_text_encoding);
    *ret_encoding = best.e;
    return decode_whole(a, (struct units){bytes, 0, true}, best.e, ret) || err_memory(err);
}

static int32_t utf16_unit(struct str s, size_t at, bool big)
{
    unsigned char first = (unsigned char)s.p[at], second = (unsigned char)s.p[at + 1];

    return big ? first << 8 | second : second << 8 | first;
}

static bool read_utf16(struct arena *a, struct str s, bool big, struct str *ret, struct err *err)
{
    struct sbuf out;

    sbuf_init(&out, a, room_for(s.n));
    if (s.n % 2)
        return err_set(err, ERR_INVALID, MSG_err_text_encoding);
    for (size_t at = 2; at < s.n; at += 2) {
        int32_t c = utf16_unit(s, at, big);
        if (c >= 0xd800 && c < 0xdc00 && at + 2 < s.n) {
            int32_t low = utf16_unit(s, at + 2, big);
            if (low >= 0xdc00 && low < 0xe000) {
                c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
                at += 2;
            }
        }
        if (c == 0 || (c >= 0xd800 && c < 0xe000))
            return err_set(err, ERR_INVALID, MSG_err_text_encoding);
        utf8_put(&out, c);
    }
    if (out.failed)
        return err_memory(err);
    *ret = out.n ? sbuf_view(&out) : STR("");
    return true;
}

/* What a control character or a foreign line end becomes; the character itself where it may stay.
 */
static int32_t tidy_char(int32_t c)
{
    if (c == '\r' || c == '\f' || c == '\v' || c == 0x85 || c == 0x2028 || c == 0x2029)
        return '\n';
    return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0) ? ' ' : c;
}

static bool tidy(struct arena *a, struct str text, struct str *ret)
{
    struct sbuf out;
    bool same = true;
    int32_t c;

    for (size_t at = 0; same && (c = utf8_next(text, &at)) >= 0;)
        same = tidy_char(c) == c;
    *ret = text;
    if (same)
        return true;
    sbuf_init(&out, a, room_for(text.n));
    for (size_t at = 0; (c = utf8_next(text, &at)) >= 0;)
        if (c != '\r' || at >= text.n || text.p[at] != '\n')
            utf8_put(&out, tidy_char(c));
    *ret = out.n ? sbuf_view(&out) : STR("");
    return !out.failed;
}

bool encoding_read(struct arena *a, struct str bytes, size_t max, struct str *ret_text,
    enum encoding *ret_encoding, struct err *err)
{
    enum encoding e = ENC_UTF8;
    struct str text = STR(""), tidied, clean;
    bool ok = true;

    if (str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff"))) {
        e = ENC_UTF16;
        ok = read_utf16(a, bytes, bytes.p[0] == '\xfe', &text, err);
    } else {
        if (str_starts(bytes, STR("\xef\xbb\xbf")))
            bytes = str_slice(bytes, 3, bytes.n);
        if (utf8_valid(bytes))
            ok = read_utf8(a, bytes, &text, &e, err);
        else
            ok = read_bytes(a, bytes, &text, &e, err);
    }
    if (!ok)
        return false;
    if (!tidy(a, text, &tidied))
        return err_memory(err);
    if (!text_clean(a, tidied, max, &clean, err))
        return false;
    *ret_text = clean;
    if (ret_encoding)
        *ret_encoding = e;
    return true;
}
