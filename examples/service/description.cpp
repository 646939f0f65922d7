// SPDX-License-Identifier: MIT
// The OpenAPI description. tests/service/service.py sends each of its examples and holds each answer to its schema.
#include "service/answers.hpp"

namespace service {

std::string_view description() {
    return R"json({
  "openapi": "3.1.0",
  "info": {
    "title": "reckon",
    "version": "0.1.0",
    "summary": "What it takes to serve a large language model, by calculation alone.",
    "description": "Sizes are bytes, times seconds, rates per second; a field's name says so. Nothing is kept between requests. A body has at most 1 MiB.",
    "license": {"name": "MIT", "identifier": "MIT"}
  },
  "paths": {
    "/models": {"get": {
      "operationId": "models", "summary": "Names of the models of the catalogue.",
      "parameters": [{"$ref": "#/components/parameters/contains"}],
      "responses": {
        "200": {"description": "The names.", "content": {"application/json": {"schema": {
          "type": "object", "required": ["models"], "properties": {"models": {"type": "array", "items": {"type": "string"}}}}}}}
      }}},
    "/models/{name}": {"get": {
      "operationId": "model", "summary": "One model of the catalogue, by name or repository.",
      "parameters": [{"name": "name", "in": "path", "required": true, "schema": {"type": "string"}, "example": "deepseek-r1"}],
      "responses": {
        "200": {"description": "Its facts.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/model"}}}},
        "404": {"$ref": "#/components/responses/refused"}
      }}},
    "/gpus": {"get": {
      "operationId": "gpus", "summary": "Names of the accelerators of the catalogue.",
      "parameters": [{"$ref": "#/components/parameters/contains"}],
      "responses": {
        "200": {"description": "The names.", "content": {"application/json": {"schema": {
          "type": "object", "required": ["gpus"], "properties": {"gpus": {"type": "array", "items": {"type": "string"}}}}}}}
      }}},
    "/gpus/{name}": {"get": {
      "operationId": "gpu", "summary": "One accelerator of the catalogue.",
      "parameters": [{"name": "name", "in": "path", "required": true, "schema": {"type": "string"}, "example": "h200-sxm"}],
      "responses": {
        "200": {"description": "Its facts; null where nobody published one.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/gpu"}}}},
        "404": {"$ref": "#/components/responses/refused"}
      }}},
    "/config": {"post": {
      "operationId": "config", "summary": "The facts of a model from its config.json of Hugging Face.",
      "requestBody": {"required": true, "content": {"application/json": {
        "schema": {"type": "object"},
        "example": {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "hidden_size": 1024, "intermediate_size": 3072,
          "num_hidden_layers": 28, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936,
          "tie_word_embeddings": true, "max_position_embeddings": 40960, "torch_dtype": "bfloat16", "hidden_act": "silu"}}}},
      "responses": {
        "200": {"description": "Its facts.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/model"}}}},
        "400": {"$ref": "#/components/responses/refused"}, "422": {"$ref": "#/components/responses/refused"}
      }}},
    "/memory": {"post": {
      "operationId": "memory", "summary": "Bytes on the fullest device, part by part, and whether they fit.",
      "requestBody": {"$ref": "#/components/requestBodies/deployment"},
      "responses": {
        "200": {"description": "That it does not fit is an answer, too.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/memory"}}}},
        "400": {"$ref": "#/components/responses/refused"}, "422": {"$ref": "#/components/responses/refused"}
      }}},
    "/largest": {"post": {
      "operationId": "largest", "summary": "The largest context, and the most requests, with all else as it is; 0 where none fits.",
      "requestBody": {"$ref": "#/components/requestBodies/deployment"},
      "responses": {
        "200": {"description": "The limits.", "content": {"application/json": {"schema": {
          "type": "object", "required": ["context_tokens", "concurrency"],
          "properties": {"context_tokens": {"type": "integer"}, "concurrency": {"type": "integer"}}}}}},
        "400": {"$ref": "#/components/responses/refused"}, "422": {"$ref": "#/components/responses/refused"}
      }}},
    "/speed": {"post": {
      "operationId": "speed", "summary": "First token, time per token and throughput, each with its interval.",
      "requestBody": {"$ref": "#/components/requestBodies/deployment"},
      "responses": {
        "200": {"description": "The speed.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/speed"}}}},
        "400": {"$ref": "#/components/responses/refused"}, "422": {"$ref": "#/components/responses/refused"}
      }}},
    "/preflight": {"post": {
      "operationId": "preflight", "summary": "Whether it starts, the sentence, and the single changes that would mend it.",
      "requestBody": {"$ref": "#/components/requestBodies/deployment"},
      "responses": {
        "200": {"description": "The verdict.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/verdict"}}}},
        "400": {"$ref": "#/components/responses/refused"}, "422": {"$ref": "#/components/responses/refused"}
      }}},
    "/recommend": {"post": {
      "operationId": "recommend", "summary": "Which accelerators carry a load, the best plan first.",
      "requestBody": {"required": true, "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/load"},
        "example": {"model": "deepseek-r1", "context_tokens": 32768, "concurrency": 64, "accelerators": ["h200-sxm", "mi300x"], "max_gpus": 16}}}},
      "responses": {
        "200": {"description": "The plans.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/plans"}}}},
        "400": {"$ref": "#/components/responses/refused"}, "422": {"$ref": "#/components/responses/refused"}
      }}},
    "/admission": {"post": {
      "operationId": "admission", "summary": "Kubernetes' admission check: an AdmissionReview, answered.",
      "requestBody": {"required": true, "content": {"application/json": {
        "schema": {"type": "object", "required": ["apiVersion", "kind", "request"]},
        "example": {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "1", "object": {
          "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "q"}, "spec": {
            "nodeSelector": {"nvidia.com/gpu.product": "NVIDIA-L40S"},
            "containers": [{"name": "server", "image": "vllm/vllm-openai:v0.21.0", "args": ["--model", "Qwen/Qwen3-32B"],
              "resources": {"limits": {"nvidia.com/gpu": 1}}}]}}}}}}},
      "responses": {
        "200": {"description": "The review's answer.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/review"}}}},
        "400": {"$ref": "#/components/responses/refused"}, "422": {"$ref": "#/components/responses/refused"}
      }}},
    "/version": {"get": {
      "operationId": "version", "summary": "The library's version and the size of its catalogue.",
      "responses": {
        "200": {"description": "The version.", "content": {"application/json": {"schema": {
          "type": "object", "required": ["version", "models", "gpus"],
          "properties": {"version": {"type": "string"}, "models": {"type": "integer"}, "gpus": {"type": "integer"}}}}}}
      }}},
    "/openapi.json": {"get": {
      "operationId": "description", "summary": "This description.",
      "responses": {
        "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object", "required": ["openapi", "paths"]}}}}
      }}}
  },
  "components": {
    "parameters": {
      "contains": {"name": "contains", "in": "query", "required": false, "schema": {"type": "string"}, "example": "h200",
        "description": "Only names that have this in them."}
    },
    "requestBodies": {
      "deployment": {"required": true, "content": {"application/json": {
        "schema": {"$ref": "#/components/schemas/deployment"},
        "examples": {
          "command line": {"value": {"command_line": "vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 --max-model-len 32768",
            "accelerator": "h200-sxm", "concurrency": 16, "prompt_tokens": 2000, "output_tokens": 500}},
          "fields": {"value": {"deployment": {"model": "deepseek-r1", "accelerator": "h200-sxm", "layout": {"data": 8, "expert": 8},
            "max_context": 32768, "concurrency": 64}}}
        }}}}
    },
    "responses": {
      "refused": {"description": "One sentence: what was wrong, where, and what would be right.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/error"}}}}
    },
    "schemas": {
      "error": {"type": "object", "required": ["error", "code"], "properties": {
        "error": {"type": "string"},
        "code": {"type": "string", "enum": ["unknown_name", "missing_field", "wrong_type", "out_of_range", "unsupported",
          "contradiction", "indivisible_layout", "malformed", "unreadable", "unknown_figure"]}}},
      "model": {"type": "object",
        "required": ["name", "parameters", "active_parameters", "layers", "max_context_tokens", "weights_bytes", "cache_bytes_per_token"],
        "properties": {"name": {"type": "string"}, "parameters": {"type": "integer"}, "active_parameters": {"type": "integer"},
          "layers": {"type": "integer"}, "max_context_tokens": {"type": ["integer", "null"]}, "weights_bytes": {"type": "integer"},
          "cache_bytes_per_token": {"type": "number"}}},
      "gpu": {"type": "object",
        "required": ["id", "name", "architecture", "memory_bytes", "usable_bytes", "bandwidth_bytes_per_second",
          "bf16_flops_per_second", "compute_units", "power_watts", "per_node"],
        "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "architecture": {"type": "string"},
          "memory_bytes": {"type": ["integer", "null"]}, "usable_bytes": {"type": ["integer", "null"]},
          "bandwidth_bytes_per_second": {"type": ["number", "null"]}, "bf16_flops_per_second": {"type": ["number", "null"]},
          "compute_units": {"type": ["integer", "null"]}, "power_watts": {"type": ["number", "null"]},
          "per_node": {"type": ["integer", "null"]}}},
      "deployment": {"type": "object", "additionalProperties": false,
        "description": "An engine's command line on an accelerator, or a whole deployment.",
        "properties": {
          "command_line": {"type": "string"}, "accelerator": {"type": "string"},
          "concurrency": {"type": "integer", "minimum": 1}, "prompt_tokens": {"type": "integer", "minimum": 1},
          "output_tokens": {"type": "integer", "minimum": 1},
          "most_gpus": {"type": "integer", "minimum": 1, "maximum": 100000, "default": 16},
          "deployment": {"type": "object", "required": ["model", "accelerator", "max_context"], "properties": {
            "name": {"type": "string"}, "model": {"type": "string"}, "accelerator": {"type": "string"},
            "layout": {"type": "object"}, "weights": {"type": "string"}, "cache": {"type": "object"},
            "max_context": {"type": "number"}, "concurrency": {"type": "integer"}, "request": {"type": "object"},
            "engine": {"type": "object"}}}}},
      "memory": {"type": "object",
        "required": ["fits", "verdict", "devices", "capacity_bytes", "budget_bytes", "needed_bytes", "weights_bytes", "host_bytes",
          "kv_cache_bytes", "activations_bytes", "runtime_bytes", "outside_bytes", "headroom_bytes", "cache_tokens"],
        "properties": {"fits": {"type": "boolean"}, "verdict": {"type": "string"}, "devices": {"type": "integer"},
          "capacity_bytes": {"type": "integer"}, "budget_bytes": {"type": "integer"}, "needed_bytes": {"type": "integer"},
          "weights_bytes": {"type": "integer"}, "host_bytes": {"type": "integer"}, "kv_cache_bytes": {"type": "integer"},
          "activations_bytes": {"type": "integer"}, "runtime_bytes": {"type": "integer"}, "outside_bytes": {"type": "integer"},
          "headroom_bytes": {"type": "integer"}, "cache_tokens": {"type": "integer"}}},
      "interval": {"type": "object", "required": ["value", "low", "high"],
        "properties": {"value": {"type": "number"}, "low": {"type": "number"}, "high": {"type": "number"}}},
      "speed": {"type": "object",
        "required": ["time_to_first_token_s", "time_per_token_s", "end_to_end_s", "output_tokens_per_second", "requests_per_second",
          "bound_by", "prompt_tokens", "output_tokens"],
        "properties": {"time_to_first_token_s": {"$ref": "#/components/schemas/interval"},
          "time_per_token_s": {"$ref": "#/components/schemas/interval"}, "end_to_end_s": {"$ref": "#/components/schemas/interval"},
          "output_tokens_per_second": {"$ref": "#/components/schemas/interval"}, "requests_per_second": {"type": "number"},
          "bound_by": {"type": "string"}, "prompt_tokens": {"type": "number"}, "output_tokens": {"type": "number"}}},
      "verdict": {"type": "object", "required": ["fits", "sentence", "remedies"], "properties": {
        "fits": {"type": "boolean"}, "sentence": {"type": "string"},
        "remedies": {"type": "array", "items": {"type": "object",
          "required": ["change", "value", "to", "mends", "freed_bytes", "devices"],
          "properties": {"change": {"type": "string"}, "value": {"type": "number"}, "to": {"type": "string"},
            "mends": {"type": "boolean"}, "freed_bytes": {"type": "integer"}, "devices": {"type": "integer"}}}}}},
      "load": {"type": "object", "additionalProperties": false, "required": ["model", "context_tokens"],
        "description": "One of concurrency and requests_per_second must be given.",
        "properties": {"model": {"type": "string"}, "context_tokens": {"type": "integer", "minimum": 1},
          "concurrency": {"type": "integer", "minimum": 1}, "requests_per_second": {"type": "number"},
          "prompt_tokens": {"type": "integer", "minimum": 1}, "output_tokens": {"type": "integer", "minimum": 1},
          "accelerators": {"type": "array", "items": {"type": "string"}},
          "max_gpus": {"type": "integer", "minimum": 1, "maximum": 1024, "default": 64},
          "rank_by": {"type": "string", "enum": ["cost", "hourly-cost", "throughput", "latency", "gpus"]},
          "weights": {"type": "string"}, "time_to_first_token_s": {"type": "number"}, "time_per_token_s": {"type": "number"},
          "most_plans": {"type": "integer", "minimum": 1, "maximum": 32, "default": 8}}},
      "plans": {"type": "object", "required": ["plans", "ways_tried"], "properties": {
        "ways_tried": {"type": "integer"},
        "plans": {"type": "array", "items": {"type": "object",
          "required": ["accelerator", "devices", "replicas", "layout", "needed_bytes", "budget_bytes", "time_to_first_token_s",
            "time_per_token_s", "output_tokens_per_second", "usd_per_hour"],
          "properties": {"accelerator": {"type": "string"}, "devices": {"type": "integer"}, "replicas": {"type": "integer"},
            "layout": {"type": "object", "required": ["tensor", "pipeline", "data", "expert"], "properties": {
              "tensor": {"type": "integer"}, "pipeline": {"type": "integer"}, "data": {"type": "integer"}, "expert": {"type": "integer"}}},
            "needed_bytes": {"type": "integer"}, "budget_bytes": {"type": "integer"}, "time_to_first_token_s": {"type": "number"},
            "time_per_token_s": {"type": "number"}, "output_tokens_per_second": {"type": "number"},
            "usd_per_hour": {"type": ["number", "null"]}}}}}},
      "review": {"type": "object", "required": ["apiVersion", "kind", "response"], "properties": {
        "apiVersion": {"type": "string"}, "kind": {"type": "string"},
        "response": {"type": "object", "required": ["uid", "allowed"], "properties": {
          "uid": {"type": "string"}, "allowed": {"type": "boolean"},
          "status": {"type": "object", "properties": {"code": {"type": "integer"}, "message": {"type": "string"}}},
          "warnings": {"type": "array", "items": {"type": "string"}}, "auditAnnotations": {"type": "object"}}}}}
    }
  }
}
)json";
}

} // namespace service
