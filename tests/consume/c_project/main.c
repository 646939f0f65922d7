/* SPDX-License-Identifier: MIT */
#include <reckon_c/reckon_c.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    char const question[] =
        "{\"command_line\": \"vllm serve Qwen/Qwen3-8B\", \"accelerator\": \"h100-sxm-80gb\"}";
    char answer[512];
    if (reckon_largest(NULL, question, strlen(question), answer, sizeof answer, NULL) !=
        RECKON_OK) {
        fprintf(stderr, "%s\n", answer);
        return 1;
    }
    puts(answer);
    return 0;
}
