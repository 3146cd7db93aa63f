// SPDX-License-Identifier: Apache-2.0
//
// The fields of two versions of a process and of its nodes, compared. Not for use outside Diff.
#ifndef PLUMBLINE_COMMON_FLOW_DIFF_FIELDS_H_
#define PLUMBLINE_COMMON_FLOW_DIFF_FIELDS_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "common/flow/diff.h"

namespace plumbline::flow {

// Gets differences whose `path` is below the owner of the field ("step.role") and whose `node` and
// `title` are not set yet.
using DifferenceSink = absl::FunctionRef<void(Difference)>;

// Why changes are cosmetic.
inline constexpr char kForPeople[] = "a text for people: nothing that a run does depends on it";
inline constexpr char kOrderOnly[] =
    "only the order of the list: nothing that a run does depends on it";

// What stands beside the trees. O(size of texts).
void CompareProcessFields(const ProcessContent& before, const ProcessContent& after,
                          DifferenceSink sink);

// Their milestones and rules of escalation. O(size of the lists and texts).
void CompareAims(const ProcessContent& before, const ProcessContent& after, DifferenceSink sink);

// The attributes of the processes. O(attributes + size of texts).
void CompareAttributes(const std::vector<Attribute>& before, const std::vector<Attribute>& after,
                       DifferenceSink sink);

// Two nodes that are the same node, without their place and what is below them. O(size of texts).
void CompareNodeFields(const Node& before, const Node& after, CalledVerdict called,
                       DifferenceSink sink);

// "2 d 30 min"
std::string InWords(const BusinessDuration& duration);

// "sequence", "step", ...
absl::string_view KindWord(NodeKind kind);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_DIFF_FIELDS_H_
