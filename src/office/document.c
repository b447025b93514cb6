/* document: see document.h. */
#include "office/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "office/docx.h"
#include "office/paragraphs.h"
#include "office/rtf.h"
#include "reading/lines.h"

#define MIB (1u << 20)
#define PAGE_MARK "\xee\x80\x8c" /* U+E00C: stands for a form feed while the text is converted */

/* What a document may cost. The arena of the child holds the text a few times over. */
static const struct child_limits reader_limits = {
    .memory = 384 * MIB,
    .output = DOCUMENT_TEXT_MAX + 5 * PARAGRAPHS_MAX + 4096,
    .cpu_seconds = 10,
    .wall_ms = 20000,
};
#define READER_ARENA ((size_t)256 * MIB)

/* What a file is. */

static bool contains(struct str s, struct str what, size_t within)
{
    return str_find(str_slice(s, 0, within), what, 0) >= 0;
}

/* Zip archives name their entries in the clear, in each entry's head and again at the end. */
static bool zip_kind(struct str s, enum document_source *ret, struct err *err)
{
    if (contains(s, STR("word/document"), s.n) || contains(s, STR("wordprocessingml"), s.n)) {
        *ret = DOCUMENT_DOCX;
        return true;
    }
    if (contains(s, STR("xl/workbook"), s.n))
        return err_set(err, ERR_INVALID, MSG_err_document_workbook);
    if (contains(s, STR("ppt/presentation"), s.n))
        return err_set(err, ERR_INVALID, MSG_err_document_slides);
    if (contains(s, STR("mimetypeapplication/vnd.oasis.opendocument"), 256))
        return err_set(err, ERR_INVALID, MSG_err_document_opendocument);
    if (contains(s, STR("[Content_Types].xml"), s.n)) { /* a Word file need not call its part so */
        *ret = DOCUMENT_DOCX;
        return true;
    }
    return err_set(err, ERR_INVALID, MSG_err_document_archive);
}

/* Compound files name their streams in UTF-16. */
static bool compound_kind(struct str s, enum document_source *ret, struct err *err)
{
    static const struct str word = STR(
                                "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"), /* two bytes a letter */
        sealed = STR("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"),
                            book = STR("W\0o\0r\0k\0b\0o\0o\0k\0"),
                            slides = STR("P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0 \0D\0o\0c\0");

    if (contains(s, sealed, s.n))
        return err_set(err, ERR_INVALID, MSG_err_document_encrypted);
    if (contains(s, word, s.n)) {
        *ret = DOCUMENT_DOC;
        return true;
    }
    if (contains(s, book, s.n))
        return err_set(err, ERR_INVALID, MSG_err_document_workbook);
    if (contains(s, slides, s.n))
        return err_set(err, ERR_INVALID, MSG_err_document_slides);
    return err_set(err, ERR_INVALID, MSG_err_document_binary);
}

static bool is_picture(struct str s)
{
    static const struct str heads[] = {
        STR("\xff\xd8\xff"), STR("\x89PNG"), STR("GIF8"), STR("II*\0"), STR("MM\0*"), STR("BM")};

    for (size_t i = 0; i + 1 < sizeof heads / sizeof *heads; i++)
        if (str_starts(s, heads[i]))
            return true;
    return str_starts(s, STR("BM")) && memchr(s.p, '\0', s.n < 64 ? s.n : 64);
}

static bool is_markup(struct str s)
{
    static const char *const heads[] = {
        "<!doctype html", "<html", "<?xml", "<head", "mime-version:"};

    s = str_trim(str_slice(s, str_starts(s, STR("\xef\xbb\xbf")) ? 3 : 0, s.n));
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (s.n >= strlen(heads[i]) && strncasecmp(s.p, heads[i], strlen(heads[i])) == 0)
            return true;
    return false;
}

static bool kind_of(struct str s, enum document_source *ret, struct err *err)
{
    *ret = DOCUMENT_TEXT;
    if (str_starts(s, STR("PK\x03\x04")))
        return zip_kind(s, ret, err);
    if (str_starts(s, STR("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")))
        return compound_kind(s, ret, err);
    if (str_starts(s, STR("{\\rtf"))) {
        *ret = DOCUMENT_RTF;
        return true;
    }
    if (contains(s, STR("%PDF-"), 1024)) {
        *ret = DOCUMENT_PDF;
        return true;
    }
    if (is_picture(s))
        return err_set(err, ERR_INVALID, MSG_err_document_image);
    if (is_markup(s))
        return err_set(err, ERR_INVALID, MSG_err_document_web);
    if (str_starts(s, STR("Rar!")) || str_starts(s, STR("7z\xbc\xaf\x27\x1c")) ||
        str_starts(s, STR("\x1f\x8b")))
        return err_set(err, ERR_INVALID, MSG_err_document_archive);
    bool wide = str_starts(s, STR("\xff\xfe")) || str_starts(s, STR("\xfe\xff"));
    if (!wide && memchr(s.p, '\0', s.n))
        return err_set(err, ERR_INVALID, MSG_err_document_binary);
    return true;
}

/* The readers in their child. */

static int read_in_child(void *arg, struct str input, int out)
{
    bool (*read_it)(struct arena *, struct str, struct paragraphs *, struct err *) =
        *(const enum document_source *)arg == DOCUMENT_DOCX ? docx_read : rtf_read;
    struct arena a;
    struct paragraphs p = {0};
    struct err e = ERR_INIT;

    arena_init(&a, READER_ARENA);
    bool ok = read_it(&a, input, &p, &e);
    return (ok ? paragraphs_send(&p, out) : paragraphs_send_error(&e, out)) ? 0 : 1;
}

/* Why a child that did not do its work did not. */
static bool child_failed(const struct child_result *r, struct err *err)
{
    char how[48];

    if (r->end == CHILD_TIME)
        return err_set(err, ERR_LIMIT, MSG_err_document_reader_time);
    if (r->end == CHILD_OUTPUT)
        return err_set(err, ERR_LIMIT, MSG_err_document_too_long);
    snprintf(how, sizeof how, r->end == CHILD_CRASHED ? "signal %d" : "status %d", r->status);
    return err_set(err, ERR_IO, MSG_err_document_reader_failed, str_of(how));
}

static bool read_here(struct arena *a, struct str bytes, const struct child *child,
    struct document *doc, struct paragraphs *ret, struct err *err)
{
    struct child_job job = {
        .run = read_in_child, .arg = &doc->source, .input = bytes, .limits = reader_limits};
    struct child_result r;

    if (!child->run(child->ctx, a, &job, &r, err))
        return false;
    doc->confined = r.confined;
    if (r.end != CHILD_DONE || r.status != 0)
        return child_failed(&r, err);
    return paragraphs_receive(ret, a, r.output, err);
}

static bool split_lines(struct arena *a, struct str text, struct paragraphs *ret, struct err *err)
{
    struct str line;

    while (str_cut(&text, '\n', &line)) {
        bool row = str_find_char(line, '\t', 0) >= 0;
        if (!paragraphs_add(ret, a, row ? PARAGRAPH_ROW : PARAGRAPH_BODY, line, err))
            return false;
    }
    return true;
}

static struct str replaced(struct arena *a, struct str s, struct str what, struct str by)
{
    struct sbuf out;
    ptrdiff_t hit;

    sbuf_init(&out, a, s.n * 3 + 16);
    for (size_t at = 0;; at = (size_t)hit + what.n) {
        hit = str_find(s, what, at);
        sbuf_str(&out, str_slice(s, at, hit < 0 ? s.n : (size_t)hit));
        if (hit < 0)
            return out.failed ? STR_NULL : out.n ? sbuf_view(&out) : STR("");
        sbuf_str(&out, by);
    }
}

/* Poppler tells by status 1 that it cannot open the file, and by its note that a password is
 * wanted. */
static bool pdf_failed(const struct child_result *r, struct err *err)
{
    if (r->end == CHILD_MISSING)
        return err_set(err, ERR_NOT_FOUND, MSG_err_document_tool_missing, STR("pdftotext"),
            STR("poppler-utils"));
    if (r->end != CHILD_DONE)
        return child_failed(r, err);
    if (strstr(r->note, "password") || r->status == 3)
        return err_set(err, ERR_INVALID, MSG_err_document_encrypted);
    return err_set(err, ERR_INVALID, MSG_err_document_damaged);
}

static bool read_pdf(struct arena *a, struct str bytes, const struct child *child,
    struct document *doc, struct paragraphs *ret, struct err *err)
{
    static const char *const argv[] = {
        "/usr/bin/pdftotext", "-q", "-layout", "-enc", "UTF-8", "-", "-", NULL};
    struct child_job job = {.argv = argv, .input = bytes, .limits = reader_limits};
    struct child_result r;
    struct str text;

    if (!child->run(child->ctx, a, &job, &r, err))
        return false;
    doc->confined = r.confined;
    if (r.end != CHILD_DONE || r.status != 0)
        return pdf_failed(&r, err);
    if (!str_trim(replaced(a, r.output, STR("\f"), STR(""))).n)
        return err_set(err, ERR_INVALID, MSG_err_document_scan);
    if (!utf8_valid(r.output))
        return err_set(err, ERR_INVALID, MSG_err_document_damaged);
    text = replaced(a, r.output, STR("\f"), STR(PAGE_MARK));
    if (!text.p)
        return err_memory(err);
    if (!encoding_read(a, text, DOCUMENT_TEXT_MAX, &text, &doc->encoding, err))
        return false;
    text = replaced(a, text, STR(PAGE_MARK), STR("\f"));
    text = text.p ? lines_of_pages(a, text) : text;
    return text.p ? split_lines(a, text, ret, err) : err_memory(err);
}

static bool run_old_word(struct arena *a, struct str bytes, const struct child *child,
    struct child_result *ret, struct err *err)
{
    static const char *const catdoc[] = {
        "/usr/bin/catdoc", "-w", "-s", "cp1252", "-d", "utf-8", NULL};
    static const char *const antiword[] = {
        "/usr/bin/antiword", "-w", "0", "-m", "UTF-8.txt", "/dev/stdin", NULL};
    struct child_job job = {.argv = catdoc, .input = bytes, .limits = reader_limits};

    if (!child->run(child->ctx, a, &job, ret, err))
        return false;
    if (ret->end != CHILD_MISSING)
        return true;
    job.argv = antiword;
    return child->run(child->ctx, a, &job, ret, err);
}

static bool read_doc(struct arena *a, struct str bytes, const struct child *child,
    struct document *doc, struct paragraphs *ret, struct err *err)
{
    struct child_result r;
    struct str text;

    if (!run_old_word(a, bytes, child, &r, err))
        return false;
    doc->confined = r.confined;
    if (r.end == CHILD_MISSING)
        return err_set(
            err, ERR_NOT_FOUND, MSG_err_document_tool_missing, STR("catdoc"), STR("catdoc"));
    if (r.end != CHILD_DONE)
        return child_failed(&r, err);
    if (strstr(r.note, "ncrypted"))
        return err_set(err, ERR_INVALID, MSG_err_document_encrypted);
    if (r.status != 0)
        return err_set(err, ERR_INVALID, MSG_err_document_damaged);
    if (!encoding_read(a, r.output, DOCUMENT_TEXT_MAX, &text, &doc->encoding, err))
        return false;
    return split_lines(a, text, ret, err);
}

/* From paragraphs to one text and slices of it. */

static struct str joined(struct arena *a, const struct paragraphs *p)
{
    struct sbuf out;

    sbuf_init(&out, a, p->bytes + 16);
    for (size_t i = 0; i < p->list.n; i++) {
        sbuf_str(&out, p->list.p[i].text);
        sbuf_char(&out, '\n');
    }
    return out.failed ? STR_NULL : sbuf_view(&out);
}

/* The paragraphs again, as slices of the text that holds a line for each. */
static void slice(struct paragraphs *p, struct str text)
{
    struct str line;

    for (size_t i = 0; i < p->list.n && str_cut(&text, '\n', &line); i++)
        p->list.p[i].text = line;
}

/* A legacy encoding whose fonts the file no longer names shows only in the letters. */
static bool finish_paragraphs(
    struct arena *a, struct paragraphs *p, struct document *doc, struct err *err)
{
    enum encoding e;
    struct str text;

    if (!p->list.n)
        return err_set(err, ERR_INVALID, MSG_err_document_no_text);
    text = joined(a, p);
    if (!text.p)
        return err_memory(err);
    if (!encoding_read(a, text, DOCUMENT_TEXT_MAX, &doc->text, &e, err))
        return false;
    if (doc->encoding == ENC_UTF8)
        doc->encoding = e;
    doc->flow = doc->text;
    slice(p, doc->flow);
    doc->paragraphs = p->list.p;
    doc->n = p->list.n;
    return true;
}

static bool read_text(struct arena *a, struct str bytes, struct document *doc, struct err *err)
{
    struct paragraphs p = {0};
    struct str rest, line;

    if (!encoding_read(a, bytes, DOCUMENT_TEXT_MAX, &doc->text, &doc->encoding, err))
        return false;
    if (!str_trim(doc->text).n)
        return err_set(err, ERR_INVALID, MSG_err_document_no_text);
    doc->flow = lines_joined(a, doc->text);
    if (!doc->flow.p)
        return err_memory(err);
    for (rest = doc->flow; str_cut(&rest, '\n', &line);) {
        bool row = str_find_char(line, '\t', 0) >= 0;
        if (str_trim(line).n &&
            !vec_push(&p.list, a,
                (struct paragraph){str_trim(line), row ? PARAGRAPH_ROW : PARAGRAPH_BODY}))
            return err_memory(err);
    }
    doc->paragraphs = p.list.p;
    doc->n = p.list.n;
    return true;
}

bool document_text(struct arena *a, struct str bytes, const struct child *child,
    struct document *ret, struct err *err)
{
    struct document doc = {.encoding = ENC_UTF8};
    struct paragraphs p = {0};
    bool ok;

    if (!bytes.n)
        return err_set(err, ERR_INVALID, MSG_err_document_empty);
    if (bytes.n > DOCUMENT_BYTES_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_document_too_large, STR("64"));
    if (!kind_of(bytes, &doc.source, err))
        return false;
    if (doc.source == DOCUMENT_TEXT)
        ok = read_text(a, bytes, &doc, err);
    else if (doc.source == DOCUMENT_PDF)
        ok = read_pdf(a, bytes, child, &doc, &p, err) && finish_paragraphs(a, &p, &doc, err);
    else if (doc.source == DOCUMENT_DOC)
        ok = read_doc(a, bytes, child, &doc, &p, err) && finish_paragraphs(a, &p, &doc, err);
    else
        ok = read_here(a, bytes, child, &doc, &p, err) && finish_paragraphs(a, &p, &doc, err);
    if (ok)
        *ret = doc;
    return ok;
}

static bool read_all(struct arena *a, int fd, struct str name, struct str *ret, struct err *err)
{
    struct sbuf out;
    char chunk[65536];
    ssize_t n;

    sbuf_init(&out, a, (size_t)DOCUMENT_BYTES_MAX + 1);
    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, errno, name);
        sbuf_put(&out, chunk, (size_t)n);
        if (out.n > DOCUMENT_BYTES_MAX || (out.failed && out.n + (size_t)n > DOCUMENT_BYTES_MAX))
            return err_set(err, ERR_LIMIT, MSG_err_document_too_large, STR("64"));
        if (out.failed)
            return err_memory(err);
    }
    *ret = out.n ? sbuf_view(&out) : STR("");
    return true;
}

bool document_bytes(struct arena *a, const char *path, struct str *ret, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool ok;

    if (fd < 0)
        return err_errno(err, errno, str_of(path));
    ok = read_all(a, fd, str_of(path), ret, err);
    if (!standard)
        close(fd);
    return ok || (err && err->code != ERR_IO && err->code != ERR_NOT_FOUND
                         ? err_at(err, str_of(path), 0, 0)
                         : false);
}

bool document_file(struct arena *a, const char *path, const struct child *child,
    struct document *ret, struct err *err)
{
    struct str bytes;

    if (!document_bytes(a, path, &bytes, err))
        return false;
    return document_text(a, bytes, child, ret, err) || err_at(err, str_of(path), 0, 0);
}

static bool port_text(
    void *ctx, struct arena *a, struct str bytes, struct document *ret, struct err *err)
{
    return document_text(a, bytes, ctx, ret, err);
}

struct documents document_port(const struct child *child)
{
    return (struct documents){(void *)(uintptr_t)child, port_text};
}
