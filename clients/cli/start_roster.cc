// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/start_roster.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "clients/cli/json.h"
#include "clients/cli/list.h"
#include "clients/cli/table.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/rpc/dispatcher.h"
#include "google/rpc/status.pb.h"

namespace plumbline::cli {
namespace {

namespace ob = onboarding::v1;

constexpr size_t kAtOnce = 1000;
constexpr int kLastLine = std::numeric_limits<int>::max();

// Today, where the line says its time zone is; one that does not exist is refused by the service.
absl::CivilDay Today(const ob::Onboarding& onboarding, absl::Time now) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (!onboarding.time_zone().empty() && !absl::LoadTimeZone(onboarding.time_zone(), &zone))
    zone = absl::UTCTimeZone();
  return absl::ToCivilDay(now, zone);
}

// Whether day one is further away than `ahead_days`; a date that is none is refused by the service.
bool IsForLater(const ob::Onboarding& onboarding, const std::optional<int>& ahead_days,
                absl::Time now) {
  absl::CivilDay day_one;
  return ahead_days.has_value() && absl::ParseCivilTime(onboarding.day_one(), &day_one) &&
         day_one - Today(onboarding, now) > *ahead_days;
}

// An error that the service does not know of, as it would tell it.
void SetError(const absl::Status& error, ob::StartedOnboarding* result) {
  google::rpc::Status& out = *result->mutable_error();
  out.set_code(error.raw_code());
  out.set_message(std::string(error.message()));
  error.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    google::protobuf::Any& detail = *out.add_details();
    detail.set_type_url(std::string(type));
    detail.set_value(std::string(payload));
  });
}

// Why a line failed, for people: in the words of the file, and without the line, which stands
// beside it. More than one field stays as the service put it.
std::string WhyOf(Session& session, const absl::Status& error, int line) {
  const std::vector<base::FieldViolation> fields = base::FieldViolationsOf(error);
  const std::string text =
      fields.size() == 1 ? session.wording().Violation(fields[0]) : std::string(error.message());
  const std::string place = absl::StrCat("line ", line, ": ");
  return std::string(absl::StripPrefix(text, place));
}

absl::Status ErrorOf(const ob::StartedOnboarding& result) {
  return rpc::StatusFromDetails(static_cast<absl::StatusCode>(result.error().code()),
                                result.error().message(), result.error().SerializeAsString());
}

}  // namespace

// What became of the lines of a round.
struct RosterStarter::Outcome {
  Table table{{">LINE", "ON-BOARDING", "RESULT", "?DAY ONE", "?|NOTE"}};
  RosterCounts counts;
  absl::Status first;
  // By line, for they are found out in another order than the file has them in.
  struct Told {
    std::vector<std::string> cells;
    std::string json;
  };
  std::map<int, Told> told;

  // Keeps a line: as JSON what the service said, and which line it is of.
  void Tell(Session& session, const RosterRow& row, const char* word,
            const ob::StartedOnboarding& result, const std::string& note = "") {
    Told& line = told[row.line];
    line.cells = {absl::StrCat(row.line), IdOf(result.name()), word,
                  row.request.onboarding().day_one(),
                  result.has_error() ? WhyOf(session, ErrorOf(result), row.line) : note};
    if (!session.json()) return;
    line.json = absl::StrCat("{\"line\":", row.line, ",\"result\":\"", word, "\",",
                             JsonOf(result, false).substr(1), "\n");
  }

  // Prints what is known of the lines up to `last`.
  void Flush(Session& session, int last) {
    for (; !told.empty() && told.begin()->first <= last; told.erase(told.begin())) {
      table.Add(told.begin()->second.cells);
      session.out() << told.begin()->second.json;
    }
    session.out().flush();
  }

  void Fail(int line, const ob::StartedOnboarding& result) {
    if (counts.failed++ > 0 && counts.first_failed < line) return;
    counts.first_failed = line;
    first = ErrorOf(result);
  }

  // The error of the first line that failed, with how many there are.
  absl::Status Failure(Session& session, size_t count) const {
    if (counts.failed == 0) return absl::OkStatus();
    absl::Status status(first.code(),
                        absl::StrCat(counts.failed, " of ", count, " failed, the first in line ",
                                     counts.first_failed, ": ",
                                     session.json() ? std::string(first.message())
                                                    : WhyOf(session, first, counts.first_failed)));
    first.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
      // People would be shown the field alone.
      if (session.json() || !absl::EndsWith(type, "google.rpc.BadRequest"))
        status.SetPayload(type, payload);
    });
    return status;
  }
};

void RosterStarter::Fail(const RosterRow& row, const ob::StartedOnboarding& result,
                         Outcome* outcome) {
  // A line that could not be read may have no id.
  std::string& why =
      failed_[absl::StrCat(row.problem.ok() ? 0 : row.line, " ", row.request.onboarding_id())];
  if (first_ || why != result.error().message()) outcome->Tell(session_, row, "failed", result);
  why = result.error().message();
  outcome->Fail(row.line, result);
}

std::string RosterStarter::NoteOf(const ob::StartedOnboarding& result) {
  if (!result.created() || session_.json()) return "";
  const ob::Onboarding& onboarding = result.onboarding();
  std::vector<std::string> notes = {
      notes_.OfDayOne(onboarding),
      StandingText(onboarding, Today(onboarding, session_.clock().Now())), RiskText(result.risk())};
  std::erase(notes, "");
  return absl::StrJoin(notes, "; ");
}

absl::StatusOr<ob::BatchStartOnboardingsRequest> RosterStarter::RequestOf(
    const std::vector<const RosterRow*>& rows, size_t begin, size_t end) const {
  ob::BatchStartOnboardingsRequest request;
  request.set_parent(session_.parent());
  request.set_validate_only(options_.dry_run);
  for (size_t i = begin; i < end; ++i) {
    ob::StartOnboardingRequest& one = *request.add_requests() = rows[i]->request;
    one.mutable_onboarding()->set_process(
        session_.FullName("processes", one.onboarding().process()));
    one.mutable_onboarding()->mutable_labels()->insert(options_.labels.begin(),
                                                       options_.labels.end());
    if (options_.allow_existing)
      one.set_conflict_policy(ob::StartOnboardingRequest::CONFLICT_POLICY_RETURN_EXISTING);
    RETURN_IF_ERROR(SetTime("--at", options_.change.at, &one, "occur_time"));
  }
  return request;
}

absl::Status RosterStarter::StartSome(const std::vector<const RosterRow*>& rows, size_t begin,
                                      size_t end, const std::string& request_id, Outcome* outcome) {
  ASSIGN_OR_RETURN(ob::BatchStartOnboardingsRequest request, RequestOf(rows, begin, end));
  request.set_request_id(request_id);
  ob::BatchStartOnboardingsResponse response;
  RETURN_IF_ERROR(session_.Call(kOnboarding, "BatchStartOnboardings", request, &response));
  for (int i = 0; i < response.results_size(); ++i) {
    const ob::StartedOnboarding& result = response.results(i);
    const RosterRow& row = *rows[begin + static_cast<size_t>(i)];
    const std::string& id = row.request.onboarding_id();
    if (result.has_error()) {
      Fail(row, result, outcome);
      continue;
    }
    if (!options_.dry_run) settled_.insert(id);
    ++(result.created() ? outcome->counts.started : outcome->counts.existing);
    if (!result.created() && !first_) continue;
    const char* word = !result.created() ? "exists" : options_.dry_run ? "valid" : "started";
    outcome->Tell(session_, row, word, result, NoteOf(result));
  }
  return absl::OkStatus();
}

void RosterStarter::FindStarted(const std::vector<const RosterRow*>& rows) {
  for (size_t begin = 0; begin < rows.size(); begin += kAtOnce) {
    auto request = RequestOf(rows, begin, std::min(rows.size(), begin + kAtOnce));
    if (!request.ok()) return;
    request->set_validate_only(true);
    for (ob::StartOnboardingRequest& one : *request->mutable_requests())
      one.set_conflict_policy(ob::StartOnboardingRequest::CONFLICT_POLICY_RETURN_EXISTING);
    ob::BatchStartOnboardingsResponse response;
    if (!session_.Call(kOnboarding, "BatchStartOnboardings", *request, &response).ok()) return;
    for (const ob::StartedOnboarding& result : response.results()) {
      if (!result.has_error() && !result.created()) settled_.insert(IdOf(result.name()));
    }
  }
}

void RosterStarter::TellLater(const std::vector<const RosterRow*>& rows, Outcome* outcome) {
  // Somebody may have started them before their time.
  if (first_) FindStarted(rows);
  for (const RosterRow* row : rows) {
    const bool exists = settled_.contains(row->request.onboarding_id());
    ++(exists ? outcome->counts.existing : outcome->counts.later);
    ob::StartedOnboarding result;
    result.set_name(session_.FullName("onboardings", row->request.onboarding_id()));
    if (first_) outcome->Tell(session_, *row, exists ? "exists" : "later", result);
  }
}

std::vector<const RosterRow*> RosterStarter::WhoseTimeHasCome(const std::vector<RosterRow>& rows,
                                                              Outcome* outcome) {
  std::vector<const RosterRow*> now, later;
  for (const RosterRow& row : rows) {
    if (!row.problem.ok()) {
      ob::StartedOnboarding refused;
      if (!row.request.onboarding_id().empty())
        refused.set_name(session_.FullName("onboardings", row.request.onboarding_id()));
      SetError(row.problem, &refused);
      Fail(row, refused, outcome);
    } else if (settled_.contains(row.request.onboarding_id())) {
      ++outcome->counts.existing;
    } else if (IsForLater(row.request.onboarding(), options_.ahead_days, session_.clock().Now())) {
      later.push_back(&row);
    } else {
      now.push_back(&row);
    }
  }
  TellLater(later, outcome);
  return now;
}

absl::StatusOr<RosterCounts> RosterStarter::Round(const std::vector<RosterRow>& rows) {
  session_.wording().Call({{"onboarding_id", "id"},
                           {"onboarding.process", "process"},
                           {"onboarding.person", "person"},
                           {"onboarding.day_one", "day-one"},
                           {"onboarding.time_zone", "zone"},
                           {"onboarding.calendar", "calendar"},
                           {"onboarding.assignees", "assignees"},
                           {"onboarding.labels", "labels"},
                           {"onboarding.attributes", "attributes"}});
  Outcome outcome;
  const std::vector<const RosterRow*> now = WhoseTimeHasCome(rows, &outcome);
  const std::string request_id =
      options_.change.request_id.empty() ? base::NewUuid() : options_.change.request_id;
  for (size_t begin = 0; begin < now.size(); begin += kAtOnce) {
    const size_t end = std::min(now.size(), begin + kAtOnce);
    const absl::Status done = StartSome(
        now, begin, end, begin == 0 ? request_id : absl::StrCat(request_id, "-", begin), &outcome);
    outcome.Flush(session_, done.ok() ? now[end - 1]->line : kLastLine);
    RETURN_IF_ERROR(done);
  }
  outcome.Flush(session_, kLastLine);
  if (first_ || !outcome.table.empty()) ShowList(session_, outcome.table, "no lines", false);
  first_ = false;
  failure_ = outcome.Failure(session_, rows.size());
  return outcome.counts;
}

}  // namespace plumbline::cli
