// SPDX-License-Identifier: Apache-2.0
//
// Attributes of cases, of observe.h.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/analytics/improvement/observe.h"
#include "services/analytics/log/number_text.h"
#include "services/analytics/mining/case_times.h"

namespace plumbline::analytics::improvement {
namespace {

constexpr size_t kMostValues = 1'000;
constexpr char kOther[] = "(other)";

std::string TextOf(const AttributeValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<int64_t>(&value)) return absl::StrCat(*whole);
  if (const auto* number = std::get_if<double>(&value)) return ShortestText(*number);
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  return absl::FormatTime(absl::RFC3339_full, absl::FromUnixMicros(std::get<Instant>(value).micros),
                          absl::UTCTimeZone());
}

// The first value that each of these cases has under each key.
// `take(key, case, value)`: both are numbers of the log's.
void ForFirstValues(const LogSnapshot& log, absl::Span<const ObservedCase> cases,
                    absl::FunctionRef<bool(uint32_t key)> wants,
                    absl::FunctionRef<void(uint32_t key, size_t c, const AttributeValue&)> take) {
  std::vector<bool> among(log.case_count());
  for (const ObservedCase& one : cases) among[one.number] = true;
  // The case, plus 1, in which a key was seen last.
  std::vector<size_t> seen(log.attribute_keys.size());
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    while (log.case_begin[c + 1] <= attribute.row) ++c;
    if (!among[c] || seen[attribute.key] == c + 1 || !wants(attribute.key)) continue;
    seen[attribute.key] = c + 1;
    take(attribute.key, c, attribute.value);
  }
}

// What events tell of every case, whatever its kind.
bool IsTechnical(const std::string& key) {
  static const auto& keys =
      *new std::set<std::string>{"case_finished",  "task",         "impediment",
                                 "category",       "utility",      "utilities",
                                 "role",           "due_time",     "earliest_time",
                                 "target",         "defects",      "milestone",
                                 "process",        "day_one",      "previous_process",
                                 "target_time",    "concept:name", "lifecycle:transition",
                                 "time:timestamp", "org:resource"};
  return keys.count(key) > 0;
}

using Counts = std::map<std::string, int64_t>;

Mix ToMix(const std::string& key, Counts counts, int64_t cases) {
  int64_t with = 0;
  for (const auto& [value, count] : counts) with += count;
  if (cases > with) counts[""] += cases - with;
  std::vector<std::pair<int64_t, std::string>> by_size;
  for (const auto& [value, count] : counts) by_size.emplace_back(-count, value);
  std::sort(by_size.begin(), by_size.end());
  Counts kept;
  for (size_t i = 0; i < by_size.size(); ++i)
    kept[i < kMostValues ? by_size[i].second : kOther] -= by_size[i].first;
  Mix mix{.attribute = key};
  for (const auto& [value, count] : kept) {
    mix.values.push_back(value);
    mix.counts.push_back(count);
  }
  return mix;
}

}  // namespace

std::optional<int64_t> FirstOfRevision(const LogSnapshot& log, const std::string& revision) {
  const uint32_t key = log.FindAttributeKey("process");
  std::optional<int64_t> first;
  size_t c = 0;
  for (const EventAttribute& attribute : log.attributes) {
    while (log.case_begin[c + 1] <= attribute.row) ++c;
    const auto* text = attribute.key == key ? std::get_if<std::string>(&attribute.value) : nullptr;
    if (text == nullptr || *text != revision) continue;
    const int64_t begin = CaseStart(log, c);
    first = std::min(first.value_or(begin), begin);
  }
  return first;
}

std::vector<Mix> MixesOf(const LogSnapshot& log, absl::Span<const ObservedCase> cases,
                         absl::Span<const std::string> keys) {
  std::map<uint32_t, Counts> counts;
  for (const std::string& key : keys) {
    if (const uint32_t number = log.FindAttributeKey(key); number != kNoText) counts[number];
  }
  ForFirstValues(
      log, cases, [&](uint32_t key) { return counts.count(key) > 0; },
      [&](uint32_t key, size_t, const AttributeValue& value) { ++counts[key][TextOf(value)]; });
  std::vector<Mix> mixes;
  for (const std::string& key : keys) {
    const auto found = counts.find(log.FindAttributeKey(key));
    mixes.push_back(ToMix(key, found == counts.end() ? Counts() : found->second,
                          static_cast<int64_t>(cases.size())));
  }
  return mixes;
}

std::vector<std::vector<uint32_t>> CaseValuesOf(const LogSnapshot& log,
                                                absl::Span<const ObservedCase> cases,
                                                absl::Span<const Mix> mixes) {
  std::vector<size_t> place(log.case_count());
  for (size_t i = 0; i < cases.size(); ++i) place[cases[i].number] = i;
  const auto find = [](const Mix& mix, const std::string& value) -> std::optional<uint32_t> {
    const auto found = std::lower_bound(mix.values.begin(), mix.values.end(), value);
    if (found == mix.values.end() || *found != value) return std::nullopt;
    return static_cast<uint32_t>(found - mix.values.begin());
  };
  std::vector<std::vector<uint32_t>> values;
  std::map<uint32_t, size_t> of_key;  // the last of mixes of one attribute; there is one only
  for (size_t m = 0; m < mixes.size(); ++m) {
    const auto none = static_cast<uint32_t>(mixes[m].values.size());
    values.emplace_back(cases.size(), find(mixes[m], "").value_or(none));
    if (const uint32_t key = log.FindAttributeKey(mixes[m].attribute); key != kNoText)
      of_key[key] = m;
  }
  ForFirstValues(
      log, cases, [&](uint32_t key) { return of_key.count(key) > 0; },
      [&](uint32_t key, size_t c, const AttributeValue& value) {
        const size_t m = of_key[key];
        const auto none = static_cast<uint32_t>(mixes[m].values.size());
        const std::optional<uint32_t> here = find(mixes[m], TextOf(value));
        values[m][place[c]] = here.has_value() ? *here : find(mixes[m], kOther).value_or(none);
      });
  return values;
}

std::vector<std::string> KindAttributes(const LogSnapshot& log,
                                        absl::Span<const ObservedCase> cases, size_t most) {
  constexpr size_t kMostKinds = 20;
  struct Seen {
    bool possible = true;
    std::set<std::string> values;
    size_t cases = 0;
  };
  std::vector<Seen> seen(log.attribute_keys.size());
  for (size_t i = 0; i < seen.size(); ++i) seen[i].possible = !IsTechnical(log.attribute_keys[i]);
  ForFirstValues(
      log, cases, [&](uint32_t key) { return seen[key].possible; },
      [&](uint32_t key, size_t, const AttributeValue& value) {
        Seen& one = seen[key];
        ++one.cases;
        one.values.insert(TextOf(value));
        const bool kind =
            std::holds_alternative<std::string>(value) || std::holds_alternative<bool>(value);
        one.possible = kind && one.values.size() <= kMostKinds;
      });
  std::vector<std::string> keys;
  for (size_t i = 0; i < seen.size(); ++i) {
    if (seen[i].possible && seen[i].values.size() >= 2 && 2 * seen[i].cases >= cases.size())
      keys.push_back(log.attribute_keys[i]);
  }
  std::sort(keys.begin(), keys.end());
  if (keys.size() > most) keys.resize(most);
  return keys;
}

}  // namespace plumbline::analytics::improvement
