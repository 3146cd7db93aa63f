// SPDX-License-Identifier: Apache-2.0
//
// What the columns of a CSV file hold, where their names do not tell what they are. Internal to
// this folder.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLUMN_CONTENTS_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLUMN_CONTENTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/analytics/ingest/csv_columns.h"

namespace plumbline::analytics {

// The first rows of a file, by column.
class ColumnContents {
 public:
  // So many rows are looked at.
  static constexpr size_t kRows = 200;

  // Columns beyond `columns`, and beyond the first 500, are not looked at.
  explicit ColumnContents(size_t columns);
  // A field of the next row. Blank ones hold nothing.
  void Add(size_t column, absl::string_view text);

  // Whether nearly all that a column holds are times as people write them (no counts since 1970,
  // which look like any number). O(rows), with a large constant.
  bool HoldsTimes(size_t column) const;
  // The one column that holds times among those that are not `taken`; -1 where there is none, or
  // more than one.
  int OnlyTimes(const CsvColumns& taken) const;
  // `columns` with case, activity and time filled up by what is likely: the first that holds times,
  // rather with a time of day; as the activity the one with the fewest different texts (two or more,
  // rather words than numbers), before them those whose name in `header` says what happens, as
  // "Ticket_Type"; the one with the most of which some occur again as the case. For an error to
  // suggest; what nothing speaks for stays -1.
  CsvColumns Suggest(CsvColumns columns, const std::vector<std::string>& header) const;

 private:
  size_t DifferentTexts(size_t column) const;
  bool HasClock(int column) const;
  int LikelyActivity(const std::vector<int>& among, const std::vector<std::string>& header) const;
  int LikelyCase(const std::vector<int>& among, int activity) const;

  std::vector<std::vector<std::string>> texts_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_COLUMN_CONTENTS_H_
