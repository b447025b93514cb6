/* Broken lines: which belong together. */
#include "../test.h"

#include "reading/lines.h"

static struct arena arena;

static void test_a_sentence_broken_over_lines_is_one_line_of_the_same_length(void **state)
{
    (void)state;
    struct str got =
        lines_joined(&arena, STR("Thu ngân sách đạt\n25,5 tỷ đồng, bằng\nnửa dự toán.\n"));
    assert_str(got, "Thu ngân sách đạt\n25,5 tỷ đồng, bằng nửa dự toán.\n");
    got = lines_joined(&arena, STR("Kết nạp đảng viên mới,\nnâng tổng số lên\nhơn 4.000 người.\n"));
    assert_str(got, "Kết nạp đảng viên mới, nâng tổng số lên hơn 4.000 người.\n");
}

static void test_full_lines_go_on_whatever_they_begin_with(void **state)
{
    (void)state;
    struct str got = lines_joined(
        &arena, STR("Trong 6 tháng đầu năm, tổng thu ngân sách trên địa bàn xã đạt hơn\n"
                    "25,5 tỷ đồng, bằng 48% dự toán, trong đó thu từ đất đai do phòng\n"
                    "Tài nguyên báo cáo là 12 tỷ đồng.\n"
                    "Kết nạp 42 đảng viên.\n"));
    assert_str(got, "Trong 6 tháng đầu năm, tổng thu ngân sách trên địa bàn xã đạt hơn "
                    "25,5 tỷ đồng, bằng 48% dự toán, trong đó thu từ đất đai do phòng "
                    "Tài nguyên báo cáo là 12 tỷ đồng.\n"
                    "Kết nạp 42 đảng viên.\n");
}

static void test_headings_items_rows_and_ends_stay_apart(void **state)
{
    (void)state;
    static const char *const stay[] = {
        "I. KINH TẾ\nTổng thu đạt 5 tỷ\n",
        "BÁO CÁO\ntình hình tháng 3\n",
        "Gồm:\nthu thuế\n",
        "Kết quả:\n- thu 5 tỷ;\n- chi 4 tỷ\n",
        "có các việc sau\na) thu thuế\nb) chi\nđ) khác\n",
        "có các việc sau\n1. thu thuế\n2) chi\n1.1. khác\n",
        "chỉ tiêu\tkế hoạch\nthu\t25\n",
        "Hết năm 2023.\nđã xong\n",
        "đoạn một\n\nđoạn hai\n",
        "thu\n• chi\n+ khác\n-Thôn 3\n",
    };
    for (size_t i = 0; i < sizeof stay / sizeof *stay; i++)
        assert_str(lines_joined(&arena, str_of(stay[i])), stay[i]);
    assert_str(lines_joined(&arena, STR("")), "");
    assert_str(lines_joined(&arena, STR("\n\n")), "\n\n");
}

static void test_figures_at_the_line_start_are_no_list_numbers(void **state)
{
    (void)state;
    assert_true(lines_go_on(STR("đã cấp cho"), STR("1.234 hộ nghèo"), 10));
    assert_true(lines_go_on(STR("đạt mức"), STR("12,5 ha"), 7));
    assert_false(lines_go_on(STR("đạt mức"), STR("12. Thu"), 7));
    assert_false(lines_go_on(STR("đạt mức"), STR("1.2 Thu"), 7));
}

static const char two_pages[] =
    "      UBND XÃ A                CỘNG HÒA XÃ HỘI\n"
    "\n"
    "Trong tháng, tổng thu ngân sách trên địa bàn xã đạt hơn 25,5 tỷ đồng, bằng\n"
    "48% dự toán huyện giao; số hộ nghèo giảm 12 hộ so với cùng kỳ năm trước và\n"
    "   Kết nạp 42 đảng viên mới.\n"
    "   TT     Chỉ tiêu            Thực hiện\n"
    "   1      Thu ngân sách            25,5\n"
    "Bí thư chi bộ đã làm việc với từng hộ dân trong thôn để vận động hiến đất và\n"
    "                                  1\n"
    "\f"
    "                                  2\n"
    "\n"
    "đóng góp ngày công, nâng tổng diện tích hiến đất từ đầu năm đến nay lên 5 ha.\n"
    "Hệ thống inter-\n"
    "net phủ 5 thôn; phát triển kinh tế -\n"
    "xã hội.\n";

static void test_pages_become_paragraphs_and_rows(void **state)
{
    (void)state;
    assert_str(lines_of_pages(&arena, str_of(two_pages)),
        "UBND XÃ A\tCỘNG HÒA XÃ HỘI\n"
        "Trong tháng, tổng thu ngân sách trên địa bàn xã đạt hơn 25,5 tỷ đồng, bằng "
        "48% dự toán huyện giao; số hộ nghèo giảm 12 hộ so với cùng kỳ năm trước và\n"
        "Kết nạp 42 đảng viên mới.\n"
        "TT\tChỉ tiêu\tThực hiện\n"
        "1\tThu ngân sách\t25,5\n"
        "Bí thư chi bộ đã làm việc với từng hộ dân trong thôn để vận động hiến đất và "
        "đóng góp ngày công, nâng tổng diện tích hiến đất từ đầu năm đến nay lên 5 ha.\n"
        "Hệ thống internet phủ 5 thôn; phát triển kinh tế - xã hội.");
}

static void test_running_heads_go_after_their_first_page(void **state)
{
    (void)state;
    assert_str(lines_of_pages(
                   &arena, STR("Báo cáo tháng 3 - trang 1\nMột.\n5\n\fBáo cáo tháng 3 - trang 2\n"
                               "Hai.\n6\n\fBáo cáo tháng 3 - trang 3\nBa.\n7\n")),
        "Báo cáo tháng 3 - trang 1\nMột.\nHai.\nBa.");
    /* the same count at the end of two pages is no page number, and rows that differ are no heads
     */
    assert_str(lines_of_pages(&arena, STR("Một.\nTổng số 25\n\fHai.\nTổng số 31\n")),
        "Một.\nTổng số 25\nHai.\nTổng số 31");
    assert_str(lines_of_pages(&arena, STR("Một.\n40\n\fHai.\n40\n")), "Một.\n40\nHai.\n40");
    assert_str(lines_of_pages(&arena, STR("")), "");
}

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 8u << 20);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sentence_broken_over_lines_is_one_line_of_the_same_length),
        cmocka_unit_test(test_full_lines_go_on_whatever_they_begin_with),
        cmocka_unit_test(test_headings_items_rows_and_ends_stay_apart),
        cmocka_unit_test(test_figures_at_the_line_start_are_no_list_numbers),
        cmocka_unit_test(test_pages_become_paragraphs_and_rows),
        cmocka_unit_test(test_running_heads_go_after_their_first_page),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
