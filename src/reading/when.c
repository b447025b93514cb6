/* when: see when.h. Here: the grammar of time expressions. */
#include "reading/when.h"

/* "năm 2024", "/2024", "-2024", "2024", "của năm 2024" behind a month or quarter; tokens used. */
static size_t year_tail(const struct page *p, size_t i, int *ret_year)
{
    size_t j = i;

    if (tok_is(p, j, '/') || tok_is(p, j, '-') || tok_is(p, j, '.') || tok_is(p, j, ','))
        j++;
    j += lex_at(p, j, LEX_YEAR, NULL) == 1;
    if (!tok_year(p, j))
        return 0;
    *ret_year = tok_int(p, j);
    return j + 1 - i;
}

/* D/M/Y, D-M-Y, D.M.Y, D/M; `dated`: a word as "ngày" stands before. */
static size_t numeric_day(const struct page *p, size_t i, bool dated, struct when *w)
{
    int d = tok_int(p, i), m = tok_int(p, i + 2);
    char sep = tok_is(p, i + 1, '/') ? '/' : tok_is(p, i + 1, '-') ? '-' : 0;

    if (d < 1 || d > 31 || !sep || m < 1)
        return 0;
    *w = (struct when){.sort = WHEN_DAY, .d = d, .n = m, .event = true};
    if (m <= 12 && tok_is(p, i + 3, sep) && tok_year(p, i + 4)) {
        w->y = tok_int(p, i + 4);
        return 5;
    }
    if (dated && m > 12 && m > 9999) { /* "27/32023": the slash is missing */
        w->y = m % 10000;
        w->n = m / 10000;
        return 3;
    }
    return dated && m <= 12 && sep == '/' ? 3 : 0;
}

/* One number token "15.6.2024". */
static size_t dotted_day(const struct page *p, size_t i, struct when *w)
{
    struct str rest = tok_text(p, i), piece;
    int64_t v[3];
    size_t n = 0;

    while (n < 3 && str_cut(&rest, '.', &piece) && piece.n && str_to_i64(piece, &v[n]))
        n++;
    if (n != 3 || rest.n || v[0] < 1 || v[0] > 31 || v[1] < 1 || v[1] > 12 || v[2] < 1930 ||
        v[2] > 2099)
        return 0;
    *w = (struct when){
        .sort = WHEN_DAY, .d = (int)v[0], .n = (int)v[1], .y = (int)v[2], .event = true};
    return 1;
}

static size_t month_at(const struct page *p, size_t i, struct when *w);

/* "ngày 15 tháng 6 năm 2024", "ngày 27/3/2023", "sáng 15/6". */
static size_t day_at(const struct page *p, size_t i, struct when *w)
{
    static const char *const words[] = {"ngày", "sáng", "chiều", "tối", "trưa", "đêm", "mùng"};
    bool dated = false;

    for (size_t k = 0; k < 7; k++)
        dated = dated || tok_word(p, i, words[k]);
    if (!dated || !tok_num(p, i + 1))
        return 0;
    size_t n = numeric_day(p, i + 1, true, w);
    if (!n)
        n = dotted_day(p, i + 1, w);
    if (n)
        return n + 1;
    int d = tok_int(p, i + 1);
    n = d >= 1 && d <= 31 ? month_at(p, i + 2, w) : 0;
    if (!n)
        return 0;
    w->sort = WHEN_DAY;
    w->d = d;
    w->event = true;
    return n + 2;
}

/* "tháng 6", "tháng 6/2024", "tháng 6 năm 2024". */
static size_t month_at(const struct page *p, size_t i, struct when *w)
{
    if (i + 1 >= p->toks.n || !tok_word(p, i, "tháng"))
        return 0;
    int m = tok_int(p, i + 1), y = 0;
    if (m < 1 || m > 12)
        return 0;
    size_t n = year_tail(p, i + 2, &y);
    *w = (struct when){.sort = WHEN_MONTH, .n = m, .y = y};
    return 2 + n;
}

static size_t quarter_at(const struct page *p, size_t i, struct when *w)
{
    struct str value;
    int64_t q;
    size_t k = lex_at(p, i, LEX_QUARTER, NULL);

    if (!k || lex_at(p, i + k, LEX_ROMAN, &value) != 1 || !str_to_i64(value, &q))
        return 0;
    *w = (struct when){.sort = WHEN_QUARTER, .n = (int)q};
    return k + 1 + year_tail(p, i + k + 1, &w->y);
}

/* "đầu năm", "đầu năm 2024", "năm 2024" behind "9 tháng"; sets *ret_head where something stands. */
static size_t months_tail(const struct page *p, size_t i, struct when *w, bool *ret_given)
{
    size_t j = i;
    bool first = tok_word(p, i, "đầu"), last = tok_word(p, i, "cuối");

    j += first || last;
    if (lex_at(p, j, LEX_YEAR, NULL) >= 1 && tok_word(p, j, "năm"))
        j++;
    else if (tok_is(p, j, '/'))
        j++;
    else if (first || last)
        j = i + 1; /* "6 tháng đầu" */
    if (tok_year(p, j))
        w->y = tok_int(p, j++);
    else if (j == i + 1 && !first && !last)
        j = i;
    if (last)
        w->n = w->n == 6 ? -2 : w->n == 3 ? -4 : 12;
    *ret_given = j > i;
    return j - i;
}

/* "lũy kế 4 tháng", "trong 7 tháng,": months of the year, not a time that something takes. */
static bool told_months(const struct page *p, size_t i)
{
    return i &&
           (tok_word(p, i - 1, "kế") || (tok_word(p, i - 1, "trong") && tok_is(p, i + 2, ',')) ||
               tok_word(p, i + 2, "ước") || tok_word(p, i + 2, "đạt") ||
               (tok_num(p, i + 2) && !tok_word(p, i + 3, "ngày") &&
                   p->toks.p[i - 1].kind == TOK_WORD));
}

static size_t months_at(const struct page *p, size_t i, struct when *w)
{
    struct str value = STR_NULL;
    int64_t n = tok_int(p, i);

    if (!tok_num(p, i) && !(lex_at(p, i, LEX_NUMBER_WORD, &value) == 1 && str_to_i64(value, &n)))
        return 0;
    if (n < 2 || n > 12 || i + 1 >= p->toks.n || !tok_word(p, i + 1, "tháng"))
        return 0;
    bool given;
    *w = (struct when){.sort = WHEN_MONTHS, .n = (int)n};
    size_t tail = months_tail(p, i + 2, w, &given);
    if (!given &&
        (lex_before(p, 0, i, LEX_NOT_MONTHS, NULL) || lex_at(p, i + 2, LEX_AFTER_MONTHS, NULL) ||
            (n != 6 && n != 9 && n != 11 && !told_months(p, i))))
        return 0;
    if (w->n == 6 || w->n == -2) {
        w->sort = WHEN_HALF;
        w->n = w->n == 6 ? 1 : 2;
    } else if (w->n == 3 || w->n == -4) {
        w->sort = WHEN_QUARTER;
        w->n = w->n == 3 ? 1 : 4;
    } else if (w->n == 12) {
        w->sort = w->y ? WHEN_YEAR : WHEN_THIS_YEAR;
    }
    return 2 + tail;
}

static size_t half_at(const struct page *p, size_t i, struct when *w)
{
    size_t k = tok_num(p, i) ? 0 : lex_at(p, i, LEX_FIRST_HALF, NULL);
    int half = 1;

    if (!k && !tok_num(p, i)) {
        k = lex_at(p, i, LEX_SECOND_HALF, NULL);
        half = 2;
    }
    if (!k)
        return 0;
    *w = (struct when){.sort = WHEN_HALF, .n = half};
    return k + year_tail(p, i + k, &w->y);
}

static bool is_join(const struct page *p, size_t i)
{
    return tok_is(p, i, '-') || (i < p->toks.n && tok_word(p, i, "đến"));
}

/* "2020-2025", "từ năm 2020 đến năm 2025", "nhiệm kỳ 2020 - 2025". */
static size_t span_at(const struct page *p, size_t i, struct when *w)
{
    size_t j = i, head = lex_at(p, i, LEX_SPAN, NULL);
    bool from = i < p->toks.n && tok_word(p, i, "từ");

    if (head)
        j += head;
    else if (from)
        j++;
    if (j > i && lex_at(p, j, LEX_YEAR, NULL) == 1)
        j++;
    else if (j > i && tok_is(p, j, '('))
        j++;
    if (!tok_year(p, j) || !is_join(p, j + 1))
        return 0;
    size_t k = j + 2;
    bool word = !tok_is(p, j + 1, '-');
    k += from && tok_word(p, k, "hết");
    if (from && tok_word(p, k, "tháng") && tok_num(p, k + 1))
        k += 2 + tok_is(p, k + 2, '/'); /* "từ năm 2018 đến tháng 9 năm 2020" */
    k += lex_at(p, k, LEX_YEAR, NULL) == 1;
    if (!tok_year(p, k) || (word && !head && !from))
        return 0;
    int a = tok_int(p, j), b = tok_int(p, k);
    if (b <= a || b - a > 40)
        return 0;
    struct str first = tok_text(p, i);
    *w = (struct when){.sort = WHEN_SPAN,
        .y = a,
        .y2 = b,
        .term = head == 2 && (first.p[0] | 0x20) == 'n' && b - a == 5};
    return k + 1 - i;
}

/* "cuối năm 2023", "hết 2025", "vụ Mùa 2022", "năm 2018". */
static size_t year_at(const struct page *p, size_t i, struct when *w)
{
    size_t end = lex_at(p, i, LEX_END_OF, NULL), season = lex_at(p, i, LEX_SEASON, NULL);
    size_t j = i + (end ? end : season);

    if (lex_at(p, j, LEX_YEAR, NULL))
        j += lex_at(p, j, LEX_YEAR, NULL);
    if (j == i || !tok_year(p, j))
        return 0;
    *w = (struct when){.sort = WHEN_YEAR, .y = tok_int(p, j), .end = end > 0};
    if (season && tok_is(p, j + 1, '-') && tok_year(p, j + 2)) {
        w->sort = WHEN_SPAN;
        w->y2 = tok_int(p, j + 2);
        return j + 3 - i;
    }
    return j + 1 - i;
}

/* "6/2024" and a year after a word that leads to one: "so 2019", "trước 2005", "đến 2025". */
static size_t bare_at(const struct page *p, size_t i, struct when *w)
{
    if (!tok_num(p, i))
        return 0;
    int m = tok_int(p, i);
    if (m >= 1 && m <= 12 && tok_is(p, i + 1, '/') && p->toks.p[i + 1].glued &&
        tok_year(p, i + 2) && !tok_is(p, i + 3, '/')) {
        *w = (struct when){.sort = WHEN_MONTH, .n = m, .y = tok_int(p, i + 2)};
        return 3;
    }
    if (!tok_year(p, i) || i == 0)
        return 0;
    static const char *const lead[] = {"so", "với", "trước", "đến", "vào", "từ", "kỳ", "cuối",
        "đầu", "hết", "sau", "tới", "trong"};
    bool led = false;
    for (size_t k = 0; k < sizeof lead / sizeof lead[0]; k++)
        led = led || tok_word(p, i - 1, lead[k]);
    if (!led || lex_at(p, i + 1, LEX_NOUN_PERSON, NULL) || lex_at(p, i + 1, LEX_MEASURE, NULL) ||
        lex_at(p, i + 1, LEX_NOUN_HOUSEHOLD, NULL))
        return 0;
    *w = (struct when){.sort = WHEN_YEAR, .y = tok_int(p, i)};
    return 1;
}

/* "2020-2025 đến nay" behind "từ đầu nhiệm kỳ". */
static size_t term_behind(const struct page *p, size_t i, struct when *w)
{
    size_t n = 0;

    if (tok_year(p, i) && tok_is(p, i + 1, '-') && tok_year(p, i + 2)) {
        w->y = tok_int(p, i);
        n = 3;
    }
    return n + lex_at(p, i + n, LEX_NOW, NULL);
}

/* "từ năm 2021 đến nay". */
static size_t since_at(const struct page *p, size_t i, struct when *w)
{
    size_t j = i + 1;

    if (!tok_word(p, i, "từ"))
        return 0;
    j += tok_word(p, j, "đầu");
    j += tok_word(p, j, "năm");
    if (!tok_year(p, j) || !lex_at(p, j + 1, LEX_NOW, NULL))
        return 0;
    *w = (struct when){.sort = WHEN_SINCE_TERM, .y = tok_int(p, j)};
    return j + 1 + lex_at(p, j + 1, LEX_NOW, NULL) - i;
}

/* "ngày 02/12", "15/12/2020" inside "từ ... đến ...". */
static size_t end_of_range(const struct page *p, size_t i, struct when *w)
{
    size_t k = tok_word(p, i, "hết") ? 1 : 0;
    size_t n = day_at(p, i + k, w);

    n = n ? n : numeric_day(p, i + k, true, w);
    return n ? n + k : 0;
}

/* "từ 1/7 đến 3/7 chỉ tiêu" are shares: days without a year and a word for them show it by a zero
 * in front or by more days than months, and no noun follows. */
static bool are_days(
    const struct page *p, size_t i, size_t j, const struct when *a, const struct when *b)
{
    bool said = !tok_num(p, i), zero = tok_num(p, i) && tok_text(p, i).p[0] == '0';

    if (lex_at(p, j, LEX_NOUN_THING, NULL) || lex_at(p, j, LEX_NOUN_PLACE, NULL) ||
        lex_at(p, j, LEX_NOUN_BODY, NULL) || lex_at(p, j, LEX_NOUN_PERSON, NULL))
        return false;
    return said || zero || a->d > a->n || b->d > b->n;
}

/* The months from `from` to `to` of a year: the period that has a name, else the last month. */
static void name_months(struct when *w, int from, int to)
{
    int n = to - from + 1;

    w->sort = WHEN_MONTH;
    w->n = to;
    if (n == 12 || (from == 1 && to == 12)) {
        w->sort = WHEN_YEAR;
    } else if (n == 6 && (from == 1 || from == 7)) {
        w->sort = WHEN_HALF;
        w->n = to / 6;
    } else if (n == 3 && to % 3 == 0) {
        w->sort = WHEN_QUARTER;
        w->n = to / 3;
    } else if (from == 1 && n > 1) {
        w->sort = WHEN_MONTHS;
    }
}

/* "từ ngày 01/01 đến 15/6/2026": the months from January; "từ 15/12/2020 đến 14/12/2021": the
 * year of reporting; "từ 01/7 đến 30/9": the quarter. A period that begins in the middle of a month
 * is named after the month that it ends in. */
static size_t days_at(const struct page *p, size_t i, struct when *w)
{
    struct when a, b;
    size_t j = i + 1, n;

    if (!tok_word(p, i, "từ") || !(n = end_of_range(p, j, &a)))
        return 0;
    j += n;
    if (!is_join(p, j) || !(n = end_of_range(p, j + 1, &b)) || a.sort != WHEN_DAY)
        return 0;
    j += 1 + n;
    if ((!b.y && (a.y || !are_days(p, i + 1, j, &a, &b))) || (a.y && a.y > b.y))
        return 0;
    int from = a.y ? a.y : b.y;
    int first = a.n + (a.d > 10);
    *w = (struct when){.y = b.y};
    int all = 12 * (b.y - from) + b.n - first + 1; /* months in all */
    if (from == b.y - 1 && first >= 10 && all <= 12 && (all % 3 == 0 || first >= 12)) {
        name_months(w, 1, all); /* a year of work that begins before the calendar's */
    } else if (from < b.y) {
        w->sort = WHEN_SPAN;
        w->y = from;
        w->y2 = b.y;
    } else {
        name_months(w, first < b.n ? first : b.n, b.n);
    }
    return j - i;
}

static size_t words_at(const struct page *p, size_t i, struct when *w)
{
    static const struct {
        enum lex c;
        enum when_sort sort;
        bool end;
    } all[] = {
        {LEX_SINCE_TERM, WHEN_SINCE_TERM, false},
        {LEX_END_OF_TERM, WHEN_TERM, false},
        {LEX_START_OF_TERM, WHEN_START_OF_TERM, false},
        {LEX_WHOLE_SPAN, WHEN_TERM, false},
        {LEX_SINCE_YEAR, WHEN_SINCE_YEAR, false},
        {LEX_LAST_YEAR, WHEN_LAST_YEAR, false},
        {LEX_NEXT_YEAR, WHEN_NEXT_YEAR, false},
        {LEX_END_OF_YEAR, WHEN_THIS_YEAR, true},
        {LEX_NOW, WHEN_NOW, false},
        {LEX_THIS_MONTH, WHEN_THIS_MONTH, false},
        {LEX_THIS_QUARTER, WHEN_THIS_QUARTER, false},
        {LEX_THIS_YEAR, WHEN_THIS_YEAR, false},
    };
    size_t best = 0;

    for (size_t k = 0; k < sizeof all / sizeof all[0]; k++) {
        size_t n = lex_at(p, i, all[k].c, NULL);
        if (n <= best)
            continue;
        best = n;
        *w = (struct when){.sort = all[k].sort, .end = all[k].end, .d = all[k].c == LEX_WHOLE_SPAN};
    }
    if (best && w->sort == WHEN_SINCE_TERM)
        best += term_behind(p, i + best, w);
    if (best && tok_word(p, i, "hiện") && lex_before(p, 0, i + 1, LEX_NOT_NOW, NULL) >= 2)
        return 0; /* "thực hiện tại 398 ấp" */
    if (best == 1 &&
        (lex_before(p, 0, i + 1, LEX_NOT_NOW, NULL) >= 2 || lex_at(p, i, LEX_NOT_NOW, NULL) >= 2))
        return 0;
    return best;
}

static size_t when_at(const struct page *p, size_t i, struct when *w);

/* "trong quý I năm 2024" is no "trong quý". */
static bool leads_to_more(const struct page *p, size_t i)
{
    struct when w;
    return tok_word(p, i, "trong") && when_at(p, i + 1, &w) > 0;
}

static size_t when_at(const struct page *p, size_t i, struct when *w)
{
    typedef size_t grammar(const struct page *, size_t, struct when *);
    static grammar *const rules[] = {since_at, days_at, span_at, day_at, months_at, half_at,
        quarter_at, month_at, year_at, dotted_day, bare_at, words_at};
    size_t n = tok_num(p, i) ? numeric_day(p, i, false, w) : 0;

    for (size_t k = 0; !n && k < sizeof rules / sizeof rules[0]; k++)
        if (rules[k] == words_at && leads_to_more(p, i))
            n = 0;
        else if (rules[k] != dotted_day || tok_num(p, i))
            n = rules[k](p, i, w);
    return n;
}

/* Is there, shortly before token i in its sentence and clause, an entry of the class? */
static bool led_by(const struct page *p, size_t i, enum lex c, size_t reach, bool over_commas)
{
    for (size_t k = 1; k <= reach && k <= i; k++) {
        const struct tok *t = &p->toks.p[i - k];
        if (t->kind == TOK_LINE || t->kind == TOK_TAB || t->ch == ';' ||
            (t->ch == '.' && t->kind == TOK_PUNCT))
            return false;
        if (!over_commas && (t->ch == ',' || t->ch == '(' || t->kind == TOK_NUM))
            return false;
        size_t n = lex_at(p, i - k, c, NULL);
        if (n && n <= k)
            return true;
    }
    return false;
}

static void judge(const struct page *p, struct when *w)
{
    size_t i = w->from;

    w->compared = led_by(p, i, LEX_COMPARE, 8, false) || led_by(p, i, LEX_SAME_PERIOD, 4, false) ||
                  lex_before(p, 0, i, LEX_BEFORE, NULL) || w->sort == WHEN_LAST_YEAR ||
                  (i && (tok_word(p, i - 1, "hơn") || tok_word(p, i - 1, "như")));
    bool share = i >= 3 && tok_is(p, i - 1, '%') && tok_num(p, i - 2) &&
                 (tok_word(p, i - 3, "bằng") || tok_word(p, i - 3, "gấp"));
    w->paper = lex_before(p, 0, i, LEX_AWAIT, NULL) > 0;
    w->compared =
        w->compared || share || (i >= 2 && tok_word(p, i - 1, "lần") && tok_num(p, i - 2));
    w->cumulative =
        lex_before(p, 0, i, LEX_CUMULATIVE, NULL) > 0 || lex_at(p, i, LEX_CUMULATIVE, NULL) > 0;
    w->local = (w->sort == WHEN_SPAN && lex_at(p, i, LEX_LOCAL_SPAN, NULL)) ||
               (w->sort == WHEN_YEAR && lex_at(p, i, LEX_SEASON, NULL));
    if (w->sort == WHEN_SPAN && w->term) /* "Đại hội lần thứ I, nhiệm kỳ 2025-2030": a name */
        for (size_t k = 1; k <= 5 && k < i; k++)
            w->paper = w->paper || (tok_word(p, i - k, "thứ") && tok_word(p, i - k - 1, "lần")) ||
                       tok_word(p, i - k, "khóa");
    if (w->sort == WHEN_DAY) {
        w->paper = w->paper || led_by(p, i, LEX_PAPER, 14, true);
        w->upto = i > 0 && (tok_word(p, i - 1, "đến") || tok_word(p, i - 1, "tới") ||
                               tok_word(p, i - 1, "hết"));
        w->event = !w->upto;
        w->deadline = w->y && lex_before(p, 0, i, LEX_BEFORE, NULL) && !w->paper;
    }
}

/* "năm 2020, 2021 và 2022": years that follow a year. */
static size_t more_years(const struct page *p, size_t i, const struct when *w)
{
    size_t n = 0;

    if (w->sort != WHEN_YEAR)
        return 0;
    while (i + n + 1 < p->toks.n && tok_year(p, i + n + 1) &&
           (tok_is(p, i + n, ',') || tok_word(p, i + n, "và")) &&
           !lex_at(p, i + n + 2, LEX_NOUN_PERSON, NULL))
        n += 2;
    return n;
}

bool times_find(struct page *p, struct times *t)
{
    t->at = arena_array(p->a, p->toks.n + 1, sizeof *t->at);
    if (!t->at)
        return false;
    for (size_t i = 0; i < p->toks.n;) {
        struct when w;
        size_t n = p->toks.p[i].kind < TOK_TAB ? when_at(p, i, &w) : 0;
        if (!n || i + n > p->toks.n) {
            i++;
            continue;
        }
        n += more_years(p, i + n, &w);
        w.from = (uint32_t)i;
        w.to = (uint32_t)(i + n);
        judge(p, &w);
        if (!vec_push(&t->w, p->a, w))
            return false;
        for (; i < w.to; i++) {
            t->at[i] = (uint32_t)t->w.n;
            p->toks.p[i].mark = MARK_TIME;
        }
    }
    times_bind(t, p);
    times_learn(t, p);
    return true;
}

const struct when *when_before(const struct times *t, size_t i)
{
    const struct when *w = i && t->at[i - 1] ? &t->w.p[t->at[i - 1] - 1] : NULL;
    return w && w->to == i ? w : NULL;
}

const struct when *when_from(const struct times *t, size_t i)
{
    const struct when *w = t->at[i] ? &t->w.p[t->at[i] - 1] : NULL;
    return w && w->from == i ? w : NULL;
}

static int year_of(const struct times *t, const struct when *w)
{
    if (w->y)
        return w->y;
    return w->sort == WHEN_NEXT_YEAR && t->year ? t->year + 1 : t->year;
}

static struct str months_from_january(struct page *p, int y, int n)
{
    if (n == 3)
        return str_of(arena_printf(p->a, "%d-Q1", y));
    if (n == 6)
        return str_of(arena_printf(p->a, "%d-H1", y));
    return str_of(n == 12 ? arena_printf(p->a, "%d", y) : arena_printf(p->a, "%d-%dM", y, n));
}

static struct str since_year(struct page *p, const struct times *t)
{
    if (t->has_main && t->main.sort == WHEN_MONTH && year_of(t, &t->main))
        return months_from_january(p, year_of(t, &t->main), t->main.n);
    if (t->has_main && t->main.sort == WHEN_QUARTER && year_of(t, &t->main))
        return months_from_january(p, year_of(t, &t->main), 3 * t->main.n);
    if (t->has_main && t->main.sort != WHEN_YEAR && t->main.sort != WHEN_SPAN)
        return when_text(p, t, &t->main);
    if (!t->year)
        return STR_NULL;
    if (!t->month || t->month == 12 || t->month == 1)
        return str_of(arena_printf(p->a, "%d", t->year - (t->month == 1)));
    int m = t->month; /* of the paper, some days behind the months it tells of */
    return months_from_january(p, t->year, m == 4 || m == 7 || m == 10 ? m - 1 : m);
}

static struct str now_text(struct page *p, const struct times *t, const struct when *w)
{
    if (t->year && t->month)
        return str_of(arena_printf(p->a, "%d-%02d", t->year, t->month));
    return t->has_main && t->main.from < w->from ? when_text(p, t, &t->main) : STR_NULL;
}

static struct str since_term(struct page *p, const struct times *t, int from)
{
    if (!from || !t->year || t->year < from)
        return STR_NULL;
    return str_of(t->year == from ? arena_printf(p->a, "%d", from)
                                  : arena_printf(p->a, "%d-%d", from, t->year));
}

struct str when_text(struct page *p, const struct times *t, const struct when *w)
{
    int y = year_of(t, w);

    if (w->sort == WHEN_NOW)
        return now_text(p, t, w);
    if (w->sort == WHEN_SINCE_YEAR)
        return since_year(p, t);
    if (w->sort == WHEN_SPAN || (w->sort == WHEN_TERM && w->y2))
        return str_of(arena_printf(p->a, "%d-%d", w->y, w->y2));
    if (w->sort == WHEN_TERM)
        return t->term ? str_of(arena_printf(p->a, "%d-%d", t->term, t->term_end)) : STR_NULL;
    if (w->sort == WHEN_SINCE_TERM)
        return since_term(p, t, w->y ? w->y : t->term);
    if (!y)
        return STR_NULL;
    if (w->sort == WHEN_HALF)
        return str_of(arena_printf(p->a, "%d-H%d", y, w->n));
    if (w->sort == WHEN_QUARTER)
        return str_of(arena_printf(p->a, "%d-Q%d", y, w->n));
    if (w->sort == WHEN_MONTHS)
        return str_of(arena_printf(p->a, "%d-%dM", y, w->n));
    if ((w->sort == WHEN_MONTH || w->sort == WHEN_DAY) && w->n)
        return str_of(arena_printf(p->a, "%d-%02d", y, w->n));
    if (w->sort == WHEN_THIS_MONTH && t->has_main && t->main.sort == WHEN_MONTH)
        return when_text(p, t, &t->main);
    if (w->sort == WHEN_THIS_MONTH && t->month)
        return str_of(arena_printf(p->a, "%d-%02d", y, t->month));
    if (w->sort == WHEN_THIS_QUARTER && t->has_main && t->main.sort == WHEN_QUARTER)
        return when_text(p, t, &t->main);
    return str_of(arena_printf(p->a, w->end ? "%d-12" : "%d", y));
}

int when_year(const struct times *t, const struct when *w)
{
    if (w->sort == WHEN_SPAN || (w->sort == WHEN_TERM && w->y2))
        return w->y2;
    return w->sort == WHEN_TERM ? t->term_end : year_of(t, w);
}
