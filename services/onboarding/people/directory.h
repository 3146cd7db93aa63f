// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_DIRECTORY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_DIRECTORY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "plumbline/onboarding/v1/people.pb.h"

namespace plumbline::onboarding {

// The records of one workspace as rules read them. Used by one thread. Errors are those of what it
// reads from; what is not there is an empty result.
class Directory {
 public:
  virtual ~Directory() = default;
  virtual absl::StatusOr<std::optional<v1::Person>> Find(absl::string_view person) = 0;
  // Ids of those who name the group and have not left, by id, the first `limit`.
  virtual absl::StatusOr<std::vector<std::string>> Members(absl::string_view group, int limit) = 0;
};

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_PEOPLE_DIRECTORY_H_
