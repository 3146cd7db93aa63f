// SPDX-License-Identifier: Apache-2.0
//
// Business time on one core: a calendar with a lunch break, a short Friday, holidays by rule and
// two layers; random starts in ten years, up to twenty working days and a thousand minutes.
#include <random>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "common/calendar/calendar.h"
#include "tests/bench/bench.h"

namespace plumbline::bench {
namespace {

constexpr int kInputs = 1 << 16;
constexpr int kAdds = 5'000'000;
constexpr int kRounds = 5;

struct Input {
  absl::Time start;
  int64_t days;
  int64_t minutes;
};

std::vector<calendar::Layer> Layers() {
  calendar::Layer country;
  country.zone = "Europe/Berlin";
  int number = 0;
  for (const calendar::Rule& rule : std::vector<calendar::Rule>{
           calendar::MonthDay{1, 1}, calendar::EasterDay{false, -2}, calendar::EasterDay{false, 1},
           calendar::MonthDay{5, 1}, calendar::EasterDay{false, 39}, calendar::EasterDay{false, 50},
           calendar::MonthDay{10, 3}, calendar::MonthDay{12, 25}, calendar::MonthDay{12, 26}}) {
    calendar::Holiday holiday;
    holiday.id = "h" + std::to_string(++number);
    holiday.rule = rule;
    country.holidays.push_back(holiday);
  }
  calendar::Layer team;
  for (size_t day = 0; day < 4; ++day) team.week[day] = calendar::DayHours{{540, 720}, {780, 1020}};
  team.week[4] = calendar::DayHours{{540, 780}};
  return {team, country};
}

std::vector<Input> Inputs() {
  std::mt19937_64 random(20260323);
  const auto pick = [&](int64_t high) {
    return std::uniform_int_distribution<int64_t>(0, high)(random);
  };
  std::vector<Input> inputs;
  const absl::Time begin = absl::FromUnixSeconds(1'767'225'600);  // 2026
  for (int i = 0; i < kInputs; ++i)
    inputs.push_back({begin + absl::Seconds(pick(10 * 365 * 86'400LL)), pick(20), pick(1000)});
  return inputs;
}

// Calls of `call` per second: the middle of some rounds.
template <typename Call>
double PerSecond(const std::vector<Input>& inputs, Call call) {
  std::vector<double> rates;
  volatile int64_t sink = 0;  // or nothing would be computed
  for (int round = 0; round < kRounds; ++round) {
    const Stopwatch watch;
    int64_t sum = 0;
    for (int i = 0; i < kAdds; ++i) sum += call(inputs[i % kInputs], inputs[(i + 1) % kInputs]);
    sink = sink + sum;
    rates.push_back(kAdds / watch.Seconds());
  }
  return Median(rates);
}

double CompileSeconds(const std::vector<calendar::Layer>& layers) {
  std::vector<double> seconds;
  for (int round = 0; round < kRounds; ++round) {
    const Stopwatch watch;
    if (!calendar::Calendar::Compile(layers).ok()) return 0;
    seconds.push_back(watch.Seconds());
  }
  return Median(seconds);
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CalendarAdds() {
  const std::vector<calendar::Layer> layers = Layers();
  ASSIGN_OR_RETURN(const calendar::Calendar compiled, calendar::Calendar::Compile(layers));
  ASSIGN_OR_RETURN(const calendar::Calendar office, calendar::Calendar::Create("Europe/Berlin"));
  const std::vector<Input> inputs = Inputs();
  const auto add = [&](const calendar::Calendar& calendar) {
    return PerSecond(inputs, [&](const Input& in, const Input&) {
      return absl::ToUnixNanos(calendar.Add(in.start, in.days, in.minutes));
    });
  };
  const double between = PerSecond(inputs, [&](const Input& in, const Input& next) {
    return absl::ToInt64Nanoseconds(compiled.Between(in.start, next.start));
  });
  return std::vector<Figure>{{"calendar.add", add(compiled), "1/s"},
                             {"calendar.add_office_hours", add(office), "1/s"},
                             {"calendar.between", between, "1/s"},
                             {"calendar.compile", CompileSeconds(layers), "s"},
                             {"calendar.memory", compiled.bytes() / 1e6, "MB"}};
}

}  // namespace plumbline::bench
