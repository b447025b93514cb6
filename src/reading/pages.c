/* pages: the text of laid-out pages into paragraphs and table rows. See lines.h.
 *
 * Steps: lines with their indent and page; page numbers and running heads marked; wide gaps made
 * tabs; lines joined where the sentence goes on, over the page's end too. */
#include "base/arena.h"
#include "base/text.h"
#include "base/vec.h"
#include "reading/lines.h"
#include "reading/syllable.h"

#define GAP 3  /* blanks between words that make two cells of them */
#define EDGE 2 /* lines at either end of a page that may be a running head */
#define HEAD_MAX 160
#define FULL_MIN 40 /* narrower pages hold lists */
#define FULL_MAX 400

struct line {
    struct str text; /* trimmed; cells parted by tabs */
    size_t indent, width;
    int page;
    int blank_before; /* empty lines between it and the line before, on the same page */
    bool dropped;
};

struct page_lines {
    VEC(struct line) lines;
    int pages;
};

/* Blanks at the beginning of a line, and the line without those at both ends. */
static struct str measure(struct str raw, size_t *ret_indent)
{
    size_t indent = 0;

    while (indent < raw.n && raw.p[indent] == ' ')
        indent++;
    *ret_indent = indent;
    return str_trim(raw);
}

/* Runs of at least GAP blanks become one tab, shorter runs one blank; the tab's neighbours are
 * clean. */
static struct str with_cells(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    if (!p)
        return STR_NULL;
    for (size_t i = 0; i < s.n;) {
        size_t blanks = 0;
        while (i + blanks < s.n && s.p[i + blanks] == ' ')
            blanks++;
        if (blanks)
            p[n++] = blanks >= GAP ? '\t' : ' ';
        else
            p[n++] = s.p[i];
        i += blanks ? blanks : 1;
    }
    p[n] = '\0';
    return (struct str){p, n};
}

static bool split(struct arena *a, struct str pages, struct page_lines *ret)
{
    struct str page, raw;
    int blank = 0;

    while (str_cut(&pages, '\f', &page)) {
        ret->pages++;
        blank = 0;
        while (str_cut(&page, '\n', &raw)) {
            struct line l = {.page = ret->pages, .blank_before = blank};
            struct str text = measure(raw, &l.indent);
            blank = text.n ? 0 : blank + 1;
            if (!text.n)
                continue;
            l.width = l.indent + utf8_count(text);
            l.text = with_cells(a, text);
            if (!l.text.p || !vec_push(&ret->lines, a, l))
                return false;
        }
    }
    return true;
}

/* "3", "- 3 -", "Trang 3", "Trang 3/10", "3/10": the number; -1 for all else. */
static int page_number(struct str s)
{
    int64_t n;
    ptrdiff_t slash;

    if (str_starts(s, STR("Trang ")) || str_starts(s, STR("trang ")))
        s = str_trim(str_slice(s, strlen("Trang "), s.n));
    while (s.n && (s.p[0] == '-' || s.p[0] == ' '))
        s = str_slice(s, 1, s.n);
    while (s.n && (s.p[s.n - 1] == '-' || s.p[s.n - 1] == ' '))
        s = str_slice(s, 0, s.n - 1);
    slash = str_find_char(s, '/', 0);
    if (slash > 0) {
        if (!str_to_i64(str_slice(s, (size_t)slash + 1, s.n), &n))
            return -1;
        s = str_slice(s, 0, (size_t)slash);
    }
    return s.n && s.n <= 4 && str_to_i64(s, &n) && n > 0 ? (int)n : -1;
}

/* The index of the first (or last) line of the page that is not dropped yet; -1 where none is. */
static ptrdiff_t edge_of(const struct page_lines *d, size_t from, size_t to, bool last)
{
    for (size_t k = from; k < to; k++) {
        size_t i = last ? to - 1 - (k - from) : k;
        if (!d->lines.p[i].dropped)
            return (ptrdiff_t)i;
    }
    return -1;
}

static size_t page_end(const struct page_lines *d, size_t from)
{
    size_t to = from;

    while (to < d->lines.n && d->lines.p[to].page == d->lines.p[from].page)
        to++;
    return to;
}

/* Counts, at one end of the pages, the numbers that stand `shift` before the page's own count. */
static int drop_numbers(struct page_lines *d, bool last, int shift, bool drop)
{
    int n = 0;

    for (size_t from = 0, to; from < d->lines.n; from = to) {
        to = page_end(d, from);
        ptrdiff_t i = edge_of(d, from, to, last);
        if (i < 0)
            continue;
        int number = page_number(d->lines.p[i].text);
        if (number < 0 || number - d->lines.p[i].page != shift)
            continue;
        n++;
        d->lines.p[i].dropped = d->lines.p[i].dropped || drop;
    }
    return n;
}

/* Numbers that count the pages go: those equal to the page's place, or in step with it twice. */
static void drop_page_numbers(struct page_lines *d, bool last)
{
    for (size_t from = 0, to; from < d->lines.n; from = to) {
        to = page_end(d, from);
        ptrdiff_t i = edge_of(d, from, to, last);
        int number = i < 0 ? -1 : page_number(d->lines.p[i].text);
        if (number < 0)
            continue;
        int shift = number - d->lines.p[i].page;
        if (shift == 0 || drop_numbers(d, last, shift, false) > 1)
            drop_numbers(d, last, shift, true);
        return;
    }
}

static int letters_in(struct str s)
{
    int n = 0;
    int32_t c;

    for (size_t at = 0; (c = utf8_next(s, &at)) >= 0;)
        n += vi_letter(c);
    return n;
}

/* Cuts the number off the end; 0 where there is none. */
static int64_t cut_number(struct str *s)
{
    size_t n = s->n;
    int64_t v = 0;

    while (n > 0 && s->n - n < 4 && s->p[n - 1] >= '0' && s->p[n - 1] <= '9')
        n--;
    if (!str_to_i64(str_slice(*s, n, s->n), &v))
        return 0;
    *s = str_slice(*s, 0, n);
    return v;
}

/* Equal, but for a number at the end that counts on. */
static bool same_head(struct str before, struct str after)
{
    if (after.n > HEAD_MAX || letters_in(after) < 3)
        return false;
    if (str_eq(before, after))
        return true;
    int64_t a = cut_number(&before), b = cut_number(&after);
    return a > 0 && b == a + 1 && str_eq(before, after);
}

static bool repeats(const struct page_lines *d, size_t i, size_t from, size_t to)
{
    for (size_t k = from; k < to; k++)
        if (same_head(d->lines.p[k].text, d->lines.p[i].text))
            return true;
    return false;
}

/* Lines at the top (bottom) of a page that stood at the same end of the page before go; the first
 * of them stays, since it may be the title. */
static void drop_running_heads(struct page_lines *d, bool last)
{
    size_t last_from = 0, last_to = 0;
    int run = 0;

    if (d->pages < 2)
        return;
    for (size_t from = 0, to; from < d->lines.n; from = to, run++) {
        to = page_end(d, from);
        size_t edge = to - from < EDGE ? to - from : EDGE;
        size_t a = last ? to - edge : from, b = last ? to : from + edge;
        for (size_t i = a; run > 0 && i < b; i++)
            if (repeats(d, i, last_from, last_to))
                d->lines.p[i].dropped = true;
        last_from = a;
        last_to = b;
    }
}

/* The right edge: the width near which at least three lines in ten of body text end. */
static size_t right_edge(const struct page_lines *d)
{
    size_t count[FULL_MAX + 1] = {0}, lines = 0, near = 0;

    for (size_t i = 0; i < d->lines.n; i++) {
        const struct line *l = &d->lines.p[i];
        if (l->dropped || l->width > FULL_MAX || str_find_char(l->text, '\t', 0) >= 0)
            continue;
        lines++;
        count[l->width]++;
    }
    for (size_t w = FULL_MAX; w >= FULL_MIN && lines; w--) {
        near = 0;
        for (size_t k = w; k > 0 && k + w / 8 > w; k--)
            near += count[k];
        if (near * 10 >= lines * 3)
            return w;
    }
    return 0;
}

/* A word broken by a hyphen, of which neither half need be a Vietnamese syllable. */
static bool broken_word(struct str line, struct str next)
{
    int32_t head[32], tail[32], c;
    size_t n = 0, m = 0, at;

    if (line.n < 2 || line.p[line.n - 1] != '-')
        return false;
    for (at = 0; (c = utf8_next(str_slice(line, 0, line.n - 1), &at)) >= 0;) {
        n = vi_letter(c) ? n : 0;
        if (vi_letter(c) && n < 32)
            head[n++] = c;
    }
    for (at = 0; m < 32 && (c = utf8_next(next, &at)) >= 0 && vi_letter(c);)
        tail[m++] = c;
    return n && m && vi_upper(tail[0]) != tail[0] &&
           !(syllable_valid(head, n) && syllable_valid(tail, m));
}

static bool goes_on(const struct line *l, const struct line *next, size_t full)
{
    size_t width = utf8_count(l->text);
    bool reaches = full && l->width * 100 >= full * 85;

    if (next->page == l->page && next->blank_before > 1)
        return false;
    if (next->indent >= l->indent + 2) {
        size_t at = 0;
        int32_t c = utf8_next(next->text, &at);
        if (vi_lower(c) != c)
            return false; /* the indent of a new paragraph */
    }
    return lines_go_on(l->text, next->text, reaches ? width : 0);
}

struct str lines_of_pages(struct arena *a, struct str pages)
{
    struct page_lines d = {0};
    struct sbuf out;
    const struct line *before = NULL;

    if (!split(a, pages, &d))
        return STR_NULL;
    drop_page_numbers(&d, false);
    drop_page_numbers(&d, true);
    drop_running_heads(&d, false);
    drop_running_heads(&d, true);
    size_t full = right_edge(&d);
    sbuf_init(&out, a, pages.n * 2 + 64);
    for (size_t i = 0; i < d.lines.n; i++) {
        const struct line *l = &d.lines.p[i];
        if (l->dropped)
            continue;
        if (before && goes_on(before, l, full)) {
            if (broken_word(before->text, l->text))
                out.n--;
            else if (before->text.p[before->text.n - 1] != '-' || before->text.n < 2 ||
                     before->text.p[before->text.n - 2] == ' ')
                sbuf_char(&out, ' ');
        } else if (before) {
            sbuf_char(&out, '\n');
        }
        sbuf_str(&out, l->text);
        before = l;
    }
    if (out.failed)
        return STR_NULL;
    return out.n ? sbuf_view(&out) : STR("");
}
