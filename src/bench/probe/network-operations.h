/*
 * Over TCP to the level below, where `probe serve` answers: a request and its reply, or many bytes and one in reply.
 * A connection begins with the sizes of a request and of a reply.
 */
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "context.h"

#define MAX_MESSAGE_BYTES (256 * 1024)

struct exchange {
    uint32_t request_bytes;
    uint32_t reply_bytes;
};

static char message[MAX_MESSAGE_BYTES];
static struct exchange exchange;
/* A request goes out in writes of so many bytes; without delay, each is a packet of its own. */
static uint32_t write_bytes;

static bool send_all(int file, const char *bytes, size_t count, size_t chunk)
{
    for (size_t sent = 0; sent < count;) {
        ssize_t part = send(file, bytes + sent, count - sent < chunk ? count - sent : chunk, MSG_NOSIGNAL);
        if (part <= 0)
            return false;
        sent += (size_t)part;
    }
    return true;
}

static bool receive_all(int file, char *bytes, size_t count)
{
    for (size_t received = 0; received < count;) {
        ssize_t part = recv(file, bytes + received, count - received, 0);
        if (part <= 0)
            return false;
        received += (size_t)part;
    }
    return true;
}

static bool without_delay(int file)
{
    int on = 1;
    return setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
}

static bool prepare_exchange(struct context *context, struct exchange wanted, uint32_t chunk)
{
    if (!context->peer)
        return unavailable(context, "there is no network to the level below");
    char host[64];
    unsigned short port;
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (sscanf(context->peer, "%63[0-9.]:%hu", host, &port) != 2 || inet_pton(AF_INET, host, &address.sin_addr) != 1)
        return unavailable(context, "'%s' is no address and port", context->peer);
    address.sin_port = htons(port);
    context->file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 60};
    setsockopt(context->file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(context->file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    exchange = wanted;
    write_bytes = chunk;
    if (context->file < 0 || connect(context->file, (struct sockaddr *)&address, sizeof address) != 0 ||
        !without_delay(context->file) || !send_all(context->file, (char *)&exchange, sizeof exchange, sizeof exchange))
        return unavailable(context, "%s: %s", context->peer, strerror(errno));
    return true;
}

INLINE bool once_exchange(struct context *context)
{
    return send_all(context->file, message, exchange.request_bytes, write_bytes) &&
           receive_all(context->file, message, exchange.reply_bytes);
}

#define EXCHANGE(name, request, reply, chunk)                                  \
    static bool prepare_##name(struct context *context, int operations)       \
    {                                                                          \
        (void)operations;                                                      \
        return prepare_exchange(context, (struct exchange){request, reply}, chunk); \
    }
EXCHANGE(request_small, 64, 64, 64)
EXCHANGE(request_large, 8192, 8192, 8192)
EXCHANGE(stream_small, 16 * 64, 1, 64)
EXCHANGE(stream_large, MAX_MESSAGE_BYTES, 1, MAX_MESSAGE_BYTES)

static void answer_requests(int file)
{
    struct exchange asked;
    if (!without_delay(file) || !receive_all(file, (char *)&asked, sizeof asked))
        return;
    if (asked.request_bytes > MAX_MESSAGE_BYTES || asked.reply_bytes > MAX_MESSAGE_BYTES)
        return;
    while (receive_all(file, message, asked.request_bytes) && send_all(file, message, asked.reply_bytes, asked.reply_bytes))
        ;
}

/* Each client by a process of its own, for ever: one that was killed has not said that it is gone. */
static int command_serve(const char *address, const char *port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    signal(SIGCHLD, SIG_IGN);
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (inet_pton(AF_INET, address, &own.sin_addr) != 1 || listener < 0 ||
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(listener, (struct sockaddr *)&own, sizeof own) != 0 || listen(listener, 4) != 0) {
        fprintf(stderr, "probe: cannot listen on %s:%s: %s\n", address, port, strerror(errno));
        return 1;
    }
    socklen_t length = sizeof own;
    getsockname(listener, (struct sockaddr *)&own, &length);
    printf("{\"port\":%d}\n", ntohs(own.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            continue;
        if (fork() == 0) {
            answer_requests(client);
            _exit(0);
        }
        close(client);
    }
}
