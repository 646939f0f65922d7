// SPDX-License-Identifier: MIT
// What --format json prints, as JSON Schema (draft 2020-12). tests/support/check_schema.py holds the output against it.
#include "recommend/verbs.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace recommend {
namespace {

// clang-format off
/// What a plan's layout is, in every answer that has one.
constexpr std::string_view definition_of_layout = R"json(    "layout": {
      "type": "object",
      "description": "Degrees of parallelism of one replica.",
      "properties": {
        "tensor": {"type": "integer"},
        "data": {"type": "integer"},
        "expert": {"type": "integer"},
        "pipeline": {"type": "integer"},
        "devices": {"type": "integer"}
      },
      "required": ["tensor", "data", "expert", "pipeline", "devices"],
      "additionalProperties": false
    })json";

/// Rules that exclude plans, and why the first stands first, in the answers that have a search.
constexpr std::string_view definitions_of_search = R"json(,
    "conflicts": {
      "type": "array",
      "description": "Without a plan: rules that no plan keeps, alone (other_rule null) or together.",
      "items": {
        "type": "object",
        "properties": {
          "rule": {"type": "string"},
          "limit": {"type": "number"},
          "needed": {"type": ["number", "null"]},
          "other_rule": {"type": ["string", "null"]},
          "other_limit": {"type": ["number", "null"]},
          "other_needed": {"type": ["number", "null"]},
          "sentence": {"type": "string"}
        },
        "required": [
          "rule", "limit", "needed", "other_rule", "other_limit", "other_needed", "sentence"
        ],
        "additionalProperties": false
      }
    },
    "preference": {
      "description": "Why the first is not the best by the objective alone; null: it is.",
      "anyOf": [
        {
          "type": "object",
          "description": "over: position of the best by the objective alone, from 0; given_up: what the first is worse by, as a fraction; times_better: the other's figure by decided_by over the first's, null without a price.",
          "properties": {
            "over": {"type": "integer"},
            "decided_by": {"type": "string"},
            "given_up": {"type": "number"},
            "times_better": {"type": ["number", "null"]}
          },
          "required": ["over", "decided_by", "given_up", "times_better"],
          "additionalProperties": false
        },
        {"type": "null"}
      ]
    })json";

/// Two fleets that carry a day together; by the names that the answer has for them.
constexpr std::string_view of_pair = R"json(    "@key": {
      "anyOf": [
        {
          "type": "object",
          "description": "@what",
          "properties": {
            "@first": {"anyOf": [{"$ref": "#/$defs/fleet"}, {"type": "null"}]},
            "@second": {"anyOf": [{"$ref": "#/$defs/fleet"}, {"type": "null"}]},
            "gpus_most": {"type": "integer"},
            "usd_per_day": {"type": ["number", "null"]},
            "usd_per_million_output_tokens": {"type": ["number", "null"]},
            "hours": {
              "type": "array",
              "items": {
                "type": "object",
                "properties": {
                  "requests_per_second": {"type": "number"},
                  "@first": {"type": "integer"},
                  "@second": {"type": "integer"}
                },
                "required": ["requests_per_second", "@first", "@second"],
                "additionalProperties": false
              }
            }
          },
          "required": [
            "@first", "@second", "gpus_most", "usd_per_day", "usd_per_million_output_tokens", "hours"
          ],
          "additionalProperties": false
        },
        {
          "type": "object",
          "properties": {"none_because": {"type": "string"}},
          "required": ["none_because"],
          "additionalProperties": false
        },
        {"type": "null"}
      ]
    },
)json";

/// The end of both answers that hold plans: what a plan is.
constexpr std::string_view definitions_of_plans = R"json(,
    "estimate": {
      "type": "object",
      "description": "An 80 % interval, and where the figure comes from.",
      "properties": {
        "value": {"type": "number"},
        "low": {"type": "number"},
        "high": {"type": "number"},
        "from": {"enum": ["exact", "datasheet", "observed", "fitted", "assumed"]}
      },
      "required": ["value", "low", "high", "from"],
      "additionalProperties": false
    },
    "memory": {
      "type": "object",
      "description": "Bytes of the fullest GPU.",
      "properties": {
        "capacity": {"type": "number"},
        "budget": {"type": "number"},
        "weights": {"type": "number"},
        "weights_by_part": {
          "type": "object",
          "properties": {
            "routed_experts": {"type": "number"},
            "shared_experts": {"type": "number"},
            "dense_feed_forward": {"type": "number"},
            "attention": {"type": "number"},
            "embedding": {"type": "number"},
            "head": {"type": "number"},
            "norms_and_routers": {"type": "number"},
            "made_at_load": {"type": "number"}
          },
          "required": [
            "routed_experts", "shared_experts", "dense_feed_forward", "attention", "embedding",
            "head", "norms_and_routers", "made_at_load"
          ],
          "additionalProperties": false
        },
        "kv_cache": {"type": "number"},
        "activations": {"$ref": "#/$defs/estimate"},
        "runtime": {"$ref": "#/$defs/estimate"},
        "headroom": {"type": "number"},
        "cache_tokens_needed": {"type": "number"},
        "cache_tokens_that_fit": {"type": "number"}
      },
      "required": [
        "capacity", "budget", "weights", "weights_by_part", "kv_cache", "activations", "runtime",
        "headroom", "cache_tokens_needed", "cache_tokens_that_fit"
      ],
      "additionalProperties": false
    },
    "speed": {
      "type": "object",
      "properties": {
        "time_to_first_token_s": {"$ref": "#/$defs/estimate"},
        "time_per_token_s": {"$ref": "#/$defs/estimate"},
        "end_to_end_s": {"$ref": "#/$defs/estimate"},
        "output_tokens_per_second": {"$ref": "#/$defs/estimate"},
        "requests_per_second": {"type": "number"},
        "roofline_prefill_s": {"type": "number"},
        "roofline_step_s": {"type": "number"},
        "decode_bound_by": {"type": "string"}
      },
      "required": [
        "time_to_first_token_s", "time_per_token_s", "end_to_end_s", "output_tokens_per_second",
        "requests_per_second", "roofline_prefill_s", "roofline_step_s", "decode_bound_by"
      ],
      "additionalProperties": false
    },
    "plan": {
      "type": "object",
      "description": "A way that carries the load; null is what nobody published.",
      "properties": {
        "model": {"type": "string"},
        "gpu": {"type": "string"},
        "gpu_name": {"type": "string"},
        "gpus": {"type": "integer"},
        "replicas": {"type": "integer"},
        "spare_replicas": {"type": "integer"},
        "layout": {"$ref": "#/$defs/layout"},
        "precision": {"type": "string"},
        "concurrency_per_replica": {"type": "integer"},
        "memory_per_gpu_bytes": {"$ref": "#/$defs/memory"},
        "speed": {"$ref": "#/$defs/speed"},
        "usd_per_hour": {"type": ["number", "null"]},
        "usd_per_million_output_tokens": {"type": ["number", "null"]},
        "offer": {
          "anyOf": [
            {
              "type": "object",
              "description": "The machines that are rented, and the day on which their price was read.",
              "properties": {
                "provider": {"type": "string"},
                "instance": {"type": "string"},
                "region": {"type": "string"},
                "machines": {"type": "integer"},
                "seller": {"enum": ["cloud", "specialised", "marketplace", "own"]},
                "price_date": {"type": "string"}
              },
              "required": ["provider", "instance", "region", "machines", "seller", "price_date"],
              "additionalProperties": false
            },
            {"type": "null"}
          ]
        },
        "board_power_w": {"type": ["number", "null"]}
      },
      "required": [
        "model", "gpu", "gpu_name", "gpus", "replicas", "spare_replicas", "layout", "precision",
        "concurrency_per_replica", "memory_per_gpu_bytes", "speed", "usd_per_hour",
        "usd_per_million_output_tokens", "offer", "board_power_w"
      ],
      "additionalProperties": false
    }
  }
}
)json";

constexpr std::string_view of_recommend = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "recommend",
  "description": "The answer of recommend --format json: base units, named by each key.",
  "type": "object",
  "properties": {
    "asked": {
      "type": "object",
      "properties": {
        "context_tokens": {"type": "number"},
        "concurrency": {"type": ["integer", "null"]},
        "requests_per_second": {"type": ["number", "null"]},
        "prompt_tokens": {"type": "number"},
        "output_tokens": {"type": "number"},
        "lengths_assumed": {"type": "boolean"},
        "engine": {"type": "string"},
        "kv_cache": {"type": "string"},
        "max_gpus": {"type": "integer"},
        "objective": {"type": "string"},
        "alike": {"type": "number"}
      },
      "required": [
        "context_tokens", "concurrency", "requests_per_second", "prompt_tokens", "output_tokens",
        "lengths_assumed", "engine", "kv_cache", "max_gpus", "objective", "alike"
      ],
      "additionalProperties": false
    },
    "models": {
      "type": "array",
      "description": "The candidates; quality as it was stated.",
      "items": {
        "type": "object",
        "properties": {
          "name": {"type": "string"},
          "licence": {"type": ["string", "null"], "description": "Of the publisher's checkpoint, or as it was stated."},
          "commercial_use": {"enum": ["unread", "allowed", "conditional", "forbidden"]},
          "left_out_because": {"type": ["string", "null"]},
          "quality": {"type": ["number", "null"]},
          "parameters": {"type": "integer"},
          "active_parameters": {"type": "integer"},
          "max_context_tokens": {"type": ["number", "null"]},
          "weights": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {"precision": {"type": "string"}, "bytes": {"type": "number"}},
              "required": ["precision", "bytes"],
              "additionalProperties": false
            }
          },
          "kv_cache_bytes_per_token": {"type": "number"}
        },
        "required": [
          "name", "licence", "commercial_use", "left_out_because", "quality", "parameters", "active_parameters", "max_context_tokens", "weights",
          "kv_cache_bytes_per_token"
        ],
        "additionalProperties": false
      }
    },
    "plans": {
      "type": "array",
      "description": "The best of each model, accelerator and precision, best first.",
      "items": {"$ref": "#/$defs/plan"}
    },
    "front_by_cost_and_latency": {
      "type": "array",
      "description": "Those that no plan beats in both.",
      "items": {"$ref": "#/$defs/plan"}
    },
    "changes": {
      "type": "array",
      "description": "The first plan under other loads.",
      "items": {
        "type": "object",
        "properties": {
          "what": {"type": "string"},
          "traffic_factor": {"type": "number"},
          "lengths_factor": {"type": "number"},
          "first_plan_holds": {"type": "boolean"},
          "rule_broken": {"type": ["string", "null"]},
          "best_then": {"anyOf": [{"$ref": "#/$defs/plan"}, {"type": "null"}]}
        },
        "required": [
          "what", "traffic_factor", "lengths_factor", "first_plan_holds", "rule_broken", "best_then"
        ],
        "additionalProperties": false
      }
    },
    "refused": {
      "type": "array",
      "description": "The telling ones, each by the first rule that it breaks; --all-refusals lists every one.",
      "items": {
        "type": "object",
        "properties": {
          "model": {"type": "string"},
          "gpu": {"type": "string"},
          "gpus": {"type": "integer"},
          "layout": {"$ref": "#/$defs/layout"},
          "precision": {"type": "string"},
          "rule": {"type": "string"},
          "numbers": {"type": "string"},
          "layout_that_carries_it": {"$ref": "#/$defs/layout"},
          "gpus_that_carry_it": {"type": "integer"},
          "requests_that_fit": {"type": "integer"},
          "context_that_fits": {"type": "number"}
        },
        "required": ["model", "gpu", "gpus", "layout", "precision", "rule", "numbers"],
        "additionalProperties": false
      }
    },
    "refused_in_all": {"type": "integer"},
    "limits_that_admit_a_plan": {
      "type": "array",
      "description": "Without a plan: limits that admit one if they alone give way.",
      "items": {
        "type": "object",
        "properties": {
          "rule": {"type": "string"},
          "limit": {"type": "number"},
          "needed": {"type": "number"},
          "plan": {"$ref": "#/$defs/plan"}
        },
        "required": ["rule", "limit", "needed", "plan"],
        "additionalProperties": false
      }
    },
    "limits_that_exclude_every_plan": {"$ref": "#/$defs/conflicts"},
    "first_preferred": {"$ref": "#/$defs/preference"},
    "on_paper": {
      "type": "array",
      "description": "Bytes by division, with nothing set aside for an engine.",
      "items": {
        "type": "object",
        "properties": {
          "gpu": {"type": "string"},
          "layout": {"$ref": "#/$defs/layout"},
          "budget_bytes": {"type": "number"},
          "weights_bytes": {"type": "number"},
          "kv_cache_bytes": {"type": "number"},
          "tokens_needed": {"type": "number"},
          "tokens_that_fit": {"type": "number"}
        },
        "required": [
          "gpu", "layout", "budget_bytes", "weights_bytes", "kv_cache_bytes", "tokens_needed",
          "tokens_that_fit"
        ],
        "additionalProperties": false
      }
    }
  },
  "required": [
    "asked", "models", "plans", "front_by_cost_and_latency", "changes", "refused", "refused_in_all",
    "limits_that_admit_a_plan", "limits_that_exclude_every_plan", "first_preferred", "on_paper"
  ],
  "additionalProperties": false,
)json";

constexpr std::string_view of_plan = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "recommend plan",
  "description": "The answer of recommend plan --format json: base units, named by each key.",
  "type": "object",
  "properties": {
    "asked": {
      "type": "object",
      "properties": {
        "percentile": {"enum": ["mean", "p50", "p90", "p99"]},
        "prompt_tokens_mean": {"type": "number"},
        "output_tokens_mean": {"type": "number"},
        "context_tokens": {"type": "number"},
        "requests_per_second_busiest": {"type": "number"},
        "requests_per_second_mean": {"type": "number"},
        "spare_replicas": {"type": "integer"}
      },
      "required": [
        "percentile", "prompt_tokens_mean", "output_tokens_mean", "context_tokens",
        "requests_per_second_busiest", "requests_per_second_mean", "spare_replicas"
      ],
      "additionalProperties": false
    },
    "models": {
      "type": "array",
      "description": "The candidates.",
      "items": {
        "type": "object",
        "properties": {
          "name": {"type": "string"},
          "licence": {"type": ["string", "null"], "description": "Of the publisher's checkpoint, or as it was stated."},
          "commercial_use": {"enum": ["unread", "allowed", "conditional", "forbidden"]},
          "left_out_because": {"type": ["string", "null"]}
        },
        "required": ["name", "licence", "commercial_use", "left_out_because"],
        "additionalProperties": false
      }
    },
    "fleets": {
      "type": "array",
      "description": "Best first; times at the percentile, in the busiest hour.",
      "items": {"$ref": "#/$defs/fleet"}
    },
)json";

constexpr std::string_view rest_of_plan = R"json(    "hours_of_first": {
      "type": "array",
      "description": "The day of the first fleet.",
      "items": {
        "type": "object",
        "properties": {
          "requests_per_second": {"type": "number"},
          "replicas": {"type": "integer"},
          "use": {"type": "number"}
        },
        "required": ["requests_per_second", "replicas", "use"],
        "additionalProperties": false
      }
    },
    "room_of_first": {
      "anyOf": [
        {
          "type": "object",
          "description": "Cores to power: of one machine. racks is 0 where a machine is too much for one.",
          "properties": {
            "machines": {"type": "integer"},
            "gpus_per_machine": {"type": "integer"},
            "cores": {"type": "integer"},
            "memory_bytes": {"type": "number"},
            "disk_bytes": {"type": "number"},
            "network_bytes_per_second": {"type": "number"},
            "supplies": {"type": "integer"},
            "machine_power_w": {"type": "number"},
            "racks": {"type": "integer"},
            "site_power_w": {"type": "number"},
            "heat_btu_per_hour": {"type": "number"}
          },
          "required": [
            "machines", "gpus_per_machine", "cores", "memory_bytes", "disk_bytes",
            "network_bytes_per_second", "supplies", "machine_power_w", "racks", "site_power_w",
            "heat_btu_per_hour"
          ],
          "additionalProperties": false
        },
        {"type": "null"}
      ]
    },
    "limits_that_exclude_every_plan": {"$ref": "#/$defs/conflicts"},
    "first_preferred": {"$ref": "#/$defs/preference"},
    "refused": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "model": {"type": "string"},
          "precision": {"type": "string"},
          "gpu": {"type": "string"},
          "layout": {"$ref": "#/$defs/layout"},
          "rule": {"type": "string"}
        },
        "required": ["model", "precision", "gpu", "layout", "rule"],
        "additionalProperties": false
      }
    }
  },
  "required": [
    "asked", "models", "fleets", "pools", "mixture", "hours_of_first", "room_of_first",
    "limits_that_exclude_every_plan", "first_preferred", "refused"
  ],
  "additionalProperties": false,
  "$defs": {
    "fleet": {
      "type": "object",
      "properties": {
        "model": {"type": "string"},
        "precision": {"type": "string"},
        "gpu": {"type": "string"},
        "layout": {"$ref": "#/$defs/layout"},
        "requests_per_second_per_replica": {"type": ["number", "null"], "description": "null: of an engine of a pool, which keeps no promise alone."},
        "replicas_least": {"type": "integer"},
        "replicas_most": {"type": "integer"},
        "gpus_most": {"type": "integer"},
        "lead_s": {"type": "number"},
        "time_to_first_token_s": {"type": ["number", "null"]},
        "time_per_token_s": {"type": ["number", "null"]},
        "end_to_end_s": {"type": ["number", "null"]},
        "cost": {
          "type": "object",
          "description": "By the way of paying, on average over the day.",
          "properties": {
            "usd_per_hour_fixed": {"type": ["number", "null"]},
            "usd_per_hour_scaled": {"type": ["number", "null"]},
            "usd_per_hour_reserved": {"type": ["number", "null"]},
            "usd_per_hour_base_and_peak": {"type": ["number", "null"]}
          },
          "required": [
            "usd_per_hour_fixed", "usd_per_hour_scaled", "usd_per_hour_reserved",
            "usd_per_hour_base_and_peak"
          ],
          "additionalProperties": false
        },
        "provider": {"type": ["string", "null"], "description": "null: owned, or nobody quotes it."},
        "instance": {"type": ["string", "null"]},
        "seller": {"enum": ["cloud", "specialised", "marketplace", "own", null]},
        "cheapest_way": {"type": ["string", "null"]},
        "usd_per_day": {"type": ["number", "null"]},
        "usd_per_million_output_tokens": {"type": ["number", "null"]},
        "board_power_w": {"type": ["number", "null"]}
      },
      "required": [
        "model", "precision", "gpu", "layout", "requests_per_second_per_replica", "replicas_least",
        "replicas_most", "gpus_most", "lead_s", "time_to_first_token_s", "time_per_token_s",
        "end_to_end_s", "cost", "provider", "instance", "seller", "cheapest_way", "usd_per_day", "usd_per_million_output_tokens",
        "board_power_w"
      ],
      "additionalProperties": false
    },
)json";

constexpr std::string_view of_compare = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "recommend compare",
  "description": "The answer of recommend compare --format json: units are named by each key.",
  "type": "object",
  "properties": {
    "asked": {
      "type": "object",
      "properties": {
        "context_tokens": {"type": "number"},
        "concurrency": {"type": ["integer", "null"]},
        "requests_per_second": {"type": ["number", "null"]},
        "prompt_tokens": {"type": "number"},
        "output_tokens": {"type": "number"},
        "objective": {"type": "string"}
      },
      "required": [
        "context_tokens", "concurrency", "requests_per_second", "prompt_tokens", "output_tokens",
        "objective"
      ],
      "additionalProperties": false
    },
    "options": {
      "type": "array",
      "description": "In the order in which they were given.",
      "items": {
        "type": "object",
        "properties": {
          "option": {"type": "string"},
          "gpu": {"type": "string"},
          "gpus": {"type": "integer"},
          "carries": {"type": "boolean"},
          "figures": {
            "type": "object",
            "properties": {
              "usd_per_hour": {"type": ["number", "null"]},
              "usd_per_million_output_tokens": {"type": ["number", "null"]},
              "time_to_first_token_s": {"type": ["number", "null"]},
              "time_per_token_ms": {"type": ["number", "null"]},
              "end_to_end_s": {"type": ["number", "null"]},
              "output_tokens_per_second": {"type": ["number", "null"]},
              "free_gb_per_gpu": {"type": ["number", "null"]},
              "board_power_kw": {"type": ["number", "null"]},
              "joules_per_output_token": {"type": ["number", "null"]}
            },
            "required": [
              "usd_per_hour", "usd_per_million_output_tokens", "time_to_first_token_s",
              "time_per_token_ms", "end_to_end_s", "output_tokens_per_second", "free_gb_per_gpu",
              "board_power_kw", "joules_per_output_token"
            ],
            "additionalProperties": false
          },
          "plan": {"anyOf": [{"$ref": "#/$defs/plan"}, {"type": "null"}]},
          "refused": {"type": ["string", "null"]}
        },
        "required": ["option", "gpu", "gpus", "carries", "figures", "plan", "refused"],
        "additionalProperties": false
      }
    },
    "better": {
      "type": "object",
      "description": "The option with the better figure; null where they are alike.",
      "properties": {
        "usd_per_hour": {"type": ["string", "null"]},
        "usd_per_million_output_tokens": {"type": ["string", "null"]},
        "time_to_first_token_s": {"type": ["string", "null"]},
        "time_per_token_ms": {"type": ["string", "null"]},
        "end_to_end_s": {"type": ["string", "null"]},
        "output_tokens_per_second": {"type": ["string", "null"]},
        "free_gb_per_gpu": {"type": ["string", "null"]},
        "board_power_kw": {"type": ["string", "null"]},
        "joules_per_output_token": {"type": ["string", "null"]}
      },
      "required": [
        "usd_per_hour", "usd_per_million_output_tokens", "time_to_first_token_s",
        "time_per_token_ms", "end_to_end_s", "output_tokens_per_second", "free_gb_per_gpu",
        "board_power_kw", "joules_per_output_token"
      ],
      "additionalProperties": false
    }
  },
  "required": ["asked", "options", "better"],
  "additionalProperties": false,
)json";

constexpr std::string_view of_buy_or_rent = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "recommend buy-or-rent",
  "description": "The answer of recommend buy-or-rent --format json: US dollars.",
  "type": "object",
  "properties": {
    "utilisation": {"type": "number"},
    "life_years": {"type": "number"},
    "cheapest": {
      "enum": ["own", "on_demand", "booked", "reserved_1y", "reserved_3y", "spot", "api"]
    },
    "ways": {
      "type": "array",
      "description": "Owning, each way of renting that is quoted, the seller of tokens.",
      "items": {
        "type": "object",
        "properties": {
          "way": {
            "enum": ["own", "on_demand", "booked", "reserved_1y", "reserved_3y", "spot", "api"]
          },
          "name": {"type": "string"},
          "quoted_usd_per_hour": {"type": ["number", "null"]},
          "usd_per_used_hour": {"type": "number"},
          "usd_at_once": {"type": "number"},
          "usd_per_hour_after": {"type": "number"}
        },
        "required": [
          "way", "name", "quoted_usd_per_hour", "usd_per_used_hour", "usd_at_once",
          "usd_per_hour_after"
        ],
        "additionalProperties": false
      }
    },
    "ownership_usd": {
      "type": "object",
      "description": "Over the life, at present value.",
      "properties": {
        "purchase": {"type": "number"},
        "energy": {"type": "number"},
        "maintenance": {"type": "number"},
        "people": {"type": "number"},
        "space": {"type": "number"},
        "residual": {"type": "number"},
        "total": {"type": "number"}
      },
      "required": ["purchase", "energy", "maintenance", "people", "space", "residual", "total"],
      "additionalProperties": false
    },
    "running_usd_per_hour": {"type": "number"},
    "payback_months": {
      "type": ["number", "null"],
      "description": "Against renting on demand; null: never."
    },
    "owning_wins_above_utilisation": {"type": "number", "description": "Above 1: renting always costs less."},
    "return_on_investment": {"type": "number"},
    "payback_sensitivity": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "input": {"type": "string"},
          "payback_months_20_percent_less": {"type": ["number", "null"]},
          "payback_months_20_percent_more": {"type": ["number", "null"]}
        },
        "required": ["input", "payback_months_20_percent_less", "payback_months_20_percent_more"],
        "additionalProperties": false
      }
    },
    "paid_until": {
      "type": "array",
      "description": "What each way has cost in all.",
      "items": {
        "type": "object",
        "properties": {
          "months": {"type": "number"},
          "own": {"type": "number"},
          "on_demand": {"type": "number"},
          "booked": {"type": "number"},
          "reserved_1y": {"type": "number"},
          "reserved_3y": {"type": "number"},
          "spot": {"type": "number"},
          "api": {"type": "number"}
        },
        "required": ["months", "own"],
        "additionalProperties": false
      }
    }
  },
  "required": [
    "utilisation", "life_years", "cheapest", "ways", "ownership_usd", "running_usd_per_hour",
    "payback_months", "owning_wins_above_utilisation", "return_on_investment", "payback_sensitivity",
    "paid_until"
  ],
  "additionalProperties": false
}
)json";

constexpr std::string_view of_share = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "recommend share",
  "description": "The answer of recommend share --format json: units are named by each key.",
  "type": "object",
  "properties": {
    "gpu": {"type": "string"},
    "gpus_per_machine": {"type": "integer"},
    "services": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "service": {"type": "string"},
          "model": {"type": "string"},
          "precision": {"type": "string"},
          "gpus_per_replica": {"type": "integer"},
          "instance_profile": {"type": ["string", "null"], "description": "null: whole accelerators."},
          "replicas_least": {"type": "integer"},
          "replicas_most": {"type": "integer"},
          "machines_alone": {"type": "integer"}
        },
        "required": [
          "service", "model", "precision", "gpus_per_replica", "instance_profile", "replicas_least",
          "replicas_most", "machines_alone"
        ],
        "additionalProperties": false
      }
    },
    "machines_by_hour": {"type": "array", "items": {"type": "integer"}},
    "machines_together": {"type": "integer"},
    "machines_alone": {"type": "integer"},
    "provider": {"type": ["string", "null"]},
    "instance": {"type": ["string", "null"]},
    "seller": {"enum": ["cloud", "specialised", "marketplace", "own", null]},
    "cheapest_way": {"type": ["string", "null"]},
    "usd_per_day": {"type": ["number", "null"]},
    "usd_per_day_alone": {"type": ["number", "null"]}
  },
  "required": [
    "gpu", "gpus_per_machine", "services", "machines_by_hour", "machines_together", "machines_alone",
    "provider", "instance", "seller", "cheapest_way", "usd_per_day", "usd_per_day_alone"
  ],
  "additionalProperties": false
}
)json";

// clang-format on

std::string pair_called(std::string_view key, std::string_view first, std::string_view second,
                        std::string_view what) {
    std::string text(of_pair);
    std::pair<std::string_view, std::string_view> const words[] = {
        {"@key", key}, {"@first", first}, {"@second", second}, {"@what", what}};
    for (auto const& [mark, word] : words) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
            text.replace(at, mark.size(), word);
            at += word.size();
        }
    }
    return text;
}

std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (std::string_view const part : parts) {
        text += part;
    }
    return text;
}

/// An answer whose plans are defined at its end.
std::string with_plans(std::string_view answer) {
    return joined({answer, "  \"$defs\": {\n", definition_of_layout, definitions_of_plans});
}

} // namespace

std::string schema_of(verb v) {
    switch (v) {
    case verb::recommend:
        return joined({of_recommend, "  \"$defs\": {\n", definition_of_layout,
                       definitions_of_search, definitions_of_plans});
    case verb::plan:
        return joined({of_plan,
                       pair_called("pools", "prefill", "decode",
                                   "Engines of two pools; null: not asked for."),
                       pair_called("mixture", "first", "second",
                                   "Replicas of two kinds; null: not asked for."),
                       rest_of_plan, definition_of_layout, definitions_of_search, "\n  }\n}\n"});
    case verb::compare: return with_plans(of_compare);
    case verb::buy_or_rent: return std::string(of_buy_or_rent);
    case verb::share: return std::string(of_share);
    }
    return {};
}

} // namespace recommend
