// SPDX-License-Identifier: Apache-2.0
#include "services/analytics/ingest/csv_sample.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "common/base/status_macros.h"
#include "services/analytics/ingest/csv_columns.h"

namespace plumbline::analytics {
namespace {

constexpr size_t kSniffedRecords = 100;
constexpr size_t kPieceBytes = 1 << 20;

// How well a delimiter fits: columns that are needed and found, records as wide as the header,
// width.
std::tuple<int, size_t, size_t> Fit(absl::string_view text, bool whole, char delimiter,
                                    const CsvOptions& options) {
  int found = 0;
  size_t alike = 0, width = 0;
  ReadSome(text, whole, delimiter, kSniffedRecords, [&](const CsvRecord& record) {
    if (width == 0) {
      width = record.fields.size();
      std::vector<std::string> header;
      for (absl::string_view name : record.fields) header.emplace_back(name);
      found = GuessColumns(header, options).required();
    }
    alike += record.fields.size() == width;
  });
  return {found, width > 1 ? alike : 0, width};
}

}  // namespace

absl::Status FeedInPieces(absl::string_view text, CsvReader& reader, CsvReader::Each each) {
  for (; !text.empty(); text.remove_prefix(std::min(text.size(), kPieceBytes)))
    RETURN_IF_ERROR(reader.Feed(text.substr(0, kPieceBytes), each));
  return absl::OkStatus();
}

void ReadSome(absl::string_view text, bool whole, char delimiter, size_t limit,
              absl::FunctionRef<void(const CsvRecord&)> each) {
  size_t count = 0;
  auto one = [&](const CsvRecord& record) {
    each(record);
    return ++count < limit ? absl::OkStatus() : absl::CancelledError();  // enough
  };
  CsvReader reader(delimiter);
  if (FeedInPieces(text, reader, one).ok() && whole)
    reader.Finish(one).IgnoreError();  // told when it is read in earnest
}

char SniffDelimiter(absl::string_view text, bool whole, const CsvOptions& options) {
  char best = ',';
  auto best_fit = Fit(text, whole, best, options);
  for (char delimiter : {';', '\t', '|'}) {
    const auto fit = Fit(text, whole, delimiter, options);
    if (fit > best_fit) {
      best = delimiter;
      best_fit = fit;
    }
  }
  return best;
}

}  // namespace plumbline::analytics
