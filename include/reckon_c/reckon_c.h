/* SPDX-License-Identifier: MIT */
/*
 * reckon for programs in other languages: text in, text out, a dozen functions, no C++ in sight.
 *
 *   char answer[8192];
 *   char const question[] = "{\"command_line\": \"vllm serve deepseek-ai/DeepSeek-R1 -tp 8\","
 *                           " \"accelerator\": \"h200-sxm\"}";
 *   if (reckon_memory(NULL, question, sizeof question - 1, answer, sizeof answer, NULL) == RECKON_OK) {
 *       puts(answer);               // {"fits": true, "weights": 95913246720, ...
 *   }
 *
 * Every question and answer is one JSON object in UTF-8; sizes are bytes, times seconds, rates per second, and the
 * name of a field says so. A function that fails returns a code other than RECKON_OK and answers with one sentence.
 *
 * Memory belongs to the caller: the answer is written with a 0 at its end to `answer`, which has room for `capacity`
 * bytes, and `*size` (unless NULL) becomes its length without the 0. If that does not fit, the code is
 * RECKON_BUFFER_TOO_SMALL, `answer` is empty and `*size` says what is needed. With `answer` NULL nothing is written and
 * the code is that of the calculation. Nothing is kept from one call to the next, so that any number of threads may call.
 *
 * The interface is RECKON_C_ABI; reckon_c_abi() is that of the library that is loaded. Within one number functions and
 * fields are only added.
 */
#ifndef RECKON_C_H
#define RECKON_C_H

#include <stddef.h>
#include <stdint.h>

#define RECKON_C_ABI 1

#if defined(_WIN32) && defined(RECKON_C_BUILDING)
#define RECKON_C_API __declspec(dllexport)
#elif defined(_WIN32) && defined(RECKON_C_SHARED)
#define RECKON_C_API __declspec(dllimport)
#elif defined(__GNUC__)
#define RECKON_C_API __attribute__((visibility("default")))
#else
#define RECKON_C_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t reckon_status;

enum {
    RECKON_OK = 0,
    RECKON_UNKNOWN_NAME = 1,       /* no model, accelerator, precision or flag has this name */
    RECKON_MISSING_FIELD = 2,      /* a field that is needed is not there */
    RECKON_WRONG_TYPE = 3,         /* a field has another type than it should */
    RECKON_OUT_OF_RANGE = 4,       /* a number is negative, zero, absurd or above a limit */
    RECKON_UNSUPPORTED = 5,        /* understood, but not modelled: never guessed */
    RECKON_CONTRADICTION = 6,      /* two inputs exclude each other */
    RECKON_INDIVISIBLE_LAYOUT = 7, /* a layout that does not divide heads, experts or layers */
    RECKON_MALFORMED = 8,          /* a text or file that cannot be parsed */
    RECKON_UNREADABLE = 9,         /* too large to be read */
    RECKON_UNKNOWN_FIGURE = 10,    /* nobody has published a figure that is needed */
    RECKON_MORE_BYTES = 11,        /* of a GGUF header: it goes on behind what was given */
    RECKON_BUFFER_TOO_SMALL = 12,  /* the answer, or the model, has no room */
    RECKON_BAD_POINTER = 13,       /* NULL where something must be, or bytes that are no model */
    RECKON_OUT_OF_MEMORY = 14
};

/* --- What is loaded --------------------------------------------------------------------------------------------- */

/* The interface: RECKON_C_ABI of the library, which must be that of this header. */
RECKON_C_API uint32_t reckon_c_abi(void);
/* The library's version, such as "0.1.0". Belongs to the library, for ever. */
RECKON_C_API char const* reckon_c_version(void);
/* A few words for a code, for ever; "unknown code" for one that is none. */
RECKON_C_API char const* reckon_status_name(reckon_status status);

/* --- Models ------------------------------------------------------------------------------------------------------ *
 * A model is `reckon_model_size()` bytes of the caller's: plain bytes, which may be copied and moved, for this library
 * in this process. Each function answers with its facts: {"name", "parameters", "active_parameters", "layers",
 * "max_context_tokens" (or null), "weights_bytes", "cache_bytes_per_token"}. */

RECKON_C_API size_t reckon_model_size(void);

/* The model of the catalogue with this name or repository: "deepseek-r1", "deepseek-ai/DeepSeek-R1". */
RECKON_C_API reckon_status reckon_model_of_name(char const* name, size_t name_size, void* model,
                                                size_t model_capacity, char* answer,
                                                size_t capacity, size_t* size);
/* The model of a Hugging Face config.json's text. */
RECKON_C_API reckon_status reckon_model_of_config(char const* json, size_t json_size, void* model,
                                                  size_t model_capacity, char* answer,
                                                  size_t capacity, size_t* size);
/* The model of a GGUF file's first bytes, which must hold the whole header of an undivided file. RECKON_MORE_BYTES:
 * give more of them, half as many again, say. */
RECKON_C_API reckon_status reckon_model_of_gguf(void const* bytes, size_t bytes_size, void* model,
                                                size_t model_capacity, char* answer,
                                                size_t capacity, size_t* size);

/* --- Deployments ------------------------------------------------------------------------------------------------- *
 * A question describes a deployment in one of two ways:
 *
 *   {"command_line": "vllm serve NAME --flags", "accelerator": "h200-sxm", "concurrency": 64,
 *    "prompt_tokens": 2000, "output_tokens": 500}
 *   {"deployment": {...}}                        as reckon writes deployments: see reckon/io/deployment_json.hpp
 *
 * `concurrency` and the lengths may be left out: the engine's own insistence at start, and half of the context each.
 * `model` is what a path in the command line stands for; with NULL the name is looked up in the catalogue. Beside a
 * "deployment" it must be NULL. */

/* {"fits", "verdict", "devices", "capacity_bytes", "budget_bytes", "needed_bytes", "weights_bytes", "host_bytes",
 *  "kv_cache_bytes", "activations_bytes", "runtime_bytes", "outside_bytes", "headroom_bytes", "cache_tokens"}, of the
 * fullest device. That it does not fit is an answer, not a failure. */
RECKON_C_API reckon_status reckon_memory(void const* model, char const* question,
                                         size_t question_size, char* answer, size_t capacity,
                                         size_t* size);

/* {"context_tokens", "concurrency"}: the largest context with all else as it is, and the most requests of the context
 * that was asked for; 0 where none fits. */
RECKON_C_API reckon_status reckon_largest(void const* model, char const* question,
                                          size_t question_size, char* answer, size_t capacity,
                                          size_t* size);

/* {"time_to_first_token_s", "time_per_token_s", "end_to_end_s", "output_tokens_per_second": {"value", "low", "high"},
 *  "requests_per_second", "bound_by", "prompt_tokens", "output_tokens"}. RECKON_UNKNOWN_FIGURE where a peak or a
 * bandwidth of the accelerator was never published. */
RECKON_C_API reckon_status reckon_speed(void const* model, char const* question,
                                        size_t question_size, char* answer, size_t capacity,
                                        size_t* size);

/* {"fits", "sentence", "remedies": [{"change", "value", "to", "mends", "freed_bytes", "devices"}]}. The question may
 * have "most_gpus" (16), how many a change may ask for. */
RECKON_C_API reckon_status reckon_why_not(void const* model, char const* question,
                                          size_t question_size, char* answer, size_t capacity,
                                          size_t* size);

/* --- Choosing ---------------------------------------------------------------------------------------------------- *
 *   {"model": "deepseek-r1", "context_tokens": 32768, "concurrency": 64, "accelerators": ["h200-sxm", "mi300x"]}
 *
 * or "requests_per_second" for "concurrency"; besides, if need be, "prompt_tokens", "output_tokens", "max_gpus" (64),
 * "rank_by" ("cost", "hourly-cost", "throughput", "latency", "gpus"), "weights" (a format by its name; else as
 * published), "time_to_first_token_s", "time_per_token_s", "most_plans" (8). Without "accelerators" all are tried.
 * `model` instead of the field "model", or NULL.
 *
 * {"plans": [{"accelerator", "devices", "replicas", "layout", "needed_bytes", "budget_bytes",
 *  "time_to_first_token_s", "time_per_token_s", "output_tokens_per_second", "usd_per_hour" (or null)}],
 *  "ways_tried"}, the best plan first. */
RECKON_C_API reckon_status reckon_recommend(void const* model, char const* question,
                                            size_t question_size, char* answer, size_t capacity,
                                            size_t* size);

#ifdef __cplusplus
}
#endif

#endif
