// SPDX-License-Identifier: Apache-2.0
//
// Two versions of a process, compared.
#ifndef PLUMBLINE_SERVICES_CATALOG_DIFF_DIFF_H_
#define PLUMBLINE_SERVICES_CATALOG_DIFF_DIFF_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/flow/diff.h"
#include "services/catalog/processes/command.h"
#include "services/catalog/processes/store.h"

namespace plumbline::catalog {

// What came after is `after` or else `content`; both are of the workspace of `before`.
struct DiffCommand {
  ProcessRef before;
  ProcessRef after;
  std::optional<v1::Process> content;
};

struct Compared {
  std::string before;  // names; "" = content
  std::string after;
  flow::ProcessDiff diff;
};

// Of a draft, calls that name no revision are compared as publishing would pin them `now`, and
// steps with what they would take from the library. Where two revisions of one process are called,
// these are compared in turn. Errors: RESOURCE_NOT_FOUND, FIELD_INVALID
// and PROCESS_INVALID (content); for "@latest" also REVISION_NOT_EFFECTIVE and PROCESS_RETIRED.
// O(nodes), and two reads and O(nodes) per pair of called revisions that differ.
absl::StatusOr<Compared> Compare(Snapshot& snapshot, const DiffCommand& command, absl::Time now);

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_DIFF_DIFF_H_
