// SPDX-License-Identifier: Apache-2.0
//
// What a log is checked against: a process tree of activities (Leemans 2017, section 2.2.6).
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/flow/tree.h"

namespace plumbline::analytics::conformance {

enum class Operator : uint8_t { kSilent, kActivity, kSequence, kChoice, kParallel, kLoop };

// A node and what is below it. A loop's first child is its body, the others are ways back to the
// body; there is at least one of these.
struct ModelNode {
  Operator op = Operator::kSilent;
  std::string activity;  // of kActivity
  std::vector<ModelNode> children;
  bool operator==(const ModelNode&) const = default;
};

inline constexpr int kMaxModelDepth = 200;
inline constexpr int kMaxModelNodes = 20'000;

ModelNode Silent();
ModelNode Activity(absl::string_view name);
ModelNode Inner(Operator op, std::vector<ModelNode> children);

// INVALID_ARGUMENT where a node has the wrong number of children, an activity no name, or the tree
// is deeper or larger than the limits. O(nodes).
absl::Status CheckModel(const ModelNode& root);

// Which name a step or a call has in the log.
enum class NameOf { kTitle, kId };
// The model of a process: steps and calls are activities, named by their titles (by their ids where
// they have none) or by their ids; what is optional is a choice between it and nothing; conditions
// are not looked at, so that the model allows what any of their outcomes would. O(nodes).
ModelNode ModelOf(const flow::Node& root, NameOf name);

// Reads the notation of the literature, as process mining tools print it:
//   ->( 'a', X( tau, 'b' ), +( 'c', *( 'd', tau ) ) )
// A quote ends a name where a comma, a closing bracket or the end follows. INVALID_ARGUMENT says
// where the text cannot be read. O(length).
absl::StatusOr<ModelNode> ParseModel(absl::string_view text);
// The same notation.
std::string ModelText(const ModelNode& root);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_H_
