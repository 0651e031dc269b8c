#!/usr/bin/env bash
# Gates the working tree against BASE_REF and leaves what CI servers show: gate.json, junit.xml, summary.md, report.html.
# Usage: gate.sh BASE_REF OUT [flags of `bench gate`]. Exits as `bench gate` does: docs/gate.md has the codes.
set -uo pipefail
if [ $# -lt 2 ]; then
  echo "usage: gate.sh BASE_REF OUT [flags of bench gate]" >&2
  exit 2
fi
base=$1
out=$2
shift 2
# The program that this script belongs to: npx, called elsewhere, would fetch another package of that name.
bench=("$(dirname "${BASH_SOURCE[0]}")/../../bench/bin.js")

if ! mkdir -p "$out" || ! : >"$out/gate.json"; then
  echo "gate.sh: results cannot be written to $out; fix: name a folder that this user may write to" >&2
  exit 2
fi
# What an earlier gate left there is not this one's.
rm -f "$out"/{gate.json,junit.xml,summary.md,report.html}
# Elsewhere until the gate is done: a new file in the working tree would be a change to be gated.
json=$(mktemp)
trap 'rm -f "$json"' EXIT
# A forge that cancels a job signals this script alone. In a group of its own the gate gets each signal once, also of a terminal.
set -m
"${bench[@]}" gate --base-ref "$base" --json --progress plain --out "$out/runs" "$@" >"$json" &
gate=$!
set +m
for signal in INT TERM; do trap "kill -$signal $gate 2>/dev/null" "$signal"; done
# A signal ends the wait before the gate has ended.
until
  wait "$gate"
  code=$?
  ! kill -0 "$gate" 2>/dev/null
do :; done
cp "$json" "$out/gate.json"

# Without a run there was an error, which stderr has told, and the checks are to show.
fact() {
  node -p 'const { path, error } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    process.argv[2] === "run" ? path ?? "" : error ? `${error.message}\nfix: ${error.fix}` : ""' "$out/gate.json" "$1" 2>/dev/null
}
run=$(fact run)
trouble=$(fact error)
if [ -n "$run" ]; then
  "${bench[@]}" report "$run" --format junit >"$out/junit.xml"
  "${bench[@]}" report "$run" --format github-summary >"$out/summary.md"
  cp "$(dirname "$run")/report.html" "$out/report.html"
  if [ -n "${GITHUB_ACTIONS:-}" ]; then
    "${bench[@]}" report "$run" --format github-annotations
    cat "$out/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  else
    cat "$out/summary.md"
  fi
elif [ -n "$trouble" ]; then
  printf '### The gate did not run\n\n```\n%s\n```\n' "$trouble" >"$out/summary.md"
  if [ -n "${GITHUB_ACTIONS:-}" ]; then
    message=${trouble//%/%25}
    message=${message//$'\r'/%0D}
    echo "::error title=The gate did not run::${message//$'\n'/%0A}"
    cat "$out/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  fi
fi
exit "$code"
