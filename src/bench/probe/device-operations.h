/* Operations on devices that hypervisors emulate: a port, a memory-mapped register, a model-specific register. */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "clock.h"
#include "context.h"

/* The interrupt controller's edge/level register: handled by KVM itself unless its irqchip is off or split. */
#define PORT_KERNEL 0x4d0
/*
 * IA32_APIC_BASE: never passed through by KVM on either vendor, present on every processor, read without side
 * effects, and unchanged when written with its own value.
 */
#define MSR_APIC_BASE 0x1b

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

/*
 * The interrupt command register of a local APIC in x2APIC mode is an MSR. What is sent is the kernel's own reschedule
 * interrupt, to this processor: it finds nothing to do and returns (arch/x86/kernel/smp.c, sysvec_reschedule_ipi).
 */
#define MSR_X2APIC_ICR 0x830
#define APIC_BASE_X2APIC_ENABLED (1 << 10)
#define ICR_RESCHEDULE_SELF ((1 << 18) | 0xfd)

static bool prepare_self_ipi(struct context *context, int operations)
{
    if (!prepare_msr_write(context, operations))
        return false;
    if (!(context->msr_value & APIC_BASE_X2APIC_ENABLED))
        return unavailable(context, "the local APIC is not in x2APIC mode: its command register is not an MSR");
    context->msr_value = ICR_RESCHEDULE_SELF;
    return true;
}

INLINE bool once_self_ipi(struct context *context)
{
    return pwrite(context->file, &context->msr_value, 8, MSR_X2APIC_ICR) == 8;
}
