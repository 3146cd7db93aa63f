// SPDX-License-Identifier: Apache-2.0
//
// Compares charts, rules, capability and yield with what independent tools (R: qcc, SixSigma) made
// of the same numbers.
#include "tests/support/reference.h"

#include <cmath>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/statistics/normal.h"
#include "gtest/gtest.h"
#include "services/analytics/quality/capability.h"
#include "services/analytics/quality/chart_constants.h"
#include "services/analytics/quality/control_chart.h"
#include "services/analytics/quality/memory_charts.h"
#include "services/analytics/quality/rules.h"
#include "services/analytics/quality/yield.h"

namespace plumbline::analytics::quality {
namespace {

using testing::At;
using testing::Has;
using testing::Json;
using testing::Number;
using testing::Numbers;

class QualityReference : public ::testing::Test {
 protected:
  // The test is skipped where the reference is not at hand.
  void Read(const std::string& name) {
    root_ = testing::ReadReference(name);
    if (!root_.has_value()) GTEST_SKIP() << "there is no reference " << name;
  }
  const Json& root() const { return *root_; }

 private:
  std::optional<Json> root_;
};

// Indices of points, from 1 in the reference.
std::vector<size_t> Indices(const Json& json) {
  std::vector<size_t> indices;
  for (const double number : Numbers(json)) indices.push_back(static_cast<size_t>(number) - 1);
  return indices;
}

// Inputs have 15 digits, and so have the figures.
void ExpectNear(double value, double expected, const std::string& what) {
  EXPECT_NEAR(value, expected, 1e-9 * std::max(1e-3, std::abs(expected))) << what;
}

void ExpectRules(const std::vector<ChartPoint>& points, const Json& expected) {
  const std::pair<Rule, const char*> rules[] = {
      {Rule::kBeyond3Sigma, "we1_beyond_3s"},
      {Rule::kTwoOfThreeBeyond2, "we2_2of3_beyond_2s"},
      {Rule::kFourOfFiveBeyond1, "we3_4of5_beyond_1s"},
      {Rule::kEightOneSide, "we4_8_same_side"},
      {Rule::kNineOneSide, "nelson2_9_same_side"},
      {Rule::kSixTrend, "nelson3_6_trend"},
      {Rule::kFourteenAlternating, "nelson4_14_alternating"},
      {Rule::kTwoOfThreeBeyond2, "nelson5_2of3"},
      {Rule::kFourOfFiveBeyond1, "nelson6_4of5"},
      {Rule::kFifteenWithin1, "nelson7_15_within_1s"},
      {Rule::kEightOutside1, "nelson8_8_outside_1s_both"}};
  for (const auto& [rule, name] : rules)
    EXPECT_EQ(PointsOf(rule, points), Indices(At(expected, name))) << name;
}

TEST_F(QualityReference, Constants) {
  Read("spc_constants");
  for (const Json& row : At(root(), "exact").list_value().values()) {
    const int n = static_cast<int>(Number(row, "n"));
    const ChartConstants& constants = ConstantsOf(n);
    const std::string what = absl::StrCat("n = ", n);
    ExpectNear(constants.d2, Number(row, "d2"), what);
    ExpectNear(constants.d3, Number(row, "d3"), what);
    ExpectNear(constants.c4, Number(row, "c4"), what);
    ExpectNear(constants.A2(n), Number(row, "A2"), what);
    ExpectNear(constants.A3(n), Number(row, "A3"), what);
    ExpectNear(constants.B3(), Number(row, "B3"), what);
    ExpectNear(constants.B4(), Number(row, "B4"), what);
    ExpectNear(constants.D4(), Number(row, "D4"), what);
  }
}

TEST_F(QualityReference, Individuals) {
  Read("spc_imr");
  for (const char* name : {"nist_6_3_2_2", "viscosity_all", "boiler_t1", "boiler_t8"}) {
    SCOPED_TRACE(name);
    const Json& set = At(root(), name);
    const auto charts = ChartIndividuals(Numbers(At(set, "x")));
    ASSERT_TRUE(charts.ok()) << charts.status();
    const Json& exact = At(set, "exact");
    const ChartPoint& point = charts->individuals.points[0];
    ExpectNear(point.center, Number(exact, "center"), "center");
    ExpectNear(charts->individuals.baseline.sigma, Number(exact, "sigma"), "sigma");
    ExpectNear(point.upper, Number(exact, "UCL"), "UCL");
    ExpectNear(point.lower, Number(exact, "LCL"), "LCL");
    ExpectNear(charts->moving_ranges.points[0].upper, Number(exact, "MR_UCL"), "MR_UCL");
    ExpectNear(charts->moving_ranges.points[0].center, Number(exact, "mr_bar"), "mr_bar");
    EXPECT_EQ(PointsOf(Rule::kBeyond3Sigma, charts->individuals.points),
              Indices(At(exact, "beyond")));
    // The reference names the later value of a moving range.
    std::vector<size_t> beyond = PointsOf(Rule::kBeyond3Sigma, charts->moving_ranges.points);
    for (size_t& index : beyond) ++index;
    EXPECT_EQ(beyond, Indices(At(exact, "mr_beyond")));
    ExpectRules(charts->individuals.points, At(set, "rules"));
  }
}

TEST_F(QualityReference, Subgroups) {
  Read("spc_xbar");
  Subgroups all;
  for (const Json& row : At(root(), "rows").list_value().values()) all.push_back(Numbers(row));
  const Subgroups phase1(all.begin(), all.begin() + 25);
  const Json& exact = At(root(), "with_exact_constants");
  const auto by_range = ChartMeansAndRanges(phase1);
  const auto by_deviation = ChartMeansAndDeviations(phase1);
  ASSERT_TRUE(by_range.ok() && by_deviation.ok());
  ExpectNear(by_range->means.baseline.sigma, Number(exact, "sigma_Rbar_d2"), "sigma by ranges");
  ExpectNear(by_deviation->means.baseline.sigma, Number(exact, "sigma_Sbar_c4"), "by deviations");
  const auto expect = [](const ChartPoint& point, const Json& limits) {
    ExpectNear(point.center, Number(limits, "center"), "center");
    ExpectNear(point.lower, Number(limits, "LCL"), "LCL");
    ExpectNear(point.upper, Number(limits, "UCL"), "UCL");
  };
  expect(by_range->means.points[0], At(exact, "xbar_from_R"));
  expect(by_range->spreads.points[0], At(exact, "R_chart"));
  expect(by_deviation->means.points[0], At(exact, "xbar_from_S"));
  expect(by_deviation->spreads.points[0], At(exact, "S_chart"));
  const std::vector<double> means = Numbers(At(exact, "xbar"));
  for (size_t i = 0; i < means.size(); ++i)
    ExpectNear(by_range->means.points[i].value, means[i], "mean");
  for (const auto make : {ChartMeansAndRanges, ChartMeansAndDeviations}) {
    const auto pooled = make(phase1, {.sigma_by = SigmaBy::kPooled});
    ASSERT_TRUE(pooled.ok()) << pooled.status();
    ExpectNear(pooled->means.baseline.sigma, Number(exact, "sigma_pooled_c4"), "pooled");
    expect(pooled->means.points[0], At(exact, "xbar_from_pooled_c4"));
  }
  EXPECT_EQ(BaselineOfSubgroups(phase1, SigmaBy::kRanges)->sigma, by_range->means.baseline.sigma);
  // Phase II: the same limits for what came later.
  const auto both = ChartMeansAndRanges(all, {.baseline_points = 25});
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->means.points[30].upper, by_range->means.points[0].upper);
  EXPECT_EQ(PointsOf(Rule::kBeyond3Sigma, both->means.points),
            Indices(At(At(root(), "phase2"), "beyond_limits")));
  const Json& rules = At(root(), "rules_phase1_plus_2");
  EXPECT_EQ(PointsOf(Rule::kTwoOfThreeBeyond2, both->means.points), Indices(At(rules, "WER2")));
  EXPECT_EQ(PointsOf(Rule::kFourOfFiveBeyond1, both->means.points), Indices(At(rules, "WER3")));
}

std::vector<CountPoint> CountsOf(const Json& set) {
  std::vector<CountPoint> points;
  const std::vector<double> counts = Numbers(At(set, "x"));
  const std::vector<double> sizes = Has(set, "n") ? Numbers(At(set, "n")) : std::vector<double>();
  for (size_t i = 0; i < counts.size(); ++i)
    points.push_back({counts[i], sizes.empty() ? 1 : sizes[i]});
  return points;
}

TEST_F(QualityReference, Counts) {
  Read("spc_attributes");
  using Make = absl::StatusOr<Chart> (*)(absl::Span<const CountPoint>, const ChartOptions&);
  const std::pair<const char*, Make> sets[] = {{"p_orangejuice_phase1", ChartShares},
                                               {"np_orangejuice_phase1", ChartNumbers},
                                               {"p_variable_n_purchase_orders", ChartShares},
                                               {"c_circuit_phase1", ChartDefects},
                                               {"u_circuit_phase1", ChartRates},
                                               {"u_pcmanufact", ChartRates},
                                               {"u_dyedcloth_variable_n", ChartRates}};
  for (const auto& [name, make] : sets) {
    SCOPED_TRACE(name);
    const Json& set = At(root(), name);
    const auto chart = make(CountsOf(set), {});
    ASSERT_TRUE(chart.ok()) << chart.status();
    const auto& limits = At(At(set, "chart"), "limits").list_value().values();
    for (size_t i = 0; i < chart->points.size(); ++i) {
      const ChartPoint& point = chart->points[i];
      const std::vector<double> expected =
          Numbers(limits[static_cast<int>(std::min<size_t>(i, limits.size() - 1))]);
      ExpectNear(point.center, Number(At(set, "chart"), "center"), "center");
      ExpectNear(point.lower, expected[0], absl::StrCat("lower ", i));
      ExpectNear(point.upper, expected[1], absl::StrCat("upper ", i));
    }
    if (Has(set, "rules")) ExpectRules(chart->points, At(set, "rules"));
  }
}

TEST_F(QualityReference, CountsByLaney) {
  Read("spc_attributes");
  using Make = absl::StatusOr<Chart> (*)(absl::Span<const CountPoint>, const ChartOptions&);
  const std::tuple<const char*, const char*, Make> sets[] = {
      {"laney_p_prime_orangejuice", "p_orangejuice_phase1", ChartSharesByLaney},
      {"laney_p_prime_variable_n", "p_variable_n_purchase_orders", ChartSharesByLaney},
      {"laney_u_prime_dyedcloth", "u_dyedcloth_variable_n", ChartRatesByLaney}};
  for (const auto& [name, data, make] : sets) {
    SCOPED_TRACE(name);
    const auto chart = make(CountsOf(At(root(), data)), {});
    ASSERT_TRUE(chart.ok()) << chart.status();
    const Json& set = At(root(), name);
    ExpectNear(chart->baseline.sigma, Number(set, "sigma_z"), "sigma_z");
    const std::vector<double> upper = Numbers(At(set, "UCL"));
    const std::vector<double> lower = Numbers(At(set, "LCL"));
    for (size_t i = 0; i < upper.size(); ++i) {
      ExpectNear(chart->points[i].upper, upper[i], "UCL");
      ExpectNear(chart->points[i].lower, lower[i], "LCL");
    }
  }
}

TEST_F(QualityReference, Rules) {
  Read("spc_rules");
  for (const auto& [name, set] : At(root(), "sequences").struct_value().fields()) {
    SCOPED_TRACE(name);
    std::vector<ChartPoint> points;
    for (const double x : Numbers(At(set, "x"))) points.push_back({x, 0, 1, -3, 3});
    ExpectRules(points, At(set, "by_rule"));
  }
}

// What is charted as `name`; of the means of five piston rings those after the baseline too, which
// stand elsewhere.
std::vector<double> Statistics(const Json& root, const std::string& name) {
  if (name != "ewma_pistonrings") return Numbers(At(At(root, name), "statistics"));
  const auto rings = testing::ReadReference("spc_xbar");
  return rings.has_value() ? Numbers(At(At(*rings, "phase2"), "statistics"))
                           : std::vector<double>();
}

TEST_F(QualityReference, Ewma) {
  Read("spc_ewma_cusum");
  for (const char* name : {"ewma_pistonrings", "ewma_viscosity"}) {
    SCOPED_TRACE(name);
    const Json& set = At(root(), name);
    const std::vector<double> values = Statistics(root(), name);
    // Means of five.
    const double n = std::string(name) == "ewma_pistonrings" ? 5 : 1;
    const auto chart = ChartEwma(
        values, {Number(set, "center"), Number(set, "std_dev") / std::sqrt(n), values.size()},
        {.lambda = Number(set, "lambda"), .sigmas = Number(set, "nsigmas")});
    ASSERT_TRUE(chart.ok()) << chart.status();
    const std::vector<double> ewma = Numbers(At(set, "ewma"));
    const auto& limits = At(set, "limits").list_value().values();
    for (size_t i = 0; i < values.size(); ++i) {
      ExpectNear(chart->points[i].value, ewma[i], absl::StrCat("point ", i));
      const std::vector<double> expected = Numbers(limits[static_cast<int>(i)]);
      ExpectNear(chart->points[i].lower, expected[0], absl::StrCat("lower ", i));
      ExpectNear(chart->points[i].upper, expected[1], absl::StrCat("upper ", i));
    }
    EXPECT_EQ(PointsOf(Rule::kBeyond3Sigma, chart->points), Indices(At(set, "beyond")));
  }
  const Json& nist = At(root(), "nist_ewma_6_3_2_4");
  const auto chart =
      ChartEwma(Numbers(At(nist, "x")), {Number(nist, "ewma0"), Number(nist, "s"), 0},
                {.lambda = Number(nist, "lambda"), .steady = true});
  ASSERT_TRUE(chart.ok());
  ExpectNear(chart->points[0].upper, Number(nist, "UCL_steady"), "UCL");
  ExpectNear(chart->points[0].lower, Number(nist, "LCL_steady"), "LCL");
}

// Sums of the reference, those below with a minus.
void ExpectSums(const std::vector<CusumPoint>& points, const std::vector<double>& upper,
                const std::vector<double>& lower) {
  ASSERT_EQ(points.size(), upper.size());
  for (size_t i = 0; i < upper.size(); ++i) {
    ExpectNear(points[i].upper, upper[i], absl::StrCat("upper ", i));
    ExpectNear(points[i].lower, std::abs(lower[i]), absl::StrCat("lower ", i));
  }
}
std::vector<size_t> Signals(const std::vector<CusumPoint>& points, bool CusumPoint::*side) {
  std::vector<size_t> signals;
  for (size_t i = 0; i < points.size(); ++i)
    if (points[i].*side) signals.push_back(i);
  return signals;
}

TEST_F(QualityReference, Cusum) {
  Read("spc_ewma_cusum");
  for (const auto& [name, data, size] : {std::tuple("cusum_viscosity", "ewma_viscosity", 1),
                                         std::tuple("cusum_viscosity_fir", "ewma_viscosity", 1),
                                         std::tuple("cusum_pistonrings", "ewma_pistonrings", 5)}) {
    SCOPED_TRACE(name);
    const Json& set = At(root(), name);
    const std::vector<double> values = Statistics(root(), data);
    const auto points =
        ChartCusum(values, {Number(set, "center"), Number(set, "std_dev") / std::sqrt(size), 0},
                   {.slack = Number(set, "se_shift") / 2,
                    .decision = Number(set, "decision_interval"),
                    .head_start = Number(set, "head_start")});
    ASSERT_TRUE(points.ok()) << points.status();
    ExpectSums(*points, Numbers(At(set, "pos")), Numbers(At(set, "neg")));
    EXPECT_EQ(Signals(*points, &CusumPoint::upper_signal), Indices(At(set, "beyond_upper")));
    EXPECT_EQ(Signals(*points, &CusumPoint::lower_signal), Indices(At(set, "beyond_lower")));
  }
}

// In units of the values, which a deviation of 1 makes ours too.
TEST_F(QualityReference, CusumOfNist) {
  Read("spc_ewma_cusum");
  const Json& set = At(root(), "nist_cusum_6_3_2_3");
  const auto points = ChartCusum(Numbers(At(set, "x")), {Number(set, "mu"), 1, 0},
                                 {.slack = Number(set, "k"), .decision = Number(set, "h")});
  ASSERT_TRUE(points.ok()) << points.status();
  ExpectSums(*points, Numbers(At(set, "s_hi")), Numbers(At(set, "s_lo")));
  EXPECT_EQ(Signals(*points, &CusumPoint::upper_signal), Indices(At(set, "hi_signal")));
  EXPECT_EQ(Signals(*points, &CusumPoint::lower_signal), Indices(At(set, "lo_signal")));
}

void ExpectIndices(const CapabilityIndices& indices, const Json& expected) {
  ExpectNear(indices.sigma, Number(expected, "sigma"), "sigma");
  ExpectNear(*indices.both, Number(expected, "Cp"), "Cp");
  ExpectNear(*indices.lower, Number(expected, "Cpl"), "Cpl");
  ExpectNear(*indices.upper, Number(expected, "Cpu"), "Cpu");
  ExpectNear(*indices.least, Number(expected, "Cpk"), "Cpk");
  ExpectNear(*indices.target, Number(expected, "Cpm"), "Cpm");
  ExpectNear(*indices.expected_below_ppm, Number(expected, "ppm_below"), "ppm below");
  ExpectNear(*indices.expected_above_ppm, Number(expected, "ppm_above"), "ppm above");
  ExpectNear(*indices.z_bench, Number(expected, "z_bench"), "z_bench");
}

TEST_F(QualityReference, Capability) {
  Read("spc_capability");
  for (const char* name : {"pistonrings_phase1", "sixsigma_ss.data.ca", "viscosity_imr"}) {
    SCOPED_TRACE(name);
    const Json& set = At(root(), name);
    const Json& within = At(set, "within_Rbar_or_MRbar_d2_exact");
    const auto capability = CapabilityOf(
        Numbers(At(set, "x")), {Number(set, "LSL"), Number(set, "USL"), Number(set, "target")},
        Number(within, "sigma"));
    ASSERT_TRUE(capability.ok()) << capability.status();
    ExpectNear(capability->mean, Number(set, "mean"), "mean");
    ExpectIndices(*capability->within, within);
    ExpectIndices(capability->overall, At(set, "overall_s"));
    const std::vector<double> both = Numbers(At(At(set, "ci_overall"), "cp_95"));
    const std::vector<double> least = Numbers(At(At(set, "ci_overall"), "cpk_95"));
    ExpectNear(capability->overall.both_interval->low, both[0], "Cp low");
    ExpectNear(capability->overall.both_interval->high, both[1], "Cp high");
    ExpectNear(capability->overall.least_interval->low, least[0], "Cpk low");
    ExpectNear(capability->overall.least_interval->high, least[1], "Cpk high");
    if (!Has(At(set, "within_pooled_c4"), "sigma")) continue;
    // Subgroups of five, one after the other.
    const std::vector<double> values = Numbers(At(set, "x"));
    Subgroups groups;
    for (size_t i = 0; i < values.size(); i += 5)
      groups.emplace_back(values.begin() + static_cast<ptrdiff_t>(i),
                          values.begin() + static_cast<ptrdiff_t>(i) + 5);
    const Specification asked{Number(set, "LSL"), Number(set, "USL"), Number(set, "target")};
    const auto pooled = BaselineOfSubgroups(groups, SigmaBy::kPooled);
    ASSERT_TRUE(pooled.ok()) << pooled.status();
    ExpectIndices(*IndicesOf(pooled->center, pooled->sigma, asked), At(set, "within_pooled_c4"));
    // Without the correction by c4.
    const double freedom = static_cast<double>(values.size() - groups.size());
    ExpectIndices(
        *IndicesOf(pooled->center,
                   pooled->sigma * MeanOfDeviation(static_cast<int64_t>(freedom) + 1), asked),
        At(set, "within_pooled"));
  }
}

// qcc 2.7 gives 95 % bounds, one for each side, of Cpl and Cpu, where ours hold 95 % between them.
TEST_F(QualityReference, IntervalsOfQcc) {
  Read("spc_capability");
  const Json& set = At(root(), "pistonrings_phase1");
  const Json& qcc = At(root(), "qcc27_process_capability");
  const std::vector<double> values = Numbers(At(qcc, "values")), low = Numbers(At(qcc, "lower")),
                            high = Numbers(At(qcc, "upper"));
  const Specification asked{Number(set, "LSL"), Number(set, "USL"), Number(set, "target")};
  // qcc's table of constants: d2(5) = 2.326.
  const double sigma = (*asked.upper - *asked.lower) / (6 * values[0]);
  auto indices = IndicesOf(Number(set, "mean"), sigma, asked);
  ASSERT_TRUE(indices.ok()) << indices.status();
  AddIntervals(Number(set, "mean"), 125, FreedomOfDeviation(125), asked, &*indices);
  const auto expect = [](const std::optional<Interval>& interval, double below, double above,
                         const char* what) {
    ExpectNear(interval->low, below, what);
    ExpectNear(interval->high, above, what);
  };
  expect(indices->both_interval, low[0], high[0], "Cp");
  expect(indices->least_interval, low[3], high[3], "Cpk");
  const double wider = statistics::NormalQuantile(0.975) / statistics::NormalQuantile(0.95);
  for (const auto& [i, index, interval] :
       {std::tuple(1, indices->lower, indices->lower_interval),
        std::tuple(2, indices->upper, indices->upper_interval)}) {
    ExpectNear(*index, values[i], "index");
    expect(interval, values[i] - wider * (values[i] - low[i]),
           values[i] + wider * (high[i] - values[i]), "one side");
  }
  // Of Cpm qcc has n (1 + d^2) / (1 + 2 d^2) degrees of freedom, in which a square is missing.
  EXPECT_NEAR(indices->target_interval->low, low[4], 0.002);
  EXPECT_NEAR(indices->target_interval->high, high[4], 0.002);
}

TEST_F(QualityReference, SigmaLevels) {
  Read("spc_yield_sigma");
  for (const Json& row : At(root(), "dpmo_table").list_value().values()) {
    // In ten thousand million opportunities counts are whole.
    const auto defects = static_cast<int64_t>(std::llround(Number(row, "dpmo") * 1e4));
    const auto rates = DefectRatesOf(defects, 10'000'000'000, 1);
    ASSERT_TRUE(rates.ok()) << rates.status();
    if (rates->bounded) continue;
    ExpectNear(rates->long_term_sigma, Number(row, "z_lt"), "z");
    ExpectNear(rates->sigma_level, Number(row, "sigma_level"), "level");
  }
  for (const Json& row : At(root(), "sigma_table").list_value().values()) {
    const LevelRates rates = RatesOfLevel(Number(row, "sigma"));
    ExpectNear(rates.shifted_ppm, Number(row, "dpmo_with_shift"), "shifted");
    ExpectNear(rates.one_sided_ppm, Number(row, "dpmo_no_shift_one_sided"), "one-sided");
    ExpectNear(rates.two_sided_ppm, Number(row, "dpmo_no_shift_two_sided"), "two-sided");
  }
}

}  // namespace
}  // namespace plumbline::analytics::quality
