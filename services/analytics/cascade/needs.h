// SPDX-License-Identifier: Apache-2.0
//
// What steps need: who does them, and utilities.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_NEEDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_NEEDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/mining/case_pieces.h"

namespace plumbline::analytics::cascade {

// Of one activity.
struct Need {
  std::string role;                    // "" = not known
  std::vector<std::string> utilities;  // ascending
};
// By the numbers of the log's activities.
using Needs = std::vector<Need>;

struct AskedNeed {
  std::string activity, role;
  std::vector<std::string> utilities;
};

// As the log tells: utilities are those of its attribute "utility" (what blocked the step once),
// the role is the attribute "role" or "org:role", else the resource to whom it is scheduled,
// whichever is most frequent. `asked` comes before that; what it says of activities that the log
// does not have is ignored. O(rows).
absl::StatusOr<Needs> ReadNeeds(const LogSnapshot& log, const std::vector<AskedNeed>& asked,
                                KeepOn keep_on);

// Whether both name the same, case aside: "utilities/crm" is "crm".
bool SameName(absl::string_view a, absl::string_view b);

enum class Target { kUtility, kRole, kStep };
// How an error ends where no step needs anything of a kind.
inline constexpr char kSayNeeds[] = "; say in `needs` which steps need it, or name steps";
// The activities that need what is named. None: FIELD_INVALID (field `field`) with those that there
// are.
absl::StatusOr<std::vector<uint32_t>> FindNeeding(const std::string& field, const LogSnapshot& log,
                                                  const Needs& needs, Target target,
                                                  absl::string_view name);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_NEEDS_H_
