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
 * reason, never an error and never a number. Exit status: 0, or 2 for a command line it does not understand.
 *
 * Timing. LFENCE; RDTSC; LFENCE before and after every single operation. Ticks are raw: the cost of taking the
 * time is an operation of its own (`timer-overhead`) and is subtracted nowhere. Each operation is timed alone so
 * that a timer tick or an interrupt spoils one sample and not a mean: with QEMU's instruction counter as the clock
 * (-icount, where the counter advances by 2^shift a instruction) the median is then exact. RDTSCP is not used: KVM
 * intercepts it for guests whose CPUID lacks it (arch/x86/kvm/svm/svm.c, svm_recalc_instruction_intercepts).
 *
 * Build: gcc -O2 -static probe.c -o probe
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if !defined(__x86_64__)
#error "the probe measures x86-64 exits (CPUID, port I/O, MSRs, VMMCALL/VMCALL): build it for x86-64"
#endif

#define INLINE static inline __attribute__((always_inline))
#define PAGE_BYTES 4096
#define MAX_SAMPLES 100000
#define NS_PER_SECOND 1000000000LL

/* The interrupt controller's edge/level register: handled by KVM itself unless its irqchip is off or split. */
#define PORT_KERNEL 0x4d0
/*
 * IA32_APIC_BASE: never passed through by KVM on either vendor, present on every processor, read without side
 * effects, and unchanged when written with its own value.
 */
#define MSR_APIC_BASE 0x1b
/* KVM_HC_VAPIC_POLL_IRQ does nothing; from user space KVM answers any number with -EPERM before it looks. */
#define HYPERCALL_NUMBER 1
#define SLEEP_NS 1000000
/* Long enough that 100 ns of doubt at either end of the run is 4 parts in a million. */
#define CLOCK_SPAN_NS (50 * 1000 * 1000LL)

/* ---- time ---- */

INLINE uint64_t ticks_now(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

static int64_t monotonic_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

/* One instant on both clocks; `width` is how far apart, in ticks, the two counter readings around it were. */
struct instant {
    uint64_t ticks;
    uint64_t width;
    int64_t ns;
};

static struct instant instant_now(void)
{
    struct instant best = {.width = UINT64_MAX};
    for (int attempt = 0; attempt < 16; attempt++) {
        uint64_t before = ticks_now();
        int64_t ns = monotonic_ns();
        uint64_t after = ticks_now();
        if (after - before < best.width)
            best = (struct instant){.ticks = before + (after - before) / 2, .width = after - before, .ns = ns};
    }
    return best;
}

/* ---- what operations work on ---- */

struct context {
    uint64_t sink;
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

/* ---- the operations: `prepare` may refuse with a reason, `once` returns false when it failed ---- */

static bool prepare_nothing(struct context *context, int operations)
{
    (void)context, (void)operations;
    return true;
}

INLINE bool once_nothing(struct context *context)
{
    (void)context;
    return true;
}

/*
 * 1000 turns of 6 instructions, each depending on the one before: no memory, no system call, no exit. Written as
 * assembly so that the number of instructions is the same whatever the compiler.
 */
INLINE bool once_alu_loop(struct context *context)
{
    uint64_t value = 0x9e3779b97f4a7c15, turns = 1000;
    __asm__ volatile("1:\n\t"
                     "imul %[factor], %[value]\n\t"
                     "add %[turns], %[value]\n\t"
                     "rol $17, %[value]\n\t"
                     "xor %[factor], %[value]\n\t"
                     "dec %[turns]\n\t"
                     "jnz 1b"
                     : [value] "+r"(value), [turns] "+r"(turns)
                     : [factor] "r"(0xd6e8feb86659fd93)
                     : "cc");
    context->sink = value;
    return true;
}

INLINE bool once_syscall(struct context *context)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_getppid) : "rcx", "r11", "memory");
    (void)context;
    return result >= 0;
}

INLINE bool once_cpuid(struct context *context)
{
    uint32_t eax = 0, ebx, ecx = 0, edx;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx) : : "memory");
    (void)context;
    return true;
}

/*
 * One IN from a serial port's modem status register, which hypervisors leave to their user space: TIOCMGET reads just
 * that register (drivers/tty/serial/8250/8250_port.c, serial8250_do_get_mctrl). Through the kernel, because user
 * space may not: Debian's cloud kernels have no /dev/port, and an IN under ioperm is killed in guests of QEMU's
 * emulated SVM, whose check of the I/O bitmap takes a busy TSS for none (target/i386/tcg/seg_helper.c, check_io).
 */
static bool prepare_pio(struct context *context, int operations)
{
    (void)operations;
    int lines;
    for (int port = 0; port < 4; port++) {
        char path[16];
        snprintf(path, sizeof path, "/dev/ttyS%d", port);
        context->file = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (context->file < 0) {
            unavailable(context, "%s: %s", path, strerror(errno));
            continue;
        }
        if (ioctl(context->file, TIOCMGET, &lines) == 0)
            return true;
        unavailable(context, "%s: TIOCMGET: %s", path, strerror(errno));
        close(context->file);
        context->file = -1;
    }
    return false;
}

INLINE bool once_pio(struct context *context)
{
    int lines;
    return ioctl(context->file, TIOCMGET, &lines) == 0;
}

static bool prepare_pio_kernel(struct context *context, int operations)
{
    (void)operations;
    context->file = open("/dev/port", O_RDONLY | O_CLOEXEC);
    return context->file >= 0 || unavailable(context, "/dev/port: %s", strerror(errno));
}

INLINE bool once_pio_kernel(struct context *context)
{
    uint8_t value;
    return pread(context->file, &value, 1, PORT_KERNEL) == 1;
}

/*
 * A load from the HPET's identification register (offset 0, constant, without side effects), by user space itself
 * through the page /dev/hpet maps: an access that no hypervisor backs with memory and that its user space answers.
 */
static bool prepare_mmio(struct context *context, int operations)
{
    (void)operations;
    context->file = open("/dev/hpet", O_RDONLY | O_CLOEXEC);
    if (context->file < 0)
        return unavailable(context, "/dev/hpet: %s", strerror(errno));
    void *registers = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, context->file, 0);
    if (registers == MAP_FAILED)
        return unavailable(context, "/dev/hpet: mmap: %s", strerror(errno));
    context->memory = registers;
    context->memory_bytes = PAGE_BYTES;
    uint32_t identification = *(volatile uint32_t *)registers;
    if (identification == 0 || identification == UINT32_MAX)
        return unavailable(context, "/dev/hpet: no device answers (read %#x)", identification);
    return true;
}

INLINE bool once_mmio(struct context *context)
{
    context->sink = *(volatile uint32_t *)context->memory;
    return true;
}

static bool open_msr(struct context *context, int flags)
{
    char path[64];
    snprintf(path, sizeof path, "/dev/cpu/%d/msr", context->cpu);
    context->file = open(path, flags | O_CLOEXEC);
    if (context->file < 0)
        return unavailable(context, "%s: %s (the msr module, and root)", path, strerror(errno));
    if (pread(context->file, &context->msr_value, 8, MSR_APIC_BASE) != 8)
        return unavailable(context, "%s: reading MSR %#x: %s", path, MSR_APIC_BASE, strerror(errno));
    return true;
}

static bool prepare_msr_read(struct context *context, int operations)
{
    (void)operations;
    return open_msr(context, O_RDONLY);
}

INLINE bool once_msr_read(struct context *context)
{
    return pread(context->file, &context->msr_value, 8, MSR_APIC_BASE) == 8;
}

#define MSR_WRITES_PATH "/sys/module/msr/parameters/allow_writes"

/* What `allow_writes` was before this run, to be put back; empty when it was not changed. */
static char msr_writes_before[16];

static bool write_file(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool written = write(file, text, strlen(text)) == (ssize_t)strlen(text);
    close(file);
    return written;
}

static void restore_msr_writes(void)
{
    if (msr_writes_before[0])
        write_file(MSR_WRITES_PATH, msr_writes_before);
}

static void on_termination(int signal_number)
{
    restore_msr_writes();
    _exit(128 + signal_number);
}

/*
 * Unless told otherwise the msr driver logs writes (arch/x86/kernel/msr.c, filter_write), and on a serial console
 * each logged byte would be an exit in the middle of the measurement.
 */
static bool prepare_msr_write(struct context *context, int operations)
{
    (void)operations;
    if (!open_msr(context, O_RDWR))
        return false;
    int file = open(MSR_WRITES_PATH, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return true; /* kernels before 5.9 have no such filter */
    char before[sizeof msr_writes_before] = "";
    ssize_t length = read(file, before, sizeof before - 1);
    close(file);
    before[strcspn(before, "\n")] = '\0';
    if (length <= 0 || strcmp(before, "on") == 0)
        return true;
    if (!write_file(MSR_WRITES_PATH, "on"))
        return unavailable(context, "%s is '%s' and cannot be set to 'on': %s", MSR_WRITES_PATH, before, strerror(errno));
    memcpy(msr_writes_before, before, sizeof before);
    signal(SIGINT, on_termination);
    signal(SIGTERM, on_termination);
    return true;
}

INLINE bool once_msr_write(struct context *context)
{
    return pwrite(context->file, &context->msr_value, 8, MSR_APIC_BASE) == 8;
}

/* The other vendor's instruction would make KVM patch the running code (emulator_fix_hypercall). */
static bool intel_processor;

INLINE bool once_hypercall(struct context *context)
{
    long result = HYPERCALL_NUMBER;
    if (intel_processor)
        __asm__ volatile("vmcall" : "+a"(result) : "b"(0), "c"(0), "d"(0), "S"(0) : "memory");
    else
        __asm__ volatile("vmmcall" : "+a"(result) : "b"(0), "c"(0), "d"(0), "S"(0) : "memory");
    context->sink = (uint64_t)result;
    return true;
}

static sigjmp_buf fault_return;

static void on_fault(int signal_number)
{
    siglongjmp(fault_return, signal_number);
}

static bool prepare_hypercall(struct context *context, int operations)
{
    (void)operations;
    struct sigaction action = {.sa_handler = on_fault}, before[3];
    const int signals[] = {SIGILL, SIGSEGV, SIGBUS};
    for (int i = 0; i < 3; i++)
        sigaction(signals[i], &action, &before[i]);
    int fault = sigsetjmp(fault_return, 1);
    if (fault == 0)
        once_hypercall(context);
    for (int i = 0; i < 3; i++)
        sigaction(signals[i], &before[i], NULL);
    if (fault == 0)
        return true;
    return unavailable(context, "%s from user space: SIG%s (no hypervisor that answers it)",
                       intel_processor ? "VMCALL" : "VMMCALL", sigabbrev_np(fault));
}

/* Pages of 4 KiB, one by one: no huge pages, which would back 512 of them in the first touch. */
static bool prepare_page_touch(struct context *context, int operations)
{
    size_t bytes = (size_t)operations * PAGE_BYTES;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return unavailable(context, "mmap of %zu bytes: %s", bytes, strerror(errno));
    if (madvise(memory, bytes, MADV_NOHUGEPAGE) != 0 && errno != EINVAL) /* EINVAL: a kernel without huge pages */
        return unavailable(context, "madvise(MADV_NOHUGEPAGE): %s", strerror(errno));
    context->memory = context->next_page = memory;
    context->memory_bytes = bytes;
    return true;
}

/*
 * The same pages again, after the guest kernel took their frames back: the guest faults as before, but the frames
 * it hands out are the ones it just got, which the hypervisor has backed already. The difference between this and
 * a first touch is the hypervisor's share.
 */
static bool prepare_page_touch_again(struct context *context, int operations)
{
    if (!prepare_page_touch(context, operations))
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

/* ---- one loop an operation, so that nothing but the operation lies between the two readings ---- */

typedef int timed_loop(struct context *context, uint64_t *ticks, int operations);
typedef int untimed_loop(struct context *context, int operations);

/* Both return how many operations were done before one failed. */
#define LOOPS(name, once)                                                                   \
    __attribute__((noinline)) static int timed_##name(struct context *context, uint64_t *ticks, int operations) \
    {                                                                                       \
        for (int i = 0; i < operations; i++) {                                              \
            uint64_t start = ticks_now();                                                   \
            bool done = once(context);                                                      \
            ticks[i] = ticks_now() - start;                                                 \
            if (!done)                                                                      \
                return i;                                                                   \
        }                                                                                   \
        return operations;                                                                  \
    }                                                                                       \
    __attribute__((noinline)) static int untimed_##name(struct context *context, int operations) \
    {                                                                                       \
        for (int i = 0; i < operations; i++)                                                \
            if (!once(context))                                                             \
                return i;                                                                   \
        return operations;                                                                  \
    }

LOOPS(nothing, once_nothing)
LOOPS(alu_loop, once_alu_loop)
LOOPS(syscall, once_syscall)
LOOPS(cpuid, once_cpuid)
LOOPS(pio, once_pio)
LOOPS(pio_kernel, once_pio_kernel)
LOOPS(mmio, once_mmio)
LOOPS(msr_read, once_msr_read)
LOOPS(msr_write, once_msr_write)
LOOPS(hypercall, once_hypercall)
LOOPS(page_touch, once_page_touch)
LOOPS(timer_sleep, once_timer_sleep)

struct operation {
    const char *name;
    bool (*prepare)(struct context *context, int operations);
    timed_loop *timed;
    untimed_loop *untimed;
    /* What the operation asks the clock to wait for, in ns: not a cost. */
    int64_t requested_ns;
    /* `sink` holds a result that must be the same everywhere. */
    bool has_result;
};

static const struct operation OPERATIONS[] = {
    {"timer-overhead", prepare_nothing, timed_nothing, untimed_nothing, 0, false},
    {"alu-loop", prepare_nothing, timed_alu_loop, untimed_alu_loop, 0, true},
    {"syscall", prepare_nothing, timed_syscall, untimed_syscall, 0, false},
    {"cpuid", prepare_nothing, timed_cpuid, untimed_cpuid, 0, false},
    {"pio", prepare_pio, timed_pio, untimed_pio, 0, false},
    {"pio-kernel", prepare_pio_kernel, timed_pio_kernel, untimed_pio_kernel, 0, false},
    {"mmio", prepare_mmio, timed_mmio, untimed_mmio, 0, false},
    {"msr-read", prepare_msr_read, timed_msr_read, untimed_msr_read, 0, false},
    {"msr-write", prepare_msr_write, timed_msr_write, untimed_msr_write, 0, false},
    {"hypercall", prepare_hypercall, timed_hypercall, untimed_hypercall, 0, false},
    {"page-touch", prepare_page_touch, timed_page_touch, untimed_page_touch, 0, false},
    {"page-touch-again", prepare_page_touch_again, timed_page_touch, untimed_page_touch, 0, false},
    {"timer-sleep", prepare_timer_sleep, timed_timer_sleep, untimed_timer_sleep, SLEEP_NS, false},
};
#define OPERATION_COUNT (sizeof OPERATIONS / sizeof OPERATIONS[0])

static const struct operation *find_operation(const char *name, size_t length)
{
    for (size_t i = 0; i < OPERATION_COUNT; i++)
        if (strlen(OPERATIONS[i].name) == length && memcmp(OPERATIONS[i].name, name, length) == 0)
            return &OPERATIONS[i];
    return NULL;
}

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

/* ---- output ---- */

static void print_string(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
            printf("\\u%04x", (unsigned char)*text);
        else
            putchar(*text);
    }
    putchar('"');
}

static void print_unavailable(const struct operation *operation, const char *reason)
{
    printf("{\"operation\":\"%s\",\"available\":false,\"reason\":", operation->name);
    print_string(reason);
    puts("}");
}

static void print_registers(const char *key, const uint32_t *registers, int count)
{
    char text[49] = "";
    memcpy(text, registers, (size_t)count * 4);
    printf(",\"%s\":", key);
    print_string(text);
}

/* Hypervisors announce themselves at 0x40000000, and at multiples of 0x100 above it when they mimic another first. */
static void print_hypervisor(void)
{
    uint32_t r[4];
    __cpuid(1, r[0], r[1], r[2], r[3]);
    bool present = r[2] >> 31 & 1;
    printf(",\"hypervisorBit\":%s,\"hypervisors\":[", present ? "true" : "false");
    bool first = true;
    for (uint32_t leaf = 0x40000000; present && leaf <= 0x40000200; leaf += 0x100) {
        __cpuid(leaf, r[0], r[1], r[2], r[3]);
        if (r[0] < leaf || r[0] > leaf + 0xff)
            continue;
        char signature[13] = "";
        memcpy(signature, &r[1], 12);
        if (!first)
            putchar(',');
        print_string(signature);
        first = false;
    }
    putchar(']');
}

static void print_processor(void)
{
    uint32_t r[4], vendor[3], brand[12] = {0};
    __cpuid(0, r[0], vendor[0], vendor[2], vendor[1]);
    print_registers("vendor", vendor, 3);
    __cpuid(0x80000000, r[0], r[1], r[2], r[3]);
    if (r[0] >= 0x80000004)
        for (uint32_t i = 0; i < 3; i++)
            __cpuid(0x80000002 + i, brand[4 * i], brand[4 * i + 1], brand[4 * i + 2], brand[4 * i + 3]);
    print_registers("brand", brand, 12);
}

/* Closes the span opened at `start` (waiting until it is long enough) and prints the counter's rate over it. */
static void print_information(struct instant start, int cpu, bool with_processor)
{
    struct instant end;
    do
        end = instant_now();
    while (end.ns - start.ns < CLOCK_SPAN_NS);
    double hertz = (double)(end.ticks - start.ticks) * 1e9 / (double)(end.ns - start.ns);
    double error = (double)(start.width + end.width) / 2 / (double)(end.ticks - start.ticks);
    printf("{\"probe\":1,\"tscHz\":%.1f,\"tscRelativeError\":%.3g,\"cpu\":%d", hertz, error, cpu);
    if (with_processor) {
        print_processor();
        print_hypervisor();
    }
    puts("}");
}

/* ---- commands ---- */

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

static void detect_vendor(void)
{
    uint32_t eax, ebx, ecx, edx;
    __cpuid(0, eax, ebx, ecx, edx);
    intel_processor = ebx == signature_INTEL_ebx && ecx == signature_INTEL_ecx && edx == signature_INTEL_edx;
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
