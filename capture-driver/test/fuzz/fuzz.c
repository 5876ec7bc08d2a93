#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

uint32_t Take(INPUT *Input, unsigned Bytes)
{
    uint32_t Value = 0;
    for (unsigned i = 0; i < Bytes && Input->Left != 0; i++, Input->Left--)
        Value |= (uint32_t)*Input->At++ << 8 * i;
    return Value;
}

uint32_t TakeBelow(INPUT *Input, uint32_t Limit)
{
    return Take(Input, Limit <= 0x100 ? 1 : Limit <= 0x10000 ? 2 : 4) % Limit;
}

uint64_t Take64(INPUT *Input)
{
    uint64_t Low = Take(Input, 4);
    return Low | (uint64_t)Take(Input, 4) << 32;
}

uint32_t TakeNumber(INPUT *Input)
{
    uint32_t Byte = Take(Input, 1);
    switch (Byte >> 6) {
    case 0:
        return Byte;
    case 1:
        return (1u << (Byte & 31)) - (Byte >> 5 & 1);
    case 2:
        return 0u - (Byte & 63);
    default:
        return Take(Input, 4);
    }
}

void TakeBytes(INPUT *Input, void *To, size_t Bytes)
{
    size_t There = Bytes < Input->Left ? Bytes : Input->Left;
    if (There != 0)
        memcpy(To, Input->At, There);
    memset((uint8_t *)To + There, 0, Bytes - There);
    Input->At += There;
    Input->Left -= There;
}

/* A check of the fake kernel's or of ours that fails is a finding: abort() makes the fuzzer keep the input. */
void TestFailed(const char *File, int Line, const char *Format, ...)
{
    va_list Arguments;
    dprintf(2, "%s:%d: ", File, Line);
    va_start(Arguments, Format);
    vdprintf(2, Format, Arguments);
    va_end(Arguments);
    dprintf(2, "\n");
    abort();
}
