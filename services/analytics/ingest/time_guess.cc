// SPDX-License-Identifier: Apache-2.0
//
// Which format a column of times is written in, by trying those that are found in the wild.
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/analytics/ingest/time_format.h"

namespace plumbline::analytics {
namespace {

bool AllDigits(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// 1e11 seconds are the year 5138; 1e11 milliseconds 1973. Beyond each the next finer unit is meant.
std::pair<absl::string_view, int64_t> EpochUnit(double largest) {
  if (largest < 1e11) return {"epoch_seconds", 1};
  if (largest < 1e14) return {"epoch_millis", 1'000};
  if (largest < 1e17) return {"epoch_micros", 1'000'000};
  return {"epoch_nanos", 1'000'000'000};
}

}  // namespace

std::vector<TimeFormat> TimeFormat::Candidates(absl::Span<const absl::string_view> samples,
                                               const absl::TimeZone& zone) {
  std::vector<std::string> dates = {
      "%d.%m.%Y",     "%d.%m.%y",    "%m/%d/%Y", "%m/%d/%y", "%d/%m/%Y",  "%d/%m/%y",
      "%d-%m-%Y",     "%d-%m-%y",    "%m-%d-%Y", "%m-%d-%y", "%m.%d.%Y",  "%m.%d.%y",
      "%d-%b-%Y",     "%d-%b-%y",    "%d %b %Y", "%d %b %y", "%b %d, %Y", "%b %d %Y",
      "%a, %d %b %Y", "%a %b %d %Y", "%Y-%b-%d", "%d/%b/%Y"};
  std::vector<TimeFormat> result = {*Parse("iso", zone)};
  auto add = [&](const std::string& name) { result.push_back(*Parse(name, zone)); };
  if (std::all_of(samples.begin(), samples.end(),
                  AllDigits)) {  // compact dates are tried before counts since 1970
    for (const char* compact : {"%Y%m%d", "%Y%m%d%H%M%S", "%Y%m%d%H%M"}) add(compact);
  }
  for (const char* time : {"T%H%M%S%z", " %H%M%S%z"}) add(absl::StrCat("%Y%m%d", time));
  for (const std::string& date : dates) {
    for (const char* time :
         {"", " %H:%M:%S%z", " %H:%M%z", " %I:%M:%S %p", " %I:%M %p", ", %H:%M:%S", ", %H:%M",
          ", %I:%M:%S %p", ", %I:%M %p", "T%H:%M:%S%z", ":%H:%M:%S%z"}) {
      add(absl::StrCat(date, time));
    }
  }
  for (const char* time : {" %I:%M:%S %p", " %I:%M %p"}) {
    for (const char* date : {"%Y-%m-%d", "%Y/%m/%d"}) add(absl::StrCat(date, time));
  }
  double largest = 0, number;
  for (absl::string_view sample : samples) {
    if (absl::SimpleAtod(sample, &number)) largest = std::max(largest, std::abs(number));
  }
  const auto [name, per_second] = EpochUnit(largest);
  result.push_back(Epoch(name, per_second, zone));
  return result;
}

TimeFormat TimeFormat::Guess(absl::Span<const absl::string_view> samples,
                             const absl::TimeZone& zone, DateOrder order) {
  std::vector<TimeFormat> candidates = Candidates(samples, zone);
  std::erase_if(candidates, [order](const TimeFormat& candidate) {
    return order != DateOrder::kUnknown && candidate.order() != DateOrder::kUnknown &&
           candidate.order() != order;
  });
  size_t best = 0, most = 0;
  for (size_t i = 0; i < candidates.size(); ++i) {
    size_t count = 0;
    int64_t micros;
    for (absl::string_view sample : samples) count += candidates[i].Read(sample, &micros);
    if (count > most) {
      best = i;
      most = count;
    }
    if (most == samples.size()) break;
  }
  return candidates[best];
}

}  // namespace plumbline::analytics
