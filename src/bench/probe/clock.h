/* The two clocks: the time stamp counter, which times operations, and the kernel's, which times the counter. */
#pragma once
#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND 1000000000LL

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t ticks_now(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static int64_t monotonic_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

/* One instant on both clocks; `width` is how far apart, in ticks, the two counter readings around it were. */
struct instant {
    uint64_t ticks;
    uint64_t width;
    int64_t ns;
};

static struct instant instant_now(void)
{
    struct instant best = {.width = UINT64_MAX};
    for (int attempt = 0; attempt < 16; attempt++) {
        uint64_t before = ticks_now();
        int64_t ns = monotonic_ns();
        uint64_t after = ticks_now();
        if (after - before < best.width)
            best = (struct instant){.ticks = before + (after - before) / 2, .width = after - before, .ns = ns};
    }
    return best;
}
