#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# buf lint, and buf breaking against the last commit that differs: HEAD while the contracts are being edited, else HEAD~1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
buf="$PWD/build/npm/node_modules/.bin/buf"
[ -x "$buf" ] || { echo "buf is not installed: run ./dev test"; exit 1; }
cd protos
"$buf" lint
against=HEAD
git diff --quiet HEAD -- . && against=HEAD~1
if git cat-file -e "$against:protos/buf.yaml" 2>/dev/null; then
  top=$(git rev-parse --show-toplevel)
  "$buf" breaking --against "$top/.git#ref=$(git rev-parse "$against"),subdir=protos"
  echo "no breaking change against $against"
elif [ "$(git rev-parse --is-shallow-repository)" = true ]; then
  echo "skipped: buf breaking; this clone is too shallow to hold the contracts before (git fetch --deepen=1)"
else
  echo "there are no contracts in $against to compare with: a clone needs its last two commits (git fetch --deepen=1)" >&2
  exit 1
fi
