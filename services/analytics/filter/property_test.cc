// SPDX-License-Identifier: Apache-2.0
//
// Filters over random logs against the definitions, written down directly over rows of text.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/expr/times.h"
#include "services/analytics/filter/log_part.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {
namespace {

using Names = std::vector<std::string>;

int64_t BeginOf(const TestRow& row) { return row.start == kNoTime ? row.time : row.start; }

// A case as the definitions see it.
struct SlowCase {
  std::vector<TestRow> rows;  // in order
  Names counted;              // activities of those that count
  int64_t rank = 0, alike = 0;

  int64_t start() const { return BeginOf(rows.front()); }
  int64_t end() const {
    int64_t last = rows[0].time;
    for (const TestRow& row : rows) last = std::max(last, row.time);
    return last;
  }
  const AttributeValue* First(const std::string& key) const {
    for (const TestRow& row : rows) {
      for (const auto& [name, value] : row.attributes) {
        if (name == key) return &value;
      }
    }
    return nullptr;
  }
};

// A condition as text, and what it means.
template <class Of>
struct Meant {
  std::string text;
  std::function<bool(const Of&)> holds;
};
using OnCase = Meant<SlowCase>;
using OnRow = Meant<TestRow>;

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int Roll(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  std::string Activity() { return std::string(1, static_cast<char>('a' + Roll(4))); }
  std::string Resource() { return absl::StrCat("r", Roll(3)); }
  std::mt19937& random() { return random_; }

 private:
  std::mt19937 random_;
};

std::vector<TestRow> RandomRows(Dice& dice) {
  std::vector<TestRow> rows;
  const bool starts = dice.Roll(2) == 0;
  int64_t clock = 1'700'000'000'000'000;
  for (int i = dice.Roll(120); i >= 0; --i) {
    clock += (1 + dice.Roll(1000)) * int64_t{1'000'000};
    TestRow row{absl::StrCat("case", dice.Roll(20)), dice.Activity(), clock};
    row.transition = dice.Roll(4) == 0 ? "start" : "complete";
    if (starts && dice.Roll(3) > 0) row.start = clock - dice.Roll(2000) * int64_t{1'000'000};
    if (dice.Roll(3) > 0) row.resource = dice.Resource();
    if (dice.Roll(3) == 0) row.attributes.push_back({"size", int64_t{dice.Roll(6)}});
    if (dice.Roll(4) == 0) row.attributes.push_back({"size text", absl::StrCat(dice.Roll(12))});
    if (dice.Roll(9) == 0) row.attributes.push_back({"case_finished", dice.Roll(2) == 0});
    rows.push_back(std::move(row));
  }
  std::shuffle(rows.begin(), rows.end(), dice.random());
  return rows;
}

std::map<std::string, SlowCase> CasesOf(const std::vector<TestRow>& rows, bool only_complete) {
  std::map<std::string, SlowCase> cases;
  for (const TestRow& row : rows) cases[row.case_id].rows.push_back(row);
  std::map<Names, int64_t> counts;
  for (auto& [id, c] : cases) {
    std::stable_sort(c.rows.begin(), c.rows.end(), [](const TestRow& a, const TestRow& b) {
      return std::pair(BeginOf(a), a.time) < std::pair(BeginOf(b), b.time);
    });
    for (const TestRow& row : c.rows) {
      if (!only_complete || row.transition == "complete") c.counted.push_back(row.activity);
    }
    if (!c.counted.empty()) ++counts[c.counted];
  }
  std::vector<std::pair<int64_t, Names>> order;
  for (const auto& [names, count] : counts) order.push_back({-count, names});
  std::sort(order.begin(), order.end());
  for (auto& [id, c] : cases) {
    for (size_t i = 0; i < order.size(); ++i) {
      if (order[i].second == c.counted)
        std::tie(c.rank, c.alike) = std::pair(i + 1, -order[i].first);
    }
  }
  return cases;
}

bool HasPath(const Names& names, const Names& path, bool gaps) {
  for (size_t from = 0; from + path.size() <= names.size(); ++from) {
    size_t done = 0;
    for (size_t i = from; i < names.size() && done < path.size(); ++i) {
      if (path[done] == "*" || path[done] == names[i]) {
        ++done;
      } else if (!gaps) {
        break;
      }
    }
    if (done == path.size()) return true;
  }
  return false;
}

OnCase RandomPath(Dice& dice) {
  const Names path = {dice.Activity(), dice.Roll(3) == 0 ? "*" : dice.Activity(), dice.Activity()};
  const std::string text = absl::StrCat("\"", path[0], ">", path[1], " > ", path[2], "\"");
  switch (dice.Roll(3)) {
    case 0:
      return {absl::StrCat("follows:", text),
              [=](const SlowCase& c) { return HasPath(c.counted, path, false); }};
    case 1:
      return {absl::StrCat("eventually_follows:", text),
              [=](const SlowCase& c) { return HasPath(c.counted, path, true); }};
    default:
      return {absl::StrCat("sequence:", text), [=](const SlowCase& c) {
                return c.counted.size() == 3 && HasPath(c.counted, path, false);
              }};
  }
}

OnCase RandomTime(Dice& dice) {
  const int64_t time = 1'700'000'000'000'000 + dice.Roll(60'000) * int64_t{1'000'000};
  const int64_t span = dice.Roll(20'000) * int64_t{1'000'000};
  switch (dice.Roll(3)) {
    case 0:
      return {absl::StrCat("start_time >= ", expr::FormatTimestamp(time)),
              [=](const SlowCase& c) { return c.start() >= time; }};
    case 1:
      return {absl::StrCat("end_time < ", expr::FormatTimestamp(time)),
              [=](const SlowCase& c) { return c.end() < time; }};
    default:
      return {absl::StrCat("duration > ", span / 1'000'000, "s"),
              [=](const SlowCase& c) { return c.end() - c.start() > span; }};
  }
}

OnCase RandomAttribute(Dice& dice) {
  const int n = dice.Roll(10);
  if (dice.Roll(2) == 0) {
    return {absl::StrCat("attributes.size <= ", n, ".5"), [=](const SlowCase& c) {
              const AttributeValue* value = c.First("size");
              return value != nullptr && static_cast<double>(std::get<int64_t>(*value)) <= n + 0.5;
            }};
  }
  return {absl::StrCat("attributes.\"size text\" > ", n), [=](const SlowCase& c) {
            const AttributeValue* value = c.First("size text");
            return value != nullptr && std::stoi(std::get<std::string>(*value)) > n;
          }};
}

OnCase RandomTest(Dice& dice) {
  const std::string a = dice.Activity(), r = dice.Resource();
  const int n = dice.Roll(6);
  switch (dice.Roll(12)) {
    case 0:
      return {absl::StrCat("activities:", a), [=](const SlowCase& c) {
                return std::count(c.counted.begin(), c.counted.end(), a) > 0;
              }};
    case 1:
      return {absl::StrCat("repeated_activities:", a), [=](const SlowCase& c) {
                return std::count(c.counted.begin(), c.counted.end(), a) > 1;
              }};
    case 2:
      return {absl::StrCat("first_activity = ", a),
              [=](const SlowCase& c) { return !c.counted.empty() && c.counted.front() == a; }};
    case 3:
      return {absl::StrCat("last_activity > ", a),
              [=](const SlowCase& c) { return !c.counted.empty() && c.counted.back() > a; }};
    case 4:
      return {absl::StrCat("event_count >= ", n),
              [=](const SlowCase& c) { return static_cast<int64_t>(c.counted.size()) >= n; }};
    case 5:
      return {absl::StrCat("variant_rank <= ", n),
              [=](const SlowCase& c) { return c.rank > 0 && c.rank <= n; }};
    case 6:
      return {"variant_case_count > 1", [](const SlowCase& c) { return c.alike > 1; }};
    case 7:
      return {absl::StrCat("resources:", r), [=](const SlowCase& c) {
                return std::any_of(c.rows.begin(), c.rows.end(),
                                   [&](const TestRow& row) { return row.resource == r; });
              }};
    case 8:
      return {"case_id = case1*",
              [](const SlowCase& c) { return absl::StartsWith(c.rows[0].case_id, "case1"); }};
    case 9:
      return RandomAttribute(dice);
    case 10:
      return RandomTime(dice);
    default:
      return RandomPath(dice);
  }
}

OnRow RandomRowTest(Dice& dice) {
  const std::string a = dice.Activity(), r = dice.Resource();
  const int n = dice.Roll(6);
  switch (dice.Roll(4)) {
    case 0:
      return {absl::StrCat("activity = ", a),
              [=](const TestRow& row) { return row.activity == a; }};
    case 1:
      return {absl::StrCat("resource != ", r),
              [=](const TestRow& row) { return row.resource != r; }};
    case 2:
      return {absl::StrCat("duration >= ", n, "m"), [=](const TestRow& row) {
                return row.start != kNoTime && row.time - row.start >= n * int64_t{60'000'000};
              }};
    default:
      return {absl::StrCat("attributes.size = ", n), [=](const TestRow& row) {
                return !row.attributes.empty() &&
                       row.attributes[0].second == AttributeValue(int64_t{n});
              }};
  }
}

// Tests joined by AND, OR and NOT.
template <class Of>
Meant<Of> RandomTree(Dice& dice, int depth, Meant<Of> (*test)(Dice&)) {
  const int kind = depth == 0 ? 0 : dice.Roll(4);
  if (kind == 0) return test(dice);
  const Meant<Of> x = RandomTree<Of>(dice, depth - 1, test);
  if (kind == 1) {
    return {absl::StrCat("NOT (", x.text, ")"), [=](const Of& of) { return !x.holds(of); }};
  }
  const Meant<Of> y = RandomTree<Of>(dice, depth - 1, test);
  if (kind == 2) {
    return {absl::StrCat("(", x.text, " OR ", y.text, ")"),
            [=](const Of& of) { return x.holds(of) || y.holds(of); }};
  }
  return {absl::StrCat("(", x.text, " AND ", y.text, ")"),
          [=](const Of& of) { return x.holds(of) && y.holds(of); }};
}

// The selected part of the log that these rows make, in this order.
std::shared_ptr<const LogSnapshot> Part(const std::vector<TestRow>& rows,
                                        const Selection& selection, const Names& transitions) {
  const auto log = MakeLog(rows);
  const Traces traces(log, {transitions});
  const Variants variants(traces);
  const auto selected =
      Select(selection, {*log, traces, [&]() -> const Variants& { return variants; }},
             [] { return absl::OkStatus(); });
  EXPECT_TRUE(selected.ok()) << selected.status();
  return PartOf(*log, *selected);
}

// All of a log as text: case, activity, times, resource.
std::multiset<std::string> TextsOf(const LogSnapshot& log) {
  std::multiset<std::string> texts;
  for (size_t c = 0; c < log.case_count(); ++c) {
    for (uint32_t row = log.case_begin[c]; row < log.case_begin[c + 1]; ++row) {
      const uint32_t resource = log.ResourceOf(row);
      texts.insert(absl::StrCat(log.cases[c], " ", log.activities[log.activity[row]], " ",
                                log.time[row], " ", log.start.empty() ? kNoTime : log.start[row],
                                " ", resource == kNoText ? "" : log.resources[resource]));
    }
  }
  return texts;
}

TEST(FilterProperty, EqualsTheDefinitionsOnRandomLogs) {
  Dice dice(7);
  int kept = 0, dropped = 0;
  for (int round = 0; round < 1500; ++round) {
    const std::vector<TestRow> rows = RandomRows(dice);
    const Names transitions = dice.Roll(2) == 0 ? Names{} : Names{"complete"};
    const OnCase filter = RandomTree<SlowCase>(dice, 3, RandomTest);
    const OnRow event_filter = RandomTree<TestRow>(dice, 2, RandomRowTest);
    const int form = dice.Roll(3);  // cases; cases with such events; only such events
    SelectionText text{filter.text, form > 0 ? event_filter.text : "", form == 2, std::nullopt};
    const auto selection = Selection::Compile("selection", text);
    ASSERT_TRUE(selection.ok()) << selection.status();

    std::vector<TestRow> expected;
    for (const auto& [id, c] : CasesOf(rows, !transitions.empty())) {
      if (!filter.holds(c)) continue;
      const bool any = std::any_of(c.rows.begin(), c.rows.end(), event_filter.holds);
      if (form > 0 && !any) continue;
      for (const TestRow& row : c.rows) {
        if (form < 2 || event_filter.holds(row)) expected.push_back(row);
      }
    }
    const auto part = Part(rows, *selection, transitions);
    ASSERT_EQ(TextsOf(*part), TextsOf(*MakeLog(expected)))
        << filter.text << " | " << text.event_filter;
    kept += static_cast<int>(expected.size());
    dropped += static_cast<int>(rows.size() - expected.size());

    std::vector<TestRow> shuffled = rows;
    std::shuffle(shuffled.begin(), shuffled.end(), dice.random());
    ASSERT_EQ(TextsOf(*Part(shuffled, *selection, transitions)), TextsOf(*part)) << filter.text;
  }
  EXPECT_GT(kept, 10'000);
  EXPECT_GT(dropped, 10'000);
}

}  // namespace
}  // namespace plumbline::analytics
