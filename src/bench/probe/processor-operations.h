/*
 * Operations the processor itself carries out or intercepts: nothing, arithmetic, a system call, CPUID, a hypercall.
 * Here and in the other operations, `prepare` may refuse with a reason, and `once` returns false when it failed.
 */
#pragma once
#include <cpuid.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "clock.h"
#include "context.h"

/* KVM_HC_VAPIC_POLL_IRQ does nothing; from user space KVM answers any number with -EPERM before it looks. */
#define HYPERCALL_NUMBER 1

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

/* The other vendor's instruction would make KVM patch the running code (emulator_fix_hypercall). */
static bool intel_processor;

static void detect_vendor(void)
{
    uint32_t eax, ebx, ecx, edx;
    __cpuid(0, eax, ebx, ecx, edx);
    intel_processor = ebx == signature_INTEL_ebx && ecx == signature_INTEL_ecx && edx == signature_INTEL_edx;
}

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
