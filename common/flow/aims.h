// SPDX-License-Identifier: Apache-2.0
//
// The rules of what a process is to bring about (process_aims.proto), checked against its tree.
#ifndef PLUMBLINE_COMMON_FLOW_AIMS_H_
#define PLUMBLINE_COMMON_FLOW_AIMS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/flow/process.h"

namespace plumbline::flow {

// Appends every breach of the rules that process_aims.proto states for milestones and rules of
// escalation, up to kMaxViolations in all. `path` is the field of the process ("process"); of
// `content`, the root and the two lists are looked at. O(nodes + size of the lists).
void ValidateAims(const ProcessContent& content, absl::string_view path,
                  std::vector<base::FieldViolation>* violations);

// What is wrong with who is told; "" = nothing.
std::string CheckNotify(absl::string_view notify);

// "DUE_SOON", as process_aims.proto calls it; "" = not set.
absl::string_view Name(EscalationTrigger trigger);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_AIMS_H_
