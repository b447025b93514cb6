/* gallery_charts: every kind of chart with invented figures, also at its limits: gaps, long names,
 * one value alone, nothing at all. */
#include <stdio.h>

#include "chart/chart.h"
#include "gallery_view.h"

static struct chart_value is(int64_t v)
{
    return (struct chart_value){true, v};
}

static const struct chart_value none;

static struct str say(struct arena *a, int64_t v)
{
    const char *s =
        arena_printf(a, "%lld,%lld", (long long)(v / 10), (long long)((v < 0 ? -v : v) % 10));

    return s ? str_of(s) : STR("");
}

static bool line(struct arena *a, int w, struct html *ret, struct err *err)
{
    static const int now[13] = {412, 438, 455, 0, 0, 470, 0, 491, 512, 530, 561, 558, 593};
    struct chart_point p[16] = {0};
    struct chart_tick tick[CHART_TICKS];
    size_t n = chart_ticks(390, 640, 4, tick);

    for (int i = 0; i < 16; i++) {
        p[i].now = i < 13 && now[i] ? is(now[i]) : none;
        p[i].plan = i > 3 ? is(430 + i * 12) : none;
        p[i].then = i > 8 && i < 13 ? is(now[i - 4] ? now[i - 4] : 470) : none;
        const char *label = arena_printf(a, "Q%d/%d", i % 4 + 1, 2023 + i / 4);
        const char *tip = arena_printf(a, "Quý %d/%d: %.*s; kế hoạch %.*s", i % 4 + 1, 2023 + i / 4,
            STR_ARG(p[i].now.has ? say(a, p[i].now.v) : STR("chưa có số liệu")),
            STR_ARG(say(a, 430 + i * 12)));
        p[i].label = str_of(label);
        p[i].tip = str_of(tip);
    }
    for (size_t i = 0; i < n; i++)
        tick[i].text = say(a, tick[i].v);
    struct line_chart c = {.w = w,
        .h = 260,
        .says = STR("Thu ngân sách theo quý, tỷ đồng: 59,3 vào quý I/2026, kế hoạch 57,4"),
        .point = p,
        .points = 16,
        .tick = tick,
        .ticks = n};
    return chart_line(&c, a, ret, err);
}

static bool bars(struct arena *a, int w, struct html *ret, struct err *err)
{
    static const char *const name[] = {"Phường Minh Họa", "Xã Hòa Bình",
        "Đặc khu kinh tế – quốc phòng có tên gọi dài nhất của tỉnh Minh Họa", "Xã Tân Lập",
        "Xã Quang Trung", "Xã Đông Sơn"};
    static const int value[] = {1042, 987, 961, 884, 0, -35};
    struct chart_bar b[6] = {0};

    for (int i = 0; i < 6; i++) {
        b[i].name = str_of(name[i]);
        b[i].v = i == 4 ? none : is(value[i]);
        b[i].plan = is(950);
        b[i].off = i == 3 || i == 5;
        b[i].me = i == 1;
        b[i].text = b[i].v.has ? say(a, value[i]) : STR("chưa có số liệu");
        b[i].tip = str_of(arena_printf(a, "%s: %.*s, kế hoạch 95,0", name[i], STR_ARG(b[i].text)));
    }
    struct bar_chart c = {
        w, STR("Tỷ lệ hoàn thành của 6 xã, phường; cao nhất Phường Minh Họa 104,2"), b, 6};
    return chart_bars(&c, a, ret, err);
}

static bool strip(struct arena *a, int w, struct html *ret, struct err *err)
{
    static const char *const word[] = {"đạt", "vượt", "đúng tiến độ", "có nguy cơ", "chậm tiến độ",
        "không đạt", "chưa đến kỳ đánh giá", "chưa có số liệu"};
    struct strip_unit u[60];

    for (int i = 0; i < 60; i++) {
        u[i].status = (enum chart_status)(i * i % 11 % CHART_STATUSES);
        u[i].tip = str_of(arena_printf(a, "Xã số %d: %s", i + 1, word[u[i].status]));
    }
    struct strip_chart c = {w, STR("60 xã theo tình trạng chỉ tiêu"), u, 60};
    return chart_strip(&c, a, ret, err);
}

static bool spark(struct arena *a, int w, struct html *ret, struct err *err)
{
    struct chart_value v[8] = {is(12), is(14), none, is(13), is(17), is(18), is(16), is(21)};
    struct spark_chart c = {STR("8 quý, gần nhất 2,1"), v, 8, is(19), 3};

    (void)w;
    return chart_spark(&c, a, ret, err);
}

static bool descent(struct arena *a, int w, struct html *ret, struct err *err)
{
    const struct day from = day_make(2011, 1, 1), to = day_make(2027, 1, 1);
    const struct day town = day_make(2011, 11, 15), merged = day_make(2025, 7, 1);
    struct descent_life life[] = {
        {STR("Hương Toàn"), STR("xã, mã 20005"), from, merged, false},
        {STR("Hương Xuân"), STR("phường, mã 20017"), town, merged, false},
        {STR("Hương Chữ"), STR("phường, mã 20020"), town, merged, false},
        {STR("Kim Trà"), STR("phường, vẫn mã 20017"), merged, DAY_MAX, true},
    };
    struct descent_edge edge[] = {
        {0, 3, merged, STR("01/07/2025: Hương Toàn nhập vào Kim Trà")},
        {1, 3, merged, STR("01/07/2025: Hương Xuân nhập vào Kim Trà")},
        {2, 3, merged, STR("01/07/2025: Hương Chữ nhập vào Kim Trà")},
    };
    struct descent_tick tick[16];

    for (int i = 0; i < 16; i++)
        tick[i] = (struct descent_tick){
            day_make(2011 + i, 1, 1), str_of(arena_printf(a, "%d", 2011 + i))};
    struct descent_chart c = {w,
        STR("Xã Hương Toàn, phường Hương Xuân và phường Hương Chữ nhập thành phường Kim Trà "
            "ngày 01/07/2025"),
        from, to, life, 4, edge, 3, tick, 16};
    return chart_descent(&c, a, ret, err);
}

/* Invented land: a honeycomb with a lake in one cell. */
static bool land(struct arena *a, int w, bool by_status, struct html *ret, struct err *err)
{
    enum { SIDE = 5, N = SIDE * SIDE };
    static const int corner[6][2] = {
        {0, 100}, {87, 50}, {87, -50}, {0, -100}, {-87, -50}, {-87, 50}};
    struct map_area *area = arena_array(a, N, sizeof *area);
    struct map_ring *ring = arena_array(a, N + 1, sizeof *ring);
    struct map_point *p = arena_array(a, (N + 1) * 6, sizeof *p);
    struct chart_value v[N];
    int grade[N];

    if (!area || !ring || !p)
        return err_memory(err);
    for (int i = 0; i < N; i++) {
        int32_t lon = 106000000 + (i % SIDE * 174 + i / SIDE % 2 * 87) * 1000;
        int32_t lat = 21000000 - i / SIDE * 150 * 1000;
        for (int k = 0; k < 6; k++)
            p[i * 6 + k] = (struct map_point){lon + corner[k][0] * 1000, lat + corner[k][1] * 1000};
        ring[i] = (struct map_ring){&p[i * 6], 6};
        v[i] = i == 7 ? none : is(i * 37 % 101);
    }
    if (!chart_grades(v, N, a, grade, err))
        return false;
    for (int i = 0; i < N; i++) {
        const char *name = arena_printf(a, "Xã %d", i + 1);
        area[i] = (struct map_area){.ring = &ring[i],
            .rings = 1,
            .grade = grade[i],
            .status = (enum chart_status)(i % CHART_STATUSES),
            .name = str_of(name),
            .tip = str_of(arena_printf(a, "%s: %lld", name, (long long)v[i].v)),
            .me = i == 12};
    }
    struct map_chart c = {.w = w,
        .h = w * 2 / 3,
        .says = by_status ? STR("Bản đồ 25 xã theo tình trạng") : STR("Bản đồ 25 xã theo mức"),
        .area = area,
        .areas = N,
        .by_status = by_status,
        .names = true};
    return chart_map(&c, a, ret, err);
}

static bool map(struct arena *a, int w, struct html *ret, struct err *err)
{
    return land(a, w > 480 ? 480 : w, false, ret, err);
}

static bool status_map(struct arena *a, int w, struct html *ret, struct err *err)
{
    return land(a, w > 480 ? 480 : w, true, ret, err);
}

static bool key(struct arena *a, struct html *ret, struct err *err)
{
    const struct str texts[6] = {STR("dưới 20"), STR("20 đến dưới 40"), STR("40 đến dưới 60"),
        STR("60 đến dưới 80"), STR("từ 80"), STR("chưa có số liệu")};

    return chart_legend(texts, STR("Chú giải: năm mức từ thấp đến cao"), a, ret, err);
}

bool gallery_charts(struct gallery_view *v, struct arena *a, struct err *err)
{
    static const struct {
        const char *name;
        bool (*make)(struct arena *a, int w, struct html *ret, struct err *err);
    } kinds[] = {{"Theo quý, với kế hoạch và cùng kỳ", line}, {"Xếp hạng, vạch là kế hoạch", bars},
        {"Đơn vị theo tình trạng", strip}, {"Tám kỳ", spark}, {"Đơn vị từ đâu mà thành", descent},
        {"Bản đồ theo mức", map}, {"Bản đồ theo tình trạng", status_map}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct chart_view c = {.name = str_of(kinds[i].name)};
        if (!kinds[i].make(a, 720, &c.wide, err) || !kinds[i].make(a, 312, &c.narrow, err) ||
            (kinds[i].make == map && !key(a, &c.key, err)) || !vec_push(&v->charts, a, c))
            return false;
    }
    return true;
}
