// SPDX-License-Identifier: Apache-2.0
//
// What the commands about versions of processes share.
#ifndef PLUMBLINE_CLIENTS_CLI_LIFE_COMMANDS_H_
#define PLUMBLINE_CLIENTS_CLI_LIFE_COMMANDS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/session.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"

namespace plumbline::cli {

// The full name of "PROCESS" or "PROCESS@7". Methods that change something take numbers only:
// "PROCESS@stable" and "PROCESS@latest" are looked up first.
absl::StatusOr<std::string> ExactName(Session& session, const std::string& name);
// The same of what must name a revision, and its number.
struct NamedRevision {
  std::string process;  // the full name without "@"
  std::string name;     // the full name
  int64_t revision = 0;
};
absl::StatusOr<NamedRevision> ExactRevision(Session& session, const std::string& name);

// A mutation of a process: fills in name, reason, etag and request id, calls, and says what was
// done: "processes/deal-desk: archived".
struct LifeOptions {
  std::string name, reason, etag;
  bool dry_run = false;
};
template <typename Response, typename Request>
absl::Status Change(Session& session, const LifeOptions& options, const char* method,
                    absl::string_view done, Request request, Response* response) {
  session.wording().Call({{"name", "PROCESS"},
                          {"reason", "--reason"},
                          {"etag", "--etag"},
                          {"allow_in_use", "--allow-in-use"}});
  request.set_reason(options.reason);
  request.set_request_id(base::NewUuid());
  request.set_validate_only(options.dry_run);
  RETURN_IF_ERROR(session.Call(kCatalog, method, request, response));
  if (session.json()) {
    session.PrintJson(*response);
  } else {
    session.out() << session.ShortName(response->process().name()) << ": "
                  << (options.dry_run ? "possible, nothing written" : done) << '\n';
  }
  return absl::OkStatus();
}
// The same where nobody needs the answer.
template <typename Response, typename Request>
absl::Status Change(Session& session, const LifeOptions& options, const char* method,
                    absl::string_view done, Request request) {
  Response response;
  return Change(session, options, method, done, std::move(request), &response);
}

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_LIFE_COMMANDS_H_
