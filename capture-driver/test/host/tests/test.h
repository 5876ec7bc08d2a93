/*
 * A test is a sentence: TEST(a_pending_send_completes_once) { ... }. `program NAME` runs one, `program` all of them, in
 * the order they stand in the file; ctest runs each in a process of its own.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef void TEST_BODY(void);
void TestAdd(const char *Name, TEST_BODY *Body);
void TestFailed(const char *File, int Line, const char *Format, ...) __attribute__((noreturn, format(printf, 3, 4)));

#define TEST(name)                                                     \
    static void name(void);                                            \
    __attribute__((constructor)) static void Add_##name(void)          \
    {                                                                  \
        TestAdd(#name, name);                                          \
    }                                                                  \
    static void name(void)

#define CHECK(e) ((e) ? (void)0 : TestFailed(__FILE__, __LINE__, "%s", #e))
#define CHECK_EQUAL(Expected, Actual)                                                                              \
    do {                                                                                                           \
        uint64_t E_ = (uint64_t)(Expected), A_ = (uint64_t)(Actual);                                               \
        if (E_ != A_)                                                                                              \
            TestFailed(__FILE__, __LINE__, "%s is 0x%llx, expected 0x%llx (%s)", #Actual, (unsigned long long)A_, \
                (unsigned long long)E_, #Expected);                                                                \
    } while (0)
#define CHECK_STATUS(Expected, Actual) CHECK_EQUAL((uint32_t)(Expected), (uint32_t)(Actual))

/* Runs Body in a process of its own and checks that it dies saying Text. */
void TestDies(TEST_BODY *Body, const char *Text, const char *File, int Line);
#define CHECK_DIES(Body, Text) TestDies(Body, Text, __FILE__, __LINE__)

/* Seeded random numbers. The seed is WSKTRACE_SEED or the time, and is printed. */
typedef struct {
    uint64_t State;
} TEST_RANDOM;
TEST_RANDOM TestRandom(void);
uint32_t TestNext(TEST_RANDOM *Random);
uint32_t TestBelow(TEST_RANDOM *Random, uint32_t Limit);
uint32_t TestRounds(uint32_t Short); /* Short, or 50 times that with WSKTRACE_LONG=1 */
