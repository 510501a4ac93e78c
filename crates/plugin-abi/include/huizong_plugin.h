/*
 * huizong_plugin.h - the binary interface between Huizong and its plugins, ABI 1.
 *
 * This header is the specification. A plugin is a shared library that exports the two functions at the end of this
 * file; it may be written in any language that can build one. All data is exchanged as JSON texts; their schemas are
 * published as schemas/v1/plugin-manifest, plugin-request and plugin-answer.
 *
 * A plugin is not trusted to be correct. By default it runs in a process of its own, the worker: whatever it does
 * there, no other results are lost. With --in-process it runs in the command itself, unprotected.
 *
 * RULES OF BEHAVIOUR. `huizong plugin conform FILE` tests them by these numbers.
 *
 *  1. Input bytes are the host's: read-only, UTF-8, valid during the call only, not NUL-terminated.
 *  2. The host zeroes a huizong_buf before each call; the plugin fills it or leaves it zero.
 *  3. If `data` is not NULL after any call, even a failed one, the host copies the bytes and calls `release` exactly
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
 *     and a JSON Pointer that resolves in it (for the set: in the members that were fed), or whose parent resolves and
 *     whose last token is a member of the document's schema. Its severity is at most the declared one. A finding that
 *     breaks this rule is dropped, with a notice.
 *
 * VERSIONS. The ABI defines how bytes move; it is meant to stay at major 1. The protocol, an integer in the manifest,
 * defines what the JSON means. New kinds of work get new op numbers and new JSON members, never new layouts here.
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

/* Return codes of a plugin's functions. Any other value counts as HUIZONG_INTERNAL. */
#define HUIZONG_OK 0            /* success; `out` holds the answer */
#define HUIZONG_INVALID_INPUT 1 /* the request is not valid; `out` may say why */
#define HUIZONG_UNSUPPORTED 2   /* the plugin does not know the op */
#define HUIZONG_CONFIG 3        /* the configuration is not acceptable; `out` may say why */
#define HUIZONG_INTERNAL 4      /* the plugin itself failed; includes a caught panic; `out` may say why */

/* The ops that a plugin may support. 4 to 999 are reserved. */
#define HUIZONG_OP_CHECK_DOCUMENTS 1u /* checks a batch of documents, each on its own: answers findings */
#define HUIZONG_OP_SET_FEED 2u        /* feeds a batch of the set, at most 4 MiB, in the order of the ids: answers nothing */
#define HUIZONG_OP_SET_FINISH 3u      /* ends the set: answers findings and aggregates */

/* huizong_plugin_v1.flags: calls on one instance may overlap. The other bits are 0. */
#define HUIZONG_REENTRANT 1u

/*
 * Bytes that a plugin passes to the host: JSON in UTF-8. On failure, an error text such as {"message": "..."}.
 * `owner` is for the plugin's own use; the host passes it back to `release` unchanged.
 */
typedef struct huizong_buf {
    uint8_t *data;
    size_t len;
    void *owner;
} huizong_buf;

/* The plugin's table: 56 bytes without padding if pointers have 64 bits. */
typedef struct huizong_plugin_v1 {
    /* sizeof(huizong_plugin_v1) when the plugin was compiled. The host refuses a smaller table than its own, and
     * ignores the tail of a larger one. */
    uint32_t struct_size;
    uint32_t abi_minor; /* HUIZONG_ABI_MINOR */
    uint32_t flags;     /* HUIZONG_REENTRANT or 0 */
    uint32_t reserved0; /* 0 */

    /* Writes the manifest: the same bytes at each call, before and after any instance is created. */
    int32_t (*describe)(huizong_buf *out);

    /* Creates an instance. `config` is a JSON object that the manifest's config_schema accepts. On success *instance
     * is set, possibly to NULL; on failure `out` may say why, and `destroy` is not called. */
    int32_t (*create)(const uint8_t *config, size_t len, void **instance, huizong_buf *out);

    /* Performs an op: `in` is the request, `out` receives the answer. Returns HUIZONG_UNSUPPORTED for an unknown op. */
    int32_t (*call)(void *instance, uint32_t op, const uint8_t *in, size_t len, huizong_buf *out);

    /* Destroys an instance. Called once for each `create` that succeeded. */
    void (*destroy)(void *instance);

    /* Frees the contents of a buffer that the plugin filled. */
    void (*release)(huizong_buf *buf);
} huizong_plugin_v1;

#if defined(_WIN32)
#define HUIZONG_EXPORT __declspec(dllexport)
#else
#define HUIZONG_EXPORT __attribute__((visibility("default")))
#endif

/* The functions that a plugin exports. The first never changes; a host calls it before anything else. */
HUIZONG_EXPORT uint32_t huizong_abi_version(void);
HUIZONG_EXPORT const huizong_plugin_v1 *huizong_plugin_entry_v1(void);

#ifdef __cplusplus
}
#endif

#endif
