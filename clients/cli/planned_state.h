// SPDX-License-Identifier: Apache-2.0
//
// What the service will keep once the files that were planned so far are applied: what they say,
// and else what it keeps now. What calls and uses of processes mean then.
#ifndef PLUMBLINE_CLIENTS_CLI_PLANNED_STATE_H_
#define PLUMBLINE_CLIENTS_CLI_PLANNED_STATE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"
#include "plumbline/catalog/v1/process.pb.h"
#include "plumbline/catalog/v1/step.pb.h"

namespace plumbline::cli {

// A process that gets a new revision.
struct PlannedProcess {
  int64_t revision = 0;
  bool waits = false;       // it gets it only after somebody has approved it
  bool deprecated = false;  // who names no revision of it is refused
};

// What a call or a use means.
template <typename Content>
struct Meant {
  std::string name;                  // "processes/x@3", "steps/s@2"
  const Content* content = nullptr;  // lives as long as the PlannedState
  bool planned = false;              // the plan makes it so: the service does not know it yet
  bool waits = false;                // it is there only after somebody has approved it
};

// Names are short: "processes/x", "processes/x@3", "processes/x/tags/stable".
class PlannedState {
 public:
  explicit PlannedState(Session& session) : session_(session) {}

  // Says that the plan creates this resource.
  void AddToCome(const std::string& name) { to_come_.insert(name); }
  bool IsToCome(const std::string& name) const { return to_come_.contains(name); }

  // The revision that a process gets: its calls are pinned, its steps written out.
  void AddProcess(const std::string& name, const catalog::v1::Process& revision,
                  const PlannedProcess& planned);
  // nullptr if it gets none.
  const PlannedProcess* FindProcess(const std::string& name) const;
  // A step of the library as it will be, with its revision; `changed`: it is not so yet.
  void AddStep(const catalog::v1::StepTemplate& step, bool changed);
  // A calendar that will inherit from this one ("": from none), and perhaps does not yet.
  void AddCalendar(const std::string& name, const std::string& inherits) {
    inherits_[name] = inherits;
  }
  // From which calendar one inherits that names `inherits`, past those that the plan changes; ""
  // for none. The plan has no circles of such. O(calendars).
  std::string NearestKeptCalendar(std::string inherits) const;
  // A tag that will name this revision, and does not yet.
  void AddTag(const std::string& name, int64_t revision);

  // What a call that stands at `field` means. Errors, all with that field: FIELD_INVALID if there
  // is no such revision; PROCESS_RETIRED, REVISION_NOT_EFFECTIVE as in publishing.
  absl::StatusOr<Meant<catalog::v1::Process>> Called(const std::string& called,
                                                     const std::string& field);
  // What `uses` at `field` means. FIELD_INVALID, with that field, if there is no such step.
  absl::StatusOr<Meant<catalog::v1::StepTemplate>> Used(const std::string& uses,
                                                        const std::string& field);
  // A revision that Called named, or that such a one calls: "processes/x@3".
  absl::StatusOr<const catalog::v1::Process*> Content(const std::string& revision);

 private:
  struct PlannedStep {
    catalog::v1::StepTemplate step;
    bool changed = false;
  };
  using CalledProcess = Meant<catalog::v1::Process>;

  absl::StatusOr<CalledProcess> CalledPlanned(const std::string& name,
                                              const PlannedProcess& planned, bool by_name,
                                              const std::string& field);
  absl::StatusOr<CalledProcess> CalledKept(const std::string& called, bool by_name,
                                           const std::string& field);

  Session& session_;
  std::set<std::string> to_come_;
  std::map<std::string, PlannedProcess> processes_;       // by name
  std::map<std::string, PlannedStep> steps_;              // by name
  std::map<std::string, std::string> inherits_;           // of calendars, by name
  std::map<std::string, int64_t> tags_;                   // by name
  std::map<std::string, catalog::v1::Process> contents_;  // by revision
  // What the service keeps, by what calls and uses name.
  std::map<std::string, std::string> called_;
  std::map<std::string, catalog::v1::StepTemplate> used_;
};

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_PLANNED_STATE_H_
