// SPDX-License-Identifier: Apache-2.0
//
// What holds for whatever bytes an importer gets.
#ifndef PLUMBLINE_TESTS_FUZZ_IMPORT_FUZZ_H_
#define PLUMBLINE_TESTS_FUZZ_IMPORT_FUZZ_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/log/batch_rows.h"
#include "services/analytics/log/block.h"
#include "tests/fuzz/fuzz.h"

namespace plumbline::fuzz {

// What came of an import, as text.
inline absl::StatusOr<std::string> ImportText(absl::string_view text,
                                              const analytics::ImportOptions& options,
                                              size_t piece) {
  analytics::EventDigest digest;
  int64_t events = 0;
  ASSIGN_OR_RETURN(const auto importer,
                   analytics::NewImporter(options, [&](analytics::EventBatch batch) {
                     const auto block = analytics::EncodeBlock(batch);
                     Check(block.ok(), "a batch becomes a block");
                     const auto again = analytics::DecodeBlock(*block);
                     Check(again.ok() && again->size() == batch.size(), "a block is a batch again");
                     digest.Add(*again);
                     events += static_cast<int64_t>(batch.size());
                     return absl::OkStatus();
                   }));
  for (size_t at = 0; at < text.size(); at += piece)
    RETURN_IF_ERROR(importer->Feed(text.substr(at, piece)));
  ASSIGN_OR_RETURN(const analytics::ImportSummary summary, importer->Finish());
  Check(events == summary.events && events > 0, "the summary counts the events");
  std::string outcome = absl::StrCat(summary.format, " ", events, " ", digest.Finish());
  for (const analytics::Dropped& dropped : summary.dropped) {
    Check(!dropped.samples.empty() && dropped.samples.size() <= 5, "what is dropped has samples");
    absl::StrAppend(&outcome, "\n", dropped.reason, " ", dropped.count);
  }
  return outcome;
}

// Imports the bytes at once and in small pieces: the same comes of both, and what is refused has a
// documented reason.
inline void Import(absl::string_view text, const analytics::ImportOptions& options) {
  const auto whole = ImportText(text, options, 1 << 20);
  const auto pieces = ImportText(text, options, 1 + text.size() % 7);
  Check(whole.ok() == pieces.ok(), "pieces make no difference");
  if (whole.ok())
    return Check(*whole == *pieces, "pieces make no difference:\n" + *whole + "\n" + *pieces);
  const base::Reason reason = base::ReasonOf(whole.status());
  Check(reason == base::Reason::ERROR_REASON_IMPORT_FORMAT ||
            reason == base::Reason::ERROR_REASON_IMPORT_COLUMN_MISSING ||
            reason == base::Reason::ERROR_REASON_IMPORT_EMPTY ||
            reason == base::Reason::ERROR_REASON_FIELD_INVALID,
        "an error without a documented reason: " + whole.status().ToString());
  Check(whole.status().message().size() < 10'000, "a refusal is short");
}

}  // namespace plumbline::fuzz

#endif  // PLUMBLINE_TESTS_FUZZ_IMPORT_FUZZ_H_
