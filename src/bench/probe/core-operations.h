/*
 * Processors that share a core, and tasks that change theirs: the same work with the core's other thread idle and busy,
 * and a pass over a working set by a task that has just come from another core and by one that stayed.
 */
#pragma once
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "context.h"
#include "helper-thread.h"
#include "memory-operations.h"
#include "process-operations.h"
#include "processor-operations.h"

/* The processors that the kernel says are threads of the same core as this one; it alone where the kernel says nothing. */
static cpu_set_t threads_of_core(int cpu)
{
    cpu_set_t threads;
    CPU_ZERO(&threads);
    CPU_SET(cpu, &threads);
    char path[96], list[256] = "";
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu);
    FILE *file = fopen(path, "r");
    if (!file)
        return threads;
    if (!fgets(list, sizeof list, file))
        list[0] = '\0';
    fclose(file);
    for (char *part = list; *part;) {
        char *end;
        long first = strtol(part, &end, 10), last = first;
        if (end == part)
            break;
        if (*end == '-')
            last = strtol(end + 1, &end, 10);
        for (long each = first; each <= last && each < CPU_SETSIZE; each++)
            CPU_SET((int)each, &threads);
        part = *end == ',' ? end + 1 : end;
        if (*part == '\n')
            break;
    }
    return threads;
}

/* The first other processor this process may use that is, or is not, a thread of the same core; -1 when there is none. */
static int other_processor(int cpu, bool of_same_core)
{
    cpu_set_t threads = threads_of_core(cpu);
    for (int other = 0; other < CPU_SETSIZE; other++)
        if (other != cpu && CPU_ISSET(other, &usable_cpus) && !CPU_ISSET(other, &threads) == !of_same_core)
            return other;
    return -1;
}

/* Words of the table that mixed work reads and writes: 16 KiB, which both threads' tables fit a first-level cache with. */
#define TABLE_WORDS 2048

/* Each thread works on a table of its own, or they would take the lines from each other. */
static _Alignas(4096) uint64_t core_tables[2][TABLE_WORDS];

/*
 * Four chains of integer instructions that do not wait for each other: one thread alone keeps the core's units nearly
 * busy, so that a second one gains the least.
 */
INLINE bool once_core_integer(struct context *context)
{
    uint64_t a = 1, b = 2, c = 3, d = 4, turns = 2000;
    __asm__ volatile("1:\n\t"
                     "add %[k], %[a]\n\trol $7, %[a]\n\txor %[turns], %[a]\n\t"
                     "add %[k], %[b]\n\trol $9, %[b]\n\txor %[turns], %[b]\n\t"
                     "add %[k], %[c]\n\trol $11, %[c]\n\txor %[turns], %[c]\n\t"
                     "add %[k], %[d]\n\trol $13, %[d]\n\txor %[turns], %[d]\n\t"
                     "dec %[turns]\n\tjnz 1b"
                     : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [d] "+r"(d), [turns] "+r"(turns)
                     : [k] "r"(0x9e3779b97f4a7c15)
                     : "cc");
    context->sink = a ^ b ^ c ^ d;
    return true;
}

/* Table look-ups, each of which says where the next one is, a branch that nobody can predict, and a store now and then. */
__attribute__((noinline)) static uint64_t mix(uint64_t *table)
{
    uint64_t value = 0x2545f4914f6cdd1d, sum = 0;
    for (int turn = 0; turn < 2000; turn++) {
        value ^= value << 13, value ^= value >> 7, value ^= value << 17;
        uint64_t *word = &table[(value + sum) % TABLE_WORDS];
        if (value & 1)
            sum += *word ^ value;
        else
            *word = sum = (sum << 1 | sum >> 63) + *word;
        __asm__ volatile("" : "+r"(sum));
    }
    return sum;
}

static void fill_table(uint64_t *table)
{
    for (uint64_t i = 0; i < TABLE_WORDS; i++)
        table[i] = i * 0x9e3779b97f4a7c15;
}

INLINE bool once_core_mixed(struct context *context)
{
    context->sink = mix(core_tables[0]);
    return true;
}

enum core_work { INTEGER, MIXED };
static enum core_work core_work;

/* Does the same as the other thread until it is told to end; `spinning` and `spins` as for the interrupt's helper. */
static void *work_on_core(void *unused)
{
    struct context own = {0};
    (void)unused;
    __atomic_store_n(&spins, true, __ATOMIC_RELEASE);
    while (__atomic_load_n(&spinning, __ATOMIC_ACQUIRE)) {
        if (core_work == INTEGER)
            once_core_integer(&own);
        else
            own.sink = mix(core_tables[1]);
        __asm__ volatile("" : : "r"(own.sink));
    }
    return NULL;
}

/* Without siblings neither of the two is of use: what they are for is the ratio. */
static bool prepare_core(struct context *context, enum core_work work, bool both)
{
    int sibling = other_processor(context->cpu, true);
    if (sibling < 0)
        return unavailable(context, "the kernel shows processor %d as the only thread of its core that is here to be used", context->cpu);
    core_work = work;
    fill_table(core_tables[0]);
    fill_table(core_tables[1]);
    if (!both)
        return true;
    spinning = true;
    spins = false;
    if (!start_helper_on(context, work_on_core, end_spin, sibling))
        return false;
    while (!__atomic_load_n(&spins, __ATOMIC_ACQUIRE))
        usleep(100);
    return true;
}

#define CORE(name, work, both)                                                 \
    static bool prepare_core_##name(struct context *context, int operations)   \
    {                                                                          \
        (void)operations;                                                      \
        return prepare_core(context, work, both);                              \
    }
CORE(alone_integer, INTEGER, false)
CORE(both_integer, INTEGER, true)
CORE(alone_mixed, MIXED, false)
CORE(both_mixed, MIXED, true)

/* Where the task that moves is, and where it goes next; the same processor twice for one that stays. */
static int tour[2];
static int tour_at;
static size_t tour_loads;

static bool run_on(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof one, &one) == 0;
}

static void go_home(struct context *context)
{
    run_on(context->cpu);
}

/*
 * Also the one that stays asks for its processor, and both do some 30 us of work without memory before the pass: the
 * processor that was idle until now is then awake, and the interrupts that come with a move are over.
 */
INLINE bool next_of_tour(struct context *context)
{
    tour_at = !tour_at;
    if (!run_on(tour[tour_at]))
        return false;
    for (int i = 0; i < 20; i++)
        once_alu_loop(context);
    return true;
}

/*
 * Once over the working set, line by line in an order without pattern, and each line written: what has changed is in the
 * caches of the core it was changed on and nowhere else, so that a task that comes from there has to fetch all of it.
 */
INLINE bool once_tour(struct context *context)
{
    void **place = (void **)context->next_page;
    for (size_t i = tour_loads; i > 0; i--) {
        place[1] = (void *)i;
        place = *place;
    }
    context->next_page = (char *)place;
    return true;
}

static bool prepare_tour(struct context *context, size_t bytes, bool moves)
{
    int other = other_processor(context->cpu, false);
    if (other < 0)
        return unavailable(context, "it takes two processors of different cores, and there is one");
    if (!prepare_chase(context, bytes))
        return false;
    tour[0] = context->cpu;
    tour[1] = moves ? other : context->cpu;
    tour_at = 0;
    tour_loads = bytes / LINE_BYTES;
    context->put_back = go_home;
    return true;
}

#define TOUR(name, bytes)                                                           \
    static bool prepare_moved_##name(struct context *context, int operations)       \
    {                                                                               \
        (void)operations;                                                           \
        return prepare_tour(context, bytes, true);                                  \
    }                                                                               \
    static bool prepare_stayed_##name(struct context *context, int operations)      \
    {                                                                               \
        (void)operations;                                                           \
        return prepare_tour(context, bytes, false);                                 \
    }
TOUR(16k, 16 * KIB)
TOUR(64k, 64 * KIB)
TOUR(256k, 256 * KIB)
TOUR(1m, MIB)
TOUR(4m, 4 * MIB)
