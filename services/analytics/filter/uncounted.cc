// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/uncounted.h"

#include <algorithm>
#include <utility>

#include "services/analytics/filter/fields.h"

namespace plumbline::analytics {

void NoteUncounted(const expr::Condition& condition, const Traces& traces,
                   std::vector<std::string>& notes) {
  for (const expr::Condition& child : condition.children) NoteUncounted(child, traces, notes);
  const expr::Test& test = condition.test;
  if (condition.kind != expr::Condition::Kind::kTest || test.field != kActivities ||
      test.op != expr::Test::Op::kEqual)
    return;
  const std::vector<std::string>& names = traces.log().activities;
  const auto found = std::lower_bound(names.begin(), names.end(), test.value.text);
  if (found == names.end() || *found != test.value.text) return;  // that is noted where it is run
  const auto number = static_cast<uint32_t>(found - names.begin());
  if (AnyNamed(traces, number)) return;
  std::string why = WhyNoneNamed(traces, number);
  if (!why.empty()) notes.push_back(std::move(why));
}

}  // namespace plumbline::analytics
