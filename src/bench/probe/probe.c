/*
 * The native probe: what one operation costs at the level it runs in, for operations JavaScript cannot issue.
 *
 *   probe info                     the processor, the hypervisor's signatures, the time stamp counter's rate
 *   probe measure OP=WARMUP+N ...  times each operation by itself; prints nothing before the last one is done,
 *                                  because a byte on a serial console is an exit too
 *   probe count OP N               says "ready", waits for a line, runs N operations untimed, says "done", and
 *                                  waits for the next line: whoever counts exits one level up can take the
 *                                  counters just before and just after
 *
 * Output is one JSON object a line. An operation this machine does not allow is `"available": false` with the
 * reason, never an error and never a number. Exit status: 0, 1 when an operation that is only counted failed on the
 * way, 2 for a command line it does not understand.
 *
 * Timing. LFENCE; RDTSC; LFENCE before and after every single operation. Ticks are raw: the cost of taking the
 * time is an operation of its own (`timer-overhead`) and is subtracted nowhere. Each operation is timed alone so
 * that a timer tick or an interrupt spoils one sample and not a mean: with QEMU's instruction counter as the clock
 * (-icount, where the counter advances by 2^shift a instruction) the median is then exact. RDTSCP is not used: KVM
 * intercepts it for guests whose CPUID lacks it (arch/x86/kvm/svm/svm.c, svm_recalc_instruction_intercepts).
 *
 * Build: gcc -O2 -static probe.c -o probe
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
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &allowed))
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        sched_setaffinity(0, sizeof one, &one);
        return cpu;
    }
    return 0;
}

struct result {
    const struct operation *operation;
    int warm_up;
    int operations;
    int done;
    uint64_t *ticks;
    uint64_t sink;
    char reason[200];
};

static int usage(const char *complaint, const char *found)
{
    fprintf(stderr, "probe: %s: '%s'\n", complaint, found);
    fprintf(stderr, "usage: probe info | probe measure OPERATION=WARMUP+SAMPLES ... | probe count OPERATION NUMBER\n");
    fprintf(stderr, "operations:");
    for (size_t i = 0; i < OPERATION_COUNT; i++)
        fprintf(stderr, " %s", OPERATIONS[i].name);
    fputc('\n', stderr);
    return 2;
}

static void measure(struct result *result, int cpu)
{
    struct context context = open_context(cpu);
    if (result->operation->prepare(&context, result->operations)) {
        result->done = result->operation->timed(&context, result->ticks, result->operations);
        result->sink = context.sink;
        if (result->done < result->operations)
            snprintf(result->reason, sizeof result->reason, "operation %d of %d failed: %s", result->done + 1,
                     result->operations, strerror(errno));
    } else {
        memcpy(result->reason, context.reason, sizeof result->reason);
    }
    close_context(&context);
}

static void print_result(const struct result *result)
{
    if (result->done < result->operations) {
        print_unavailable(result->operation, result->reason);
        return;
    }
    printf("{\"operation\":\"%s\",\"available\":true,\"warmUp\":%d", result->operation->name, result->warm_up);
    if (result->operation->requested_ns)
        printf(",\"requestedNs\":%" PRId64, result->operation->requested_ns);
    if (result->operation->has_result)
        printf(",\"result\":\"%016" PRIx64 "\"", result->sink);
    fputs(",\"ticks\":[", stdout);
    for (int i = 0; i < result->operations; i++)
        printf("%s%" PRIu64, i ? "," : "", result->ticks[i]);
    puts("]}");
}

static int command_measure(int count, char **requests)
{
    struct result *results = calloc((size_t)count + 1, sizeof *results);
    for (int i = 0; i < count; i++) {
        const char *equals = strchr(requests[i], '=');
        int warm_up, samples, used = 0;
        if (!equals || sscanf(equals, "=%d+%d%n", &warm_up, &samples, &used) != 2 || equals[used] || warm_up < 0 ||
            samples < 1 || warm_up > MAX_SAMPLES || samples > MAX_SAMPLES)
            return usage("expected OPERATION=WARMUP+SAMPLES", requests[i]);
        results[i].operation = find_operation(requests[i], (size_t)(equals - requests[i]));
        if (!results[i].operation)
            return usage("no such operation", requests[i]);
        results[i].warm_up = warm_up;
        results[i].operations = warm_up + samples;
        results[i].ticks = malloc((size_t)results[i].operations * sizeof(uint64_t));
        if (!results[i].ticks)
            return usage("not enough memory", requests[i]);
        memset(results[i].ticks, 0xff, (size_t)results[i].operations * sizeof(uint64_t)); /* faulted in now, not later */
    }
    int cpu = pin_to_one_cpu();
    struct instant start = instant_now();
    for (int i = 0; i < count; i++)
        measure(&results[i], cpu);
    restore_msr_writes();
    print_information(start, cpu, false);
    for (int i = 0; i < count; i++)
        print_result(&results[i]);
    return 0;
}

static void wait_for_line(void)
{
    int character;
    do
        character = getchar();
    while (character != '\n' && character != EOF);
}

static int command_count(const char *name, const char *number)
{
    const struct operation *operation = find_operation(name, strlen(name));
    if (!operation)
        return usage("no such operation", name);
    char *rest;
    long operations = strtol(number, &rest, 10);
    if (*rest || rest == number || operations < 1 || operations > 10 * MAX_SAMPLES)
        return usage("expected a number of operations", number);
    struct context context = open_context(pin_to_one_cpu());
    if (!operation->prepare(&context, (int)operations)) {
        restore_msr_writes();
        print_unavailable(operation, context.reason);
        return 0;
    }
    puts("{\"state\":\"ready\"}");
    fflush(stdout);
    wait_for_line();
    int done = operation->untimed(&context, (int)operations);
    int failure = errno;
    printf("{\"state\":\"done\",\"operations\":%d}\n", done);
    fflush(stdout);
    wait_for_line();
    restore_msr_writes();
    if (done < operations)
        fprintf(stderr, "probe: %s: operation %d of %ld failed: %s\n", name, done + 1, operations, strerror(failure));
    return done < operations;
}

int main(int argc, char **argv)
{
    detect_vendor();
    if (argc >= 3 && strcmp(argv[1], "measure") == 0)
        return command_measure(argc - 2, argv + 2);
    if (argc == 4 && strcmp(argv[1], "count") == 0)
        return command_count(argv[2], argv[3]);
    if (argc == 2 && strcmp(argv[1], "info") == 0) {
        print_information(instant_now(), pin_to_one_cpu(), true);
        return 0;
    }
    return usage("no such command", argc > 1 ? argv[1] : "");
}
