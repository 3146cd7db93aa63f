// SPDX-License-Identifier: Apache-2.0
//
// Publishing a process of 200 steps into an SQLite file with synchronous=FULL, and comparing two
// revisions of a process of 1,000 steps: a call each, from a request to a parsed answer, within the
// process.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "plumbline/catalog/v1/catalog_service.pb.h"
#include "tests/bench/bench.h"
#include "tests/bench/catalog_server.h"
#include "tests/support/files.h"

namespace plumbline::bench {
namespace {

constexpr int kPublishes = 101;
constexpr int kDiffs = 51;
constexpr char kParent[] = "workspaces/default";
constexpr char kName[] = "workspaces/default/processes/large";

catalog::v1::Node Step(int number) {
  catalog::v1::Node node;
  node.set_id(absl::StrCat("step-", number));
  node.set_title(absl::StrCat("Do thing number ", number));
  catalog::v1::Step* step = node.mutable_step();
  step->set_role(absl::StrCat("role-", number % 8));
  step->mutable_target()->set_days(2);
  step->add_utilities("crm");
  step->add_utilities("e-mail");
  step->set_instructions(std::string(200, 'i'));
  return node;
}

// Blocks of ten steps in order, every other one parallel.
catalog::v1::Process ProcessOf(int steps) {
  catalog::v1::Process process;
  process.set_title("Large");
  process.set_owner("me@example.com");
  process.mutable_root()->set_id("root");
  auto* blocks = process.mutable_root()->mutable_sequence();
  for (int i = 0; i < steps; i += 10) {
    catalog::v1::Node* block = blocks->add_nodes();
    block->set_id(absl::StrCat("block-", i));
    auto* nodes = i % 20 == 0 ? block->mutable_sequence()->mutable_nodes()
                              : block->mutable_parallel()->mutable_nodes();
    for (int k = i; k < i + 10; ++k) *nodes->Add() = Step(k);
  }
  return process;
}

// Every tenth step with another target, every hundredth moved to the block before, one block
// removed, one added.
void Edit(catalog::v1::Process* process) {
  auto* blocks = process->mutable_root()->mutable_sequence()->mutable_nodes();
  for (int i = 0; i < blocks->size(); ++i) {
    catalog::v1::Node* block = blocks->Mutable(i);
    auto* nodes = block->has_sequence() ? block->mutable_sequence()->mutable_nodes()
                                        : block->mutable_parallel()->mutable_nodes();
    nodes->Mutable(3)->mutable_step()->mutable_target()->set_days(5);
    if (i % 10 != 1) continue;
    *blocks->Mutable(i - 1)->mutable_sequence()->add_nodes() = nodes->Get(9);
    nodes->RemoveLast();
  }
  blocks->DeleteSubrange(blocks->size() / 2, 1);
  *blocks->Add() = Step(1'000'000);
}

absl::Status Create(CatalogServer& catalog, const catalog::v1::Process& process) {
  catalog::v1::CreateProcessRequest create;
  create.set_parent(kParent);
  create.set_process_id("large");
  *create.mutable_process() = process;
  catalog::v1::CreateProcessResponse created;
  return catalog.Call("CreateProcess", create, &created);
}

absl::Status Update(CatalogServer& catalog, catalog::v1::Process process) {
  process.set_name(kName);
  catalog::v1::UpdateProcessRequest update;
  *update.mutable_process() = std::move(process);
  catalog::v1::UpdateProcessResponse updated;
  return catalog.Call("UpdateProcess", update, &updated);
}

absl::StatusOr<double> MillisecondsOfPublish(CatalogServer& catalog) {
  catalog::v1::PublishProcessRequest publish;
  publish.set_name(kName);
  catalog::v1::PublishProcessResponse published;
  const Stopwatch watch;
  RETURN_IF_ERROR(catalog.Call("PublishProcess", publish, &published));
  return watch.Seconds() * 1000;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> CatalogPublish() {
  testing::TempDir folder;
  ASSIGN_OR_RETURN(auto catalog,
                   CatalogServer::Start(absl::StrCat("sqlite:", folder.path(), "/catalog.db")));
  catalog::v1::Process process = ProcessOf(200);
  RETURN_IF_ERROR(Create(*catalog, process));
  std::vector<double> milliseconds;
  for (int i = 0; i < kPublishes; ++i) {
    process.set_title(absl::StrCat("Large ", i));
    RETURN_IF_ERROR(Update(*catalog, process));
    ASSIGN_OR_RETURN(const double one, MillisecondsOfPublish(*catalog));
    milliseconds.push_back(one);
  }
  return std::vector<Figure>{{"catalog.publish_200", Median(milliseconds), "ms"}};
}

absl::StatusOr<std::vector<Figure>> CatalogDiff() {
  ASSIGN_OR_RETURN(auto catalog, CatalogServer::Start("sqlite::memory:"));
  catalog::v1::Process process = ProcessOf(1000);
  RETURN_IF_ERROR(Create(*catalog, process));
  RETURN_IF_ERROR(MillisecondsOfPublish(*catalog).status());
  Edit(&process);
  RETURN_IF_ERROR(Update(*catalog, process));
  RETURN_IF_ERROR(MillisecondsOfPublish(*catalog).status());
  catalog::v1::DiffRevisionsRequest request;
  request.set_name(absl::StrCat(kName, "@1"));
  request.set_other_name(absl::StrCat(kName, "@2"));
  std::vector<double> milliseconds;
  for (int i = 0; i < kDiffs; ++i) {
    catalog::v1::DiffRevisionsResponse response;
    const Stopwatch watch;
    RETURN_IF_ERROR(catalog->Call("DiffRevisions", request, &response));
    milliseconds.push_back(watch.Seconds() * 1000);
    if (response.differences_size() < 100)
      return absl::InternalError("the comparison found too little");
  }
  return std::vector<Figure>{{"catalog.diff_1000", Median(milliseconds), "ms"}};
}

}  // namespace plumbline::bench
