// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/temporal/service/rpc.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "absl/functional/function_ref.h"
#include "common/base/status_macros.h"
#include "services/analytics/serving/asking.h"
#include "services/analytics/serving/selected_view.h"
#include "services/analytics/temporal/service/convert.h"

namespace plumbline::analytics {
namespace {

using base::CallContext;

constexpr char kService[] = "plumbline.analytics.v1.TemporalService";
constexpr char kRead[] = "analytics.read";

using KeepOn = absl::FunctionRef<absl::Status()>;

// Of an activity: what of it ended in the case at hand.
constexpr int64_t kOfAnActivity = 128;
// Of an event of the longest case: that it goes on, and its end; in lists that may have grown.
constexpr int64_t kOfAnEventOfACase = 64;
// Of a case: when it ended, and how long it took.
constexpr int64_t kOfACase = 24;

// Pairs of activities that follow each other: no more than pairs of events in the same case.
int64_t MostPairs(const LogSnapshot& log) {
  const auto activities = static_cast<int64_t>(log.activities.size());
  int64_t pairs = 0;
  for (size_t c = 0; c < log.case_count(); ++c) {
    const int64_t rows = log.case_begin[c + 1] - log.case_begin[c];
    pairs += rows * (rows - 1) / 2;
  }
  return std::min(pairs, activities * activities);
}

int64_t LongestCase(const LogSnapshot& log) {
  uint32_t longest = 0;
  for (size_t c = 0; c < log.case_count(); ++c)
    longest = std::max(longest, log.case_begin[c + 1] - log.case_begin[c]);
  return longest;
}

// What walking over the cases takes beside the pairs.
int64_t BytesOfWalk(const LogSnapshot& log) {
  return static_cast<int64_t>(log.activities.size()) * kOfAnActivity +
         LongestCase(log) * kOfAnEventOfACase;
}

absl::Status Profile(Reader& reader, const CallContext& context, const ProfileCommand& command,
                     const SelectedView& all, KeepOn keep_on,
                     v1::GetTemporalProfileResponse* response) {
  const std::shared_ptr<const LogView>& whole = all.view;
  // As many pairs as there is room for: with more of them the answer says how many that are.
  const int64_t walk = BytesOfWalk(*whole->log());
  constexpr int64_t kOfAPair = kBytesOfProfilePair;
  const int64_t fitting = std::max<int64_t>(1, (reader.room_bytes() / 2 - walk) / kOfAPair);
  const int64_t pairs = std::min({MostPairs(*whole->log()), fitting, int64_t{kMostProfilePairs}});
  const int64_t held = walk + pairs * kOfAPair;
  ASSIGN_OR_RETURN(const auto room, reader.TakeRoom(held, all));
  std::optional<TemporalProfile> profile;
  const auto mine = [&](const SelectedView& part) {
    return MineTemporalProfile(part.view->traces(), keep_on, static_cast<size_t>(pairs));
  };
  if (command.has_reference) {
    // Before the other: their copies of the log are not in memory together.
    ASSIGN_OR_RETURN(const SelectedView part,
                     reader.Select(context, whole, command.reference, held));
    if (part.summary.has_value()) *response->mutable_reference() = *part.summary;
    ASSIGN_OR_RETURN(profile, mine(part));
  }
  ASSIGN_OR_RETURN(const SelectedView part, reader.Select(context, whole, command.selection, held));
  Tell(part, response);
  if (!profile.has_value()) {
    ASSIGN_OR_RETURN(profile, mine(part));
  }
  ASSIGN_OR_RETURN(Deviations deviations,
                   FindDeviations(part.view->traces(), *profile, command.options, keep_on));
  ToProto(*part.view->log(), *profile, std::move(deviations), command, response);
  return absl::OkStatus();
}

absl::Status GetTemporalProfile(Reader& reader, const base::Clock& clock,
                                const CallContext& context,
                                const v1::GetTemporalProfileRequest& request,
                                v1::GetTemporalProfileResponse* response) {
  ASSIGN_OR_RETURN(const ProfileCommand command, ToCommand(request));
  // The whole log is asked for, of which the two parts are taken one after the other.
  return AskKept(reader, clock, context, command.key, "GetTemporalProfile", request, Selection(),
                 response, [&](const SelectedView& whole, const auto& keep_on) {
                   return Profile(reader, context, command, whole, keep_on, response);
                 });
}

// Takes the room for counting next steps, and has `options` make do with it.
absl::StatusOr<std::shared_ptr<const void>> TakeRoomFor(const Reader& reader,
                                                        const SelectedView& part,
                                                        NextStepOptions& options) {
  const LogSnapshot& log = *part.view->log();
  const auto activities = static_cast<int64_t>(log.activities.size());
  // Steps and what is found of them; a count of each for every period.
  constexpr int64_t kOfAStep = 128, kOfACell = sizeof(uint32_t);
  const auto cases = static_cast<int64_t>(log.case_count());
  const int64_t steps =
      std::min((activities + 1) * (activities + 1), static_cast<int64_t>(log.size()) + 2 * cases);
  const int64_t others = activities * kOfAnActivity + cases * kOfACase + steps * kOfAStep;
  const int64_t fitting = std::max<int64_t>(1, (reader.room_bytes() / 2 - others) / kOfACell);
  const int64_t cells = std::min({steps * static_cast<int64_t>(options.most_periods), fitting,
                                  static_cast<int64_t>(options.most_cells)});
  options.most_cells = static_cast<size_t>(cells);
  return reader.TakeRoom(others + cells * kOfACell, part);
}

absl::Status FindDriftOf(Reader& reader, const base::Clock& clock, const CallContext& context,
                         const v1::FindDriftRequest& request, v1::FindDriftResponse* response) {
  ASSIGN_OR_RETURN(DriftCommand command, ToCommand(request));
  return AskKept(reader, clock, context, command.key, "FindDrift", request, command.selection,
                 response, [&](const SelectedView& part, const auto& keep_on) -> absl::Status {
                   const LogSnapshot& log = *part.view->log();
                   ASSIGN_OR_RETURN(const auto room, TakeRoomFor(reader, part, command.steps));
                   Tell(part, response);
                   ASSIGN_OR_RETURN(const NextSteps steps,
                                    CountNextSteps(part.view->traces(), command.steps, keep_on));
                   ASSIGN_OR_RETURN(const Drift drift, FindDrift(steps, command.drift, keep_on));
                   ToProto(log, steps, drift, command, response);
                   return absl::OkStatus();
                 });
}

}  // namespace

void RegisterTemporalService(Reader& reader, const base::Clock& clock, rpc::MethodTable* table) {
  table->Unary<v1::GetTemporalProfileRequest, v1::GetTemporalProfileResponse>(
      kService, "GetTemporalProfile", kRead, rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::GetTemporalProfileRequest& request,
                        v1::GetTemporalProfileResponse* response) {
        return GetTemporalProfile(reader, clock, context, request, response);
      });
  table->Unary<v1::FindDriftRequest, v1::FindDriftResponse>(
      kService, "FindDrift", kRead, rpc::WorkClass::kRead,
      [&reader, &clock](const CallContext& context, const v1::FindDriftRequest& request,
                        v1::FindDriftResponse* response) {
        return FindDriftOf(reader, clock, context, request, response);
      });
}

}  // namespace plumbline::analytics
