// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_COLUMNS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_COLUMNS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/analytics/ingest/importer.h"

namespace plumbline::analytics {

// Which column is what, by number; -1 = the file has none.
struct CsvColumns {
  int case_id = -1, activity = -1, time = -1, start = -1, resource = -1, transition = -1,
      event_id = -1;

  // How many of case, activity and time are there.
  int required() const { return (case_id >= 0) + (activity >= 0) + (time >= 0); }
  // Whether the column is one of these.
  bool Has(int column) const {
    return column == case_id || column == activity || column == time || column == start ||
           column == resource || column == transition || column == event_id;
  }
};

// Finds the columns that `options` names, and the others among the usual names; names are compared
// as analytics.proto, CsvMapping, says. What is not there stays -1. The XES names come first, for
// tools that export both.
CsvColumns GuessColumns(const std::vector<std::string>& header, const CsvOptions& options);

// OK if `columns`, which were found for `options`, have all that are named, and case, activity and
// time; else IMPORT_COLUMN_MISSING, which holds in "case_column", "activity_column" and
// "time_column" the names that they or else `likely` have (absent where neither has one).
absl::Status CheckColumns(const CsvColumns& columns, const CsvColumns& likely,
                          const std::vector<std::string>& header, const CsvOptions& options);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_CSV_COLUMNS_H_
