/* Blocks of 4 KiB at random places of a file, past the page cache. */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "context.h"

#define BLOCK_BYTES 4096
#define FILE_BLOCKS 1024

/* The file has no name: it goes with this process. */
static int random_file = -1;
/* Filled in large pieces: each write is several exits of every level below. */
#define FILL_BLOCKS 128
static _Alignas(BLOCK_BYTES) char block[FILL_BLOCKS * BLOCK_BYTES];
static uint64_t random_state = 0x9e3779b97f4a7c15;

static bool fill_file(int file)
{
    memset(block, 0x5a, sizeof block);
    for (int i = 0; i < FILE_BLOCKS; i += FILL_BLOCKS)
        if (pwrite(file, block, sizeof block, (off_t)i * BLOCK_BYTES) != (ssize_t)sizeof block)
            return false;
    return fsync(file) == 0;
}

static bool prepare_random_io(struct context *context, int operations)
{
    (void)operations;
    if (random_file >= 0)
        return true;
    if (!context->directory)
        return unavailable(context, "no directory was given to write to");
    int file = open(context->directory, O_TMPFILE | O_RDWR | O_DIRECT | O_CLOEXEC, 0600);
    if (file < 0)
        return unavailable(context, "%s: a file for direct I/O: %s", context->directory, strerror(errno));
    if (!fill_file(file)) {
        unavailable(context, "%s: %s", context->directory, strerror(errno));
        close(file);
        return false;
    }
    random_file = file;
    return true;
}

INLINE off_t random_place(void)
{
    random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
    return (off_t)(random_state % FILE_BLOCKS) * BLOCK_BYTES;
}

INLINE bool once_random_read(struct context *context)
{
    (void)context;
    return pread(random_file, block, BLOCK_BYTES, random_place()) == BLOCK_BYTES;
}

INLINE bool once_random_write(struct context *context)
{
    (void)context;
    return pwrite(random_file, block, BLOCK_BYTES, random_place()) == BLOCK_BYTES;
}
