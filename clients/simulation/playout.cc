// SPDX-License-Identifier: Apache-2.0
#include "clients/simulation/playout.h"

#include <algorithm>
#include <map>
#include <queue>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "clients/simulation/random.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "common/flow/progress.h"

namespace plumbline::simulation {
namespace {

constexpr int kMostRounds = 3;
constexpr size_t kPiece = 1 << 18;

std::string Quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string Iso(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

// One case: its steps as they end, in time order.
class Case {
 public:
  Case(const flow::Plan& plan, const Behaviour& behaviour, const calendar::Calendar& calendar,
       Random& random, absl::Time start)
      : plan_(plan),
        behaviour_(behaviour),
        calendar_(calendar),
        random_(random),
        now_(start),
        progress_(plan, &beginning_) {}

  absl::Status Run(const std::string& id, std::string* out) {
    for (flow::NodeIndex step : beginning_.enabled_steps) Plan(step);
    RETURN_IF_ERROR(DecideAll());
    while (!working_.empty()) {
      const Work work = working_.top();
      working_.pop();
      now_ = work.end;
      const flow::PlanNode& node = plan_.node(work.step);
      absl::StrAppend(out, id, ",", Quoted(node.title), ",", Iso(work.begin), ",", Iso(work.end),
                      ",", Quoted(absl::StrCat(node.step.role, "-", 1 + work.who)), "\n");
      ASSIGN_OR_RETURN(const flow::Change change, progress_.EndStep(work.step));
      for (flow::NodeIndex step : change.enabled_steps) Plan(step);
      RETURN_IF_ERROR(DecideAll());
    }
    if (!progress_.finished()) return base::Internal("a playout came to a stop before its end");
    return absl::OkStatus();
  }

 private:
  struct Work {
    absl::Time begin, end;
    flow::NodeIndex step;
    int who;
    bool operator>(const Work& other) const {
      return end != other.end ? end > other.end : step > other.step;
    }
  };

  void Plan(flow::NodeIndex step) {
    const flow::PlanNode& node = plan_.node(step);
    const RoleHabits& habits = behaviour_.HabitsOf(node.step.role);
    const flow::BusinessDuration target = node.step.target.value_or(flow::BusinessDuration{0, 120});
    int64_t wait = static_cast<int64_t>(random_.LogNormal(habits.wait_median, habits.wait_sigma));
    for (const std::string& utility : node.step.utilities) {
      for (const UtilityTrouble& trouble : behaviour_.troubles) {
        if (trouble.utility == utility && random_.Chance(trouble.probability)) {
          wait += static_cast<int64_t>(random_.LogNormal(trouble.lost_median, trouble.lost_sigma));
        }
      }
    }
    const double planned = std::clamp(target.days * 480.0 + target.minutes, 20.0, 4800.0);
    const int64_t work = static_cast<int64_t>(
        std::max(3.0, 0.4 * planned * random_.LogNormal(habits.pace_median, habits.pace_sigma)));
    const absl::Time begin = calendar_.Add(now_, 0, wait);
    working_.push({begin, calendar_.Add(begin, 0, work), step, static_cast<int>(random_.Below(5))});
  }

  absl::Status DecideAll() {
    for (auto open = progress_.OpenDecisions(); !open.empty(); open = progress_.OpenDecisions()) {
      ASSIGN_OR_RETURN(const flow::Change change,
                       progress_.Decide(open.front().node, Choose(open.front())));
      for (flow::NodeIndex step : change.enabled_steps) Plan(step);
    }
    return absl::OkStatus();
  }

  std::string Choose(const flow::OpenDecision& decision) {
    const auto& options = decision.options;
    const auto offers = [&](const char* option) {
      return std::find(options.begin(), options.end(), option) != options.end();
    };
    if (offers(flow::kAgain)) {
      if (rounds_[decision.node] >= kMostRounds || !random_.Chance(behaviour_.again_probability)) {
        return flow::kLeave;
      }
      ++rounds_[decision.node];
      return flow::kAgain;
    }
    if (offers(flow::kLeaveOut)) {
      return random_.Chance(behaviour_.optional_probability) ? flow::kDo : flow::kLeaveOut;
    }
    if (options.size() == 1 || random_.Chance(0.65)) return options[0];
    return options[1 + random_.Below(options.size() - 1)];
  }

  const flow::Plan& plan_;
  const Behaviour& behaviour_;
  const calendar::Calendar& calendar_;
  Random& random_;
  absl::Time now_;
  flow::Change beginning_;
  flow::Progress progress_;
  std::priority_queue<Work, std::vector<Work>, std::greater<Work>> working_;
  std::map<flow::NodeIndex, int> rounds_;
};

}  // namespace

absl::Status Playout(const flow::Plan& plan, const PlayoutOptions& options,
                     const Behaviour& behaviour, const TextSink& sink) {
  if (options.cases < 1 || options.cases > 10'000'000) {
    return base::FieldError("cases", absl::StrCat(options.cases, " is not in 1 to 10,000,000"));
  }
  ASSIGN_OR_RETURN(const calendar::Calendar calendar, calendar::Calendar::Create("UTC"));
  Random random(options.seed);
  std::string text = "case_id,activity,start_timestamp,timestamp,resource\n";
  absl::Time start = calendar.OpeningOfDay(options.first_day, 0);
  for (int64_t i = 0; i < options.cases; ++i) {
    start = calendar.Add(start, 0,
                         static_cast<int64_t>(random.Uniform(0, 2.0 * options.case_gap_minutes)));
    Case one(plan, behaviour, calendar, random, start);
    RETURN_IF_ERROR(one.Run(absl::StrFormat("case-%06d", i + 1), &text));
    if (text.size() >= kPiece) {
      RETURN_IF_ERROR(sink(text));
      text.clear();
    }
  }
  return sink(text);
}

}  // namespace plumbline::simulation
