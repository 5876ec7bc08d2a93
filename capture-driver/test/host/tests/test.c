#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

static struct {
    const char *Name;
    TEST_BODY *Body;
} Tests[128];
static int Count;

void TestAdd(const char *Name, TEST_BODY *Body)
{
    if (Count == 128)
        abort();
    Tests[Count].Name = Name;
    Tests[Count++].Body = Body;
}

void TestFailed(const char *File, int Line, const char *Format, ...)
{
    va_list Arguments;
    fprintf(stderr, "%s:%d: ", File, Line);
    va_start(Arguments, Format);
    vfprintf(stderr, Format, Arguments);
    va_end(Arguments);
    fprintf(stderr, "\n");
    _exit(1);
}

void TestDies(TEST_BODY *Body, const char *Text, const char *File, int Line)
{
    static char Output[1 << 16];
    int Pipe[2], Status;
    size_t Length = 0;
    ssize_t Got;
    if (pipe(Pipe) != 0)
        TestFailed(File, Line, "pipe");
    fflush(NULL);
    pid_t Child = fork();
    if (Child == 0) {
        dup2(Pipe[1], 2);
        close(Pipe[0]);
        close(Pipe[1]);
        Body();
        _exit(0);
    }
    close(Pipe[1]);
    while (Length < sizeof Output - 1 && (Got = read(Pipe[0], Output + Length, sizeof Output - 1 - Length)) > 0)
        Length += (size_t)Got;
    Output[Length] = 0;
    close(Pipe[0]);
    waitpid(Child, &Status, 0);
    if (WIFEXITED(Status) && WEXITSTATUS(Status) == 0)
        TestFailed(File, Line, "expected to die saying \"%s\", but lived", Text);
    if (strstr(Output, Text) == NULL)
        TestFailed(File, Line, "expected to die saying \"%s\", but it said:\n%s", Text, Output);
}

TEST_RANDOM TestRandom(void)
{
    const char *Given = getenv("WSKTRACE_SEED");
    struct timespec Now;
    clock_gettime(CLOCK_REALTIME, &Now);
    TEST_RANDOM Random = {Given != NULL ? strtoull(Given, NULL, 0) : (uint64_t)Now.tv_nsec * 2654435761u + 1};
    fprintf(stderr, "WSKTRACE_SEED=%llu\n", (unsigned long long)Random.State);
    return Random;
}

/* splitmix64 */
uint32_t TestNext(TEST_RANDOM *Random)
{
    uint64_t Z = (Random->State += 0x9e3779b97f4a7c15ull);
    Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9ull;
    Z = (Z ^ (Z >> 27)) * 0x94d049bb133111ebull;
    return (uint32_t)(Z >> 32);
}

uint32_t TestBelow(TEST_RANDOM *Random, uint32_t Limit)
{
    return TestNext(Random) % Limit;
}

uint32_t TestRounds(uint32_t Short)
{
    const char *Long = getenv("WSKTRACE_LONG");
    return Long != NULL && strcmp(Long, "1") == 0 ? Short * 50 : Short;
}

int main(int ArgumentCount, char **Arguments)
{
    int Ran = 0;
    for (int i = 0; i < Count; i++)
        if (ArgumentCount < 2 || strcmp(Arguments[1], Tests[i].Name) == 0) {
            fprintf(stderr, "%s\n", Tests[i].Name);
            Tests[i].Body();
            Ran++;
        }
    if (Ran == 0) {
        fprintf(stderr, "%s: no test named %s\n", Arguments[0], ArgumentCount < 2 ? "" : Arguments[1]);
        return 2;
    }
    return 0;
}
