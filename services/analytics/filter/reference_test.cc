// SPDX-License-Identifier: Apache-2.0
//
// Filters over real event logs, whose activities have names that people gave them: what the map and
// the variants say of a log, filters find.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "services/analytics/filter/selection.h"
#include "services/analytics/log/reference_rows.h"
#include "services/analytics/mining/eventually_follows.h"
#include "services/analytics/mining/process_map.h"

namespace plumbline::analytics {
namespace {

class FilterReference : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::vector<TestRow> rows = ReadReferenceRows(GetParam());
    if (rows.empty()) GTEST_SKIP() << GetParam() << " is not at hand";
    log_ = MakeLog(rows);
  }

  // `name` as a step of a path in quotes.
  std::string Step(uint32_t activity) const {
    return absl::StrReplaceAll(log_->activities[activity],
                               {{"\\", "\\\\"}, {"\"", "\\\""}, {"*", "\\*"}, {">", ">>"}});
  }
  int64_t CasesFor(const Traces& traces, const Variants& variants, const std::string& filter) {
    const auto selection = Selection::Compile("selection", {.filter = filter});
    EXPECT_TRUE(selection.ok()) << selection.status();
    if (!selection.ok()) return -1;
    const auto selected =
        Select(*selection, {*log_, traces, [&]() -> const Variants& { return variants; }},
               [] { return absl::OkStatus(); });
    EXPECT_TRUE(selected.ok() && selected->notes.empty()) << filter;
    return selected.ok() ? static_cast<int64_t>(selected->cases.Count()) : -1;
  }

  std::shared_ptr<const LogSnapshot> log_;
};

TEST_P(FilterReference, FindsTheCasesThatTheMapCounts) {
  const Traces traces(log_, {});
  const Variants variants(traces);
  ProcessMap map = MineProcessMap(traces);
  KeepMostFrequent({.edges = 40}, map);
  for (const ActivityNode& node : map.activities) {
    const std::string name =
        absl::StrCat("\"", absl::StrReplaceAll(Step(node.activity), {{">>", ">"}}), "\"");
    const auto cases = [&](absl::string_view test) {
      return CasesFor(traces, variants, absl::StrCat(test, name));
    };
    EXPECT_EQ(cases("activities:"), node.case_count) << name;
    EXPECT_EQ(cases("repeated_activities:"), node.rework_case_count) << name;
    EXPECT_EQ(cases("first_activity = "), node.start_count) << name;
    EXPECT_EQ(cases("last_activity = "), node.end_count) << name;
  }
  for (const Edge& edge : map.edges) {
    const std::string path = absl::StrCat("\"", Step(edge.from), " > ", Step(edge.to), "\"");
    EXPECT_EQ(CasesFor(traces, variants, absl::StrCat("follows:", path)), edge.case_count) << path;
  }
  const auto eventually = MineEventuallyFollows(traces, [] { return absl::OkStatus(); });
  ASSERT_TRUE(eventually.ok());
  for (size_t i = 0; i < std::min<size_t>(40, eventually->size()); ++i) {
    const Edge& edge = (*eventually)[i];
    const std::string path = absl::StrCat("\"", Step(edge.from), " > ", Step(edge.to), "\"");
    EXPECT_EQ(CasesFor(traces, variants, absl::StrCat("eventually_follows:", path)),
              edge.case_count)
        << path;
  }
}

TEST_P(FilterReference, FindsTheCasesOfEachVariant) {
  const Traces traces(log_, {});
  const Variants variants(traces);
  int64_t rank = 0;
  for (const Variant& variant : variants.Page(traces, 0, {.variants = 30})) {
    ++rank;
    EXPECT_EQ(CasesFor(traces, variants, absl::StrCat("variant_rank = ", rank)), variant.count);
    if (variant.activities.size() > 64) continue;
    const std::string path =
        absl::StrJoin(variant.activities, " > ",
                      [&](std::string* out, uint32_t a) { absl::StrAppend(out, Step(a)); });
    if (path.size() > 4000) continue;
    EXPECT_EQ(CasesFor(traces, variants, absl::StrCat("sequence:\"", path, "\"")), variant.count)
        << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Logs, FilterReference,
                         ::testing::Values("bpic2012", "callcenter", "interval_log", "loan_app",
                                           "procure_to_pay", "receipt", "reviewing",
                                           "running_example"),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace plumbline::analytics
