/*
 * Threads pinned to some CPUs that run all the time, or run and sleep in turn, and what the kernel says of each of them
 * (/proc/self/task/TID/schedstat: time on a CPU, time waiting for one, turns). One JSON document on stdout.
 *
 *   threads WARMUP_MS MEASURE_MS SEED CPU[,CPU...] PROCS THREAD...
 *
 * THREAD is `hog:NICE`, or `duty:NICE:RUN_NS:THINK_NS`: RUN_NS of CPU time, then a sleep of THINK_NS on average
 * (exponential). With `@FILE` behind it the thread writes its id there, and so joins a control group; PROCS is the file
 * of the control group around all of them, `-` for none.
 *
 * The threads form a session of their own, so that under CONFIG_SCHED_AUTOGROUP they share a scheduling group, and its
 * weight is raised as far as the caller may: whatever else runs on those CPUs then takes little from them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MOST_THREADS 64
#define MOST_RESPONSES 20000

struct worker {
	int duty;
	int nice;
	int64_t run, think;
	/* The control group it joins; null for none. */
	const char *group;
	uint64_t state;
	/* Rounds of a loop in a nanosecond of CPU time, as last seen. */
	double rounds;
	/* Its CPU time when it last began to work, and the rounds it did then. */
	int64_t last, spent;
	pid_t tid;
	pthread_t thread;
	/* Response times while measuring. */
	int64_t *responses;
	int count;
	int64_t run_time, wait_time, turns;
};

static struct worker workers[MOST_THREADS];
static int worker_count;
static cpu_set_t cpus;
static atomic_int stop, measuring, ready;

static void fail(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* An id of 0 is the caller's own. */
static void join_group(const char *path, pid_t id)
{
	FILE *file = fopen(path, "w");
	if (!file || fprintf(file, "%d", id) < 0 || fclose(file))
		fail(path);
}

/* xorshift64*, good enough for pauses. */
static double uniform(struct worker *w)
{
	w->state ^= w->state >> 12;
	w->state ^= w->state << 25;
	w->state ^= w->state >> 27;
	return ((w->state * 2685821657736338717ull >> 11) + 0.5) / 9007199254740992.0;
}

static void spin(int64_t rounds)
{
	for (int64_t i = 0; i < rounds && !atomic_load_explicit(&stop, memory_order_relaxed); i++)
		for (volatile int j = 0; j < 100; j++)
			;
}

static void calibrate(struct worker *w)
{
	const int64_t rounds = 20000;
	int64_t before = now(CLOCK_THREAD_CPUTIME_ID);
	spin(rounds);
	w->rounds = rounds / (double)(now(CLOCK_THREAD_CPUTIME_ID) - before);
}

/*
 * Uses CPU time without asking how much. Whoever reads that clock has the kernel bring its account up to date, and
 * loses its turn there and then when the slice is used up, which else only a tick would notice. So rounds are counted, and what
 * they took is learnt after the next sleep, when a turn has just begun.
 */
static void spend(struct worker *w)
{
	int64_t used = now(CLOCK_THREAD_CPUTIME_ID);
	if (w->last > 0)
		w->rounds += (w->spent / (double)(used - w->last) - w->rounds) / 8;
	w->last = used;
	w->spent = w->run * w->rounds;
	spin(w->spent);
}

static void *work(void *argument)
{
	struct worker *w = argument;
	w->tid = syscall(SYS_gettid);
	prctl(PR_SET_TIMERSLACK, 1);
	if (w->group)
		join_group(w->group, w->tid);
	if (sched_setaffinity(0, sizeof cpus, &cpus))
		fail("sched_setaffinity");
	if (setpriority(PRIO_PROCESS, w->tid, w->nice))
		fail("setpriority");
	if (w->duty)
		calibrate(w);
	atomic_fetch_add(&ready, 1);
	while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
		if (!w->duty) {
			for (volatile int i = 0; i < 100000; i++)
				;
			continue;
		}
		int64_t due = now(CLOCK_MONOTONIC) + (int64_t)(-log(uniform(w)) * w->think);
		struct timespec at = { due / 1000000000, due % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		spend(w);
		if (atomic_load(&measuring) && !atomic_load(&stop) && w->count < MOST_RESPONSES)
			w->responses[w->count++] = now(CLOCK_MONOTONIC) - due;
	}
	return NULL;
}

static void read_counters(int sign)
{
	for (int i = 0; i < worker_count; i++) {
		struct worker *w = &workers[i];
		char path[64];
		long long run, wait, turns;
		snprintf(path, sizeof path, "/proc/self/task/%d/schedstat", w->tid);
		FILE *file = fopen(path, "r");
		if (!file || fscanf(file, "%lld %lld %lld", &run, &wait, &turns) != 3)
			fail(path);
		fclose(file);
		w->run_time += sign * run;
		w->wait_time += sign * wait;
		w->turns += sign * turns;
	}
}

static void print_cpu_times(const char *name)
{
	char line[512];
	FILE *file = fopen("/proc/stat", "r");
	if (!file)
		fail("/proc/stat");
	printf("  \"%s\": [", name);
	const char *separator = "";
	while (fgets(line, sizeof line, file)) {
		int cpu;
		if (sscanf(line, "cpu%d ", &cpu) != 1 || !CPU_ISSET(cpu, &cpus))
			continue;
		line[strcspn(line, "\n")] = 0;
		printf("%s\"%s\"", separator, line);
		separator = ", ";
	}
	printf("],\n");
	fclose(file);
}

static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

static int raise_group(void)
{
	static const char *levels[] = { "-20", "-15", "-10" };
	for (unsigned i = 0; i < sizeof levels / sizeof *levels; i++) {
		int file = open("/proc/self/autogroup", O_WRONLY);
		if (file < 0)
			return 0;
		int done = write(file, levels[i], strlen(levels[i])) > 0;
		close(file);
		if (done)
			return atoi(levels[i]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 7) {
		fprintf(stderr, "usage: threads WARMUP_MS MEASURE_MS SEED CPU[,CPU...] PROCS THREAD...\n");
		return 2;
	}
	/* Whoever started it may die without a word. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == 1)
		return 1;
	long warm_up = atol(argv[1]), length = atol(argv[2]);
	uint64_t seed = strtoull(argv[3], NULL, 10);
	CPU_ZERO(&cpus);
	for (char *part = strtok(argv[4], ","); part; part = strtok(NULL, ","))
		CPU_SET(atoi(part), &cpus);
	int group = raise_group();
	if (strcmp(argv[5], "-"))
		join_group(argv[5], 0);
	for (int i = 6; i < argc && worker_count < MOST_THREADS; i++) {
		struct worker *w = &workers[worker_count++];
		long long run = 0, think = 0;
		char *at = strchr(argv[i], '@');
		if (at)
			*at = 0, w->group = at + 1;
		if (sscanf(argv[i], "duty:%d:%lld:%lld", &w->nice, &run, &think) == 3)
			w->duty = 1;
		else if (sscanf(argv[i], "hog:%d", &w->nice) != 1) {
			fprintf(stderr, "not a thread: %s\n", argv[i]);
			return 2;
		}
		w->run = run;
		w->think = think;
		w->state = (seed + 1) * 0x9E3779B97F4A7C15ull + i * 0xBF58476D1CE4E5B9ull;
		w->responses = malloc(MOST_RESPONSES * sizeof *w->responses);
		if (pthread_create(&w->thread, NULL, work, w))
			fail("pthread_create");
	}
	while (atomic_load(&ready) < worker_count)
		sleep_ms(1);
	sleep_ms(warm_up);
	printf("{\n");
	print_cpu_times("before");
	int64_t start = now(CLOCK_MONOTONIC);
	read_counters(-1);
	atomic_store(&measuring, 1);
	sleep_ms(length);
	read_counters(1);
	int64_t elapsed = now(CLOCK_MONOTONIC) - start;
	atomic_store(&measuring, 0);
	print_cpu_times("after");
	atomic_store(&stop, 1);
	printf("  \"group\": %d,\n  \"elapsed\": %lld,\n  \"threads\": [\n", group, (long long)elapsed);
	for (int i = 0; i < worker_count; i++) {
		struct worker *w = &workers[i];
		pthread_join(w->thread, NULL);
		printf("    { \"run\": %lld, \"wait\": %lld, \"turns\": %lld, \"responses\": [", (long long)w->run_time,
		       (long long)w->wait_time, (long long)w->turns);
		for (int r = 0; r < w->count; r++)
			printf("%s%lld", r ? "," : "", (long long)w->responses[r]);
		printf("] }%s\n", i + 1 < worker_count ? "," : "");
	}
	printf("  ]\n}\n");
	return 0;
}
