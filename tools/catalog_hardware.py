# SPDX-License-Identifier: MIT
"""Accelerators, instances and interconnects: data/*.csv to include/reckon/catalog/*.hpp.

generate(root) returns {path: text} and check(root) the list of complaints; generate_catalog.py calls both. check also
reads the headers back with patterns of its own and compares every number with the tables, so that a mistake in
writing does not confirm itself. generate raises Wrong, one sentence, when a table cannot be used.
"""

import csv
import re

FOLDER = "include/reckon/catalog"

ARITHMETIC = ("fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp6", "fp4", "int8", "int4")

# A row of another architecture lists its native operand types in the column `native`.
ARCHITECTURES = {
    "Pascal": "pascal", "Volta": "volta", "Turing": "turing", "Ampere": "ampere", "Ada": "ada", "Hopper": "hopper",
    "Blackwell": "blackwell", "Blackwell Ultra": "blackwell_ultra", "Rubin": "rubin", "GCN5.1 Vega20": "vega20",
    "CDNA1": "cdna1", "CDNA2": "cdna2", "CDNA3": "cdna3", "CDNA4": "cdna4", "CDNA5": "cdna5", "RDNA3": "rdna3",
    "RDNA3.5": "rdna35", "RDNA4": "rdna4", "Xe-HPC": "xe_hpc", "Xe-HPG": "xe_hpg", "Xe2": "xe2", "Gaudi2": "gaudi2",
    "Gaudi3": "gaudi3", "Apple GPU": "apple_gpu", "TPU": "tpu", "NeuronCore-v2": "neuroncore_v2",
    "NeuronCore-v3": "neuroncore_v3", "NeuronCore-v4": "neuroncore_v4", "DaVinci": "davinci",
    "DaVinci (A2)": "davinci_a2", "DaVinci (A3)": "davinci_a3", "CPU host": "cpu_host",
}
VENDORS = {"NVIDIA": "nvidia", "AMD": "amd", "Intel": "intel", "Apple": "apple", "Google": "google", "AWS": "aws",
           "Huawei": "huawei"}

# The same words as in include/reckon/catalog/find_gpu.hpp; the tests look every name up again.
PREFIXES = ("nvidia", "amd", "intel", "apple", "google", "aws", "amazon", "huawei", "geforce", "tesla", "instinct",
            "radeon")
IGNORED = " -_()/"

LABEL = 63
NO_ROW = 0xFFFF


class Wrong(Exception):
    """A table that cannot be turned into a header, and why."""


def normalised(name):
    """What find_gpu compares: lower case, without separators and without the maker's name."""
    text = "".join(c for c in name.lower() if c not in IGNORED)
    while True:
        prefix = next((p for p in PREFIXES if text.startswith(p) and text != p), None)
        if prefix is None:
            return text
        text = text[len(prefix):]


def read(path, required):
    """The rows of a table as dictionaries of stripped text, each with its line number under '#'."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = [c for c in required if c not in (reader.fieldnames or ())]
            if missing:
                raise Wrong(f"{path.name}: the column {missing[0]} is missing")
            rows = []
            for row in reader:
                if None in row or None in row.values():
                    raise Wrong(f"{path.name}:{reader.line_num}: the row has another number of cells than the header")
                rows.append({k: v.strip() for k, v in row.items()} | {"#": f"{path.name}:{reader.line_num}"})
            return rows
    except OSError as why:
        raise Wrong(f"cannot read {path}: {why.strerror}") from None


def number(row, column):
    """The cell as it is written, checked to be a positive number, or '' when nobody knows."""
    text = row[column]
    if not text:
        return ""
    if not re.fullmatch(r"\d+(\.\d+)?", text) or float(text) == 0:
        raise Wrong(f"{row['#']}: {column} is '{text}'; write a positive number, or nothing when it is not known")
    return text


def integer(row, column):
    text = number(row, column)
    if "." in text:
        raise Wrong(f"{row['#']}: {column} is '{text}'; it counts things")
    return text


def a_date(row, column):
    """'2024-11' as the initialiser {2024, 11}, or ''."""
    text = row[column]
    if not text:
        return ""
    if not re.fullmatch(r"20\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", text):
        raise Wrong(f"{row['#']}: {column} is '{text}'; write YYYY, YYYY-MM or YYYY-MM-DD")
    return "{" + ", ".join(str(int(part)) for part in text.split("-")) + "}"


def quoted(text, where, most=None):
    if most is not None and len(text) > most:
        raise Wrong(f"{where}: '{text}' is longer than {most} characters")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def identifier(row):
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", row["id"]):
        raise Wrong(f"{row['#']}: the id '{row['id']}' is not in lower case words joined by '-'")
    return row["id"].replace("-", "_")


def header(name, source, includes, body):
    text = "// SPDX-License-Identifier: MIT\n"
    text += f"// {name}\n//\n// Written by tools/generate_catalog.py from {source}; change that and run it again.\n"
    text += "#pragma once\n" + "".join(f"#include {i}\n" if i else "\n" for i in includes) + "\n"
    return text + body + "\n"


# ---- accelerators ----------------------------------------------------------------------------------------------------

ACCELERATOR_COLUMNS = (
    "id", "vendor", "name", "aliases", "architecture", "native", "compute_capability", "released", "form_factor",
    "memory_type", "memory_gb", "memory_usable_mib", "memory_usable_basis", "bandwidth_gb_s", *ARITHMETIC,
    "compute_units", "compute_units_source", "power_w", "link", "link_gb_s_both_ways", "scale_up", "pcie_generation",
    "pcie_lanes", "host_gb_s_each_way", "gpus_per_node", "mig_instances", "unified_memory", "price_usd", "price_kind",
    "price_source", "price_date", "grade", "spec_source", "second_source", "notes")


def accelerators(data):
    rows = read(data / "accelerators.csv", ACCELERATOR_COLUMNS)
    seen = {}
    for row in rows:
        identifier(row)
        if row["id"] in seen:
            raise Wrong(f"{row['#']}: the id {row['id']} is taken by {seen[row['id']]}")
        seen[row["id"]] = row["#"]
        if row["grade"] not in ("A", "B", "C"):
            raise Wrong(f"{row['#']}: grade is '{row['grade']}'; it is A, B or C")
        if not row["spec_source"]:
            raise Wrong(f"{row['#']}: {row['id']} has no spec_source")
        if row["price_usd"] and not (row["price_date"] and row["price_source"]):
            raise Wrong(f"{row['#']}: the price of {row['id']} has no date or no source")
        if bool(row["compute_units"]) != bool(row["compute_units_source"]):
            raise Wrong(f"{row['#']}: compute_units of {row['id']} need a compute_units_source, and the other way round")
        if row["unified_memory"] not in ("", "yes"):
            raise Wrong(f"{row['#']}: unified_memory is '{row['unified_memory']}'; write yes or nothing")
        if bool(row["native"]) == (row["architecture"] in ARCHITECTURES):
            raise Wrong(f"{row['#']}: list native types exactly where the architecture '{row['architecture']}' is not one that the "
                            "library has")
    return rows


def rough(row, text):
    """One source is an estimate; so says the figure."""
    return f"datum::rough({text})" if row["grade"] == "C" else text


def initialiser(row):
    fields = [f".id = {quoted(row['id'], row['#'], LABEL)}, .name = {quoted(row['name'], row['#'], LABEL)}"]
    if row["native"]:
        native = row["native"].split(";")
        if unknown := [n for n in native if n not in ARITHMETIC]:
            raise Wrong(f"{row['#']}: native names '{unknown[0]}'; the types are {', '.join(ARITHMETIC)}")
        fields.append(".architecture = {" + f"{quoted(row['architecture'], row['#'], 31)}, vendor::"
                      f"{VENDORS.get(row['vendor'], 'other')}, set_of({', '.join('arithmetic::' + n for n in native)})" + "}")

    def field(member, maker, column, estimate=True):
        if text := number(row, column):
            value = f"datum::{maker}({text})"
            return [f".{member} = {rough(row, value) if estimate else value}"]
        return []

    memory = field("memory", "gb", "memory_gb", estimate=False)
    # What documents say of usable memory is a datasheet figure; the rest was read off running hardware.
    documented = "(docs)" in row["memory_usable_basis"]
    memory += field("memory_usable", "documented_mib" if documented else "observed_mib", "memory_usable_mib", estimate=False)
    memory += field("bandwidth", "gb_per_s", "bandwidth_gb_s")
    if memory:
        fields.append(", ".join(memory))
    peaks = [f"datum::tf({number(row, a)})" if row[a] else "unknown" for a in ARITHMETIC]
    if any(row[a] for a in ARITHMETIC):
        while peaks[-1] == "unknown":
            peaks.pop()
        fields.append(".peak = " + rough(row, "peak_rates{{" + ", ".join(peaks) + "}}"))
    if row["compute_units"]:
        fields.append(f".compute_units = {integer(row, 'compute_units')}")
    fields += field("power", "watt", "power_w")
    if row["link"]:
        each_way, scale_up = number(row, "link_gb_s_both_ways"), integer(row, "scale_up")
        parts = [quoted(row["link"], row["#"], 31), rough(row, f"datum::both_ways({each_way})") if each_way else "unknown"]
        fields.append(".link = {" + ", ".join(parts + ([scale_up] if scale_up else [])) + "}")
    elif row["link_gb_s_both_ways"] or row["scale_up"]:
        raise Wrong(f"{row['#']}: a bandwidth or size of a link that has no name")
    host = [integer(row, "pcie_generation"), integer(row, "pcie_lanes"), number(row, "host_gb_s_each_way")]
    if any(host):
        host[2] = host[2] and f"datum::each_way({host[2]})"
        while not host[-1]:
            host.pop()
        fields.append(".host = {" + ", ".join(h or "unknown" for h in host) + "}")
    counts = [f".{c} = {integer(row, c)}" for c in ("gpus_per_node", "mig_instances") if row[c]]
    if counts:
        fields.append(", ".join(counts))
    if row["price_usd"]:
        source = {"estimate": "assumed", "list or street": "observed"}.get(row["price_kind"])
        if source is None:
            raise Wrong(f"{row['#']}: price_kind is '{row['price_kind']}'; write estimate, or list or street")
        fields.append(f".street_price = {{usd{{{number(row, 'price_usd')}}}, provenance::{source}}}, "
                      f".street_price_date = {a_date(row, 'price_date')}")
    if released := a_date(row, "released"):
        fields.append(f".released = {released}")
    fields.append((".unified_memory = true, " if row["unified_memory"] else "") + f".grade = confidence::{row['grade'].lower()}")
    kind = ARCHITECTURES.get(row["architecture"], "any_architecture")
    return f"inline constexpr gpu_spec<{kind}> {identifier(row)}{{\n    " + ",\n    ".join(fields) + "};\n"


def gpus_header(rows):
    body = "namespace reckon::inline v0::gpus {\n\n"
    body += "// .peak: " + " ".join(ARITHMETIC) + ", dense, in TFLOP/s\n\n"
    vendor = None
    for row in rows:
        if row["vendor"] != vendor:
            vendor = row["vendor"]
            body += f"// ---- {vendor} " + "-" * (90 - len(vendor)) + "\n\n"
        body += initialiser(row) + "\n"
    body += "} // namespace reckon::inline v0::gpus\n\nnamespace reckon::inline v0::catalog {\n\n"
    body += "namespace detail {\n\n/// All of them as run-time values, for those who read one.\ntemplate <class Gpu> struct made_gpus {\n"
    body += f"    static constexpr std::array<Gpu, {len(rows)}> rows{{\n"
    body += "".join(f"        v0::gpus::{identifier(row)},\n" for row in rows) + "    };\n};\n\n} // namespace detail\n\n"
    body += "/// Every accelerator, by maker and newest first; processors, for offloading, last.\n"
    body += f"inline constexpr table<any_gpu, {len(rows)}, detail::made_gpus> gpus{{}};\n\n}} // namespace reckon::inline v0::catalog"
    return header("Accelerators: dense peaks, memory, links, power and price; what nobody published is unknown.",
                  "data/accelerators.csv", ["<array>", "", "<reckon/catalog/datum.hpp>", "<reckon/catalog/table.hpp>",
                                            "<reckon/gpu/architectures.hpp>", "<reckon/gpu/gpu_spec.hpp>"], body)


def names(rows):
    """{normalised name: row number}; a name that two rows answer to is an error."""
    owner = {}
    for index, row in enumerate(rows):
        for name in [row["id"], row["name"], *filter(None, row["aliases"].split(";"))]:
            key = normalised(name)
            if not key or len(key) > LABEL:
                raise Wrong(f"{row['#']}: '{name}' cannot be looked up")
            if owner.setdefault(key, index) != index:
                raise Wrong(f"{row['#']}: '{name}' is a name of {rows[owner[key]]['id']} and of {row['id']}; "
                                "make it a row of accelerator_families.csv")
    return owner


def families(data, rows, owner):
    index = {row["id"]: i for i, row in enumerate(rows)}
    found = {}
    for row in read(data / "accelerator_families.csv", ("name", "reading", "members", "reason")):
        members = row["members"].split(";")
        for member in members + ([row["reading"]] if row["reading"] else []):
            if member not in index:
                raise Wrong(f"{row['#']}: the family {row['name']} names {member}, which is no accelerator")
        if row["reading"] and not (row["reason"] and row["reading"] in members):
            raise Wrong(f"{row['#']}: the reading of {row['name']} is one of its members and has a reason")
        key = normalised(row["name"])
        if key in owner or key in found:
            raise Wrong(f"{row['#']}: '{row['name']}' is already a name")
        found[key] = (index[row["reading"]] if row["reading"] else NO_ROW, [index[m] for m in members])
    return found


def names_header(owner, kin):
    body = "namespace reckon::inline v0::catalog {\n\n"
    body += "/// A name in lower case, without separators and makers, and the row of catalog::gpus that has it.\n"
    body += "struct gpu_alias {\n    std::string_view name{};\n    std::uint16_t row{};\n};\n\n"
    body += "/// A name that several accelerators go by. `reading` is the row that practice means by it, if any.\n"
    body += "struct gpu_family {\n    std::string_view name{};\n    std::uint16_t reading{};\n    std::uint16_t first{}; "
    body += "///< in gpu_family_members\n    std::uint16_t size{};\n};\n\n"
    body += f"inline constexpr std::uint16_t no_row = {NO_ROW};\n\n"
    body += "namespace detail {\n\n/// With their lengths, which compilers need not count then.\n"
    body += f"template <class Alias> struct made_gpu_aliases {{\n    static constexpr std::array<Alias, {len(owner)}> rows{{{{\n"
    body += "".join(f'        {{{{"{key}", {len(key)}}}, {owner[key]}}},\n' for key in sorted(owner)) + "    }};\n};\n\n"
    body += "} // namespace detail\n\n/// Every name of one accelerator.\n"
    body += f"inline constexpr table<gpu_alias, {len(owner)}, detail::made_gpu_aliases> gpu_aliases{{}};\n\n"
    members, lines = [], []
    for key in sorted(kin):
        reading, rows = kin[key]
        lines.append(f'    {{{{"{key}", {len(key)}}}, {"no_row" if reading == NO_ROW else reading}, {len(members)}, {len(rows)}}},\n')
        members += rows
    body += f"inline constexpr std::array<gpu_family, {len(kin)}> gpu_families{{{{\n" + "".join(lines) + "}};\n\n"
    body += f"inline constexpr std::array<std::uint16_t, {len(members)}> gpu_family_members{{\n    "
    body += ", ".join(map(str, members)) + "};\n\n} // namespace reckon::inline v0::catalog"
    return header("The names that people, clouds and benchmarks have for accelerators, sorted.",
                  "data/accelerators.csv and accelerator_families.csv",
                  ["<reckon/catalog/table.hpp>", "", "<array>", "<cstdint>", "<string_view>"], body)


def gpu_sources_header(rows):
    body = "namespace reckon::inline v0::catalog {\n\n"
    body += "/// What is known of an accelerator and enters no law, and where its figures come from.\n"
    body += "struct gpu_source {\n"
    columns = ("form_factor", "memory_type", "compute_capability", "memory_usable_basis", "compute_units_source",
               "price_source", "spec_source", "second_source", "notes")
    body += "".join(f"    std::string_view {c}{{}};\n" for c in columns) + "};\n\n"
    body += "/// Row i tells of catalog::gpus[i].\n"
    body += f"inline constexpr std::array<gpu_source, {len(rows)}> gpu_sources{{{{\n"
    for row in rows:
        body += f"    // {row['id']}\n    {{" + ",\n     ".join(quoted(row[c], row["#"]) for c in columns) + "},\n"
    body += "}};\n\n} // namespace reckon::inline v0::catalog"
    return header("Where the figures of catalog::gpus come from.", "data/accelerators.csv", ["<array>", "<string_view>"], body)


# ---- instances -------------------------------------------------------------------------------------------------------

PRICES = ("on_demand", "booked", "reserved_1y", "reserved_3y", "spot")
INSTANCE_COLUMNS = ("provider", "instance", "gpu", "gpu_id", "gpus", "vcpus", "host_memory_gib", "network_gbps", "region",
                    *(f"{p}_usd_per_hour" for p in PRICES), "price_date", "spot_date", "marketplace", "source", "notes")


def instances(data, rows):
    ids = {row["id"] for row in rows}
    found, seen = read(data / "cloud_instances.csv", INSTANCE_COLUMNS), {}
    for row in found:
        if row["gpu_id"] and row["gpu_id"] not in ids:
            raise Wrong(f"{row['#']}: {row['instance']} has the accelerator {row['gpu_id']}, which is not in accelerators.csv")
        if not row["source"] or not row["price_date"]:
            raise Wrong(f"{row['#']}: {row['instance']} has no source or no date")
        key = (row["provider"], row["instance"], row["price_date"])
        if key in seen:
            raise Wrong(f"{row['#']}: {row['instance']} is already at {seen[key]}")
        seen[key] = row["#"]
        if row["marketplace"] not in ("", "yes"):
            raise Wrong(f"{row['#']}: marketplace is '{row['marketplace']}'; write yes or nothing")
        for column in ("host_memory_gib", "vcpus", "network_gbps", *(f"{p}_usd_per_hour" for p in PRICES)):
            if row[column] and float(row[column]) <= 0:
                raise Wrong(f"{row['#']}: {column} is '{row[column]}'; write nothing for what nobody says")
    return found


def instances_header(found):
    body = "namespace reckon::inline v0::catalog {\n\nnamespace detail {\n\n"
    body += f"inline constexpr instance_row instance_rows[{len(found)}] = {{\n"
    for row in found:
        fields = [f".provider = {quoted(row['provider'], row['#'], LABEL)}, .instance = {quoted(row['instance'], row['#'], LABEL)}",
                  f".gpu = {quoted(row['gpu'], row['#'], LABEL)}"
                  + (f", .gpu_id = {quoted(row['gpu_id'], row['#'], LABEL)}" if row["gpu_id"] else "")
                  + f", .gpus = {integer(row, 'gpus')}"]
        machine = []
        if text := number(row, "host_memory_gib"):
            machine.append(f".host_memory_gib = {text}")
        if text := integer(row, "vcpus"):
            machine.append(f".vcpus = {text}")
        if text := number(row, "network_gbps"):
            machine.append(f".network_gbps = {text}")
        if row["region"]:
            machine.append(f".region = {quoted(row['region'], row['#'], 31)}")
        if machine:
            fields.append(", ".join(machine))
        prices = []
        for purchase in PRICES:
            if text := number(row, f"{purchase}_usd_per_hour"):
                date = a_date(row, "spot_date" if purchase == "spot" and row["spot_date"] else "price_date")
                prices.append(f".{purchase} = {{{text}, {date[1:-1]}}}")
        if prices:
            fields.append(", ".join(prices))
        if row["marketplace"]:
            fields.append(".marketplace = true")
        body += "    {" + ",\n     ".join(fields) + "},\n"
    body += "};\n\n/// The offers of all rows, for those who read one.\ntemplate <class Offer> struct made_instances {\n"
    body += f"    static constexpr auto rows = [] {{\n        std::array<Offer, {len(found)}> all{{}};\n"
    body += "        for (std::size_t row = 0; row < all.size(); ++row) {\n            all[row] = offered(instance_rows[row]);\n        }\n"
    body += "        return all;\n    }();\n};\n\n} // namespace detail\n\n"
    body += "/// Machines for rent, with dated prices in USD per hour for the whole machine.\n"
    body += f"inline constexpr table<offer, {len(found)}, detail::made_instances> instances{{}};\n\n}} // namespace reckon::inline v0::catalog"
    return header("Machines for rent.", "data/cloud_instances.csv",
                  ["<array>", "<cstddef>", "", "<reckon/catalog/instance_row.hpp>", "<reckon/catalog/table.hpp>",
                   "<reckon/cost/offer.hpp>"], body)


def instance_sources_header(found):
    body = "namespace reckon::inline v0::catalog {\n\nstruct instance_source {\n    std::string_view source{};\n"
    body += "    std::string_view notes{};\n};\n\n/// Row i tells of catalog::instances[i].\n"
    body += f"inline constexpr std::array<instance_source, {len(found)}> instance_sources{{{{\n"
    for row in found:
        body += f"    // {row['provider']} {row['instance']}\n    {{{quoted(row['source'], row['#'])},\n     {quoted(row['notes'], row['#'])}}},\n"
    body += "}};\n\n} // namespace reckon::inline v0::catalog"
    return header("Where the prices of catalog::instances come from.", "data/cloud_instances.csv", ["<array>", "<string_view>"], body)


# ---- sellers ---------------------------------------------------------------------------------------------------------

SELLER_COLUMNS = ("seller", "kind", "source")
SELLER_KINDS = ("cloud", "specialised")


def sellers(data, offers):
    """The kinds of sellers; who is not listed sells accelerators. Each must have an offer, so that no name is mistyped."""
    providers, found = {offer["provider"] for offer in offers}, read(data / "sellers.csv", SELLER_COLUMNS)
    for row in found:
        if row["seller"] not in providers:
            raise Wrong(f"{row['#']}: the seller '{row['seller']}' has no offer in cloud_instances.csv")
        if row["kind"] not in SELLER_KINDS:
            raise Wrong(f"{row['#']}: kind is '{row['kind']}'; it is {' or '.join(SELLER_KINDS)}")
        if not row["source"]:
            raise Wrong(f"{row['#']}: {row['seller']} has no source")
    if doubled := {r["seller"] for r in found if [s["seller"] for s in found].count(r["seller"]) > 1}:
        raise Wrong(f"sellers.csv: {sorted(doubled)[0]} is there twice")
    return found


def clouds_header(found):
    names = ", ".join(quoted(row["seller"], row["#"], LABEL) for row in found if row["kind"] == "cloud")
    body = "namespace reckon::inline v0 {\n\n/// Sellers that rent out computers of every kind.\n"
    body += f"inline constexpr std::string_view general_clouds[] = {{{names}}};\n\n}} // namespace reckon::inline v0"
    return header("Clouds whose offers are not of accelerators alone.", "data/sellers.csv", ["<string_view>"], body)


# ---- units that some architectures have none of ----------------------------------------------------------------------

def without_ray_tracing(data):
    found = read(data / "no_ray_tracing.csv", ("architecture", "source"))
    for row in found:
        if row["architecture"] not in ARCHITECTURES:
            raise Wrong(f"{row['#']}: '{row['architecture']}' is no architecture that the library knows")
        if not row["source"]:
            raise Wrong(f"{row['#']}: {row['architecture']} has no source")
    return found


def without_ray_tracing_header(found):
    made = [f"    any_architecture({ARCHITECTURES[row['architecture']]}{{}})," for row in found]
    wide = max(len(line) for line in made)  # the words behind them keep one on a line
    kinds = "\n".join(f"{line:<{wide}} // {row['architecture']}" for line, row in zip(made, found))
    body = "namespace reckon::inline v0 {\n\n"
    body += "/// What is made for calculating alone, which articles sometimes list with units for ray tracing.\n"
    body += f"inline constexpr any_architecture without_ray_tracing[] = {{\n{kinds}\n}};\n\n}} // namespace reckon::inline v0"
    return header("Architectures without units for ray tracing.", "data/no_ray_tracing.csv",
                  ["<reckon/gpu/architectures.hpp>"], body)


# ---- links -----------------------------------------------------------------------------------------------------------

LINK_COLUMNS = ("name", "category", "generation", "each_way_gb_s", "both_ways_gb_s", "unit_scope", "achieved_gb_s",
                "achieved_conditions", "latency_us", "latency_conditions", "source", "notes", "grade")


def links(data):
    rows = read(data / "interconnects.csv", LINK_COLUMNS)
    if doubled := {r["name"] for r in rows if [s["name"] for s in rows].count(r["name"]) > 1}:
        raise Wrong(f"interconnects.csv: {sorted(doubled)[0]} is there twice")
    for row in rows:
        if not row["source"]:
            raise Wrong(f"{row['#']}: {row['name']} has no source")
        if row["grade"] not in ("A", "B", "C"):
            raise Wrong(f"{row['#']}: grade is '{row['grade']}'; it is A, B or C")
    return rows


def links_header(rows):
    body = "namespace reckon::inline v0::catalog {\n\n"
    body += "namespace detail {\n\n/// For those who read one.\ntemplate <class Link> struct made_links {\n"
    body += f"    static constexpr std::array<Link, {len(rows)}> rows{{{{\n"
    for row in rows:
        fields = [f".name = {quoted(row['name'], row['#'], LABEL)}, .category = {quoted(row['category'], row['#'], 31)}"]
        if row["unit_scope"]:
            fields.append(f".scope = {quoted(row['unit_scope'], row['#'], LABEL)}")
        speeds = []
        if text := number(row, "each_way_gb_s"):
            speeds.append(f".each_way = {rough(row, f'datum::each_way({text})')}")
        if text := number(row, "both_ways_gb_s"):
            speeds.append(f".both_ways = {rough(row, f'datum::each_way({text})')}")
        if text := number(row, "achieved_gb_s"):
            speeds.append(f".achieved = datum::achieved({text})")
        if text := number(row, "latency_us"):
            speeds.append(f".latency = datum::microsecond({text})")
        if speeds:
            fields.append(", ".join(speeds))
        fields.append(f".grade = confidence::{row['grade'].lower()}")
        body += "    {" + ",\n     ".join(fields) + "},\n"
    body += "    }};\n};\n\n} // namespace detail\n\n/// Every link of the table.\n"
    body += f"inline constexpr table<interconnect, {len(rows)}, detail::made_links> links{{}};\n\n}} // namespace reckon::inline v0::catalog"
    return header("Links: between accelerators, to the host, between machines.", "data/interconnects.csv",
                  ["<array>", "", "<reckon/catalog/interconnect.hpp>", "<reckon/catalog/datum.hpp>", "<reckon/catalog/table.hpp>"], body)


def link_sources_header(rows):
    body = "namespace reckon::inline v0::catalog {\n\nstruct link_source {\n    std::string_view achieved_conditions{};\n"
    body += "    std::string_view latency_conditions{};\n    std::string_view source{};\n    std::string_view notes{};\n};\n\n"
    body += f"/// Row i tells of catalog::links[i].\ninline constexpr std::array<link_source, {len(rows)}> link_sources{{{{\n"
    for row in rows:
        cells = (row["achieved_conditions"], row["latency_conditions"], row["source"], row["notes"])
        body += f"    // {row['name']}\n    {{" + ",\n     ".join(quoted(c, row["#"]) for c in cells) + "},\n"
    body += "}};\n\n} // namespace reckon::inline v0::catalog"
    return header("Where the figures of catalog::links come from.", "data/interconnects.csv", ["<array>", "<string_view>"], body)


def generate(root):
    """{path relative to root: text} of every header; raises Wrong."""
    data = root / "data"
    rows = accelerators(data)
    owner = names(rows)
    offers, wires = instances(data, rows), links(data)
    texts = {
        "gpus": gpus_header(rows),
        "gpu_names": names_header(owner, families(data, rows, owner)),
        "gpu_sources": gpu_sources_header(rows),
        "instances": instances_header(offers),
        "instance_sources": instance_sources_header(offers),
        "links": links_header(wires),
        "link_sources": link_sources_header(wires),
    }
    lower = {
        "include/reckon/cost/general_clouds.hpp": clouds_header(sellers(data, offers)),
        "include/reckon/gpu/without_ray_tracing.hpp": without_ray_tracing_header(without_ray_tracing(data)),
    }
    return {f"{FOLDER}/{name}.hpp": text for name, text in texts.items()} | lower


# ---- reading the headers back ----------------------------------------------------------------------------------------

def compare(problems, what, column, cell, printed):
    """One cell of a table against one number of a header; both may be missing, neither alone."""
    table = float(cell) if cell else None
    if table != printed:
        problems.append(f"{what}: {column} is {table} in the table and {printed} in the header")


def first_number(pattern, text):
    match = re.search(pattern + r"([\d.]+)", text)
    return float(match[1]) if match else None


def verify_gpus(data, text, problems):
    rows = {r["id"]: r for r in csv.DictReader(open(data / "accelerators.csv", newline="", encoding="utf-8"))}
    blocks = dict(re.findall(r'^inline constexpr gpu_spec<\w+> \w+\{\n    \.id = "([^"]+)"(.*?)\};$', text, re.M | re.S))
    if set(blocks) != set(rows):
        problems.append(f"gpus.hpp and accelerators.csv differ in {', '.join(sorted(set(blocks) ^ set(rows)))}")
    places = {
        "memory_gb": r"\.memory = datum::gb\(", "memory_usable_mib": r"\.memory_usable = datum::(?:observed|documented)_mib\(",
        "bandwidth_gb_s": r"\.bandwidth = (?:datum::rough\()?datum::gb_per_s\(", "power_w": r"\.power = (?:datum::rough\()?datum::watt\(",
        "link_gb_s_both_ways": r"both_ways\(", "host_gb_s_each_way": r"each_way\(", "pcie_generation": r"\.host = \{",
        "scale_up": r'\.link = \{"[^"]*", [^,}]*, ', "gpus_per_node": r"\.gpus_per_node = ",
        "mig_instances": r"\.mig_instances = ", "compute_units": r"\.compute_units = ", "price_usd": r"usd\{",
    }
    for id_, block in blocks.items():
        row = rows.get(id_, {})
        for column, pattern in places.items():
            compare(problems, id_, column, row.get(column), first_number(pattern, block))
        peaks = re.search(r"peak_rates\{\{(.*?)\}\}", block)
        printed = [p.strip() for p in peaks[1].split(",")] if peaks else []
        for place, kind in enumerate(ARITHMETIC):
            value = printed[place] if place < len(printed) else "unknown"
            compare(problems, id_, kind, row.get(kind), None if value == "unknown" else float(value[len("datum::tf("):-1]))
        for member, column in (("released", "released"), ("street_price_date", "price_date")):
            match = re.search(rf"\.{member} = \{{([\d, ]+)\}}", block)
            printed_date = "-".join(f"{int(p):02}" for p in match[1].split(",")) if match else ""
            if printed_date != row.get(column, ""):
                problems.append(f"{id_}: {column} is '{row.get(column)}' in the table and '{printed_date}' in the header")
    listed = re.findall(r"^        v0::gpus::(\w+),$", text, re.M)
    if listed != [id_.replace("-", "_") for id_ in rows]:
        problems.append("catalog::gpus does not list the rows of accelerators.csv in their order")


def verify_instances(data, text, problems):
    rows = list(csv.DictReader(open(data / "cloud_instances.csv", newline="", encoding="utf-8")))
    blocks = re.findall(r'^    \{(\.provider.*?)\},\n(?=    \{|\};)', text, re.M | re.S)
    if len(blocks) != len(rows):
        problems.append(f"instances.hpp has {len(blocks)} rows and cloud_instances.csv {len(rows)}")
    for row, block in zip(rows, blocks):
        what = f"{row['provider']} {row['instance']}"
        for column in ("provider", "instance", "gpu", "gpu_id", "region"):
            match = re.search(rf'\.{column} = "([^"]*)"', block)
            if (match[1] if match else "") != row[column]:
                problems.append(f"{what}: {column} differs")
        for column, pattern in (("gpus", r"\.gpus = "), ("vcpus", r"\.vcpus = "), ("host_memory_gib", r"\.host_memory_gib = "),
                                ("network_gbps", r"\.network_gbps = ")):
            compare(problems, what, column, row[column], first_number(pattern, block))
        for purchase in PRICES:
            match = re.search(rf"\.{purchase} = \{{([\d.]+), ([\d, ]+)\}}", block)
            compare(problems, what, purchase, row[f"{purchase}_usd_per_hour"], float(match[1]) if match else None)
            if match:
                date = "-".join(f"{int(p):02}" for p in match[2].split(","))
                if date != (row["spot_date"] if purchase == "spot" and row["spot_date"] else row["price_date"]):
                    problems.append(f"{what}: the date of the {purchase} price differs")


def verify_links(data, text, problems):
    rows = list(csv.DictReader(open(data / "interconnects.csv", newline="", encoding="utf-8")))
    blocks = re.findall(r'^    \{\.name = "([^"]*)"(.*?)\},$', text, re.M | re.S)
    if [name for name, _ in blocks] != [row["name"] for row in rows]:
        problems.append("links.hpp does not list the rows of interconnects.csv in their order")
    for row, (name, block) in zip(rows, blocks):
        for column, pattern in (("each_way_gb_s", r"\.each_way = (?:datum::rough\()?datum::each_way\("),
                                ("both_ways_gb_s", r"\.both_ways = (?:datum::rough\()?datum::each_way\("),
                                ("achieved_gb_s", r"datum::achieved\("), ("latency_us", r"datum::microsecond\(")):
            compare(problems, name, column, row[column], first_number(pattern, block))


def check(root):
    """Everything that is wrong with the tables or with the headers made from them, one line each."""
    try:
        texts = generate(root)
    except Wrong as why:
        return [str(why)]
    problems = []
    for path, text in texts.items():
        there = root / path
        if not there.is_file() or there.read_text(encoding="utf-8") != text:
            problems.append(f"{path} is not what the tables give: run tools/generate_catalog.py")
    for name, read_back in (("gpus", verify_gpus), ("instances", verify_instances), ("links", verify_links)):
        there = root / FOLDER / f"{name}.hpp"
        if there.is_file():
            read_back(root / "data", there.read_text(encoding="utf-8"), problems)
    return problems
