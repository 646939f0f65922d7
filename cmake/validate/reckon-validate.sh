#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs reckon-validate, which is built when it is first needed or the library has changed: for pre-commit and CI, where
# there is no build of one's own. Options and files are handed on; CXX and CXXFLAGS choose another compiler.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
include=$(CDPATH='' cd -- "$here/../../include" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/reckon-validate
program=$cache/reckon-validate-$(
    { find "$include" "$here" -type f | LC_ALL=C sort | xargs cat; echo "${CXX:-c++} ${CXXFLAGS:-}"; } | cksum | tr ' ' -)
if [ ! -x "$program" ]; then
    mkdir -p -- "$cache"
    echo "reckon-validate: building it, once" >&2
    # shellcheck disable=SC2086  # CXXFLAGS are several words
    if ! ${CXX:-c++} -std=c++20 -O1 ${CXXFLAGS:-} -I "$include" "$here/reckon-validate.cpp" -o "$program.$$" >&2; then
        echo "reckon-validate: it could not be built; needed are a C++20 compiler, Boost and nlohmann/json" \
             "(Debian: g++ libboost-dev nlohmann-json3-dev)" >&2
        exit 2
    fi
    mv -- "$program.$$" "$program"
fi
exec "$program" "$@"
