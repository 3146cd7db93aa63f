// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/draft_checks.h"

#include "clients/cli/draft_batches.h"
#include "clients/cli/parallel.h"

namespace plumbline::cli {

std::vector<DraftCheck> CheckDrafts(Session& session, const std::vector<Document>& documents,
                                    const std::vector<Kept>& kept) {
  std::vector<DraftToSend> drafts;
  std::vector<size_t> places;  // of the drafts among the documents
  for (size_t i = 0; i < documents.size(); ++i) {
    if (!documents[i].kind->has_drafts() || kept[i].same || !kept[i].present.ok()) continue;
    drafts.push_back({&documents[i]});
    places.push_back(i);
  }
  const std::vector<Batch> batches = InBatches(drafts);
  std::vector<BatchAnswer> answers(batches.size());
  InParallel(batches.size(), kCallsAtOnce, [&](size_t i) {
    answers[i] = SendBatch(session, drafts, batches[i], {.validate_only = true});
    return answers[i].status.ok();
  });
  std::vector<DraftCheck> checks(documents.size());
  for (size_t i = 0; i < batches.size(); ++i) {
    const BatchAnswer& answer = answers[i];
    if (!answer.status.ok()) {
      if (TakesNoBatches(answer.status)) return std::vector<DraftCheck>(documents.size());
      checks[places[answer.refused]] = {true, answer.status, {}};
      continue;
    }
    for (int at = 0; at < answer.response.results_size(); ++at) {
      const auto& warnings = answer.response.results(at).warnings();
      DraftCheck& check = checks[places[batches[i].begin + static_cast<size_t>(at)]];
      check = {true, absl::OkStatus(), {warnings.begin(), warnings.end()}};
    }
  }
  return checks;
}

}  // namespace plumbline::cli
