// SPDX-License-Identifier: Apache-2.0
//
// What steps need: who does them, and utilities.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_NEEDS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_NEEDS_H_

#include <cstddef>
#include <cstdint>
#include <map>
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

// How often what was said of each activity, by its number. What was heard of cases can be taken out
// again.
class Heard {
 public:
  // Adds what cases say, or takes it out (`sign` -1). O(rows + attributes).
  absl::Status Hear(const LogSnapshot& log, int sign, KeepOn keep_on);
  // `names`: of all activities. See ReadNeeds.
  Needs Decide(const std::vector<std::string>& names, const std::vector<AskedNeed>& asked) const;
  size_t memory_bytes() const { return bytes_; }

 private:
  using Votes = std::map<std::string, int64_t>;
  struct OfActivity {
    Votes roles, resources, utilities;
  };

  OfActivity& Of(uint32_t activity);
  void Vote(const std::string& text, int64_t count, Votes* votes);

  std::vector<OfActivity> by_activity_;
  size_t bytes_ = 0;
};

// As the log tells: utilities are those of "utilities" and "utility" (what blocked the step once),
// the role is the attribute "role" or "org:role", else the resource to whom it is scheduled,
// whichever is most frequent. `asked` comes before that; what it says of activities that the log
// does not have is ignored. O(rows).
absl::StatusOr<Needs> ReadNeeds(const LogSnapshot& log, const std::vector<AskedNeed>& asked,
                                KeepOn keep_on);

// Whether both name the same, case aside: "utilities/crm" is "crm".
bool SameName(absl::string_view a, absl::string_view b);

enum class Target { kUtility, kRole, kStep };
// The activities that need what is named, which is of the first of `targets` that has it. None:
// FIELD_INVALID (field `field`) with what may be meant, or a few of those that there are.
absl::StatusOr<std::vector<uint32_t>> FindNeeding(const std::string& field, const LogSnapshot& log,
                                                  const Needs& needs,
                                                  const std::vector<Target>& targets,
                                                  absl::string_view name);

}  // namespace plumbline::analytics::cascade

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_NEEDS_H_
