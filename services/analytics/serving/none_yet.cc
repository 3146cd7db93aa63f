// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/none_yet.h"

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/analytics/mining/traces.h"

namespace plumbline::analytics {
namespace {

// What is said about a step, or anything else, whether it is ever done or not.
constexpr absl::string_view kSaid[] = {"comment",  "call",        "answer",
                                       "escalate", "acknowledge", "change"};

}  // namespace

bool MayComeYet(const LogSnapshot& log, uint32_t activity) {
  if (log.transition.empty()) return true;
  enum class Tells { kNothing, kAStep, kNoStep };
  std::vector<Tells> tells = {Tells::kAStep};  // an event without a transition
  for (const std::string& transition : log.transitions) {
    const bool said = std::find(std::begin(kSaid), std::end(kSaid), transition) != std::end(kSaid);
    const bool no_step = transition == "decide" || absl::StartsWith(transition, "pi_");
    tells.push_back(no_step ? Tells::kNoStep : said ? Tells::kNothing : Tells::kAStep);
  }
  bool may = false;
  for (size_t row = 0; row < log.size(); ++row) {
    if (log.activity[row] != activity) continue;
    const Tells told = tells[log.transition[row]];
    if (told == Tells::kNoStep) return false;
    may |= told == Tells::kAStep;
  }
  return may;
}

std::string NoneYet(const LogView& view, absl::string_view name) {
  const auto& all = view.log()->activities;
  const auto found = std::lower_bound(all.begin(), all.end(), name);
  if (name.empty() || found == all.end() || *found != name) return "";
  const auto number = static_cast<uint32_t>(found - all.begin());
  const Traces& traces = view.whole().traces();
  if (AnyNamed(traces, number)) return "";
  const std::string why = WhyNoneNamed(traces, number);
  return why.empty() ? "" : absl::StrCat("N", why.substr(1));
}

}  // namespace plumbline::analytics
