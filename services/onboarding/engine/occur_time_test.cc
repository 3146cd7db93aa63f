// SPDX-License-Identifier: Apache-2.0
#include "services/onboarding/engine/occur_time.h"

#include "common/base/error.h"
#include "gtest/gtest.h"

namespace plumbline::onboarding {
namespace {

using base::Reason;

// Minutes relative to now.
struct OccurCase {
  const char* name;
  std::optional<double> given;
  std::optional<double> last;
  bool may_backdate;
  Reason reason;
  double result = 0;
};

class OccurTimeTest : public ::testing::TestWithParam<OccurCase> {};

TEST_P(OccurTimeTest, KeepsTheRules) {
  const absl::Time now = absl::FromUnixSeconds(1'900'000'000);
  auto at = [&](std::optional<double> minutes) -> std::optional<absl::Time> {
    if (!minutes.has_value()) return std::nullopt;
    return now + *minutes * absl::Minutes(1);
  };
  const OccurCase& c = GetParam();
  absl::StatusOr<absl::Time> time = OccurTime(at(c.given), now, at(c.last), c.may_backdate);
  EXPECT_EQ(base::ReasonOf(time.status()), c.reason);
  if (time.ok()) {
    EXPECT_EQ(*time, *at(c.result));
  }
}

constexpr Reason kOk = Reason::ERROR_REASON_UNSPECIFIED;
constexpr Reason kDenied = Reason::ERROR_REASON_BACKDATING_DENIED;
constexpr Reason kOrder = Reason::ERROR_REASON_TIME_OUT_OF_ORDER;

INSTANTIATE_TEST_SUITE_P(
    Cases, OccurTimeTest,
    ::testing::Values(OccurCase{"Now", std::nullopt, std::nullopt, false, kOk, 0},
                      OccurCase{"NowAfterLast", std::nullopt, -5, false, kOk, 0},
                      OccurCase{"LastIsAheadOfUs", std::nullopt, 0.5, false, kOk, 0.5},
                      OccurCase{"WithinToleranceBack", -1, std::nullopt, false, kOk, -1},
                      OccurCase{"TooFarBack", -1.5, std::nullopt, false, kDenied},
                      OccurCase{"FarBackPermitted", -10000, std::nullopt, true, kOk, -10000},
                      OccurCase{"BeforeLast", -10, -9, true, kOrder},
                      OccurCase{"SameAsLast", -9, -9, true, kOk, -9},
                      OccurCase{"WithinToleranceAhead", 1, std::nullopt, false, kOk, 1},
                      OccurCase{"Future", 1.5, std::nullopt, true, kOrder}),
    [](const auto& test) { return test.param.name; });

TEST(OccurTime, IsInWholeMicroseconds) {
  absl::Time now = absl::FromUnixSeconds(1'900'000'000);
  EXPECT_EQ(*OccurTime(now + absl::Nanoseconds(1'999), now, std::nullopt, false),
            now + absl::Microseconds(1));
}

}  // namespace
}  // namespace plumbline::onboarding
