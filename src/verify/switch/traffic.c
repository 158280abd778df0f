/* Sends Ethernet frames through a switch and takes those that arrive, on one CPU, in one thread.
 *
 *   traffic CPU            reads one run a line from standard input:
 *   FROM TO MAC SOURCE_IP TARGET_IP FRAME_BYTES BATCH THINK_NS RUN_NS
 *
 * and answers each with a line: sent arrived copies cpu_ns wall_ns steal_ticks. FROM and TO are devices of this
 * namespace, MAC is TO's address. A batch of frames goes in by FROM, what has come out at TO is taken, then the
 * thread thinks, spinning, and goes on until RUN_NS are over. cpu_ns is this thread's CPU time without thinking: the
 * kernel forwards in the sender's context, so it has everything in it. copies are what all devices together
 * received beyond what was for TO, which finds no taker.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 256
#define PORT 9
#define SENDER "\x02\x6e\x6d\x00\x00\x01"
#define LONGEST_RUN 5000000000LL

static void fail(const char *what) { perror(what); exit(2); }

static int64_t now_of(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static uint16_t checksum(const void *data, int bytes) {
  uint32_t sum = 0;
  for (const uint8_t *at = data; bytes > 0; at += 2, bytes -= 2) sum += at[0] << 8 | at[1];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons(~sum & 0xffff);
}

/* Frames that all devices of this namespace, but the loopback, have received. */
static long long received(void) {
  long long sum = 0;
  DIR *devices = opendir("/sys/class/net");
  if (!devices) fail("/sys/class/net");
  for (struct dirent *entry; (entry = readdir(devices));) {
    if (entry->d_name[0] == '.' || strcmp(entry->d_name, "lo") == 0) continue;
    char path[512];
    snprintf(path, sizeof path, "/sys/class/net/%s/statistics/rx_packets", entry->d_name);
    FILE *file = fopen(path, "r");
    long long frames = 0;
    if (file) {
      if (fscanf(file, "%lld", &frames) != 1) frames = 0;
      fclose(file);
    }
    sum += frames;
  }
  closedir(devices);
  return sum;
}

/* Ticks in which the hypervisor below had a CPU elsewhere. */
static long long stolen(int cpu) {
  FILE *file = fopen("/proc/stat", "r");
  if (!file) return 0;
  char line[512];
  long long user, nice, system, idle, wait, irq, soft, steal = 0;
  while (fgets(line, sizeof line, file)) {
    int which;
    if (sscanf(line, "cpu%d %lld %lld %lld %lld %lld %lld %lld %lld", &which, &user, &nice, &system, &idle, &wait, &irq,
               &soft, &steal) == 9 && which == cpu) break;
  }
  fclose(file);
  return steal;
}

static uint8_t frame[2048];
static struct iovec send_part, receive_parts[MOST];
static struct mmsghdr send_list[MOST], receive_list[MOST];
static uint8_t buffers[MOST][2048];

static void compose(const uint8_t *mac, const char *source, const char *target, int bytes) {
  struct ether_header *ether = (struct ether_header *)frame;
  struct iphdr *ip = (struct iphdr *)(frame + sizeof *ether);
  struct udphdr *udp = (struct udphdr *)(ip + 1);
  memset(frame, 0, sizeof frame);
  memcpy(ether->ether_dhost, mac, 6);
  memcpy(ether->ether_shost, SENDER, 6);
  ether->ether_type = htons(ETHERTYPE_IP);
  ip->version = 4;
  ip->ihl = 5;
  ip->ttl = 64;
  ip->protocol = IPPROTO_UDP;
  ip->tot_len = htons(bytes - sizeof *ether);
  ip->saddr = inet_addr(source);
  ip->daddr = inet_addr(target);
  ip->check = checksum(ip, sizeof *ip);
  udp->source = udp->dest = htons(PORT);
  udp->len = htons(bytes - sizeof *ether - sizeof *ip);
}

static int attach(const char *device) {
  int made = socket(AF_PACKET, SOCK_RAW, 0);
  if (made < 0) fail("socket");
  struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(device)};
  if (bind(made, (struct sockaddr *)&where, sizeof where) != 0) fail(device);
  return made;
}

/* One frame from the address frames go to, back to where they come from: what a switch learns addresses by. */
static void announce(const char *device, const uint8_t *mac) {
  uint8_t greeting[60] = {0};
  struct ether_header *ether = (struct ether_header *)greeting;
  memcpy(ether->ether_dhost, SENDER, 6);
  memcpy(ether->ether_shost, mac, 6);
  ether->ether_type = htons(0x88b5); /* for local experiments */
  int from = attach(device);
  if (send(from, greeting, sizeof greeting, 0) < 0) fail("send");
  close(from);
}

static int drain(int socket) {
  int arrived = 0;
  for (;;) {
    int got = recvmmsg(socket, receive_list, MOST, MSG_DONTWAIT, NULL);
    if (got <= 0) return arrived;
    arrived += got;
    if (got < MOST) return arrived;
  }
}

int main(int count, char **words) {
  if (count != 2) return 64;
  int cpu = atoi(words[1]);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) fail("sched_setaffinity");
  /* What else runs here would stretch the runs. They are short, and nothing here waits for anybody else. */
  struct sched_param first = {.sched_priority = 1};
  if (sched_setscheduler(0, SCHED_FIFO, &first) != 0 && setpriority(PRIO_PROCESS, 0, -20) != 0) fail("setpriority");
  char from[64], to[64], text[64], source[64], target[64];
  int bytes, batch;
  long long think, length;
  while (scanf("%63s %63s %63s %63s %63s %d %d %lld %lld", from, to, text, source, target, &bytes, &batch, &think,
               &length) == 9) {
    unsigned mac[6];
    uint8_t address[6];
    if (sscanf(text, "%x:%x:%x:%x:%x:%x", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6) return 64;
    for (int i = 0; i < 6; i++) address[i] = mac[i];
    if (batch < 1 || batch > MOST || bytes < 60 || bytes > 1514 || length > LONGEST_RUN) return 64;
    compose(address, source, target, bytes);
    int out = attach(from);
    int in = socket(AF_INET, SOCK_DGRAM, 0);
    int room = 8 << 20;
    setsockopt(in, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = inet_addr(target)};
    if (bind(in, (struct sockaddr *)&here, sizeof here) != 0) fail(target);
    send_part = (struct iovec){frame, bytes};
    for (int i = 0; i < MOST; i++) {
      send_list[i].msg_hdr = (struct msghdr){.msg_iov = &send_part, .msg_iovlen = 1};
      receive_parts[i] = (struct iovec){buffers[i], sizeof buffers[i]};
      receive_list[i].msg_hdr = (struct msghdr){.msg_iov = &receive_parts[i], .msg_iovlen = 1};
    }
    long long sent = 0, arrived = 0, busy = 0;
    announce(to, address);
    /* Warm: caches, tables of addresses. */
    for (int i = 0; i < 20; i++) {
      if (sendmmsg(out, send_list, batch, 0) < 0) fail("sendmmsg");
      drain(in);
    }
    long long before = received(), steal = stolen(cpu);
    int64_t start = now_of(CLOCK_MONOTONIC), end = start, last = now_of(CLOCK_THREAD_CPUTIME_ID);
    while (end - start < length) {
      int done = sendmmsg(out, send_list, batch, 0);
      if (done < 0) fail("sendmmsg");
      sent += done;
      arrived += drain(in);
      int64_t spent = now_of(CLOCK_THREAD_CPUTIME_ID);
      busy += spent - last;
      end = now_of(CLOCK_MONOTONIC);
      if (think > 0) {
        int64_t until = end + think;
        while ((end = now_of(CLOCK_MONOTONIC)) < until) {}
        last = now_of(CLOCK_THREAD_CPUTIME_ID);
      } else last = spent;
    }
    for (int i = 0; i < 50; i++) { usleep(100); arrived += drain(in); }
    printf("%lld %lld %lld %lld %lld %lld\n", sent, arrived, received() - before - arrived, busy,
           (long long)(end - start), stolen(cpu) - steal);
    fflush(stdout);
    close(in);
    close(out);
  }
  return 0;
}
