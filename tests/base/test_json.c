/* The JSON that programs get. */
#include "../test.h"

#include "base/json.h"

static struct arena arena;

static void test_objects_arrays_and_values(void **state)
{
    (void)state;
    struct sbuf b;
    struct json j;
    sbuf_init(&b, &arena, 1000);
    json_init(&j, &b, 0);
    json_object(&j);
    json_kstr(&j, "name", STR("Mỹ Hào: \"TX\""));
    json_ki64(&j, "n", -12);
    json_key(&j, "list");
    json_array(&j);
    json_i64(&j, 1);
    json_str(&j, STR("ends with:"));
    json_str(&j, STR("b"));
    json_object(&j);
    json_object_end(&j);
    json_array(&j);
    json_array_end(&j);
    json_null(&j);
    json_array_end(&j);
    json_kbool(&j, "ok", true);
    json_knull(&j, "none");
    json_kdec(&j, "value", (struct dec){25569, 1});
    json_object_end(&j);
    assert_str(sbuf_view(&b),
        "{\"name\":\"Mỹ Hào: \\\"TX\\\"\",\"n\":-12,\"list\":[1,\"ends with:\",\"b\",{},[],"
        "null],\"ok\":true,\"none\":null,\"value\":\"2556.9\"}");
}

static void test_indented_for_people(void **state)
{
    (void)state;
    struct sbuf b;
    struct json j;
    sbuf_init(&b, &arena, 1000);
    json_init(&j, &b, 2);
    json_object(&j);
    json_ki64(&j, "a", 1);
    json_key(&j, "b");
    json_array(&j);
    json_i64(&j, 2);
    json_i64(&j, 3);
    json_array_end(&j);
    json_object_end(&j);
    assert_str(sbuf_view(&b), "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ]\n}");
}

static void test_text_cannot_leave_its_quotes_or_its_script(void **state)
{
    (void)state;
    struct sbuf b;
    sbuf_init(&b, &arena, 1000);
    json_escape(&b, STR("\"\\\n\r\t\x01\x1f\x7f</script><!--&\u2028"));
    assert_str(sbuf_view(&b),
        "\\\"\\\\\\n\\r\\t\\u0001\\u001f\\u007f\\u003c/script\\u003e\\u003c!--\\u0026\u2028");
}

static void test_a_wrong_nesting_fails_instead_of_writing_nonsense(void **state)
{
    (void)state;
    struct sbuf b;
    struct json j;
    sbuf_init(&b, &arena, 1000);
    json_init(&j, &b, 0);
    for (int i = 0; i < JSON_DEPTH; i++)
        json_array(&j);
    assert_false(b.failed);
    json_array(&j);
    assert_true(b.failed);
    sbuf_reset(&b);
    json_init(&j, &b, 0);
    json_array(&j);
    json_array_end(&j);
    json_array_end(&j);
    assert_true(b.failed);
}

static void test_a_full_builder_is_told_once_at_the_end(void **state)
{
    (void)state;
    struct sbuf b;
    struct json j;
    sbuf_init(&b, &arena, 10);
    json_init(&j, &b, 0);
    json_object(&j);
    json_kstr(&j, "key", STR("a long value"));
    json_object_end(&j);
    assert_true(b.failed);
    assert_null(sbuf_view(&b).p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objects_arrays_and_values),
        cmocka_unit_test(test_indented_for_people),
        cmocka_unit_test(test_text_cannot_leave_its_quotes_or_its_script),
        cmocka_unit_test(test_a_wrong_nesting_fails_instead_of_writing_nonsense),
        cmocka_unit_test(test_a_full_builder_is_told_once_at_the_end),
    };
    arena_init(&arena, 16u << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
