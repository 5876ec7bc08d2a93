/*
 * An input of the fuzzer, taken from the front: what is asked for beyond its end is 0. So each input is a script, and
 * each part of one is a script too.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *At;
    size_t Left;
} INPUT;

uint32_t Take(INPUT *Input, unsigned Bytes); /* 1 to 4, little-endian */
uint32_t TakeBelow(INPUT *Input, uint32_t Limit);
uint64_t Take64(INPUT *Input);
/* A number that says something to code that checks numbers: small, or a power of two more or less, or any at all. */
uint32_t TakeNumber(INPUT *Input);
void TakeBytes(INPUT *Input, void *To, size_t Bytes);

int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size);
