// SPDX-License-Identifier: Apache-2.0
//
// Batches on both engines.
#include <string>

#include "services/catalog/processes/testing_batch.h"
#include "services/catalog/testing/engines.h"

namespace plumbline::catalog {
namespace {

class BatchEngineTest : public EngineTest {};

INSTANTIATE_TEST_SUITE_P(Engines, BatchEngineTest, ::testing::Values(kSqlite, "PostgreSQL"),
                         EngineName);

TEST_P(BatchEngineTest, AllOrNothing) {
  TestCatalog catalog(*database_);
  const auto send = [&](const Batch& batch) {
    return catalog.Call<BatchResponse>("BatchUpdateProcesses", batch);
  };
  ASSERT_EQ(ReasonText(send(CallerAndCalled())), "OK");
  Batch batch;
  Add("check", ProcessOf("Check twice", StepNode("look")), &batch);
  Add("new", ProcessOf("New", StepNode("look")), &batch);
  Add("desk", Calling({"check", "nobody"}), &batch);
  const absl::Status status = send(batch).status();
  EXPECT_EQ(ReasonText(status), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(base::MetadataOf(status, "request"), "2");
  EXPECT_EQ(catalog.Get("check")->title(), "Check");
  EXPECT_EQ(catalog.Get("check@latest")->revision(), 1);
  EXPECT_EQ(ReasonText(catalog.Get("new")), "RESOURCE_NOT_FOUND");

  *batch.mutable_requests(2)->mutable_process()->mutable_root() = Calling({"check"}).root();
  auto sent = send(batch);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(Outcome(sent->results(0)), "updated published @2");
  EXPECT_EQ(Outcome(sent->results(1)), "created published @1");
  v1::GetProcessRequest fresh;
  fresh.set_name(Name("desk@2"));
  fresh.set_min_freshness(sent->freshness_token());
  auto desk = catalog.Get(fresh);
  ASSERT_TRUE(desk.ok()) << desk.status();
  EXPECT_EQ(desk->process().pinned_processes(0), Name("check@2"));
}

}  // namespace
}  // namespace plumbline::catalog
