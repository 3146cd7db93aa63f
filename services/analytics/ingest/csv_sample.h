// SPDX-License-Identifier: Apache-2.0
//
// Looking at the beginning of a CSV file. Internal to this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_SAMPLE_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_SAMPLE_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/analytics/ingest/csv_reader.h"
#include "services/analytics/ingest/importer.h"

namespace plumbline::analytics {

// Gives a text to a reader in pieces, since the reader keeps a copy of each. Errors of the reader.
absl::Status FeedInPieces(absl::string_view text, CsvReader& reader, CsvReader::Each each);

// Gives the first `limit` records of a text under a delimiter to `each`, as far as they are there:
// the last one only where the text is the `whole` file. What breaks the rules ends them. O(text up
// to there).
void ReadSome(absl::string_view text, bool whole, char delimiter, size_t limit,
              absl::FunctionRef<void(const CsvRecord&)> each);

// The delimiter under which the first records have the most columns that are needed, and are most
// alike.
char SniffDelimiter(absl::string_view text, bool whole, const CsvOptions& options);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_SAMPLE_H_
