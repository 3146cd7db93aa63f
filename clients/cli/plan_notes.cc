// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/plan_notes.h"

#include <algorithm>
#include <optional>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/list.h"
#include "clients/cli/units.h"
#include "plumbline/catalog/v1/calendar_service.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

// By less than this an end that moves is no news: somebody starts it in the course of day one.
constexpr int64_t kNewsSeconds = 3600;

// As many are named as a line holds.
constexpr size_t kMostNamed = 3;

template <typename Task>
void Add(const Task& task, const std::string& id, absl::Time now, PlanTimes* times) {
  if (!task.has_planned_start_time()) return;
  const absl::Time start = absl::FromUnixSeconds(task.planned_start_time().seconds());
  times->begun += start < now;
  if (start < now && times->first.size() < kMostNamed) times->first.push_back(id);
  times->late |= start <= now - absl::Hours(24);
  times->end = std::max(times->end, absl::FromUnixSeconds(task.planned_end_time().seconds()));
}

std::string DayText(absl::CivilDay day) {
  return absl::FormatTime("%a %Y-%m-%d", absl::FromCivil(day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

// The first working day from a date on: by a calendar the catalog knows it, without one it is
// Monday to Friday.
std::optional<absl::CivilDay> FirstWorkingDay(Session& session, const std::string& calendar,
                                              absl::CivilDay from) {
  if (calendar.empty()) {
    while (absl::GetWeekday(from) == absl::Weekday::saturday ||
           absl::GetWeekday(from) == absl::Weekday::sunday)
      ++from;
    return from;
  }
  catalog::v1::FindWorkingDayRequest request;
  request.set_name(calendar);
  request.set_date(absl::FormatCivilTime(from));
  catalog::v1::FindWorkingDayResponse response;
  absl::CivilDay first;
  if (!session.Call(kCalendars, "FindWorkingDay", request, &response).ok() ||
      !absl::ParseCivilTime(response.date(), &first))
    return std::nullopt;
  return first;
}

}  // namespace

PlanTimes TimesOf(const ob::PlanOnboardingResponse& plan, absl::Time now) {
  PlanTimes times;
  for (const ob::PlannedTask& task : plan.tasks()) Add(task, task.step(), now, &times);
  return times;
}

PlanTimes TimesOf(const ob::StartOnboardingResponse& started, absl::Time now) {
  PlanTimes times;
  for (const ob::Task& task : started.tasks()) Add(task, IdOf(task.name()), now, &times);
  return times;
}

std::string StandingText(const ob::Onboarding& onboarding, const PlanTimes& times) {
  if (!onboarding.has_expected_finish_time()) return "";
  const bool moves =
      times.late || (times.begun > 0 && onboarding.expected_finish_time().seconds() >=
                                            absl::ToUnixSeconds(times.end) + kNewsSeconds);
  if (!moves && !onboarding.at_risk()) return "";
  const std::string begun =
      moves ? absl::StrCat(Number(times.begun, "task", "tasks"), " should have begun already (",
                           absl::StrJoin(times.first, ", "),
                           static_cast<size_t>(times.begun) > times.first.size() ? ", ..." : "",
                           "); ")
            : "";
  return absl::StrCat(begun, "by what is left to do it ends ",
                      When(onboarding.expected_finish_time()), " UTC",
                      onboarding.at_risk() ? ": at risk" : "");
}

std::string DayOneText(absl::CivilDay day_one, absl::CivilDay first, const std::string& calendar) {
  if (first == day_one) return "";
  const std::string by = calendar.empty() ? "" : " by " + calendar;
  return absl::StrCat("day one, ", DayText(day_one), ", is no working day", by, ": ",
                      DayText(first), " counts as day one");
}

std::string StandingText(const ob::Onboarding& onboarding, absl::CivilDay today) {
  absl::CivilDay day_one;
  const bool past = absl::ParseCivilTime(onboarding.day_one(), &day_one) && day_one < today;
  if (!onboarding.has_expected_finish_time() || (!past && !onboarding.at_risk())) return "";
  return absl::StrCat(past ? "day one is past; " : "", "by what is left to do it ends ",
                      When(onboarding.expected_finish_time()), " UTC",
                      onboarding.at_risk() ? ": at risk" : "");
}

std::string PlanNotes::OfDayOne(const ob::Onboarding& onboarding) {
  absl::CivilDay day_one;
  if (!absl::ParseCivilTime(onboarding.day_one(), &day_one)) return "";
  const auto [known, is_new] =
      first_days_.try_emplace({onboarding.calendar(), day_one}, std::nullopt);
  if (is_new) known->second = FirstWorkingDay(session_, onboarding.calendar(), day_one);
  if (!known->second.has_value()) return "";
  return DayOneText(day_one, *known->second, session_.ShortName(onboarding.calendar()));
}

void PlanNotes::Tell(const ob::Onboarding& onboarding, const PlanTimes& times) {
  for (const std::string& text : {OfDayOne(onboarding), StandingText(onboarding, times)})
    if (!text.empty()) session_.out() << Folded(session_.paper(), text, 2) << '\n';
}

void TellRisk(Session& session, const ob::PlanRisk& risk, const std::string& more, int most) {
  const auto line = [&](const std::string& text) {
    session.out() << Folded(session.paper(), Printable("  " + text), 4) << '\n';
  };
  for (int i = 0; i < std::min(risk.tasks_size(), most); ++i)
    line(absl::StrCat(risk.tasks(i).task(), ": ", risk.tasks(i).reason()));
  if (risk.task_count() > most) {
    line(absl::StrCat("and ", risk.task_count() - most, " more",
                      more.empty() ? "" : absl::StrCat(": ", more)));
  }
  for (const ob::MilestoneRisk& milestone : risk.milestones()) line(milestone.reason());
}

std::string RiskText(const ob::PlanRisk& risk) {
  const auto named = [](const auto& all, int count, auto name) {
    return absl::StrCat(
        absl::StrJoin(all, ", ",
                      [&](std::string* out, const auto& one) { absl::StrAppend(out, name(one)); }),
        count > all.size() ? ", ..." : "");
  };
  std::vector<std::string> parts;
  if (risk.task_count() > 0) {
    parts.push_back(absl::StrCat(
        Number(risk.task_count(), "task", "tasks"), " at risk (",
        named(risk.tasks(), risk.task_count(), [](const ob::TaskRisk& one) { return one.task(); }),
        ")"));
  }
  if (risk.milestone_count() > 0) {
    parts.push_back(
        absl::StrCat(Number(risk.milestone_count(), "milestone", "milestones"), " will be missed (",
                     named(risk.milestones(), risk.milestone_count(),
                           [](const ob::MilestoneRisk& one) { return one.milestone(); }),
                     ")"));
  }
  return absl::StrJoin(parts, "; ");
}

std::string Folded(const Paper& paper, absl::string_view text, size_t hanging) {
  return paper.width == 0 ? std::string(text) : Wrap(text, paper.width, hanging);
}

}  // namespace plumbline::cli
