// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/serving/completion.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/counts.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/mining/case_ends.h"
#include "services/analytics/serving/request_checks.h"

namespace plumbline::analytics {
namespace {

using Rule = v1::CaseCompletion;

constexpr int kMostActivities = 50;
constexpr int64_t kMostIdleSeconds = int64_t{100} * 366 * 86'400;

absl::Status CheckActivities(const std::string& field, const v1::CaseCompletion& completion) {
  const bool by_activity =
      completion.rule() == Rule::RULE_ACTIVITY || completion.rule() == Rule::RULE_LAST_ACTIVITY;
  const int count = completion.activities_size();
  if (!by_activity && count > 0) {
    return base::FieldError(absl::StrCat(field, ".activities"),
                            "is for rule 2 (ACTIVITY) and 3 (LAST_ACTIVITY) only; set one of them, "
                            "or leave it out");
  }
  if (by_activity && (count == 0 || count > kMostActivities)) {
    return base::FieldError(absl::StrCat(field, ".activities"),
                            absl::StrCat("has ", count, " entries; name 1 to ", kMostActivities,
                                         " activities that end a case"));
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ToIdle(const std::string& field, const v1::CaseCompletion& completion) {
  const bool idle = completion.rule() == Rule::RULE_IDLE;
  if (!idle && completion.has_idle_time()) {
    return base::FieldError(absl::StrCat(field, ".idle_time"),
                            "is for rule 4 (IDLE) only; set that, or leave it out");
  }
  if (!idle) return 0;
  const auto& time = completion.idle_time();
  if (time.seconds() >= 1 && time.seconds() <= kMostIdleSeconds && time.nanos() >= 0)
    return time.seconds() * 1'000'000 + time.nanos() / 1'000;
  return base::FieldError(absl::StrCat(field, ".idle_time"),
                          absl::StrCat("is ", time.seconds(),
                                       " s; it must be 1 second to 100 years: for how long a case "
                                       "may rest and still be open"));
}

google::protobuf::Duration ToDuration(int64_t micros) {
  google::protobuf::Duration duration;
  duration.set_seconds(micros / 1'000'000);
  duration.set_nanos(static_cast<int>(micros % 1'000'000 * 1'000));
  return duration;
}

std::string Quote(const std::string& name) { return absl::StrCat("'", name, "'"); }

std::string Names(const std::vector<std::string>& names) {
  return absl::StrJoin(names, " or ", [](std::string* out, const std::string& name) {
    absl::StrAppend(out, Quote(name));
  });
}

// In the largest unit that it is a whole number of.
std::string Span(int64_t micros) {
  const int64_t seconds = micros / 1'000'000;
  if (seconds % 86'400 == 0) return base::Counted(seconds / 86'400, "day", "days");
  if (seconds % 3'600 == 0) return base::Counted(seconds / 3'600, "hour", "hours");
  return base::Counted(seconds, "second", "seconds");
}

std::string ByWhat(const CompletionText& completion) {
  switch (completion.rule) {
    case EndRule::kActivity:
      return absl::StrCat("those with an event of ", Names(completion.activities));
    case EndRule::kLastActivity:
      return absl::StrCat("those whose last event is ", Names(completion.activities));
    case EndRule::kIdle:
      return absl::StrCat("those without an event in the last ", Span(completion.idle),
                          " of the log");
    case EndRule::kDefault:
    case EndRule::kMarks:
    case EndRule::kAll:
      break;
  }
  return "those that the log marks (\"case_finished\")";
}

std::string TextOf(const v1::CompletionSummary& summary, const CompletionText& completion) {
  const int64_t cases = summary.ended_case_count() + summary.open_case_count();
  if (cases == 0) return "";
  if (summary.rule() == Rule::RULE_ALL) {
    const std::string all =
        absl::StrCat(cases == 1 ? "The only case counts"
                                : absl::StrCat("All ", base::CountText(cases), " cases count"),
                     " as ended with ", cases == 1 ? "its" : "their", " last event");
    if (!summary.assumed()) return absl::StrCat(all, ", as was asked.");
    return absl::StrCat(all,
                        ", since the log marks no ends (\"case_finished\"). If some are still "
                        "open, these figures mislead: say by `selection.completion` which activity "
                        "ends a case, or by `selection.completion.idle_time` after how long at "
                        "rest it has ended.");
  }
  return absl::StrCat(
      base::CountText(summary.ended_case_count()), " of ", base::Counted(cases, "case", "cases"),
      summary.ended_case_count() == 1 ? " has" : " have", " ended: ", ByWhat(completion), "; ",
      base::CountText(summary.open_case_count()), summary.open_case_count() == 1 ? " is" : " are",
      " open.");
}

v1::CompletionSummary Summarise(bool marked, int64_t cases, int64_t open,
                                const CompletionText& completion) {
  v1::CompletionSummary summary;
  if (completion.asked()) {
    summary.set_rule(static_cast<Rule::Rule>(completion.rule));
  } else {
    summary.set_rule(marked ? Rule::RULE_MARKS : Rule::RULE_ALL);
    summary.set_assumed(!marked);
  }
  const v1::CaseCompletion told = ToProto(completion);
  *summary.mutable_activities() = told.activities();
  if (told.has_idle_time()) *summary.mutable_idle_time() = told.idle_time();
  summary.set_open_case_count(open);
  summary.set_ended_case_count(cases - open);
  summary.set_text(TextOf(summary, completion));
  return summary;
}

}  // namespace

absl::StatusOr<CompletionText> ToCompletion(const std::string& field,
                                            const v1::CaseCompletion& completion) {
  if (completion.rule() < 0 || completion.rule() > Rule::RULE_ALL) {
    return base::FieldError(absl::StrCat(field, ".rule"),
                            absl::StrCat("is ", completion.rule(),
                                         "; it must be 1 (MARKS), 2 (ACTIVITY), 3 (LAST_ACTIVITY), "
                                         "4 (IDLE) or 5 (ALL), or be left out"));
  }
  RETURN_IF_ERROR(CheckActivities(field, completion));
  CompletionText text;
  ASSIGN_OR_RETURN(text.idle, ToIdle(field, completion));
  text.rule = static_cast<EndRule>(completion.rule());
  text.activities.assign(completion.activities().begin(), completion.activities().end());
  text.field = field;
  for (size_t i = 0; i < text.activities.size(); ++i)
    text.fields.push_back(absl::StrCat(field, ".activities[", i, "]"));
  return text;
}

v1::CaseCompletion ToProto(const CompletionText& text) {
  v1::CaseCompletion completion;
  completion.set_rule(static_cast<Rule::Rule>(text.rule));
  completion.mutable_activities()->Assign(text.activities.begin(), text.activities.end());
  if (text.rule == EndRule::kIdle) *completion.mutable_idle_time() = ToDuration(text.idle);
  return completion;
}

absl::StatusOr<std::shared_ptr<const LogView>> WithEnds(const std::shared_ptr<const LogView>& view,
                                                        const CompletionText& completion,
                                                        KeepOn keep_on) {
  if (!completion.asked()) return view;
  const LogSnapshot& log = *view->log();
  const bool needs_marks = completion.rule == EndRule::kMarks && !completion.may_lack;
  if (needs_marks && !log.empty() && !CaseEnds(log).marked()) {
    return base::FieldError(
        absl::StrCat(completion.field, ".rule"),
        "is 1 (MARKS), and no event of the log says \"case_finished\"; name the "
        "activities that end a case, or how long one may rest");
  }
  Completion told{completion.rule, {}, completion.idle};
  for (size_t i = 0; i < completion.activities.size(); ++i) {
    const absl::StatusOr<std::optional<uint32_t>> activity =
        FindActivity(completion.fields[i], *view, completion.activities[i]);
    if (completion.may_lack && !activity.ok()) continue;
    RETURN_IF_ERROR(activity.status());
    if (!activity->has_value())
      return base::FieldError(completion.fields[i], "is empty; name an activity");
    told.activities.push_back(**activity);
  }
  ASSIGN_OR_RETURN(std::shared_ptr<const LogSnapshot> ended,
                   WithEnds(view->log(), view->traces(), told, keep_on));
  if (ended == view->log()) return view;
  return std::make_shared<const LogView>(view->watermark(), std::move(ended),
                                         view->map_transitions());
}

int64_t BytesOfEnds(const LogView& view, const CompletionText& completion) {
  const bool none = !completion.asked() || completion.rule == EndRule::kMarks;
  if (none) return 0;
  const LogSnapshot& log = *view.log();
  // Traces of its own where not all events count.
  const bool all = view.traces().event_count() == static_cast<int64_t>(log.size());
  return BytesOfEnds(log) + (all ? 0 : 24 * static_cast<int64_t>(log.size()));
}

v1::CompletionSummary SummariseEnds(const LogSnapshot& log, const CompletionText& completion) {
  const CaseEnds ends(log);
  const auto cases = static_cast<int64_t>(log.case_count());
  int64_t open = 0;
  for (size_t c = 0; c < log.case_count(); ++c) open += !ends.HasEnded(c);
  return Summarise(ends.marked(), cases, open, completion);
}

v1::CompletionSummary SummariseEnds(bool marked, int64_t cases, int64_t open) {
  return Summarise(marked, cases, open, {});
}

}  // namespace plumbline::analytics
