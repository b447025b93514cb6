/* report_files: the files beside a report: listed, attached, fetched. Use case: app/attachments.h.
 *
 * A file is always handed out to be saved, never shown in place.
 */
#include <unistd.h>

#include "app/attachments.h"
#include "web/handlers.h"
#include "web/report_build.h"
#include "web/show.h"

/* "240 KB", "1,3 MB" */
static struct str size_text(struct request *rq, int64_t bytes)
{
    struct sbuf b;
    bool mb = bytes >= 1000000;

    sbuf_init(&b, rq->arena, 60);
    dec_put_people(&b, rq->lang,
        mb ? (struct dec){(bytes + 50000) / 100000, 1}
           : (struct dec){bytes < 1000 ? 1 : (bytes + 500) / 1000, 0});
    sbuf_z(&b, mb ? "\u00a0MB" : "\u00a0KB");
    return sbuf_view(&b);
}

static struct str name_of_line(struct request *rq, const struct report_row *r)
{
    return r->number ? show_msg(rq, MSG_step_line, show_count(rq, r->number), r->name) : r->name;
}

static bool add_file(struct request *rq, const struct view *v, const struct report_page *p,
    const struct attachment *at, struct report_view *ret, struct err *err)
{
    char *id = arena_printf(rq->arena, "%lld", (long long)at->id);
    struct file_view f = {.id = id ? str_of(id) : STR(""),
        .name = at->name,
        .size = size_text(rq, at->size),
        .says = show_msg(rq, MSG_file_by,
            post_of(v->catalog, catalog_account_id(v->catalog, at->account)),
            show_time(rq, at->at_ms)),
        .removed = at->removed};

    f.url = show_url(rq, "/reports/%/%/%/files/%", rq_path(rq, "form"), rq_path(rq, "unit"),
        rq_path(rq, "period"), f.id);
    for (size_t i = 0; at->series.v && i < p->rows; i++)
        if (p->row[i].series_id.v == at->series.v)
            f.about = name_of_line(rq, &p->row[i]);
    return vec_push(&ret->files, rq->arena, f) || err_memory(err);
}

bool report_files_fill(struct request *rq, const struct view *v, const struct report_page *p,
    struct report_view *ret, struct err *err)
{
    for (size_t i = 0; i < p->attachments; i++)
        if (attachment_seen(p, &p->attachment[i]) &&
            !add_file(rq, v, p, &p->attachment[i], ret, err))
            return false;
    if (!p->may_write)
        return true;
    ret->files_says = msg_text(rq->lang, MSG_file_says);
    ret->file_kinds = str_of(attachment_kinds);
    for (size_t i = 0; i < p->rows; i++) {
        const struct report_row *r = &p->row[i];
        char *series = arena_printf(rq->arena, "%lld", (long long)r->series_id.v);
        struct option_view o = {series ? str_of(series) : STR(""), name_of_line(rq, r), false};
        if (r->kind == ROW_TYPED && !r->hidden && !r->item && r->series_id.v &&
            !vec_push(&ret->evidence, rq->arena, o))
            return err_memory(err);
    }
    return true;
}

bool report_files_save(struct request *rq, struct report_key key, size_t *ret_n, struct err *err)
{
    VEC(struct attachment_in) in = {0};
    size_t at = 0;
    const struct value *v;

    while ((v = rq_next(rq, "file", &at))) {
        if (!v->file || (!v->file->filename.n && v->file->size == 0))
            continue; /* nothing was chosen */
        struct attachment_in one = {
            v->file->filename, v->file->fd, (struct series_id){rq_int(rq, "evidence")}};
        if (!vec_push(&in, rq->arena, one))
            return err_memory(err);
    }
    *ret_n = in.n;
    return in.n == 0 || attachments_add(site_app(rq), rq_actor(rq), key, in.p, in.n, err);
}

bool page_report_file(struct request *rq, struct response *rs, struct err *err)
{
    struct attachment at;
    struct report_key key;
    struct view v;

    if (!app_read(site_app(rq), ACT_MAX, &v, err))
        return false;
    bool ok =
        report_of_path(rq, &v, &key, err) && attachment_find(site_app(rq), &v, rq_actor(rq), key,
                                                 rq_path_int(rq, "file"), rq->arena, &at, err);
    app_read_end(site_app(rq), &v);
    int fd = ok ? http_temp(rq->server, err) : -1;
    if (fd < 0)
        return false;
    if (!attachment_copy(site_app(rq), &at, fd, err)) {
        close(fd);
        return false;
    }
    char *type = str_dupz(rq->arena, at.type);
    rs_file(rs, fd, at.size, type ? type : "application/octet-stream");
    rs_download(rs, at.name);
    return true;
}
