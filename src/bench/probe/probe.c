/*
 * The native probe: what one operation costs at the level it runs in, for operations JavaScript cannot issue.
 *
 *   probe info                     the processor, the hypervisor's signatures, the time stamp counter's rate
 *   probe session [DIRECTORY [ADDRESS:PORT]]
 *                                  stays, and does what it reads, a line at a time:
 *       measure OP WARMUP SAMPLES  times each operation by itself; prints nothing before the last one is done, because
 *                                  a byte on a serial console is an exit too
 *       count OP N                 says "ready", waits for a line, runs N operations untimed when it says "go", and
 *                                  says "done": whoever counts exits one level up can take the counters just before
 *                                  and just after
 *   probe serve ADDRESS PORT       answers the network operations of the level above (port 0: any, which it says)
 *   probe nothing                  ends, as what the operation that starts a program starts
 *
 * Output is one JSON object a line. An operation this machine does not allow is `"available": false` with the
 * reason, never an error and never a number. Exit status: 0, or 2 for a command line it does not understand.
 *
 * Timing. LFENCE; RDTSC; LFENCE before and after every single operation. Ticks are raw: the cost of taking the
 * time is an operation of its own (`timer-overhead`) and is subtracted nowhere. Each operation is timed alone so
 * that a timer tick or an interrupt spoils one sample and not a mean: with QEMU's instruction counter as the clock
 * (-icount, where the counter advances by 2^shift a instruction) the median is then exact. RDTSCP is not used: KVM
 * intercepts it for guests whose CPUID lacks it (arch/x86/kvm/svm/svm.c, svm_recalc_instruction_intercepts).
 *
 * Build: gcc -O2 -static -pthread probe.c -o probe
 */
#if !defined(__x86_64__)
#error "the probe measures x86-64 exits (CPUID, port I/O, MSRs, VMMCALL/VMCALL): build it for x86-64"
#endif

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "context.h"
#include "operations.h"
#include "output.h"

#define MAX_SAMPLES 100000

/* Stays on one processor: the time stamp counter, the MSR device and the caches are then the same throughout. */
static int pin_to_one_cpu(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return 0;
    int found = 0;
    for (int cpu = 0; cpu < CPU_SETSIZE && found < 2; cpu++)
        if (CPU_ISSET(cpu, &allowed))
            allowed_cpus[found++] = cpu;
    usable_cpus = allowed;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(allowed_cpus[0], &one);
    sched_setaffinity(0, sizeof one, &one);
    return allowed_cpus[0];
}

static int usage(const char *complaint, const char *found)
{
    fprintf(stderr, "probe: %s: '%s'\n", complaint, found);
    fprintf(stderr, "usage: probe info | probe session [DIRECTORY [ADDRESS:PORT]] | probe serve ADDRESS PORT\n");
    fprintf(stderr, "in a session: measure OPERATION WARMUP SAMPLES | count OPERATION NUMBER\n");
    fprintf(stderr, "operations:");
    for (size_t i = 0; i < OPERATION_COUNT; i++)
        fprintf(stderr, " %s", OPERATIONS[i].name);
    fputc('\n', stderr);
    return 2;
}

struct session {
    int cpu;
    const char *directory;
    const char *peer;
    /* Of the last `measure`; kept, so that it is faulted in once. */
    uint64_t *ticks;
    int ticks_held;
};

static bool hold_ticks(struct session *session, int operations)
{
    if (operations <= session->ticks_held)
        return true;
    free(session->ticks);
    session->ticks = malloc((size_t)operations * sizeof(uint64_t));
    session->ticks_held = session->ticks ? operations : 0;
    if (session->ticks)
        memset(session->ticks, 0xff, (size_t)operations * sizeof(uint64_t));
    return session->ticks != NULL;
}

static void print_ticks(const struct operation *operation, const struct session *session, int warm_up, int operations,
                        uint64_t sink)
{
    printf("{\"operation\":\"%s\",\"available\":true,\"warmUp\":%d", operation->name, warm_up);
    if (operation->requested_ns)
        printf(",\"requestedNs\":%" PRId64, operation->requested_ns);
    if (operation->has_result)
        printf(",\"result\":\"%016" PRIx64 "\"", sink);
    fputs(",\"ticks\":[", stdout);
    for (int i = 0; i < operations; i++)
        printf("%s%" PRIu64, i ? "," : "", session->ticks[i]);
    puts("]}");
}

static void measure(struct session *session, const struct operation *operation, int warm_up, int operations)
{
    struct context context = open_context(session->cpu, session->directory, session->peer);
    if (!hold_ticks(session, operations))
        unavailable(&context, "not enough memory for %d samples", operations);
    else if (operation->prepare(&context, operations)) {
        int done = operation->timed(&context, session->ticks, operations);
        if (done == operations)
            print_ticks(operation, session, warm_up, operations, context.sink);
        else
            unavailable(&context, "operation %d of %d failed: %s", done + 1, operations, strerror(errno));
    }
    if (context.reason[0])
        print_unavailable(operation, context.reason);
    close_context(&context);
    restore_msr_writes();
}

static void count(struct session *session, const struct operation *operation, int operations)
{
    struct context context = open_context(session->cpu, session->directory, session->peer);
    if (operation->prepare(&context, operations)) {
        char line[16];
        puts("{\"state\":\"ready\"}");
        fflush(stdout);
        int done = 0;
        errno = 0;
        if (fgets(line, sizeof line, stdin) && strcmp(line, "go\n") == 0)
            done = operation->untimed(&context, operations);
        int failure = errno;
        printf("{\"state\":\"done\",\"operations\":%d,\"error\":", done);
        print_string(done < operations && failure ? strerror(failure) : "");
        puts("}");
    } else {
        print_unavailable(operation, context.reason);
    }
    close_context(&context);
    restore_msr_writes();
}

static void *end_at_once(void *unused)
{
    return unused;
}

/*
 * Once a program has had a second thread, the C library takes 47 instructions more for each read and write, for good, and
 * the thread's stack stays mapped. From the start, or what is measured before the first operation with a helper costs
 * less than after it.
 */
static void have_had_a_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_at_once, NULL) == 0)
        pthread_join(thread, NULL);
}

static int command_session(const char *directory, const char *peer)
{
    have_had_a_thread();
    map_what_is_kept();
    struct session session = {.cpu = pin_to_one_cpu(), .directory = directory, .peer = peer};
    print_information(instant_now(), session.cpu, false);
    fflush(stdout);
    char line[128], name[64];
    while (fgets(line, sizeof line, stdin)) {
        int warm_up = 0, samples = 0, used = 0;
        line[strcspn(line, "\n")] = '\0';
        bool measuring = sscanf(line, "measure %63s %d %d%n", name, &warm_up, &samples, &used) == 3;
        if (!measuring && sscanf(line, "count %63s %d%n", name, &samples, &used) != 2)
            return usage("not understood", line);
        const struct operation *operation = find_operation(name, strlen(name));
        if (!operation)
            return usage("no such operation", name);
        if (line[used] || warm_up < 0 || samples < 1 || warm_up > MAX_SAMPLES || samples > MAX_SAMPLES)
            return usage("expected a number of samples, and of warm-up", line);
        if (measuring)
            measure(&session, operation, warm_up, warm_up + samples);
        else
            count(&session, operation, samples);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], NOTHING) == 0)
        return 0;
    detect_vendor();
    if (argc >= 2 && argc <= 4 && strcmp(argv[1], "session") == 0)
        return command_session(argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL);
    if (argc == 4 && strcmp(argv[1], "serve") == 0)
        return command_serve(argv[2], argv[3]);
    if (argc == 2 && strcmp(argv[1], "info") == 0) {
        print_information(instant_now(), pin_to_one_cpu(), true);
        return 0;
    }
    return usage("no such command", argc > 1 ? argv[1] : "");
}
