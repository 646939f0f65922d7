/* SPDX-License-Identifier: MIT */
/* The C interface from C99: what a host does, and what it does wrong. */
#include <pthread.h>
#include <reckon_c/reckon_c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                         \
            ++failures;                                                                            \
        }                                                                                          \
    } while (0)

static char const r1[] =
    "{\"command_line\": \"vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 "
    "--max-model-len 32768\", \"accelerator\": \"h200-sxm\", \"concurrency\": 64}";

typedef reckon_status (*question_function)(void const*, char const*, size_t, char*, size_t,
                                           size_t*);

/* The number behind "field":, or -1. */
static double number_of(char const* json, char const* field) {
    char key[64];
    char const* at;
    sprintf(key, "\"%s\":", field);
    at = strstr(json, key);
    return at == NULL ? -1 : strtod(at + strlen(key), NULL);
}

static void versions(void) {
    int status;
    CHECK(reckon_c_abi() == RECKON_C_ABI);
    CHECK(strlen(reckon_c_version()) == 5 && reckon_c_version()[1] == '.');
    for (status = RECKON_OK; status <= RECKON_OUT_OF_MEMORY; ++status) {
        CHECK(strcmp(reckon_status_name(status), "unknown code") != 0);
    }
    CHECK(strcmp(reckon_status_name(-1), "unknown code") == 0);
    CHECK(strcmp(reckon_status_name(RECKON_OUT_OF_MEMORY + 1), "unknown code") == 0);
}

static void memory(void) {
    char answer[4096];
    size_t size = 0;
    CHECK(reckon_memory(NULL, r1, sizeof r1 - 1, answer, sizeof answer, &size) == RECKON_OK);
    CHECK(size == strlen(answer));
    CHECK(strstr(answer, "\"fits\":false") != NULL);
    /* The parts are the whole, and the whole is above the budget by what is missing. */
    CHECK(number_of(answer, "weights_bytes") > 80e9 && number_of(answer, "weights_bytes") < 100e9);
    CHECK(number_of(answer, "needed_bytes") > number_of(answer, "budget_bytes"));
    CHECK(number_of(answer, "headroom_bytes") < 0);
    CHECK(number_of(answer, "devices") == 8);
}

static void buffers(void) {
    char answer[4096];
    char small[8] = "kept";
    size_t size = 0;
    size_t needed = 0;
    reckon_status const status = reckon_memory(NULL, r1, sizeof r1 - 1, NULL, 0, &needed);
    CHECK(status == RECKON_OK && needed > sizeof small);
    CHECK(reckon_memory(NULL, r1, sizeof r1 - 1, small, sizeof small, &size) ==
          RECKON_BUFFER_TOO_SMALL);
    CHECK(size == needed && small[0] == '\0');
    /* Room for the text and not for its 0 is one byte too few. */
    CHECK(reckon_memory(NULL, r1, sizeof r1 - 1, answer, needed, &size) == RECKON_BUFFER_TOO_SMALL);
    CHECK(reckon_memory(NULL, r1, sizeof r1 - 1, answer, needed + 1, NULL) == RECKON_OK);
    CHECK(strlen(answer) == needed);
    small[0] = 'k';
    CHECK(reckon_memory(NULL, r1, sizeof r1 - 1, small, 0, &size) == RECKON_BUFFER_TOO_SMALL);
    CHECK(small[0] == 'k');
}

/* A question that must be refused with this code and these words. */
static void refused(question_function ask, void const* model, char const* question,
                    reckon_status code, char const* words) {
    char answer[1024] = "";
    reckon_status const status =
        ask(model, question, question == NULL ? 0 : strlen(question), answer, sizeof answer, NULL);
    if (status != code || strstr(answer, words) == NULL) {
        printf("%s: refused with %d \"%s\", not %d \"%s\"\n", question == NULL ? "NULL" : question,
               (int)status, answer, (int)code, words);
        ++failures;
    }
}

static void refusals(void) {
    char const no_model[8] = "x";
    refused(reckon_memory, NULL, NULL, RECKON_BAD_POINTER, "NULL");
    refused(reckon_memory, NULL, "", RECKON_MALFORMED, "the question");
    refused(reckon_memory, NULL, "[]", RECKON_WRONG_TYPE, "the question");
    refused(reckon_memory, NULL, "{}", RECKON_MISSING_FIELD, "command_line");
    refused(reckon_memory, NULL, "{\"command_line\": 8, \"accelerator\": \"h200-sxm\"}",
            RECKON_WRONG_TYPE, "command_line");
    refused(reckon_memory, NULL,
            "{\"command_line\": \"vllm serve gpt-oss-20b\", \"accelerator\": \"h2000\"}",
            RECKON_UNKNOWN_NAME, "h2000");
    refused(reckon_memory, NULL,
            "{\"command_line\": \"vllm serve gpt-oss-20b --tp-sise 2\", \"accelerator\": \"l40s\"}",
            RECKON_UNKNOWN_NAME, "--tp-sise");
    refused(
        reckon_memory, NULL,
        "{\"command_line\": \"vllm serve gpt-oss-20b\", \"accelerator\": \"l40s\", \"gpus\": 2}",
        RECKON_UNKNOWN_NAME, "\"gpus\"");
    refused(reckon_memory, NULL, "{\"deployment\": {\"model\": \"gpt-oss-20b\"}}",
            RECKON_MISSING_FIELD, "accelerator");
    refused(reckon_memory, no_model, r1, RECKON_BAD_POINTER, "no model");
    refused(reckon_recommend, NULL, "{\"context_tokens\": 4096, \"concurrency\": 1}",
            RECKON_MISSING_FIELD, "model");
    refused(reckon_recommend, NULL, "{\"model\": \"gpt-oss-20b\", \"context_tokens\": 4096}",
            RECKON_CONTRADICTION, "concurrency");
    refused(reckon_recommend, NULL,
            "{\"model\": \"gpt-oss-20b\", \"context_tokens\": 4096, \"concurrency\": 1, "
            "\"rank_by\": \"beauty\"}",
            RECKON_UNKNOWN_NAME, "rank_by");
    refused(reckon_speed, NULL,
            "{\"command_line\": \"vllm serve gpt-oss-20b -tp 7\", \"accelerator\": \"l40s\"}",
            RECKON_INDIVISIBLE_LAYOUT, "7");
}

static void answers(void) {
    char answer[16384];
    double context;
    char question[512];
    CHECK(reckon_largest(NULL, r1, sizeof r1 - 1, answer, sizeof answer, NULL) == RECKON_OK);
    context = number_of(answer, "context_tokens");
    CHECK(context > 1000 && context < 32768);
    /* It is the largest: it fits, and one token more does not. */
    sprintf(question,
            "{\"command_line\": \"vllm serve deepseek-ai/DeepSeek-R1 -tp 8 --max-model-len %.0f\", "
            "\"accelerator\": \"h200-sxm\", \"concurrency\": 64}",
            context);
    CHECK(reckon_memory(NULL, question, strlen(question), answer, sizeof answer, NULL) ==
          RECKON_OK);
    CHECK(strstr(answer, "\"fits\":true") != NULL);
    CHECK(reckon_speed(NULL, r1, sizeof r1 - 1, answer, sizeof answer, NULL) == RECKON_OK);
    CHECK(strstr(answer, "\"bound_by\":\"") != NULL);
    CHECK(reckon_why_not(NULL, r1, sizeof r1 - 1, answer, sizeof answer, NULL) == RECKON_OK);
    CHECK(strstr(answer, "\"mends\":true") != NULL);
    CHECK(strstr(answer, "\"sentence\":\"needs ") != NULL);
}

static void models(void) {
    char answer[4096];
    char* const model = malloc(reckon_model_size());
    char* const moved = malloc(reckon_model_size());
    char const config[] =
        "{\"architectures\": [\"LlamaForCausalLM\"], \"model_type\": \"llama\", \"hidden_size\": "
        "4096, \"intermediate_size\": 14336, \"num_attention_heads\": 32, \"num_hidden_layers\": "
        "32, "
        "\"num_key_value_heads\": 8, \"vocab_size\": 128256, \"max_position_embeddings\": 131072, "
        "\"tie_word_embeddings\": false, \"torch_dtype\": \"bfloat16\"}";
    char const question[] = "{\"command_line\": \"vllm serve ./my-model --max-model-len 4096\", "
                            "\"accelerator\": \"rtx-4090\"}";
    CHECK(model != NULL && moved != NULL);
    CHECK(reckon_model_of_config(config, sizeof config - 1, model, reckon_model_size(), answer,
                                 sizeof answer, NULL) == RECKON_OK);
    CHECK(number_of(answer, "parameters") == 8030261248.0); /* Llama 3.1 8B, as published */
    CHECK(number_of(answer, "cache_bytes_per_token") == 131072);
    memcpy(moved, model, reckon_model_size()); /* plain bytes: a copy is as good */
    memset(model, 0, reckon_model_size());
    CHECK(reckon_memory(moved, question, sizeof question - 1, answer, sizeof answer, NULL) ==
          RECKON_OK);
    CHECK(number_of(answer, "weights_bytes") > 16.06e9 &&
          number_of(answer, "weights_bytes") < 16.2e9);
    CHECK(reckon_memory(NULL, question, sizeof question - 1, answer, sizeof answer, NULL) ==
          RECKON_MISSING_FIELD);
    CHECK(reckon_model_of_name("deepseek-r1", 11, model, reckon_model_size(), answer, sizeof answer,
                               NULL) == RECKON_OK);
    CHECK(number_of(answer, "parameters") == 671026419200.0);
    CHECK(reckon_model_of_name("deepseek-r1", 11, model, 10, answer, sizeof answer, NULL) ==
          RECKON_BUFFER_TOO_SMALL);
    CHECK(strstr(answer, "a model needs ") == answer);
    CHECK(reckon_model_of_name("deepseek-r1", 11, NULL, 0, answer, sizeof answer, NULL) ==
          RECKON_BAD_POINTER);
    CHECK(reckon_model_of_name("deepseek-r9", 11, model, reckon_model_size(), answer, sizeof answer,
                               NULL) == RECKON_UNKNOWN_NAME);
    CHECK(reckon_model_of_gguf("GGUF", 4, model, reckon_model_size(), answer, sizeof answer,
                               NULL) == RECKON_MORE_BYTES);
    CHECK(reckon_model_of_gguf("GIF89a..", 8, model, reckon_model_size(), answer, sizeof answer,
                               NULL) == RECKON_MALFORMED);
    CHECK(reckon_model_of_gguf(NULL, 0, model, reckon_model_size(), answer, sizeof answer, NULL) ==
          RECKON_BAD_POINTER);
    free(model);
    free(moved);
}

static void* many_times(void* expected) {
    char answer[4096];
    int i;
    for (i = 0; i < 200; ++i) {
        if (reckon_memory(NULL, r1, sizeof r1 - 1, answer, sizeof answer, NULL) != RECKON_OK ||
            strcmp(answer, expected) != 0) {
            return expected;
        }
    }
    return NULL;
}

static void threads(void) {
    char expected[4096];
    pthread_t running[4];
    void* wrong = NULL;
    size_t i;
    reckon_memory(NULL, r1, sizeof r1 - 1, expected, sizeof expected, NULL);
    for (i = 0; i < 4; ++i) {
        CHECK(pthread_create(&running[i], NULL, many_times, expected) == 0);
    }
    for (i = 0; i < 4; ++i) {
        pthread_join(running[i], &wrong);
        CHECK(wrong == NULL);
    }
}

int main(void) {
    versions();
    memory();
    buffers();
    refusals();
    answers();
    models();
    threads();
    printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
