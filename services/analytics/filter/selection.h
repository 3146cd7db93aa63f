// SPDX-License-Identifier: Apache-2.0
//
// Which cases of a log, and which of their events: what Selection in selection.proto says, checked
// and made ready.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_SELECTION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_SELECTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/expr/check.h"
#include "services/analytics/filter/bit_set.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/completion.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"

namespace plumbline::analytics {

// From `begin` until just before `end`, in microseconds.
struct TimeWindow {
  enum class Mode { kStarted, kContained, kIntersecting, kEnded };
  int64_t begin = INT64_MIN;
  int64_t end = INT64_MAX;
  Mode mode = Mode::kStarted;
};

// Which cases have ended, by the names of activities.
struct CompletionText {
  EndRule rule = EndRule::kDefault;
  std::vector<std::string> activities;
  int64_t idle = 0;                 // microseconds
  std::string field;                // path in the request, "selection.completion"
  std::vector<std::string> fields;  // of each of `activities`
  bool may_lack = false;  // activities that are still to come end no case, and are no error

  bool asked() const { return rule != EndRule::kDefault; }
};

struct SelectionText {
  std::string filter;
  std::string event_filter;
  bool only_matching_events = false;
  std::optional<TimeWindow> window;
  CompletionText completion = {};
};

// Immutable.
class Selection {
 public:
  // Everything, ended as the log marks it.
  Selection() = default;
  // FIELD_INVALID with every violation; `field` is the path of the selection in its request
  // ("selection"). O(length of the texts).
  static absl::StatusOr<Selection> Compile(absl::string_view field, const SelectionText& text);

  // All cases and events, ended as the log marks it.
  bool everything() const { return key_.empty(); }
  // All cases and events, whichever have ended.
  bool keeps_all() const {
    return !cases_.has_value() && !events_.has_value() && !window_.has_value();
  }
  // Different for selections that differ; "" of everything.
  const std::string& key() const { return key_; }
  const std::optional<expr::Condition>& cases() const { return cases_; }
  const std::optional<expr::Condition>& events() const { return events_; }
  bool only_matching_events() const { return only_matching_events_; }
  const std::optional<TimeWindow>& window() const { return window_; }
  const CompletionText& completion() const { return completion_; }

 private:
  std::string key_;
  std::optional<expr::Condition> cases_, events_;
  bool only_matching_events_ = false;
  std::optional<TimeWindow> window_;
  CompletionText completion_;
};

// A log as filters see it. All must outlive the call that takes it.
struct LogParts {
  const LogSnapshot& log;
  const Traces& traces;                           // of `log`
  absl::FunctionRef<const Variants&()> variants;  // of `traces`; asked for where they are needed
};
// What a selection leaves of a log.
struct Selected {
  BitSet cases;                    // by number
  std::optional<BitSet> rows;      // where only some events of these cases are left
  std::vector<std::string> notes;  // see SelectionSummary
};

// One pass over a column for each test, a nanosecond or two a row; holds a bit a row or case for
// each level of the conditions, and 16 bytes a case.
absl::StatusOr<Selected> Select(const Selection& selection, const LogParts& parts, KeepOn keep_on);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_SELECTION_H_
