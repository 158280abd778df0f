/* Memory: chains of dependent loads, fresh pages on two processors at once, mappings made and taken back. */
#pragma once
#include <errno.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "context.h"
#include "helper-thread.h"

#define KIB 1024UL
#define MIB (1024UL * 1024)
#define LINE_BYTES 64
/* Loads of one operation. */
#define CHASE_LOADS 256
/* Up to here one load a cache line; above, one a page, so that what is added is page walks. */
#define CHASE_BY_LINE_BYTES (4 * MIB)
/* Kept from turn to turn, so that its pages are touched for the first time once only. */
#define CHASE_KEPT_BYTES (32 * MIB)

static char *chase_kept;

/* Memory of its own, in pages of 4 KiB. */
static void *map_small_pages(struct context *context, size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        unavailable(context, "mmap of %zu bytes: %s", bytes, strerror(errno));
        return NULL;
    }
    if (madvise(memory, bytes, MADV_NOHUGEPAGE) != 0 && errno != EINVAL) { /* EINVAL: a kernel without huge pages */
        unavailable(context, "madvise(MADV_NOHUGEPAGE): %s", strerror(errno));
        munmap(memory, bytes);
        return NULL;
    }
    return memory;
}

/*
 * The node of a guest's memory that nothing else takes from (guestMemory in src/bench/lab/qemu-arguments.ts), and how
 * much there is of it at most. The kernel numbers the node with the processors first.
 */
#define FRESH_NODE 2
#define FRESH_KIB (64 * MIB / KIB)

/* Whether this is a guest with memory kept for first touches: a node without processors, and small. */
static bool has_fresh_node(void)
{
    static int known = -1;
    if (known >= 0)
        return known;
    char line[128] = "";
    unsigned long kib = 0;
    FILE *file = fopen("/sys/devices/system/node/node2/cpulist", "r");
    bool idle = file && fgets(line, sizeof line, file) && line[0] == '\n';
    if (file)
        fclose(file);
    if ((file = fopen("/sys/devices/system/node/node2/meminfo", "r"))) {
        if (!fgets(line, sizeof line, file) || sscanf(line, "Node 2 MemTotal: %lu kB", &kib) != 1)
            kib = 0;
        fclose(file);
    }
    known = idle && kib > 0 && kib <= FRESH_KIB;
    return known;
}

/* Has frames come from there, as long as there are any, where there is such a node. */
static bool take_fresh(struct context *context, void *memory, size_t bytes)
{
    unsigned long nodes = 1UL << FRESH_NODE;
    if (!has_fresh_node())
        return true;
    if (syscall(SYS_mbind, memory, bytes, MPOL_PREFERRED, &nodes, 8 * sizeof nodes, 0) == 0)
        return true;
    return unavailable(context, "mbind: %s", strerror(errno));
}

static uint64_t available_bytes(void)
{
    unsigned long kib = 0;
    char line[128];
    FILE *file = fopen("/proc/meminfo", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "MemAvailable: %lu kB", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib * KIB;
}

/*
 * Maps, and does not touch, what later operations keep for good or add to. What a mapping costs depends on how many there
 * are (19,070 instructions or 22,600, by how full a node of the kernel's tree of them is), and so on what was measured before.
 */
static void map_what_is_kept(void)
{
    struct context context = open_context(0, NULL, NULL);
    chase_kept = map_small_pages(&context, CHASE_KEPT_BYTES);
    void *fresh = map_small_pages(&context, PAGE_BYTES);
    if (fresh)
        take_fresh(&context, fresh, PAGE_BYTES);
}

/* One cycle through all places, in an order without pattern (Sattolo's algorithm, with xorshift64). */
static bool prepare_chase(struct context *context, size_t bytes)
{
    char *memory;
    if (bytes <= CHASE_KEPT_BYTES) {
        if (!chase_kept && !(chase_kept = map_small_pages(context, CHASE_KEPT_BYTES)))
            return false;
        memory = chase_kept;
    } else {
        uint64_t available = available_bytes();
        if (available < bytes + bytes / 4)
            return unavailable(context, "%zu MiB are wanted, with a quarter to spare, and %lu MiB are available", bytes / MIB,
                               (unsigned long)(available / MIB));
        if (!(memory = map_small_pages(context, bytes)))
            return false;
        context->memory = memory;
        context->memory_bytes = bytes;
    }
    size_t step = bytes <= CHASE_BY_LINE_BYTES ? LINE_BYTES : PAGE_BYTES;
    size_t places = bytes / step;
    /* Another line in each page, or all would fall into the same few sets of a cache. */
    size_t spread = step == PAGE_BYTES ? 7 * LINE_BYTES : 0;
#define PLACE(i) ((void **)(memory + (i) * step + (i) * spread % PAGE_BYTES))
    for (size_t i = 0; i < places; i++)
        *PLACE(i) = PLACE(i);
    uint64_t random = 0x9e3779b97f4a7c15;
    for (size_t i = places - 1; i > 0; i--) {
        random ^= random << 13, random ^= random >> 7, random ^= random << 17;
        size_t j = random % i;
        void *next = *PLACE(i);
        *PLACE(i) = *PLACE(j);
        *PLACE(j) = next;
    }
    context->next_page = (char *)PLACE(0);
#undef PLACE
    return true;
}

#define CHASE(name, bytes)                                                     \
    static bool prepare_chase_##name(struct context *context, int operations) \
    {                                                                          \
        (void)operations;                                                      \
        return prepare_chase(context, bytes);                                  \
    }
CHASE(16k, 16 * KIB)
CHASE(256k, 256 * KIB)
CHASE(4m, 4 * MIB)
CHASE(32m, 32 * MIB)
CHASE(512m, 512 * MIB)

INLINE bool once_chase(struct context *context)
{
    void *place = context->next_page;
    uint64_t loads = CHASE_LOADS;
    __asm__ volatile("1:\n\tmov (%[place]), %[place]\n\tdec %[loads]\n\tjnz 1b"
                     : [place] "+r"(place), [loads] "+r"(loads)
                     :
                     : "cc", "memory");
    context->next_page = place;
    return true;
}

#define MAPPED_PAGES 16
/*
 * In one operation: the kernel fills and empties its lists of pages every few of them. No more, or every other one in L2
 * would hold a tick of one of three kernels.
 */
#define MAPPINGS 8

/* A mapping of 64 KiB made, one page of it touched, and all of it taken back. */
INLINE bool once_mmap(struct context *context)
{
    (void)context;
    for (int i = 0; i < MAPPINGS; i++) {
        char *memory = mmap(NULL, MAPPED_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED)
            return false;
        *(volatile char *)memory = 1;
        if (munmap(memory, MAPPED_PAGES * PAGE_BYTES) != 0)
            return false;
    }
    return true;
}

/* Fresh pages that each of the two processors touches in one operation. */
#define PARALLEL_PAGES 8

struct parallel_touch {
    char *next;
    /* How often the other one was asked, and how often it was done. */
    int asked, done;
    bool over;
};
static struct parallel_touch parallel;

static void touch_pages(char *page)
{
    for (int i = 0; i < PARALLEL_PAGES; i++)
        *(volatile char *)(page + i * PAGE_BYTES) = 1;
}

static void *parallel_helper(void *unused)
{
    (void)unused;
    for (int turn = 0;; turn++) {
        while (__atomic_load_n(&parallel.asked, __ATOMIC_ACQUIRE) == turn) {
            if (__atomic_load_n(&parallel.over, __ATOMIC_ACQUIRE))
                return NULL;
            __builtin_ia32_pause();
        }
        touch_pages(parallel.next);
        __atomic_store_n(&parallel.done, turn + 1, __ATOMIC_RELEASE);
    }
}

static void end_parallel(struct context *context)
{
    (void)context;
    __atomic_store_n(&parallel.over, true, __ATOMIC_RELEASE);
}

static bool prepare_parallel_touch(struct context *context, int operations)
{
    size_t bytes = (size_t)operations * 2 * PARALLEL_PAGES * PAGE_BYTES;
    void *memory = map_small_pages(context, bytes);
    if (!memory)
        return false;
    context->memory = context->next_page = memory;
    context->memory_bytes = bytes;
    context->keep_memory = true;
    if (!take_fresh(context, memory, bytes))
        return false;
    parallel = (struct parallel_touch){0};
    return start_helper(context, parallel_helper, end_parallel, true);
}

INLINE bool once_parallel_touch(struct context *context)
{
    char *pages = context->next_page;
    context->next_page = pages + 2 * PARALLEL_PAGES * PAGE_BYTES;
    parallel.next = pages + PARALLEL_PAGES * PAGE_BYTES;
    int turn = __atomic_add_fetch(&parallel.asked, 1, __ATOMIC_RELEASE);
    touch_pages(pages);
    while (__atomic_load_n(&parallel.done, __ATOMIC_ACQUIRE) != turn)
        __builtin_ia32_pause();
    return true;
}
