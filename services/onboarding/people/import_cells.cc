// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/import_cells.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/flow/validate.h"

namespace plumbline::onboarding {
namespace {

// What exports say of those who work here, and of those who do not any more.
constexpr std::array<absl::string_view, 6> kActive = {"",         "active",     "state_active",
                                                      "employed", "on payroll", "yes"};
constexpr std::array<absl::string_view, 9> kLeft = {
    "left", "state_left", "inactive", "terminated", "former", "leaver", "ended", "resigned", "no"};

template <typename Words>
bool Has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string SetState(const std::string& cell, v1::Person* person) {
  const std::string word = absl::AsciiStrToLower(cell);
  if (Has(kActive, word)) {
    person->set_state(v1::Person::STATE_ACTIVE);
  } else if (Has(kLeft, word)) {
    person->set_state(v1::Person::STATE_LEFT);
  } else {
    return absl::StrCat("is '", flow::ShortenText(cell), "'; write active or left");
  }
  return "";
}

void SetGroups(const std::string& cell, v1::Person* person) {
  person->clear_groups();
  for (absl::string_view group : absl::StrSplit(cell, absl::ByAnyChar(";|,"))) {
    group = absl::StripAsciiWhitespace(group);
    if (!group.empty()) person->add_groups(std::string(group));
  }
}

std::string SetQuietHours(const std::string& cell, v1::Person* person) {
  person->clear_quiet_hours();
  if (cell.empty()) return "";
  const std::vector<std::string> parts = absl::StrSplit(cell, '-');
  if (parts.size() != 2)
    return absl::StrCat("is '", flow::ShortenText(cell), "'; write two times, as in 22:00-07:00");
  person->mutable_quiet_hours()->set_start(std::string(absl::StripAsciiWhitespace(parts[0])));
  person->mutable_quiet_hours()->set_end(std::string(absl::StripAsciiWhitespace(parts[1])));
  return "";
}

void SetEntry(absl::string_view key, const std::string& value,
              google::protobuf::Map<std::string, std::string>* map) {
  map->erase(std::string(key));
  if (!value.empty()) (*map)[std::string(key)] = value;
}

}  // namespace

std::string SetCell(absl::string_view field, const std::string& cell, v1::Person* person) {
  absl::string_view key = field;
  if (field == "display_name") person->set_display_name(cell);
  if (field == "email") person->set_email(cell);
  if (field == "manager") person->set_manager(absl::AsciiStrToLower(cell));
  if (field == "groups") SetGroups(cell, person);
  if (field == "time_zone") person->set_time_zone(cell);
  if (field == "quiet_hours") return SetQuietHours(cell, person);
  if (field == "state") return SetState(cell, person);
  if (field == "calendar") {
    const bool bare = !cell.empty() && !absl::StrContains(cell, '/');
    person->set_calendar(bare ? absl::StrCat("calendars/", cell) : cell);
  }
  if (absl::ConsumePrefix(&key, "relations."))
    SetEntry(key, absl::AsciiStrToLower(cell), person->mutable_relations());
  if (absl::ConsumePrefix(&key, "labels.")) SetEntry(key, cell, person->mutable_labels());
  return "";
}

}  // namespace plumbline::onboarding
