// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/convert.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "common/rpc/page_token.h"
#include "services/analytics/serving/answers.h"
#include "services/analytics/serving/selection_convert.h"

namespace plumbline::analytics {
namespace {

constexpr int kMaxTitle = 200;  // characters
constexpr int kMaxTransitions = 100;
constexpr size_t kMaxTransition = 100;
// Entries of one list of an answer, and activities of a page of variants.
constexpr int64_t kDefaultMap = 10'000, kDefaultList = 1'000, kMaxList = 100'000;
constexpr int64_t kDefaultVariantActivities = 1'000;
constexpr size_t kMaxMappingText = 256, kMaxTimeFormat = 100;  // bytes
constexpr int64_t kMaxTargetSeconds = 100LL * 366 * 86'400;

int64_t Characters(absl::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xc0) != 0x80; });
}

// `path` leads to the description in its request.
absl::StatusOr<CreateCommand> ToCreate(absl::string_view path, const std::string& parent,
                                       const std::string& id, const v1::EventLog& log) {
  ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                   base::ParseName(absl::StrCat(path, "parent"), parent, "workspaces/*"));
  RETURN_IF_ERROR(base::CheckId(absl::StrCat(path, "event_log_id"), id));
  CreateCommand command{{parts[0], id}, {}};
  const std::string name = NameOf(command.key);
  std::vector<base::FieldViolation> violations;
  auto wrong = [&](absl::string_view field, std::string what) {
    violations.push_back({absl::StrCat(path, "event_log.", field), std::move(what)});
  };
  if (!log.name().empty() && log.name() != name) {
    wrong("name", absl::StrCat("is '", log.name(), "'; leave it empty, or give '", name, "'"));
  }
  if (Characters(log.title()) > kMaxTitle) {
    wrong("title",
          absl::StrCat("has ", Characters(log.title()), " characters; at most ", kMaxTitle));
  }
  if (log.map_transitions_size() > kMaxTransitions) {
    wrong("map_transitions",
          absl::StrCat("has ", log.map_transitions_size(), " entries; at most ", kMaxTransitions));
  }
  for (int i = 0; i < std::min(log.map_transitions_size(), kMaxTransitions); ++i) {
    const size_t size = log.map_transitions(i).size();
    if (size >= 1 && size <= kMaxTransition) continue;
    wrong(absl::StrCat("map_transitions[", i, "]"),
          absl::StrCat("has ", size, " bytes; it must have 1 to 100"));
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  command.description.set_name(name);
  command.description.set_title(log.title());
  *command.description.mutable_map_transitions() = log.map_transitions();
  if (log.has_retention()) {
    RETURN_IF_ERROR(CheckRetention(absl::StrCat(path, "event_log.retention"), log.retention()));
    *command.description.mutable_retention() = log.retention();
  }
  return command;
}

absl::StatusOr<int64_t> InRange(absl::string_view field, int64_t value, int64_t otherwise,
                                int64_t most) {
  if (value < 0 || value > most) {
    return base::FieldError(field, absl::StrCat("is ", value, "; it must be 0 to ", most));
  }
  return value == 0 ? otherwise : value;
}

// The value was checked.
DateOrder ToOrder(v1::CsvMapping::DateOrder order) {
  return order == v1::CsvMapping::DATE_ORDER_DAY_FIRST     ? DateOrder::kDayFirst
         : order == v1::CsvMapping::DATE_ORDER_MONTH_FIRST ? DateOrder::kMonthFirst
                                                           : DateOrder::kUnknown;
}

v1::CsvMapping::DateOrder ToProto(DateOrder order) {
  return order == DateOrder::kDayFirst     ? v1::CsvMapping::DATE_ORDER_DAY_FIRST
         : order == DateOrder::kMonthFirst ? v1::CsvMapping::DATE_ORDER_MONTH_FIRST
                                           : v1::CsvMapping::DATE_ORDER_UNSPECIFIED;
}

CsvOptions ToOptions(const v1::CsvMapping& csv) {
  return {csv.case_column(),         csv.activity_column(), csv.time_column(),
          csv.start_time_column(),   csv.resource_column(), csv.transition_column(),
          csv.delimiter(),           csv.time_zone(),       csv.time_format(),
          ToOrder(csv.date_order()), csv.event_id_column(), csv.encoding()};
}

constexpr int kMaxAttributes = 100;

// Texts of an import beside its mapping of columns.
absl::Status CheckImport(const v1::ImportHeader& header) {
  std::vector<base::FieldViolation> violations;
  const auto check = [&](std::string field, const std::string& text, size_t least) {
    if (text.size() >= least && text.size() <= kMaxMappingText) return;
    violations.push_back(
        {absl::StrCat("header.", field), absl::StrCat("has ", text.size(), " bytes; it must have ",
                                                      least, " to ", kMaxMappingText)});
  };
  check("ocel.object_type", header.ocel().object_type(), 0);
  check("xes.classifier", header.xes().classifier(), 0);
  if (header.attributes_size() > kMaxAttributes) {
    violations.push_back(
        {"header.attributes", absl::StrCat("has ", header.attributes_size(), " entries; at most ",
                                           kMaxAttributes, ". '*' stands for all")});
  }
  for (int i = 0; i < std::min(header.attributes_size(), kMaxAttributes); ++i)
    check(absl::StrCat("attributes[", i, "]"), header.attributes(i), 1);
  if (header.upload_offset() < 0 || (header.upload_offset() > 0 && header.upload_id().empty())) {
    violations.push_back(
        {"header.upload_offset",
         absl::StrCat("is ", header.upload_offset(),
                      "; it must be 0, or what GetUpload says of the upload_id that is given")});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  if (header.upload_id().empty()) return absl::OkStatus();
  return CheckUploadId("header.upload_id", header.upload_id());
}

absl::Status CheckMapping(const v1::CsvMapping& csv) {
  std::vector<base::FieldViolation> violations;
  auto check = [&](absl::string_view field, const std::string& text, size_t most) {
    if (text.size() <= most) return;
    violations.push_back(
        {absl::StrCat("csv.", field), absl::StrCat("has ", text.size(), " bytes; at most ", most)});
  };
  check("case_column", csv.case_column(), kMaxMappingText);
  check("activity_column", csv.activity_column(), kMaxMappingText);
  check("time_column", csv.time_column(), kMaxMappingText);
  check("start_time_column", csv.start_time_column(), kMaxMappingText);
  check("resource_column", csv.resource_column(), kMaxMappingText);
  check("transition_column", csv.transition_column(), kMaxMappingText);
  check("delimiter", csv.delimiter(), kMaxMappingText);
  check("time_zone", csv.time_zone(), kMaxMappingText);
  check("event_id_column", csv.event_id_column(), kMaxMappingText);
  check("encoding", csv.encoding(), kMaxMappingText);
  check("time_format", csv.time_format(), kMaxTimeFormat);
  if (!v1::CsvMapping::DateOrder_IsValid(csv.date_order())) {
    violations.push_back({"csv.date_order", absl::StrCat("is ", csv.date_order(),
                                                         "; it must be 1 (DAY_FIRST) or 2 "
                                                         "(MONTH_FIRST), or be left out")});
  }
  RETURN_IF_ERROR(base::FieldErrors(violations));
  // The calendar knows which names may be looked for: the tz database takes a name for a path.
  if (calendar::Calendar::Create(csv.time_zone()).ok()) return absl::OkStatus();
  return base::FieldError("csv.time_zone",
                          absl::StrCat("is '", csv.time_zone(),
                                       "', which is not a time zone of the IANA database; write "
                                       "one like 'Europe/Rome'"));
}

// What the pages of a list of variants have in common.
std::string ScopeOf(absl::string_view name, const Selection& selection) {
  return selection.everything() ? std::string(name) : absl::StrCat(name, " ", DigestOf(selection));
}

absl::StatusOr<double> ToCoverage(absl::string_view field, double value) {
  if (value == 0) return 1;
  if (value > 0 && value <= 1) return value;
  return base::FieldError(
      field, absl::StrCat("is ", value, "; it must be above 0 and at most 1, such as 0.8"));
}

absl::Status BadToken() {
  return base::Error(base::Reason::ERROR_REASON_PAGE_TOKEN_INVALID,
                     "page_token was not made by ListVariants; begin again without one")
      .Field("page_token", "not a token of this list");
}

}  // namespace

absl::StatusOr<LogKey> ToLogKey(absl::string_view name) {
  ASSIGN_OR_RETURN(std::vector<std::string> parts,
                   base::ParseName("name", name, "workspaces/*/eventLogs/*"));
  return LogKey{std::move(parts[0]), std::move(parts[1])};
}

std::string NameOf(const LogKey& key) {
  return absl::StrCat("workspaces/", key.workspace, "/eventLogs/", key.log);
}

absl::StatusOr<CreateCommand> ToCommand(const v1::CreateEventLogRequest& request) {
  return ToCreate("", request.parent(), request.event_log_id(), request.event_log());
}

absl::StatusOr<ImportCommand> ToCommand(const v1::ImportHeader& header) {
  ASSIGN_OR_RETURN(CreateCommand create,
                   ToCreate("header.", header.parent(), header.event_log_id(), header.event_log()));
  RETURN_IF_ERROR(CheckMapping(header.csv()));
  RETURN_IF_ERROR(CheckImport(header));
  if (header.append() && header.replace()) {
    return base::FieldError("header.replace",
                            "is set, and so is header.append; a log is added to or replaced");
  }
  ImportOptions options;
  options.attributes.assign(header.attributes().begin(), header.attributes().end());
  options.object_type = header.ocel().object_type();
  options.classifier = header.xes().classifier();
  return ImportCommand{std::move(create),  ToOptions(header.csv()), header.append(),
                       header.replace(),   header.allow_kept(),     std::move(options),
                       header.upload_id(), header.upload_offset()};
}

absl::Status CheckUploadId(absl::string_view field, absl::string_view id) {
  const bool plain = std::all_of(id.begin(), id.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
  if (plain && id.size() >= 8 && id.size() <= 64) return absl::OkStatus();
  return base::FieldError(
      field, absl::StrCat("has ", id.size(),
                          " bytes; it must have 8 to 64 characters a-z, A-Z, 0-9, - and _"));
}

absl::Status CheckRetention(absl::string_view field, const v1::Retention& retention) {
  constexpr int64_t kHour = 3'600, kMillennium = 1'000LL * 366 * 86'400;
  const google::protobuf::Duration& age = retention.max_age();
  if (age.seconds() < kHour || age.seconds() > kMillennium || age.nanos() < 0 ||
      age.nanos() > 999'999'999) {
    return base::FieldError(
        absl::StrCat(field, ".max_age"),
        absl::StrCat("is ", age.seconds(), " s; it must be 1 hour to 1,000 years"));
  }
  if (v1::Retention::Unit_IsValid(retention.unit())) return absl::OkStatus();
  return base::FieldError(
      absl::StrCat(field, ".unit"),
      absl::StrCat("is ", retention.unit(), "; it must be 1 (CASES) or 2 (EVENTS)"));
}

absl::StatusOr<ListCommand> ToCommand(const v1::ListEventLogsRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> parts,
                   base::ParseName("parent", request.parent(), "workspaces/*"));
  ListCommand command{parts[0], "", 0};
  ASSIGN_OR_RETURN(command.page_size, rpc::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(command.after,
                   rpc::DecodePageToken("ListEventLogs", request.parent(), request.page_token()));
  return command;
}

std::string NextPageToken(const ListCommand& command, absl::string_view last_id) {
  return rpc::EncodePageToken("ListEventLogs", absl::StrCat("workspaces/", command.workspace),
                              last_id);
}

absl::StatusOr<VariantsCommand> ToCommand(const v1::ListVariantsRequest& request) {
  VariantsCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.page_size, rpc::PageSize(request.page_size()));
  ASSIGN_OR_RETURN(command.max_activities, InRange("max_activities", request.max_activities(),
                                                   kDefaultVariantActivities, kMaxList));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  ASSIGN_OR_RETURN(const std::string position,
                   rpc::DecodePageToken("ListVariants", ScopeOf(request.name(), command.selection),
                                        request.page_token()));
  if (position.empty()) return command;
  const std::vector<std::string> parts = absl::StrSplit(position, ' ');
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &command.watermark) ||
      !absl::SimpleAtoi(parts[2], &command.offset) || command.offset < 0) {
    return BadToken();
  }
  command.uid = parts[0];
  return command;
}

std::string NextPageToken(const VariantsCommand& command, absl::string_view uid, int64_t watermark,
                          int64_t offset) {
  return rpc::EncodePageToken("ListVariants", ScopeOf(NameOf(command.key), command.selection),
                              absl::StrCat(uid, " ", watermark, " ", offset));
}

absl::StatusOr<MapCommand> ToCommand(const v1::GetProcessMapRequest& request) {
  MapCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  // Was once without a limit: what is too large is lowered, not refused.
  const int64_t edges = std::min<int64_t>(request.max_edges(), kMaxList);
  ASSIGN_OR_RETURN(command.limits.edges, InRange("max_edges", edges, kDefaultMap, kMaxList));
  ASSIGN_OR_RETURN(command.limits.activities,
                   InRange("max_activities", request.max_activities(), kDefaultMap, kMaxList));
  ASSIGN_OR_RETURN(command.limits.activity_coverage,
                   ToCoverage("activity_coverage", request.activity_coverage()));
  ASSIGN_OR_RETURN(command.limits.edge_coverage,
                   ToCoverage("edge_coverage", request.edge_coverage()));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  if (!v1::GetProcessMapRequest::Relation_IsValid(request.relation())) {
    return base::FieldError("relation", absl::StrCat("is ", request.relation(),
                                                     "; it must be 1 (DIRECTLY_FOLLOWS) or 2 "
                                                     "(EVENTUALLY_FOLLOWS), or be left out"));
  }
  command.eventually = request.relation() == v1::GetProcessMapRequest::RELATION_EVENTUALLY_FOLLOWS;
  if (!request.has_business_time()) return command;
  if (command.eventually) {
    return base::FieldError("business_time",
                            "is set, and relation is EVENTUALLY_FOLLOWS, which has no times; leave "
                            "one of them out");
  }
  ASSIGN_OR_RETURN(command.between, ToTimeBetween("business_time", request.business_time()));
  command.between_digest = DigestOf(request.business_time());
  return command;
}

absl::StatusOr<DurationsCommand> ToCommand(const v1::GetDurationsRequest& request) {
  DurationsCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.max_steps,
                   InRange("max_steps", request.max_steps(), kDefaultList, kMaxList));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  if (!request.has_business_time()) return command;
  ASSIGN_OR_RETURN(command.between, ToTimeBetween("business_time", request.business_time()));
  command.between_digest = DigestOf(request.business_time());
  return command;
}

absl::StatusOr<ParetoCommand> ToCommand(const v1::GetImpedimentParetoRequest& request) {
  ParetoCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ASSIGN_OR_RETURN(command.max_bars,
                   InRange("max_bars", request.max_bars(), kDefaultList, kMaxList));
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  return command;
}

absl::StatusOr<ReportCommand> ToCommand(const v1::GetReportRequest& request) {
  ReportCommand command;
  ASSIGN_OR_RETURN(command.key, ToLogKey(request.name()));
  ReportOptions& options = command.options;
  const struct {
    const char* field;
    int64_t value, otherwise, most;
    int64_t& limit;
  } kLimits[] = {
      {"max_edges", request.max_edges(), 20, 10'000, options.map.edges},
      {"max_variants", request.max_variants(), 10, 1'000, options.variants.variants},
      {"max_activities", request.max_activities(), 100, 10'000, options.map.activities},
      {"max_steps", request.max_steps(), 100, 10'000, options.max_steps},
      {"max_impediments", request.max_impediments(), 100, 10'000, options.max_impediments},
  };
  for (const auto& l : kLimits) {
    ASSIGN_OR_RETURN(l.limit, InRange(l.field, l.value, l.otherwise, l.most));
  }
  ASSIGN_OR_RETURN(command.selection, ToSelection("selection", request.selection()));
  options.variants.activities = kDefaultVariantActivities;
  options.variants.all_activities = kMaxList;
  if (!request.has_target()) return command;
  const google::protobuf::Duration& target = request.target();
  if (target.seconds() < 1 || target.seconds() > kMaxTargetSeconds || target.nanos() < 0 ||
      target.nanos() > 999'999'999) {
    return base::FieldError(
        "target", absl::StrCat("is ", target.seconds(), " s; it must be 1 second to 100 years"));
  }
  options.target_micros = target.seconds() * 1'000'000 + target.nanos() / 1'000;
  return command;
}

v1::CsvMapping ToProto(const CsvOptions& options) {
  v1::CsvMapping csv;
  csv.set_case_column(options.case_column);
  csv.set_activity_column(options.activity_column);
  csv.set_time_column(options.time_column);
  csv.set_start_time_column(options.start_time_column);
  csv.set_resource_column(options.resource_column);
  csv.set_transition_column(options.transition_column);
  csv.set_delimiter(options.delimiter);
  csv.set_time_zone(options.time_zone);
  csv.set_time_format(options.time_format);
  csv.set_date_order(ToProto(options.date_order));
  csv.set_event_id_column(options.event_id_column);
  csv.set_encoding(options.encoding);
  return csv;
}

v1::TimeReading ToProto(const TimeReading& reading) {
  v1::TimeReading answer;
  answer.set_column(reading.column);
  answer.set_format(reading.format);
  answer.set_unlikely_count(reading.unlikely_count);
  answer.set_unlikely_sample(reading.unlikely_sample);
  if (reading.other_format.empty()) return answer;
  answer.set_ambiguous(true);
  answer.set_other_format(reading.other_format);
  answer.set_sample(reading.sample);
  *answer.mutable_sample_time() = ToTimestamp(reading.sample_micros);
  *answer.mutable_other_time() = ToTimestamp(reading.other_micros);
  return answer;
}

}  // namespace plumbline::analytics
