/* reading: how long it takes to read a report, against its length.
 *
 *     bench_reading [TEXT...]
 *
 * Reads the given texts (or a built-in page) repeated 1, 2, 4, ... times and prints bytes, figures,
 * time per reading (best of several) and nanoseconds per byte; the last column must not grow with
 * the length. The goal: five pages (15,000 characters, about 20,000 bytes) in 20 ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "reading/read.h"

#define TEXT_MAX (1 << 22)

static const char page[] =
    "Trong 6 tháng đầu năm 2024, tổng thu ngân sách trên địa bàn xã Tân Lộc ước đạt 6,85 tỷ đồng, "
    "bằng "
    "57,1% dự toán huyện giao, tăng 12% so với cùng kỳ; tổng chi ngân sách 5,4 tỷ đồng. Toàn xã "
    "gieo trồng "
    "1.245,5 ha, sản lượng lương thực đạt 7.860 tấn. Tỷ lệ hộ nghèo giảm còn 1,86%, giảm 0,45% so "
    "với năm "
    "2023. Có 6/8 thôn đạt chuẩn nông thôn mới kiểu mẫu; Đảng bộ kết nạp 11 đảng viên, đạt 61% chỉ "
    "tiêu. "
    "Công tác tuyên truyền được triển khai kịp thời, tạo sự đồng thuận trong cán bộ, đảng viên và "
    "Nhân dân. "
    "Phấn đấu cả năm kết nạp từ 18 đảng viên trở lên, không còn hộ nghèo là gia đình có công.\n";

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static size_t load(char *into, int n, char **paths)
{
    size_t have = 0;

    for (int i = 0; i < n; i++) {
        FILE *f = fopen(paths[i], "rb");
        if (!f) {
            perror(paths[i]);
            exit(1);
        }
        have += fread(into + have, 1, TEXT_MAX / 2 - have, f);
        fclose(f);
        into[have++] = '\n';
    }
    if (!n)
        memcpy(into, page, have = sizeof page - 1);
    return have;
}

static void measure(struct arena *a, const struct reading_words *w, struct str text)
{
    struct reading_options o = {.doc = STR("bench"), .max_figures = 200000, .max_bytes = TEXT_MAX};
    struct reading r = {0};
    struct err e = ERR_INIT;
    double best = 1e9;

    for (int k = 0; k < 5; k++) {
        arena_reset(a);
        double t = now_ms();
        struct str clean;
        if (!text_clean(a, text, TEXT_MAX, &clean, &e) || !reading_read(a, clean, w, &o, &r, &e))
            exit(1);
        t = now_ms() - t;
        best = t < best ? t : best;
    }
    printf("%9zu bytes %7zu figures %9.2f ms %7.0f ns/byte %7zu kB\n", text.n, r.nfigures, best,
        best * 1e6 / (double)text.n, a->used >> 10);
}

int main(int argc, char **argv)
{
    ARENA_AUTO words_arena, a;
    const struct reading_words *w;
    struct err e = ERR_INIT;
    char *text = malloc(TEXT_MAX);

    arena_init(&words_arena, (size_t)64 << 20);
    arena_init(&a, (size_t)4 << 30);
    double t = now_ms();
    if (!text || !reading_words_builtin(&words_arena, &w, &e))
        return 1;
    printf("word lists: %.2f ms\n", now_ms() - t);
    size_t once = load(text, argc - 1, argv + 1), have = once;
    while (have + once < 3000) {
        memcpy(text + have, text, once);
        have += once;
    }
    for (; have * 2 <= TEXT_MAX; have *= 2) {
        measure(&a, w, str_make(text, have));
        memcpy(text + have, text, have);
    }
    free(text);
    return 0;
}
