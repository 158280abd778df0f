/* A second thread, on the same processor or on another one, for operations that take two. */
#pragma once
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "context.h"

/* The processors this process may run on; found before it is pinned to the first of them. */
static cpu_set_t usable_cpus;
/* The first two of them. */
static int allowed_cpus[2] = {0, -1};

static bool start_helper_on(struct context *context, void *(*run)(void *), void (*end)(struct context *), int cpu)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pthread_attr_setaffinity_np(&attributes, sizeof one, &one);
    int error = pthread_create(&context->helper, &attributes, run, context);
    pthread_attr_destroy(&attributes);
    if (error)
        return unavailable(context, "a second thread: %s", strerror(error));
    context->end_helper = end;
    return true;
}

static bool start_helper(struct context *context, void *(*run)(void *), void (*end)(struct context *), bool on_other)
{
    if (on_other && allowed_cpus[1] < 0)
        return unavailable(context, "it takes two processors, and there is one");
    return start_helper_on(context, run, end, allowed_cpus[on_other ? 1 : 0]);
}
