/* attachments: see attachments.h. */
#include "app/attachments.h"

#include <errno.h>
#include <unistd.h>

#include "app/reporting_private.h"
#include "base/text.h"

/* ---- kinds ---- */

#define LOOK 4096

const char attachment_kinds[] =
    ".pdf,.docx,.xlsx,.pptx,.doc,.xls,.ppt,.odt,.ods,.jpg,.jpeg,.png,.tif,.tiff,.txt,.csv,.zip";

enum content { IS_MAGIC, IS_OOXML, IS_ODF, IS_TEXT };

/* Nothing here is ever shown by a browser in place of being saved; pages, scripts and drawings with
 * scripts are no evidence and are not taken. */
static const struct kind_of_file {
    const char *ending, *type;
    enum content content;
    const char *magic; /* of IS_MAGIC; what stands inside of the others */
    size_t magic_n;
} kinds[] = {
    {".pdf", "application/pdf", IS_MAGIC, "%PDF-", 5},
    {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", IS_OOXML,
        "word/", 5},
    {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", IS_OOXML, "xl/",
        3},
    {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", IS_OOXML,
        "ppt/", 4},
    {".doc", "application/msword", IS_MAGIC, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8},
    {".xls", "application/vnd.ms-excel", IS_MAGIC, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8},
    {".ppt", "application/vnd.ms-powerpoint", IS_MAGIC, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8},
    {".odt", "application/vnd.oasis.opendocument.text", IS_ODF, "opendocument.text", 17},
    {".ods", "application/vnd.oasis.opendocument.spreadsheet", IS_ODF, "opendocument.spreadsheet",
        24},
    {".jpg", "image/jpeg", IS_MAGIC, "\xff\xd8\xff", 3},
    {".jpeg", "image/jpeg", IS_MAGIC, "\xff\xd8\xff", 3},
    {".png", "image/png", IS_MAGIC, "\x89PNG\r\n\x1a\n", 8},
    {".tif", "image/tiff", IS_MAGIC, "II*\0", 4},
    {".tif", "image/tiff", IS_MAGIC, "MM\0*", 4},
    {".tiff", "image/tiff", IS_MAGIC, "II*\0", 4},
    {".tiff", "image/tiff", IS_MAGIC, "MM\0*", 4},
    {".txt", "text/plain; charset=utf-8", IS_TEXT, "", 0},
    {".csv", "text/csv; charset=utf-8", IS_TEXT, "", 0},
    {".zip", "application/zip", IS_MAGIC, "PK\x03\x04", 4},
};

static bool ends_with(struct str s, const char *z)
{
    size_t n = strlen(z);

    if (s.n <= n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = s.p[s.n - n + i];
        if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != z[i])
            return false;
    }
    return true;
}

static bool fill(int fd, int64_t at, char *to, size_t max, size_t *ret_n, struct err *err)
{
    *ret_n = 0;
    while (*ret_n < max) {
        ssize_t got = pread(fd, to + *ret_n, max - *ret_n, (off_t)(at + (int64_t)*ret_n));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, errno, STR("upload"));
        if (got == 0)
            break;
        *ret_n += (size_t)got;
    }
    return true;
}

/* A package of parts: the names of its parts stand in the local headers and again at the end. */
static bool holds_part(
    int fd, struct str head, const struct kind_of_file *k, bool *ret, struct err *err)
{
    char tail[4 * LOOK];
    struct str part = str_make(k->magic, k->magic_n);
    off_t size = lseek(fd, 0, SEEK_END);
    off_t from = size > (off_t)sizeof tail ? size - (off_t)sizeof tail : 0;
    size_t n;

    *ret = false;
    if (size < 0)
        return err_errno(err, errno, STR("upload"));
    if (!str_starts(head, STR("PK\x03\x04")))
        return true;
    if (!fill(fd, from, tail, sizeof tail, &n, err))
        return false;
    struct str end = str_make(tail, n);
    bool macros = str_find(head, STR("vbaProject.bin"), 0) >= 0 ||
                  str_find(end, STR("vbaProject.bin"), 0) >= 0;
    *ret = !macros && (str_find(head, part, 0) >= 0 || str_find(end, part, 0) >= 0);
    return true;
}

/* Of a text only that it holds no control characters; its encoding may be an old one. */
static bool is_text(struct str head)
{
    for (size_t i = 0; i < head.n; i++) {
        unsigned char c = (unsigned char)head.p[i];
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f')
            return false;
    }
    return true;
}

static bool fits(const struct kind_of_file *k, int fd, struct str head, bool *ret, struct err *err)
{
    *ret = k->content == IS_TEXT
               ? is_text(head)
               : str_starts(head,
                     k->content == IS_MAGIC ? str_make(k->magic, k->magic_n) : STR("PK\x03\x04"));
    if (k->content == IS_ODF)
        *ret = *ret && str_find(head, str_make(k->magic, k->magic_n), 0) >= 0;
    return k->content != IS_OOXML || holds_part(fd, head, k, ret, err);
}

bool attachment_type(struct str name, int fd, const char **ret_type, struct err *err)
{
    char head[LOOK];
    bool known = false, ok = false;
    size_t n;

    if (!fill(fd, 0, head, sizeof head, &n, err))
        return false;
    for (size_t i = 0; !ok && i < sizeof kinds / sizeof *kinds; i++) {
        if (!ends_with(name, kinds[i].ending))
            continue;
        known = true;
        *ret_type = kinds[i].type;
        if (!fits(&kinds[i], fd, str_make(head, n), &ok, err))
            return false;
    }
    if (!known)
        return err_set(err, ERR_INVALID, MSG_err_file_kind, name, str_of(attachment_kinds));
    return ok || err_set(err, ERR_INVALID, MSG_err_file_content, name);
}

/* ---- adding ---- */

struct named_file {
    struct attachment at;
    char sha256[65];
    int fd;
};
struct adding {
    struct report_key key;
    struct named_file *file;
    size_t n;
};

/* Form, unit, right and state, as for a cell; a line that the file is to prove must be of the form.
 */
static bool open_for_files(struct rep *r, struct write *w, struct report_key key, struct err *err)
{
    if (!rep_open(r, w, key, err) || !must(w->catalog, w->today, w->actor, RIGHT_ENTER, r->unit,
                                         r->last, r->f->code, STR(""), err))
        return false;
    if (r->report.state == REPORT_NOT_STARTED || report_editable(r->report.state))
        return rep_begin_draft(r, err);
    return err_set(err, ERR_CONFLICT, MSG_err_file_closed,
        msg_text(LANG_VI, report_state_label(r->report.state)));
}

static bool check_room(
    const struct attachment *old, size_t olds, const struct adding *x, struct err *err)
{
    int64_t bytes = 0;
    size_t n = 0;

    for (size_t i = 0; i < olds; i++) {
        n += !old[i].removed;
        bytes += old[i].removed ? 0 : old[i].size;
    }
    for (size_t i = 0; i < x->n; i++) {
        const struct attachment *at = &x->file[i].at;
        bytes += at->size;
        for (size_t k = 0; k < olds; k++)
            if (!old[k].removed && str_eq(old[k].sha256, at->sha256) &&
                old[k].series.v == at->series.v)
                return err_set(err, ERR_CONFLICT, MSG_err_file_twice, at->name, old[k].name);
        for (size_t k = 0; k < i; k++)
            if (str_eq(x->file[k].at.sha256, at->sha256))
                return err_set(err, ERR_CONFLICT, MSG_err_file_twice, at->name, x->file[k].at.name);
    }
    if (n + x->n > ATTACHMENTS_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_file_many);
    return bytes <= ATTACHMENTS_BYTES_MAX || err_set(err, ERR_LIMIT, MSG_err_file_total);
}

static bool add_job(struct write *w, void *ctx, struct err *err)
{
    struct adding *x = ctx;
    struct attachment *old = NULL;
    size_t olds = 0;
    struct rep r;

    if (!open_for_files(&r, w, x->key, err) ||
        !w->ops->attachments(w->store, r.report.id, w->arena, &old, &olds, err) ||
        !check_room(old, olds, x, err))
        return false;
    for (size_t i = 0; i < x->n; i++) {
        struct attachment *at = &x->file[i].at;
        if (at->series.v && rep_line_of(&r, at->series) < 0)
            return err_set(err, ERR_NOT_FOUND, MSG_err_report_cell);
        at->at_ms = w->now_ms;
        at->account = w->actor.account;
        if (!w->ops->new_id(w->store, "attachment", &at->id, err) ||
            !w->ops->file_put(w->store, at->sha256, x->file[i].fd, at->size, err) ||
            !w->ops->attachment_put(w->store, r.report.id, at, err))
            return false;
    }
    return true;
}

static bool name_file(
    struct app *a, const struct attachment_in *in, struct named_file *f, struct err *err)
{
    const char *type;

    *f = (struct named_file){.fd = in->fd};
    f->at = (struct attachment){.name = str_trim(in->name), .series = in->series};
    if (!f->at.name.n || utf8_count(f->at.name) > ATTACHMENT_NAME_MAX)
        return err_set(err, ERR_INVALID, MSG_err_file_name);
    if (!app_store(a)->ops->file_name(in->fd, f->sha256, &f->at.size, err))
        return false;
    if (f->at.size == 0)
        return err_set(err, ERR_INVALID, MSG_err_file_empty, f->at.name);
    if (f->at.size > ATTACHMENT_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_file_large, f->at.name);
    if (!attachment_type(f->at.name, in->fd, &type, err))
        return false;
    f->at.type = str_of(type);
    f->at.sha256 = str_of(f->sha256);
    return true;
}

bool attachments_add(struct app *a, struct actor who, struct report_key key,
    const struct attachment_in *in, size_t n, struct err *err)
{
    struct named_file file[ATTACHMENTS_MAX];
    struct adding x = {key, file, n};

    if (n > ATTACHMENTS_MAX)
        return err_set(err, ERR_LIMIT, MSG_err_file_many);
    for (size_t i = 0; i < n; i++)
        if (!name_file(a, &in[i], &file[i], err))
            return false;
    return app_write(a, who, (struct write_options){0}, add_job, &x, NULL, err);
}

/* ---- taking away and putting back ---- */

struct removing {
    struct report_key key;
    int64_t id;
    bool back;
};

static bool remove_job(struct write *w, void *ctx, struct err *err)
{
    struct removing *x = ctx;
    struct attachment *old = NULL;
    size_t olds = 0;
    struct rep r;

    if (!open_for_files(&r, w, x->key, err) ||
        !w->ops->attachments(w->store, r.report.id, w->arena, &old, &olds, err))
        return false;
    for (size_t i = 0; i < olds; i++) {
        if (old[i].id != x->id)
            continue;
        if (old[i].removed != x->back)
            return true; /* it is as wanted */
        struct adding none = {.n = 0};
        if (!x->back)
            return w->ops->attachment_delete(w->store, r.report.id, x->id, err);
        old[i].removed = false; /* the room that it will take */
        return check_room(old, olds, &none, err) &&
               w->ops->attachment_restore(w->store, r.report.id, x->id, err);
    }
    return err_set(err, ERR_NOT_FOUND, MSG_err_file_unknown);
}

bool attachments_remove(
    struct app *a, struct actor who, struct report_key key, int64_t id, bool back, struct err *err)
{
    struct removing x = {key, id, back};

    return app_write(a, who, (struct write_options){0}, remove_job, &x, NULL, err);
}

/* ---- reading ---- */

bool attachment_seen(const struct report_page *p, const struct attachment *at)
{
    if (at->removed && !p->may_write)
        return false;
    for (size_t i = 0; at->series.v && i < p->rows; i++)
        if (p->row[i].series_id.v == at->series.v)
            return !p->row[i].hidden;
    return at->series.v == 0;
}

bool attachment_find(struct app *a, const struct view *v, struct actor who, struct report_key key,
    int64_t id, struct arena *arena, struct attachment *ret, struct err *err)
{
    struct report_page *p = arena_zalloc(arena, sizeof *p);

    if (!p)
        return err_memory(err);
    if (!report_page_make(a, v, who, key, LANG_VI, arena, p, err))
        return false;
    for (size_t i = 0; i < p->attachments; i++)
        if (p->attachment[i].id == id && attachment_seen(p, &p->attachment[i])) {
            *ret = p->attachment[i];
            return true;
        }
    return err_set(err, ERR_NOT_FOUND, MSG_err_file_unknown);
}

static bool copy_piece(void *ctx, const void *p, size_t n, struct err *err)
{
    const char *from = p;
    int fd = *(int *)ctx;

    while (n) {
        ssize_t put = write(fd, from, n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return err_errno(err, errno, STR("download"));
        from += put;
        n -= (size_t)put;
    }
    return true;
}

bool attachment_copy(struct app *a, const struct attachment *at, int fd, struct err *err)
{
    struct store *s = app_store(a);

    if (!s->ops->file_read(s, at->sha256, copy_piece, &fd, err))
        return false;
    off_t size = lseek(fd, 0, SEEK_END);
    if (size != at->size || lseek(fd, 0, SEEK_SET) != 0)
        return err_set(err, ERR_CORRUPT, MSG_err_verify_file, at->sha256);
    return true;
}
