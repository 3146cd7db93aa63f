// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/draft_checks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/types/span.h"
#include "clients/cli/draft_batches.h"
#include "clients/cli/parallel.h"

namespace plumbline::cli {
namespace {

// What the answer says of the drafts of its batch, which lie at these places of the documents.
void Note(const BatchAnswer& answer, absl::Span<const size_t> places,
          std::vector<DraftCheck>* checks) {
  // Drafts are looked at in order, so those before a refused one are fine.
  const size_t fine = answer.refused.value_or(answer.batch.end);
  for (size_t i = answer.batch.begin; i < fine; ++i) (*checks)[places[i]].asked = true;
  if (answer.refused.has_value()) (*checks)[places[fine]] = {true, answer.status, {}};
  const size_t count = std::min(static_cast<size_t>(answer.response.results_size()),
                                answer.batch.end - answer.batch.begin);
  for (size_t i = 0; i < count; ++i) {
    const auto& warnings = answer.response.results(static_cast<int>(i)).warnings();
    (*checks)[places[answer.batch.begin + i]].warnings = {warnings.begin(), warnings.end()};
  }
}

}  // namespace

absl::StatusOr<std::vector<DraftCheck>> CheckDrafts(Session& session,
                                                    const std::vector<Document>& documents,
                                                    const std::vector<Kept>& kept,
                                                    const std::string& reason) {
  std::vector<DraftToSend> drafts;
  std::vector<size_t> places;  // of the drafts among the documents
  for (size_t i = 0; i < documents.size(); ++i) {
    if (!documents[i].kind->has_drafts() || kept[i].same || !kept[i].present.ok()) continue;
    drafts.push_back({&documents[i]});
    places.push_back(i);
  }
  std::vector<DraftCheck> checks(documents.size());
  std::optional<BatchAnswer> failed;  // the first
  SendInBatches(session, drafts, {.validate_only = true, .reason = reason}, kCallsAtOnce,
                [&](const BatchAnswer& answer) {
                  if (TakesNoBatches(answer.status)) return;  // they are asked one by one
                  if (answer.status.ok() || answer.refused.has_value())
                    Note(answer, places, &checks);
                  if (answer.status.ok()) return;
                  if (!failed.has_value() || answer.batch.begin < failed->batch.begin)
                    failed = answer;
                });
  if (!failed.has_value() || failed->refused.has_value()) return checks;
  SpeakOfNoFile(session);
  return failed->status;
}

}  // namespace plumbline::cli
