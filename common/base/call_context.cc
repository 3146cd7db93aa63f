// SPDX-License-Identifier: Apache-2.0
#include "common/base/call_context.h"

#include "common/base/error.h"

namespace plumbline::base {

bool Identity::May(absl::string_view permission, absl::string_view workspace) const {
  const auto has = [](const std::set<std::string>& set, absl::string_view value) {
    return set.count("*") > 0 || set.count(std::string(value)) > 0;
  };
  return has(workspaces, workspace) && has(permissions, permission);
}

Identity Identity::Everything(absl::string_view subject) {
  return Identity{std::string(subject), {"*"}, {"*"}};
}

absl::Status CallContext::Check(absl::Time now) const {
  if (cancelled->load(std::memory_order_relaxed)) {
    return Error(common::v1::ERROR_REASON_CANCELLED, "the caller went away");
  }
  if (now >= deadline) {
    return Error(common::v1::ERROR_REASON_DEADLINE_EXCEEDED,
                 "the deadline passed before the work was done; allow more time, or repeat the "
                 "call with the same request_id");
  }
  return absl::OkStatus();
}

}  // namespace plumbline::base
