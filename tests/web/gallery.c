/* gallery: serves pages that show how every recurring part looks, made by the real templates,
 * styles and server, with invented figures. tests/e2e/gallery.mjs photographs them and checks them
 * with axe.
 *
 *     gallery        prints the port it listens on, and serves until its input ends
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "gallery_view.h"
#include "templates.h"
#include "web/failure.h"
#include "web/handlers.h"

static struct str z(const char *s)
{
    return str_of(s);
}

static struct figure_view fig(const char *whole, const char *frac)
{
    return (struct figure_view){.whole = z(whole), .frac = z(frac), .url = STR("#figure")};
}

/* --- drawings */

static struct html drawing(struct arena *a, const char *text)
{
    return (struct html){str_dup(a, z(text))};
}

static struct html bar(struct arena *a, int percent, int due)
{
    char t[600];
    int width = percent > 125 ? 60 : percent * 48 / 100;

    snprintf(t, sizeof t,
        "<svg width=\"64\" height=\"12\" viewBox=\"0 0 64 12\" aria-hidden=\"true\">"
        "<rect class=\"g-track\" y=\"3.5\" width=\"48\" height=\"5\"></rect>"
        "<rect class=\"g-bar\" y=\"3.5\" width=\"%d\" height=\"5\"></rect>"
        "<path class=\"g-tick\" d=\"M%d 1v10\"></path></svg>",
        width, due * 48 / 100);
    return drawing(a, t);
}

static struct html spark(struct arena *a, const int *v, const char *says)
{
    char t[1200];
    int n = snprintf(t, sizeof t,
        "<svg width=\"80\" height=\"20\" viewBox=\"0 0 80 20\" role=\"img\" aria-label=\"%s\">"
        "<path class=\"g-plan\" d=\"M2 5H78\"></path><path class=\"g-line\" d=\"M",
        says);

    for (int i = 0; i < 8; i++)
        n += snprintf(t + n, sizeof t - (size_t)n, "%s%d %d", i ? "L" : "", 3 + i * 10, 18 - v[i]);
    snprintf(t + n, sizeof t - (size_t)n,
        "\"></path><circle class=\"g-then\" cx=\"33\" cy=\"%d\" r=\"2\"></circle>"
        "<circle class=\"g-end\" cx=\"73\" cy=\"%d\" r=\"2.2\"></circle></svg>",
        18 - v[3], 18 - v[7]);
    return drawing(a, t);
}

/* --- content */

static struct state_view state(const char *symbol, const char *css, const char *word)
{
    return (struct state_view){z(symbol), z(css), z(word)};
}

#define MET state("s-met", "is-good", "Đạt")
#define EXCEEDED state("s-exceeded", "is-good", "Vượt")
#define COURSE state("s-course", "is-steady", "Đúng tiến độ")
#define RISK state("s-risk", "is-risk", "Có nguy cơ không đạt")
#define OFF state("s-off", "is-off", "Chậm tiến độ")
#define MISSED state("s-missed", "is-miss", "Không đạt")
#define NO_DATA state("s-nodata", "is-none", "Chưa có số liệu")
#define NOT_YET state("s-notyet", "is-none", "Chưa đến kỳ đánh giá")

static const struct {
    const char *group, *group_says, *name;
    int state;
    const char *unit, *cmp, *plan, *plan_f, *actual, *actual_f, *pct, *pct_f;
    int bar, due;
    const char *change, *sign, *fore, *range, *who;
    int spark[8];
} rows[] = {
    {"I. Xây dựng Đảng", "3/6 đạt", "Kết nạp đảng viên mới", 4, "người", "≥", "80", "", "14", "",
        "17", ",5", 17, 25, "−3", "", "61", "52-70", "Đỗ Thị Hạnh", {4, 6, 5, 4, 7, 9, 8, 3}},
    {"", "", "Xã, phường có kết nạp đảng viên mới", 3, "xã", "=", "13", "/13", "7", "/13", "53",
        ",8", 53, 100, "−2", "", "12", "10-13", "Đỗ Thị Hạnh", {8, 7, 8, 6, 9, 9, 8, 5}},
    {"", "", "Đảng bộ kết nạp đảng viên trong kinh tế tư nhân", 2, "đảng bộ", "≥", "6", "", "2", "",
        "33", ",3", 33, 25, "+1", "", "7", "5-9", "Đỗ Thị Hạnh", {3, 9, 3, 3, 3, 9, 3, 9}},
    {"", "", "Đảng viên được tặng Huy hiệu Đảng", 0, "người", "=", "93", "", "93", "", "100", ",0",
        100, 100, "+11", "", "", "đã xong", "Vũ Đức Long", {3, 4, 2, 7, 7, 6, 9, 13}},
    {"", "", "Luân chuyển bí thư không là người địa phương", 0, "người", "=", "3", "", "3", "",
        "100", ",0", 100, 100, "+2", "", "", "đã xong", "Vũ Đức Long", {2, 3, 2, 6, 3, 5, 8, 13}},
    {"", "", "Khiếu nại về kỷ luật đảng", 0, "vụ", "=", "0", "", "0", "", "-", "", 0, 0, "0", "",
        "0", "0-1", "Trần Quốc Việt", {2, 2, 12, 3, 2, 2, 2, 2}},
    {"II. Dân vận, đoàn thể", "1/3 đạt", "Mô hình dân vận khéo xây dựng mới", 1, "mô hình", "≥",
        "16", "", "19", "", "118", ",8", 118, 25, "+6", "", "", "đã xong", "Bùi Thu Hà",
        {7, 8, 9, 8, 10, 9, 9, 12}},
    {"", "", "Đoàn viên, hội viên phát triển mới", 2, "người", "≥", "2.500", "", "812", "", "32",
        ",5", 32, 25, "+9,4", "%", "2.940", "2.660-3.220", "Bùi Thu Hà", {5, 6, 5, 8, 7, 9, 8, 11}},
    {"III. Kinh tế, ngân sách", "0/3 đạt", "Diện tích gieo cấy vụ Xuân so kế hoạch", 5, "%", "≥",
        "100", "", "94", ",7", "94", ",7", 94, 100, "−3,1", "đ%", "", "quá hạn", "Hoàng Văn Khải",
        {11, 10, 10, 10, 9, 9, 8, 7}},
    {"", "", "Thu ngân sách nhà nước trên địa bàn", 3, "tỷ đồng", "≥", "1.850", "", "396", ",2",
        "21", ",4", 21, 25, "+6,1", "%", "1.760", "1.640-1.880", "Hoàng Văn Khải",
        {4, 6, 5, 8, 5, 12, 9, 10}},
    {"", "", "Giải ngân vốn đầu tư công", 4, "%", "≥", "95", "", "11", ",3", "11", ",9", 11, 25,
        "−4,6", "đ%", "83", "76-91", "Phạm Minh Tuấn", {6, 7, 8, 9, 6, 10, 7, 9}},
    {"IV. Môi trường, đô thị", "2/5 đạt", "Xã, phường đạt chỉ tiêu thu gom rác thải", 0, "xã", "=",
        "13", "/13", "13", "/13", "100", ",0", 100, 100, "+1", "", "13", "13", "Lê Thị Ngọc",
        {6, 8, 9, 10, 11, 12, 13, 13}},
    {"", "", "Điểm đổ rác không đúng nơi quy định phát sinh", 0, "điểm", "=", "0", "", "0", "", "-",
        "", 0, 0, "−2", "", "0", "0-1", "Lê Thị Ngọc", {10, 9, 8, 8, 7, 6, 4, 2}},
    {"", "", "Xã, phường có từ 60% hộ phân loại, xử lý rác tại nguồn", 4, "xã", "=", "13", "/13",
        "3", "/13", "23", ",1", 23, 40, "+2", "", "6", "4-8", "Lê Thị Ngọc",
        {2, 2, 2, 3, 3, 4, 4, 5}},
    {"", "", "Tiêu chuẩn đô thị loại III đã hoàn thành", 2, "tiêu chuẩn", "=", "63", "/63", "57",
        "/63", "90", ",5", 90, 85, "+8", "", "63", "61-63", "Phạm Minh Tuấn",
        {4, 5, 6, 7, 8, 9, 10, 11}},
    {"V. Xã hội, quốc phòng", "1/3 đạt", "Tỷ lệ người dân tham gia bảo hiểm y tế", 2, "%", "≥",
        "95", ",5", "93", ",84", "98", ",3", 98, 97, "+0,9", "đ%", "95", "95,1-96,1",
        "Nguyễn Thị Mai", {5, 6, 7, 8, 8, 9, 10, 11}},
    {"", "", "Tỷ lệ hộ nghèo đa chiều", 6, "%", "≤", "0", ",85", "…", "", "-", "", 0, 0, "", "", "",
        "ít số liệu", "Nguyễn Thị Mai", {2, 2, 2, 2, 2, 2, 2, 2}},
    {"", "", "Tổng kết nhiệm kỳ và đại hội chi bộ đúng tiến độ", 7, "chi bộ", "=", "217", "", "…",
        "", "-", "", 0, 0, "", "", "", "31/12/2024", "Trần Quốc Việt", {2, 2, 2, 2, 2, 2, 2, 2}},
};

/* "+9,4" as whole and fraction. */
static struct figure_view change(struct arena *a, const char *text)
{
    struct str s = str_dup(a, z(text));
    ptrdiff_t comma = str_find_char(s, ',', 0);
    size_t at = comma < 0 ? s.n : (size_t)comma;

    return (struct figure_view){
        .whole = str_slice(s, 0, at), .frac = str_slice(s, at, s.n), .url = STR("#figure")};
}

static bool fill_score(struct gallery_view *v, struct arena *a)
{
    const struct state_view states[] = {MET, EXCEEDED, COURSE, RISK, OFF, MISSED, NO_DATA, NOT_YET};
    bool ok = true;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ord[8];
        snprintf(ord, sizeof ord, "%zu", i + 1);
        struct score_row r = {.group = z(rows[i].group),
            .group_says = z(rows[i].group_says),
            .ord = str_dup(a, z(ord)),
            .name = z(rows[i].name),
            .unit = z(rows[i].unit),
            .range = z(rows[i].range),
            .who = z(rows[i].who),
            .state = states[rows[i].state],
            .plan = fig(rows[i].plan, rows[i].plan_f),
            .actual = fig(rows[i].actual, rows[i].actual_f),
            .pct = fig(rows[i].pct, rows[i].pct_f),
            .change = change(a, rows[i].change),
            .fore = fig(rows[i].fore, "")};
        r.plan.cmp = z(rows[i].cmp);
        r.plan.before = STR("KH");
        r.pct.before = rows[i].pct_f[0] ? STR("% KH") : STR_NULL;
        r.change.before = STR("CK"); /* a card says what it is */
        r.change.sign = z(rows[i].sign);
        if (!*rows[i].change)
            r.change = (struct figure_view){.whole = STR("-")};
        if (!*rows[i].fore)
            r.fore.url = STR("");
        if (rows[i].bar)
            r.bar = bar(a, rows[i].bar, rows[i].due);
        if (rows[i].state < 6)
            r.spark = spark(a, rows[i].spark, "Tám quý đến quý I/2024");
        ok = ok && vec_push(&v->score, a, r);
    }
    return ok;
}

static bool fill_choices(struct gallery_view *v, struct arena *a)
{
    static const char *const texts[][4] = {{"", "thị xã Mỹ Hào", "phường Nhân Hòa", ","},
        {"sau", "Quý I/2024", "Quý IV/2023", ","}, {"số liệu", "đã duyệt", "tạm tổng hợp", ","},
        {"", "theo đơn vị tại thời điểm đó", "theo đơn vị hiện nay", ","},
        {"có đến ngày", "02/04/2024", "hôm nay", ""}};
    bool ok = true;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct choice_view c = {
            .before = z(texts[i][0]), .chosen = z(texts[i][1]), .after = z(texts[i][3])};
        ok = ok && vec_push(&c.options, a, (struct link_view){STR("#a"), z(texts[i][1]), true}) &&
             vec_push(&c.options, a, (struct link_view){STR("#b"), z(texts[i][2]), false}) &&
             vec_push(&v->choices, a, c);
    }
    return ok;
}

static bool fill_states(struct gallery_view *v, struct arena *a)
{
    const struct state_view states[] = {EXCEEDED, MET, state("s-sofar", "is-good", "Đạt đến nay"),
        COURSE, RISK, OFF, MISSED, NO_DATA, NOT_YET};
    const struct state_view reports[] = {state("r-empty", "is-none", "Chưa nhập"),
        state("r-draft", "is-risk", "Đang nhập"), state("r-inside", "is-steady", "Chờ ký"),
        state("r-sent", "is-steady", "Đã gửi"), state("r-returned", "is-off", "Trả lại"),
        state("r-approved", "is-good", "Đã duyệt"), state("r-locked", "is-good", "Đã chốt"),
        state("r-late", "is-risk", "Gửi muộn"), state("s-missed", "is-miss", "Chưa gửi, quá hạn")};
    bool ok = true;

    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        ok = ok && vec_push(&v->states, a, states[i]);
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
        ok = ok && vec_push(&v->reports, a, reports[i]);
    return ok;
}

static const struct {
    const char *group, *name, *unit, *last, *last_f, *then, *then_f, *plan, *plan_f, *value, *sum,
        *sum_f, *pct, *pct_f, *css, *says;
} lines[] = {
    {"I. Xây dựng Đảng", "Đảng viên mới kết nạp", "người", "1", "", "2", "", "6", "", "2", "2", "",
        "33", ",3", "", ""},
    {"", "Trong đó: ở đơn vị kinh tế tư nhân", "người", "0", "", "0", "", "1", "", "3", "3", "",
        "300", ",0", "wrong",
        "Dòng 2 «Trong đó: ở đơn vị kinh tế tư nhân»: 3 lớn hơn tổng số 2 ở dòng 1. Sửa một trong "
        "hai "
        "ô."},
    {"", "Trong đó: ở chi bộ tổ dân phố", "người", "1", "", "2", "", "4", "", "2", "2", "", "50",
        ",0", "", ""},
    {"", "Khiếu nại về kỷ luật đảng", "vụ", "0", "", "0", "", "-", "", "0", "0", "", "-", "", "",
        ""},
    {"II. Dân vận, đoàn thể", "Mô hình dân vận khéo xây dựng mới", "mô hình", "1", "", "1", "", "1",
        "", "2", "2", "", "200", ",0", "", ""},
    {"", "Đoàn viên, hội viên phát triển mới", "người", "58", "", "61", "", "190", "", "245", "245",
        "", "128", ",9", "doubt",
        "Tăng 322% so với quý trước (58 lên 245). Kiểm tra lại hoặc ghi lý do."},
    {"III. Kinh tế", "Diện tích gieo cấy vụ Xuân", "ha", "…", "", "176", ",40", "182", ",00",
        "171,20", "171", ",20", "94", ",1", "", ""},
    {"", "Thu ngân sách trên địa bàn", "triệu đồng", "4.812", ",6", "3.905", ",0", "21.400", ",0",
        "4.377,5", "4.377", ",5", "20", ",5", "", ""},
    {"IV. Môi trường, đô thị", "Số hộ phân loại, xử lý rác tại nguồn", "hộ", "1.612", "", "1.204",
        "", "2.184", "", "1.745", "1.745", "", "79", ",9", "now", ""},
    {"", "Tổng số hộ", "hộ", "3.631", "", "3.588", "", "-", "", "3.640", "3.640", "", "-", "", "",
        ""},
    {"", "Tỷ lệ hộ phân loại, xử lý rác tại nguồn", "%", "44", ",4", "33", ",6", "60", ",0",
        "=47,9", "47", ",9", "79", ",9", "", ""},
    {"", "Nhà ở riêng lẻ đã được cấp phép", "nhà", "14", "", "11", "", "-", "", "", "…", "", "-",
        "", "", ""},
};

static struct figure_view dead(const char *whole, const char *frac)
{
    struct figure_view f = fig(whole, frac);

    f.url = STR("");
    return f;
}

static bool fill_entry(struct gallery_view *v, struct arena *a)
{
    bool ok = true;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        bool computed = lines[i].value[0] == '=', doubt = strcmp(lines[i].css, "doubt") == 0;
        struct entry_row r = {.group = z(lines[i].group),
            .name = z(lines[i].name),
            .unit = z(lines[i].unit),
            .value = z(lines[i].value + computed),
            .last = dead(lines[i].last, lines[i].last_f),
            .then = dead(lines[i].then, lines[i].then_f),
            .plan = dead(lines[i].plan, lines[i].plan_f),
            .sum = dead(lines[i].sum, lines[i].sum_f),
            .pct = dead(lines[i].pct, lines[i].pct_f),
            .css = z(lines[i].css),
            .computed = computed,
            .asks_reason = doubt,
            .reason = STR("Đại hội Hội Nông dân, kết nạp dồn vào tháng 3")};
        r.ord = z(arena_printf(a, "%zu", i + 1));
        r.id = z(arena_printf(a, "cell.%zu", i + 1));
        if (*lines[i].says)
            r.says = doubt ? state("s-risk", "is-risk", lines[i].says)
                           : state("s-missed", "is-miss", lines[i].says);
        ok = ok && vec_push(&v->entry, a, r);
    }
    v->trend = drawing(a,
        "<svg width=\"304\" height=\"84\" viewBox=\"0 -8 304 84\" role=\"img\" aria-label=\"Tám "
        "quý, từ "
        "512 lên 1.745 hộ; kế hoạch 2.184\"><path class=\"g-plan\" d=\"M0 12H270\"></path>"
        "<path class=\"g-line\" d=\"M4 56L40 52L76 47L112 42L148 36L184 33L220 28L256 25\"></path>"
        "<circle class=\"g-then\" cx=\"112\" cy=\"42\" r=\"3\"></circle>"
        "<circle class=\"g-end\" cx=\"256\" cy=\"25\" r=\"3.4\"></circle>"
        "<text class=\"g-text\" x=\"0\" y=\"8\">kế hoạch 2.184</text>"
        "<text class=\"g-text-b\" x=\"264\" y=\"30\">1.745</text>"
        "<text class=\"g-text\" x=\"98\" y=\"60\">1.204</text>"
        "<text class=\"g-text\" x=\"0\" y=\"74\">II/2022</text>"
        "<text class=\"g-text g-right\" x=\"270\" y=\"74\">I/2024</text></svg>");
    return ok;
}

static const char *const months[] = {
    "4/2023", "5", "6", "7", "8", "9", "10", "11", "12", "1/2024", "2", "tháng 3/2024"};
static const struct {
    const char *kind, *name, *cells, *sum;
} units[] = {
    {"phường", "Bần Yên Nhân", "aaaalaaalaas", "9/11"},
    {"phường", "Bạch Sam", "aalaaaalaaaa", "9/11"},
    {"phường", "Dị Sử", "aaaaaaaaaaaa", "11/11"},
    {"phường", "Minh Đức", "aaaaaaaaaaar", "11/11"},
    {"phường", "Nhân Hòa", "aaaaaaaalaas", "10/11"},
    {"phường", "Phan Đình Phùng", "aaaaaaaaaaaa", "11/11"},
    {"phường", "Phùng Chí Kiên", "aaaaaaaaaaaa", "11/11"},
    {"xã", "Cẩm Xá", "llaaalaaaaam", "8/11"},
    {"xã", "Dương Quang", "aallalaaaaaa", "8/11"},
    {"xã", "Hòa Phong", "aaaaalalaaas", "9/11"},
    {"xã", "Hưng Long", "aalamalllaam", "6/11"},
    {"xã", "Ngọc Lâm", "aaaaaaaaalld", "9/11"},
    {"xã", "Xuân Dục", "llaaaaaaaaas", "9/11"},
};

static struct board_cell cell(struct arena *a, char c, size_t unit, size_t month)
{
    struct board_cell b = {.past = month < 11, .now = month == 11, .speaks = c != 'a'};
    unsigned day = 17 + (unsigned)(unit * 7 + month * 5) % 4,
             late = 1 + (unsigned)(unit + month) % 4;

    switch (c) {
    case 'a':
        b.state = state("r-approved", "is-good", "");
        b.text = z(arena_printf(a, "%u", day));
        b.full = STR("đã duyệt, gửi ngày ");
        break;
    case 'l':
        b.state = state("r-late", "is-risk", "");
        b.text = z(arena_printf(a, "muộn %u", late));
        break;
    case 's':
        b.state = state("r-sent", "is-steady", "");
        b.text = STR("chờ duyệt");
        break;
    case 'r':
        b.state = state("r-returned", "is-off", "");
        b.text = STR("trả lại");
        break;
    case 'd':
        b.state = state("r-draft", "is-risk", "");
        b.text = STR("đang nhập");
        break;
    default:
        b.state = state("s-missed", "is-miss", "");
        b.text = month == 11 ? STR("chưa gửi") : STR("thiếu");
    }
    return b;
}

static bool fill_board(struct gallery_view *v, struct arena *a)
{
    bool ok = true;

    for (size_t i = 0; i < 12; i++)
        ok = ok && vec_push(&v->months, a, z(months[i]));
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        struct board_row r = {.kind = z(units[u].kind),
            .name = z(units[u].name),
            .sum = z(units[u].sum),
            .ticked = units[u].cells[11] == 's'};
        for (size_t m = 0; m < 12; m++)
            ok = ok && vec_push(&r.cells, a, cell(a, units[u].cells[m], u, m));
        ok = ok && vec_push(&v->board, a, r);
    }
    return ok;
}

static bool fill_parts(struct gallery_view *v, struct arena *a)
{
    v->wrong = (struct message_view){.css = STR("wrong"),
        .symbol = STR("s-missed"),
        .title = STR("Chưa gửi được: còn 1 lỗi và 1 ô chưa nhập")};
    v->doubt = (struct message_view){.css = STR("doubt"),
        .symbol = STR("s-risk"),
        .title = STR("Ô này vừa được Trần Thị B sửa thành 12 (14:03)"),
        .text = STR("Số vừa nhập: 14. Chọn số dùng.")};
    v->done = (struct message_view){.css = STR("done"),
        .symbol = STR("r-approved"),
        .title = STR("Đã gửi lúc 16:20 ngày 20/03/2024, đúng hạn")};
    v->told = (struct message_view){.title = STR("Số liệu quý I/2024 của 4 đơn vị cũ, quy đổi về "
                                                 "phường Mỹ Hào hiện nay")};
    const struct field_view fields[] = {{.name = STR("account"),
                                            .label = STR("Tài khoản"),
                                            .value = STR("mai.nhanhoa"),
                                            .autocomplete = STR("username"),
                                            .required = true},
        {.name = STR("password"),
            .label = STR("Mật khẩu"),
            .type = FIELD_PASSWORD,
            .wrong = STR("Tài khoản hoặc mật khẩu không đúng. Còn thử được 3 lần."),
            .autocomplete = STR("current-password"),
            .required = true}};
    return vec_push(&v->wrong.links, a,
               (struct link_view){
                   STR("#cell.2"), STR("Dòng 2: số ở kinh tế tư nhân lớn hơn tổng số"), false}) &&
           vec_push(&v->wrong.links, a,
               (struct link_view){STR("#cell.12"),
                   STR("Dòng 12: nhà ở đã được cấp phép chưa có số liệu"), false}) &&
           vec_push(&v->fields, a, fields[0]) && vec_push(&v->fields, a, fields[1]);
}

static bool fill(struct request *rq, struct gallery_view *v, bool signed_in)
{
    static const struct {
        const char *url;
        enum msg_key label;
    } nav[] = {{"/gallery/parts", MSG_nav_start}, {"/gallery/score", MSG_nav_scoreboard},
        {"/gallery/entry", MSG_nav_entry}, {"/gallery/board", MSG_nav_board},
        {"/gallery/units", MSG_nav_units}};
    bool ok = true;

    page_fill(rq, &v->page);
    if (signed_in) {
        for (size_t i = 0; i < sizeof nav / sizeof *nav; i++)
            ok = ok &&
                 vec_push(&v->page.nav, rq->arena,
                     (struct nav_item){z(nav[i].url), nav[i].label, str_is(rq->path, nav[i].url)});
        v->page.person = STR("Vũ Thị Lan");
        v->page.where = STR("Văn phòng Thị ủy");
        v->page.me_url = STR("/me");
        v->page.find_url = STR("/find");
    }
    v->page.known = STR("Theo số liệu có đến ngày 02/04/2024. Nhật ký: 4f1c9a2e.");
    rq->session = STR("gallery");
    return ok && fill_choices(v, rq->arena) && fill_score(v, rq->arena) &&
           fill_entry(v, rq->arena) && fill_board(v, rq->arena) && fill_states(v, rq->arena) &&
           fill_parts(v, rq->arena);
}

#define PAGE(name, signed_in)                                                                      \
    static bool show_##name(struct request *rq, struct response *rs, struct err *err)              \
    {                                                                                              \
        struct gallery_view v = {0};                                                               \
        if (!fill(rq, &v, signed_in))                                                              \
            return err_memory(err);                                                                \
        struct tmpl o = rs_page(rs, 200);                                                          \
        tmpl_gallery_##name(&o, &v);                                                               \
        return true;                                                                               \
    }
PAGE(score, true)
PAGE(entry, true)
PAGE(board, true)
PAGE(parts, true)
PAGE(alone, false)

static bool show_charts(struct request *rq, struct response *rs, struct err *err)
{
    struct gallery_view v = {0};

    if (!fill(rq, &v, true))
        return err_memory(err);
    if (!gallery_charts(&v, rq->arena, err))
        return false;
    struct tmpl o = rs_page(rs, 200);
    tmpl_gallery_charts(&o, &v);
    return true;
}

static const struct route routes[] = {
    {HTTP_GET, "/gallery/score", show_score, MAY_ANYONE, &intake_nothing, MSG_help_about},
    {HTTP_GET, "/gallery/entry", show_entry, MAY_ANYONE, &intake_nothing, MSG_help_about},
    {HTTP_GET, "/gallery/board", show_board, MAY_ANYONE, &intake_nothing, MSG_help_about},
    {HTTP_GET, "/gallery/parts", show_parts, MAY_ANYONE, &intake_nothing, MSG_help_about},
    {HTTP_GET, "/gallery/charts", show_charts, MAY_ANYONE, &intake_nothing, MSG_help_about},
    {HTTP_GET, "/gallery/alone", show_alone, MAY_ANYONE, &intake_nothing, MSG_help_about},
    {HTTP_GET, "/a/{hash:word}/{name:word}", page_asset, MAY_ANYONE, &intake_nothing,
        MSG_help_asset},
    {HTTP_GET, "/language/{lang:word}", page_language, MAY_ANYONE, &intake_back, MSG_help_language},
    {HTTP_GET, "/theme/{theme:word}", page_theme, MAY_ANYONE, &intake_back, MSG_help_theme},
    {HTTP_GET, "/about", page_about, MAY_ANYONE, &intake_nothing, MSG_help_about},
};

int main(void)
{
    struct http_config c = {.address = "127.0.0.1",
        .routes = routes,
        .nroutes = sizeof routes / sizeof *routes,
        .error_page = failure_page};
    struct err err = ERR_INIT;
    char rest[64];

    log_set_level(LOG_WARN);
    struct http_server *s = http_start(&c, &err);
    if (!s)
        return 1;
    printf("%d\n", http_port(s));
    fflush(stdout);
    while (read(0, rest, sizeof rest) > 0)
        ;
    http_stop(s, 1000);
    return 0;
}
