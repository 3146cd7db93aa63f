// SPDX-License-Identifier: Apache-2.0
//
// For tests of the service: a replica with a log.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_SERVING_SERVICE_TESTING_H_
#define PLUMBLINE_SERVICES_ANALYTICS_SERVING_SERVICE_TESTING_H_

#include <gtest/gtest.h>

#include "services/analytics/serving/testing.h"

namespace plumbline::analytics {

// A log "sales" with two cases is there.
class Service : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(analytics_.Create("sales").ok());
    ASSERT_TRUE(analytics_.Write("sales", "crm", 1, SimpleEvents(0, 2)).ok());
  }
  TestAnalytics analytics_;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_SERVING_SERVICE_TESTING_H_
