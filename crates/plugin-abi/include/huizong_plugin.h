/*
 * huizong_plugin.h - the binary interface between Huizong and its plugins, ABI 1.
 *
 * This header is the specification. A plugin is a shared library that exports the two functions at the end of this
 * file; it may be written in any language that can build one. Everything that is said goes through JSON texts; their
 * schemas are published as schemas/v1/plugin-manifest, plugin-request and plugin-answer.
 *
 * A plugin is not trusted to be correct. By default it runs in a process of its own, the worker: whatever it does
 * there, nobody else's result is lost. With --in-process it runs in the command itself, and nothing protects from it.
 *
 * RULES OF BEHAVIOUR. `huizong plugin conform FILE` walks them by these numbers.
 *
 *  1. Input bytes are the host's: read-only, UTF-8, valid during the call only, not NUL-terminated.
 *  2. The host zeroes a huizong_buf before each call; the plugin fills it or leaves it zero.
 *  3. If `data` is not NULL after any call, one that failed too, the host copies the bytes and calls `release` exactly
 *     once, on the same thread. Neither side frees the other's memory.
 *  4. `len` is at most 16 MiB unless the request's limits say otherwise. NULL with a `len` above 0 is a violation.
 *  5. The table lives until the process ends. Nothing is ever unloaded.
 *  6. No exception, panic or longjmp leaves a plugin's function.
 *  7. Calls on one instance never overlap, unless the plugin sets HUIZONG_REENTRANT. They may come from different
 *     threads.
 *  8. HUIZONG_OP_CHECK_DOCUMENTS is a function of configuration and request: it remembers no earlier document and reads
 *     no clock, file, network or environment.
 *  9. The same request gets the same bytes. The host may ask twice, in another order, in another worker.
 * 10. A plugin does not write to file descriptors 0 and 1, install signal handlers, change the working directory,
 *     locale, environment, umask or rounding mode, fork, exec, exit, or leave threads running.
 * 11. Loading, `describe`, `create` and each call end within the host's deadlines.
 * 12. A finding names a rule that the manifest declares, a document of the request (for the set: one that was fed),
 *     and a JSON Pointer that resolves in it (for the set: in what of it was fed), or whose parent resolves and whose
 *     last token is a member of the document's schema. Its severity is at most the declared one. A finding that breaks this is dropped, and a notice says so.
 *
 * VERSIONS. The ABI says how bytes move; it is meant to stay at major 1. What the JSON says is the protocol, an integer
 * in the manifest. New kinds of work are new op numbers and new JSON members, never new layouts here.
 */
#ifndef HUIZONG_PLUGIN_H
#define HUIZONG_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header: major in the upper 16 bits, minor in the lower. */
#define HUIZONG_ABI_MAJOR 1u
#define HUIZONG_ABI_MINOR 0u
#define HUIZONG_ABI_VERSION ((HUIZONG_ABI_MAJOR << 16) | HUIZONG_ABI_MINOR)

/* What a plugin's functions return. Any other value counts as HUIZONG_INTERNAL. */
#define HUIZONG_OK 0            /* done; `out` holds the answer */
#define HUIZONG_INVALID_INPUT 1 /* the request is not one; `out` may say why */
#define HUIZONG_UNSUPPORTED 2   /* an op that the plugin does not know */
#define HUIZONG_CONFIG 3        /* the configuration will not do; `out` may say why */
#define HUIZONG_INTERNAL 4      /* a failure of the plugin's own, a caught panic too; `out` may say why */

/* The work that a plugin may be asked for. 4 to 999 are reserved. */
#define HUIZONG_OP_CHECK_DOCUMENTS 1u /* a batch of documents, each by itself: answers findings */
#define HUIZONG_OP_SET_FEED 2u        /* a batch of the set, at most 4 MiB, in the order of the ids: answers nothing */
#define HUIZONG_OP_SET_FINISH 3u      /* the end of the set: answers findings and aggregates */

/* huizong_plugin_v1.flags: calls on one instance may overlap. The other bits are 0. */
#define HUIZONG_REENTRANT 1u

/*
 * Bytes that a plugin gives the host: JSON in UTF-8. On failure, an error text such as {"message": "..."}.
 * `owner` is the plugin's own to use; the host hands it back to `release` as it was.
 */
typedef struct huizong_buf {
    uint8_t *data;
    size_t len;
    void *owner;
} huizong_buf;

/* The plugin's table: 56 bytes without padding where pointers have 64 bits. */
typedef struct huizong_plugin_v1 {
    /* sizeof(huizong_plugin_v1) as the plugin was compiled. A smaller one than the host's is refused; of a larger one
     * the tail that the host does not know is ignored. */
    uint32_t struct_size;
    uint32_t abi_minor; /* HUIZONG_ABI_MINOR */
    uint32_t flags;     /* HUIZONG_REENTRANT or 0 */
    uint32_t reserved0; /* 0 */

    /* Writes the manifest. Constant: the same bytes at each call, before and after any instance is made. */
    int32_t (*describe)(huizong_buf *out);

    /* Makes an instance. `config` is a JSON object that the manifest's config_schema accepts. On success *instance is
     * set, NULL being allowed; on failure `out` may say why and `destroy` is not called. */
    int32_t (*create)(const uint8_t *config, size_t len, void **instance, huizong_buf *out);

    /* Does a piece of work: `in` is a request, `out` becomes the answer. An op that is not known is
     * HUIZONG_UNSUPPORTED. */
    int32_t (*call)(void *instance, uint32_t op, const uint8_t *in, size_t len, huizong_buf *out);

    /* Ends an instance: once for each `create` that succeeded. */
    void (*destroy)(void *instance);

    /* Frees what the plugin put into a buffer. */
    void (*release)(huizong_buf *buf);
} huizong_plugin_v1;

#if defined(_WIN32)
#define HUIZONG_EXPORT __declspec(dllexport)
#else
#define HUIZONG_EXPORT __attribute__((visibility("default")))
#endif

/* What a plugin exports. The first is frozen for ever; a host asks it before anything else. */
HUIZONG_EXPORT uint32_t huizong_abi_version(void);
HUIZONG_EXPORT const huizong_plugin_v1 *huizong_plugin_entry_v1(void);

#ifdef __cplusplus
}
#endif

#endif
