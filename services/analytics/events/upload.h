// SPDX-License-Identifier: Apache-2.0
//
// The bytes of an import that can be resumed: kept as they come, among the garbage, so that a sweep
// removes what nobody goes on with.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_EVENTS_UPLOAD_H_
#define PLUMBLINE_SERVICES_ANALYTICS_EVENTS_UPLOAD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// Used by one thread.
class Upload {
 public:
  // All must outlive it.
  Upload(const base::CallContext& context, Store& store, const base::Clock& clock,
         std::string workspace, absl::string_view upload_id);

  // How many bytes there are. RESOURCE_NOT_FOUND.
  absl::StatusOr<int64_t> ReceivedBytes();
  // Begins anew: what was kept is removed.
  absl::Status Restart();
  // Gives all that was kept, which must be `offset` bytes, to `each`, and goes on behind it.
  // RESOURCE_NOT_FOUND, FIELD_INVALID for another offset; errors of `each`.
  absl::Status Resume(int64_t offset, absl::FunctionRef<absl::Status(absl::string_view)> each);
  // Keeps the next bytes. NOT_FOUND without a reason if the upload was swept.
  absl::Status Append(absl::string_view bytes);
  // Nobody will go on.
  void End();

 private:
  absl::StatusOr<std::vector<StoredBlock>> Read(int64_t after, int limit);

  const base::CallContext& context_;
  Store& store_;
  const base::Clock& clock_;
  const std::string workspace_, upload_id_, uid_;
  int64_t blocks_ = 0, bytes_ = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_EVENTS_UPLOAD_H_
