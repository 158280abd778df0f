/*
 * SHA-256 (FIPS 180-4) of a kilobyte in the cache: a control that does what programs do, calls, loads and stores of one page and integer
 * arithmetic, and takes no exit. In C and not by Node, of whose own instructions some hundred differ from boot to boot.
 */
#pragma once
#include "context.h"

#define HASHED_BYTES 1024
#define HASH_BLOCK 64

static const uint32_t HASH_ROUNDS[HASH_BLOCK] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t HASH_START[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* The input with its padding, a block of its own since the input is whole blocks. */
static uint8_t hashed[HASHED_BYTES + HASH_BLOCK] __attribute__((aligned(PAGE_BYTES)));

INLINE uint32_t turned(uint32_t value, int bits)
{
    return value >> bits | value << (32 - bits);
}

__attribute__((noinline)) static void hash_block(uint32_t state[8], const uint8_t *block)
{
    uint32_t word[HASH_BLOCK];
    for (int i = 0; i < 16; i++) {
        memcpy(&word[i], block + 4 * i, 4);
        word[i] = __builtin_bswap32(word[i]);
    }
    for (int i = 16; i < HASH_BLOCK; i++) {
        uint32_t early = word[i - 15], late = word[i - 2];
        word[i] = word[i - 16] + (turned(early, 7) ^ turned(early, 18) ^ early >> 3) + word[i - 7] +
                  (turned(late, 17) ^ turned(late, 19) ^ late >> 10);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < HASH_BLOCK; i++) {
        uint32_t first = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) +
                         HASH_ROUNDS[i] + word[i];
        uint32_t second = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

/* Bytes without structure, the same on every machine: the high ones of a linear congruential generator (Knuth's MMIX). */
static bool prepare_hash(struct context *context, int operations)
{
    (void)context, (void)operations;
    uint64_t state = 1;
    for (int i = 0; i < HASHED_BYTES; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        hashed[i] = state >> 56;
    }
    hashed[HASHED_BYTES] = 0x80;
    uint64_t bits = __builtin_bswap64(HASHED_BYTES * 8);
    memcpy(hashed + sizeof hashed - sizeof bits, &bits, sizeof bits);
    return true;
}

/* `sink` is the first 8 bytes of the digest. */
INLINE bool once_hash(struct context *context)
{
    uint32_t state[8];
    memcpy(state, HASH_START, sizeof state);
    for (size_t at = 0; at < sizeof hashed; at += HASH_BLOCK)
        hash_block(state, hashed + at);
    context->sink = (uint64_t)state[0] << 32 | state[1];
    return true;
}
