// SPDX-License-Identifier: Apache-2.0
//
// For tests of what is retired.
#ifndef PLUMBLINE_SERVICES_CATALOG_LIFE_TESTING_RETIRE_H_
#define PLUMBLINE_SERVICES_CATALOG_LIFE_TESTING_RETIRE_H_

#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "services/catalog/testing/catalog.h"

namespace plumbline::catalog {

inline std::string FullName(absl::string_view id) {
  return absl::StrCat("workspaces/acme/processes/", id);
}

class RetireTest : public ::testing::Test {
 protected:
  template <typename Request>
  static Request RequestFor(absl::string_view id) {
    Request request;
    request.set_name(FullName(id));
    request.set_reason("because");
    return request;
  }
  absl::StatusOr<v1::DeprecateProcessResponse> Deprecate(
      absl::string_view id, const std::function<void(v1::DeprecateProcessRequest&)>& change = {}) {
    auto request = RequestFor<v1::DeprecateProcessRequest>(id);
    if (change) change(request);
    return catalog_.Call<v1::DeprecateProcessResponse>("DeprecateProcess", request);
  }
  absl::StatusOr<v1::ArchiveProcessResponse> Archive(
      absl::string_view id, const std::function<void(v1::ArchiveProcessRequest&)>& change = {}) {
    auto request = RequestFor<v1::ArchiveProcessRequest>(id);
    if (change) change(request);
    return catalog_.Call<v1::ArchiveProcessResponse>("ArchiveProcess", request);
  }
  absl::StatusOr<v1::ReinstateProcessResponse> Reinstate(
      absl::string_view id, const std::function<void(v1::ReinstateProcessRequest&)>& change = {}) {
    auto request = RequestFor<v1::ReinstateProcessRequest>(id);
    if (change) change(request);
    return catalog_.Call<v1::ReinstateProcessResponse>("ReinstateProcess", request);
  }
  absl::StatusOr<v1::DeleteProcessResponse> Delete(
      absl::string_view id, const std::function<void(v1::DeleteProcessRequest&)>& change = {}) {
    auto request = RequestFor<v1::DeleteProcessRequest>(id);
    if (change) change(request);
    return catalog_.Call<v1::DeleteProcessResponse>("DeleteProcess", request);
  }
  void Tag(absl::string_view id, absl::string_view tag, int64_t revision) {
    v1::SetTagRequest request;
    request.set_name(FullName(id));
    request.set_tag(std::string(tag));
    request.set_revision(revision);
    ASSERT_EQ(ReasonText(catalog_.Call<v1::SetTagResponse>("SetTag", request)), "OK");
  }
  std::string ReasonOfPublish(const std::string& called) {
    catalog_.Define("caller", Calling({called}));
    v1::PublishProcessRequest request;
    request.set_name(FullName("caller"));
    request.set_validate_only(true);
    return ReasonText(catalog_.Publish(request));
  }
  std::string LatestOf(absl::string_view id) {
    auto latest = catalog_.Get(absl::StrCat(id, "@latest"));
    return latest.ok() ? absl::StrCat(latest->revision()) : ReasonText(latest);
  }

  TestCatalog catalog_;
};

}  // namespace plumbline::catalog

#endif  // PLUMBLINE_SERVICES_CATALOG_LIFE_TESTING_RETIRE_H_
