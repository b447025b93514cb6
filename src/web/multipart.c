/* multipart: see multipart.h.
 *
 * A machine over bytes. The delimiter CR LF -- boundary is searched with one counter: CR stands
 * only at its beginning, so a mismatch can only restart at the byte at hand.
 */

#include "web/multipart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "web/gate.h"

#define BOUNDARY_MAX 70
#define PART_HEAD_MAX 4096
#define FILE_BLOCK 65536

enum state { DATA, AFTER, AFTER_DASH, AFTER_CR, HEAD, EPILOGUE };

struct multipart {
    struct arena *arena;
    const struct input *inputs;
    const char *dir;
    char delimiter[BOUNDARY_MAX + 5]; /* CR LF -- boundary */
    size_t delimiter_n, matched;
    enum state state;
    bool preamble;    /* before the first part */
    struct sbuf head; /* the headers of the part being read */
    struct fields form;
    /* the part being read */
    const struct input *input;
    struct form_field field;
    struct sbuf text;
    char *block; /* FILE_BLOCK bytes */
    size_t block_n;
};

static bool malformed(struct err *err)
{
    return err_set(err, ERR_INVALID, MSG_err_web_multipart);
}

bool multipart_boundary(struct str type, struct str *ret)
{
    struct str rest = type, piece;
    bool found = false;

    if (!str_cut(&rest, ';', &piece) || str_trim(piece).n != 19 ||
        strncasecmp(str_trim(piece).p, "multipart/form-data", 19) != 0)
        return false;
    while (rest.n && str_cut(&rest, ';', &piece)) {
        struct str p = str_trim(piece);
        if (p.n < 10 || strncasecmp(p.p, "boundary=", 9) != 0)
            continue;
        struct str b = str_slice(p, 9, p.n);
        if (b.n > 2 && b.p[0] == '"' && b.p[b.n - 1] == '"')
            b = str_slice(b, 1, b.n - 1);
        for (size_t i = 0; i < b.n; i++)
            if (!strchr(
                    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=?",
                    b.p[i]))
                return false;
        if (found || b.n == 0 || b.n > BOUNDARY_MAX)
            return false;
        found = true;
        *ret = b;
    }
    return found;
}

struct multipart *multipart_new(
    struct arena *a, const struct input *inputs, struct str boundary, const char *dir)
{
    struct multipart *m = arena_zalloc(a, sizeof *m);

    if (!m)
        return NULL;
    *m = (struct multipart){
        .arena = a, .inputs = inputs, .dir = dir, .preamble = true, .matched = 2};
    m->block = arena_alloc(a, FILE_BLOCK);
    if (!m->block)
        return NULL;
    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, boundary.p, boundary.n);
    m->delimiter_n = boundary.n + 4;
    sbuf_init(&m->head, a, PART_HEAD_MAX);
    return m;
}

/* --- headers of a part */

/* The value of a parameter: name="...". Browsers write a quote in it as %22. */
static bool parameter(struct str header, const char *name, struct str *ret)
{
    size_t n = strlen(name);
    ptrdiff_t at = 0;

    while ((at = str_find(header, str_of(name), (size_t)at)) >= 0) {
        size_t i = (size_t)at;
        bool begins = i > 0 && (header.p[i - 1] == ' ' || header.p[i - 1] == ';');
        if (begins && i + n + 2 <= header.n && header.p[i + n] == '=' &&
            header.p[i + n + 1] == '"') {
            ptrdiff_t end = str_find_char(header, '"', i + n + 2);
            if (end < 0)
                return false;
            *ret = str_slice(header, i + n + 2, (size_t)end);
            return true;
        }
        at++;
    }
    return false;
}

static struct str base_name(struct str s)
{
    size_t from = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '/' || s.p[i] == '\\')
            from = i + 1;
    return str_slice(s, from, s.n);
}

int temp_file(const char *dir, struct err *err)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char path[4096];

    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
        if (snprintf(path, sizeof path, "%s/upload-XXXXXX", dir) >= (int)sizeof path) {
            err_errno(err, ENAMETOOLONG, STR("upload"));
            return -1;
        }
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0)
            unlink(path);
    }
    if (fd < 0)
        err_errno(err, errno, STR("upload"));
    return fd;
}

static bool open_file(struct multipart *m, struct str filename, struct str type, struct err *err)
{
    struct upload *u = arena_zalloc(m->arena, sizeof *u);

    if (!u)
        return err_memory(err);
    if (!text_clean(m->arena, base_name(filename), 200, &u->filename, err))
        return malformed(err);
    u->filename = str_dup(m->arena, u->filename); /* the head is written over by the next one */
    if (!u->filename.p)
        return err_memory(err);
    u->fd = temp_file(m->dir, err);
    if (u->fd < 0)
        return false;
    u->type = type;
    m->field.file = u;
    return true;
}

static bool begin_part(
    struct multipart *m, struct str disposition, struct str type, struct err *err)
{
    struct str name, filename;
    bool has_file = parameter(disposition, "filename", &filename);

    if (m->form.v.n == FORM_FIELDS_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_web_fields_many);
    if (!parameter(disposition, "name", &name) || !text_clean(m->arena, name, 200, &name, err))
        return malformed(err);
    m->field = (struct form_field){.name = str_dup(m->arena, name)};
    if (!m->field.name.p)
        return err_memory(err);
    m->input = input_for(m->inputs, m->field.name);
    if (!m->input && !str_is(name, "csrf"))
        return err_set(err, ERR_INVALID, MSG_err_web_field_unknown, m->field.name);
    if (has_file != (m->input && m->input->type == INPUT_FILE))
        return err_set(err, ERR_INVALID, MSG_err_web_file, m->field.name);
    sbuf_init(&m->text, m->arena, BODY_TEXT_MAX);
    m->block_n = 0;
    return !has_file || open_file(m, filename, str_dup(m->arena, type), err);
}

static bool starts_nocase(struct str s, const char *z)
{
    return s.n >= strlen(z) && strncasecmp(s.p, z, strlen(z)) == 0;
}

static bool parse_head(struct multipart *m, struct err *err)
{
    struct str rest = sbuf_view(&m->head), line, disposition = STR_NULL, type = STR_NULL;

    if (m->head.failed || !utf8_valid(rest))
        return malformed(err);
    while (rest.n && str_cut(&rest, '\n', &line)) {
        line = str_trim(line);
        ptrdiff_t colon = str_find_char(line, ':', 0);
        struct str value = str_trim(str_slice(line, (size_t)(colon + 1), line.n));
        if (line.n == 0)
            continue;
        if (starts_nocase(line, "content-disposition:") && !disposition.p)
            disposition = value;
        else if (starts_nocase(line, "content-type:") && !type.p)
            type = value;
        else
            return malformed(err); /* transfer encodings, doubled and unknown headers */
    }
    if (!starts_nocase(disposition, "form-data;") || starts_nocase(type, "multipart/"))
        return malformed(err);
    bool ok = begin_part(m, disposition, type, err);
    sbuf_reset(&m->head);
    return ok;
}

/* --- data of a part */

static bool flush_file(struct multipart *m, struct err *err)
{
    struct upload *u = m->field.file;
    size_t done = 0;

    while (done < m->block_n) {
        ssize_t n = write(u->fd, m->block + done, m->block_n - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, errno, STR("upload"));
        done += (size_t)n;
    }
    u->size += (int64_t)m->block_n;
    m->block_n = 0;
    return true;
}

static bool put_byte(struct multipart *m, char c, struct err *err)
{
    struct upload *u = m->field.file;

    if (m->preamble)
        return malformed(err);
    if (!u) {
        sbuf_char(&m->text, c);
        return !m->text.failed || err_set(err, ERR_LIMIT, MSG_err_web_field_large, m->field.name);
    }
    m->block[m->block_n++] = c;
    if (u->size + (int64_t)m->block_n > m->input->max)
        return err_set(err, ERR_LIMIT, MSG_err_web_file_large, u->filename);
    return m->block_n < FILE_BLOCK || flush_file(m, err);
}

/* Line ends of texts become LF, as in url_decode(). */
static bool finish_text(struct multipart *m, struct err *err)
{
    struct str s = sbuf_view(&m->text);
    char *p = arena_alloc(m->arena, s.n + 1);
    size_t n = 0;

    if (!p)
        return err_memory(err);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r' || i + 1 == s.n || s.p[i + 1] != '\n')
            p[n++] = s.p[i];
    struct err ignored;
    if (!text_clean(m->arena, str_make(p, n), n + 1, &m->field.raw, &ignored))
        return err_set(err, ERR_INVALID, MSG_err_web_encoding);
    return true;
}

static bool end_part(struct multipart *m, struct err *err)
{
    if (m->preamble) {
        m->preamble = false;
        return true;
    }
    if (m->field.file) {
        if (!flush_file(m, err))
            return false;
        if (lseek(m->field.file->fd, 0, SEEK_SET) < 0)
            return err_errno(err, errno, STR("upload"));
    } else if (!finish_text(m, err)) {
        return false;
    }
    if (!vec_push(&m->form.v, m->arena, m->field))
        return err_memory(err);
    m->field = (struct form_field){0};
    return true;
}

static bool data_byte(struct multipart *m, char c, struct err *err)
{
    if (c == m->delimiter[m->matched]) {
        if (++m->matched < m->delimiter_n)
            return true;
        m->matched = 0;
        m->state = AFTER;
        return end_part(m, err);
    }
    for (size_t i = 0; i < m->matched; i++)
        if (!put_byte(m, m->delimiter[i], err))
            return false;
    m->matched = c == '\r';
    return m->matched || put_byte(m, c, err);
}

static bool head_byte(struct multipart *m, char c, struct err *err)
{
    if (c == '\0')
        return malformed(err);
    sbuf_char(&m->head, c);
    struct str h = sbuf_view(&m->head);
    if (!m->head.failed && !str_ends(h, STR("\r\n\r\n")) && !str_is(h, "\r\n"))
        return true;
    m->state = DATA;
    return parse_head(m, err);
}

static bool step(struct multipart *m, char c, struct err *err)
{
    switch (m->state) {
    case DATA:
        return data_byte(m, c, err);
    case AFTER:
        m->state = c == '-' ? AFTER_DASH : AFTER_CR;
        return c == '-' || c == '\r' || malformed(err);
    case AFTER_DASH:
        m->state = EPILOGUE;
        return c == '-' || malformed(err);
    case AFTER_CR:
        m->state = HEAD;
        return c == '\n' || malformed(err);
    case HEAD:
        return head_byte(m, c, err);
    case EPILOGUE:
        return c == '\r' || c == '\n' || malformed(err);
    }
    return false;
}

bool multipart_feed(struct multipart *m, const char *p, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!step(m, p[i], err))
            return false;
    return true;
}

bool multipart_end(struct multipart *m, struct fields *ret, struct err *err)
{
    if (m->state != EPILOGUE)
        return malformed(err);
    *ret = m->form;
    return true;
}

void fields_close_files(struct fields *form)
{
    for (size_t i = 0; i < form->v.n; i++) {
        struct upload *u = form->v.p[i].file;
        if (u && u->fd >= 0)
            close(u->fd);
        if (u)
            u->fd = -1;
    }
}

void multipart_drop(struct multipart *m)
{
    fields_close_files(&m->form);
    if (m->field.file && m->field.file->fd >= 0)
        close(m->field.file->fd);
    m->field = (struct form_field){0};
}
