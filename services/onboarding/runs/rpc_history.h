// SPDX-License-Identifier: Apache-2.0
//
// Changes of a run that need its whole history. Not for use outside of the methods.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_HISTORY_H_
#define PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_HISTORY_H_

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/onboarding/runs/rpc_change.h"

namespace plumbline::onboarding {

inline absl::StatusOr<Entries> WholeHistory(const Dependencies& on, const rpc::CallContext& context,
                                            const Target& target) {
  constexpr int kAtOnce = 1000;
  Entries history;
  while (true) {
    const int64_t after = history.empty() ? 0 : history.back().sequence;
    ASSIGN_OR_RETURN(Entries part, on.feed.ReadHistory(context, target.workspace, target.onboarding,
                                                       after, kAtOnce));
    const bool last = part.size() < static_cast<size_t>(kAtOnce);
    for (HistoryEntry& entry : part) history.push_back(std::move(entry));
    if (last) return history;
  }
}

// CarryOut by a rule that gets the history too. It is read before the run is changed, and must be
// all of it then.
template <typename Request, typename Response, typename HistoryRule, typename Fill>
absl::Status CarryOutWithHistory(const Dependencies& on, const rpc::CallContext& context,
                                 absl::string_view method, const Request& request,
                                 const ChangeCommand& command, HistoryRule history_rule, Fill fill,
                                 Response* response) {
  constexpr int kMaxAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(const Entries history, WholeHistory(on, context, command.target));
    bool behind = false;
    const auto rule = [&](Run& run, const Occurrence& when) -> absl::StatusOr<Entries> {
      behind = history.empty() || history.back().sequence != run.last_sequence;
      if (behind) {
        return base::Error(base::Reason::ERROR_REASON_ETAG_MISMATCH,
                           "the on-boarding is being changed by others; try again")
            .With("etag", absl::StrCat(run.last_sequence));
      }
      return history_rule(run, history, when);
    };
    const absl::Status status =
        CarryOut(on, context, method, request, command, rule, fill, response);
    // Also what was done, or answered from before, may have been tried by an older row first.
    const bool again = behind && base::ReasonOf(status) == base::Reason::ERROR_REASON_ETAG_MISMATCH;
    if (!again || attempt == kMaxAttempts) return status;
  }
}

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_RUNS_RPC_HISTORY_H_
