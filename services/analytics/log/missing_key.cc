// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/log/missing_key.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/instead.h"

namespace plumbline::analytics {

absl::Status MissingKey(absl::string_view field, absl::string_view key,
                        std::vector<std::string> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  const std::string instead =
      keys.empty() ? "; the log has no attributes: an import keeps those that it is asked for "
                     "(ImportHeader.attributes)"
                   : base::Instead(key, keys);
  return base::FieldError(
      std::string(field),
      absl::StrCat("is '", key, "', which no event has under these cases", instead));
}

}  // namespace plumbline::analytics
