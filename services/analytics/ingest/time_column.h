// SPDX-License-Identifier: Apache-2.0
//
// A column of times of a CSV file whose format had to be guessed: "03/04/2026" is read one way, and
// the column is watched for times that tell day from month.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_TIME_COLUMN_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_TIME_COLUMN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/analytics/ingest/importer.h"
#include "services/analytics/ingest/time_format.h"

namespace plumbline::analytics {

class TimeColumn {
 public:
  // A column that is written in `format`. `certain`: somebody said so, and nothing is doubted.
  TimeColumn(TimeFormat format, bool certain);

  // As TimeFormat::Read, in the column's format. Twice the cost while day and month are in doubt.
  bool Read(absl::string_view text, int64_t* micros);
  // The same, but what it says of day and month is not counted.
  bool ReadUncounted(absl::string_view text, int64_t* micros) {
    return format_.Read(text, micros, &last_day_);
  }

  // Whether the day and the month of every time so far could be exchanged.
  bool InDoubt() const { return rival_.has_value() && for_ == 0 && against_ == 0; }
  // Whether more times so far can be read in the other order only than in this one only.
  bool Refuted() const { return against_ > for_; }
  // Goes over to the other order. Only where the column is in doubt or refuted. What was read
  // before stays counted.
  void Exchange();
  // Forgets all times that were read.
  void Forget();
  // Takes another column's word for the order of this one, which is in doubt.
  void Follow(DateOrder order);

  const TimeFormat& format() const { return format_; }
  // The format in the other order; only while there is doubt.
  const std::optional<TimeFormat>& rival() const { return rival_; }
  // For the answer. `name` of the column.
  TimeReading Reading(absl::string_view name) const;

 private:
  TimeFormat format_;
  LastDay last_day_;
  std::optional<TimeFormat> rival_;        // while it may still be the right one
  int64_t for_ = 0, against_ = 0;          // times that only the format, only the rival reads
  std::string sample_;                     // the first time that they read differently
  int64_t micros_ = 0, other_micros_ = 0;  // how they read it
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_TIME_COLUMN_H_
