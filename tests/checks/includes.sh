#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Dependencies point inward. Debian's headers all lie in /usr/include, so a forbidden include compiles; this finds it.
# Each rule: what is forbidden, and the files in which it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
failed=0

# forbid PATTERN WHY FILE...: no file may include a header that matches.
forbid() {
  local pattern=$1 why=$2 hits
  shift 2
  hits=$(grep -nE "^#include [<\"](${pattern})" "$@" /dev/null || true)
  if [ -n "$hits" ]; then
    printf '%s\n%s\n' "$why:" "$hits"
    failed=1
  fi
}
files() { find "$@" -name '*.h' -o -name '*.cc' | grep -vE '_test\.cc$'; }

grpc='grpc|common/rpc/'
sql='sqlite3|libpq|common/sql/'

# shellcheck disable=SC2046  # file names have no spaces
{
forbid "$grpc|$sql|hiredis|<yaml\.h>" 'common/base, calendar, expr and flow know no transport, no database, no file format' \
  $(files common/base common/calendar common/expr common/flow)
forbid "$sql" 'common/rpc, cache, yaml and config know no database' $(files common/rpc common/cache common/yaml common/config)
forbid "$grpc|$sql" 'common/http and webhook know no transport of ours and no database' $(files common/http common/webhook)
forbid "services/|clients/" 'common knows no service and no client' $(files common)
forbid 'grpc' 'gRPC is known to common/rpc only' $(files common services clients | grep -v '^common/rpc/')
forbid 'sqlite3|libpq' 'engines are known to common/sql only' $(files common services clients | grep -v '^common/sql/')
forbid 'expat' 'XML is known to common/flow/bpmn and to the importers of analytics only' \
  $(files common services clients | grep -vE '^(common/flow/bpmn|services/analytics/ingest)/')
forbid '<yaml\.h>' 'libyaml is known to common/yaml only' $(files common services clients | grep -v '^common/yaml/')
forbid '<?curl/' 'libcurl is known to common/http only' $(files common services clients | grep -v '^common/http/')
forbid 'hiredis' 'Redis is known to common/cache only' $(files common services clients | grep -v '^common/cache/')
forbid "$grpc|$sql|common/cache/" 'mining, report, log and ingest are pure' \
  $(files services/analytics/log services/analytics/mining services/analytics/report services/analytics/discovery services/analytics/ingest \
           services/analytics/conformance services/analytics/export services/analytics/filter services/analytics/quality \
           services/analytics/flow services/analytics/defects services/analytics/causes services/analytics/bottlenecks services/analytics/charting services/analytics/organization services/analytics/objectives services/analytics/temporal \
           services/analytics/simulation services/analytics/cascade services/analytics/improvement services/analytics/live services/analytics/review | grep -v '/service/')
forbid "$grpc|$sql" 'domain files know neither gRPC nor SQL' \
  $(files services/catalog services/onboarding | grep -vE '/(main|app|rpc[a-z_]*|convert[a-z_]*|testing[a-z_]*|store_sql[a-z_]*|relay[a-z_]*|watch[a-z_]*|maintenance[a-z_]*|plan_source|calendar_source)\.(h|cc)$|/(testing|relay)/')
forbid 'services/(onboarding|analytics|suite)/' 'catalog knows no other service' $(files services/catalog)
forbid 'services/(catalog|analytics|suite)/' 'onboarding knows no other service' $(files services/onboarding)
forbid 'services/(catalog|onboarding|suite)/' 'analytics knows no other service' $(files services/analytics)
forbid "services/|$sql" 'clients know the contracts only' $(files clients)
}

# Time and chance are parameters.
hits=$(grep -nE '\b(absl::Now|std::chrono::(system|steady)_clock::now|std::random_device|absl::SleepFor|std::this_thread::sleep|usleep|::sleep)\b' \
  $(files common services clients | grep -vE '^common/base/') /dev/null | grep -v '// clock:' || true)
if [ -n "$hits" ]; then
  printf 'time and chance come from common/base (or say "// clock: why" on the line):\n%s\n' "$hits"
  failed=1
fi
exit "$failed"
