/* log: see log.h. */
#include "base/log.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024
#define GATHER_BYTES 32768

static _Atomic int threshold = LOG_INFO;
static _Atomic bool gathering;
static pthread_mutex_t gather_lock = PTHREAD_MUTEX_INITIALIZER;
static char gathered[GATHER_BYTES];
static size_t gathered_n;

static void put_out(const char *p, size_t n)
{
    while (n) {
        ssize_t written = write(STDERR_FILENO, p, n);
        if (written <= 0)
            return; /* nobody to tell */
        p += written;
        n -= (size_t)written;
    }
}

/* With the lock held. */
static void put_out_gathered(void)
{
    put_out(gathered, gathered_n);
    gathered_n = 0;
}

void log_flush(void)
{
    pthread_mutex_lock(&gather_lock);
    put_out_gathered();
    pthread_mutex_unlock(&gather_lock);
}

void log_gather(bool on)
{
    gathering = on;
    log_flush();
}

static void put_line(enum log_level level, const char *line, size_t n)
{
    if (!atomic_load_explicit(&gathering, memory_order_relaxed)) {
        put_out(line, n);
        return;
    }
    pthread_mutex_lock(&gather_lock);
    if (gathered_n + n > sizeof gathered || level >= LOG_WARN)
        put_out_gathered();
    if (level >= LOG_WARN) {
        put_out(line, n);
    } else {
        memcpy(gathered + gathered_n, line, n);
        gathered_n += n;
    }
    pthread_mutex_unlock(&gather_lock);
}

/* At most 64 bytes of it, and a blank. */
static size_t put_word(char *line, const char *z)
{
    size_t n = strnlen(z, 64);

    memcpy(line, z, n);
    line[n] = ' ';
    return n + 1;
}

/* ".123Z " */
static size_t put_ms(char *line, long ms)
{
    const char text[6] = {
        '.', (char)('0' + ms / 100), (char)('0' + ms / 10 % 10), (char)('0' + ms % 10), 'Z', ' '};

    memcpy(line, text, sizeof text);
    return sizeof text;
}

/* "2026-11-22T09:24:35" of a second, worked out once in it by each thread. */
static size_t put_second(char *line, size_t size, time_t second)
{
    static _Thread_local char text[24];
    static _Thread_local time_t of = -1;
    struct tm utc;

    if (second != of) {
        gmtime_r(&second, &utc);
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
        of = second;
    }
    size_t n = strlen(text) < size ? strlen(text) : 0;
    memcpy(line, text, n);
    return n;
}

void log_set_level(enum log_level level)
{
    threshold = (int)level;
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    char line[LINE_MAX_BYTES];
    struct timespec now;
    va_list args;

    if ((int)level < atomic_load_explicit(&threshold, memory_order_relaxed))
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    size_t n = put_second(line, sizeof line, now.tv_sec);
    n += put_ms(line + n, now.tv_nsec / 1000000);
    n += put_word(line + n, names[level]);
    n += put_word(line + n, event);
    va_start(args, format);
    int more = vsnprintf(line + n, sizeof line - n - 1, format, args);
    va_end(args);
    if (more > 0)
        n += (size_t)more;
    if (n > sizeof line - 2)
        for (n = sizeof line - 2; ((unsigned char)line[n] & 0xc0) == 0x80;)
            n--; /* cut between characters */
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < 0x20)
            line[i] = ' ';
    line[n++] = '\n';
    put_line(level, line, n);
}
