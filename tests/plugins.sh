#!/usr/bin/env bash
# Writes a new plugin in each language, builds it outside of the workspace as its own steps say, and proves it. HUIZONG is the command.
set -euo pipefail
cd "$(dirname "$0")/.."
huizong=${HUIZONG:-$PWD/target/debug/huizong-under-test}
zig=$(.ci/zig)
outside=$(mktemp -d)
trap 'rm -rf "$outside"' EXIT
# zig as its own installers name it.
printf '#!/bin/sh\nexec python-zig "$@"\n' > "$outside/zig" && chmod +x "$outside/zig"
export PATH=$outside:$zig:$PATH
cd "$outside"
proven() {
  "$huizong" plugin test "$1"
  "$huizong" plugin conform "$1" --calls 100
}

"$huizong" plugin new in-rust
cd in-rust
cargo test --quiet
cargo build --release --quiet
proven target/release/libin_rust.so
# For old systems.
cargo zigbuild --quiet --release --target x86_64-unknown-linux-gnu.2.17
newest=$(objdump -T target/x86_64-unknown-linux-gnu/release/libin_rust.so | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
echo "built for old systems, it needs $newest"
[ "$(printf '%s\nGLIBC_2.17\n' "$newest" | sort -V | tail -1)" = GLIBC_2.17 ]
cd ..

"$huizong" plugin new in-c --lang c
cd in-c
cc -std=c99 -Wall -Wextra -Werror -O2 -shared -fPIC -I . -o libin_c.so in_c.c
proven ./libin_c.so
cd ..

"$huizong" plugin new in-zig --lang zig
cd in-zig
zig build-lib -dynamic -O ReleaseSafe -lc -I. -femit-bin=libin_zig.so in_zig.zig
proven ./libin_zig.so
cd ..

"$huizong" plugin new in-python --lang python-cffi
cd in-python
# The system's own Python: the worker reads no other.
/usr/bin/python3 build.py
proven ./libin_python.so
