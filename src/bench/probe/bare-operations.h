/*
 * Operations of a guest one level up that has neither firmware nor devices nor a kernel: a few pages in 64-bit mode, run
 * through the KVM API by this process as its hypervisor's user space. It starts in a moment where a Linux guest does not
 * start at all. What such an operation costs is a cost of the level above the one this process runs in.
 */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bare-payload.h"
#include "context.h"
#include "processor-operations.h"

/* The guest's physical memory, page tables mapping it one to one. */
#define BARE_PML4 0x1000
#define BARE_PDPT 0x2000
#define BARE_PD 0x3000
#define BARE_CODE 0x4000
#define BARE_TICKS 0x100000
#define BARE_PAGES 0x400000
/* Mapped by the page tables and backed by nothing: an access is the user space's to answer. */
#define BARE_MMIO 0x30000000
#define BARE_MOST_PAGES 16384
#define BARE_CPUID_ENTRIES 128
#define MSR_APIC_BASE_DEFAULT 0xfee00900

struct bare_code {
    const uint8_t *timed, *untimed, *end;
};

/* One at a time: it is ended when the next one is prepared. */
static struct {
    int kvm, vm, vcpu;
    uint8_t *memory;
    size_t memory_bytes;
    struct kvm_run *run;
    size_t run_bytes;
    struct bare_code code;
    uint64_t address;
    int fresh_pages;
} bare = {.kvm = -1, .vm = -1, .vcpu = -1};

static void end_bare_guest(void)
{
    if (bare.run)
        munmap(bare.run, bare.run_bytes);
    int *files[] = {&bare.vcpu, &bare.vm, &bare.kvm};
    for (int i = 0; i < 3; i++) {
        if (*files[i] >= 0)
            close(*files[i]);
        *files[i] = -1;
    }
    if (bare.memory)
        munmap(bare.memory, bare.memory_bytes);
    bare.run = NULL;
    bare.memory = NULL;
}

/* An identity mapping of the first GiB in pages of 2 MiB: present, writable, accessed, dirty. */
static void write_page_tables(uint8_t *memory)
{
    *(uint64_t *)(memory + BARE_PML4) = BARE_PDPT | 0x23;
    *(uint64_t *)(memory + BARE_PDPT) = BARE_PD | 0x23;
    for (uint64_t i = 0; i < 512; i++)
        ((uint64_t *)(memory + BARE_PD))[i] = i << 21 | 0xe3;
}

/* Straight into 64-bit mode, as an operating system would have left it. */
static bool enter_long_mode(void)
{
    struct kvm_sregs state;
    if (ioctl(bare.vcpu, KVM_GET_SREGS, &state) != 0)
        return false;
    struct kvm_segment data = {.limit = 0xffffffff, .selector = 0x10, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1};
    struct kvm_segment code = {.limit = 0xffffffff, .selector = 0x8, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1};
    state.cs = code;
    state.ds = state.es = state.fs = state.gs = state.ss = data;
    state.cr3 = BARE_PML4;
    state.cr4 = 0x20;        /* PAE */
    state.cr0 = 0x80000033;  /* PG, NE, ET, MP, PE */
    state.efer = 0x500;      /* LMA, LME */
    return ioctl(bare.vcpu, KVM_SET_SREGS, &state) == 0;
}

/* The processor the guest sees is all that KVM can give. */
static bool pass_cpuid_on(void)
{
    static union {
        struct kvm_cpuid2 header;
        uint8_t room[sizeof(struct kvm_cpuid2) + BARE_CPUID_ENTRIES * sizeof(struct kvm_cpuid_entry2)];
    } cpuid;
    cpuid.header.nent = BARE_CPUID_ENTRIES;
    return ioctl(bare.kvm, KVM_GET_SUPPORTED_CPUID, &cpuid.header) == 0 &&
           ioctl(bare.vcpu, KVM_SET_CPUID2, &cpuid.header) == 0;
}

static bool prepare_bare(struct context *context, struct bare_code code, uint64_t address, int fresh_pages)
{
    end_bare_guest();
    bare.code = code;
    bare.address = address;
    bare.fresh_pages = fresh_pages;
    bare.memory_bytes = BARE_PAGES + (size_t)fresh_pages * PAGE_BYTES;
    bare.kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    if (bare.kvm < 0)
        return unavailable(context, "/dev/kvm: %s", strerror(errno));
    int version = ioctl(bare.kvm, KVM_GET_API_VERSION, 0);
    if (version != KVM_API_VERSION)
        return unavailable(context, "/dev/kvm: API version %d, expected %d", version, KVM_API_VERSION);
    bare.vm = ioctl(bare.kvm, KVM_CREATE_VM, 0);
    if (bare.vm < 0)
        return unavailable(context, "/dev/kvm: KVM_CREATE_VM: %s", strerror(errno));
    bare.memory = mmap(NULL, bare.memory_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bare.memory == MAP_FAILED) {
        bare.memory = NULL;
        return unavailable(context, "no memory for a bare guest: %s", strerror(errno));
    }
    /* A huge page would back 512 fresh ones at once. */
    madvise(bare.memory, bare.memory_bytes, MADV_NOHUGEPAGE);
    write_page_tables(bare.memory);
    memcpy(bare.memory + BARE_CODE, code.timed, (size_t)(code.end - code.timed));
    struct kvm_userspace_memory_region region = {
        .memory_size = bare.memory_bytes, .userspace_addr = (uintptr_t)bare.memory};
    if (ioctl(bare.vm, KVM_SET_USER_MEMORY_REGION, &region) != 0)
        return unavailable(context, "/dev/kvm: KVM_SET_USER_MEMORY_REGION: %s", strerror(errno));
    bare.vcpu = ioctl(bare.vm, KVM_CREATE_VCPU, 0);
    if (bare.vcpu < 0)
        return unavailable(context, "/dev/kvm: KVM_CREATE_VCPU: %s", strerror(errno));
    bare.run_bytes = (size_t)ioctl(bare.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    bare.run = mmap(NULL, bare.run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bare.vcpu, 0);
    if (bare.run == MAP_FAILED) {
        bare.run = NULL;
        return unavailable(context, "/dev/kvm: mmap: %s", strerror(errno));
    }
    if (!pass_cpuid_on() || !enter_long_mode())
        return unavailable(context, "/dev/kvm: the guest's processor could not be set up: %s", strerror(errno));
    return true;
}

/* Answers what the guest asks of its user space, until it says that it has done. */
static bool run_to_the_end(void)
{
    for (;;) {
        if (ioctl(bare.vcpu, KVM_RUN, 0) != 0 && errno != EINTR)
            return false;
        switch (bare.run->exit_reason) {
        case KVM_EXIT_IO:
            if (bare.run->io.port == BARE_PORT_END)
                return true;
            ((uint8_t *)bare.run)[bare.run->io.data_offset] = 0;
            break;
        case KVM_EXIT_MMIO:
            memset(bare.run->mmio.data, 0, sizeof bare.run->mmio.data);
            break;
        case KVM_EXIT_HLT:
        case KVM_EXIT_INTR:
            break;
        default:
            /* A triple fault, or what KVM could not run. */
            errno = ENOEXEC;
            return false;
        }
    }
}

static int run_bare(struct context *context, const uint8_t *entry, int operations)
{
    struct kvm_regs registers = {
        .rip = BARE_CODE + (uint64_t)(entry - bare.code.timed),
        .rdi = BARE_TICKS,
        .rsi = (uint64_t)operations,
        .rbp = bare.address,
        .rflags = 2,
    };
    if (ioctl(bare.vcpu, KVM_SET_REGS, &registers) != 0 || !run_to_the_end())
        return 0;
    if (ioctl(bare.vcpu, KVM_GET_REGS, &registers) != 0)
        return 0;
    context->sink = registers.r12;
    return operations;
}

static int timed_bare(struct context *context, uint64_t *ticks, int operations)
{
    int done = run_bare(context, bare.code.timed, operations);
    memcpy(ticks, bare.memory + BARE_TICKS, (size_t)done * sizeof *ticks);
    return done;
}

static int untimed_bare(struct context *context, int operations)
{
    return run_bare(context, bare.code.untimed, operations);
}

#define PREPARE_BARE(name, address)                                                                    \
    static bool prepare_bare_##name(struct context *context, int operations)                           \
    {                                                                                                  \
        (void)operations;                                                                              \
        struct bare_code code = {bare_timed_##name, bare_untimed_##name, bare_end_##name};             \
        return prepare_bare(context, code, address, 0);                                                \
    }

PREPARE_BARE(nothing, 0)
PREPARE_BARE(alu_loop, 0)
PREPARE_BARE(cpuid, 0)
PREPARE_BARE(msr_read, 0)
PREPARE_BARE(msr_write, MSR_APIC_BASE_DEFAULT)
PREPARE_BARE(pio, 0)
PREPARE_BARE(mmio, BARE_MMIO)
PREPARE_BARE(halt, 0)
PREPARE_BARE(vmmcall, 0)
PREPARE_BARE(vmcall, 0)

static bool prepare_bare_hypercall(struct context *context, int operations)
{
    return intel_processor ? prepare_bare_vmcall(context, operations) : prepare_bare_vmmcall(context, operations);
}

static bool prepare_bare_page_touch(struct context *context, int operations)
{
    if (operations > BARE_MOST_PAGES)
        return unavailable(context, "%d pages, expected at most %d", operations, BARE_MOST_PAGES);
    struct bare_code code = {bare_timed_page_touch, bare_untimed_page_touch, bare_end_page_touch};
    return prepare_bare(context, code, BARE_PAGES, operations);
}
