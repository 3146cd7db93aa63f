// SPDX-License-Identifier: Apache-2.0
//
// What the processes in files would call, if they were published: other files, or what the service
// keeps.
#ifndef PLUMBLINE_CLIENTS_CLI_CALLED_PROCESSES_H_
#define PLUMBLINE_CLIENTS_CLI_CALLED_PROCESSES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {

// `visit` gets every call of a tree, in order, until it returns an error.
absl::Status ForEachCall(const catalog::v1::Node& node,
                         const std::function<absl::Status(const catalog::v1::Node&)>& visit);

// Names are short: "processes/x", "processes/x@3".
class CalledProcesses {
 public:
  explicit CalledProcesses(Session& session) : session_(session) {}

  // The process in a file, which will have this revision as its latest one; `publishes`: it does
  // not have it yet. Must outlive this.
  void Add(const std::string& name, const catalog::v1::Process& process, int64_t revision,
           bool publishes);

  // The revision that a call means once the files that were added are published: "processes/x@3".
  // FIELD_INVALID, at the field `process.root`, if there is none.
  absl::StatusOr<std::string> Resolve(const std::string& called);

  // The process with its calls resolved, as it would be published.
  absl::StatusOr<catalog::v1::Process> Pin(const catalog::v1::Process& process);

  // Refuses a process that would call itself, with the chain of names (PROCESS_CYCLE), or that
  // grows too deep or too large with what it calls (PROCESS_INVALID). `pinned`: what Pin returned.
  absl::Status Check(const std::string& name, const catalog::v1::Process& pinned);

 private:
  struct Planned {
    const catalog::v1::Process* process = nullptr;
    int64_t revision = 0;
    bool publishes = false;
  };

  // A revision that Resolve returned, with its calls resolved.
  absl::StatusOr<const catalog::v1::Process*> Content(const std::string& revision);
  absl::StatusOr<catalog::v1::Process> Get(const std::string& name);
  absl::Status CheckCycle(const std::string& name, const catalog::v1::Process& pinned);

  Session& session_;
  std::map<std::string, Planned> planned_;                // by name
  std::map<std::string, std::string> resolved_;           // of what the service keeps
  std::map<std::string, catalog::v1::Process> contents_;  // by revision
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_CALLED_PROCESSES_H_
