// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/import_flags.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/help.h"
#include "common/base/error.h"

namespace plumbline::cli {
namespace {

namespace pb = analytics::v1;

// A flag, the field of the mapping that it sets, what it takes, and its help.
struct CsvFlag {
  const char* flag;
  const char* name;
  std::string* (pb::CsvMapping::*field)();
  const char* takes;
  const char* help;
};

constexpr CsvFlag kCsvFlags[] = {
    {"--case-column", "case_column", &pb::CsvMapping::mutable_case_column, "NAME",
     "Column of the case (default: found by name)"},
    {"--activity-column", "activity_column", &pb::CsvMapping::mutable_activity_column, "NAME",
     "Column of the activity (default: found by name)"},
    {"--time-column", "time_column", &pb::CsvMapping::mutable_time_column, "NAME",
     "Column of the time (default: found by name, or the only one that holds times)"},
    {"--start-column", "start_time_column", &pb::CsvMapping::mutable_start_time_column, "NAME",
     "Column of the start time; - = none (default: found by name)"},
    {"--resource-column", "resource_column", &pb::CsvMapping::mutable_resource_column, "NAME",
     "Column of who did it; - = none (default: found by name)"},
    {"--transition-column", "transition_column", &pb::CsvMapping::mutable_transition_column, "NAME",
     "Column of the life-cycle transition; - = none (default: found by name)"},
    {"--delimiter", "delimiter", &pb::CsvMapping::mutable_delimiter, "CHARACTER",
     "Between columns, one character (default: found by looking)"},
    {"--time-zone", "time_zone", &pb::CsvMapping::mutable_time_zone, "ZONE",
     "Zone of times that name none, for example Europe/Berlin (default: UTC)"},
    {"--time-format", "time_format", &pb::CsvMapping::mutable_time_format, "FORMAT",
     "Such as '%d.%m.%y %H:%M', or excel for Excel's serial dates (default: found by looking)"},
    {"--event-id-column", "event_id_column", &pb::CsvMapping::mutable_event_id_column, "NAME",
     "Column of the event's own id, by which it counts once in its case; - = none (default: "
     "identity:id)"},
    {"--encoding", "encoding", &pb::CsvMapping::mutable_encoding, "NAME",
     "Such as windows-1252 or utf-16le (default: by the byte order mark; UTF-8)"},
};

const char* OrderWord(pb::CsvMapping::DateOrder order) {
  return order == pb::CsvMapping::DATE_ORDER_DAY_FIRST ? kDayFirst : kMonthFirst;
}

}  // namespace

void AddImportFlags(args::Command& command, std::shared_ptr<ImportFlags> flags) {
  Takes(command.add_option("--map-transition", flags->transitions,
                           "Only events of this life-cycle transition make the map and the "
                           "variants, for example complete (repeatable)"),
        "NAME")
      ->allow_extra_args(false);
  Takes(command.add_option("--attribute", flags->attributes,
                           "Keep this further column or attribute too; '*' = all (repeatable)"),
        "NAME")
      ->allow_extra_args(false);
  Takes(command.add_option("--object-type", flags->object_type,
                           "OCEL: the type whose objects are the cases (default: the only one)"),
        "TYPE");
  Takes(command.add_option("--classifier", flags->classifier,
                           "XES: the classifier of the file that makes the activity (default: "
                           "concept:name)"),
        "NAME");
  for (const CsvFlag& flag : kCsvFlags) {
    const auto set = [flags, field = flag.field](const std::string& value) {
      *(flags->csv.*field)() = value;
    };
    Takes(command.add_option_function(flag.flag, set, flag.help), flag.takes)->group("CSV");
  }
  const auto set = [flags](const std::string& word) {
    flags->csv.set_date_order(word == kDayFirst ? pb::CsvMapping::DATE_ORDER_DAY_FIRST
                                                : pb::CsvMapping::DATE_ORDER_MONTH_FIRST);
  };
  Takes(command.add_option_function(
            "--date-order", set,
            "What 03/04/2026 begins with: day-first or month-first (default: found by looking)"),
        "ORDER")
      ->check(args::IsMember({kDayFirst, kMonthFirst}))
      ->group("CSV");
}

void UseImportFlags(const ImportFlags& flags, Wording& wording, pb::ImportHeader* header) {
  wording.Call({{"header.event_log.map_transitions", "--map-transition"},
                {"header.csv.date_order", "--date-order"},
                {"csv.date_order", "--date-order"},
                {"header.attributes", "--attribute"},
                {"header.ocel.object_type", "--object-type"},
                {"ocel.object_type", "--object-type"},
                {"header.xes.classifier", "--classifier"},
                {"xes.classifier", "--classifier"}});
  for (const CsvFlag& flag : kCsvFlags) {
    wording.Call({{absl::StrCat("header.csv.", flag.name), flag.flag},
                  {absl::StrCat("csv.", flag.name), flag.flag}});
  }
  for (const std::string& t : flags.transitions)
    header->mutable_event_log()->add_map_transitions(t);
  *header->mutable_csv() = flags.csv;
  for (const std::string& name : flags.attributes) header->add_attributes(name);
  header->mutable_ocel()->set_object_type(flags.object_type);
  header->mutable_xes()->set_classifier(flags.classifier);
}

std::string ShellWord(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::string_view("_-./:@%+=,").find(c) != absl::string_view::npos;
  });
  if (plain) return word;
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

std::string CorrectedCommand(const std::string& command, const ImportFlags& flags,
                             const absl::Status& error) {
  if (base::ReasonOf(error) != base::Reason::ERROR_REASON_IMPORT_COLUMN_MISSING) return "";
  pb::CsvMapping csv = flags.csv;
  std::string text = command;
  for (const CsvFlag& flag : kCsvFlags) {
    std::string& value = *(csv.*flag.field)();
    const std::string known = base::MetadataOf(error, flag.name);
    const bool needed = flag.name == std::string("case_column") ||
                        flag.name == std::string("activity_column") ||
                        flag.name == std::string("time_column");
    if (needed) value = known.empty() ? "COLUMN" : known;
    // A column that may be left out, and is not there, is left out.
    if (!needed && value == base::MetadataOf(error, "column")) value.clear();
    if (!value.empty()) absl::StrAppend(&text, " ", flag.flag, " ", ShellWord(value));
  }
  if (csv.date_order() != pb::CsvMapping::DATE_ORDER_UNSPECIFIED)
    absl::StrAppend(&text, " --date-order ", OrderWord(csv.date_order()));
  for (const std::string& t : flags.transitions)
    absl::StrAppend(&text, " --map-transition ", ShellWord(t));
  for (const std::string& name : flags.attributes)
    absl::StrAppend(&text, " --attribute ", ShellWord(name));
  return text;
}

}  // namespace plumbline::cli
