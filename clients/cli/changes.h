// SPDX-License-Identifier: Apache-2.0
//
// What commands share that keep resources: how a change is sent, and how a resource is shown.
#ifndef PLUMBLINE_CLIENTS_CLI_CHANGES_H_
#define PLUMBLINE_CLIENTS_CLI_CHANGES_H_

#include <ostream>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "google/protobuf/timestamp.pb.h"

namespace plumbline::cli {

// Lines "name:   text", all texts under each other; nothing for a text that is empty.
class Lines {
 public:
  // Texts begin at `column`. With `wraps` a long one goes on below itself; else it stays whole, so
  // that it can be copied.
  Lines(const Paper& paper, size_t column, bool wraps)
      : paper_(paper), column_(column), wraps_(wraps) {}
  // `name` "": the text goes on with what was said before.
  void Add(absl::string_view name, absl::string_view text) const;

 private:
  const Paper& paper_;
  const size_t column_;
  const bool wraps_;
};

// Sends a request that changes something: with `dry_run` it is only checked. It takes effect once
// under `request_id`, or where that is empty under a new one.
template <typename Request, typename Response>
absl::Status SendChange(Session& session, const char* service, const char* method, bool dry_run,
                        Request* request, Response* response, const std::string& request_id = "") {
  request->set_validate_only(dry_run);
  request->set_request_id(request_id.empty() ? base::NewUuid() : request_id);
  return session.Call(service, method, *request, response);
}

// "2026-01-05 09:00 by ada"; "" where nothing was written yet, as in a dry run.
std::string EditedText(const google::protobuf::Timestamp& time, const std::string& author);

// The message as JSON, or for people what `show` prints of it.
absl::Status Answer(Session& session, const google::protobuf::Message& message,
                    absl::FunctionRef<void()> show);

// What became of a resource: "crm: deleted", or "crm: would be deleted" where nothing was written.
// `then` stands behind what was done.
void ShowDone(Session& session, const std::string& name, bool dry_run, absl::string_view done,
              absl::string_view then = "");

// Says of a resource that was shown as it would be that nothing was written. Nothing for JSON.
void ShowDryRun(Session& session, bool dry_run);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CHANGES_H_
