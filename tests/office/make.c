/* make: see make.h. */
#include "make.h"

#include <cairo/cairo-pdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

#include "base/arena.h"

#define W "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define NAMES                                                                                      \
    " xmlns:w=\"" W "\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\""    \
    " xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\""                    \
    " xmlns:v=\"urn:schemas-microsoft-com:vml\""                                                   \
    " xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\""
#define RELS "http://schemas.openxmlformats.org/package/2006/relationships"
#define TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

/* fontconfig keeps its caches to the end of the process. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "test file cannot be made: %s\n", what);
        abort();
    }
}

struct str make_zip(struct arena *a, const struct part *parts, size_t n)
{
    zip_error_t e;
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, &e);
    zip_t *z = to ? zip_open_from_source(to, ZIP_TRUNCATE, &e) : NULL;
    zip_stat_t st;

    must(z, "archive");
    zip_source_keep(to);
    for (size_t i = 0; i < n; i++) {
        zip_source_t *s = zip_source_buffer(z, parts[i].content.p, parts[i].content.n, 0);
        must(zip_file_add(z, parts[i].name, s, ZIP_FL_ENC_UTF_8) >= 0, parts[i].name);
    }
    must(zip_close(z) == 0 && zip_source_open(to) == 0 && zip_source_stat(to, &st) == 0, "close");
    char *bytes = arena_alloc(a, st.size);
    must(bytes && zip_source_read(to, bytes, st.size) == (zip_int64_t)st.size, "read");
    zip_source_close(to);
    zip_source_free(to);
    return str_make(bytes, st.size);
}

static struct str whole(struct arena *a, const char *root, const char *content)
{
    return str_of(arena_printf(a, HEAD "<w:%s" NAMES ">%s</w:%s>", root, content, root));
}

struct str make_docx(struct arena *a, const char *body, const char *styles, const char *numbering,
    const char *footnotes)
{
    struct part parts[8] = {
        {"[Content_Types].xml",
            STR(HEAD
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                "<Override PartName=\"/word/document.xml\" ContentType=\"application/"
                "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
                "</Types>")},
        {"_rels/.rels",
            STR(HEAD "<Relationships xmlns=\"" RELS "\"><Relationship Id=\"r1\" Type=\"" TYPE
                     "officeDocument\" Target=\"word/document.xml\"/></Relationships>")},
        {"word/_rels/document.xml.rels",
            STR(HEAD "<Relationships xmlns=\"" RELS "\">"
                     "<Relationship Id=\"r1\" Type=\"" TYPE "styles\" Target=\"styles.xml\"/>"
                     "<Relationship Id=\"r2\" Type=\"" TYPE
                     "numbering\" Target=\"/word/numbering.xml\"/>"
                     "<Relationship Id=\"r3\" Type=\"" TYPE
                     "footnotes\" Target=\"../word/./footnotes.xml\"/>"
                     "</Relationships>")},
        {"word/document.xml", whole(a, "document", arena_printf(a, "<w:body>%s</w:body>", body))},
    };
    size_t n = 4;

    if (styles)
        parts[n++] = (struct part){"word/styles.xml", whole(a, "styles", styles)};
    if (numbering)
        parts[n++] = (struct part){"word/numbering.xml", whole(a, "numbering", numbering)};
    if (footnotes)
        parts[n++] = (struct part){"word/footnotes.xml", whole(a, "footnotes", footnotes)};
    return make_zip(a, parts, n);
}

static cairo_status_t keep(void *closure, const unsigned char *data, unsigned n)
{
    sbuf_put(closure, data, n);
    return CAIRO_STATUS_SUCCESS;
}

struct str make_pdf(struct arena *a, const struct page_line *lines, size_t n)
{
    struct sbuf out;
    int page = 1;

    sbuf_init(&out, a, 8u << 20);
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(keep, &out, 595, 842);
    cairo_t *c = cairo_create(s);
    cairo_select_font_face(
        c, "Liberation Serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(c, 14);
    for (size_t i = 0; i < n; i++) {
        for (; page < lines[i].page; page++)
            cairo_show_page(c);
        cairo_move_to(c, lines[i].x, lines[i].y);
        cairo_show_text(c, lines[i].text);
    }
    cairo_show_page(c);
    cairo_destroy(c);
    cairo_surface_finish(s);
    cairo_surface_destroy(s);
    must(!out.failed, "pdf");
    return sbuf_view(&out);
}

static void put16(char *p, unsigned v)
{
    p[0] = (char)(v & 0xff);
    p[1] = (char)(v >> 8);
}

static void put32(char *p, unsigned v)
{
    put16(p, v & 0xffff);
    put16(p + 2, v >> 16);
}

static void directory_entry(
    char *p, const char *name, int type, unsigned child, unsigned start, unsigned size)
{
    size_t n = strlen(name);

    for (size_t i = 0; i < n; i++)
        p[2 * i] = name[i];
    put16(p + 64, (unsigned)(2 * n + 2));
    p[66] = (char)type;
    p[67] = 1;
    put32(p + 68, 0xffffffff);
    put32(p + 72, 0xffffffff);
    put32(p + 76, child);
    put32(p + 116, start);
    put32(p + 120, size);
}

#define SECTOR 512u

struct str make_doc(struct arena *a, struct str bytes)
{
    unsigned stream = (unsigned)(0x300 + bytes.n < 4096 ? 4096 : 0x300 + bytes.n);
    unsigned sectors = (stream + SECTOR - 1) / SECTOR;
    size_t size = (size_t)(3 + sectors) * SECTOR;
    char *p = arena_zalloc(a, size);
    must(p && sectors + 2 <= SECTOR / 4, "doc");

    memcpy(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    put16(p + 24, 0x3e);
    put16(p + 26, 3);
    put16(p + 28, 0xfffe);
    put16(p + 30, 9);
    put16(p + 32, 6);
    put32(p + 44, 1);          /* sectors of the allocation table */
    put32(p + 48, 1);          /* first sector of the directory */
    put32(p + 56, 4096);       /* shorter streams lie elsewhere */
    put32(p + 60, 0xfffffffe); /* there are none */
    put32(p + 68, 0xfffffffe);
    for (unsigned i = 0; i < 109; i++)
        put32(p + 76 + 4 * i, i ? 0xffffffff : 0);
    char *fat = p + SECTOR;
    for (unsigned i = 0; i < SECTOR / 4; i++)
        put32(fat + 4 * i, 0xffffffff);
    put32(fat, 0xfffffffd);
    put32(fat + 4, 0xfffffffe);
    for (unsigned i = 0; i < sectors; i++)
        put32(fat + 8 + 4 * i, i + 1 < sectors ? 3 + i : 0xfffffffe);
    directory_entry(p + 2 * SECTOR, "Root Entry", 5, 1, 0xfffffffe, 0);
    directory_entry(p + 2 * SECTOR + 128, "WordDocument", 2, 0xffffffff, 2, stream);
    char *fib = p + 3 * SECTOR;
    put16(fib, 0xa5dc); /* Word 6 */
    put16(fib + 2, 0x65);
    put16(fib + 6, 0x409);
    put16(fib + 12, 0x65);
    put32(fib + 24, 0x300);
    put32(fib + 28, (unsigned)(0x300 + bytes.n));
    put32(fib + 0x34, (unsigned)bytes.n);
    memcpy(fib + 0x300, bytes.p, bytes.n);
    return str_make(p, size);
}
