// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/uncounted.h"

#include <algorithm>
#include <set>

#include "services/analytics/filter/fields.h"
#include "services/analytics/filter/notes.h"

namespace plumbline::analytics {
namespace {

// `seen`: activities that were looked at, each of which takes a pass.
void Look(const expr::Condition& condition, const Traces& traces, std::set<uint32_t>& seen,
          std::vector<std::string>& notes) {
  for (const expr::Condition& child : condition.children) Look(child, traces, seen, notes);
  const expr::Test& test = condition.test;
  if (condition.kind != expr::Condition::Kind::kTest || test.field != kActivities ||
      test.op != expr::Test::Op::kEqual || notes.size() >= kMostNotes)
    return;
  const std::vector<std::string>& names = traces.log().activities;
  const auto found = std::lower_bound(names.begin(), names.end(), test.value.text);
  if (found == names.end() || *found != test.value.text) return;  // that is noted where it is run
  const auto number = static_cast<uint32_t>(found - names.begin());
  if (!seen.insert(number).second || AnyNamed(traces, number)) return;
  const std::string why = WhyNoneNamed(traces, number);
  if (!why.empty()) AddNote(why, notes);
}

}  // namespace

void NoteUncounted(const expr::Condition& condition, const Traces& traces,
                   std::vector<std::string>& notes) {
  std::set<uint32_t> seen;
  Look(condition, traces, seen, notes);
}

}  // namespace plumbline::analytics
