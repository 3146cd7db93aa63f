// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/rules.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "common/base/ids.h"
#include "common/calendar/calendar.h"
#include "common/flow/proto/process_rules.h"
#include "common/flow/validate.h"

namespace plumbline::onboarding {
namespace {

constexpr size_t kMaxId = 128;
constexpr int kMaxRelations = 32;
constexpr int kMaxGroups = 100;
constexpr int kMaxAbsences = 200;
constexpr int64_t kMaxAbsenceDays = 1100;
constexpr absl::string_view kPersonRule =
    "1 to 128 characters of a-z, 0-9 and . _ + - @, for example ada@example.com";

std::string Shown(absl::string_view text) {
  return absl::StrCat("is '", flow::ShortenText(text), "'; ");
}

std::string PersonFault(absl::string_view text) {
  return IsPersonId(text) ? "" : absl::StrCat(Shown(text), "a person is ", kPersonRule);
}

std::optional<absl::CivilDay> ToDay(const std::string& text) {
  absl::CivilDay day;
  const bool valid = text.size() == 10 && absl::ParseCivilTime(text, &day) &&
                     absl::FormatCivilTime(day) == text && day.year() >= 1970 && day.year() <= 2200;
  return valid ? std::optional(day) : std::nullopt;
}

bool IsTimeOfDay(absl::string_view text) {
  const auto digit = [&](size_t i) { return absl::ascii_isdigit(text[i]); };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return false;
  return text.substr(0, 2) < "24" && text.substr(3) < "60";
}

class Rules {
 public:
  Rules(const v1::Person& person, absl::string_view id, absl::string_view path)
      : person_(person), id_(id), path_(path) {}

  std::vector<base::FieldViolation> Check() {
    Wrong("display_name", flow::CheckText(person_.display_name(), 0, 200));
    Wrong("email", EmailFault());
    Wrong(kManager, NamedFault(person_.manager(), "nobody reports to themselves"));
    CheckRelations();
    CheckGroups();
    Wrong("calendar", CalendarFault());
    if (!person_.time_zone().empty()) Add(calendar::LoadZone("", person_.time_zone()).status());
    if (person_.has_quiet_hours()) CheckQuietHours();
    CheckAbsences();
    flow::CheckLabels(person_.labels(), path_, &violations_);
    if (!v1::Person::State_IsValid(person_.state()))
      Wrong("state", "is unknown; choose STATE_ACTIVE or STATE_LEFT");
    return std::move(violations_);
  }

 private:
  void Wrong(absl::string_view field, const std::string& fault) {
    if (!fault.empty()) violations_.push_back({absl::StrCat(path_, ".", field), fault});
  }
  void Add(const absl::Status& zone) {
    for (const base::FieldViolation& one : base::FieldViolationsOf(zone))
      Wrong("time_zone", one.description);
  }

  std::string EmailFault() const {
    const std::string& email = person_.email();
    if (email.empty()) return "";
    const size_t at = email.find('@');
    const bool valid = email.size() <= 254 && at != 0 && at != std::string::npos &&
                       at + 1 < email.size() && email.find('@', at + 1) == std::string::npos &&
                       std::all_of(email.begin(), email.end(),
                                   [](unsigned char c) { return c > ' ' && c != 127; });
    return valid ? ""
                 : absl::StrCat(Shown(email),
                                "an address has a name, one '@' and a host, no spaces, and up to "
                                "254 characters, for example ada@example.com");
  }

  // What is wrong with somebody whom the record names and who may not be its own person.
  std::string NamedFault(const std::string& named, absl::string_view not_self) const {
    if (named.empty()) return "";
    if (named == id_) return absl::StrCat("is '", named, "' themselves; ", not_self);
    return PersonFault(named);
  }

  void CheckRelations() {
    if (person_.relations().size() > kMaxRelations)
      Wrong("relations", absl::StrCat("has ", person_.relations().size(), " entries; at most ",
                                      kMaxRelations, " are possible"));
    // In the order of a proto map two answers to one request would differ.
    const std::map<std::string, std::string> sorted(person_.relations().begin(),
                                                    person_.relations().end());
    for (const auto& [relation, named] : sorted) {
      const std::string field = absl::StrCat("relations[", flow::ShortenText(relation), "]");
      if (!base::IsValidId(relation))
        Wrong(field, absl::StrCat("is no name of a relation: ", base::kIdRule));
      if (relation == kManager)
        Wrong(field, "is a field of its own: write it as manager");
      else if (relation == kSubject)
        Wrong(field, "is who the record is about: choose another name");
      else if (relation == "group")
        Wrong(field, "would be mistaken for groups: choose another name");
      Wrong(field, PersonFault(named));
    }
  }

  void CheckGroups() {
    if (person_.groups_size() > kMaxGroups)
      Wrong("groups", absl::StrCat("has ", person_.groups_size(), " entries; at most ", kMaxGroups,
                                   " are possible"));
    std::set<std::string> seen;
    for (int i = 0; i < person_.groups_size(); ++i) {
      const std::string& group = person_.groups(i);
      const std::string field = absl::StrCat("groups[", i, "]");
      if (!base::IsValidId(group))
        Wrong(field, absl::StrCat(Shown(group), "the id of a group has ", base::kIdRule));
      else if (!seen.insert(group).second)
        Wrong(field, absl::StrCat("is '", group, "' again; name each group once"));
    }
  }

  std::string CalendarFault() const {
    absl::string_view id = person_.calendar();
    if (id.empty() || (absl::ConsumePrefix(&id, "calendars/") && base::IsValidId(id))) return "";
    return absl::StrCat(Shown(person_.calendar()),
                        "write calendars/ and the id of a calendar: ", base::kIdRule);
  }

  void CheckQuietHours() {
    const v1::QuietHours& quiet = person_.quiet_hours();
    const auto check = [&](absl::string_view field, const std::string& time) {
      if (!IsTimeOfDay(time))
        Wrong(absl::StrCat("quiet_hours.", field),
              absl::StrCat(Shown(time), "write a time of day, 00:00 to 23:59"));
    };
    check("start", quiet.start());
    check("end", quiet.end());
    if (quiet.start() == quiet.end() && IsTimeOfDay(quiet.start()))
      Wrong("quiet_hours.end", absl::StrCat("is '", quiet.end(),
                                            "', as the start; somebody who may never be disturbed "
                                            "cannot be told anything: choose another time"));
  }

  void CheckAbsences() {
    if (person_.absences_size() > kMaxAbsences) {
      Wrong("absences", absl::StrCat("has ", person_.absences_size(), " entries; at most ",
                                     kMaxAbsences, " are possible: take old ones out"));
    }
    std::vector<int> order;
    for (int i = 0; i < person_.absences_size(); ++i) {
      if (CheckAbsence(person_.absences(i), absl::StrCat("absences[", i, "]"))) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [this](int a, int b) {
      return person_.absences(a).from_date() < person_.absences(b).from_date();
    });
    for (size_t i = 1; i < order.size(); ++i) {
      const v1::Absence& before = person_.absences(order[i - 1]);
      if (person_.absences(order[i]).from_date() > before.until_date()) continue;
      Wrong(absl::StrCat("absences[", order[i], "].from_date"),
            absl::StrCat("is ", person_.absences(order[i]).from_date(), ", within the absence of ",
                         before.from_date(), " to ", before.until_date(),
                         "; change one of them: no two may share a day"));
    }
  }

  // Whether its days can be compared with others'.
  bool CheckAbsence(const v1::Absence& absence, const std::string& field) {
    const auto from = Day(field + ".from_date", absence.from_date());
    const auto until = Day(field + ".until_date", absence.until_date());
    Wrong(field + ".reason", flow::CheckText(absence.reason(), 0, 200));
    Wrong(field + ".substitute",
          NamedFault(absence.substitute(), "who is away needs somebody else, or nobody"));
    if (!from.has_value() || !until.has_value()) return false;
    if (*until < *from) {
      Wrong(field + ".until_date", absl::StrCat("is ", absence.until_date(), ", before ",
                                                absence.from_date(), "; it is the last day away"));
      return false;
    }
    if (*until - *from > kMaxAbsenceDays) {
      Wrong(field + ".until_date",
            absl::StrCat("is ", *until - *from, " days after ", absence.from_date(), "; at most ",
                         kMaxAbsenceDays, " are possible: of who left, set state"));
    }
    return true;
  }

  std::optional<absl::CivilDay> Day(const std::string& field, const std::string& text) {
    const std::optional<absl::CivilDay> day = ToDay(text);
    if (!day.has_value())
      Wrong(field, absl::StrCat(Shown(text), "write a date YYYY-MM-DD from 1970 to 2200"));
    return day;
  }

  const v1::Person& person_;
  const absl::string_view id_, path_;
  std::vector<base::FieldViolation> violations_;
};

}  // namespace

bool IsPersonId(absl::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '+' ||
           c == '-' || c == '@';
  };
  return !text.empty() && text.size() <= kMaxId && std::all_of(text.begin(), text.end(), allowed);
}

absl::Status CheckPersonId(absl::string_view field, absl::string_view text) {
  if (IsPersonId(text)) return absl::OkStatus();
  return base::FieldError(field, PersonFault(text));
}

std::vector<base::FieldViolation> FindViolations(const v1::Person& person, absl::string_view id,
                                                 absl::string_view path) {
  return Rules(person, id, path).Check();
}

void Normalize(v1::Person* person) {
  if (person->state() == v1::Person::STATE_UNSPECIFIED) person->set_state(v1::Person::STATE_ACTIVE);
}

}  // namespace plumbline::onboarding
