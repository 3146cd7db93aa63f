// SPDX-License-Identifier: Apache-2.0
//
// Numbers with units, as people read them.
#ifndef PLUMBLINE_CLIENTS_CLI_UNITS_H_
#define PLUMBLINE_CLIENTS_CLI_UNITS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/terminal.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace plumbline::cli {

// "43 s", "12 min", "3.2 h", "42 h", "4.1 d" (of 24 hours), "1,204 d": days with one decimal below
// 100, hours and minutes below 10; "-" before negative ones, "250 ms" below a second.
std::string Span(double seconds);
// "17.1 to 22.3 d", "40 min to 2.1 h": the unit once where both have it.
std::string SpanRange(double from_seconds, double to_seconds);
// Open time of a calendar, always in hours, so that a column has one unit: "72 h", "-0.8 h", "none"
// of less than three minutes. (Not days: those of calendars have no length.)
std::string OpenHours(const google::protobuf::Duration& duration);
std::string Span(const google::protobuf::Duration& duration);

// Times as a paper has them: by the wall clock as Span, or in open hours, from a working day on in
// those: "3.2 h", "4.1 wd".
class SpanWords {
 public:
  SpanWords() = default;  // the wall clock
  explicit SpanWords(const Paper& paper) : working_day_(paper.working_day) {}
  std::string operator()(double seconds) const;
  std::string operator()(const google::protobuf::Duration& duration) const;
  // As SpanRange.
  std::string Range(double from_seconds, double to_seconds) const;
  // "Times are open hours; a working day (wd) has 8 h."; "" by the wall clock.
  std::string Legend() const;

 private:
  double working_day_ = 0;
};
double Seconds(const google::protobuf::Duration& duration);

// Times that stand below or beside each other: in one unit where that shows the least of them and
// the most are not thousands of it, else each in its own. With three digits, so that what differs
// looks so: "25.6 h" and "25.8 h", "1.07 d".
class TimeScale {
 public:
  // `working_day`: see Paper. O(n log n).
  TimeScale(std::vector<double> seconds, double working_day);
  std::string operator()(double seconds) const;

 private:
  double working_day_;
  double unit_ = 0;  // seconds; 0 = each in its own
  const char* name_ = "";
  int decimals_ = 0;
};

// "1,234,567"
std::string Count(int64_t n);
// "3.2", from 1,000 on "1,204"; "0" of what would be "0.0".
std::string Tenths(double value);
// "0.31", from 1,000 on "1,204"; never "-0.00".
std::string Hundredths(double value);
// So many significant digits, whole from there on, never a power of ten: "67.33", "0.004",
// "1,200,000", "< 0.001" of what is less.
std::string Digits(double value, int digits);
// "1 case", "2 cases".
std::string Number(int64_t n, absl::string_view one, absl::string_view many);
// 0.4567 -> "45.7 %"; "> 99.9 %" and "< 0.1 %" where only the whole is 100 % and nothing is 0 %.
std::string Percent(double share);
// "2026-01-31 09:00" in UTC; "" if the message is not set (0 seconds).
std::string When(const google::protobuf::Timestamp& time);

// "tag set" of KIND_TAG_SET, as protobuf's Kind_Name says it; "unknown" of "", which it says of a
// kind that only a newer service knows.
std::string KindWords(absl::string_view name);

}  // namespace plumbline::cli

#endif  // PLUMBLINE_CLIENTS_CLI_UNITS_H_
