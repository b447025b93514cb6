/* Any bytes as a Word document: as a package, or (behind a first byte '0' to '3') as one of the
 * parts of a well-formed package, so that the parser behind the archive's checks is reached. */
#include <stdlib.h>
#include <zip.h>

#include "base/arena.h"
#include "base/text.h"
#include "fuzz.h"
#include "office/docx.h"

#define W "<w:p xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
#define RELS                                                                                       \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
#define REL(type, target)                                                                          \
    "<Relationship Id=\"" type "\" Type=\"x/" type "\" Target=\"" target "\"/>"

static const struct {
    const char *name;
    struct str content;
} parts[] = {
    {"_rels/.rels", STR(RELS REL("officeDocument", "d.xml") "</Relationships>")},
    {"_rels/d.xml.rels", STR(RELS REL("styles", "s.xml") REL("numbering", "n.xml")
                                 REL("footnotes", "f.xml") "</Relationships>")},
    {"d.xml",
        STR(W "<w:pPr><w:pStyle w:val=\"a\"/><w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/>"
              "</w:numPr></w:pPr><w:r><w:t>Thu 5</w:t></w:r></w:p>")},
    {"s.xml", STR("<a/>")},
    {"n.xml", STR("<a/>")},
    {"f.xml", STR("<a/>")},
};
#define FIRST_OPEN 2 /* the parts from here on are fuzzed */

static void must(bool ok)
{
    if (!ok)
        abort();
}

static struct str package(struct arena *a, size_t which, struct str content)
{
    zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *z = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
    zip_stat_t st;

    must(z);
    zip_source_keep(to);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct str s = i == which ? content : parts[i].content;
        zip_int64_t at = zip_file_add(z, parts[i].name, zip_source_buffer(z, s.p, s.n, 0), 0);
        must(at >= 0 && zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0);
    }
    must(zip_close(z) == 0 && zip_source_open(to) == 0 && zip_source_stat(to, &st) == 0);
    char *bytes = arena_alloc(a, st.size);
    must(bytes && zip_source_read(to, bytes, st.size) == (zip_int64_t)st.size);
    zip_source_close(to);
    zip_source_free(to);
    return str_make(bytes, st.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = str_make((const char *)data, size);
    struct paragraphs p = {0};
    struct err e = ERR_INIT;
    ARENA_AUTO a;

    arena_init(&a, 256u << 20);
    if (size && data[0] >= '0' && data[0] <= '3')
        bytes = package(&a, FIRST_OPEN + (size_t)(data[0] - '0'), str_slice(bytes, 1, size));
    if (!docx_read(&a, bytes, &p, &e)) {
        must(e.code != ERR_NONE);
        return 0;
    }
    for (size_t i = 0; i < p.list.n; i++)
        must(p.list.p[i].text.n && utf8_valid(p.list.p[i].text) &&
             str_find_char(p.list.p[i].text, '\n', 0) < 0);
    return 0;
}
