/* Operations of the guest's kernel in which a hypervisor takes part: a page's first touch, a timed sleep. */
#pragma once
#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "clock.h"
#include "context.h"
#include "memory-operations.h"

#define SLEEP_NS 1000000

/*
 * What this guest's kernel hands out first are frames that something used and gave back, or that lie beside such ones,
 * which the hypervisor has backed already: so many are taken, once, and kept. Of the fresh node it is what boot left.
 */
#define RECYCLED_BYTES (24 * MIB)
#define RECYCLED_FRESH_BYTES (10 * MIB)
static bool recycled_taken;

static bool take_recycled(struct context *context)
{
    size_t bytes = has_fresh_node() ? RECYCLED_FRESH_BYTES : RECYCLED_BYTES;
    if (recycled_taken || available_bytes() < 3 * bytes)
        return true;
    char *memory = map_small_pages(context, bytes);
    if (!memory || !take_fresh(context, memory, bytes))
        return false;
    for (size_t offset = 0; offset < bytes; offset += PAGE_BYTES)
        ((volatile char *)memory)[offset] = 1;
    return recycled_taken = true;
}

/* Pages of 4 KiB, one by one: no huge pages, which would back 512 of them in the first touch. */
static bool prepare_pages(struct context *context, int operations)
{
    size_t bytes = (size_t)operations * PAGE_BYTES;
    void *memory = map_small_pages(context, bytes);
    context->memory = context->next_page = memory;
    context->memory_bytes = bytes;
    return memory != NULL;
}

static bool prepare_page_touch(struct context *context, int operations)
{
    if (!take_recycled(context))
        return false;
    context->keep_memory = true;
    return prepare_pages(context, operations) && take_fresh(context, context->memory, context->memory_bytes);
}

/*
 * The same pages again, after the guest kernel took their frames back: the guest faults as before, but the frames
 * it hands out are the ones it just got, which the hypervisor has backed already. The difference between this and
 * a first touch is the hypervisor's share.
 */
static bool prepare_page_touch_again(struct context *context, int operations)
{
    if (!prepare_pages(context, operations))
        return false;
    for (size_t offset = 0; offset < context->memory_bytes; offset += PAGE_BYTES)
        ((volatile char *)context->memory)[offset] = 1;
    if (madvise(context->memory, context->memory_bytes, MADV_DONTNEED) != 0)
        return unavailable(context, "madvise(MADV_DONTNEED): %s", strerror(errno));
    return true;
}

INLINE bool once_page_touch(struct context *context)
{
    *(volatile char *)context->next_page = 1;
    context->next_page += PAGE_BYTES;
    return true;
}

/* A timer programmed, a halt, an interrupt, a wake-up. The default slack of 50 us would hide what is measured. */
static bool prepare_timer_sleep(struct context *context, int operations)
{
    (void)operations;
    return prctl(PR_SET_TIMERSLACK, 1) == 0 || unavailable(context, "PR_SET_TIMERSLACK: %s", strerror(errno));
}

INLINE bool once_timer_sleep(struct context *context)
{
    (void)context;
    struct timespec request = {.tv_nsec = SLEEP_NS};
    return clock_nanosleep(CLOCK_MONOTONIC, 0, &request, NULL) == 0;
}
