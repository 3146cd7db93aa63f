// SPDX-License-Identifier: Apache-2.0
//
// Compares survival curves, their bands, and tests between groups with what R's package survival
// made of the classic data sets.
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/statistics/group_test.h"
#include "common/statistics/survival.h"
#include "gtest/gtest.h"
#include "tests/support/reference.h"

namespace plumbline::statistics {
namespace {

using testing::At;
using testing::Json;
using testing::Number;
using testing::Numbers;

constexpr const char* kSets[] = {"aml", "ovarian", "lung_by_sex", "veteran_by_celltype", "gehan"};

void ExpectNear(double value, double expected, const std::string& what) {
  EXPECT_NEAR(value, expected, 1e-9 * std::max(1e-3, std::abs(expected))) << what;
}

class SurvivalReference : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    root_ = testing::ReadReference("spc_survival_classic");
    if (!root_.has_value()) GTEST_SKIP() << "there is no reference spc_survival_classic";
    const Json& input = At(set(), "input");
    const std::vector<double> times = Numbers(At(input, "time")),
                              happened = Numbers(At(input, "status"));
    std::map<std::string, std::vector<Observation>> by_group;
    const auto& groups = At(input, "group").list_value().values();
    for (size_t i = 0; i < times.size(); ++i)
      by_group[Name(groups[static_cast<int>(i)])].push_back({times[i], happened[i] == 1});
    for (const Json& group : At(set(), "groups").list_value().values()) {
      names_.push_back(Name(group));
      groups_.push_back(by_group[names_.back()]);
    }
  }

  static std::string Name(const Json& json) {
    return json.has_string_value() ? json.string_value()
                                   : std::to_string(std::lround(json.number_value()));
  }
  const Json& set() const { return At(*root_, GetParam()); }
  void ExpectTest(TimeWeight weight, const char* name) const {
    SCOPED_TRACE(name);
    const auto test = CompareSurvival(groups_, weight);
    ASSERT_TRUE(test.has_value());
    const Json& expected = At(set(), name);
    const auto& rows = At(expected, "variance").list_value().values();
    for (size_t g = 0; g < groups_.size(); ++g) {
      ExpectNear(test->observed[g], Numbers(At(expected, "observed"))[g], "observed");
      ExpectNear(test->expected[g], Numbers(At(expected, "expected"))[g], "expected");
      const std::vector<double> row = Numbers(rows[static_cast<int>(g)]);
      for (size_t h = 0; h < groups_.size(); ++h)
        ExpectNear(test->covariance[g][h], row[h], "covariance");
    }
    ExpectNear(test->chi_square, Number(expected, "chisq"), "chi-square");
    EXPECT_EQ(test->freedom, Number(expected, "df"));
    ExpectNear(test->p_value, Number(expected, "p"), "p");
  }

  std::optional<Json> root_;
  std::vector<std::string> names_;
  std::vector<std::vector<Observation>> groups_;
};

void ExpectBand(const SurvivalStep& step, BandScale scale, double lower, double upper) {
  const std::optional<Band> band = BandOf(step, 0.95, scale);
  ASSERT_EQ(band.has_value(), !std::isnan(lower));
  if (!band.has_value()) return;
  ExpectNear(band->lower, lower, "lower");
  ExpectNear(band->upper, upper, "upper");
}

TEST_P(SurvivalReference, Curves) {
  for (size_t g = 0; g < groups_.size(); ++g) {
    SCOPED_TRACE(names_[g]);
    const std::vector<SurvivalStep> curve = KaplanMeier(groups_[g]);
    const Json& expected = At(At(set(), "km"), names_[g]);
    const std::vector<double> times = Numbers(At(expected, "time")),
                              happened = Numbers(At(expected, "n_event"));
    const auto figure = [&](const char* name, size_t i) { return Numbers(At(expected, name))[i]; };
    size_t step = 0;
    for (size_t i = 0; i < times.size(); ++i) {
      if (happened[i] == 0) continue;  // R lists the times of censorings too
      ASSERT_LT(step, curve.size());
      const SurvivalStep& ours = curve[step++];
      SCOPED_TRACE(times[i]);
      EXPECT_EQ(ours.time, times[i]);
      EXPECT_EQ(ours.at_risk, figure("n_risk", i));
      EXPECT_EQ(ours.happened, happened[i]);
      EXPECT_NEAR(ours.survival, figure("surv", i), 1e-14);
      ExpectNear(ours.cumulative_hazard, figure("cumhaz_nelson_aalen", i), "hazard");
      if (ours.at_risk == ours.happened) continue;  // the share is 0
      ExpectNear(std::sqrt(ours.relative_variance), figure("std_err_of_cumhaz", i), "error");
      ExpectBand(ours, BandScale::kLogLog, figure("lower", i), figure("upper", i));
      ExpectBand(ours, BandScale::kPlain, figure("lower_plain", i), figure("upper_plain", i));
      ExpectBand(ours, BandScale::kLog, figure("lower_log", i), figure("upper_log", i));
    }
    EXPECT_EQ(step, curve.size());
  }
}

void ExpectTime(const std::optional<double>& time, double expected, const std::string& what) {
  EXPECT_EQ(time.has_value(), !std::isnan(expected)) << what;
  if (time.has_value() && !std::isnan(expected)) {
    EXPECT_DOUBLE_EQ(*time, expected) << what;
  }
}

TEST_P(SurvivalReference, QuantilesAndMeans) {
  for (size_t g = 0; g < groups_.size(); ++g) {
    SCOPED_TRACE(names_[g]);
    const std::vector<SurvivalStep> curve = KaplanMeier(groups_[g]);
    const Json& expected = At(At(set(), "km"), names_[g]);
    const Json& quantiles = At(expected, "quantiles");
    const double shares[] = {0.25, 0.5, 0.75};
    for (size_t i = 0; i < 3; ++i) {
      const QuantileEstimate estimate = EstimateQuantile(curve, shares[i]);
      ExpectTime(estimate.time, Numbers(At(quantiles, "quantile"))[i], "quantile");
      ExpectTime(estimate.lower, Numbers(At(quantiles, "lower"))[i], "lower");
      ExpectTime(estimate.upper, Numbers(At(quantiles, "upper"))[i], "upper");
    }
    ExpectNear(RestrictedMeanOf(curve, Number(expected, "rmst_horizon")).mean,
               Number(expected, "rmst"), "restricted mean");
  }
}

TEST_P(SurvivalReference, TestsBetweenGroups) {
  ExpectTest(TimeWeight::kEqual, "logrank");
  ExpectTest(TimeWeight::kSurvivalBefore, "peto_peto_rho1");
}

INSTANTIATE_TEST_SUITE_P(ClassicSets, SurvivalReference, ::testing::ValuesIn(kSets),
                         [](const auto& set) { return std::string(set.param); });

}  // namespace
}  // namespace plumbline::statistics
