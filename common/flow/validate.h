// SPDX-License-Identifier: Apache-2.0
//
// The rules of the model, checked on a tree.
#ifndef PLUMBLINE_COMMON_FLOW_VALIDATE_H_
#define PLUMBLINE_COMMON_FLOW_VALIDATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "common/expr/schema.h"
#include "common/flow/tree.h"

namespace plumbline::flow {

// A list of violations stops here: who has fifty to mend can ask again.
inline constexpr size_t kMaxViolations = 50;

// Every breach of the rules that process.proto states, with the path of the field below `path`
// ("process.root.sequence.nodes[2].step.role"); empty = valid. A tree that is valid cannot
// deadlock. Conditions speak about `attributes`, those of the process (SchemaOf, attribute.h);
// without them it has none. Walks without recursion deeper than kMaxDepth. At most kMaxViolations
// are listed. O(nodes + size of conditions).
std::vector<base::FieldViolation> Validate(const Node& root, const expr::Schema& attributes,
                                           absl::string_view path);
std::vector<base::FieldViolation> Validate(const Node& root, absl::string_view path);

// One PROCESS_INVALID error for all violations, or OK when there are none. The message quotes the
// first and counts the rest.
absl::Status ProcessInvalid(const std::vector<base::FieldViolation>& violations);

// The field of the i-th child, below the field of its parent: "sequence.nodes[2]", "loop.body".
std::string ChildField(const Node& parent, size_t i);

// "processes/{p}", "processes/{p}@latest" (the same), "processes/{p}@{tag}" or
// "processes/{p}@{revision}" taken apart.
struct CalledProcess {
  std::string process;   // the id {p}
  int64_t revision = 0;  // from 1; 0 = none given
  std::string tag;       // "" = none given
};

// nullopt when `called` has not that form.
std::optional<CalledProcess> ParseCalled(absl::string_view called);

// "steps/{s}" or "steps/{s}@{revision}" taken apart.
struct UsedStep {
  std::string step;      // the id {s}
  int64_t revision = 0;  // from 1; 0 = none given
};

// nullopt when `uses` has not that form.
std::optional<UsedStep> ParseUses(absl::string_view uses);

// What is wrong with a text of `min` to `max` characters (code points), with the remedy; "" =
// nothing.
std::string CheckText(absl::string_view text, size_t min, size_t max);

// The beginning of a value for a message, cut between characters, so that a message never carries a
// megabyte back.
std::string ShortenText(absl::string_view text);

// Appends what is wrong with the duration whose field is at `path`.
void CheckDuration(const BusinessDuration& duration, absl::string_view path,
                   std::vector<base::FieldViolation>* violations);

}  // namespace plumbline::flow

#endif  // PLUMBLINE_COMMON_FLOW_VALIDATE_H_
