/* What an operation works on, and how it says that it cannot. */
#pragma once
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_BYTES 4096

struct context {
    /* Keeps results from being optimized away. */
    uint64_t sink;
    /* The processor this process is pinned to. */
    int cpu;
    int file;
    uint64_t msr_value;
    void *memory;
    size_t memory_bytes;
    /* Never give the memory back: its frames would be the next ones, and not fresh to the hypervisor. */
    bool keep_memory;
    char *next_page;
    /* Where the storage that is measured is mounted, and who answers at the level below; null when there is none. */
    const char *directory;
    const char *peer;
    /* A second thread, how to have it end, and what is to be done when it has. */
    pthread_t helper;
    void (*end_helper)(struct context *context);
    void (*after_helper)(struct context *context);
    /* Undoes what `prepare` changed of the process itself. */
    void (*put_back)(struct context *context);
    char reason[200];
};

__attribute__((format(printf, 2, 3))) static bool unavailable(struct context *context, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context->reason, sizeof context->reason, format, arguments);
    va_end(arguments);
    return false;
}

static struct context open_context(int cpu, const char *directory, const char *peer)
{
    return (struct context){.cpu = cpu, .file = -1, .directory = directory, .peer = peer};
}

static void close_context(struct context *context)
{
    if (context->end_helper) {
        context->end_helper(context);
        pthread_join(context->helper, NULL);
        if (context->after_helper)
            context->after_helper(context);
    }
    if (context->put_back)
        context->put_back(context);
    if (context->file >= 0)
        close(context->file);
    if (context->memory && !context->keep_memory)
        munmap(context->memory, context->memory_bytes);
}
