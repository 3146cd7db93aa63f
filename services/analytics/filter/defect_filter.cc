// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/filter/defect_filter.h"

#include <array>

#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "services/analytics/defects/defects.h"
#include "services/analytics/filter/matchers.h"

namespace plumbline::analytics {
namespace {

// In the order of DefectSource, then the repeats.
constexpr std::array<absl::string_view, kDefectSourceCount + 1> kKeys = {
    "rework", "failed_verification", "waived", "missed_target", "reported", "repeated"};
constexpr uint8_t kAny = (1U << kDefectSourceCount) - 1;
constexpr uint8_t kRepeated = 1U << kDefectSourceCount;

}  // namespace

std::optional<uint8_t> DefectBitsOf(absl::string_view key) {
  if (key == "any") return kAny;
  for (size_t i = 0; i < kKeys.size(); ++i) {
    if (key == kKeys[i]) return static_cast<uint8_t>(1U << i);
  }
  return std::nullopt;
}

std::string DefectKeys() { return absl::StrJoin(kKeys, ", ") + " or any"; }

absl::StatusOr<DefectFilter> DefectFilter::Read(const LogSnapshot& log,
                                                const std::vector<std::string>& map_transitions,
                                                KeepOn keep_on) {
  DefectFilter filter;
  const DefectOptions all;
  RETURN_IF_ERROR(ReadDefects(
      log, map_transitions, all,
      [&](const StepVisit& visit) {
        uint8_t bits = visit.completed > 1 ? kRepeated : 0;
        for (const DefectSource source : kDefectSources) {
          if (visit.defects.Has(source))
            bits = static_cast<uint8_t>(bits | 1U << static_cast<unsigned>(source));
        }
        if (bits != 0) filter.steps_.push_back({visit.case_number, visit.activity, bits});
        for (const std::string& id : visit.reported)
          filter.reported_.emplace_back(visit.case_number, id);
      },
      keep_on));
  return filter;
}

BitSet DefectFilter::WithDefect(uint8_t bits, const std::vector<uint8_t>& table,
                                size_t cases) const {
  BitSet found(cases);
  for (const Step& step : steps_) {
    if ((step.bits & bits) != 0 && table[step.activity] != 0) found.Set(step.case_number);
  }
  return found;
}

BitSet DefectFilter::WithReported(const expr::Test& test, size_t cases) const {
  BitSet found(cases);
  const TextMatcher matches(test);
  for (const auto& [case_number, id] : reported_) {
    if (matches(id)) found.Set(case_number);
  }
  return found;
}

}  // namespace plumbline::analytics
