#!/bin/sh
# Builds the targets and runs each: fuzz/run.sh [SECONDS [TARGET...]]. README.md tells what is what.
set -eu
cd "$(dirname "$0")"
seconds=${1:-600}
[ $# -gt 0 ] && shift
targets=${*:-message reply deadline docx xlsx html ics dsn token results session imap}
host=$(rustc -vV | sed -n 's/^host: //p')
# A target triple keeps the flags from build scripts and macros, which are not linked with the fuzzer.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
    cargo build --release --target "$host"
for target in $targets; do
    mkdir -p "corpus/$target" "found/$target" "seeds/$target"
    "target/$host/release/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
        -artifact_prefix="found/$target/" -print_final_stats=1 "corpus/$target" "seeds/$target" \
        >"found/$target.log" 2>&1 || echo "$target: see found/$target.log"
    tail -n 12 "found/$target.log"
done
