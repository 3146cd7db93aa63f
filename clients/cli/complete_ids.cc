// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/complete.h"

namespace plumbline::cli {
namespace {

std::vector<Known> OrNone(absl::StatusOr<std::vector<Known>> known) {
  return known.ok() ? *std::move(known) : std::vector<Known>();
}

std::vector<Known> Around(const std::string& before, std::vector<Known> known,
                          const std::string& after) {
  for (Known& one : known) one.id = absl::StrCat(before, one.id, after);
  return known;
}

// "rep-0001/order-laptop": first on-boardings, then the tasks of one that can be worked on.
std::vector<Known> TaskNames(Session& session, const std::string& current) {
  const size_t slash = current.find('/');
  if (slash == std::string::npos) return Around("", OrNone(KnownOnboardings(session)), "/");
  const std::string onboarding = current.substr(0, slash);
  return Around(absl::StrCat(onboarding, "/"), OrNone(KnownOpenTasks(session, onboarding)), "");
}

// "deal-desk", and once its "@" is there: "deal-desk@stable", "deal-desk@latest", "deal-desk@3".
std::vector<Known> ProcessNames(Session& session, const std::string& current) {
  const size_t at = current.find('@');
  if (at == std::string::npos) return OrNone(KnownProcesses(session));
  const std::string before = current.substr(0, at + 1);
  std::vector<Known> known = OrNone(KnownTags(session, current.substr(0, at)));
  known.push_back({"latest", "the one that is chosen where none is named"});
  for (Known& revision : OrNone(KnownRevisions(session, current.substr(0, at))))
    known.push_back(std::move(revision));
  return Around(before, std::move(known), "");
}

// Names of one kind, of which `parts` is the beginning: "utilities/".
std::vector<Known> NamesOfKind(Session& session, const std::vector<std::string>& parts) {
  const std::string before = absl::StrCat(parts[0], "/");
  if (parts[0] == "processes" && parts.size() > 3) {
    return Around(absl::StrCat(before, parts[1], "/tags/"), OrNone(KnownTags(session, parts[1])),
                  "");
  }
  if (parts[0] == "processes") return Around(before, ProcessNames(session, parts.back()), "");
  if (parts[0] == "utilities") return Around(before, OrNone(KnownUtilities(session)), "");
  if (parts[0] == "steps") return Around(before, OrNone(KnownSteps(session)), "");
  if (parts[0] == "calendars") return Around(before, OrNone(KnownCalendars(session)), "");
  if (parts[0] == "eventLogs") return Around(before, OrNone(KnownLogs(session)), "");
  if (parts[0] != "onboardings") return {};
  if (parts.size() == 2) return Around(before, OrNone(KnownOnboardings(session)), "");
  return Around(absl::StrCat(before, parts[1], "/tasks/"), OrNone(KnownTasks(session, parts[1])),
                "");
}

// The kinds whose names a command takes.
std::vector<Known> KindsOf(const std::string& command) {
  std::vector<Known> kinds = {{"processes/", "processes"}, {"utilities/", "utilities"}};
  if (command == "impact") return kinds;
  kinds.push_back({"steps/", "steps that processes share"});
  if (command == "callers") return kinds;
  kinds.push_back({"calendars/", "calendars"});
  kinds.push_back({"eventLogs/", "logs"});
  if (command != "delete") kinds.push_back({"onboardings/", "on-boardings"});
  return kinds;
}

// "processes/x", "calendars/x", "onboardings/x/tasks/y", "eventLogs/x".
std::vector<Known> ResourceNames(Session& session, const Typed& typed) {
  const std::vector<std::string> parts = absl::StrSplit(typed.current, '/');
  const std::vector<Known> kinds = KindsOf(typed.command->get_name());
  if (parts.size() == 1) return kinds;
  const bool taken = std::any_of(kinds.begin(), kinds.end(), [&](const Known& kind) {
    return kind.id == absl::StrCat(parts[0], "/");
  });
  return taken ? NamesOfKind(session, parts) : std::vector<Known>();
}

}  // namespace

Lookup AskService(Session& session) {
  return [&session](const std::string& argument, const Typed& typed) -> std::vector<Known> {
    const auto given = [&](size_t i) {
      return i < typed.arguments.size() ? typed.arguments[i] : std::string();
    };
    if (argument == "PROCESS" || argument == "BEFORE" || argument == "AFTER")
      return ProcessNames(session, typed.current);
    if (argument == "TAG") return OrNone(KnownTags(session, given(0)));
    if (argument == "STEP") return OrNone(KnownSteps(session));
    if (argument == "CALENDAR") return OrNone(KnownCalendars(session));
    if (argument == "ON-BOARDING") return OrNone(KnownOnboardings(session));
    if (argument == "PERSON" || argument == "person" || argument == "for")
      return OrNone(KnownPeople(session));
    if (argument == "FEED") return OrNone(KnownCalendarFeeds(session));
    if (argument == "LOG") return OrNone(KnownLogs(session));
    if (argument == "TASK") return TaskNames(session, typed.current);
    if (argument == "RESOURCE" || argument == "NAME") return ResourceNames(session, typed);
    if (argument == "DECISION") return OrNone(KnownDecisions(session, given(0)));
    if (argument == "OPTION") return OrNone(KnownOptions(session, given(0), given(1)));
    if (argument == "tick") return OrNone(KnownChecklist(session, given(0)));
    return {};
  };
}

}  // namespace plumbline::cli
