// SPDX-License-Identifier: Apache-2.0
//
// For tests of BatchUpdateProcesses: batches of workspaces/acme.
#ifndef PLUMBLINE_SERVICES_CATALOG_PROCESSES_TESTING_BATCH_H_
#define PLUMBLINE_SERVICES_CATALOG_PROCESSES_TESTING_BATCH_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {

using Batch = v1::BatchUpdateProcessesRequest;
using BatchResponse = v1::BatchUpdateProcessesResponse;

inline std::string Name(absl::string_view id) {
  return absl::StrCat("workspaces/acme/processes/", id);
}

inline v1::UpdateProcessRequest& Add(absl::string_view id, const v1::Process& process,
                                     Batch* batch) {
  batch->set_parent("workspaces/acme");
  v1::UpdateProcessRequest& request = *batch->add_requests();
  *request.mutable_process() = process;
  request.mutable_process()->set_name(Name(id));
  request.set_allow_missing(true);
  request.set_publish(true);
  request.set_reason("as agreed");
  return request;
}

// Two processes, the second of which calls the first.
inline Batch CallerAndCalled() {
  Batch batch;
  Add("check", ProcessOf("Check", StepNode("look")), &batch);
  Add("desk", Calling({"check"}), &batch);
  return batch;
}

// "created published @1" of an answer.
inline std::string Outcome(const v1::UpdatedProcess& one) {
  return absl::StrCat(one.created() ? "created " : "", one.updated() ? "updated " : "",
                      one.published() ? "published " : "", "@", one.latest_revision());
}

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_PROCESSES_TESTING_BATCH_H_
