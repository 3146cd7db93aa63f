// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/draft_batches.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cli/parallel.h"
#include "gtest/gtest.h"
#include "plumbline/catalog/v1/process.pb.h"

namespace plumbline::cli {
namespace {

std::vector<Document> DocumentsOf(const std::vector<size_t>& sizes) {
  std::vector<Document> documents;
  for (const size_t size : sizes) {
    auto process = std::make_unique<catalog::v1::Process>();
    process->set_purpose(std::string(size, 'x'));
    documents.push_back({.resource = std::move(process)});
  }
  return documents;
}

std::vector<std::pair<size_t, size_t>> Cut(const std::vector<Document>& documents) {
  std::vector<DraftToSend> drafts;
  for (const Document& document : documents) drafts.push_back({&document});
  std::vector<std::pair<size_t, size_t>> cut;
  for (const Batch& batch : InBatches(drafts)) cut.emplace_back(batch.begin, batch.end);
  return cut;
}

using Cuts = std::vector<std::pair<size_t, size_t>>;

TEST(InBatches, HoldsSoManyAndSoMuch) {
  EXPECT_EQ(Cut({}), Cuts());
  EXPECT_EQ(Cut(DocumentsOf({10})), Cuts({{0, 1}}));
  EXPECT_EQ(Cut(DocumentsOf(std::vector<size_t>(250, 10))),
            Cuts({{0, 100}, {100, 200}, {200, 250}}));
  EXPECT_EQ(Cut(DocumentsOf({600'000, 400'000, 600'000, 3'000'000, 10})),
            Cuts({{0, 2}, {2, 3}, {3, 4}, {4, 5}}));
}

TEST(InParallel, DoesEachOnceAndBeginsNoneAfterAFailure) {
  std::vector<std::atomic<int>> done(1000);
  InParallel(done.size(), 8, [&](size_t i) { return ++done[i] == 1; });
  for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);

  std::atomic<int> begun{0};
  InParallel(1000, 1, [&](size_t i) { return ++begun, i < 4; });
  EXPECT_EQ(begun, 5);
}

}  // namespace
}  // namespace plumbline::cli
