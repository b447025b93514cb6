/* bench_document: how long it takes to get the text of a five-page report, and whether time grows
 * with length alone. Prints one line per file: kind, size, median and slowest of RUNS in
 * milliseconds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../tests/office/make.h"
#include "base/arena.h"
#include "office/document.h"
#include "sys/child.h"

#define RUNS 41
#define PAGES 5
#define LINES_PER_PAGE 38
#define WORDS_PER_RUN 4

static const char sentence[] = "Trong tháng, tổng thu ngân sách trên địa bàn xã đạt 25,5 tỷ đồng, ";

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(const char *name, struct str bytes)
{
    double ms[RUNS];
    struct child child = sys_child();
    size_t length = 0;

    for (int i = 0; i < RUNS; i++) {
        ARENA_AUTO a;
        struct document d;
        struct err e = ERR_INIT;
        arena_init(&a, (size_t)1 << 30);
        double from = now_ms();
        if (!document_text(&a, bytes, &child, &d, &e)) {
            fprintf(stderr, "%s was refused\n", name);
            exit(1);
        }
        ms[i] = now_ms() - from;
        length = d.text.n;
    }
    qsort(ms, RUNS, sizeof *ms, compare);
    printf("%-16s %8zu bytes in, %7zu out: median %7.2f ms, slowest %7.2f ms\n", name, bytes.n,
        length, ms[RUNS / 2], ms[RUNS - 1]);
}

/* Word cuts sentences into runs, here of WORDS_PER_RUN words, each with its properties. */
static void put_runs(struct sbuf *b, const char *text)
{
    struct str rest = str_of(text), word;
    int words = 0;

    sbuf_z(b, "<w:p><w:pPr><w:spacing w:before=\"120\"/><w:jc w:val=\"both\"/></w:pPr>");
    while (str_cut(&rest, ' ', &word)) {
        if (words % WORDS_PER_RUN == 0)
            sbuf_z(b, "<w:r w:rsidR=\"00A1\"><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi="
                      "\"Times New Roman\"/><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/></w:rPr><w:t "
                      "xml:space=\"preserve\">");
        sbuf_str(b, word);
        sbuf_char(b, ' ');
        if (++words % WORDS_PER_RUN == 0)
            sbuf_z(b, "</w:t></w:r>");
    }
    if (words % WORDS_PER_RUN)
        sbuf_z(b, "</w:t></w:r>");
    sbuf_z(b, "</w:p>");
}

static struct str docx_of(struct arena *a, int pages)
{
    struct sbuf b;

    sbuf_init(&b, a, (size_t)256 << 20);
    for (int page = 0; page < pages; page++) {
        for (int i = 0; i < LINES_PER_PAGE - 8; i++)
            put_runs(&b, sentence);
        sbuf_z(&b, "<w:tbl>");
        for (int row = 0; row < 8; row++) {
            sbuf_z(&b, "<w:tr>");
            for (int cell = 0; cell < 5; cell++) {
                sbuf_z(&b, "<w:tc>");
                put_runs(&b, cell == 1 ? "Thu ngân sách" : "25,5");
                sbuf_z(&b, "</w:tc>");
            }
            sbuf_z(&b, "</w:tr>");
        }
        sbuf_z(&b, "</w:tbl>");
    }
    return make_docx(a, sbuf_cstr(&b),
        "<w:style w:styleId=\"N\" w:type=\"paragraph\" w:default=\"1\"/>", NULL, NULL);
}

static struct str pdf_of(struct arena *a)
{
    static struct page_line lines[PAGES * LINES_PER_PAGE];

    for (int i = 0; i < PAGES * LINES_PER_PAGE; i++)
        lines[i] = (struct page_line){
            i / LINES_PER_PAGE + 1, 85, 60 + 19.0 * (i % LINES_PER_PAGE), sentence};
    return make_pdf(a, lines, PAGES * LINES_PER_PAGE);
}

static struct str text_of(struct arena *a, int pages, enum encoding e)
{
    struct sbuf b;

    sbuf_init(&b, a, (size_t)256 << 20);
    for (int i = 0; i < pages * LINES_PER_PAGE; i++) {
        encoding_write(str_of(sentence), e, &b);
        sbuf_char(&b, '\n');
    }
    return sbuf_view(&b);
}

int main(void)
{
    ARENA_AUTO a;

    arena_init(&a, (size_t)2 << 30);
    measure("docx, 5 pages", docx_of(&a, PAGES));
    measure("docx, 50 pages", docx_of(&a, 10 * PAGES));
    measure("docx, 500 pages", docx_of(&a, 100 * PAGES));
    measure("pdf, 5 pages", pdf_of(&a));
    measure("text, 5 pages", text_of(&a, PAGES, ENC_UTF8));
    measure("text, 500 pages", text_of(&a, 100 * PAGES, ENC_UTF8));
    measure("tcvn3, 5 pages", text_of(&a, PAGES, ENC_TCVN3));
    measure("tcvn3, 500 pages", text_of(&a, 100 * PAGES, ENC_TCVN3));
    return 0;
}
