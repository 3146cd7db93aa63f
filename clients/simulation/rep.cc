// SPDX-License-Identifier: Apache-2.0
#include "clients/simulation/rep.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace plumbline::simulation {
namespace {

namespace pb = onboarding::v1;

constexpr char kService[] = "/plumbline.onboarding.v1.OnboardingService/";
constexpr int kMostRounds = 3;

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1'000'000);
  out->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
}

absl::Time TimeOf(const google::protobuf::Timestamp& t) {
  return absl::FromUnixSeconds(t.seconds()) + absl::Nanoseconds(t.nanos());
}

// Names and places for people to read; the numbers decide, so that they are the same every time.
constexpr const char* kFirstNames[] = {"Ada",  "Bela",  "Chen",  "Dina", "Emil", "Fatou", "Goran",
                                       "Hana", "Ivo",   "Jana",  "Kofi", "Lena", "Marco", "Nadia",
                                       "Omar", "Petra", "Quinn", "Rosa", "Sven", "Tara"};
constexpr const char* kLastNames[] = {"Abel",    "Brandt", "Costa", "Diaz", "Ek",
                                      "Fischer", "Garcia", "Haas",  "Ito",  "Jensen",
                                      "Khan",    "Lopez",  "Moreau"};
constexpr const char* kRegions[] = {"emea", "amer", "apac"};

}  // namespace

Rep::Rep(rpc::Channel& channel, const CohortOptions& options, const Behaviour& behaviour,
         const calendar::Calendar& calendar, const std::set<std::string>& roles, int number,
         absl::CivilDay day_one)
    : channel_(channel),
      options_(options),
      behaviour_(behaviour),
      calendar_(calendar),
      roles_(roles),
      number_(number),
      day_one_(day_one),
      id_(absl::StrFormat("%s-%04d", options.prefix, number + 1)),
      random_(options.seed * 1'000'003 + static_cast<uint64_t>(number)) {}

template <typename Request, typename Response>
absl::Status Rep::Call(const char* method, Request request, Response* response) {
  SetTime(now_, request.mutable_occur_time());
  // The id is a pure function of what is done, so that a run that was cut off can be repeated.
  request.set_request_id(absl::StrCat("sim-", options_.process, "-", options_.year, "-",
                                      options_.count, "-", options_.seed, "-", id_, "-",
                                      summary_->calls));
  rpc::CallContext context;
  ++summary_->calls;
  return channel_.Call(context, absl::StrCat(kService, method), request, response);
}

template <typename Response>
void Rep::Follow(const Response& response) {
  for (const pb::Task& task : response.ready_tasks()) PlanTask(task);
  PlanDecisions(response.onboarding());
  finished_ = response.onboarding().state() == pb::Onboarding::STATE_COMPLETED;
}

absl::Status Rep::Run(CohortSummary* summary) {
  CohortSummary mine;
  summary_ = &mine;
  RETURN_IF_ERROR(Start());
  while (!events_.empty()) {
    Event event = events_.top();
    events_.pop();
    now_ = std::max(now_, event.time);
    RETURN_IF_ERROR(event.act());
  }
  if (!finished_) {
    return base::Internal(
        absl::StrCat("on-boarding ", id_, " has nothing to do and is not complete"));
  }
  summary->started += 1;
  summary->completed += 1;
  summary->calls += mine.calls;
  summary->impediments += mine.impediments;
  summary->repeated_rounds += mine.repeated_rounds;
  return absl::OkStatus();
}

absl::Status Rep::Start() {
  now_ = calendar_.OpeningOfDay(day_one_, -27) +
         absl::Minutes(static_cast<int64_t>(random_.Below(400)));
  pb::StartOnboardingRequest request;
  request.set_parent(absl::StrCat("workspaces/", options_.workspace));
  request.set_onboarding_id(id_);
  pb::Onboarding& rep = *request.mutable_onboarding();
  rep.set_process(absl::StrCat(request.parent(), "/processes/", options_.process));
  const char* first = kFirstNames[random_.Below(std::size(kFirstNames))];
  const char* last = kLastNames[random_.Below(std::size(kLastNames))];
  const char* region = kRegions[random_.Below(std::size(kRegions))];
  rep.set_display_name(absl::StrCat(first, " ", last));
  rep.set_person(absl::StrCat(id_, "@example.com"));
  rep.set_day_one(absl::FormatCivilTime(day_one_));
  (*rep.mutable_labels())["cohort"] =
      absl::StrCat(day_one_.year(), "-q", (day_one_.month() + 2) / 3);
  (*rep.mutable_labels())["region"] = region;
  if (roles_.count("manager") > 0) {
    (*rep.mutable_assignees())["manager"] =
        absl::StrCat("manager-", region, "-", number_ % 4 + 1, "@example.com");
  }
  for (const char* own : {"rep", "@person"})
    if (roles_.count(own) > 0) (*rep.mutable_assignees())[own] = rep.person();
  pb::StartOnboardingResponse response;
  RETURN_IF_ERROR(Call("StartOnboarding", request, &response));
  for (const pb::Task& task : response.tasks()) {
    if (task.state() == pb::Task::STATE_READY) PlanTask(task);
  }
  PlanDecisions(response.onboarding());
  return absl::OkStatus();
}

void Rep::Plan(absl::Time time, std::function<absl::Status()> act) {
  events_.push({std::max(time, now_), planned_++, std::move(act)});
}

void Rep::PlanTask(const pb::Task& task) {
  const RoleHabits& habits = behaviour_.HabitsOf(task.role());
  // Nobody begins a step before its day, however early the ones before were.
  const absl::Time earliest =
      task.has_earliest_time() ? std::max(now_, TimeOf(task.earliest_time())) : now_;
  const int64_t wait =
      static_cast<int64_t>(random_.LogNormal(habits.wait_median, habits.wait_sigma));
  absl::Time begin = calendar_.Add(earliest, 0, wait);
  const absl::Duration target =
      task.round() == 1 && task.has_planned_end_time()  // what is done again is done sooner
          ? calendar_.Between(TimeOf(task.planned_start_time()), TimeOf(task.planned_end_time()))
          : absl::Hours(4);
  const double minutes = std::clamp(absl::ToDoubleMinutes(target), 30.0, 12'000.0);
  const int64_t work = static_cast<int64_t>(
      std::max(10.0, minutes * random_.LogNormal(habits.pace_median, habits.pace_sigma) * 0.6));

  int64_t lost = 0;
  for (const std::string& utility : task.utilities()) {
    for (const Outage& outage : behaviour_.outages) {
      if (outage.utility != utility || begin < outage.from || begin >= outage.to) continue;
      PlanImpediment(task, begin, outage.to, pb::Impediment::CATEGORY_UTILITY_DOWN, utility,
                     absl::StrCat(utility, " is down"));
      begin = calendar_.NextOpening(outage.to);
    }
    for (const UtilityTrouble& trouble : behaviour_.troubles) {
      if (trouble.utility != utility || lost > 0 || !random_.Chance(trouble.probability)) continue;
      lost = std::max<int64_t>(
          30, static_cast<int64_t>(random_.LogNormal(trouble.lost_median, trouble.lost_sigma)));
      const absl::Time open = calendar_.Add(begin, 0, 5 + static_cast<int64_t>(random_.Below(30)));
      PlanImpediment(task, open, calendar_.Add(open, 0, lost), trouble.category, utility,
                     trouble.description);
    }
  }
  const std::string name = task.name();
  Plan(begin, [this, name] { return Begin(name); });
  // Minutes enough that an impediment is resolved before the work ends.
  Plan(calendar_.Add(begin, 0, work + lost + (lost > 0 ? 60 : 0)),
       [this, name] { return Complete(name); });
}

void Rep::PlanImpediment(const pb::Task& task, absl::Time from, absl::Time to,
                         pb::Impediment::Category category, const std::string& utility,
                         const std::string& description) {
  pb::Impediment impediment;
  impediment.set_category(category);
  impediment.set_utility(utility);
  impediment.set_description(description);
  const std::string id = absl::StrCat("imp-", ++impediments_);
  const std::string name = task.name();
  Plan(from, [this, name, impediment, id] { return Block(name, impediment, id); });
  Plan(to, [this, name, id] { return Unblock(name, id); });
}

void Rep::PlanDecisions(const pb::Onboarding& onboarding) {
  for (const pb::Decision& decision : onboarding.decisions()) {
    if (std::exchange(answering_[decision.id()], true)) continue;
    const std::string id = decision.id(), option = Choose(decision);
    Plan(calendar_.Add(now_, 0, 20 + static_cast<int64_t>(random_.LogNormal(90, 0.7))),
         [this, id, option] { return Decide(id, option); });
  }
}

std::string Rep::Choose(const pb::Decision& decision) {
  const auto offers = [&](absl::string_view option) {
    return std::find(decision.options().begin(), decision.options().end(), option) !=
           decision.options().end();
  };
  if (offers("again")) {
    const bool again =
        rounds_[decision.id()] < kMostRounds && random_.Chance(behaviour_.again_probability);
    if (again) {
      ++rounds_[decision.id()];
      ++summary_->repeated_rounds;
    }
    return again ? "again" : "leave";
  }
  if (offers("leave-out"))
    return random_.Chance(behaviour_.optional_probability) ? "do" : "leave-out";
  // The first branch is the usual one.
  const auto rest = static_cast<uint64_t>(decision.options_size() - 1);
  if (rest == 0 || random_.Chance(0.65)) return decision.options(0);
  return decision.options(1 + static_cast<int>(random_.Below(rest)));
}

absl::Status Rep::Begin(const std::string& task) {
  pb::StartTaskRequest request;
  request.set_name(task);
  pb::StartTaskResponse response;
  return Call("StartTask", request, &response);
}

absl::Status Rep::Complete(const std::string& task) {
  pb::CompleteTaskRequest request;
  request.set_name(task);
  request.set_tick_all(true);
  pb::CompleteTaskResponse response;
  RETURN_IF_ERROR(Call("CompleteTask", request, &response));
  Follow(response);
  return absl::OkStatus();
}

absl::Status Rep::Block(const std::string& task, const pb::Impediment& impediment,
                        const std::string& id) {
  pb::BlockTaskRequest request;
  request.set_name(task);
  *request.mutable_impediment() = impediment;
  request.set_impediment_id(id);
  pb::BlockTaskResponse response;
  ++summary_->impediments;
  return Call("BlockTask", request, &response);
}

absl::Status Rep::Unblock(const std::string& task, const std::string& id) {
  pb::UnblockTaskRequest request;
  request.set_name(task);
  request.set_impediment_id(id);
  request.set_resolution("Resolved");
  pb::UnblockTaskResponse response;
  return Call("UnblockTask", request, &response);
}

absl::Status Rep::Decide(const std::string& decision, const std::string& option) {
  answering_[decision] = false;
  pb::DecideRequest request;
  request.set_name(absl::StrCat("workspaces/", options_.workspace, "/onboardings/", id_));
  request.set_decision(decision);
  request.set_option(option);
  pb::DecideResponse response;
  RETURN_IF_ERROR(Call("Decide", request, &response));
  Follow(response);
  return absl::OkStatus();
}

}  // namespace plumbline::simulation
