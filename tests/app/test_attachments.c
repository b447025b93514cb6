/* Files beside a report, over the demonstration. */
#include "demo.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/attachments.h"

static struct report_page page;

static struct report_key draft_key(void)
{
    return demo_key("DU-Q", "MH002", "2026-Q4");
}

/* A file that holds these bytes. */
static int file_of(const char *bytes, size_t n)
{
    int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    return fd;
}

static bool attach(const char *login, struct report_key key, const char *name, const char *bytes,
    const char *series)
{
    struct attachment_in in = {str_of(name), file_of(bytes, strlen(bytes)), {0}};

    if (*series) {
        int i = demo_indicator(series);
        demo_look();
        in.series = demo->v.catalog->series[demo->v.catalog->indicator[i].series].id;
        demo_done();
    }
    struct actor who = demo_actor(login);
    bool ok = attachments_add(demo->app, who, key, &in, 1, &demo->err);
    close(in.fd);
    return ok;
}

static bool look_at(const char *login, struct report_key key)
{
    struct actor who = demo_actor(login);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = report_page_make(demo->app, &demo->v, who, key, LANG_VI, &demo->a, &page, &demo->err);
    demo_done();
    return ok;
}

static const struct attachment *named(const char *name)
{
    for (size_t i = 0; i < page.attachments; i++)
        if (str_is(page.attachment[i].name, name))
            return &page.attachment[i];
    return NULL;
}

/* What a person gets of a file; NULL where it is refused. */
static const char *fetch(const char *login, struct report_key key, int64_t id)
{
    static char text[200];
    struct attachment at;
    struct actor who = demo_actor(login);
    int fd = file_of("", 0);

    demo->err = ERR_INIT;
    demo_look();
    bool ok = attachment_find(demo->app, &demo->v, who, key, id, &demo->a, &at, &demo->err);
    demo_done();
    ok = ok && attachment_copy(demo->app, &at, fd, &demo->err);
    ssize_t n = ok ? read(fd, text, sizeof text - 1) : -1;
    close(fd);
    if (n < 0)
        return NULL;
    text[n] = '\0';
    return text;
}

static void verify(void)
{
    struct store *s = app_store(demo->app);
    struct verify_report v;

    OK(s->ops->verify(s, &v, &demo->err));
}

static void a_file_is_attached_listed_and_read_again(void **state)
{
    struct report_key key = draft_key();

    (void)state;
    OK(attach("vpdu.mh002", key, "Biên bản họp.pdf", "%PDF-1.7 biên bản", ""));
    OK(look_at("vpdu.mh002", key));
    assert_int_equal(page.attachments, 1);
    const struct attachment *at = named("Biên bản họp.pdf");
    assert_non_null(at);
    assert_str(at->type, "application/pdf");
    assert_string_equal(fetch("vpdu.mh002", key, at->id), "%PDF-1.7 biên bản");
    verify();
}

static void the_name_must_say_what_the_content_is(void **state)
{
    static const struct {
        const char *name, *bytes, *refused;
    } all[] = {
        {"trang.html", "<script>alert(1)</script>", "err.file.kind"},
        {"tranh.svg", "<svg onload=\"x\"/>", "err.file.kind"},
        {"chay.exe", "MZ", "err.file.kind"},
        {"khong duoi", "%PDF-1.7", "err.file.kind"},
        {".pdf", "%PDF-1.7", "err.file.kind"},
        {"bang.docm", "PK\x03\x04 word/", "err.file.kind"},
        {"gia.pdf", "<html>", "err.file.content"},
        {"gia.png", "GIF89a", "err.file.content"},
        {"gia.docx", "PK\x03\x04 something else", "err.file.content"},
        {"macro.xlsx", "PK\x03\x04 xl/workbook.xml xl/vbaProject.bin", "err.file.content"},
        {"gia.csv", "a,b\x01\x02", "err.file.content"},
        {"trong.pdf", "", "err.file.empty"},
        {"bang.xlsx", "PK\x03\x04 [Content_Types].xml xl/workbook.xml", NULL},
        {"BANG.CSV", "đơn vị;số\r\nMẫu;1\r\n", NULL},
        {"anh.JPG", "\xff\xd8\xff\xe0 JFIF", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct report_key key = demo_key("DU-Q", "MH003", "2026-Q4");
        if (all[i].refused)
            REFUSED(attach("vpdu.mh003", key, all[i].name, all[i].bytes, ""), all[i].refused);
        else
            OK(attach("vpdu.mh003", key, all[i].name, all[i].bytes, ""));
    }
}

static void the_same_content_is_refused_and_named(void **state)
{
    (void)state;
    REFUSED(attach("vpdu.mh002", draft_key(), "khác tên.pdf", "%PDF-1.7 biên bản", ""),
        "err.file.twice");
    assert_string_equal(demo->err.arg[1], "Biên bản họp.pdf");
}

static void size_and_number_have_limits(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH001", "2026-Q4");
    struct attachment_in in[ATTACHMENTS_MAX + 1];
    char name[40];

    (void)state;
    int large = file_of("%PDF-", 5);
    assert_int_equal(ftruncate(large, ATTACHMENT_MAX + 1), 0);
    struct attachment_in one = {STR("to.pdf"), large, {0}};
    struct actor who = demo_actor("vpdu.mh001");
    REFUSED(attachments_add(demo->app, who, key, &one, 1, &demo->err), "err.file.large");
    close(large);
    for (size_t i = 0; i <= ATTACHMENTS_MAX; i++) {
        snprintf(name, sizeof name, "%%PDF- %zu", i);
        in[i] = (struct attachment_in){STR("nhỏ.pdf"), file_of(name, strlen(name)), {0}};
    }
    REFUSED(
        attachments_add(demo->app, who, key, in, ATTACHMENTS_MAX + 1, &demo->err), "err.file.many");
    OK(attachments_add(demo->app, who, key, in, ATTACHMENTS_MAX, &demo->err));
    REFUSED(
        attachments_add(demo->app, who, key, &in[ATTACHMENTS_MAX], 1, &demo->err), "err.file.many");
    for (size_t i = 0; i <= ATTACHMENTS_MAX; i++)
        close(in[i].fd);
}

static void all_of_a_choice_or_none(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH001", "2027-Q1");
    struct attachment_in in[] = {
        {STR("tốt.pdf"), file_of("%PDF-1", 6), {0}}, {STR("hỏng.pdf"), file_of("x", 1), {0}}};
    struct actor who = demo_actor("vpdu.mh001");

    (void)state;
    REFUSED(attachments_add(demo->app, who, key, in, 2, &demo->err), "err.file.content");
    OK(look_at("vpdu.mh001", key));
    assert_int_equal(page.attachments, 0);
    close(in[0].fd);
    close(in[1].fd);
}

static void what_is_taken_away_can_be_put_back_until_it_is_sent(void **state)
{
    struct report_key key = draft_key();
    struct actor who = demo_actor("vpdu.mh002");

    (void)state;
    OK(look_at("vpdu.mh002", key));
    int64_t id = page.attachment[0].id;
    OK(attachments_remove(demo->app, who, key, id, false, &demo->err));
    OK(look_at("vpdu.mh002", key));
    assert_true(page.attachment[0].removed);
    OK(look_at("lanhdao.mh", key)); /* who only reads does not see it any more */
    assert_false(attachment_seen(&page, &page.attachment[0]));
    assert_null(fetch("lanhdao.mh", key, id));
    OK(attachments_remove(demo->app, who, key, id, true, &demo->err));
    assert_string_equal(fetch("lanhdao.mh", key, id), "%PDF-1.7 biên bản");
}

static void others_neither_add_nor_read(void **state)
{
    struct report_key key = draft_key();

    (void)state;
    OK(look_at("vpdu.mh002", key));
    int64_t id = page.attachment[0].id;
    REFUSED(attach("vpdu.mh003", key, "lạ.pdf", "%PDF-2", ""), "err.denied_unit");
    REFUSED(attach("lanhdao.mh", key, "lạ.pdf", "%PDF-2", ""), "err.denied_unit");
    struct actor other = demo_actor("vpdu.mh003");
    REFUSED(attachments_remove(demo->app, other, key, id, false, &demo->err), "err.denied_unit");
    assert_null(fetch("vpdu.mh003", key, id));
    /* a number of another report is not found under this one */
    assert_null(fetch("vpdu.mh002", key, id + 1000));
    assert_null(fetch("vpdu.mh003", demo_key("DU-Q", "MH003", "2026-Q4"), id));
    assert_string_equal(msg_name(demo->err.key).p, "err.file.unknown");
}

static void a_report_that_is_on_its_way_keeps_its_files(void **state)
{
    struct report_key key = draft_key();
    struct actor who = demo_actor("vpdu.mh002");

    (void)state;
    OK(look_at("vpdu.mh002", key));
    int64_t id = page.attachment[0].id;
    demo_type("bxd.mh002", key, "TC03", "2", 0, "");
    OK(demo_step("vpdu.mh002", key, STEP_CHECK, ""));
    REFUSED(attach("vpdu.mh002", key, "muộn.pdf", "%PDF-3", ""), "err.file.closed");
    REFUSED(attachments_remove(demo->app, who, key, id, false, &demo->err), "err.file.closed");
    OK(demo_step("kiemtra.mh002", key, STEP_PUSH_BACK, "sửa"));
    OK(attach("vpdu.mh002", key, "kịp.pdf", "%PDF-3", "TC03"));
    OK(look_at("vpdu.mh002", key));
    assert_int_equal(page.attachments, 2);
    assert_true(named("kịp.pdf")->series.v != 0);
}

/* The zeros that the form wants confirmed. */
static void confirm_zeros(struct report_key key)
{
    struct actor system = {{0}, STR("test")};
    struct save_result saved;

    for (size_t i = 0; i < page.rows; i++) {
        struct typed_cell cell = {page.row[i].series_id, STR("0"), FIGURE_NIL, STR(""), -1};
        if (page.row[i].confirm_nil && page.row[i].kind == ROW_TYPED)
            OK(reporting_save(demo->app, system, key, &cell, 1, &demo->a, &saved, &demo->err));
    }
}

/* Sending takes the files and words of the draft into the record; what it leaves out is forgotten.
 */
static void sending_puts_files_and_points_on_record(void **state)
{
    struct report_key key = demo_key("DU-Q", "MH001", "2026-Q3");
    struct narrative_point p = {.kind = NARRATIVE_PROPOSALS,
        .section = STR("1"),
        .text = STR("Đề nghị bố trí vốn"),
        .addressee = STR("Sở Tài chính")};
    struct actor who = demo_actor("vpdu.mh001");
    int64_t point;

    (void)state;
    OK(demo_step("duyet.mh", key, STEP_REOPEN, "bổ sung minh chứng"));
    OK(attach("vpdu.mh001", key, "giữ.pdf", "%PDF-4 giữ", ""));
    OK(attach("vpdu.mh001", key, "bỏ.pdf", "%PDF-4 bỏ", ""));
    OK(reporting_point(demo->app, who, key, &p, &point, &demo->err));
    OK(look_at("vpdu.mh001", key));
    int64_t dropped = named("bỏ.pdf")->id, kept = named("giữ.pdf")->id;
    OK(attachments_remove(demo->app, who, key, dropped, false, &demo->err));
    confirm_zeros(key);
    OK(demo_step("vpdu.mh001", key, STEP_CHECK, ""));
    OK(demo_step("kiemtra.mh001", key, STEP_TO_SIGN, ""));
    OK(demo_step("ky.mh001", key, STEP_SUBMIT, ""));
    OK(look_at("vpdu.mh001", key));
    assert_null(named("bỏ.pdf"));
    assert_string_equal(fetch("duyet.mh", key, kept), "%PDF-4 giữ");
    bool found = false;
    for (size_t i = 0; i < page.points; i++)
        if (page.point[i].id == point) {
            found = true;
            assert_int_equal(page.point[i].act.v, page.report.act.v);
            assert_str(page.point[i].addressee, "Sở Tài chính");
        }
    assert_true(found);
    verify();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_attached_listed_and_read_again),
        cmocka_unit_test(the_name_must_say_what_the_content_is),
        cmocka_unit_test(the_same_content_is_refused_and_named),
        cmocka_unit_test(size_and_number_have_limits),
        cmocka_unit_test(all_of_a_choice_or_none),
        cmocka_unit_test(what_is_taken_away_can_be_put_back_until_it_is_sent),
        cmocka_unit_test(others_neither_add_nor_read),
        cmocka_unit_test(a_report_that_is_on_its_way_keeps_its_files),
        cmocka_unit_test(sending_puts_files_and_points_on_record),
    };
    return cmocka_run_group_tests(tests, demo_open, demo_close);
}
