// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/people/import_columns.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/nearest.h"
#include "common/flow/validate.h"

namespace plumbline::onboarding {
namespace {

struct Heading {
  absl::string_view words, field;
};

// What exports of HR systems and directories call them.
constexpr Heading kHeadings[] = {{"person", "person"},
                                 {"person id", "person"},
                                 {"id", "person"},
                                 {"user", "person"},
                                 {"user id", "person"},
                                 {"user name", "person"},
                                 {"username", "person"},
                                 {"login", "person"},
                                 {"employee id", "person"},
                                 {"name", "display_name"},
                                 {"display name", "display_name"},
                                 {"full name", "display_name"},
                                 {"employee", "display_name"},
                                 {"employee name", "display_name"},
                                 {"email", "email"},
                                 {"e mail", "email"},
                                 {"mail", "email"},
                                 {"email address", "email"},
                                 {"work email", "email"},
                                 {"manager", "manager"},
                                 {"manager id", "manager"},
                                 {"manager email", "manager"},
                                 {"supervisor", "manager"},
                                 {"supervisor email", "manager"},
                                 {"reports to", "manager"},
                                 {"groups", "groups"},
                                 {"group", "groups"},
                                 {"teams", "groups"},
                                 {"team", "groups"},
                                 {"calendar", "calendar"},
                                 {"time zone", "time_zone"},
                                 {"timezone", "time_zone"},
                                 {"zone", "time_zone"},
                                 {"quiet hours", "quiet_hours"},
                                 {"state", "state"},
                                 {"status", "state"},
                                 {"employment status", "state"},
                                 {"buddy", "relations.buddy"},
                                 {"mentor", "relations.mentor"}};

constexpr std::array<absl::string_view, 9> kFields = {kPersonColumn, "display_name", "email",
                                                      "manager",     "groups",       "calendar",
                                                      "time_zone",   "quiet_hours",  "state"};

bool IsField(absl::string_view field) {
  if (std::find(kFields.begin(), kFields.end(), field) != kFields.end()) return true;
  return (absl::ConsumePrefix(&field, "relations.") || absl::ConsumePrefix(&field, "labels.")) &&
         base::IsValidId(field);
}

// Small letters, one space between words.
std::string WordsOf(absl::string_view heading) {
  const std::string text =
      absl::StrReplaceAll(absl::AsciiStrToLower(heading), {{"_", " "}, {"-", " "}});
  return absl::StrJoin(absl::StrSplit(text, ' ', absl::SkipEmpty()), " ");
}

// "relations.", and the id that the words after a prefix make: "label cost center" is
// "labels.cost-center".
std::string Keyed(absl::string_view words, absl::string_view prefix, absl::string_view map) {
  if (!absl::ConsumePrefix(&words, prefix)) return "";
  const std::string key = absl::StrReplaceAll(words, {{" ", "-"}});
  return base::IsValidId(key) ? absl::StrCat(map, key) : "";
}

absl::Status NoSuchField(const std::string& heading, const std::string& field) {
  const std::vector<std::string> known(kFields.begin(), kFields.end());
  return base::FieldError(
      absl::StrCat("columns[", flow::ShortenText(heading), "]"),
      absl::StrCat("is '", flow::ShortenText(field), "', which is no field",
                   base::DidYouMean(field, known), "; write one of ", absl::StrJoin(known, ", "),
                   ", relations.NAME, labels.KEY, or nothing to leave the column out"));
}

}  // namespace

std::string FieldOfHeading(absl::string_view heading) {
  if (IsField(heading)) return std::string(heading);
  const std::string words = WordsOf(heading);
  for (const Heading& known : kHeadings) {
    if (words == known.words) return std::string(known.field);
  }
  const std::string relation = Keyed(words, "relation ", "relations.");
  return relation.empty() ? Keyed(words, "label ", "labels.") : relation;
}

absl::StatusOr<std::vector<std::string>> FieldsOfColumns(
    const std::vector<std::string>& headings, const std::map<std::string, std::string>& named) {
  std::vector<std::string> fields;
  for (const std::string& heading : headings) fields.push_back(FieldOfHeading(heading));
  for (const auto& [heading, field] : named) {
    const auto found = std::find(headings.begin(), headings.end(), heading);
    if (found == headings.end()) {
      return base::FieldError(
          absl::StrCat("columns[", flow::ShortenText(heading), "]"),
          absl::StrCat("is no heading of the table", base::DidYouMean(heading, headings),
                       "; its headings are ", flow::ShortenText(absl::StrJoin(headings, ", "))));
    }
    if (!field.empty() && !IsField(field)) return NoSuchField(heading, field);
    fields[static_cast<size_t>(std::distance(headings.begin(), found))] = field;
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto first = std::find(fields.begin(), fields.end(), fields[i]);
    const size_t before = static_cast<size_t>(std::distance(fields.begin(), first));
    if (fields[i].empty() || before == i) continue;
    return base::FieldError(
        "csv",
        absl::StrCat("the columns '", flow::ShortenText(headings[before]), "' and '",
                     flow::ShortenText(headings[i]), "' are both taken for ", fields[i],
                     "; say with `columns` what one of them is for, or leave it out with \"\""));
  }
  const auto has = [&](absl::string_view field) {
    return std::find(fields.begin(), fields.end(), field) != fields.end();
  };
  if (has(kPersonColumn) || has("email")) return fields;
  return base::FieldError(
      "csv", absl::StrCat("no column says who: among the headings ",
                          flow::ShortenText(absl::StrJoin(headings, ", ")),
                          " is neither person nor email; rename one, or say with `columns` which "
                          "one is the person"));
}

}  // namespace plumbline::onboarding
