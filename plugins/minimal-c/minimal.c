/*
 * A plugin in C that needs only the header: it reports a form that does not name its preparer.
 *
 *   cc -std=c99 -Wall -Wextra -O2 -shared -fPIC -I . -o libminimal.so minimal.c
 *
 * with huizong_plugin.h, the specification of the boundary, beside it (`huizong plugin header` prints it).
 *
 * The manifest reads one member, so documents contain nothing else here, and finding it needs no JSON library. Input is
 * checked while it is read; a request that cannot be parsed is answered with HUIZONG_INVALID_INPUT.
 */
#include "huizong_plugin.h"

#include <stdlib.h>
#include <string.h>

/* JSON as it is written, as a text: the preprocessor puts the quotation marks and backslashes. */
#define JSON(...) #__VA_ARGS__

static const char MANIFEST[] = JSON(
{
  "protocol": 1,
  "plugin": { "id": "minimal", "version": "0.1.0", "vendor": "", "license": "" },
  "requires": { "schema": ">=1.0, <2.0" },
  "ops": [1],
  "reads": ["/submission/prepared_by"],
  "rules": [
    {
      "id": "minimal/preparer-missing",
      "since": "0.1.0",
      "status": "stable",
      "severity": "info",
      "scope": "document",
      "title": { "zh": "没有填报人", "en": "Nobody is named as the preparer" },
      "summary": { "zh": "表上没有写填报人。", "en": "The form does not say who filled it in." },
      "docs": { "zh": "只看填报人一项是否有字。", "en": "Only whether the entry holds any text is looked at." },
      "basis": { "zh": "便于审核时联系。", "en": "Reviewers have somebody to call." },
      "message": { "zh": "没有填写填报人；请补填。", "en": "Nobody is named as the preparer." },
      "examples": [
        {
          "input": {
            "schema_version": "1.0", "department": { "name": "示范局" }, "fiscal_year": 2023, "unit": "CNY_10K",
            "budget": { "initial_budget": "1", "adjusted_budget": "1", "actual_expenditure": "1" }
          },
          "expect": [{ "pointer": "/submission" }]
        },
        {
          "input": {
            "schema_version": "1.0", "department": { "name": "示范局" }, "fiscal_year": 2023, "unit": "CNY_10K",
            "budget": { "initial_budget": "1", "adjusted_budget": "1", "actual_expenditure": "1" },
            "submission": { "prepared_by": "", "date": "2024-01-05" }
          },
          "expect": [{ "pointer": "/submission/prepared_by" }]
        },
        {
          "input": {
            "schema_version": "1.0", "department": { "name": "示范局" }, "fiscal_year": 2023, "unit": "CNY_10K",
            "budget": { "initial_budget": "1", "adjusted_budget": "1", "actual_expenditure": "1" },
            "submission": { "prepared_by": "王" }
          },
          "expect": []
        }
      ]
    }
  ]
}
);

/* ---- a growing buffer ---- */

typedef struct text {
    char *data;
    size_t len, room;
    int failed;
} text;

static void put(text *t, const char *data, size_t len) {
    if (t->failed) return;
    if (len > t->room - t->len) {
        size_t room = t->room * 2 + len + 256;
        char *grown = realloc(t->data, room);
        if (!grown) {
            t->failed = 1;
            return;
        }
        t->data = grown;
        t->room = room;
    }
    memcpy(t->data + t->len, data, len);
    t->len += len;
}

static void say(text *t, const char *words) { put(t, words, strlen(words)); }

/* ---- a JSON scanner that never reads past the end of the request ---- */

typedef struct scan {
    const char *at, *end;
} scan;

static void blanks(scan *s) {
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) s->at++;
}

static int take(scan *s, char c) {
    blanks(s);
    if (s->at >= s->end || *s->at != c) return 0;
    s->at++;
    return 1;
}

/* A string with its quotes; escapes are kept. */
static int string(scan *s, scan *found) {
    blanks(s);
    const char *begin = s->at;
    if (!take(s, '"')) return 0;
    while (s->at < s->end && *s->at != '"') s->at += (*s->at == '\\' && s->end - s->at > 1) ? 2 : 1;
    if (!take(s, '"')) return 0;
    found->at = begin;
    found->end = s->at;
    return 1;
}

/* Any value: counts brackets and skips strings. */
static int value(scan *s, scan *found) {
    blanks(s);
    const char *begin = s->at;
    size_t depth = 0;
    scan text;
    do {
        blanks(s);
        if (s->at >= s->end) return 0;
        switch (*s->at) {
        case '"':
            if (!string(s, &text)) return 0;
            break;
        case '{':
        case '[':
            depth++;
            s->at++;
            break;
        case '}':
        case ']':
            if (!depth) return 0;
            depth--;
            s->at++;
            break;
        case ',':
        case ':':
            if (!depth) return 0;
            s->at++;
            break;
        case '\0': /* in no JSON, and in the list below as its end */
            return 0;
        default: /* a number or a word */
            while (s->at < s->end && *s->at && !strchr(" \t\r\n,:{}[]\"", *s->at)) s->at++;
        }
    } while (depth);
    found->at = begin;
    found->end = s->at;
    return s->at > begin;
}

static int is(const scan *s, const char *words) {
    size_t len = strlen(words);
    return (size_t)(s->end - s->at) == len && memcmp(s->at, words, len) == 0;
}


/* Finds an object's member by name; the last one, if there are several. */
static int member(scan object, const char *quoted, scan *found) {
    int is_there = 0;
    if (!take(&object, '{')) return 0;
    if (take(&object, '}')) return 0;
    do {
        scan name, of;
        if (!string(&object, &name) || !take(&object, ':') || !value(&object, &of)) return 0;
        if (is(&name, quoted)) {
            *found = of;
            is_there = 1;
        }
    } while (take(&object, ','));
    return is_there;
}

/* ---- the check ---- */

static int check(scan request, text *answer) {
    scan documents, document, id, whole;
    size_t found = 0;
    if (!member(request, "\"documents\"", &documents) || !take(&documents, '[')) return HUIZONG_INVALID_INPUT;
    say(answer, "{\"findings\":[");
    if (take(&documents, ']')) documents.at = documents.end;
    while (documents.at < documents.end) {
        if (!value(&documents, &document) || !member(document, "\"id\"", &id) ||
            !member(document, "\"document\"", &whole))
            return HUIZONG_INVALID_INPUT;
        scan submission, prepared_by;
        int has_submission = member(whole, "\"submission\"", &submission);
        int has_preparer = has_submission && member(submission, "\"prepared_by\"", &prepared_by);
        if (!has_preparer || is(&prepared_by, "\"\"")) {
            /* A pointer may name a member that is absent, but not one whose parent is. */
            const char *pointer = has_submission ? "/submission/prepared_by" : "/submission";
            if (found++) say(answer, ",");
            say(answer, "{\"rule\":\"minimal/preparer-missing\",\"document\":");
            put(answer, id.at, (size_t)(id.end - id.at));
            say(answer, ",\"pointer\":\"");
            say(answer, pointer);
            say(answer, "\"}");
        }
        if (!take(&documents, ',')) break;
    }
    say(answer, "]}");
    return HUIZONG_OK;
}

/* ---- the boundary ---- */

static int32_t give(huizong_buf *out, const char *data, size_t len) {
    out->data = malloc(len);
    if (!out->data) return HUIZONG_INTERNAL;
    memcpy(out->data, data, len);
    out->len = len;
    return HUIZONG_OK;
}

static int32_t plugin_describe(huizong_buf *out) { return give(out, MANIFEST, sizeof MANIFEST - 1); }

static int32_t plugin_create(const uint8_t *config, size_t len, void **instance, huizong_buf *out) {
    (void)out;
    scan empty = {(const char *)config, (const char *)config + len};
    if (!take(&empty, '{') || !take(&empty, '}')) return HUIZONG_CONFIG; /* no configuration */
    *instance = NULL;                                                    /* and no state */
    return HUIZONG_OK;
}

static int32_t plugin_call(void *instance, uint32_t op, const uint8_t *in, size_t len, huizong_buf *out) {
    (void)instance;
    if (op != HUIZONG_OP_CHECK_DOCUMENTS) return HUIZONG_UNSUPPORTED;
    scan request = {(const char *)in, (const char *)in + len};
    text answer = {NULL, 0, 0, 0};
    int32_t code = check(request, &answer);
    if (code == HUIZONG_OK && answer.failed) code = HUIZONG_INTERNAL;
    if (code != HUIZONG_OK) {
        free(answer.data);
        return code;
    }
    out->data = (uint8_t *)answer.data;
    out->len = answer.len;
    return HUIZONG_OK;
}

static void plugin_destroy(void *instance) { (void)instance; }

static void plugin_release(huizong_buf *buf) {
    free(buf->data);
    buf->data = NULL;
    buf->len = 0;
}

uint32_t huizong_abi_version(void) { return HUIZONG_ABI_VERSION; }

const huizong_plugin_v1 *huizong_plugin_entry_v1(void) {
    static const huizong_plugin_v1 table = {
        sizeof(huizong_plugin_v1), HUIZONG_ABI_MINOR, 0, 0, plugin_describe, plugin_create, plugin_call,
        plugin_destroy, plugin_release,
    };
    return &table;
}
