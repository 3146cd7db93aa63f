// SPDX-License-Identifier: Apache-2.0
//
// Conditions on the defects of a case: those that GetYield and GetPareto count.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_FILTER_DEFECT_FILTER_H_
#define PLUMBLINE_SERVICES_ANALYTICS_FILTER_DEFECT_FILTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/expr/check.h"
#include "services/analytics/filter/bit_set.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_pieces.h"

namespace plumbline::analytics {

// Bits of the keys of `defects` (the sources of defects where all of them count, then `repeated`,
// completed twice or more, be it a repair); `any` is every source. nullopt for a key that is none.
std::optional<uint8_t> DefectBitsOf(absl::string_view key);
// "rework, failed_verification, ... or any".
std::string DefectKeys();

// The steps of a log that have a defect. Immutable.
class DefectFilter {
 public:
  // Errors of `keep_on`. O(rows) expected; holds 12 bytes for each step of a case with a defect, and
  // what was reported of it.
  static absl::StatusOr<DefectFilter> Read(const LogSnapshot& log,
                                           const std::vector<std::string>& map_transitions,
                                           KeepOn keep_on);

  // Cases with a step that has a defect of `bits` and a number that `table` has; of `cases` cases.
  BitSet WithDefect(uint8_t bits, const std::vector<uint8_t>& table, size_t cases) const;
  // Cases of which something was reported that the test holds for.
  BitSet WithReported(const expr::Test& test, size_t cases) const;

 private:
  struct Step {
    uint32_t case_number;
    uint32_t activity;
    uint8_t bits;
  };
  std::vector<Step> steps_;
  std::vector<std::pair<uint32_t, std::string>> reported_;  // by case
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_FILTER_DEFECT_FILTER_H_
