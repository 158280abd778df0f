/* All operations by name, each with a loop of its own, so that nothing but the operation lies between two readings. */
#pragma once
#include "bare-operations.h"
#include "core-operations.h"
#include "device-operations.h"
#include "hash-operation.h"
#include "kernel-operations.h"
#include "memory-operations.h"
#include "network-operations.h"
#include "process-operations.h"
#include "processor-operations.h"
#include "storage-operations.h"

typedef int timed_loop(struct context *context, uint64_t *ticks, int operations);
typedef int untimed_loop(struct context *context, int operations);

/* Both return how many operations were done before one failed. What comes `before` each is never timed. */
#define LOOPS_AFTER(name, before, once)                                                     \
    __attribute__((noinline)) static int timed_##name(struct context *context, uint64_t *ticks, int operations) \
    {                                                                                       \
        for (int i = 0; i < operations; i++) {                                              \
            if (!before(context))                                                           \
                return i;                                                                   \
            uint64_t start = ticks_now();                                                   \
            bool done = once(context);                                                      \
            ticks[i] = ticks_now() - start;                                                 \
            if (!done)                                                                      \
                return i;                                                                   \
        }                                                                                   \
        return operations;                                                                  \
    }                                                                                       \
    __attribute__((noinline)) static int untimed_##name(struct context *context, int operations) \
    {                                                                                       \
        for (int i = 0; i < operations; i++)                                                \
            if (!before(context) || !once(context))                                         \
                return i;                                                                   \
        return operations;                                                                  \
    }
#define LOOPS(name, once) LOOPS_AFTER(name, once_nothing, once)

LOOPS(nothing, once_nothing)
LOOPS(alu_loop, once_alu_loop)
LOOPS(hash, once_hash)
LOOPS(syscall, once_syscall)
LOOPS(cpuid, once_cpuid)
LOOPS(pio, once_pio)
LOOPS(pio_kernel, once_pio_kernel)
LOOPS(mmio, once_mmio)
LOOPS(msr_read, once_msr_read)
LOOPS(msr_write, once_msr_write)
LOOPS(hypercall, once_hypercall)
LOOPS(page_touch, once_page_touch)
LOOPS(timer_sleep, once_timer_sleep)
LOOPS(self_ipi, once_self_ipi)
LOOPS(chase, once_chase)
LOOPS(mmap, once_mmap)
LOOPS(parallel_touch, once_parallel_touch)
LOOPS(ping_pong, once_ping_pong)
LOOPS(ipi, once_ipi)
LOOPS(fork_exec, once_fork_exec)
LOOPS(random_read, once_random_read)
LOOPS(random_write, once_random_write)
LOOPS(exchange, once_exchange)
LOOPS(core_integer, once_core_integer)
LOOPS(core_mixed, once_core_mixed)
LOOPS_AFTER(tour, next_of_tour, once_tour)

struct operation {
    const char *name;
    bool (*prepare)(struct context *context, int operations);
    timed_loop *timed;
    untimed_loop *untimed;
    /* What the operation asks the clock to wait for, in ns: not a cost. */
    int64_t requested_ns;
    /* `sink` holds a result that must be the same everywhere. */
    bool has_result;
};

static const struct operation OPERATIONS[] = {
    {"timer-overhead", prepare_nothing, timed_nothing, untimed_nothing, 0, false},
    {"alu-loop", prepare_nothing, timed_alu_loop, untimed_alu_loop, 0, true},
    {"hash", prepare_hash, timed_hash, untimed_hash, 0, true},
    {"syscall", prepare_nothing, timed_syscall, untimed_syscall, 0, false},
    {"cpuid", prepare_nothing, timed_cpuid, untimed_cpuid, 0, false},
    {"pio", prepare_pio, timed_pio, untimed_pio, 0, false},
    {"pio-kernel", prepare_pio_kernel, timed_pio_kernel, untimed_pio_kernel, 0, false},
    {"mmio", prepare_mmio, timed_mmio, untimed_mmio, 0, false},
    {"msr-read", prepare_msr_read, timed_msr_read, untimed_msr_read, 0, false},
    {"msr-write", prepare_msr_write, timed_msr_write, untimed_msr_write, 0, false},
    {"hypercall", prepare_hypercall, timed_hypercall, untimed_hypercall, 0, false},
    {"page-touch", prepare_page_touch, timed_page_touch, untimed_page_touch, 0, false},
    {"page-touch-again", prepare_page_touch_again, timed_page_touch, untimed_page_touch, 0, false},
    {"timer-sleep", prepare_timer_sleep, timed_timer_sleep, untimed_timer_sleep, SLEEP_NS, false},
    {"self-ipi", prepare_self_ipi, timed_self_ipi, untimed_self_ipi, 0, false},
    {"ipi", prepare_ipi, timed_ipi, untimed_ipi, 0, false},
    {"chase-16k", prepare_chase_16k, timed_chase, untimed_chase, 0, false},
    {"chase-256k", prepare_chase_256k, timed_chase, untimed_chase, 0, false},
    {"chase-4m", prepare_chase_4m, timed_chase, untimed_chase, 0, false},
    {"chase-32m", prepare_chase_32m, timed_chase, untimed_chase, 0, false},
    {"chase-512m", prepare_chase_512m, timed_chase, untimed_chase, 0, false},
    {"mmap", prepare_nothing, timed_mmap, untimed_mmap, 0, false},
    {"parallel-touch", prepare_parallel_touch, timed_parallel_touch, untimed_parallel_touch, 0, false},
    {"pipe-one-cpu", prepare_pipe_same, timed_ping_pong, untimed_ping_pong, 0, false},
    {"pipe-two-cpus", prepare_pipe_other, timed_ping_pong, untimed_ping_pong, 0, false},
    {"fork-exec", prepare_nothing, timed_fork_exec, untimed_fork_exec, 0, false},
    {"random-read", prepare_random_io, timed_random_read, untimed_random_read, 0, false},
    {"random-write", prepare_random_io, timed_random_write, untimed_random_write, 0, false},
    {"core-alone-integer", prepare_core_alone_integer, timed_core_integer, untimed_core_integer, 0, true},
    {"core-both-integer", prepare_core_both_integer, timed_core_integer, untimed_core_integer, 0, true},
    {"core-alone-mixed", prepare_core_alone_mixed, timed_core_mixed, untimed_core_mixed, 0, false},
    {"core-both-mixed", prepare_core_both_mixed, timed_core_mixed, untimed_core_mixed, 0, false},
    {"stayed-16k", prepare_stayed_16k, timed_tour, untimed_tour, 0, false},
    {"moved-16k", prepare_moved_16k, timed_tour, untimed_tour, 0, false},
    {"stayed-64k", prepare_stayed_64k, timed_tour, untimed_tour, 0, false},
    {"moved-64k", prepare_moved_64k, timed_tour, untimed_tour, 0, false},
    {"stayed-256k", prepare_stayed_256k, timed_tour, untimed_tour, 0, false},
    {"moved-256k", prepare_moved_256k, timed_tour, untimed_tour, 0, false},
    {"stayed-1m", prepare_stayed_1m, timed_tour, untimed_tour, 0, false},
    {"moved-1m", prepare_moved_1m, timed_tour, untimed_tour, 0, false},
    {"stayed-4m", prepare_stayed_4m, timed_tour, untimed_tour, 0, false},
    {"moved-4m", prepare_moved_4m, timed_tour, untimed_tour, 0, false},
    {"request-small", prepare_request_small, timed_exchange, untimed_exchange, 0, false},
    {"request-large", prepare_request_large, timed_exchange, untimed_exchange, 0, false},
    {"stream-small", prepare_stream_small, timed_exchange, untimed_exchange, 0, false},
    {"stream-large", prepare_stream_large, timed_exchange, untimed_exchange, 0, false},
    {"bare-timer-overhead", prepare_bare_nothing, timed_bare, untimed_bare, 0, false},
    {"bare-alu-loop", prepare_bare_alu_loop, timed_bare, untimed_bare, 0, true},
    {"bare-cpuid", prepare_bare_cpuid, timed_bare, untimed_bare, 0, false},
    {"bare-hypercall", prepare_bare_hypercall, timed_bare, untimed_bare, 0, false},
    {"bare-msr-read", prepare_bare_msr_read, timed_bare, untimed_bare, 0, false},
    {"bare-msr-write", prepare_bare_msr_write, timed_bare, untimed_bare, 0, false},
    {"bare-pio", prepare_bare_pio, timed_bare, untimed_bare, 0, false},
    {"bare-mmio", prepare_bare_mmio, timed_bare, untimed_bare, 0, false},
    {"bare-halt", prepare_bare_halt, timed_bare, untimed_bare, 0, false},
    {"bare-page-touch", prepare_bare_page_touch, timed_bare, untimed_bare, 0, false},
};
#define OPERATION_COUNT (sizeof OPERATIONS / sizeof OPERATIONS[0])

static const struct operation *find_operation(const char *name, size_t length)
{
    for (size_t i = 0; i < OPERATION_COUNT; i++)
        if (strlen(OPERATIONS[i].name) == length && memcmp(OPERATIONS[i].name, name, length) == 0)
            return &OPERATIONS[i];
    return NULL;
}
