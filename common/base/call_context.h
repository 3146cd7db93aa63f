// SPDX-License-Identifier: Apache-2.0
//
// What every function that may block knows of the call that it works for. Always the first
// parameter.
#ifndef PLUMBLINE_COMMON_BASE_CALL_CONTEXT_H_
#define PLUMBLINE_COMMON_BASE_CALL_CONTEXT_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace plumbline::base {

// Who calls, as the door found out.
struct Identity {
  std::string subject = "anonymous";
  std::set<std::string> workspaces;   // ids, or "*"
  std::set<std::string> permissions;  // "catalog.read", ..., or "*"

  // Whether it has `permission` in `workspace`. O(log n).
  bool May(absl::string_view permission, absl::string_view workspace) const;

  // May do everything: the anonymous caller of an open server, and Plumbline's own background work.
  static Identity Everything(absl::string_view subject);
};

// Copyable; copies share the cancellation.
struct CallContext {
  absl::Time deadline = absl::InfiniteFuture();
  Identity identity;
  std::string workspace;  // of the resource that the call names; "" if it names none
  std::string trace_id;   // 32 hexadecimal digits
  std::shared_ptr<std::atomic<bool>> cancelled = std::make_shared<std::atomic<bool>>(false);

  // OK, or CANCELLED, or DEADLINE_EXCEEDED at `now`. Long loops ask it now and then.
  absl::Status Check(absl::Time now) const;
};

}  // namespace plumbline::base

#endif  // PLUMBLINE_COMMON_BASE_CALL_CONTEXT_H_
