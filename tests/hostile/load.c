/* Plugins that fail while they are loaded, created or asked. Defines at build time choose the fault. */
#include "huizong_plugin.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION HUIZONG_ABI_VERSION
#endif
#ifndef SIZE
#define SIZE sizeof(huizong_plugin_v1)
#endif
#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef ID
#define ID "loaded"
#endif
#define HEAD "{\"protocol\":1,\"plugin\":{\"id\":\"" ID "\",\"version\":\"0.1.0\"},\"ops\":[1]"
#ifndef MANIFEST
#define MANIFEST HEAD "}"
#endif

#ifdef LEAVES_A_THREAD
static void *waits(void *nothing) {
    for (;;) usleep(100000);
    return nothing;
}
#endif

/* Prints a hint on standard error, as a plugin might before it fails. */
__attribute__((unused)) static void say(void) {
    if (write(2, "no config.db\n", 13) < 0) abort();
}

/* Symbols that another plugin may define too. */
int shared_state = 0;
int next_number(void) { return ++shared_state; }

__attribute__((unused)) static int32_t describe(huizong_buf *out) {
    static char text[1 << 12];
#if defined(HUGE_MANIFEST)
    size_t len = 2 << 20;
    out->data = malloc(len);
    memset(out->data, ' ', len);
    out->len = len;
    return HUIZONG_OK;
#elif defined(CHANGING_MANIFEST)
    strcpy(text, MANIFEST);
    memset(text + strlen(text), ' ', (size_t)next_number());
#else
    strcpy(text, MANIFEST);
#endif
    out->data = malloc(strlen(text));
    memcpy(out->data, text, strlen(text));
    out->len = strlen(text);
    return HUIZONG_OK;
}
__attribute__((unused)) static int32_t create(const uint8_t *config, size_t len, void **instance, huizong_buf *out) {
    (void)config, (void)len, (void)out;
#ifdef CREATE_CRASHES
    say();
    abort();
#endif
    *instance = NULL;
    return HUIZONG_OK;
}
__attribute__((unused)) static int32_t call(void *instance, uint32_t op, const uint8_t *in, size_t len, huizong_buf *out) {
    (void)instance, (void)op, (void)in, (void)len, (void)out;
    int calls = next_number();
#ifdef OVERREADS
    static volatile uint8_t sum;
    for (size_t at = 0; at <= len; at++) sum += in[at];
#endif
#ifdef WRITES_INPUT
    if (len) ((uint8_t *)in)[0] = '{';
#endif
#ifdef LEAKS
    memset(malloc(1 << 15), 1, 1 << 15);
#endif
#ifdef PRINTS
    if (write(1, "x", 1) < 0) return HUIZONG_INTERNAL;
#endif
#ifdef CHANGES_UMASK
    umask(077);
#endif
#ifdef LEAVES_A_THREAD
    static pthread_t thread;
    if (calls == 1) pthread_create(&thread, NULL, waits, NULL);
#endif
#ifdef NEEDS_SENSE
    if (len < 20 || in[0] != '{') abort();
#endif
#ifdef EXITS
    exit(0);
#endif
#ifdef SLOW
    sleep(20);
#endif
#ifdef NULL_LENGTH
    out->len = 5;
    return HUIZONG_OK;
#endif
#ifdef PRINTS_LATER
    /* What is printed stays in the buffer until the process ends. */
    fputs("debug", stdout);
#endif
#ifdef WAITS_FOR_NUL
    /* A scanner that does not go past a NUL. */
    for (size_t at = 0; at < len;) at += in[at] != 0;
#endif
#ifdef REMEMBERS
    /* Alternates between two answers. */
    const char *text = calls % 2 ? "{\"findings\":[]}" : "{\"findings\":[],\"log\":[\"again\"]}";
    out->len = strlen(text);
    out->data = (uint8_t *)strdup(text);
#endif
#ifdef STRANGE_FINDING
    const char *text = "{\"findings\":[{\"rule\":\"loaded/none\",\"document\":\"1\",\"pointer\":\"\"}]}";
    out->len = strlen(text);
    out->data = (uint8_t *)strdup(text);
#endif
#ifndef ANSWERS_ANY_OP
    if (op != HUIZONG_OP_CHECK_DOCUMENTS) return HUIZONG_UNSUPPORTED;
#endif
    return calls > 0 ? HUIZONG_OK : HUIZONG_INTERNAL;
}
__attribute__((unused)) static void destroy(void *instance) { (void)instance; }
__attribute__((unused)) static void release(huizong_buf *buf) { free(buf->data); }

#ifdef LOOPS
__attribute__((constructor)) static void loops(void) {
    for (;;) usleep(1000);
}
#endif
#ifdef CRASHES
__attribute__((constructor)) static void crashes(void) {
    say();
    abort();
}
#endif
#ifdef LEAVES_A_TRACE
#include <stdio.h>
__attribute__((constructor)) static void leaves_a_trace(void) {
    FILE *file = fopen(LEAVES_A_TRACE, "w");
    if (file) fclose(file);
}
#endif

#ifndef NO_VERSION
uint32_t huizong_abi_version(void) { return VERSION; }
#endif
#ifndef NO_ENTRY
const huizong_plugin_v1 *huizong_plugin_entry_v1(void) {
    static huizong_plugin_v1 table;
    table = (huizong_plugin_v1){SIZE, 0, FLAGS, 0, describe, create, call, destroy, release};
#ifdef NULL_FUNCTION
    table.NULL_FUNCTION = NULL;
#endif
#ifdef NULL_TABLE
    return NULL;
#endif
    return &table;
}
#endif
