// SPDX-License-Identifier: Apache-2.0
//
// Times as event logs write them: ISO 8601 and its relatives, counts since 1970, and patterns in
// the letters of strptime.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_INGEST_TIME_FORMAT_H_
#define PLUMBLINE_SERVICES_ANALYTICS_INGEST_TIME_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace plumbline::analytics {

// The day of the time that was read last: the next one mostly has the same.
struct LastDay {
  bool known = false;
  char text[10] = {};   // "2010-03-09"
  int64_t seconds = 0;  // since 1970, of its midnight in UTC
};

// Year, month, day and optionally the time of day, in this order: "2010-03-09", "2010/03/09
// 08:05:00.000", "2010-03-09T08:05:00,5+01:00", "... Z", "... UTC". Separators of the date are '-',
// '/' or '.'. A time without an offset is in `zone`. False if `text` is anything else or no such
// time exists. `last`, of earlier calls, makes it twice as fast. O(length); no allocation.
bool ReadIsoTime(absl::string_view text, const absl::TimeZone& zone, int64_t* micros,
                 LastDay* last = nullptr);

// Which comes first in "03/04/2026".
enum class DateOrder { kUnknown, kDayFirst, kMonthFirst };

// How the times of a column are written. Immutable; cheap to copy.
class TimeFormat {
 public:
  // By name: "" or "iso" = ReadIsoTime; "epoch_seconds", "epoch_millis", "epoch_micros",
  // "epoch_nanos" = numbers since 1970; "excel" = days since 1899-12-30 in `zone`, "45292.5" or
  // "45292,5" (Excel's serial dates); else a pattern of %Y %y %m %d %e %b %B %h %a %A %H %I %p %M
  // %S %f %z %Z %T %R %F %% and plain text. %S takes a fraction too; %z takes an offset, "Z", "UTC"
  // or nothing; a space stands for any number of spaces. Two-digit years are 1969 to 2068.
  // Otherwise FIELD_INVALID of "csv.time_format".
  static absl::StatusOr<TimeFormat> Parse(absl::string_view name, const absl::TimeZone& zone);

  // Whether all of these read as Excel's serial dates of the years 1954 to 2119, so that counts
  // since 1970, which they could be too, are hardly meant. O(samples).
  static bool LookLikeExcel(absl::Span<const absl::string_view> samples);

  // The format that reads most of `samples`; with an order given, only formats in that order and
  // those that have none are looked at. Where day and month cannot be told apart and no order is
  // given, "1/2/2010" is January 2 and "1.2.2010" and "1-2-2010" are February 1. Two-digit years
  // come last. ISO if nothing reads any of them. O(samples).
  static TimeFormat Guess(absl::Span<const absl::string_view> samples, const absl::TimeZone& zone,
                          DateOrder order = DateOrder::kUnknown);

  // kUnknown unless day and month are both numbers and the year does not come before them.
  DateOrder order() const;
  // The format with the other order: who wrote the times may have meant that one. Nothing where
  // order() is kUnknown.
  std::optional<TimeFormat> Rival() const;

  // False if `text` is not so written or names no time of the years 1 to 9999. Spaces around it are
  // ignored. `last` as above.
  bool Read(absl::string_view text, int64_t* micros, LastDay* last = nullptr) const;

  // What Parse takes to give this format again.
  const std::string& name() const { return name_; }

 private:
  enum class Kind { kIso, kEpoch, kExcel, kPattern };
  // A letter of the pattern, or 0 and a character that must be there.
  struct Element {
    char letter;
    char literal;
  };

  TimeFormat(Kind kind, absl::string_view name, const absl::TimeZone& zone)
      : kind_(kind), name_(name), zone_(zone) {}
  static TimeFormat Epoch(absl::string_view name, int64_t per_second, const absl::TimeZone& zone);
  static absl::StatusOr<std::vector<Element>> Compile(absl::string_view pattern);
  static std::vector<TimeFormat> Candidates(absl::Span<const absl::string_view> samples,
                                            const absl::TimeZone& zone);
  bool ReadPattern(absl::string_view text, int64_t* micros) const;
  bool ReadEpoch(absl::string_view text, int64_t* micros) const;
  bool ReadExcel(absl::string_view text, int64_t* micros) const;

  Kind kind_;
  std::string name_;
  absl::TimeZone zone_;
  std::vector<Element> elements_;
  int64_t per_second_ = 1;  // of kEpoch
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_INGEST_TIME_FORMAT_H_
