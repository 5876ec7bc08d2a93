/*
 * Patterns of file names, against a second opinion that is slow and plain.
 */
#include <string.h>

#include "host.h"
#include "pattern.h"
#include "test.h"

static UNICODE_STRING Wide(WCHAR *Room, const char *Text)
{
    UNICODE_STRING String;
    size_t i = 0;
    for (; Text[i] != 0; i++)
        Room[i] = (WCHAR)Text[i];
    Room[i] = 0;
    RtlInitUnicodeString(&String, Room);
    return String;
}

static bool Fits(const char *Pattern, const char *Text)
{
    WCHAR P[64], T[512];
    Wide(P, Pattern);
    UNICODE_STRING String = Wide(T, Text);
    return PatternFits(P, &String);
}

static bool Plainly(const char *P, const char *T)
{
    if (*P == 0)
        return *T == 0;
    if (*P == '*')
        return Plainly(P + 1, T) || (*T != 0 && Plainly(P, T + 1));
    return *T != 0 && (*P == '?' || *P == *T) && Plainly(P + 1, T + 1);
}

TEST(a_name_fits_itself_in_any_case_and_nothing_else)
{
    CHECK(Fits("Client.SYS", "client.sys"));
    CHECK(!Fits("client.sys", "client.sy") && !Fits("client.sys", "client.syss") && !Fits("client.sys", ""));
}

TEST(a_star_is_any_number_of_characters_and_a_question_mark_is_one)
{
    CHECK(Fits("*", "") && Fits("*", "x.sys") && Fits("x*", "x") && Fits("*.sys", ".sys") && Fits("net*.SYS", "netio.sys"));
    CHECK(Fits("a*b*c", "aXbYbZc") && Fits("**a**", "a") && Fits("?", "x") && Fits("net??.sys", "netio.sys"));
    CHECK(!Fits("?", "") && !Fits("net?.sys", "netio.sys") && !Fits("*x", "xy") && !Fits("a*b", "ac") && !Fits("", "x"));
}

TEST(a_text_longer_than_any_file_name_fits_nothing)
{
    static char Text[400];
    memset(Text, 'a', 255);
    CHECK(Fits("*", Text));
    Text[255] = 'a';
    CHECK(!Fits("*", Text));
}

/* The worst for a matcher that goes back: every star finds its letter everywhere, and the end is missing. */
TEST(many_stars_on_many_equal_letters_end)
{
    static char Text[256];
    memset(Text, 'a', 255);
    for (int i = 0; i < 10000; i++)
        CHECK(!Fits("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", Text));
}

TEST(it_agrees_with_a_plain_matcher_on_random_patterns)
{
    TEST_RANDOM Random = TestRandom();
    int Fitting = 0;
    for (uint32_t Round = 0; Round < TestRounds(20000); Round++) {
        char Pattern[9] = "", Text[9] = "";
        for (uint32_t i = TestBelow(&Random, 8); i > 0; i--)
            strncat(Pattern, &"a\0b\0*\0?"[2 * TestBelow(&Random, 4)], 1);
        for (uint32_t i = TestBelow(&Random, 8); i > 0; i--)
            strncat(Text, &"a\0b"[2 * TestBelow(&Random, 2)], 1);
        if (Fits(Pattern, Text) != Plainly(Pattern, Text))
            TestFailed(__FILE__, __LINE__, "pattern \"%s\", text \"%s\"", Pattern, Text);
        Fitting += Plainly(Pattern, Text);
    }
    CHECK(Fitting > 100);
}
