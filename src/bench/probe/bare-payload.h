/*
 * What runs in a bare guest: one loop an operation, in 64-bit mode at privilege level 0, without a stack, a kernel or an
 * interrupt. The loops are those of LOOPS (operations.h) in assembly: the same readings of the time stamp counter around
 * each operation, and nothing else between two of them.
 *
 * In: rdi where ticks go, rsi how many operations, rbp the operation's own address (a page, a register's). Out: r12 a
 * result. The end is a write to PORT_END.
 */
#pragma once
#include <stdint.h>

/* A port nobody has in a machine without devices. */
#define BARE_PORT 0x3f8
#define BARE_PORT_END 0xf4
#define BARE_NUMBER(x) BARE_TEXT(x)
#define BARE_TEXT(x) #x

#define BARE_READ_TICKS "lfence\n\trdtsc\n\tlfence\n\tshl $32, %rdx\n\tor %rdx, %rax\n\t"

/* The loop with readings, and the one without. */
#define BARE_LOOPS(name, operation)                                                                          \
    __asm__(".pushsection .rodata.bare, \"a\"\n\t"                                                           \
            ".balign 16\n\t"                                                                                 \
            ".globl bare_timed_" #name "\n"                                                                  \
            "bare_timed_" #name ":\n"                                                                        \
            "1:\t" BARE_READ_TICKS "mov %rax, %r8\n\t" operation BARE_READ_TICKS "sub %r8, %rax\n\t"         \
            "mov %rax, (%rdi)\n\tadd $8, %rdi\n\tdec %rsi\n\tjnz 1b\n\t"                                     \
            "out %al, $" BARE_NUMBER(BARE_PORT_END) "\n\t"                                                   \
            ".balign 16\n\t"                                                                                 \
            ".globl bare_untimed_" #name "\n"                                                                \
            "bare_untimed_" #name ":\n"                                                                      \
            "1:\t" operation "dec %rsi\n\tjnz 1b\n\t"                                                        \
            "out %al, $" BARE_NUMBER(BARE_PORT_END) "\n\t"                                                   \
            ".globl bare_end_" #name "\n"                                                                    \
            "bare_end_" #name ":\n"                                                                          \
            ".popsection");                                                                                  \
    extern const uint8_t bare_timed_##name[], bare_untimed_##name[], bare_end_##name[];

BARE_LOOPS(nothing, "")
/* The same arithmetic as the probe's, so that the result is the same. */
BARE_LOOPS(alu_loop, "movabs $0x9e3779b97f4a7c15, %r12\n\tmov $1000, %r9d\n\tmovabs $0xd6e8feb86659fd93, %r10\n"
                     "2:\timul %r10, %r12\n\tadd %r9, %r12\n\trol $17, %r12\n\txor %r10, %r12\n\tdec %r9\n\tjnz 2b\n\t")
BARE_LOOPS(cpuid, "xor %eax, %eax\n\txor %ecx, %ecx\n\tcpuid\n\t")
/* KVM_HC_VAPIC_POLL_IRQ does nothing, and answers 0. The other vendor's instruction KVM would patch. */
BARE_LOOPS(vmmcall, "mov $1, %eax\n\tvmmcall\n\t")
BARE_LOOPS(vmcall, "mov $1, %eax\n\tvmcall\n\t")
/* IA32_APIC_BASE, as the probe's. */
BARE_LOOPS(msr_read, "mov $0x1b, %ecx\n\trdmsr\n\t")
/* With what it holds: read once before the loop, which is the first operation's. */
BARE_LOOPS(msr_write, "mov $0x1b, %ecx\n\tmov %ebp, %eax\n\txor %edx, %edx\n\twrmsr\n\t")
BARE_LOOPS(pio, "mov $" BARE_NUMBER(BARE_PORT) ", %edx\n\tin %dx, %al\n\t")
BARE_LOOPS(mmio, "mov (%rbp), %eax\n\t")
BARE_LOOPS(halt, "hlt\n\t")
BARE_LOOPS(page_touch, "movb $1, (%rbp)\n\tadd $4096, %rbp\n\t")
