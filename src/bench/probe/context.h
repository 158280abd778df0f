/* What an operation works on, and how it says that it cannot. */
#pragma once
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
    char *next_page;
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

static struct context open_context(int cpu)
{
    return (struct context){.cpu = cpu, .file = -1};
}

static void close_context(struct context *context)
{
    if (context->file >= 0)
        close(context->file);
    if (context->memory)
        munmap(context->memory, context->memory_bytes);
}
