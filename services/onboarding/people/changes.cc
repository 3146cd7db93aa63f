// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/changes.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace plumbline::onboarding {
namespace {

using Texts = std::map<std::string, std::string>;

std::string QuietText(const v1::Person& person) {
  if (!person.has_quiet_hours()) return "";
  return absl::StrCat(person.quiet_hours().start(), "-", person.quiet_hours().end());
}

std::string StateText(const v1::Person& person) {
  if (person.state() == v1::Person::STATE_UNSPECIFIED) return "";
  return std::string(absl::StripPrefix(v1::Person::State_Name(person.state()), "STATE_"));
}

// "until 2027-03-05, bob@example.com stands in", by the first day: no two share one.
Texts AbsenceTexts(const v1::Person& person) {
  Texts texts;
  for (const v1::Absence& absence : person.absences()) {
    texts[absence.from_date()] = absl::StrCat(
        "until ", absence.until_date(),
        absence.substitute().empty() ? "" : absl::StrCat(", ", absence.substitute(), " stands in"));
  }
  return texts;
}

class Comparison {
 public:
  void Compare(const std::string& field, const std::string& before, const std::string& after) {
    if (before == after) return;
    v1::FieldChange& change = changes.emplace_back();
    change.set_field(field);
    change.set_old_value(before);
    change.set_new_value(after);
  }

  void CompareAll(const char* field, const Texts& before, const Texts& after) {
    std::set<std::string> keys;
    for (const Texts* texts : {&before, &after})
      for (const auto& [key, text] : *texts) keys.insert(key);
    const auto text_of = [](const Texts& texts, const std::string& key) {
      const auto found = texts.find(key);
      return found == texts.end() ? std::string() : found->second;
    };
    for (const std::string& key : keys)
      Compare(absl::StrCat(field, ".", key), text_of(before, key), text_of(after, key));
  }

  std::vector<v1::FieldChange> changes;
};

}  // namespace

std::vector<v1::FieldChange> ChangesOf(const v1::Person& before, const v1::Person& after) {
  const auto map = [](const auto& entries) { return Texts(entries.begin(), entries.end()); };
  Comparison all;
  all.Compare("display_name", before.display_name(), after.display_name());
  all.Compare("email", before.email(), after.email());
  all.Compare("manager", before.manager(), after.manager());
  all.CompareAll("relations", map(before.relations()), map(after.relations()));
  all.Compare("groups", absl::StrJoin(before.groups(), ", "), absl::StrJoin(after.groups(), ", "));
  all.Compare("calendar", before.calendar(), after.calendar());
  all.Compare("time_zone", before.time_zone(), after.time_zone());
  all.Compare("quiet_hours", QuietText(before), QuietText(after));
  all.CompareAll("absences", AbsenceTexts(before), AbsenceTexts(after));
  all.CompareAll("labels", map(before.labels()), map(after.labels()));
  all.Compare("state", StateText(before), StateText(after));
  return std::move(all.changes);
}

}  // namespace plumbline::onboarding
