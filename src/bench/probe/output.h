/* What the probe says, as JSON. */
#pragma once
#include <cpuid.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "operations.h"

/* Long enough that 100 ns of doubt at either end of the run is 4 parts in a million. */
#define CLOCK_SPAN_NS (50 * 1000 * 1000LL)

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
