/* What a reader of Vietnamese reports takes a sentence to say. Each test names a fact of the
 * language or of the habits of such reports; the sentences are invented. */
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

static struct reading read_text(void **state, const char *z)
{
    struct fixture *f = *state;
    struct reading_options o = {.doc = STR("t")};
    struct reading r;
    struct err e = ERR_INIT;
    struct str text;

    assert_true(text_clean(&f->a, str_of(z), 1 << 20, &text, &e));
    assert_true(reading_read(&f->a, text, f->words, &o, &r, &e));
    return r;
}

static const struct reading_figure *nth(const struct reading *r, size_t i)
{
    assert_true(i < r->nfigures);
    return &r->figures[i];
}

static void assert_dec(struct dec d, const char *z)
{
    struct dec want;
    assert_true(dec_parse(str_of(z), &want, NULL));
    assert_true(rat_cmp(rat_of_dec(d), rat_of_dec(want)) == 0);
}

static void is(
    const struct reading_figure *f, enum reading_kind k, const char *value, const char *unit)
{
    assert_string_equal(reading_kind_name(f->kind), reading_kind_name(k));
    assert_dec(f->value, value);
    assert_str(f->unit, unit);
}

static void test_points_group_thousands_and_commas_are_decimal(void **state)
{
    struct reading r =
        read_text(state, "Xã gieo cấy 2.417,35 ha lúa, thu ngân sách đạt 8.020 triệu đồng.");
    is(nth(&r, 0), READING_LEVEL, "2417.35", "ha");
    is(nth(&r, 1), READING_LEVEL, "8020", "triệu đồng");
}

static void test_multipliers_join_the_value_but_million_and_billion_stay_with_money(void **state)
{
    struct reading r =
        read_text(state, "Doanh thu đạt 1,4 ngàn tỷ đồng; đón 19 triệu lượt khách; sản lượng "
                         "lúa 12 nghìn tấn; thu 2 tỷ 500 triệu đồng.");
    is(nth(&r, 0), READING_LEVEL, "1400", "tỷ đồng");
    is(nth(&r, 1), READING_COUNT, "19000000", "lượt khách");
    is(nth(&r, 2), READING_LEVEL, "12000", "tấn");
    is(nth(&r, 3), READING_LEVEL, "2.5", "tỷ đồng");
}

static void test_numbers_in_words_count_when_they_count_something(void **state)
{
    struct reading r =
        read_text(state, "Hỗ trợ hai triệu đồng cho mười lăm hộ nghèo, một số hộ khác được "
                         "động viên.");
    assert_int_equal(r.nfigures, 2);
    is(nth(&r, 0), READING_LEVEL, "2", "triệu đồng");
    is(nth(&r, 1), READING_COUNT, "15", "hộ");
}

static void test_a_slash_is_a_share_a_date_or_a_papers_number(void **state)
{
    struct reading r =
        read_text(state, "Ngày 02/4/2024, theo Nghị quyết số 12/2023/NQ-HĐND và Kế hoạch "
                         "45/KH-UBND, có 03/12 chỉ tiêu đạt trong tháng 3/2024.");
    assert_int_equal(r.nfigures, 1);
    assert_int_equal(nth(&r, 0)->kind, READING_RATIO);
    assert_dec(nth(&r, 0)->a, "3");
    assert_dec(nth(&r, 0)->b, "12");
    assert_str(nth(&r, 0)->unit, "chỉ tiêu");
}

static void test_a_result_may_exceed_its_target(void **state)
{
    struct reading r = read_text(state, "Đảng bộ đã kết nạp 21/15 đảng viên.");
    assert_dec(nth(&r, 0)->a, "21");
    assert_dec(nth(&r, 0)->b, "15");
}

static void test_the_change_of_a_rate_is_in_points_of_an_amount_it_is_growth(void **state)
{
    struct reading r =
        read_text(state, "Tỷ lệ hộ nghèo giảm 1,1% so với năm trước; số hộ chăn nuôi giảm "
                         "15%; thu ngân sách tăng 7% so với cùng kỳ.");
    is(nth(&r, 0), READING_CHANGE, "-1.1", "điểm %");
    is(nth(&r, 1), READING_GROWTH, "-15", "%");
    is(nth(&r, 2), READING_GROWTH, "7", "%");
}

static void test_a_level_reached_by_falling_is_not_negative(void **state)
{
    struct reading r = read_text(state, "Tỷ lệ hộ nghèo giảm còn 1,5%.");
    is(nth(&r, 0), READING_PERCENT, "1.5", "%");
    assert_str(nth(&r, 0)->indicator_phrase, "Tỷ lệ hộ nghèo");
}

static void test_over_a_plan_is_more_than_a_hundred_per_cent(void **state)
{
    struct reading r =
        read_text(state, "Thu ngân sách đạt 12 tỷ đồng, vượt 5% kế hoạch; chi ngân sách bằng "
                         "62,5% dự toán huyện giao.");
    is(nth(&r, 1), READING_PERCENT_OF_PLAN, "105", "%");
    is(nth(&r, 2), READING_PERCENT_OF_PLAN, "62.5", "%");
    assert_str(nth(&r, 2)->comparator, "dự toán huyện giao");
}

static void test_doubling_is_growth_in_times(void **state)
{
    struct reading r =
        read_text(state, "Doanh thu tăng gấp đôi so với năm 2020, thu nhập gấp 1,5 lần so với "
                         "năm 2019.");
    is(nth(&r, 0), READING_GROWTH, "2", "lần");
    is(nth(&r, 1), READING_GROWTH, "1.5", "lần");
}

static void test_from_down_to_is_one_figure_and_a_range_is_another(void **state)
{
    struct reading r =
        read_text(state, "Tỷ lệ suy dinh dưỡng giảm từ 3,36% xuống còn 3,34%. Mỗi năm kết nạp "
                         "từ 20 - 24 đảng viên.");
    assert_int_equal(nth(&r, 0)->kind, READING_FROM_TO);
    assert_dec(nth(&r, 0)->a, "3.36");
    assert_dec(nth(&r, 0)->b, "3.34");
    assert_true(nth(&r, 1)->has_max);
    assert_dec(nth(&r, 1)->value, "20");
    assert_dec(nth(&r, 1)->value_max, "24");
}

static void test_above_is_a_hedge_for_results_and_a_bound_for_targets(void **state)
{
    struct reading r =
        read_text(state, "Năm 2023, toàn xã đã có trên 400 lao động có việc làm. Phấn đấu năm "
                         "2024 giải quyết việc làm cho trên 450 lao động.");
    is(nth(&r, 0), READING_COUNT, "400", "lao động");
    assert_str(nth(&r, 0)->approx, "trên");
    is(nth(&r, 1), READING_AT_LEAST, "450", "lao động");
    assert_int_equal(nth(&r, 1)->base_kind, READING_COUNT);
    assert_int_equal(nth(&r, 1)->role, READING_TARGET);
}

static void test_or_more_and_at_most_are_bounds(void **state)
{
    struct reading r =
        read_text(state, "Hằng năm, gia đình văn hóa đạt từ 85% trở lên; tỷ lệ sinh con thứ ba "
                         "không quá 5%.");
    is(nth(&r, 0), READING_AT_LEAST, "85", "%");
    is(nth(&r, 1), READING_AT_MOST, "5", "%");
}

static void test_some_of_a_whole_named_before_are_k_of_n(void **state)
{
    struct reading r =
        read_text(state, "Xã có 12 thôn, trong đó 5 thôn đã có nhà văn hóa. Đảng bộ có 17 chi "
                         "bộ, trong đó 4 chi bộ trường học.");
    is(nth(&r, 0), READING_COUNT, "12", "thôn");
    assert_int_equal(nth(&r, 1)->kind, READING_RATIO);
    assert_dec(nth(&r, 1)->b, "12");
    is(nth(&r, 2), READING_COUNT, "17", "chi bộ");
    is(nth(&r, 3), READING_COUNT, "4", "chi bộ");
}

static void test_none_left_is_zero_but_no_hotspots_is_no_figure(void **state)
{
    struct reading r =
        read_text(state, "Phường không còn hộ nghèo, không để xảy ra điểm nóng về an ninh.");
    assert_int_equal(r.nfigures, 1);
    is(nth(&r, 0), READING_COUNT, "0", "hộ");
}

static void test_names_ages_terms_and_durations_are_no_figures(void **state)
{
    struct reading r = read_text(state, "Đại hội lần thứ 15, nhiệm kỳ 2020-2025, sau 5 năm thực "
                                        "hiện Nghị quyết 54 và phòng, chống dịch "
                                        "COVID-19, khóa 14; trẻ em dưới 5 tuổi; lúc 07:00 tại thôn "
                                        "3; điện thoại 0912345678; đô thị loại 3; "
                                        "giai đoạn 2021-2025; quý 1; sản phẩm 4 sao.");
    assert_int_equal(r.nfigures, 0);
}

static void test_an_estimate_holds_for_what_is_said_about_it(void **state)
{
    struct reading r =
        read_text(state, "Năm 2023, tổng thu ước đạt 84 tỷ đồng, bằng 102% dự toán, tăng 9% so "
                         "với cùng kỳ; chi đạt 60 tỷ đồng.");
    assert_int_equal(nth(&r, 0)->role, READING_ESTIMATE);
    assert_int_equal(nth(&r, 1)->role, READING_ESTIMATE);
    assert_int_equal(nth(&r, 2)->role, READING_ESTIMATE);
    assert_int_equal(nth(&r, 3)->role, READING_ACTUAL);
}

static void test_a_heading_of_tasks_makes_its_section_targets(void **state)
{
    struct reading r =
        read_text(state, "BÁO CÁO\nI. KẾT QUẢ THỰC HIỆN NĂM 2023\n- Thu ngân sách đạt 5 tỷ "
                         "đồng.\nII. PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2024\n- Thu ngân sách đạt 6 "
                         "tỷ đồng.\n");
    assert_int_equal(nth(&r, 0)->role, READING_ACTUAL);
    assert_str(nth(&r, 0)->period, "2023");
    assert_int_equal(nth(&r, 1)->role, READING_TARGET);
    assert_str(nth(&r, 1)->period, "2024");
}

static void test_periods_are_written_by_their_length(void **state)
{
    struct reading r = read_text(state, "Quý I năm 2024, xã kết nạp 2 đảng viên.\n6 tháng đầu năm "
                                        "2023 thu 3 tỷ đồng.\n9 tháng năm 2021, "
                                        "trồng 5 ha rừng.\nĐến cuối năm 2022, tỷ lệ hộ nghèo còn "
                                        "4%.\nTháng 5/2024, xã mở 3 lớp tập huấn.\n");
    assert_str(nth(&r, 0)->period, "2024-Q1");
    assert_str(nth(&r, 1)->period, "2023-H1");
    assert_str(nth(&r, 2)->period, "2021-9M");
    assert_str(nth(&r, 3)->period, "2022-12");
    assert_str(nth(&r, 4)->period, "2024-05");
}

static void test_what_holds_of_every_year_has_a_span(void **state)
{
    struct reading r =
        read_text(state, "Nhiệm kỳ 2020-2025, phấn đấu mỗi năm kết nạp 10 đảng viên.");
    assert_str(nth(&r, 0)->period, "2020-2025/y");
}

static void test_the_year_compared_with_is_not_the_period(void **state)
{
    struct reading r =
        read_text(state, "Năm 2023, sản lượng đạt 500 tấn, tăng 3% so với năm 2022.");
    assert_str(nth(&r, 1)->period, "2023");
    assert_str(nth(&r, 1)->comparator, "so với năm 2022");
}

static void test_a_state_has_the_end_of_its_period_what_happened_has_the_period(void **state)
{
    struct reading r = read_text(state,
        "Trong 9 tháng năm 2022, Đảng bộ kết nạp 34 đảng viên, nâng tổng số lên 2.310 đảng viên. "
        "Diện tích chè đạt 410 ha, tăng 12 ha so với cuối năm 2021.");
    assert_str(nth(&r, 0)->period, "2022-9M");
    assert_str(nth(&r, 1)->period, "2022-09");
    assert_str(nth(&r, 2)->period, "2022-09");
    assert_str(nth(&r, 3)->period, "2022-09");
}

static void test_a_sum_up_to_now_does_not_frame_the_next_sentence(void **state)
{
    struct reading r = read_text(state,
        "Trong tháng 5/2023, xã trồng 4 ha rừng, lũy kế 5 tháng trồng 19 ha. Xã cấp 37 giấy phép.");
    assert_str(nth(&r, 0)->period, "2023-05");
    assert_str(nth(&r, 1)->period, "2023-5M");
    assert_str(nth(&r, 2)->period, "2023-05");
}

static void test_a_school_year_holds_for_its_sentence_only(void **state)
{
    struct reading r = read_text(state,
        "Năm 2021, xã thu ngân sách 2 tỷ đồng. Năm học 2020-2021, 96% học sinh hoàn thành chương "
        "trình. Xã cấp 120 thẻ bảo hiểm y tế.");
    assert_str(nth(&r, 1)->period, "2020-2021");
    assert_str(nth(&r, 2)->period, "2021");
}

static void test_the_term_is_the_one_named_last(void **state)
{
    struct reading r =
        read_text(state, "Đại hội Đảng bộ xã nhiệm kỳ 2020-2025\nI. Kết quả nhiệm kỳ 2015-2020\n"
                         "Trong nhiệm kỳ, xã làm mới 14 km đường.");
    assert_str(nth(&r, 0)->period, "2015-2020");
}

static void test_the_unit_is_the_place_the_sentence_speaks_of(void **state)
{
    struct reading r =
        read_text(state, "Đảng bộ xã Tân Lộc có 245 đảng viên. Toàn xã còn 12 hộ nghèo. Riêng "
                         "thôn Đoài có 3 hộ cận nghèo. Chủ tịch UBND xã Lê Thị Hạnh cho biết "
                         "xã có 9 trường học.");
    assert_str(nth(&r, 0)->subject_unit, "xã Tân Lộc");
    assert_str(nth(&r, 1)->subject_unit, "xã Tân Lộc");
    assert_str(nth(&r, 2)->subject_unit, "thôn Đoài");
    assert_str(nth(&r, 3)->subject_unit, "xã Tân Lộc");
}

static void test_a_milestone_with_a_year_is_a_dated_target(void **state)
{
    struct reading r =
        read_text(state, "Xã phấn đấu đạt chuẩn nông thôn mới nâng cao vào cuối năm 2025.");
    assert_int_equal(nth(&r, 0)->kind, READING_DATE);
    assert_str(nth(&r, 0)->date, "2025-12-31");
}

static void test_spellings_of_one_word_are_one(void **state)
{
    struct reading r = read_text(
        state, "TỈ LỆ HỘ NGHÈO GIẢM CÒN 2%. Thu ngân sách đạt 3 tỉ đồng trong quí II/2024.");
    is(nth(&r, 0), READING_PERCENT, "2", "%");
    is(nth(&r, 1), READING_LEVEL, "3", "tỷ đồng");
    assert_str(nth(&r, 1)->period, "2024-Q2");
}

static void test_columns_of_a_table_say_plan_result_and_per_cent(void **state)
{
    struct reading r = read_text(state,
        "STT\tChỉ tiêu\tĐVT\tKế hoạch năm 2024\tThực hiện 6 tháng đầu năm 2024\tSo với kế hoạch "
        "(%)\n"
        "1\tThu ngân sách\ttỷ đồng\t12\t6,5\t54,2\n2\tSố hộ nghèo\thộ\t40\t52\t\n");
    assert_int_equal(r.nfigures, 5);
    is(nth(&r, 0), READING_LEVEL, "12", "tỷ đồng");
    assert_int_equal(nth(&r, 0)->role, READING_TARGET);
    assert_str(nth(&r, 0)->period, "2024");
    is(nth(&r, 1), READING_LEVEL, "6.5", "tỷ đồng");
    assert_str(nth(&r, 1)->period, "2024-H1");
    is(nth(&r, 2), READING_PERCENT_OF_PLAN, "54.2", "%");
    is(nth(&r, 3), READING_COUNT, "40", "hộ");
    assert_str(nth(&r, 3)->indicator_phrase, "Số hộ nghèo");
}

static void test_contradictions_are_told_with_both_places(void **state)
{
    struct reading r = read_text(state, "Năm 2024, xã có 12/15 thôn (70%) đạt chuẩn. Đảng bộ có 17 "
                                        "chi bộ, gồm 4 chi bộ trường học, 8 chi bộ "
                                        "thôn và 6 chi bộ cơ quan. Xã xây dựng 4 mô hình:\n- Mô "
                                        "hình một\n- Mô hình hai\n- Mô hình ba\n");
    assert_int_equal(r.ncontradictions, 3);
    assert_int_equal(r.contradictions[0].clash, READING_CLASH_SHARE);
    assert_dec(r.contradictions[0].found, "80");
    assert_int_equal(r.contradictions[1].clash, READING_CLASH_PARTS);
    assert_dec(r.contradictions[1].found, "18");
    assert_int_equal(r.contradictions[2].clash, READING_CLASH_LIST);
    assert_dec(r.contradictions[2].found, "3");
    assert_true(r.contradictions[1].second_start > r.contradictions[1].first_start);
}

static void test_one_thing_said_twice_with_two_values_is_a_contradiction(void **state)
{
    struct reading r =
        read_text(state, "Năm 2024, tỷ lệ hộ nghèo xã Tân Lộc còn 2,1%. Về xã hội, tỷ lệ hộ "
                         "nghèo còn 2,4%.");
    assert_int_equal(r.ncontradictions, 1);
    assert_int_equal(r.contradictions[0].clash, READING_CLASH_TWICE);
}

static void test_places_are_bytes_and_code_points_of_the_text(void **state)
{
    struct reading r = read_text(state, "Xã có 25 hộ nghèo.");
    assert_int_equal(nth(&r, 0)->start, 6);
    assert_int_equal(nth(&r, 0)->at, 8);
    assert_str(nth(&r, 0)->quote, "25 hộ nghèo");
    assert_str(nth(&r, 0)->sentence, "Xã có 25 hộ nghèo.");
}

static void test_a_line_of_json_has_the_keys_that_apply(void **state)
{
    struct fixture *f = *state;
    struct reading r = read_text(state, "Có 3/5 phường đạt chuẩn. Sản lượng đạt 8,50 tấn.");
    struct sbuf b;

    sbuf_init(&b, &f->a, 1 << 16);
    reading_figure_json(&b, STR("t"), nth(&r, 0));
    reading_figure_json(&b, STR("t"), nth(&r, 1));
    struct str s = sbuf_view(&b);
    assert_true(str_find(s, STR("\"value\": null, \"k\": 3, \"n\": 5"), 0) > 0);
    assert_true(str_find(s, STR("\"value\": 8.5,"), 0) > 0);
    assert_true(str_find(s, STR("base_kind"), 0) < 0);
}

static void test_a_word_added_to_a_list_is_read(void **state)
{
    struct fixture *f = *state;
    struct reading_list bad[] = {{"my.txt", STR("[nouns]\nxe")}};
    const struct reading_words *w;
    struct err e = ERR_INIT;

    assert_false(reading_words_parse(&f->a, bad, 1, &w, &e));
    assert_int_equal(e.line, 1);
    assert_string_equal(e.place, "my.txt");
    struct reading_list good[] = {{"my.txt", STR("[noun thing]\nvó bè = vó\n")}};
    struct reading_options o = {.doc = STR("t")};
    struct reading r;
    assert_true(reading_words_parse(&f->a, good, 1, &w, &e));
    assert_true(reading_read(&f->a, STR("Làng có 12 vó bè."), w, &o, &r, &e));
    is(nth(&r, 0), READING_COUNT, "12", "vó");
}

static void test_limits_hold(void **state)
{
    struct fixture *f = *state;
    struct reading_options o = {.doc = STR("t"), .max_figures = 1, .max_bytes = 100};
    struct reading r;
    struct err e = ERR_INIT;

    assert_true(reading_read(&f->a, STR("Có 5 xã. Có 6 xã. Có 7 xã."), f->words, &o, &r, &e));
    assert_int_equal(r.nfigures, 1);
    assert_true(r.cut);
    o.max_bytes = 10;
    assert_false(reading_read(&f->a, STR("Có 5 xã. Có 6 xã."), f->words, &o, &r, &e));
    assert_int_equal(e.code, ERR_LIMIT);
}

static void test_telephone_numbers_ranks_and_item_numbers_are_no_figures(void **state)
{
    struct reading r = read_text(state, "3- 100% chi bộ sinh hoạt chuyên đề. Đường dây nóng 0905 "
                                        "112 233 tiếp nhận phản ánh. Chỉ số "
                                        "của tỉnh xếp thứ 33/63 tỉnh, thành phố.");
    assert_int_equal(r.nfigures, 1);
    is(nth(&r, 0), READING_PERCENT, "100", "%");
    r = read_text(
        state, "Toàn tỉnh có 27,8 giường bệnh trên 1 vạn dân; tuổi thọ trung bình 73,6 tuổi.");
    assert_int_equal(r.nfigures, 2);
    is(nth(&r, 1), READING_LEVEL, "73.6", "tuổi");
}

static void test_the_parts_of_a_count_in_a_bracket_have_its_noun(void **state)
{
    struct reading r = read_text(
        state, "Thi hành kỷ luật 13 đảng viên (khiển trách 08, cảnh cáo 04, khai trừ 01).");
    assert_int_equal(r.nfigures, 4);
    is(nth(&r, 1), READING_COUNT, "8", "đảng viên");
    is(nth(&r, 3), READING_COUNT, "1", "đảng viên");
}

static void test_what_is_compared_with_a_target_is_no_target_itself(void **state)
{
    struct reading r = read_text(state,
        "Làm rõ 251 vụ, vượt 12 vụ so với chỉ tiêu giao; bắt 398 đối tượng. Khởi tố 40 bị can.");
    for (size_t i = 0; i < r.nfigures; i++)
        assert_int_equal(nth(&r, i)->role, READING_ACTUAL);
    r = read_text(
        state, "Chương trình mục tiêu quốc gia giảm nghèo\nHỗ trợ 12 con bò cho hộ nghèo.");
    assert_int_equal(nth(&r, 0)->role, READING_ACTUAL);
}

static void test_a_letterhead_in_two_columns_names_one_unit(void **state)
{
    struct reading r = read_text(state,
        "HUYỆN MƯỜNG LẠN               Độc lập - Tự do - Hạnh phúc\nToàn huyện có 48 trường học.");
    assert_str(nth(&r, 0)->subject_unit, "huyện Mường Lạn");
}

static void test_the_parts_of_an_estimate_are_estimates(void **state)
{
    struct reading r = read_text(state,
        "1. Tổng thu ngân sách ước thực hiện 18 tỷ đồng. Trong đó:\n+ Thu tiền sử dụng đất: 9 tỷ "
        "đồng;\n+ Thu khác: 305 triệu đồng.\n2. Chi ngân sách 12 tỷ đồng.");
    assert_int_equal(nth(&r, 1)->role, READING_ESTIMATE);
    assert_int_equal(nth(&r, 2)->role, READING_ESTIMATE);
    assert_int_equal(nth(&r, 3)->role, READING_ACTUAL);
}

static void test_days_from_to_are_the_months_they_cover(void **state)
{
    struct reading r = read_text(state,
        "Từ ngày 01/01/2026 đến 15/6/2026 tiếp nhận 5.972 hồ sơ.\nTừ ngày 15/12/2020 đến "
        "14/12/2021 xảy ra 287 vụ.\nTừ ngày 02/12 đến 20/12/2022 khám cho 412 công dân.");
    assert_str(nth(&r, 0)->period, "2026-H1");
    assert_str(nth(&r, 1)->period, "2021");
    assert_str(nth(&r, 2)->period, "2022-12");
}

static void test_funds_paid_out_are_measured_against_their_plan(void **state)
{
    struct reading r = read_text(state,
        "Đến 30/9/2022 giải ngân 2.986 tỷ đồng, đạt 51,7%, cao hơn bình quân chung của tỉnh 4,1%. "
        "Giá trị sản xuất đạt 99,1%/KH. Chỉ số giá tiêu dùng tăng 2,8%.");
    is(nth(&r, 1), READING_PERCENT_OF_PLAN, "51.7", "%");
    is(nth(&r, 2), READING_CHANGE, "4.1", "điểm %");
    is(nth(&r, 3), READING_PERCENT_OF_PLAN, "99.1", "%");
    is(nth(&r, 4), READING_GROWTH, "2.8", "%");
}

static void test_memory_that_runs_out_is_an_error(void **state)
{
    struct fixture *f = *state;
    struct reading_options o = {.doc = STR("t")};
    struct reading r;
    bool done = false;

    for (uint64_t n = 1; n < 400 && !done; n++) {
        ARENA_AUTO a;
        struct err e = ERR_INIT;
        arena_init(&a, (size_t)8 << 20);
        arena_fail_after(n);
        done = reading_read(
            &a, STR("Xã Tân Lộc có 25 hộ nghèo, giảm 3 hộ so với năm 2023."), f->words, &o, &r, &e);
        arena_fail_after(0);
        assert_true(done || e.code == ERR_MEMORY);
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points_group_thousands_and_commas_are_decimal),
        cmocka_unit_test(test_multipliers_join_the_value_but_million_and_billion_stay_with_money),
        cmocka_unit_test(test_numbers_in_words_count_when_they_count_something),
        cmocka_unit_test(test_a_slash_is_a_share_a_date_or_a_papers_number),
        cmocka_unit_test(test_a_result_may_exceed_its_target),
        cmocka_unit_test(test_the_change_of_a_rate_is_in_points_of_an_amount_it_is_growth),
        cmocka_unit_test(test_a_level_reached_by_falling_is_not_negative),
        cmocka_unit_test(test_over_a_plan_is_more_than_a_hundred_per_cent),
        cmocka_unit_test(test_doubling_is_growth_in_times),
        cmocka_unit_test(test_from_down_to_is_one_figure_and_a_range_is_another),
        cmocka_unit_test(test_above_is_a_hedge_for_results_and_a_bound_for_targets),
        cmocka_unit_test(test_or_more_and_at_most_are_bounds),
        cmocka_unit_test(test_some_of_a_whole_named_before_are_k_of_n),
        cmocka_unit_test(test_none_left_is_zero_but_no_hotspots_is_no_figure),
        cmocka_unit_test(test_names_ages_terms_and_durations_are_no_figures),
        cmocka_unit_test(test_an_estimate_holds_for_what_is_said_about_it),
        cmocka_unit_test(test_a_heading_of_tasks_makes_its_section_targets),
        cmocka_unit_test(test_periods_are_written_by_their_length),
        cmocka_unit_test(test_what_holds_of_every_year_has_a_span),
        cmocka_unit_test(test_the_year_compared_with_is_not_the_period),
        cmocka_unit_test(test_a_state_has_the_end_of_its_period_what_happened_has_the_period),
        cmocka_unit_test(test_a_sum_up_to_now_does_not_frame_the_next_sentence),
        cmocka_unit_test(test_a_school_year_holds_for_its_sentence_only),
        cmocka_unit_test(test_the_term_is_the_one_named_last),
        cmocka_unit_test(test_the_unit_is_the_place_the_sentence_speaks_of),
        cmocka_unit_test(test_a_milestone_with_a_year_is_a_dated_target),
        cmocka_unit_test(test_spellings_of_one_word_are_one),
        cmocka_unit_test(test_columns_of_a_table_say_plan_result_and_per_cent),
        cmocka_unit_test(test_contradictions_are_told_with_both_places),
        cmocka_unit_test(test_one_thing_said_twice_with_two_values_is_a_contradiction),
        cmocka_unit_test(test_places_are_bytes_and_code_points_of_the_text),
        cmocka_unit_test(test_a_line_of_json_has_the_keys_that_apply),
        cmocka_unit_test(test_a_word_added_to_a_list_is_read),
        cmocka_unit_test(test_telephone_numbers_ranks_and_item_numbers_are_no_figures),
        cmocka_unit_test(test_the_parts_of_a_count_in_a_bracket_have_its_noun),
        cmocka_unit_test(test_what_is_compared_with_a_target_is_no_target_itself),
        cmocka_unit_test(test_a_letterhead_in_two_columns_names_one_unit),
        cmocka_unit_test(test_the_parts_of_an_estimate_are_estimates),
        cmocka_unit_test(test_days_from_to_are_the_months_they_cover),
        cmocka_unit_test(test_funds_paid_out_are_measured_against_their_plan),
        cmocka_unit_test(test_limits_hold),
        cmocka_unit_test(test_memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
