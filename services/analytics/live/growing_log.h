// SPDX-License-Identifier: Apache-2.0
//
// For tests: random logs that grow, with late events and open cases, and what is asked of them.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_LIVE_GROWING_LOG_H_
#define PLUMBLINE_SERVICES_ANALYTICS_LIVE_GROWING_LOG_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/live/live_question.h"
#include "services/analytics/log/test_rows.h"
#include "services/analytics/mining/distribution.h"

namespace plumbline::analytics {

inline constexpr int64_t kMinute = int64_t{60} * 1'000'000;
inline constexpr int64_t kBegin = int64_t{1'767'571'200} * 1'000'000;

inline absl::Status Go() { return absl::OkStatus(); }

inline std::string Dump(double value) { return absl::StrFormat("%.12g ", value); }
inline std::string Dump(const std::optional<double>& value) {
  return value.has_value() ? Dump(*value) : "none ";
}
inline std::string Dump(const Distribution& d) {
  return absl::StrCat("[", d.count, " ", Dump(d.mean), Dump(d.median), Dump(d.p90), Dump(d.p95),
                      Dump(d.p99), Dump(d.min), Dump(d.max), Dump(d.total), "]");
}

// Conditions that a case's own events decide, of all kinds; some name what such a log lacks.
inline std::vector<Selection> OwnConditions() {
  std::vector<Selection> conditions;
  for (const char* text :
       {"activities:\"step 1\" AND NOT open = true", "duration > 6h AND event_count > 2",
        "attributes.region = r1 OR attributes.regoin = r2",
        "attributes.region = rr1 OR attributes.defects = rejectd OR attributes.category = \"cause "
        "2\"",
        "open = true OR transitions:start",
        "resources:\"ada 1\" OR resources:\"add\" OR repeated_activities:*",
        "first_activity = \"step 0\" OR last_activity = \"step 9\" OR follows:\"step 1 > step 2\"",
        "start_time < \"2026-01-06T00:00:00Z\" OR end_time > \"2026-01-08T00:00:00Z\""}) {
    const auto condition = Selection::Compile("condition", {.filter = text});
    EXPECT_TRUE(condition.ok()) << condition.status();
    conditions.push_back(*condition);
  }
  return conditions;
}

// A question that is kept: how its sums are made, and what it answers from sums and from a log.
struct Question {
  std::function<std::unique_ptr<LiveSums>()> make;
  std::function<std::string(LiveSums&, const LiveWhole&)> kept;
  std::function<std::string(const std::shared_ptr<const LogSnapshot>&)> cold;
};

class RandomLog {
 public:
  explicit RandomLog(unsigned seed)
      : random_(seed),
        marks_(seed % 3 != 0),
        plain_(seed % 4 == 1),
        resources_(seed % 2 == 0),
        roles_(seed % 5 != 0) {}

  // The first batch has every text that may come.
  std::vector<TestRow> First() {
    std::vector<TestRow> rows;
    for (const char* transition :
         {"complete", "schedule", "start", "suspend", "resume", "manualskip", "submit", "verify"}) {
      if (plain_) break;
      rows.push_back(
          {"case 0", "step 0", Time(), transition, kNoTime, "", {{"category", Text("cause ", 1)}}});
    }
    for (int s = 0; s < 3; ++s) rows.push_back({"case 1", absl::StrCat("step ", s), Time()});
    rows.push_back({"case 1",
                    "step 0",
                    Time(),
                    "",
                    kNoTime,
                    resources_ ? "r0" : "",
                    {{"defects", std::string("rejected")},
                     {"region", std::string("r0")},
                     {"utility", std::string("tool 0")},
                     {"due_time", Instant{kBegin}},
                     {"case_finished", true}}});
    if (!marks_) rows.back().attributes.pop_back();
    if (roles_) rows.back().attributes.emplace_back("role", std::string("role 0"));
    const std::vector<TestRow> more = Rows(30);
    rows.insert(rows.end(), more.begin(), more.end());
    return rows;
  }

  std::vector<TestRow> Rows(int count) {
    static constexpr const char* kTransitions[] = {"complete",   "complete", "start",  "schedule",
                                                   "suspend",    "resume",   "submit", "verify",
                                                   "manualskip", ""};
    std::vector<TestRow> rows;
    for (int i = 0; i < count; ++i) {
      now_ += kMinute * Roll(50);
      TestRow row{Text("case ", 25), Text("step ", 5), Time()};
      if (!plain_) row.transition = kTransitions[Roll(10)];
      if (Roll(3) == 0) row.start = row.time - kMinute * Roll(400);
      if (Roll(6) == 0) row.attributes.emplace_back("defects", Text("typo,kind", 3));
      if (Roll(9) == 0) row.attributes.emplace_back("defects", std::string("rejected"));
      if (Roll(4) == 0) row.attributes.emplace_back("region", Text("r", 3));
      if (Roll(3) == 0) row.attributes.emplace_back("utility", Text("w/utilities/tool ", 3));
      if (roles_ && Roll(3) == 0) row.attributes.emplace_back("role", Text("role ", 3));
      if (resources_ && Roll(4) != 0) row.resource = Text("ada ", 4);
      if (Roll(5) == 0) row.attributes.emplace_back("category", Text("cause ", 3));
      if (Roll(4) == 0)
        row.attributes.emplace_back("due_time", Instant{row.time + kMinute * (Roll(900) - 300)});
      if (marks_ && Roll(8) == 0) row.attributes.emplace_back("case_finished", Roll(5) != 0);
      rows.push_back(std::move(row));
    }
    return rows;
  }
  int Roll(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

 private:
  std::string Text(const char* prefix, int n) { return absl::StrCat(prefix, Roll(n)); }
  // Some events are late, some at one moment with others.
  int64_t Time() { return now_ - (Roll(4) == 0 ? kMinute * Roll(3'000) : 0); }

  std::mt19937 random_;
  const bool marks_, plain_, resources_, roles_;
  int64_t now_ = kBegin;
};

inline LiveSnapshot SnapshotOf(EventLogBuilder& builder) {
  const auto log = builder.Snapshot();
  return {log, {}, builder.ActivityNumbers(), builder.CaseNumbers(), builder.ActivitiesFrom(0)};
}

// Grows two builders alike: one of which kept questions live, one that is read anew.
class Growing {
 public:
  explicit Growing(unsigned seed) : log(seed) { Append(log.First()); }
  void Append(const std::vector<TestRow>& rows) {
    const EventBatch batch = MakeBatch(rows);
    followed.Append(batch);
    anew.Append(batch);
  }

  RandomLog log;
  EventLogBuilder followed, anew;
};

inline void ExpectSame(LiveQuestion& question, const Question& asked, Growing& growing) {
  std::string kept;
  const auto answered = question.Answer(
      growing.followed,
      [&](LiveSums& sums, const LiveWhole& whole) {
        kept = asked.kept(sums, whole);
        return absl::OkStatus();
      },
      Go);
  ASSERT_TRUE(answered.ok()) << answered.status();
  ASSERT_TRUE(*answered);
  ASSERT_EQ(kept, asked.cold(growing.anew.Snapshot()));
}

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_LIVE_GROWING_LOG_H_
