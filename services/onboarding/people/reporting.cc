// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/reporting.h"

#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::onboarding {
namespace {

// People whom a sentence names: errors travel in headers.
constexpr size_t kMostNamed = 12;

absl::StatusOr<std::string> ManagerIn(Directory& people, const std::string& person) {
  ASSIGN_OR_RETURN(const std::optional<v1::Person> record, people.Find(person));
  return record.has_value() ? record->manager() : "";
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReportingChain(Directory& people, absl::string_view person,
                                                        int limit) {
  std::vector<std::string> chain;
  absl::flat_hash_set<std::string> seen = {std::string(person)};
  std::string next(person);
  while (static_cast<int>(chain.size()) < limit) {
    ASSIGN_OR_RETURN(next, ManagerIn(people, next));
    if (next.empty() || !seen.insert(next).second) break;
    chain.push_back(next);
  }
  return chain;
}

absl::Status CheckReporting(Directory& people, const std::string& person,
                            const std::string& manager) {
  if (manager.empty()) return absl::OkStatus();
  const auto manager_of = [&](const std::string& id) -> absl::StatusOr<std::string> {
    if (id == person) return manager;
    return ManagerIn(people, id);
  };
  ASSIGN_OR_RETURN(const auto circles, FindCircles({&person, 1}, manager_of));
  for (const std::vector<std::string>& circle : circles) {
    // One that others made long ago, further up, is not this write's.
    if (std::find(circle.begin(), circle.end(), person) == circle.end()) continue;
    const std::string chain = CircleText(circle, person);
    return base::Error(base::Reason::ERROR_REASON_REPORTING_CYCLE,
                       absl::StrCat("person.manager is '", manager, "', and '", person,
                                    "' would report to themselves: ", chain,
                                    "; name another manager, or change one of the others first"))
        .With("chain", chain);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::vector<std::string>>> FindCircles(
    absl::Span<const std::string> people, ManagerOf manager_of) {
  std::vector<std::vector<std::string>> circles;
  // On which way, counted from 1, somebody was met: the same way twice is a circle.
  absl::flat_hash_map<std::string, size_t> met;
  size_t way = 0;
  for (const std::string& start : people) {
    ++way;
    std::vector<std::string> passed;
    std::string person = start;
    while (!person.empty() && met.emplace(person, way).second) {
      passed.push_back(person);
      ASSIGN_OR_RETURN(person, manager_of(person));
    }
    if (person.empty() || met[person] != way) continue;
    const auto first = std::find(passed.begin(), passed.end(), person);
    circles.emplace_back(first, passed.end());
  }
  return circles;
}

std::string CircleText(const std::vector<std::string>& circle, absl::string_view first) {
  const auto begin = std::find(circle.begin(), circle.end(), first);
  const size_t offset =
      begin == circle.end() ? 0 : static_cast<size_t>(std::distance(circle.begin(), begin));
  std::string text;
  for (size_t i = 0; i < circle.size(); ++i) {
    if (i == kMostNamed) {
      absl::StrAppend(&text, "(", circle.size() - i, " more) -> ");
      break;
    }
    absl::StrAppend(&text, circle[(offset + i) % circle.size()], " -> ");
  }
  return absl::StrCat(text, circle[offset]);
}

}  // namespace plumbline::onboarding
