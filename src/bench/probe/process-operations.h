/* Threads and processes: a byte back and forth, an interrupt from processor to processor, a program started. */
#pragma once
#include <errno.h>
#include <linux/membarrier.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "context.h"
#include "helper-thread.h"

/* Pipes to the helper (0 and 1) and back (2 and 3): read end, write end. */
static int ping_pong[4];

static void *answer_pings(void *unused)
{
    (void)unused;
    char byte;
    while (read(ping_pong[0], &byte, 1) == 1 && write(ping_pong[3], &byte, 1) == 1)
        ;
    return NULL;
}

static void end_ping_pong(struct context *context)
{
    (void)context;
    close(ping_pong[1]);
}

static void close_ping_pong(struct context *context)
{
    (void)context;
    close(ping_pong[0]);
    close(ping_pong[2]);
    close(ping_pong[3]);
}

static bool prepare_ping_pong(struct context *context, bool on_other)
{
    if (pipe(ping_pong) != 0 || pipe(ping_pong + 2) != 0)
        return unavailable(context, "pipe: %s", strerror(errno));
    if (!start_helper(context, answer_pings, end_ping_pong, on_other)) {
        end_ping_pong(context);
        close_ping_pong(context);
        return false;
    }
    context->after_helper = close_ping_pong;
    return true;
}

static bool prepare_pipe_same(struct context *context, int operations)
{
    (void)operations;
    return prepare_ping_pong(context, false);
}

static bool prepare_pipe_other(struct context *context, int operations)
{
    (void)operations;
    return prepare_ping_pong(context, true);
}

INLINE bool once_ping_pong(struct context *context)
{
    char byte = 1;
    (void)context;
    return write(ping_pong[1], &byte, 1) == 1 && read(ping_pong[2], &byte, 1) == 1;
}

/* Whether the helper is to spin, and whether it does. */
static bool spinning, spins;

static void *spin(void *unused)
{
    (void)unused;
    __atomic_store_n(&spins, true, __ATOMIC_RELEASE);
    while (__atomic_load_n(&spinning, __ATOMIC_ACQUIRE))
        __builtin_ia32_pause();
    return NULL;
}

static void end_spin(struct context *context)
{
    (void)context;
    __atomic_store_n(&spinning, false, __ATOMIC_RELEASE);
}

/*
 * membarrier interrupts each processor that runs a thread of this process, and waits for its answer
 * (kernel/sched/membarrier.c, membarrier_private_expedited). As long as the helper does not run there is nobody to
 * interrupt, and it costs a system call: a nested guest takes longer to start a thread than to do all of these.
 */
static bool prepare_ipi(struct context *context, int operations)
{
    (void)operations;
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0)
        return unavailable(context, "membarrier: %s", strerror(errno));
    spinning = true;
    spins = false;
    if (!start_helper(context, spin, end_spin, true))
        return false;
    while (!__atomic_load_n(&spins, __ATOMIC_ACQUIRE))
        usleep(100);
    return true;
}

INLINE bool once_ipi(struct context *context)
{
    (void)context;
    return syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0;
}

/* This program itself, which ends at once when it is asked for nothing. */
#define NOTHING "nothing"

INLINE bool once_fork_exec(struct context *context)
{
    static char *const arguments[] = {"probe", NOTHING, NULL};
    static char *const environment[] = {NULL};
    (void)context;
    pid_t child;
    int status;
    if ((errno = posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environment)) != 0)
        return false;
    return waitpid(child, &status, 0) == child && status == 0;
}
