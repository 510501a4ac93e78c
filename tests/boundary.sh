#!/usr/bin/env bash
# Runs both sides of the plugin boundary in one process under valgrind: no invalid access, no definite leak. This includes
# panics and answers that the SDK would never produce. Uninitialised values are not checked, as optimised code loads them
# without using them. The tests' build uses the system's allocator, which valgrind watches.
set -euo pipefail
cd "$(dirname "$0")/.."
# Build as the tests do: already done if they ran, and fast enough under valgrind.
cargo build --quiet --profile test --lib --test workers -p huizong-tests -p huizong-tianhe -p huizong-lens -p huizong-hostile
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cc -std=c99 -Wall -Wextra -Werror -g -shared -fPIC -I crates/plugin-abi/include -o "$folder/libminimal.so" plugins/minimal-c/minimal.c
cp -r examples/district/forms "$folder/forms"
sed 's/云溪区统计局/猛兽统计局/' examples/district/forms/11-tongji.json > "$folder/forms/11-tongji.json"
for mode in ${MODES:-healthy panic panic-drop utf8 code flood unknown-document finish-panics create-refuses}; do
  printf '[plugin_limits]\nbatch_documents = 4\n[plugins.hostile]\nconfig = { mode = "%s" }\n' "$mode" > "$folder/huizong.toml"
  arguments=(check forms --in-process --jobs 1 --format json --fail-on never)
  for plugin in target/debug/libhuizong_tianhe.so target/debug/libhuizong_lens.so target/debug/libhuizong_hostile.so; do
    arguments+=(--plugin "$PWD/$plugin")
  done
  arguments+=(--plugin "$folder/libminimal.so")
  status=0
  (cd "$folder" && valgrind --quiet --undef-value-errors=no --log-file="$folder/valgrind" --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
    --show-leak-kinds=definite --child-silent-after-fork=yes "$OLDPWD/target/debug/huizong-under-test" "${arguments[@]}") \
    > "$folder/report.json" 2> "$folder/said" || status=$?
  grep -q '"rule":"minimal/preparer-missing"' "$folder/report.json" || { echo "$mode: no findings"; cat "$folder/said"; exit 1; }
  # 0, or 3 if the plugin failed; 99 comes from valgrind.
  case $status in
    0 | 3) echo "$mode: clean (exit status $status)" ;;
    *) echo "$mode: exit status $status"; cat "$folder/said" "$folder/valgrind"; exit 1 ;;
  esac
done
