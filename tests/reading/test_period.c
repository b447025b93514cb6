/* Which time a figure speaks of, case by case: the text as a clerk writes it, and the periods of
 * its figures in their order, as the annotation demands. The sentences are invented. */
#include "../test.h"

#include "base/text.h"
#include "reading/read.h"

struct fixture {
    struct arena words_arena, a;
    const struct reading_words *words;
};

static int set_up(void **state)
{
    static struct fixture f;
    struct err e = ERR_INIT;

    arena_init(&f.words_arena, (size_t)64 << 20);
    arena_init(&f.a, (size_t)256 << 20);
    *state = &f;
    return reading_words_builtin(&f.words_arena, &f.words, &e) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->a);
    arena_free(&f->words_arena);
    return 0;
}

struct sample {
    const char *text, *periods; /* separated by blanks; "-": none */
};

/* "2025-Q3 2025-9M": of all figures of the text, in their order. */
static struct str periods_of(struct fixture *f, const char *z)
{
    struct reading_options o = {.doc = STR("t")};
    struct reading r;
    struct err e = ERR_INIT;
    struct str text, out = STR("");

    assert_true(text_clean(&f->a, str_of(z), 1 << 20, &text, &e));
    assert_true(reading_read(&f->a, text, f->words, &o, &r, &e));
    for (size_t i = 0; i < r.nfigures; i++) {
        struct str p = str_empty(r.figures[i].period) ? STR("-") : r.figures[i].period;
        out = str_of(arena_printf(&f->a, "%.*s%s%.*s", STR_ARG(out), i ? " " : "", STR_ARG(p)));
    }
    return out;
}

static void check(void **state, const struct sample *s, size_t n)
{
    size_t wrong = 0;

    for (size_t i = 0; i < n; i++) {
        struct str got = periods_of(*state, s[i].text);
        if (str_is(got, s[i].periods))
            continue;
        wrong++;
        print_error("%s\n  wanted %s\n  got    %.*s\n", s[i].text, s[i].periods, STR_ARG(got));
    }
    assert_int_equal(wrong, 0);
}

#define CHECK(state, samples) check(state, samples, sizeof(samples) / sizeof *(samples))

#define MONTH_6 "Báo cáo kinh tế - xã hội tháng 6 năm 2025\nNgày 25 tháng 6 năm 2025\n"
#define QUARTER_3 "Báo cáo quý III năm 2025\nNgày 28 tháng 9 năm 2025\n"
#define YEAR_2023 "Báo cáo kết quả năm 2023\nNgày 20 tháng 12 năm 2023\n"
#define TERM "Báo cáo kết quả nhiệm kỳ 2020-2025\nNgày 10 tháng 5 năm 2025\n"

static void test_two_days_without_the_word_day_are_a_time_and_no_figure(void **state)
{
    static const struct sample all[] = {
        {"Từ 01/7 đến 30/9/2025, xã đã giải quyết 412 hồ sơ.", "2025-Q3"},
        {"Từ 15/12/2023 đến 14/3/2024, toàn huyện tiếp nhận 35 đơn khiếu nại.", "2024-Q1"},
        {"Từ 15/12/2022 đến 14/12/2023, cơ quan điều tra khởi tố 22 vụ án.", "2023"},
        {"Từ 01/01 đến 30/6/2024, Công an huyện xử lý 75 trường hợp vi phạm.", "2024-H1"},
        {"Từ ngày 15/6/2024 đến ngày 14/7/2024, tổ công nghệ số hướng dẫn 230 lượt người.",
            "2024-07"},
        {"Từ 01/4 - 30/6/2024, trạm y tế khám cho 1.520 lượt người.", "2024-Q2"},
        {"Trong thời gian từ 01/7/2024 đến 31/12/2024, Hạt Kiểm lâm phát hiện 3 vụ cháy rừng.",
            "2024-H2"},
        {QUARTER_3 "Từ 01/7 đến 30/9, xã xử phạt 12 trường hợp.", "2025-Q3"},
        {QUARTER_3 "Từ 1/7 đến 30/9 xử lý 5 vụ.", "2025-Q3"},
        {QUARTER_3 "Số thôn đạt chuẩn tăng từ 5/7 đến 6/7 thôn.", "2025-Q3 2025-Q3"},
        {"Từ 01/7/2022 đến 30/6/2024, hai cấp Tòa án thụ lý 1.204 vụ việc.", "2022-2024"},
        {"Từ 15/11/2023 đến 15/11/2024, hòa giải thành 48 vụ việc.", "2024"},
    };
    CHECK(state, all);
}

static void test_a_time_in_a_bracket_or_comparison_stays_there(void **state)
{
    static const struct sample all[] = {
        {"Báo cáo quý I năm 2022\nNgày 20 tháng 3 năm 2022\nGiá trị sản xuất tăng 5,6% (quý I/2021 "
         "tăng 4,9%). Thu ngân sách đạt 120 tỷ đồng.",
            "2022-Q1 2021-Q1 2022-Q1"},
        {"Báo cáo 9 tháng năm 2023\nNgày 20 tháng 9 năm 2023\nKết nạp 42 đảng viên (cùng kỳ 2022: "
         "35). Phát thẻ cho 60 đảng viên.",
            "2023-9M 2022-9M 2023-9M"},
        {YEAR_2023 "So với năm 2020, thu nhập tăng 12 triệu đồng. Xã trồng mới 25 ha rừng.",
            "2023 2023"},
        {YEAR_2023
            "Thu nhập bình quân đạt 58 triệu đồng (năm 2020 là 46 triệu đồng), tăng 12 triệu "
            "đồng. Giải quyết việc làm cho 310 lao động.",
            "2023 2020 2023 2023"},
        {YEAR_2023
            "Toàn xã có 45 doanh nghiệp (trong đó năm 2022 thành lập 6 doanh nghiệp), thu hút "
            "2.100 lao động.",
            "2023 2022 2023"},
        {MONTH_6 "Tiếp nhận 152 hồ sơ (tháng 5 tiếp nhận 140 hồ sơ). Giải quyết 149 hồ sơ.",
            "2025-06 2025-05 2025-06"},
        {QUARTER_3
            "Thu nội địa đạt 35 tỷ đồng (cùng kỳ năm 2024 đạt 31 tỷ đồng), chi thường xuyên 22 "
            "tỷ đồng.",
            "2025-Q3 2024-Q3 2025-Q3"},
    };
    CHECK(state, all);
}

static void test_up_to_a_day_and_now_hold_for_their_own_paragraph(void **state)
{
    static const struct sample all[] = {
        {QUARTER_3
            "Tính đến ngày 15/9/2025, tổng dư nợ đạt 312 tỷ đồng.\nXã tổ chức 6 lớp tập huấn.",
            "2025-09 2025-Q3"},
        {YEAR_2023 "Đến 31/12/2023, toàn huyện có 4.512 đảng viên.\nKết nạp 120 đảng viên.",
            "2023-12 2023"},
        {MONTH_6 "Đến nay, có 12/15 thôn đạt chuẩn văn hóa.\nVệ sinh 4 tuyến đường.",
            "2025-06 2025-06"},
        {YEAR_2023 "Hiện nay, xã có 2.140 hộ. Trong năm, xã sửa chữa 15 nhà.", "2023-12 2023"},
        {QUARTER_3 "Hiện toàn xã có 18 hợp tác xã.\nThành lập 2 hợp tác xã, giải thể 1 hợp tác xã.",
            "2025-09 2025-Q3 2025-Q3"},
        {YEAR_2023 "Hiện trên địa bàn có 12 trang trại. Đã tiêm phòng cho 3.400 con gia súc.",
            "2023-12 2023"},
        {QUARTER_3 "Giải ngân được 45 tỷ đồng, đến nay có 3 dự án hoàn thành.\nKhởi công 5 dự án.",
            "2025-Q3 2025-09 2025-Q3"},
        {YEAR_2023 "Tính đến 30/11/2023, dư nợ đạt 98 tỷ đồng. Trong năm cho vay 412 lượt hộ.",
            "2023-11 2023"},
    };
    CHECK(state, all);
}

static void test_of_a_title_with_two_times_the_longer_is_the_reports(void **state)
{
    static const struct sample all[] = {
        {"Báo cáo kết quả quý III và 9 tháng đầu năm 2025\nNgày 25 tháng 9 năm 2025\nTrong quý "
         "III, "
         "xã tiếp 25 lượt công dân; 9 tháng tiếp 71 lượt.\nThu ngân sách đạt 15,2 tỷ đồng.",
            "2025-Q3 2025-9M 2025-9M"},
        {"Báo cáo tháng 6 và 6 tháng đầu năm 2025\nNgày 20 tháng 6 năm 2025\nTrong tháng, xã tổ "
         "chức "
         "2 hội nghị; lũy kế 6 tháng tổ chức 11 hội nghị.\nTrồng 5.000 cây xanh.",
            "2025-06 2025-H1 2025-H1"},
        {"Báo cáo quý II, 6 tháng đầu năm 2024\nNgày 20 tháng 6 năm 2024\nKhai giảng 4 lớp nghề.",
            "2024-H1"},
        {"Báo cáo tháng 9 và lũy kế 9 tháng năm 2024\nNgày 20 tháng 9 năm 2024\nTháng 9, đón 1.200 "
         "lượt khách.\nTổng doanh thu đạt 3,5 tỷ đồng.",
            "2024-09 2024-9M"},
        {"Báo cáo kết quả tháng 8, nhiệm vụ tháng 9 năm 2024\nNgày 25 tháng 8 năm 2024\nXã tiếp 14 "
         "lượt công dân.",
            "2024-08"},
    };
    CHECK(state, all);
}

static void test_the_plan_of_a_year_is_of_the_year(void **state)
{
    static const struct sample all[] = {
        {QUARTER_3 "Kế hoạch vốn năm 2025 được giao là 86 tỷ đồng, đã giải ngân 51,6 tỷ đồng.",
            "2025 2025-Q3"},
        {QUARTER_3 "Dự toán năm là 42 tỷ đồng. Thu ngân sách đạt 11 tỷ đồng.", "2025 2025-Q3"},
        {MONTH_6 "Chỉ tiêu giao năm là 150 lao động; đã đào tạo nghề cho 30 lao động.",
            "2025 2025-06"},
        {QUARTER_3 "Tổng kế hoạch vốn đầu tư công năm 2025 của huyện là 214,5 tỷ đồng.", "2025"},
        {MONTH_6 "Trồng rừng được 45 ha (kế hoạch năm 300 ha).", "2025-06 2025"},
        {QUARTER_3 "Trồng rừng được 45 ha, đạt 15% kế hoạch năm. Khai thác 1.200 m3 gỗ.",
            "2025-Q3 2025-Q3 2025-Q3"},
    };
    CHECK(state, all);
}

static void test_each_year_of_a_list_or_a_review_has_its_own(void **state)
{
    static const struct sample all[] = {
        {TERM "Kết nạp đảng viên: năm 2021: 5 đảng viên, năm 2022: 7 đảng viên, năm 2023: 9 đảng "
              "viên.",
            "2021 2022 2023"},
        {TERM "Thu nhập bình quân năm 2020 đạt 42 triệu đồng. Xây dựng 35 km đường bê tông.",
            "2020 2020-2025"},
        {TERM "Năm 2021 hoàn thành 14 tiêu chí; năm 2023 hoàn thành 17 tiêu chí.", "2021 2023"},
        {TERM "Giá trị sản xuất tăng từ 120 tỷ đồng năm 2020 lên 185 tỷ đồng năm 2024.", "2024"},
        {TERM "Có 25 hộ thoát nghèo năm 2022, 31 hộ thoát nghèo năm 2023.\nSửa chữa 40 nhà.",
            "2022 2023 2020-2025"},
    };
    CHECK(state, all);
}

static void test_a_baseline_lends_its_time_to_nothing_else(void **state)
{
    static const struct sample all[] = {
        {TERM "Tổng đàn trâu, bò tăng 350 con so với đầu nhiệm kỳ. Xây mới 12 nhà văn hóa.",
            "2020-2025 2020-2025"},
        {YEAR_2023 "Số hộ nghèo còn 45 hộ, giảm 30 hộ so với đầu năm. Hỗ trợ 25 hộ vay vốn.",
            "2023 2023 2023"},
        {QUARTER_3 "Dư nợ cho vay tăng 4,5% so với đầu năm; huy động vốn tăng 6,1% so với cuối năm "
                   "trước. Mở mới 210 tài khoản.",
            "2025-Q3 2025-Q3 2025-Q3"},
        {QUARTER_3 "Tổng dư nợ tăng 12% so với 31/12/2024. Cho vay mới 120 hộ.", "2025-Q3 2025-Q3"},
        {TERM "Đầu nhiệm kỳ toàn đảng bộ có 310 đảng viên. Kết nạp 85 đảng viên.",
            "2020 2020-2025"},
    };
    CHECK(state, all);
}

/* Further texts, written after the rules. */
static void test_whole_paragraphs_keep_their_times_apart(void **state)
{
    static const struct sample all[] = {
        {"UBND xã Tân Phú\nTân Phú, ngày 20 tháng 9 năm 2024\nBÁO CÁO\nTình hình quý III và 9 "
         "tháng "
         "đầu năm 2024\n1. Nông nghiệp\nDiện tích gieo trồng 9 tháng đạt 1.250 ha, bằng 98% kế "
         "hoạch năm. Riêng quý III trồng 310 ha.\nTổng đàn gia súc hiện có 4.200 con.\n2. Văn "
         "hóa\nTổ chức 5 giải thể thao.",
            "2024-9M 2024-9M 2024-Q3 2024-09 2024-9M"},
        {"BÁO CÁO\nCông tác tư pháp 6 tháng đầu năm 2023\n(Từ 01/12/2022 đến 31/5/2023)\nTiếp nhận "
         "156 hồ sơ chứng thực (cùng kỳ năm 2022: 140). Hòa giải 18 vụ, thành 15 vụ.",
            "2023-H1 2022-H1 2023-H1 2023-H1"},
        {"BÁO CÁO\nKết quả giải ngân vốn đầu tư công quý I năm 2024\nKế hoạch vốn năm 2024 của "
         "huyện "
         "là 320 tỷ đồng, gồm vốn ngân sách tỉnh 120 tỷ đồng. Đến ngày 31/3/2024, toàn huyện giải "
         "ngân 48 tỷ đồng, đạt 15% kế hoạch.\nCó 4 dự án khởi công mới.",
            "2024 2024 2024-03 2024-03 2024-Q1"},
        {"BÁO CÁO TỔNG KẾT\nKết quả công tác Hội nhiệm kỳ 2018-2023\nĐầu nhiệm kỳ, Hội có 820 hội "
         "viên; đến nay có 1.015 hội viên. Trong nhiệm kỳ, Hội tổ chức 64 lớp tập huấn. Năm 2020, "
         "Hội hỗ trợ 35 hội viên vay vốn.\nHội xây dựng 12 nhà tình thương.",
            "2018 2018-2023 2018-2023 2020 2018-2023"},
        {"Báo cáo năm 2022\nNgày 15 tháng 12 năm 2022\nQuý I tiếp 12 lượt công dân, quý II tiếp 15 "
         "lượt, quý III tiếp 9 lượt.\nGiải quyết 30 đơn thư.",
            "2022-Q1 2022-Q2 2022-Q3 2022"},
        {"Báo cáo tháng 10 năm 2024\nNgày 25 tháng 10 năm 2024\nTrong tháng xảy ra 2 vụ tai nạn "
         "giao "
         "thông, giảm 1 vụ so với tháng trước. Lũy kế 10 tháng xảy ra 14 vụ tai nạn, làm chết 6 "
         "người.\nLập biên bản 85 trường hợp.",
            "2024-10 2024-10 2024-10M 2024-10M 2024-10"},
        {"Báo cáo 9 tháng đầu năm 2025\nNgày 20 tháng 9 năm 2025\nThu ngân sách 9 tháng đạt 18 tỷ "
         "đồng, đạt 72% dự toán năm 2025, tăng 8% so với cùng kỳ năm 2024; chi ngân sách đạt 15 tỷ "
         "đồng.",
            "2025-9M 2025-9M 2025-9M 2025-9M"},
        {"Báo cáo năm 2024\nNgày 10 tháng 12 năm 2024\nTỷ lệ hộ nghèo là 2,1% (cuối năm 2023 là "
         "2,8%). Hỗ trợ sửa chữa 14 căn nhà.",
            "2024 2023-12 2024"},
    };
    CHECK(state, all);
}

/* Texts of a third hand: other fields, other habits. */
static void test_other_reports_keep_their_times_apart(void **state)
{
    static const struct sample all[] = {
        {"TRUNG TÂM Y TẾ\nNgày 05 tháng 7 năm 2022\nBÁO CÁO\nCông tác y tế 6 tháng đầu năm 2022\n"
         "Tổng số lượt khám đạt 45.200 lượt, bằng 52% kế hoạch năm, tăng 6,3% so với 6 tháng đầu "
         "năm "
         "2021 (42.520 lượt). Số ca mắc sốt xuất huyết là 38 ca, giảm 12 ca so với cùng kỳ.\nTính "
         "đến "
         "30/6/2022, tỷ lệ bao phủ bảo hiểm y tế đạt 92,4%.\nTổ chức 15 buổi truyền thông.",
            "2022-H1 2022-H1 2022-H1 2021-H1 2022-H1 2022-H1 2022-06 2022-H1"},
        {"BÁO CÁO\nTình hình tiếp công dân tháng 3 và quý I năm 2023\nNgày 22 tháng 3 năm 2023\n"
         "Trong tháng tiếp 18 lượt công dân; trong quý tiếp 47 lượt.\nPhát sinh 6 đơn khiếu nại.",
            "2023-03 2023-Q1 2023-Q1"},
        {"BÁO CÁO\nCông tác thi hành án dân sự năm 2024\n(Từ 01/10/2023 đến 30/9/2024)\nTổng số "
         "thụ lý "
         "là 1.345 vụ việc, trong đó chuyển kỳ sau 410 vụ việc, thụ lý mới 935 vụ việc.\nĐã "
         "thi hành "
         "xong "
         "720 vụ việc.",
            "2024 2024 2024 2024"},
        {"BÁO CÁO\nKết quả xây dựng nông thôn mới giai đoạn 2016 - 2020\nNăm 2016 có 3 xã đạt "
         "chuẩn, năm "
         "2018 có 6 xã, năm 2020 có 9 xã.\nHuy động 512 tỷ đồng.",
            "2016-12 2018 2020 2016-2020"},
        {"BÁO CÁO\nKết quả công tác tháng 11 năm 2025\nNgày 25 tháng 11 năm 2025\nTổng thu ngân "
         "sách "
         "tháng 11 ước 4,2 tỷ đồng; lũy kế 11 tháng 43,7 tỷ đồng, đạt 95% dự toán năm. Dự toán "
         "giao năm "
         "2025 là 46 tỷ đồng.\nCấp 25 giấy phép xây dựng.",
            "2025-11 2025-11M 2025-11M 2025 2025-11"},
        {"BÁO CÁO\nTổng kết năm học 2022-2023\nNgày 30 tháng 5 năm 2023\nToàn huyện có 42 trường, "
         "tăng "
         "1 trường so với năm học 2021-2022. Tỷ lệ học sinh giỏi đạt 28,5%.",
            "2022-2023 2022-2023 2022-2023"},
        {"BÁO CÁO\nTình hình quý IV và cả năm 2024\nNgày 15 tháng 12 năm 2024\nQuý IV trồng 12 ha "
         "rừng; "
         "cả năm trồng 65 ha rừng.\nSản lượng gỗ đạt 3.400 m3.",
            "2024-Q4 2024 2024"},
        {"BÁO CÁO\nCông tác dân số năm 2021\nNgày 20 tháng 12 năm 2021\nTỷ số giới tính khi sinh "
         "là 110 "
         "bé trai/100 bé gái. Hiện nay toàn huyện có 215 cộng tác viên. Tổ chức 24 lớp tập "
         "huấn.\nSo với "
         "đầu năm, số hộ sinh con thứ ba giảm 15 hộ.",
            "2021 2021-12 2021 2021"},
    };
    CHECK(state, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_days_without_the_word_day_are_a_time_and_no_figure),
        cmocka_unit_test(test_a_time_in_a_bracket_or_comparison_stays_there),
        cmocka_unit_test(test_up_to_a_day_and_now_hold_for_their_own_paragraph),
        cmocka_unit_test(test_of_a_title_with_two_times_the_longer_is_the_reports),
        cmocka_unit_test(test_the_plan_of_a_year_is_of_the_year),
        cmocka_unit_test(test_each_year_of_a_list_or_a_review_has_its_own),
        cmocka_unit_test(test_a_baseline_lends_its_time_to_nothing_else),
        cmocka_unit_test(test_whole_paragraphs_keep_their_times_apart),
        cmocka_unit_test(test_other_reports_keep_their_times_apart),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
